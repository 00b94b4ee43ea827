using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>Entropy and Fisher information of u over a segment; arrays and sums as in <see cref="SegmentKernels{TRegister}"/>.</summary>
internal static unsafe class InformationKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>log u, Σ |i| u log u and Σ |i| u |log u|.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Entropy(LevelPart part, double* u, double* widths, double height, double* logarithms, int count)
    {
        double signed = 0, unsigned = 0;
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister sum = TRegister.Create(0), absolute = sum;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister density = TRegister.Load(u + i), log = VectorMath.Log(density);
                log.Store(logarithms + i);
                TRegister term = density * TRegister.Load(widths + i) * log;
                sum += term;
                absolute += TRegister.Abs(term);
            }

            signed += TRegister.Sum(sum);
            unsigned += TRegister.Sum(absolute);
        }

        part.Entropy.Add(-signed * height);
        part.AbsoluteEntropy.Add(unsigned * height);
    }

    /// <summary>As <c>Entropy</c>, where every value is a positive normal number.</summary>
    /// <param name="parts">Scratch memory, as <paramref name="exponents"/>.</param>
    /// <param name="ahead">Values that are prefetched.</param>
    public static void EntropyInRange(
        LevelPart part, double* u, double* widths, double height, double* logarithms, double* parts, double* exponents, int count,
        double* ahead)
    {
        Parts(u, parts, logarithms, exponents, count);
        Sums(u, widths, parts, logarithms, exponents, count, ahead, out double signed, out double unsigned);
        part.Entropy.Add(-signed * height);
        part.AbsoluteEntropy.Add(unsigned * height);
    }

    /// <summary>The results of <see cref="VectorMath.PartsOfLog"/>.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void Parts(double* u, double* fractions, double* terms, double* exponents, int count)
    {
        for (int i = 0; i < count; i += TRegister.Count)
        {
            VectorMath.PartsOfLog(TRegister.Load(u + i), out TRegister f, out TRegister s, out TRegister k);
            f.Store(fractions + i);
            s.Store(terms + i);
            k.Store(exponents + i);
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Sums(
        double* u, double* widths, double* fractions, double* logarithms, double* exponents, int count, double* ahead, out double signed,
        out double unsigned)
    {
        (signed, unsigned) = (0, 0);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister sum = TRegister.Create(0), absolute = sum;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                if (Sse.IsSupported && place == 0)
                    Sse.Prefetch0(ahead + i);
                TRegister log = VectorMath.LogOfParts(
                    TRegister.Load(fractions + i), TRegister.Load(logarithms + i), TRegister.Load(exponents + i));
                log.Store(logarithms + i);
                TRegister term = TRegister.Load(u + i) * TRegister.Load(widths + i) * log;
                sum += term;
                absolute += TRegister.Abs(term);
            }

            signed += TRegister.Sum(sum);
            unsigned += TRegister.Sum(absolute);
        }
    }

    /// <summary>log u.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Logarithms(double* u, double* logarithms, int count)
    {
        for (int i = 0; i < count; i += TRegister.Count)
            VectorMath.Log(TRegister.Load(u + i)).Store(logarithms + i);
    }

    /// <summary>
    /// Σ weight (u − u')(log u − log u') and Σ weight (u + u') |log u − log u'| (1 + |log u|) over the faces between each cell and its
    /// lower neighbour along an axis, whose values are the arrays named Lower.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Fisher(
        LevelPart part, double* u, double* logarithms, double* uLower, double* logarithmsLower, double* weights, double scale, int count)
    {
        double information = 0, size = 0;
        TRegister one = TRegister.Create(1);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister sum = TRegister.Create(0), absolute = sum;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister upper = TRegister.Load(u + i), lower = TRegister.Load(uLower + i), log = TRegister.Load(logarithms + i);
                TRegister step = (log - TRegister.Load(logarithmsLower + i)) * TRegister.Load(weights + i);
                sum = TRegister.Fused(upper - lower, step, sum);
                absolute = TRegister.Fused((upper + lower) * TRegister.Abs(step), one + TRegister.Abs(log), absolute);
            }

            information += TRegister.Sum(sum);
            size += TRegister.Sum(absolute);
        }

        part.Information.Add(scale * information);
        part.InformationSize.Add(scale * size);
    }
}
