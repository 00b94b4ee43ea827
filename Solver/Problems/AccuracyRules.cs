using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Rules for the error that is asked for.</summary>
internal static class AccuracyRules
{
    /// <summary>Smaller errors are those of rounding.</summary>
    private const double LeastError = 1e-12;

    /// <summary>Reports what is wrong with it.</summary>
    public static void Check(AccuracyConfig accuracy, RunConfig config, Grid grid, InputReport report)
    {
        if (accuracy.Goal is not { } goal)
            report.Add("accuracy", "requires exactly one of L1, L2 and Linf");
        else if (goal.Error < LeastError)
            report.Add($"accuracy.{goal.Norm}", $"must be >= {LeastError:R}, above rounding error, but is {goal.Error:R}");
        if (grid.CellCount > accuracy.MaxCells)
            report.Add("accuracy.maxCells", $"must be >= the {grid.CellCount} cells of the mesh, but is {accuracy.MaxCells}");
        if (config.Time.Steps > accuracy.MaxSteps)
            report.Add("accuracy.maxSteps", $"must be >= time.steps = {config.Time.Steps}, but is {accuracy.MaxSteps}");
        if (config.ErrorEstimate == false)
            report.Add("errorEstimate", "must not be false with accuracy, which refines until the estimated error is small enough");
    }

    /// <summary>
    /// Why no resolution gives the L1 error that is asked for on R^d: more mass of u(T) or v_T lies outside the box. Null if that is not
    /// so, or not known.
    /// </summary>
    public static string? BeyondBox(Problem problem)
    {
        RunConfig config = problem.Config;
        if (config.Accuracy is not { L1: { } goal } || problem.Data.ClosedForm is not { } data)
            return null;
        double ofData = RunNotes.Outside(problem.Grid, data, 2 * config.Time.End);
        double ofStart = problem.Start?.ClosedForm is { } start ? RunNotes.Outside(problem.Grid, start, 0) : 0;
        double mass = Math.Max(ofData, ofStart);
        return mass <= goal ? null : FormattableString.Invariant(
            $"{mass:G3} of the mass of {(ofStart > ofData ? "v_T" : "u(T)")} lies outside the box, more than the L1 error of {goal:R} ")
            + "that is asked for: no resolution gives it on R^d; the estimate is that of the problem on the box; widen the box to "
            + RunNotes.Box(problem.Grid, data, problem.Start?.ClosedForm, config.Time.End);
    }
}
