using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The Li–Yau bound along each lattice direction (docs/numerics.md, 5.1): <c>li-yau-axis[x]</c> and <c>li-yau-axis[y]</c>,
/// (1/h²) Δ_e log u ≥ Λ of that axis, and <c>li-yau-diagonal</c>, Δ_(1,±1) log u/(h_x² + h_y²) ≥ (h_x² Λ_x + h_y² Λ_y)/(h_x² + h_y²),
/// the smaller of both diagonals. Theorems on uniform axes; not applicable on graded ones.
/// </summary>
internal sealed class DirectionMonitors : IMonitor
{
    private static readonly MonitorDescriptor AlongX = new(
        "li-yau-axis[x]", "second difference of log u along x ≥ Λ, sharp on this grid", "min of (log u)″ along x", "Λ of x", "1/length²",
        Relation.AtLeast, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("Li-Yau bound along lattice directions", "numerics 5.1"),
        Help = MonitorHelp.OfGuarantee("the second difference of log u along x falls below the least that the grid permits"),
        Anchor = "li-yau-axisx-li-yau-axisy-li-yau-diagonal",
    };

    private static readonly MonitorDescriptor AlongY = new(
        "li-yau-axis[y]", "second difference of log u along y ≥ Λ, sharp on this grid", "min of (log u)″ along y", "Λ of y", "1/length²",
        Relation.AtLeast, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("Li-Yau bound along lattice directions", "numerics 5.1"),
        Help = MonitorHelp.OfGuarantee("the second difference of log u along y falls below the least that the grid permits"),
        Anchor = "li-yau-axisx-li-yau-axisy-li-yau-diagonal",
    };

    private static readonly MonitorDescriptor Diagonal = new(
        "li-yau-diagonal", "second difference of log u along both diagonals ≥ Λ", "min of (log u)″, diagonals", "mean of Λ", "1/length²",
        Relation.AtLeast, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("Li-Yau bound along lattice directions", "numerics 5.1"),
        Help = MonitorHelp.OfGuarantee("the second difference of log u along a diagonal falls below the least that the grid permits"),
        Anchor = "li-yau-axisx-li-yau-axisy-li-yau-diagonal",
    };

    public static MonitorKind Kind { get; } =
        new([AlongX, AlongY, Diagonal], setup => new DirectionMonitors(setup)) { IsExtended = true };

    private readonly DirectionBounds bounds;

    public DirectionMonitors(MonitorSetup setup) => bounds = new DirectionBounds(setup);

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        for (int direction = 0; direction < bounds.Directions; direction++)
            readings.Add(bounds.Read(level, direction, direction switch { 0 => AlongX, 1 => AlongY, _ => Diagonal }));
    }
}

/// <summary>
/// The continuum's side of <see cref="DirectionMonitors"/>, on request: Hamilton's ∇² log u ≥ −I/2t along the same directions. A grid may
/// exceed it; where the sharp bound holds the reading is <c>discretization</c>.
/// </summary>
internal sealed class HamiltonMonitors : IMonitor
{
    private static readonly MonitorHelp Continuum = new(
        "log u on the grid is more concave along a direction than at a Dirac",
        "cells that are wide against sqrt(t), or few warmup steps",
        "li-yau-axis and li-yau-diagonal; more cells where u varies, more warmup steps");

    private static readonly MonitorDescriptor AlongX = new(
        "hamilton[x]", "∂²_x log u ≥ −1/2t, of the continuum", "min of (log u)″ along x", "−1/2t", "1/length²", Relation.AtLeast,
        ReadingStatus.Observed)
    {
        Theorem = new Theorem("Hamilton's matrix inequality", "numerics 5.1"),
        Help = Continuum,
        Anchor = "hamiltonx-hamiltony-hamiltondiagonal",
    };

    private static readonly MonitorDescriptor AlongY = new(
        "hamilton[y]", "∂²_y log u ≥ −1/2t, of the continuum", "min of (log u)″ along y", "−1/2t", "1/length²", Relation.AtLeast,
        ReadingStatus.Observed)
    {
        Theorem = new Theorem("Hamilton's matrix inequality", "numerics 5.1"),
        Help = Continuum,
        Anchor = "hamiltonx-hamiltony-hamiltondiagonal",
    };

    private static readonly MonitorDescriptor Diagonal = new(
        "hamilton[diagonal]", "(log u)″ ≥ −1/2t along both diagonals, of the continuum", "min of (log u)″, diagonals", "−1/2t",
        "1/length²", Relation.AtLeast, ReadingStatus.Observed)
    {
        Theorem = new Theorem("Hamilton's matrix inequality", "numerics 5.1"),
        Help = Continuum,
        Anchor = "hamiltonx-hamiltony-hamiltondiagonal",
    };

    public static MonitorKind Kind { get; } =
        new([AlongX, AlongY, Diagonal], setup => new HamiltonMonitors(setup)) { OnRequest = "hamilton", IsExtended = true };

    private readonly DirectionBounds bounds;

    public HamiltonMonitors(MonitorSetup setup) => bounds = new DirectionBounds(setup);

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        for (int direction = 0; direction < bounds.Directions; direction++)
        {
            MonitorDescriptor monitor = direction switch { 0 => AlongX, 1 => AlongY, _ => Diagonal };
            Reading sharp = bounds.Read(level, direction, monitor);
            double continuum = -0.5 / level.Time;
            readings.Add(level.Time == 0 || sharp.Verdict == Verdict.NotApplicable
                ? Judge.NotApplicable(level, monitor, sharp.Measured, guaranteed: false)
                : Judge.Excuse(
                    Judge.Read(
                        level, monitor, sharp.Measured, continuum, bounds.Tolerance(direction, level.Index) / Judge.Scale(continuum),
                        guaranteed: false, level.Judged, sharp.Cell),
                    sharp.Verdict == Verdict.Held));
        }
    }
}

/// <summary>The sharp bounds and tolerances of the directions x, y and both diagonals, per unit of squared length.</summary>
internal sealed class DirectionBounds(MonitorSetup setup)
{
    private readonly SharpCurvature curvature = setup.Curvature;
    private readonly double[] squares = [.. setup.Grid.Axes.Select(axis => axis.IsUniform ? axis.Widths[0] * axis.Widths[0] : double.NaN)];

    /// <summary>One on a line, three in the plane.</summary>
    public int Directions => squares.Length == 1 ? 1 : 3;

    /// <summary>Absolute tolerance on a second difference divided by the squared step.</summary>
    public double Tolerance(int direction, int level) => direction < 2
        ? curvature.Tolerance(direction, level)
        : (squares[0] * curvature.Tolerance(0, level) + squares[1] * curvature.Tolerance(1, level)) / (squares[0] + squares[1]);

    /// <summary>The measured minimum against the sharp bound.</summary>
    public Reading Read(LevelStatistics level, int direction, MonitorDescriptor monitor)
    {
        double bound = direction < 2
            ? curvature.Bound(direction, level.Index)
            : (squares[0] * curvature.Bound(0, level.Index) + squares[1] * curvature.Bound(1, level.Index)) / (squares[0] + squares[1]);
        double scale = direction < 2 ? squares[direction] : squares[0] + squares[1];
        (double least, int cell) = level.LeastSecondDifference(direction);
        double measured = least / scale;
        return double.IsFinite(bound)
            ? Judge.Read(
                level, monitor, measured, bound, Tolerance(direction, level.Index) / Judge.Scale(bound),
                monitor.Status == ReadingStatus.Guaranteed, level.Judged, cell)
            : Judge.NotApplicable(level, monitor, measured, monitor.Status == ReadingStatus.Guaranteed);
    }
}
