using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Lanes;

/// <summary>
/// Natural logarithm and exponential of one, four or eight doubles at once, within 1 ulp over the whole range, subnormal numbers included.
/// The fused multiply-add is exact on every machine, so the bits are the same with and without AVX-512; the runtime's own vector functions
/// are 2 to 4 times slower and their bits depend on the instruction set.
/// </summary>
public static class VectorMath
{
    /// <summary>Added to a small integer, it leaves that integer in the low bits of the sum.</summary>
    internal const double IntegerShift = 6755399441055744.0;
    internal const double SmallestNormal = 2.2250738585072014e-308;
    internal const long SqrtHalfBits = 0x3FE6A09E667F3BCD;

    // ln 2 in two parts; the first has 21 trailing zero bits, so that its product with an exponent is exact.
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;
    private const double InverseLn2 = 1.4426950408889634;

    /// <summary>log x: −∞ at 0, NaN below 0.</summary>
    /// <remarks>
    /// x = 2^k m with m in [√½, √2) and log m = log((1+s)/(1−s)), s = (m−1)/(m+1) = 2s + s³ P(s²), P a Chebyshev fit of
    /// 2/3 + 2/5 s² + … with relative error below 5e-16 (of a term that is at most 1 % of the result).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Log(Vector512<double> x) => Vector512.IsHardwareAccelerated
        ? Log(new Lanes8(x)).Value
        : Vector512.Create(Log(x.GetLower()), Log(x.GetUpper()));

    /// <inheritdoc cref="Log(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x) => Log(new Lanes4(x)).Value;

    /// <summary>e^x: 0 below −745.13, ∞ above 709.78.</summary>
    /// <remarks>x = k ln 2 + r with |r| ≤ ½ ln 2 and e^r = 1 + r + r² P(r), P a Chebyshev fit with relative error below 2e-18.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Exp(Vector512<double> x) => Vector512.IsHardwareAccelerated
        ? Exp(new Lanes8(x)).Value
        : Vector512.Create(Exp(x.GetLower()), Exp(x.GetUpper()));

    /// <inheritdoc cref="Exp(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x) => Exp(new Lanes4(x)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Log<TLanes>(TLanes x)
        where TLanes : struct, IRegister<TLanes> => TLanes.AllNormal(x) ? LogOfNormal(x, TLanes.Create(0)) : LogOfAny(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Exp<TLanes>(TLanes x)
        where TLanes : struct, IRegister<TLanes>
    {
        // Beyond these limits the result is 0 or ∞; a comparison, not Min and Max, lets NaN through.
        TLanes most = TLanes.Create(710.0), least = TLanes.Create(-746.0);
        x = TLanes.IfGreater(x, most, most, x);
        x = TLanes.IfGreater(least, x, least, x);
        TLanes r = PartsOfExp(x, out TLanes shifted);
        return TLanes.Scale(ExpOfRest(r), shifted);
    }

    /// <summary>
    /// The first step of e^x for x between −708 and 709: r and k + <see cref="IntegerShift"/> with x = k ln 2 + r, from which <see
    /// cref="ExpOfParts"/> has the bits of <see cref="Exp{TLanes}"/>. The two steps belong into loops of their own, as those of <see
    /// cref="TermOfQuotient"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes PartsOfExp<TLanes>(TLanes x, out TLanes shifted)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes shift = TLanes.Create(IntegerShift), zero = TLanes.Create(0);
        shifted = TLanes.Fused(x, TLanes.Create(InverseLn2), shift);
        TLanes minus = zero - (shifted - shift);
        TLanes r = TLanes.Fused(minus, TLanes.Create(Ln2High), x);
        return TLanes.Fused(minus, TLanes.Create(Ln2Low), r);
    }

    /// <summary>The exponential from the two results of <see cref="PartsOfExp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes ExpOfParts<TLanes>(TLanes r, TLanes shifted)
        where TLanes : struct, IRegister<TLanes> => TLanes.ScaleNormal(ExpOfRest(r), shifted);

    /// <summary>e^r for |r| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ExpOfRest<TLanes>(TLanes r)
        where TLanes : struct, IRegister<TLanes>
    {
        // Pairs, pairs of pairs and so on (Estrin): a chain of eleven dependent operations would be longer than what a processor looks
        // ahead.
        TLanes r2 = r * r, r4 = r2 * r2;
        TLanes low = TLanes.Fused(TLanes.Create(0.1666666666666667), r, TLanes.Create(0.5));
        low = TLanes.Fused(TLanes.Fused(TLanes.Create(0.008333333333326136), r, TLanes.Create(0.04166666666666667)), r2, low);
        TLanes middle = TLanes.Fused(TLanes.Create(0.00019841269874820627), r, TLanes.Create(0.0013888888888883748));
        middle = TLanes.Fused(TLanes.Fused(TLanes.Create(2.7557255400206422e-06), r, TLanes.Create(2.4801587325547743e-05)), r2, middle);
        TLanes high = TLanes.Fused(TLanes.Create(2.5105217004720745e-08), r, TLanes.Create(2.75572736431103e-07));
        high = TLanes.Fused(TLanes.Create(2.0914686968086876e-09), r2, high);
        TLanes p = TLanes.Fused(TLanes.Fused(high, r4, middle), r4, low);
        return TLanes.Create(1) + TLanes.Fused(p * r, r, r);
    }

    /// <summary>The largest error of <see cref="RoughLog"/>, rounding included.</summary>
    internal const double RoughLogError = 6e-9;

