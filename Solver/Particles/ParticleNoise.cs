namespace PdeDiffusion.Particles;

/// <summary>
/// Independent numbers addressed by (seed, step, particle), so that a particle gets the same noise whatever the thread count or the number of other
/// particles. Each (seed, step) opens two SplitMix64 sequences (Steele, Lea and Flood 2014), indexed by the particle; Box–Muller turns a pair of uniforms into
/// a pair of standard normals. Scalar logarithm and sine: the runtime's vector ones may round differently before and after a method is optimised.
/// </summary>
internal static class ParticleNoise
{
    private const ulong Golden = 0x9e3779b97f4a7c15;
    private const ulong Second = 0xd1342543de82ef95;

    /// <summary>Writes the normal pairs of particles first, first + 1, …; the spans have equal length.</summary>
    public static void Fill(ulong seed, int step, int first, Span<double> normalX, Span<double> normalY)
    {
        ulong key = Key(seed, step), secondKey = Mix(key ^ Second);
        for (int i = 0; i < normalX.Length; i++)
        {
            ulong counter = (ulong)(first + i + 1) * Golden;
            double radius = Math.Sqrt(-2 * Math.Log(Uniform(key + counter)));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * Uniform(secondKey + counter));
            normalX[i] = radius * cosine;
            normalY[i] = radius * sine;
        }
    }

    /// <summary>One number, uniform strictly between 0 and 1.</summary>
    public static double Uniform(ulong seed, int step, int particle) => Uniform(Key(seed, step) + (ulong)(particle + 1) * Golden);

    private static ulong Key(ulong seed, int step) => Mix(Mix(seed + Golden) + (ulong)step * Golden);

    /// <summary>(k + ½) 2⁻⁵², 0 ≤ k &lt; 2⁵²: strictly between 0 and 1.</summary>
    private static double Uniform(ulong state) => ((Mix(state) >> 12) + 0.5) / (1L << 52);

    private static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }
}
