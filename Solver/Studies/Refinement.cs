using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Studies;

/// <summary>What a sweep refines.</summary>
public enum RefinedVariable
{
    Space,
    Time,
    Both,
}

/// <summary>
/// The levels of a sweep in order. h is the mean cell width of the axes that are refined (of all, if none is), the largest of them;
/// Δt is the mean step (end − stop)/steps: both fall exactly as 1/cells and 1/steps, on graded axes and unequal steps too.
/// </summary>
/// <param name="Levels">The series' levels from the coarsest to the finest.</param>
/// <param name="H">h of each.</param>
/// <param name="TimeStep">Δt of each.</param>
public sealed record Refinement(
    RefinedVariable Variable, IReadOnlyList<StudyLevel> Levels, IReadOnlyList<double> H, IReadOnlyList<double> TimeStep)
{
    /// <summary>The variable of the orders: Δt if time alone is refined, else h.</summary>
    public IReadOnlyList<double> Scale => Variable == RefinedVariable.Time ? TimeStep : H;

    /// <summary>Deduces what a sweep refines.</summary>
    /// <exception cref="InputException">
    /// The levels have no order: h and Δt must each fall strictly from the coarsest level to the finest
    /// or stay, and one must fall.
    /// </exception>
    public static Refinement Of(Study study, StudySeries series)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(series);
        double[] widths = Widths(series.Levels), steps = [.. series.Levels.Select(level => MeanStep(level.Config.Time))];
        int[] order = [.. Enumerable.Range(0, widths.Length).OrderByDescending(level => widths[level])
            .ThenByDescending(level => steps[level])];
        double[] h = [.. order.Select(level => widths[level])], dt = [.. order.Select(level => steps[level])];
        bool space = Falls(h), time = Falls(dt);
        if ((!space && !time) || !(space || Stays(h)) || !(time || Stays(dt)))
        {
            throw study.Source.Wrong(series.Path, Stays(h) && Stays(dt)
                ? "its levels cannot be ordered: neither cells nor steps vary (for other parameters use grid)"
                : "its levels cannot be ordered: from coarsest to finest, cells and steps must each increase at every level "
                    + "or stay constant");
        }

        return new Refinement(
            space && time ? RefinedVariable.Both : space ? RefinedVariable.Space : RefinedVariable.Time,
            [.. order.Select(level => series.Levels[level])], h, dt);
    }

    private static bool Falls(double[] values) => values.Zip(values.Skip(1)).All(pair => pair.Second < pair.First * (1 - 1e-12));

    private static bool Stays(double[] values) => values.All(value => Math.Abs(value - values[0]) <= 1e-12 * values[0]);

    private static double MeanStep(TimeConfig time) => (time.End - time.Stop) / time.Steps;

    private static double[] Widths(IReadOnlyList<StudyLevel> levels)
    {
        double[][] axes = [.. levels.Select(level => level.Problem.Grid.Axes.Select(MeanWidth).ToArray())];
        int dimension = axes.Min(level => level.Length);
        int[] refined = [.. Enumerable.Range(0, dimension).Where(axis => !Stays([.. axes.Select(level => level[axis])]))];
        return [.. axes.Select(level => refined.Length == 0 ? level.Max() : refined.Max(axis => level[axis]))];
    }

    private static double MeanWidth(Axis axis) => (axis.To - axis.From) / axis.Cells;
}
