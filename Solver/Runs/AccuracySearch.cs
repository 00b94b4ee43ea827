using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>
/// Refines cells and steps of a run until its estimated error is below the one asked for. Each attempt is estimated from its companions
/// at half and a quarter of the resolution; where that is too large, one companion with twice the cells and one with twice the steps tell
/// which of the two to refine. They are remembered: the next attempt is often one of them. The choice depends on the results alone,
/// except where the memory of the machine ends it.
/// </summary>
/// <param name="problem">The problem as its config describes it, with an accuracy.</param>
public sealed class AccuracySearch(Problem problem, CompanionRuns runs, IRunProgress progress)
{
    /// <summary>A change below this fraction of the goal need not be made smaller.</summary>
    private const double Negligible = 0.25;

    private readonly AccuracyConfig config =
        problem.Config.Accuracy ?? throw new ArgumentException("no accuracy is asked for", nameof(problem));

    /// <summary>Makes the attempts, and reports each on a line.</summary>
    /// <exception cref="RunFailedException">A value is not finite, or (<see cref="RunInterruptedException"/>) cancelled: what has been
    /// done is kept.</exception>
    /// <exception cref="InputException">The first attempt cannot be built.</exception>
    public AccuracyOutcome Run(CancellationToken cancellation)
    {
        (string norm, double goal) = config.Goal ?? throw new InvalidOperationException("the config is not checked");
        var attempts = new List<AccuracyAttempt>();
        Resolution at = Resolution.Of(problem);
        while (true)
        {
            Solution result = runs.Solve(at, $"attempt with {at.Words}", cancellation);
            ErrorEstimate? estimate = runs.Estimate(result, cancellation);
            bool reached = estimate is { IsReliable: true } && estimate.In(norm) <= goal;
            string? reason = null;
            AccuracyAttempt attempt = reached ? new AccuracyAttempt(at, estimate, double.NaN, double.NaN, false, false)
                : Choose(result, estimate, norm, goal, out reason, cancellation);
            attempts.Add(attempt);
            progress.Note(Line(attempts.Count, attempt, norm, goal));
            if (reached || reason is not null)
                return new AccuracyOutcome(norm, goal, reason, attempts);
            at = at.Refined(attempt.RefinesSpace, attempt.RefinesTime);
        }
    }

    /// <summary>Which of cells and steps to refine.</summary>
    /// <param name="reason">Why nothing can be refined; null if something is.</param>
    private AccuracyAttempt Choose(
        Solution result, ErrorEstimate? estimate, string norm, double goal, out string? reason, CancellationToken cancellation)
    {
        Resolution at = result.Resolution;
        string? noSpace = WhyNoCells(at.Refined(true, false)), noTime = WhyNoSteps(at);
        double space = noSpace is null ? Change(result, at.Refined(true, false), norm, ref noSpace, cancellation) : double.NaN;
        double time = noTime is null ? Change(result, at.Refined(false, true), norm, ref noTime, cancellation) : double.NaN;

        // The larger change, and the other unless it is negligible; with one at its bound, the other only for its own error.
        bool inSpace = noSpace is null && (space > Negligible * goal || (noTime is null && space >= time));
        bool inTime = noTime is null && (time > Negligible * goal || (noSpace is null && time > space));
        if (inSpace && inTime && WhyNoCells(at.Refined(true, true)) is { } tooMany)
            (inSpace, noSpace) = (false, tooMany);
        reason = inSpace || inTime ? null : string.Join(", and ", ((string?[])[noSpace, noTime]).OfType<string>());
        return new AccuracyAttempt(at, estimate, space, time, inSpace, inTime);
    }

    /// <summary>The change of a result at a finer resolution, in a norm; NaN, and why, if the memory is too small for it.</summary>
    private double Change(Solution result, Resolution finer, string norm, ref string? why, CancellationToken cancellation)
    {
        try
        {
            double[] changes = ErrorEstimate.Differences(runs.Solve(finer, $"{finer.Words}", cancellation), result);
            return changes[norm == "L1" ? 0 : norm == "L2" ? 1 : 2];
        }
        catch (Exception failure) when (failure is InputException or OutOfMemoryException)
        {
            why = $"a run with {finer.Words} cannot be made: {failure.Message}";
            return double.NaN;
        }
    }

    private string? WhyNoCells(Resolution finer)
    {
        if (problem.FileWithCells is { } key)
            return $"{key} names a file with one value per cell, so that the cells cannot be refined";
        if (finer.Cells > config.MaxCells)
            return FormattableString.Invariant($"{finer.Cells} cells are more than maxCells = {config.MaxCells}");
        double bytes = MeshRules.BytesOfGrid(problem.Grid.Dimension, finer.Cells);
        double available = MachineMemory.Total;
        return bytes <= available ? null : FormattableString.Invariant(
            $"{finer.Cells} cells need {MeshRules.Bytes(bytes)} of memory, but this machine has {MeshRules.Bytes(available)}");
    }

    private string? WhyNoSteps(Resolution at) => 2L * at.Steps <= config.MaxSteps ? null
        : FormattableString.Invariant($"{2L * at.Steps} steps are more than maxSteps = {config.MaxSteps}");

    private static string Line(int number, AccuracyAttempt attempt, string norm, double goal)
    {
        string stated = attempt.Estimate is not { } estimate ? "no estimate"
            : string.Create(CultureInfo.InvariantCulture, $"{norm} error about {EstimateText.Number(estimate.In(norm))}")
                + (double.IsFinite(estimate.Order) ? string.Create(CultureInfo.InvariantCulture, $", order {estimate.Order:0.0}") : "")
                + (estimate.IsReliable ? "" : ", too coarse to rely on");
        string next = attempt.Refines switch
        {
            "both" => "refining cells and steps",
            "none" => attempt.Estimate is { IsReliable: true } known && known.In(norm) <= goal ? "reached" : "cannot be refined further",
            var one => $"refining {one}",
        };
        return FormattableString.Invariant($"accuracy: attempt {number}, {attempt.Resolution.Words}: {stated}; {next}");
    }
}
