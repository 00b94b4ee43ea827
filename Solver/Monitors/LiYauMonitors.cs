using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The Li–Yau bound on div s = Δ log u: <c>li-yau</c>, the continuum's min Δ_h log u ≥ −d/(2t) [paper], which a grid may exceed, and
/// <c>li-yau-discrete</c>, the sharp bound Λ of the grid (docs/numerics.md, 3.3), a theorem on uniform axes. A continuum bound exceeded
/// where the sharp one holds reads <c>discretization</c>.
/// </summary>
internal sealed class LiYauMonitors : IMonitor
{
    private static readonly MonitorDescriptor Continuum = new(
        "li-yau", "Δ log u ≥ −d/2t, of the continuum", "min Δ log u", "−d/2t", "1/length²", Relation.AtLeast, ReadingStatus.Observed)
    {
        Theorem = new Theorem("Li-Yau bound", "numerics 2.1", IsOfPaper: true),
        Help = new MonitorHelp(
            "the divergence of the score on the grid falls below -d/2t",
            "cells that are wide against sqrt(t), few warmup steps, or a graded axis",
            "li-yau-discrete; more cells where u varies, more warmup steps"),
    };

    private static readonly MonitorDescriptor Sharp = new(
        "li-yau-discrete", "Δ log u ≥ Λ, sharp on this grid", "min Δ log u", "Λ", "1/length²", Relation.AtLeast, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("Li-Yau bound, sharp discrete form", "numerics 3.3"),
        Help = MonitorHelp.OfGuarantee("the divergence of the score on the grid falls below the least that the grid permits"),
    };

    public static MonitorKind Kind { get; } = new([Continuum, Sharp], setup => new LiYauMonitors(setup));

    private readonly int dimension;
    private readonly double[]? sharp;
    private readonly double[] tolerances = [];

    public LiYauMonitors(MonitorSetup setup)
    {
        dimension = setup.Grid.Dimension;
        if (!setup.Grid.IsUniform)
            return;
        TimeLevels times = setup.Times;
        int[] levels = [.. Enumerable.Range(0, times.Last + 1)];

        // Of a closed-form u with components of variance at least σ²: Λ = −d/(σ² + 2t).
        sharp = setup.Forward == ForwardKind.ClosedForm
            ? [.. levels.Select(level => -dimension / (setup.DataVariance + 2 * times[level]))]
            : LatticeKernel.CurvatureBounds(setup.Grid, times, setup.Forward);
        tolerances = [.. levels.Select(level => setup.Grid.Axes.Sum(axis => Tolerance(axis, setup, level)))];
    }

    /// <summary>
    /// One axis's rounding of Δ_h log u, (2/h²)·(relative rounding of u that a second difference sees), absolute. Implicit Euler:
    /// 8(n + 8) units, n steps. Lattice-exact: a step sums at most 64 + 13√λ positive terms per cell (the kernel to 2⁻⁵⁵), four cells in a
    /// second difference. Closed form: an average carries 4e-15; a face is off by at most 3 units of M, the axis's largest coordinate, a
    /// cell's width by 6, its log average by 6 M (1/h + |s|) units, of which a second difference takes two pairs; |s| ≤ 36/√a in every
    /// cell that is judged (u ≥ 1e-277).
    /// </summary>
    private static double Tolerance(Axis axis, MonitorSetup setup, int level)
    {
        TimeLevels times = setup.Times;
        double h = axis.Widths[0], units = 8 * (times.Warmup + level + 8);
        if (setup.Forward == ForwardKind.LatticeExact)
        {
            for (int step = 0; step < level; step++)
                units += 4 * (64 + 13 * Math.Sqrt(times.Step(step)) / h);
            units += 4 * times.Warmup * (64 + 13 * Math.Sqrt(times.WarmupStep) / h);
        }
        else if (setup.Forward == ForwardKind.ClosedForm)
        {
            double largest = Math.Max(Math.Abs(axis.From), Math.Abs(axis.To)), variance = setup.DataVariance + 2 * times[level];
            units += 300 + 12 * largest * (1 / h + 36 / Math.Sqrt(variance));
        }

        return 2 / (h * h) * units * Rounding.Unit;
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double bound = sharp?[level.Index] ?? double.NaN;
        double absolute = sharp is null ? 0 : tolerances[level.Index];
        Reading discrete = !double.IsFinite(bound)
            ? Judge.NotApplicable(level, Sharp, level.LeastCurvature, guaranteed: sharp is not null)
            : Judge.Read(
                level, Sharp, level.LeastCurvature, bound, absolute / Judge.Scale(bound), guaranteed: true, level.Judged,
                level.LeastCurvatureCell);

        double continuum = -dimension / (2 * level.Time);
        Reading paper = level.Time == 0
            ? Judge.NotApplicable(level, Continuum, level.LeastCurvature, guaranteed: false)
            : Judge.Read(
                level, Continuum, level.LeastCurvature, continuum, absolute / Judge.Scale(continuum), guaranteed: false, level.Judged,
                level.LeastCurvatureCell);
        readings.Add(Judge.Excuse(paper, discrete.Verdict == Verdict.Held));
        readings.Add(discrete);
    }
}
