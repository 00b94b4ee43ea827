using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>From when on log u is concave.</summary>
/// <param name="Bound">(R² − σ²)/2, from which it is on R^d; 0 if it always is.</param>
/// <param name="Measured">
/// The smallest level from which on no second difference along an axis is positive in the smallest box around the data; NaN if none is.
/// </param>
public readonly record struct Concavity(double Bound, double Measured);

/// <summary>
/// <c>curvature-above</c>, on request, for bounded data or Gaussians of one variance: div s ≤ −d/a + R²/a², a = σ² + 2t, R the radius of
/// the smallest ball around the data (docs/numerics.md, 5.1). An equality midway between two equal Diracs. A statement about R^d: cells
/// where an image of a point in a wall, or a translate, weighs more than e⁻⁴⁰ of the point itself are not judged.
/// </summary>
/// <remarks>
/// Tolerance: rounding, and of both terms the lattice's relative error h²/a, for implicit Euler that of its n steps, 2/n.
/// </remarks>
internal sealed class CurvatureAboveMonitor : IMonitor, IMeasures<Concavity>
{
    private static readonly MonitorDescriptor Descriptor = new(
        "curvature-above", "Δ log u ≤ −d/2t + R²/4t², R the radius of the data", "max Δ log u", "−d/2t + R²/4t²", "1/length²",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("upper bound on the curvature of log u", "numerics 5.1"),
        Help = new MonitorHelp(
            "log u is more convex somewhere than data in a ball of radius R permit",
            "cells that are wide against sqrt(t), few warmup steps, or images of the data in the walls",
            "a wider box; more cells between the data; forward of kind closed-form"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Ball is { } ball ? new CurvatureAboveMonitor(setup, ball) : null)
        {
            OnRequest = "curvature-above",
        };

    /// <summary>Images below e^{−this} of their points are left out of account.</summary>
    private const double ImageExponent = 40;

    private readonly Grid grid;
    private readonly DataBall ball;
    private readonly ForwardKind forward;
    private readonly bool backward;
    private double concave = double.NaN;
    private bool ended;

    public CurvatureAboveMonitor(MonitorSetup setup, DataBall ball)
    {
        (grid, this.ball, forward, backward) = (setup.Grid, ball, setup.Forward, setup.Epsilon is not null);
    }

    /// <inheritdoc/>
    public Concavity? Latest => new Concavity(Math.Max(0, 0.5 * (ball.Radius * ball.Radius - ball.Variance)), concave);

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double variance = ball.Variance + 2 * level.Time, square = ball.Radius * ball.Radius / (variance * variance);
        if (variance == 0)
        {
            readings.Add(Judge.NotApplicable(level, Descriptor, double.NaN, guaranteed: false));
            return;
        }

        (double greatest, int cell, double judged) = Greatest(level, variance);

        double trace = grid.Dimension / variance, bound = square - trace, width = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
            width = Math.Max(width, grid.Axes[axis].Length / grid.Axes[axis].Cells);
        double relative = width * width / variance + (forward == ForwardKind.ImplicitEuler ? 2.0 / Math.Max(1, level.ForwardSteps) : 0);
        double absolute = relative * (trace + square)
            + 16 * (level.ForwardSteps + 8) * Rounding.Unit * level.LargestCurvatureWeight;
        readings.Add(Judge.Read(
            level, Descriptor, greatest, bound, absolute / Judge.Scale(bound), guaranteed: false, judged, cell));
        Follow(level.Time, LargestBetween(level.U) <= 16 * (level.ForwardSteps + 8) * Rounding.Unit * level.LargestCurvatureWeight);
    }

    public void Save(BinaryWriter state)
    {
        state.Write(concave);
        state.Write(ended);
    }

    public void Restore(BinaryReader state) => (concave, ended) = (state.ReadDouble(), state.ReadBoolean());

    /// <summary>The smallest time from which on every level is concave.</summary>
    private void Follow(double time, bool isConcave)
    {
        if (!backward)
        {
            concave = !isConcave ? double.NaN : double.IsNaN(concave) ? time : concave;
            return;
        }

        ended |= !isConcave;
        if (!ended)
            concave = time;
    }

    /// <summary>The largest Δ_h log u, its cell, and the fraction judged.</summary>
    private (double Greatest, int Cell, double Judged) Greatest(LevelStatistics level, double variance)
    {
        ReadOnlySpan<double> u = level.U;
        double greatest = double.NegativeInfinity;
        int worst = -1, judged = 0;
        (int firstColumn, int endColumn) = Inside(0, variance);
        (int firstRow, int endRow) = grid.Dimension == 1 ? (0, 1) : Inside(1, variance);
        for (int row = firstRow; row < endRow; row++)
        {
            for (int column = firstColumn; column < endColumn; column++)
            {
                int cell = row * grid.Columns + column;
                if (u[cell] < SegmentKernels.NearFloor)
                    continue;
                judged++;
                double sum = Second(u, 0, cell, column) + (grid.Dimension == 1 ? 0 : Second(u, 1, cell, row));
                if (sum > greatest)
                    (greatest, worst) = (sum, cell);
            }
        }

        return (greatest, worst, (double)judged / grid.CellCount);
    }

    /// <summary>The largest second difference of log u along an axis, over the cells of the smallest box around the data.</summary>
    private double LargestBetween(ReadOnlySpan<double> u)
    {
        double largest = double.NegativeInfinity;
        for (int cell = 0; cell < u.Length; cell++)
        {
            bool isBetween = true;
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                int position = grid.Position(cell, axis);
                double centre = grid.Axes[axis].Centres[position], half = 0.5 * grid.Axes[axis].Widths[position];
                isBetween &= centre >= ball.From[axis] - half && centre <= ball.To[axis] + half && grid.Axes[axis].Cells > 2
                    && (grid.Axes[axis].IsPeriodic || (position > 0 && position < grid.Axes[axis].Cells - 1));
            }

            for (int axis = 0; isBetween && axis < grid.Dimension; axis++)
                largest = Math.Max(largest, Second(u, axis, cell, grid.Position(cell, axis)));
        }

        return largest;
    }

    private double Second(ReadOnlySpan<double> u, int axis, int cell, int position)
    {
        Axis along = grid.Axes[axis];
        int below = cell + grid.ToLower(position, axis), above = cell + grid.ToUpper(position, axis);
        double low = along.Distances[position > 0 ? position - 1 : along.Cells - 1], high = along.Distances[position];
        return 2 / (low + high) * (Math.Log(u[below] / u[cell]) / low + Math.Log(u[above] / u[cell]) / high);
    }

    /// <summary>
    /// The positions whose images weigh little: in a wall at distance D from the data and δ from the cell an image has the weight
    /// e^{−2Dδ/a} of its point; a translate by L of a point at distance z at most e^{−L(L − 2z)/2a}.
    /// </summary>
    private (int First, int End) Inside(int axis, double variance)
    {
        Axis along = grid.Axes[axis];
        int first = along.Cells, end = 0;
        for (int position = 0; position < along.Cells; position++)
        {
            double centre = along.Centres[position], from = ball.From[axis], to = ball.To[axis];
            double exponent = along.IsPeriodic
                ? along.Length * (along.Length - 2 * Math.Max(centre - from, to - centre)) / (2 * variance)
                : 2 / variance * Math.Min((from - along.From) * (centre - along.From), (along.To - to) * (along.To - centre));
            if (exponent < ImageExponent || (!along.IsPeriodic && (position == 0 || position == along.Cells - 1)) || along.Cells < 3)
                continue;
            (first, end) = (Math.Min(first, position), position + 1);
        }

        return (Math.Min(first, end), end);
    }
}
