using System.Numerics;
using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Particles.Scores;

/// <content>The truncated sum: a seed leaf near x, then every box of the tree whose bound exceeds the cut.</content>
public sealed unsafe partial class HeatFlowScore
{
    /// <summary>Ints for ranges of packs between two sums: begin and end in turn.</summary>
    private const int RangeBuffer = 256;

    /// <summary>
    /// Most restarts of a sum. Each begins at the largest exponent known, so two suffice for a finite point; one that is not finite has no
    /// largest exponent, and its score is NaN.
    /// </summary>
    private const int MostRounds = 64;

    /// <summary>log2(1e-12).</summary>
    private const double LogCut = -39.863137138648355;

    [SkipLocalsInit]
    private void Near<TCase, TRegister>(double x, double y, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        double* sums = stackalloc double[Sums.Length];
        NearSums<TCase, TRegister>(x, y, sums);
        Finish<TCase>(sums, out scoreX, out scoreY, out inverseVariance);
    }

    /// <summary>The sums over all components that matter at a point, relative to 2^shift.</summary>
    /// <returns>The shift.</returns>
    [SkipLocalsInit]
    private double NearSums<TCase, TRegister>(double x, double y, double* sums)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        Span<int> ranges = stackalloc int[RangeBuffer];
        double shift = Seed<TCase, TRegister>(x, y, out double logSum);
        for (int round = 0; ; round++)
        {
            new Span<double>(sums, Sums.Length).Clear();
            Gather<TCase, TRegister>(x, y, shift, shift + logSum + LogCut, ranges, sums);

            // The seed's leaf need not hold the nearest component: if the true one is far above it, start again from that one, now known.
            double excess = sums[Sums.Largest];
            for (int lane = 1; lane < ComponentTree.Lanes; lane++)
                excess = Math.Max(excess, sums[Sums.Largest + lane]);
            if (!(excess > Range) || round == MostRounds)
                return shift;
            shift += excess;
            logSum = 0;
        }
    }

    /// <summary>Adds every component in a box whose bound exceeds the cut.</summary>
    [SkipLocalsInit]
    [MethodImpl(KernelMethod.Optimised)]
    private void Gather<TCase, TRegister>(double x, double y, double shift, double cut, Span<int> ranges, double* sums)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        ComponentTree tree = mixture.Tree;
        Span<int> waiting = stackalloc int[128];
        TRegister px = TRegister.Create(x), py = TRegister.Create(y), threshold = TRegister.Create(cut);
        int count = 1, filled = 0, openEnd = -1;
        waiting[0] = 0;
        while (count > 0)
        {
            int node = waiting[--count];
            uint inside = 0, mattering = 0;
            for (int half = 0; half < ComponentTree.Lanes; half += TRegister.Count)
            {
                ChildBounds<TCase, TRegister>(node * ComponentTree.Lanes + half, px, py, out TRegister highest, out TRegister lowest);
                inside |= TRegister.Signs(threshold - lowest) << half;
                mattering |= TRegister.Signs(threshold - highest) << half;
            }

            for (; mattering != 0; mattering &= mattering - 1)
            {
                int lane = BitOperations.TrailingZeroCount(mattering);
                int child = node * ComponentTree.Lanes + lane;
                if (tree.Nodes[child] >= 0 && (inside >> lane & 1) == 0)
                {
                    waiting[count++] = tree.Nodes[child];
                    continue;
                }

                if (tree.Begins[child] != openEnd)
                {
                    if (filled == ranges.Length)
                    {
                        Add<TCase, TRegister>(ranges, x, y, shift, sums);
                        filled = 0;
                    }

                    ranges[filled] = tree.Begins[child];
                    filled += 2;
                }

                openEnd = tree.Ends[child];
                ranges[filled - 1] = openEnd;
            }
        }

        Add<TCase, TRegister>(ranges[..filled], x, y, shift, sums);
    }

    /// <summary>The largest exponent in the leaf that the boxes' bounds lead to, and log2 of the leaf's sum relative to it.</summary>
    [SkipLocalsInit]
    [MethodImpl(KernelMethod.Optimised)]
    private double Seed<TCase, TRegister>(double x, double y, out double logSum)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        TRegister px = TRegister.Create(x), py = TRegister.Create(y);
        double* lanes = stackalloc double[ComponentTree.Lanes];
        int node = 0, child;
        do
        {
            for (int half = 0; half < ComponentTree.Lanes; half += TRegister.Count)
            {
                ChildBounds<TCase, TRegister>(node * ComponentTree.Lanes + half, px, py, out TRegister highest, out _);
                highest.Store(lanes + half);
            }

            int best = 0;
            for (int lane = 1; lane < ComponentTree.Lanes; lane++)
                best = lanes[lane] > lanes[best] ? lane : best;
            child = node * ComponentTree.Lanes + best;
            node = mixture.Tree.Nodes[child];
        }
        while (node >= 0);

        int begin = mixture.Tree.Begins[child] * ComponentTree.Lanes, end = mixture.Tree.Ends[child] * ComponentTree.Lanes;
        TRegister largest = TRegister.Create(double.NegativeInfinity);
        for (int first = begin; first < end; first += TRegister.Count)
            largest = TRegister.Max(largest, Exponents<TCase, TRegister>(first, px, py));
        double shift = Largest(largest);

        var power = Exp2<TRegister>.Create();
        for (int half = 0; half < ComponentTree.Lanes; half += TRegister.Count)
        {
            TRegister terms = TRegister.Create(0);
            for (int first = begin + half; first < end; first += ComponentTree.Lanes)
                terms += power.Evaluate(Exponents<TCase, TRegister>(first, px, py) - TRegister.Create(shift));
            terms.Store(lanes + half);
        }

        logSum = Math.ILogB(SumOf(lanes));
        return shift;
    }

    /// <summary>Bounds from above and estimates from below of the exponents in children, weights left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ChildBounds<TCase, TRegister>(int child, TRegister px, TRegister py, out TRegister highest, out TRegister lowest)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        mixture.Tree.SquaredDistances(child, px, py, out TRegister nearest, out TRegister farthest);
        if (typeof(TCase) == typeof(EqualCase))
        {
            var slope = TRegister.Create(rate);
            (highest, lowest) = (nearest * slope, farthest * slope);
            return;
        }

        fixed (double* slopes = childRates, starts = childOffsets)
        {
            TRegister slope = TRegister.Load(slopes + child), offset = TRegister.Load(starts + child);
            (highest, lowest) = (TRegister.Fused(nearest, slope, offset), TRegister.Fused(farthest, slope, offset));
        }
    }
}
