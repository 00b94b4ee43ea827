using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// KL(v|u) = Σ |i| v log w, or a part of it, and the scale of its rounding error: Σ |i| v (1 + |log w|) where the logarithms are exact to
/// rounding, Σ |i| v where they are good to <see cref="VectorMath.RoughLogError"/>.
/// </summary>
internal readonly record struct Divergence(double Value, double Size)
{
    private const double Rounding = 16.0 / (1L << 53);

    /// <summary>The factor 3/2 covers the rounding of the sums.</summary>
    private const double RoughError = 1.5 * VectorMath.RoughLogError;

    public Divergence With(Divergence other) => new(Value + other.Value, Size + other.Size);

    public Divergence Times(double factor) => new(Value * factor, Size * factor);

    /// <summary>Whether this one is larger by more than the rounding of the two sums; both exact. True if either is NaN.</summary>
    public bool Exceeds(Divergence before) => !(Value <= before.Value + Rounding * Math.Max(Size, before.Size));

    /// <summary>
    /// Whether this one is smaller, by <paramref name="margin"/> at least, within the error of the approximate logarithms; both
    /// approximate. False if either is NaN.
    /// </summary>
    public bool IsProvablyBelow(Divergence before, double margin = 0) => before.Value - Value > margin + RoughError * (Size + before.Size);

    /// <summary>An exact divergence that this rough one proves to be reached.</summary>
    public Divergence LeastExact => new(Value - RoughError * Size, 0);
}
