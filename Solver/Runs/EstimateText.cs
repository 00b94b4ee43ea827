using System.Globalization;
using PdeDiffusion.Configs;

namespace PdeDiffusion.Runs;

/// <summary>What the estimate of a run's error says, in a sentence.</summary>
public static class EstimateText
{
    /// <summary>The sentence, as in <c>v at t = 0.001: L1 error about 2.1e-5 (…)</c>.</summary>
    public static string Of(ErrorEstimate estimate, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(config);
        const string From = "estimated from runs at half and a quarter of the resolution";
        string what = string.Create(
            CultureInfo.InvariantCulture, $"{(config.Generation is null ? "u" : "v")} at t = {config.Time.Stop:R}: ");
        string score = config.Generation is null or { Score: GridScore } ? "" : "; the error of the given score is not part of it";
        if (estimate.AgreesToRounding)
            return $"{what}runs at half and a quarter of the resolution agree up to rounding error{score}";
        return estimate.Asymptotic ? $"{what}L1 error about {Number(estimate.L1)} ({From}{score})"
            : $"{what}the resolution is too coarse to estimate the error: half of it changes L1 by {Number(estimate.L1)}{score}";
    }

    /// <summary>Two digits: 2.1e-5.</summary>
    internal static string Number(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
