using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// Both Fisher informations of a segment along both axes in one pass: the sums of <see cref="InformationKernels{TRegister}"/> and <see
/// cref="SegmentKernels{TRegister}"/> with their bits, from half as many loads.
/// </summary>
internal static unsafe class FisherKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>
    /// Adds to the part the sums over the faces between each cell and its lower neighbours along x, one place before it, and along y, in
    /// the rows named Lower.
    /// </summary>
    /// <param name="u">Densities, as <paramref name="ratios"/> and both logarithms with the cell before the segment at −1.</param>
    /// <param name="ratios">w = v/u, NaN in cells that are not judged.</param>
    /// <param name="logRatios">log w.</param>
    /// <param name="logarithms">log u.</param>
    /// <param name="links">1/δ of the face below each cell along x, 0 where there is none.</param>
    /// <param name="scaleX">The row's height.</param>
    /// <param name="scaleY">1/δ of the faces along y, times the unit of the widths.</param>
    public static void BothAxes(
        LevelPart part, double* u, double* ratios, double* logRatios, double* logarithms, double* uLower, double* ratiosLower,
        double* logRatiosLower, double* logarithmsLower, double* links, double* widths, double scaleX, double scaleY, int count)
    {
        double* sums = stackalloc double[6];
        Sums(
            u, ratios, logRatios, logarithms, uLower, ratiosLower, logRatiosLower, logarithmsLower, links, widths, count, sums);
        part.Information.Add(scaleX * sums[0]);
        part.InformationSize.Add(scaleX * sums[1]);
        part.Fisher.Add(0.5 * scaleX * sums[2]);
        part.Information.Add(scaleY * sums[3]);
        part.InformationSize.Add(scaleY * sums[4]);
        part.Fisher.Add(0.5 * scaleY * sums[5]);
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Sums(
        double* u, double* ratios, double* logRatios, double* logarithms, double* uLower, double* ratiosLower, double* logRatiosLower,
        double* logarithmsLower, double* links, double* widths, int count, double* sums)
    {
        for (int sum = 0; sum < 6; sum++)
            sums[sum] = 0;
        TRegister zero = TRegister.Create(0), one = TRegister.Create(1), minusOne = zero - one;
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister ofX = zero, sizeX = zero, relativeX = zero, ofY = zero, sizeY = zero, relativeY = zero;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister density = TRegister.Load(u + i), ratio = TRegister.Load(ratios + i), logRatio = TRegister.Load(logRatios + i);
                TRegister log = TRegister.Load(logarithms + i), size = one + TRegister.Abs(log), weight = TRegister.Load(links + i);
                TRegister lower = TRegister.Load(u + i - 1), both = density + lower;
                TRegister step = (log - TRegister.Load(logarithms + i - 1)) * weight;
                ofX = TRegister.Fused(density - lower, step, ofX);
                sizeX = TRegister.Fused(both * TRegister.Abs(step), size, sizeX);
                TRegister term = both * weight
                    * ((ratio - TRegister.Load(ratios + i - 1)) * (logRatio - TRegister.Load(logRatios + i - 1)));

                // A comparison with NaN is false.
                relativeX += TRegister.IfGreater(TRegister.Abs(term), minusOne, term, zero);
                weight = TRegister.Load(widths + i);
                lower = TRegister.Load(uLower + i);
                both = density + lower;
                step = (log - TRegister.Load(logarithmsLower + i)) * weight;
                ofY = TRegister.Fused(density - lower, step, ofY);
                sizeY = TRegister.Fused(both * TRegister.Abs(step), size, sizeY);
                term = both * weight * ((ratio - TRegister.Load(ratiosLower + i)) * (logRatio - TRegister.Load(logRatiosLower + i)));
                relativeY += TRegister.IfGreater(TRegister.Abs(term), minusOne, term, zero);
            }

            sums[0] += TRegister.Sum(ofX);
            sums[1] += TRegister.Sum(sizeX);
            sums[2] += TRegister.Sum(relativeX);
            sums[3] += TRegister.Sum(ofY);
            sums[4] += TRegister.Sum(sizeY);
            sums[5] += TRegister.Sum(relativeY);
        }
    }
}
