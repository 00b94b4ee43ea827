using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// Natural logarithm and exponential of eight doubles at once, within 1 ulp over the whole range, subnormal numbers included. The fused
/// multiply-add is exact on every machine, so the bits are the same with and without AVX-512; the runtime's own vector functions are 2 to 4
/// times slower and their bits depend on the instruction set.
/// </summary>
public static class VectorMath
{
    // ln 2 in two parts; the first has 21 trailing zero bits, so that its product with an exponent is exact.
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;
    private const double InverseLn2 = 1.4426950408889634;

    // Added to a small integer, it leaves that integer in the low bits of the sum.
    private const double IntegerShift = 6755399441055744.0;
    private const long SqrtHalfBits = 0x3FE6A09E667F3BCD;

    /// <summary>log x: −∞ at 0, NaN below 0.</summary>
    /// <remarks>
    /// x = 2^k m with m in [√½, √2) and log m = log((1+s)/(1−s)), s = (m−1)/(m+1) = 2s + s³ P(s²), P a Chebyshev fit of
    /// 2/3 + 2/5 s² + … with relative error below 5e-16 (of a term that is at most 1 % of the result).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x)
    {
        Vector512<double> smallest = Vector512.Create(2.2250738585072014e-308);
        if (Vector512.GreaterThanOrEqualAll(x, smallest) && Vector512.LessThanOrEqualAll(x, Vector512.Create(double.MaxValue)))
            return LogOfNormal(x, Vector512<double>.Zero);
        return LogOfAny(x);
    }

    /// <summary>e^x: 0 below −745.13, ∞ above 709.78.</summary>
    /// <remarks>x = k ln 2 + r with |r| ≤ ½ ln 2 and e^r = 1 + r + r² P(r), P a Chebyshev fit with relative error below 2e-18.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x)
    {
        // Beyond these limits the result is 0 or ∞; a comparison, not Min and Max, lets NaN through.
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(710.0)), Vector512.Create(710.0), x);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-746.0)), Vector512.Create(-746.0), x);
        Vector512<double> shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(InverseLn2), Vector512.Create(IntegerShift));
        Vector512<double> k = shifted - Vector512.Create(IntegerShift);
        Vector512<double> r = Vector512.FusedMultiplyAdd(-k, Vector512.Create(Ln2High), x);
        r = Vector512.FusedMultiplyAdd(-k, Vector512.Create(Ln2Low), r);

        Vector512<double> p = Vector512.Create(2.0914686968086876e-09);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.5105217004720745e-08));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.75572736431103e-07));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.7557255400206422e-06));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.4801587325547743e-05));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.00019841269874820627));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.0013888888888883748));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.008333333333326136));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.04166666666666667));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.1666666666666667));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5));
        p = Vector512<double>.One + Vector512.FusedMultiplyAdd(p * r, r, r);

        // 2^k in two factors: each is a normal number, and only the last product rounds (where the result is subnormal).
        Vector512<long> exponent = shifted.AsInt64() - Vector512.Create(IntegerShift).AsInt64();
        Vector512<long> half = Vector512.ShiftRightArithmetic(exponent, 1);
        return p * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwo(Vector512<long> exponent) =>
        Vector512.ShiftLeft(exponent + Vector512.Create(1023L), 52).AsDouble();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> LogOfAny(Vector512<double> x)
    {
        Vector512<double> subnormal = Vector512.LessThan(x, Vector512.Create(2.2250738585072014e-308));
        Vector512<double> scaled = Vector512.ConditionalSelect(subnormal, x * Vector512.Create(18014398509481984.0), x);
        Vector512<double> result = LogOfNormal(scaled, Vector512.ConditionalSelect(subnormal, Vector512.Create(54.0), Vector512<double>.Zero));
        result = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<double>.Zero), Vector512.Create(double.NegativeInfinity), result);
        result = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(double.MaxValue)), x, result);
        return Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(x, Vector512<double>.Zero), result, Vector512.Create(double.NaN));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LogOfNormal(Vector512<double> x, Vector512<double> scale)
    {
        Vector512<long> bits = x.AsInt64();
        Vector512<long> exponent = Vector512.ShiftRightArithmetic(bits - Vector512.Create(SqrtHalfBits), 52);
        Vector512<double> f = (bits - Vector512.ShiftLeft(exponent, 52)).AsDouble() - Vector512<double>.One;
        Vector512<double> k = (exponent + Vector512.Create(IntegerShift).AsInt64()).AsDouble() - Vector512.Create(IntegerShift) - scale;
        Vector512<double> s = f / (f + Vector512.Create(2.0));
        Vector512<double> z = s * s;

        Vector512<double> p = Vector512.Create(0.14616585424888623);
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.15331710618210773));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.18182889455674947));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.22222211130259878));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.2857142862600327));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.39999999999899444));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(0.666666666666667));

        // 2s = f − f²/2 + s f²/2: f, the large part, enters without rounding.
        Vector512<double> half = f * f * Vector512.Create(0.5);
        Vector512<double> small = Vector512.FusedMultiplyAdd(s, Vector512.FusedMultiplyAdd(z, p, half), k * Vector512.Create(Ln2Low));
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(Ln2High), f - (half - small));
    }
}