    /// <summary>
    /// log x of positive normal numbers with an absolute error of at most <see cref="RoughLogError"/>, without a division: k ln 2 + P(m −
    /// 1), P of degree 9 with the least largest error (4.6e-9) on [√½, √2].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes RoughLog<TLanes>(TLanes x)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes f = TLanes.Mantissa(x, out TLanes shifted) - TLanes.Create(1);
        TLanes p = TLanes.Create(0.0870092396517085);
        p = TLanes.Fused(p, f, TLanes.Create(-0.14592595188758264));
        p = TLanes.Fused(p, f, TLanes.Create(0.15071359264553952));
        p = TLanes.Fused(p, f, TLanes.Create(-0.16529938497641447));
        p = TLanes.Fused(p, f, TLanes.Create(0.19937964818001694));
        p = TLanes.Fused(p, f, TLanes.Create(-0.25003494350256156));
        p = TLanes.Fused(p, f, TLanes.Create(0.33335062530702175));
        p = TLanes.Fused(p, f, TLanes.Create(-0.49999966459216544));
        p = TLanes.Fused(p, f, TLanes.Create(0.9999998715131642));
        p = TLanes.Fused(p, f, TLanes.Create(-7.210623918150464e-10));
        return TLanes.Fused(shifted - TLanes.Create(IntegerShift), TLanes.Create(0.6931471805599453), p);
    }

    /// <summary>
    /// log(v/u) of positive normal numbers whose quotient is one, within 3 ulp (two roundings of s, one of the sum): s = (v' − u)/(v' + u)
    /// with v' = 2⁻ᵏ v takes the place of (m − 1)/(m + 1). The difference is exact, for v'/u lies in [√½, √2]. In two steps, this one and
    /// <see cref="LogOfTerm"/>: in loops of their own, since the operations of one register would otherwise wait on each other longer than
    /// a processor looks ahead.
    /// </summary>
    /// <param name="quotient">v/u, from which k is read; an ulp more or less does not matter.</param>
    /// <param name="k">k as a number.</param>
    /// <returns>s.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes TermOfQuotient<TLanes>(TLanes v, TLanes u, TLanes quotient, out TLanes k)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes.Mantissa(quotient, out TLanes shifted);
        TLanes shift = TLanes.Create(IntegerShift);
        k = shifted - shift;
        v = TLanes.ScaleNormal(v, shift - k);
        return (v - u) / (v + u);
    }

    /// <summary>The logarithm from the two results of <see cref="TermOfQuotient"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes LogOfTerm<TLanes>(TLanes s, TLanes k)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes z = s * s;
        TLanes small = TLanes.Fused(s * z, SeriesOfLog(z), k * TLanes.Create(Ln2Low));
        return TLanes.Fused(k, TLanes.Create(Ln2High), s + (s + small));
    }

    /// <summary>
    /// The first step of log x of positive normal numbers: f = m − 1, s = f/(f + 2) and k, from which <see cref="LogOfParts"/> has the bits
    /// of <see cref="Log{TLanes}"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void PartsOfLog<TLanes>(TLanes x, out TLanes f, out TLanes s, out TLanes k)
        where TLanes : struct, IRegister<TLanes>
    {
        f = TLanes.Mantissa(x, out TLanes shifted) - TLanes.Create(1);
        k = shifted - TLanes.Create(IntegerShift);
        s = f / (f + TLanes.Create(2.0));
    }

    /// <summary>The logarithm from the three results of <see cref="PartsOfLog"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes LogOfParts<TLanes>(TLanes f, TLanes s, TLanes k)
        where TLanes : struct, IRegister<TLanes>
    {
        // 2s = f − f²/2 + s f²/2: f, the large part, enters without rounding.
        TLanes z = s * s, half = f * f * TLanes.Create(0.5);
        TLanes small = TLanes.Fused(s, TLanes.Fused(z, SeriesOfLog(z), half), k * TLanes.Create(Ln2Low));
        return TLanes.Fused(k, TLanes.Create(Ln2High), f - (half - small));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes LogOfAny<TLanes>(TLanes x)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes smallest = TLanes.Create(SmallestNormal), zero = TLanes.Create(0);
        TLanes scaled = TLanes.IfGreater(smallest, x, x * TLanes.Create(18014398509481984.0), x);
        TLanes result = LogOfNormal(scaled, TLanes.IfGreater(smallest, x, TLanes.Create(54.0), zero));
        result = TLanes.IfGreater(x, TLanes.Create(double.MaxValue), x, result);
        result = TLanes.IfGreater(x, zero, result, TLanes.Create(double.NaN));
        return TLanes.IfGreater(TLanes.Create(double.Epsilon), TLanes.Abs(x), TLanes.Create(double.NegativeInfinity), result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LogOfNormal<TLanes>(TLanes x, TLanes scale)
        where TLanes : struct, IRegister<TLanes>
    {
        PartsOfLog(x, out TLanes f, out TLanes s, out TLanes k);
        return LogOfParts(f, s, k - scale);
    }

    /// <summary>P(s²), with log((1+s)/(1−s)) = 2s + s³ P(s²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes SeriesOfLog<TLanes>(TLanes z)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes z2 = z * z;
        TLanes low = TLanes.Fused(TLanes.Create(0.39999999999899444), z, TLanes.Create(0.666666666666667));
        TLanes middle = TLanes.Fused(TLanes.Create(0.22222211130259878), z, TLanes.Create(0.2857142862600327));
        TLanes high = TLanes.Fused(TLanes.Create(0.15331710618210773), z, TLanes.Create(0.18182889455674947));
        high = TLanes.Fused(TLanes.Create(0.14616585424888623), z2, high);
        return TLanes.Fused(TLanes.Fused(high, z2, middle), z2, low);
    }
}
