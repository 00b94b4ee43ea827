using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The Li–Yau bound on div s = Δ log u: <c>li-yau</c>, the continuum's min Δ_h log u ≥ −d/(2t) [paper], which a grid may exceed, and
/// <c>li-yau-discrete</c>, the sharp bound Λ of the grid (docs/numerics.md, 3.3), a theorem on uniform axes. A continuum bound exceeded
/// where the sharp one holds reads <c>discretization</c>. <c>li-yau</c> has no verdict on axes whose widths jump: cell averages of the
/// exact u exceed it there (docs/monitors.md).
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

    // Cell averages of the exact u keep the bound in practice where neighbouring cells differ by this factor at most.
    private const double MostRatio = 1.2;

    private readonly int dimension;
    private readonly bool comparable;
    private readonly double[]? sharp;
    private readonly double[] tolerances = [];

    public LiYauMonitors(MonitorSetup setup)
    {
        dimension = setup.Grid.Dimension;
        comparable = setup.Grid.Axes.All(IsSmooth);
        if (!setup.Grid.IsUniform)
            return;
        SharpCurvature curvature = setup.Curvature;
        int[] levels = [.. Enumerable.Range(0, setup.Times.Last + 1)];
        sharp = [.. levels.Select(level => Enumerable.Range(0, dimension).Sum(axis => curvature.Bound(axis, level)))];
        tolerances = [.. levels.Select(level => Enumerable.Range(0, dimension).Sum(axis => curvature.Tolerance(axis, level)))];
    }

    private static bool IsSmooth(Axis axis)
    {
        ReadOnlySpan<double> widths = axis.Widths;
        for (int cell = 0; cell < axis.Links; cell++)
        {
            double here = widths[cell], next = widths[(cell + 1) % widths.Length];
            if (Math.Max(here, next) > MostRatio * Math.Min(here, next))
                return false;
        }

        return true;
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
        Reading paper = level.Time == 0 || !comparable
            ? Judge.NotApplicable(level, Continuum, level.LeastCurvature, guaranteed: false)
            : Judge.Read(
                level, Continuum, level.LeastCurvature, continuum, absolute / Judge.Scale(continuum), guaranteed: false, level.Judged,
                level.LeastCurvatureCell);
        readings.Add(Judge.Excuse(paper, discrete.Verdict == Verdict.Held));
        readings.Add(discrete);
    }
}
