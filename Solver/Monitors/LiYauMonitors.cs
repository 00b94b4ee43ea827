using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
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
    private readonly double[] tolerances = [];

    /// <param name="dataVariance">Smallest variance σ² of the data's components, for a closed-form u: Λ = −d/(σ² + 2t) then.</param>
    public LiYauMonitors(Grid grid, TimeLevels times, ForwardKind forward, double dataVariance)
    {
        dimension = grid.Dimension;
        if (!grid.IsUniform)
            return;
        sharp = forward == ForwardKind.ClosedForm
            ? [.. Enumerable.Range(0, times.Last + 1).Select(level => -dimension / (dataVariance + 2 * times[level]))]
            : LatticeKernel.CurvatureBounds(grid, times, forward);
        tolerances = [.. Enumerable.Range(0, times.Last + 1).Select(level => grid.Axes.Sum(axis => Tolerance(axis, times, forward, dataVariance, level)))];
    }

    /// <summary>
    /// One axis's rounding of Δ_h log u, (2/h²)·(relative rounding of u that a second difference sees), absolute. Implicit Euler: 8(n + 8) units, n
    /// steps. Lattice-exact: a step sums at most 64 + 13√λ positive terms a cell (the kernel to 2⁻⁵⁵), four cells in a second difference. Closed form: an average
    /// carries 4e-15; a face is off by at most 3 units of M, the axis's largest coordinate, a cell's width by 6, its log average by 6 M (1/h + |s|)
    /// units, of which a second difference takes two pairs; |s| ≤ 36/√a in every cell that is judged (u ≥ 1e-277).
    /// </summary>
    private static double Tolerance(Axis axis, TimeLevels times, ForwardKind forward, double dataVariance, int level)
    {
        double h = axis.Widths[0], units = 8 * (times.Warmup + level + 8);
        if (forward == ForwardKind.LatticeExact)
        {
            for (int step = 0; step < level; step++)
                units += 4 * (64 + 13 * Math.Sqrt(times.Step(step)) / h);
            units += 4 * times.Warmup * (64 + 13 * Math.Sqrt(times.WarmupStep) / h);
        }
        else if (forward == ForwardKind.ClosedForm)
        {
            double largest = Math.Max(Math.Abs(axis.From), Math.Abs(axis.To)), variance = dataVariance + 2 * times[level];
            units += 300 + 12 * largest * (1 / h + 36 / Math.Sqrt(variance));
        }

        return 2 / (h * h) * units * Rounding.Unit;
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double bound = sharp?[level.Index] ?? double.NaN;
        double absolute = sharp is null ? 0 : tolerances[level.Index];
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
