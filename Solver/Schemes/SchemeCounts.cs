namespace PdeDiffusion.Schemes;

/// <summary>
/// How often a scheme's limiter acted, summed over the steps so far. The limiter enforces the <see cref="Guarantees"/> line by line where
/// the higher-order result would violate one (docs/remap.md, 4). A scheme that needs no limiter reports <see cref="None"/>.
/// </summary>
/// <param name="Lines">Lines of cells swept under the limiter.</param>
/// <param name="Repaired">
/// Diffusion substeps of a line that violated a bound and were repaired locally, by fluxes between neighbouring cells.
/// </param>
/// <param name="Blended">
/// Lines whose higher-order result was blended with the Markov step: KL increased, or a bound could not be repaired.
/// </param>
/// <param name="LowestShare">The smallest share of the higher-order result kept in a blend, in [0, 1]; 1 without a blend.</param>
public readonly record struct SchemeCounts(long Lines, long Repaired, long Blended, double LowestShare)
{
    public static SchemeCounts None { get; } = new(0, 0, 0, 1);

    /// <summary>
    /// Mass that the cross correction of the parabolic remap was to transport (docs/remap.md, 8): Σ |flux| Δt over all faces and half
    /// steps. 0 without one.
    /// </summary>
    public double CrossFlux { get; init; }

    /// <summary>
    /// The part of <see cref="CrossFlux"/> that was transported; the rest was limited for stability, the bounds on w, or KL.
    /// </summary>
    public double CrossFluxKept { get; init; }

    /// <summary>
    /// v-mass that linear solves handed from cell to cell, each sum of it with a few rounding errors (docs/monitors.md). NaN for a scheme
    /// that does not measure it.
    /// </summary>
    public double HandedOn { get; init; } = double.NaN;

    /// <summary>v-mass gained or lost because u-masses that should be equal differ by rounding errors: Σ |gain| over all lines.</summary>
    public double Unbalanced { get; init; }

    /// <summary>The counts of two disjoint sets of lines together.</summary>
    public SchemeCounts With(SchemeCounts other) => new(
        Lines + other.Lines, Repaired + other.Repaired, Blended + other.Blended, Math.Min(LowestShare, other.LowestShare))
    {
        CrossFlux = CrossFlux + other.CrossFlux,
        CrossFluxKept = CrossFluxKept + other.CrossFluxKept,
    };
}
