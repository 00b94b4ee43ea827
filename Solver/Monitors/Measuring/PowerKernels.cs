using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// The sums of powers of v over a segment, for the L^p norms, as <see cref="SegmentKernels{TRegister}"/> reads its arrays.
/// </summary>
internal static unsafe class PowerKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>
    /// Σ |i| (v/scale)^p for each exponent. The scale is a power of two next to the segment's largest v, or that value itself where 2^p
    /// would overflow.
    /// </summary>
    public static void Powers(LevelPart part, double[] exponents, double* v, double largest, double* widths, double height, int count)
    {
        // A density of mass 1 has values near or above the reciprocal of the volume: smaller ones contribute nothing.
        if (!(largest > 1e-300))
            return;
        double scale = largest;
        if (!part.Powers.AreLarge)
            scale = Math.ScaleB(1, Math.ILogB(largest));
        part.Powers.Raise(scale);
        for (int index = 0; index < exponents.Length; index++)
        {
            double p = exponents[index];
            double sum = p == 2 ? SumOfPowers<Square>(v, 1 / scale, widths, count, p)
                : p <= 64 && p == Math.Floor(p) ? SumOfPowers<WholePower>(v, 1 / scale, widths, count, p)
                : SumOfPowers<RealPower>(v, 1 / scale, widths, count, p);
            part.Powers.Add(index, sum * height, scale);
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static double SumOfPowers<TPower>(double* v, double factor, double* widths, int count, double exponent)
        where TPower : struct
    {
        double total = 0;
        TRegister scale = TRegister.Create(factor), power = TRegister.Create(exponent);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister sum = TRegister.Create(0);
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister value = TRegister.Load(v + i) * scale, width = TRegister.Load(widths + i);
                if (typeof(TPower) == typeof(Square))
                    sum = TRegister.Fused(value * value, width, sum);
                else if (typeof(TPower) == typeof(WholePower))
                    sum += IntegerPower(value, (int)exponent) * width;
                else
                    sum += VectorMath.Exp(VectorMath.Log(value) * power) * width;
            }

            total += TRegister.Sum(sum);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TRegister IntegerPower(TRegister value, int exponent)
    {
        TRegister power = TRegister.Create(1);
        for (; ; value *= value)
        {
            if ((exponent & 1) != 0)
                power *= value;
            exponent >>= 1;
            if (exponent == 0)
                return power;
        }
    }

    // What a kernel is compiled for, compared as types.
    private readonly struct Square;

    private readonly struct WholePower;

    private readonly struct RealPower;
}
