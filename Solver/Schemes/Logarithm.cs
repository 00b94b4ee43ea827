using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Schemes;

/// <summary>log of positive normal numbers, eight at once, to about one unit in the last place; a quarter of the library's time.</summary>
public static class Logarithm
{
    // x = 2^k m with √½ ≤ m < √2.
    private const long RootHalf = 0x3FE6A09E667F3BCD;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>log x = k log 2 + 2 artanh(f), f = (m − 1)/(m + 1), |f| ≤ 0.172; the series to f²¹ leaves 1e-17.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x)
    {
        Vector512<long> bits = x.AsInt64();
        Vector512<long> exponent = Vector512.ShiftRightArithmetic(bits - Vector512.Create(RootHalf), 52);
        Vector512<double> m = (bits - Vector512.ShiftLeft(exponent, 52)).AsDouble();
        Vector512<double> k = Vector512.ConvertToDouble(exponent);
        Vector512<double> rise = m - Vector512.Create(1.0);
        Vector512<double> f = rise / (m + Vector512.Create(1.0)), square = f * f;
        Vector512<double> series = Vector512.Create(2.0 / 21);
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 19));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 17));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 15));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 13));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 11));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 9));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 7));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 5));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2.0 / 3));

        // 2f = rise − f·rise, so the leading term keeps the exact m − 1.
        Vector512<double> tail = Vector512.FusedMultiplyAdd(series * square, f, k * Vector512.Create(Ln2Low)) - f * rise;
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(Ln2High), rise + tail);
    }
}
