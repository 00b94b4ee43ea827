using System.Runtime.Intrinsics;

namespace PdeDiffusion.Particles;

/// <summary>
/// Independent standard normal numbers addressed by (seed, step, particle), so that a particle gets the same noise whatever the thread count or the number of
/// other particles. Each (seed, step) opens two SplitMix64 sequences (Steele, Lea and Flood 2014), indexed by the particle; Box–Muller turns a pair of
/// uniforms into a pair of normals.
/// </summary>
internal static class ParticleNoise
{
    private const ulong Golden = 0x9e3779b97f4a7c15;
    private const ulong Second = 0xd1342543de82ef95;

    /// <summary>2⁻⁵³.</summary>
    private const double Half = 1.0 / (1L << 53);

    /// <summary>Writes the pairs of particles first, first + 1, …; the spans have equal length, a multiple of eight.</summary>
    public static void Fill(ulong seed, int step, int first, Span<double> normalX, Span<double> normalY)
    {
        ulong key = Key(seed, step);
        var lanes = Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        for (int i = 0; i < normalX.Length; i += Vector512<ulong>.Count)
        {
            Vector512<ulong> counter = (lanes + Vector512.Create((ulong)(first + i + 1))) * Vector512.Create(Golden);
            Vector512<double> radius = Vector512.Sqrt(-2 * Vector512.Log(Uniform(counter + Vector512.Create(key))));
            Vector512<double> angle = 2 * Math.PI * Uniform(counter + Vector512.Create(Mix(key ^ Second)));
            (Vector512<double> sine, Vector512<double> cosine) = Vector512.SinCos(angle);
            (radius * cosine).CopyTo(normalX[i..]);
            (radius * sine).CopyTo(normalY[i..]);
        }
    }

    /// <summary>One number, uniform strictly between 0 and 1.</summary>
    public static double Uniform(ulong seed, int step, int particle) =>
        Uniform(Vector512.Create(Key(seed, step) + (ulong)(particle + 1) * Golden))[0];

    private static ulong Key(ulong seed, int step) => Mix(Mix(seed + Golden) + (ulong)step * Golden);

    /// <summary>(k + ½) 2⁻⁵², 0 ≤ k &lt; 2⁵²: strictly between 0 and 1.</summary>
    private static Vector512<double> Uniform(Vector512<ulong> state)
    {
        state = (state ^ (state >> 30)) * Vector512.Create(0xbf58476d1ce4e5b9);
        state = (state ^ (state >> 27)) * Vector512.Create(0x94d049bb133111eb);
        state ^= state >> 31;

        // The 52 bits become the fraction of a number in [1, 2).
        Vector512<double> unit = ((state >> 12) | Vector512.Create(0x3ff0000000000000UL)).AsDouble();
        return unit - Vector512.Create(1 - Half);
    }

    private static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }
}
