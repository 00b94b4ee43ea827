using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// What <c>check</c> would propose where a config is far from docs/choosing.md, one line per item: T, the start, the box, the steps. Cells
/// too wide and boxes too narrow are notes of every run (<see cref="RunNotes"/>). Data without a closed form get none.
/// </summary>
internal static class Proposals
{
    // A start of the moments of u(T) gives 0; at 0.5 means differ by a deviation, or variances by a factor of 4.
    private const double LargestDivergence = 0.5;

    private const double LargestSpread = 3, WidestBox = 4, FewestSteps = 1, MostSteps = 16, BalancedSteps = 4;

    public static IEnumerable<string> Of(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.Data.ClosedForm is not { } data ? []
            : ((string?[])[End(problem, data), Start(problem, data), Box(problem, data), Steps(problem, data)]).OfType<string>();
    }

    /// <summary>Noise of less than a third of the data's spread: u(T) is still the data's shape.</summary>
    private static string? End(Problem problem, Mixture data)
    {
        if (problem.Start is null || problem.Grid.Axes.Any(axis => axis.IsPeriodic))
            return null;
        double spread = 0, end = problem.Config.Time.End;
        for (int axis = 0; axis < problem.Grid.Dimension; axis++)
            spread = Math.Max(spread, Math.Sqrt(Moments(data, axis).Variance));
        return Math.Sqrt(2 * end) >= spread / LargestSpread ? null : FormattableString.Invariant(
            $"time.end = {end:G3}: noise of sqrt(2T) = {Math.Sqrt(2 * end):G3} leaves u(T) the shape of the data, ")
            + FormattableString.Invariant($"whose deviation is {spread:G3}, so that no Gaussian start is near it; ")
            + FormattableString.Invariant($"proposed: time.end of {0.5 * spread * spread:G2}");
    }

    /// <summary>A start far from u(T): KL(v|u), which noise alone reduces, starts from at least about that.</summary>
    private static string? Start(Problem problem, Mixture data)
    {
        if (problem.Start?.ClosedForm is not { } start || problem.Grid.Axes.Any(axis => axis.IsPeriodic))
            return null;
        double divergence = 0, end = problem.Config.Time.End;
        var means = new List<string>();
        double variance = 0;
        for (int axis = 0; axis < problem.Grid.Dimension; axis++)
        {
            (double mean, double spread) = Moments(data, axis);
            double of = spread + 2 * end, ratio = RunNotes.Variance(start, 0, axis) / of;
            double offset = (axis == 0 ? start.X[0] : start.Y[0]) - mean;
            divergence += 0.5 * (ratio - 1 - Math.Log(ratio) + offset * offset / of);
            means.Add(FormattableString.Invariant($"{mean:G3}"));
            variance = Math.Max(variance, of);
        }

        return divergence <= LargestDivergence ? null : FormattableString.Invariant(
            $"generation.start is far from u(T): Gaussians of their moments have KL = {divergence:G3}, which only noise reduces; ")
            + FormattableString.Invariant($"proposed: mean [{string.Join(", ", means)}], variance {variance:G3}, or kind forward");
    }

    /// <summary>A box that is mostly empty.</summary>
    private static string? Box(Problem problem, Mixture data)
    {
        double end = problem.Config.Time.End, widest = 0;
        for (int axis = 0; axis < problem.Grid.Dimension; axis++)
        {
            Axis along = problem.Grid.Axes[axis];
            (double from, double to) = RunNotes.Reach(data, problem.Start?.ClosedForm, axis, end);
            if (!along.IsPeriodic)
                widest = Math.Max(widest, (along.To - along.From) / (to - from));
        }

        return widest <= WidestBox ? null : FormattableString.Invariant(
            $"mesh: the box is {widest:G2} times as wide as the data ± 6 sqrt(2T) and the start; proposed: ")
            + RunNotes.Box(problem.Grid, data, problem.Start?.ClosedForm, end);
    }

    /// <summary>
    /// Steps per factor e of t + shift against cells per narrowest deviation at t_min: 4 to 1 balances the errors of time and space
    /// (docs/choosing.md). For the default scheme, at geometric levels.
    /// </summary>
    private static string? Steps(Problem problem, Mixture data)
    {
        TimeConfig time = problem.Config.Time;
        if (problem.Config.Scheme is not RemapSchemeConfig { Reconstruction: Reconstruction.Parabolic }
            || time.Spacing != TimeSpacing.Geometric || time.Schedule is not null || time.Levels is not null)
            return null;
        double factors = Math.Log((time.End + time.Shift) / (time.Stop + time.Shift)), resolution = double.PositiveInfinity;
        for (int k = 0; k < data.Count; k++)
            resolution = Math.Min(resolution, Math.Sqrt(data.Variances[k] + 2 * time.Stop) / RunNotes.Width(problem.Grid, data, k));
        double steps = time.Steps / factors, cells = Math.Max(1, resolution);
        if (steps >= FewestSteps && steps <= MostSteps * cells)
            return null;
        return FormattableString.Invariant($"time.steps = {time.Steps} are {steps:G2} per factor e of t with {resolution:G2} cells per ")
            + FormattableString.Invariant($"deviation of u(t_min): the error of {(steps < FewestSteps ? "time" : "space")} dominates; ")
            + FormattableString.Invariant($"proposed: time.steps of about {Math.Ceiling(BalancedSteps * cells * factors):G3}");
    }

    private static (double Mean, double Variance) Moments(Mixture data, int axis)
    {
        double mean = 0, square = 0;
        for (int k = 0; k < data.Count; k++)
            mean += data.Weights[k] * (axis == 0 ? data.X[k] : data.Y[k]);
        for (int k = 0; k < data.Count; k++)
        {
            double offset = (axis == 0 ? data.X[k] : data.Y[k]) - mean;
            square += data.Weights[k] * (offset * offset + RunNotes.Variance(data, k, axis));
        }

        return (mean, square);
    }
}
