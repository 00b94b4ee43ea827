using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The Li–Yau bound on div s = Δ log u: <c>li-yau</c>, the continuum's min Δ_h log u ≥ −d/(2t) [paper], which the grid may miss, and <c>li-yau-discrete</c>, the sharp
/// bound Λ of the grid (docs/numerics.md, 3.3), a theorem on uniform axes. A continuum bound missed where the sharp one holds reads <c>discretization</c>.
/// </summary>
internal sealed class LiYauMonitors : IMonitor
{
    private readonly int dimension;
    private readonly double[]? sharp;
    private readonly double roundingScale;
    private readonly double evaluation;

    /// <param name="dataVariance">Smallest variance σ² of the data's components, for a closed-form u: Λ = −d/(σ² + 2t) then.</param>
    public LiYauMonitors(Grid grid, TimeLevels times, ForwardKind forward, double dataVariance)
    {
        dimension = grid.Dimension;
        if (!grid.IsUniform)
            return;
        sharp = forward == ForwardKind.ClosedForm
            ? [.. Enumerable.Range(0, times.Last + 1).Select(level => -dimension / (dataVariance + 2 * times[level]))]
            : LatticeKernel.CurvatureBounds(grid, times, forward);
        // A closed form's cell averages carry up to 4e-15 each; four of them, and some, meet in a second difference.
        evaluation = forward == ForwardKind.ClosedForm ? 300 : 0;
        roundingScale = grid.Axes.Sum(axis => 2 / (axis.Widths[0] * axis.Widths[0]));
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double bound = sharp?[level.Index] ?? double.NaN;
        double absolute = (8 * (level.ForwardSteps + 8) + evaluation) * Rounding.Unit * roundingScale;
        Reading discrete = !double.IsFinite(bound)
            ? Judge.NotApplicable(level, "li-yau-discrete", level.LeastCurvature, guaranteed: sharp is not null)
            : Judge.Lower(level, "li-yau-discrete", level.LeastCurvature, bound, absolute / Judge.Scale(bound), guaranteed: true, level.Judged,
                level.LeastCurvatureCell);

        double continuum = -dimension / (2 * level.Time);
        Reading paper = level.Time == 0
            ? Judge.NotApplicable(level, "li-yau", level.LeastCurvature, guaranteed: false)
            : Judge.Lower(level, "li-yau", level.LeastCurvature, continuum, absolute / Judge.Scale(continuum), guaranteed: false, level.Judged,
                level.LeastCurvatureCell);
        if (paper.Verdict == Verdict.Violated && discrete.Verdict == Verdict.Held)
            paper = paper with { Verdict = Verdict.Discretization };
        readings.Add(paper);
        readings.Add(discrete);
    }
}
