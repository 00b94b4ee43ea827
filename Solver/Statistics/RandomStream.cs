using System.Diagnostics.CodeAnalysis;

namespace PdeDiffusion.Statistics;

/// <summary>
/// A counter-based random generator, Philox 2×64 with 10 rounds (Salmon, Moraes, Dror, Shaw, SC 2011): the draws are a function of
/// (seed, stream, position) only, so a particle or a sample that owns a stream gets the same numbers whatever the thread count. A
/// mutable struct: pass it by reference.
/// </summary>
/// <param name="seed">Key of the cipher; different seeds give unrelated draws.</param>
/// <param name="stream">First word of the counter: one stream per particle or sample.</param>
/// <param name="position">Second word of the counter, advanced by 1 with each block of two draws.</param>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers, the field's word.")]
public struct RandomStream(ulong seed, ulong stream, ulong position = 0)
{
    private const double TwoToMinus53 = 1.0 / (1L << 53);

    private ulong position = position;
    private ulong spareBits;
    private double spareGaussian;
    private bool hasBits;
    private bool hasGaussian;

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        if (hasBits)
        {
            hasBits = false;
            return spareBits;
        }

        (ulong first, spareBits) = Block();
        hasBits = true;
        return first;
    }

    /// <summary>A uniform number in (0, 1), one of the 2⁵³ odd multiples of 2⁻⁵⁴ (the last rounds to 1 − 2⁻⁵³).</summary>
    public double NextUniform() => ToUniform(NextBits());

    /// <summary>A standard normal number, by Box and Muller's method; a block makes two, the second is kept for the next call.</summary>
    public double NextGaussian()
    {
        if (hasGaussian)
        {
            hasGaussian = false;
            return spareGaussian;
        }

        (ulong first, ulong second) = Block();
        double radius = Math.Sqrt(-2 * Math.Log(ToUniform(first)));
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * ToUniform(second));
        spareGaussian = radius * sine;
        hasGaussian = true;
        return radius * cosine;
    }

    private static double ToUniform(ulong bits) => Math.Min(((bits >> 11) + 0.5) * TwoToMinus53, 1 - TwoToMinus53);

    private (ulong First, ulong Second) Block()
    {
        const ulong multiplier = 0xD2B74407B1CE6E93;
        const ulong weyl = 0x9E3779B97F4A7C15;
        ulong left = stream, right = position++, key = seed;
        for (int round = 0; round < 10; round++)
        {
            ulong high = Math.BigMul(multiplier, left, out ulong low);
            left = high ^ key ^ right;
            right = low;
            key = unchecked(key + weyl);
        }

        return (left, right);
    }
}
