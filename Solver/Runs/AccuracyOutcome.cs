using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>One resolution that was tried.</summary>
/// <param name="Estimate">The estimated error; null if it could not be estimated.</param>
/// <param name="Space">The change of the result with twice the cells along each axis; NaN where that was not computed.</param>
/// <param name="Time">The same with twice the steps.</param>
/// <param name="RefinesSpace">True if the next attempt has twice the cells along each axis.</param>
/// <param name="RefinesTime">True if the next attempt has twice the steps.</param>
public sealed record AccuracyAttempt(
    Resolution Resolution, ErrorEstimate? Estimate, double Space, double Time, bool RefinesSpace, bool RefinesTime)
{
    /// <summary>What the next attempt refines, in a word.</summary>
    public string Refines => (RefinesSpace, RefinesTime) switch
    {
        (true, true) => "both",
        (true, false) => "cells",
        (false, true) => "steps",
        _ => "none",
    };
}

/// <summary>What a run did to reach the error that was asked for.</summary>
/// <param name="Norm"><c>L1</c>, <c>L2</c> or <c>Linf</c>.</param>
/// <param name="Goal">The error asked for.</param>
/// <param name="Reason">Why it was not reached; null if it was.</param>
/// <param name="Attempts">In their order; the last one is the resolution of the run.</param>
public sealed record AccuracyOutcome(string Norm, double Goal, string? Reason, IReadOnlyList<AccuracyAttempt> Attempts)
{
    /// <summary>True if the estimate of the last attempt is below the goal.</summary>
    public bool Reached => Reason is null;

    /// <summary>Cells and steps of the run.</summary>
    public Resolution Chosen => Attempts[^1].Resolution;

    /// <summary>The outcome in a sentence.</summary>
    public string Sentence
    {
        get
        {
            string asked = $"{Norm} error of {Quoted.Number(Goal)}";
            string stated = Attempts[^1].Estimate is { } estimate ? $"about {EstimateText.Number(estimate.In(Norm))}" : "not estimated";
            string tried = Attempts.Count == 1 ? "1 attempt" : FormattableString.Invariant($"{Attempts.Count} attempts");
            return Reached ? $"the {asked} that was asked for is reached with {Chosen.Words} ({stated}), in {tried}"
                : $"the {asked} that was asked for is not reached: {stated} with {Chosen.Words}, in {tried}, because {Reason}";
        }
    }
}
