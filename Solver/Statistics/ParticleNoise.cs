using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Statistics;

/// <summary>
/// Independent numbers addressed by (seed, step, particle), so that a particle gets the same noise whatever the thread count or the number
/// of other particles. Each (seed, step) opens two SplitMix64 sequences (Steele, Lea and Flood 2014), indexed by the particle; Box–Muller
/// turns a pair of uniforms into a pair of standard normals. Logarithm, sine and cosine are sums of explicit fused operations, good to
/// 1e-15: the runtime's own vector functions may round differently before and after the compiler optimises a method, and then the same seed
/// gives other bits. <see cref="RandomStream"/> serves single draws; this fills whole registers. Neither can replace the other without
/// changing the numbers that belong to a seed.
/// </summary>
internal static class ParticleNoise
{
    private const ulong Golden = 0x9e3779b97f4a7c15;
    private const ulong Second = 0xd1342543de82ef95;

    /// <summary>Writes the normal pairs of particles first, first + 1, …; the spans have equal length, a multiple of eight.</summary>
    public static void Fill(ulong seed, int step, int first, Span<double> normalX, Span<double> normalY)
    {
        ulong key = Key(seed, step), secondKey = Mix(key ^ Second);
        Vector512<ulong> lanes = Vector512.Create(1UL, 2, 3, 4, 5, 6, 7, 8) * Golden;
        for (int i = 0; i < normalX.Length; i += Vector512<ulong>.Count)
        {
            Vector512<ulong> counter = lanes + Vector512.Create((ulong)(first + i) * Golden);
            Vector512<double> radius = Vector512.Sqrt(-2 * Log(Uniform(counter + Vector512.Create(key))));
            SinCosTurns(Uniform(counter + Vector512.Create(secondKey)), out Vector512<double> sine, out Vector512<double> cosine);
            (radius * cosine).CopyTo(normalX[i..]);
            (radius * sine).CopyTo(normalY[i..]);
        }
    }

    /// <summary>One number, uniform strictly between 0 and 1.</summary>
    public static double Uniform(ulong seed, int step, int particle) =>
        Uniform(Vector512.Create(Key(seed, step) + (ulong)(particle + 1) * Golden))[0];

    private static ulong Key(ulong seed, int step) => Mix(Mix(seed + Golden) + (ulong)step * Golden);

    /// <summary>(k + ½) 2⁻⁵², 0 ≤ k &lt; 2⁵²: strictly between 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Uniform(Vector512<ulong> state)
    {
        state = (state ^ (state >> 30)) * Vector512.Create(0xbf58476d1ce4e5b9);
        state = (state ^ (state >> 27)) * Vector512.Create(0x94d049bb133111eb);
        state ^= state >> 31;

        // The 52 bits become the fraction of a number in [1, 2).
        Vector512<double> unit = ((state >> 12) | Vector512.Create(0x3ff0000000000000UL)).AsDouble();
        return unit - Vector512.Create(1 - 1.0 / (1L << 53));
    }

    private static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }

    /// <summary>
    /// log of normal positive numbers: 2^k m with m near [√½, √2), and log m = 2 artanh z, z = (m − 1)/(m + 1), |z| &lt; 0.172.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Log(Vector512<double> value)
    {
        // Bits from √½ upwards: the exponent of value/√½ is k, its fraction carries m.
        Vector512<long> above = value.AsInt64() - Vector512.Create(BitConverter.DoubleToInt64Bits(Math.Sqrt(0.5)));
        Vector512<long> exponent = above >> 52;
        Vector512<double> m = (value.AsInt64() - (exponent << 52)).AsDouble();
        Vector512<double> z = (m - Vector512<double>.One) / (m + Vector512<double>.One), square = z * z;
        Vector512<double> series = Vector512.Create(1.0 / 19);
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 17));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 15));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 13));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 11));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 9));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 7));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 5));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 3));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512<double>.One);
        return Vector512.FusedMultiplyAdd(Vector512.ConvertToDouble(exponent), Vector512.Create(0.6931471805599453), 2 * z * series);
    }

    /// <summary>sin and cos of 2π·turns, 0 ≤ turns ≤ 1: the nearest quarter turn, and Taylor series on |x| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosTurns(Vector512<double> turns, out Vector512<double> sine, out Vector512<double> cosine)
    {
        Vector512<double> quarter = Vector512.Floor(Vector512.FusedMultiplyAdd(turns, Vector512.Create(4.0), Vector512.Create(0.5)));
        Vector512<double> x = 2 * Math.PI * Vector512.FusedMultiplyAdd(quarter, Vector512.Create(-0.25), turns), square = x * x;
        Vector512<double> s = Vector512.Create(1.0 / 355687428096000);
        Vector512<double> c = Vector512.Create(1.0 / 20922789888000);
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(-1.0 / 1307674368000));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(1.0 / 6227020800));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(-1.0 / 39916800));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(1.0 / 362880));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(-1.0 / 5040));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(1.0 / 120));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512.Create(-1.0 / 6));
        s = Vector512.FusedMultiplyAdd(s, square, Vector512<double>.One) * x;
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(-1.0 / 87178291200));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(1.0 / 479001600));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(-1.0 / 3628800));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(1.0 / 40320));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(-1.0 / 720));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(1.0 / 24));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512.Create(-1.0 / 2));
        c = Vector512.FusedMultiplyAdd(c, square, Vector512<double>.One);
        Vector512<long> number = Vector512.ConvertToInt64(quarter);
        Vector512<long> odd = Vector512.Equals(number & Vector512<long>.One, Vector512<long>.One);
        Vector512<double> swapS = Vector512.ConditionalSelect(odd.AsDouble(), c, s);
        Vector512<double> swapC = Vector512.ConditionalSelect(odd.AsDouble(), s, c);

        // Bit 1 of the quarter is the sign of the sine, bit 1 of the quarter plus one that of the cosine.
        sine = (swapS.AsInt64() ^ ((number & Vector512.Create(2L)) << 62)).AsDouble();
        cosine = (swapC.AsInt64() ^ (((number + Vector512<long>.One) & Vector512.Create(2L)) << 62)).AsDouble();
    }
}
