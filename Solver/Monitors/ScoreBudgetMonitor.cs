using System.Runtime.Intrinsics;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>score-error-budget</c>, ε &gt; 0, for a drift ŝ that is not the grid's own score s:
/// KL(v|u)(t) ≤ KL(T) + ((1+ε)²/4ε) ∫_t^T E_v|ŝ − s|² dt' (docs/numerics.md, 2.7). E_v|ŝ − s|² = Σ_faces A δ ½(v_i + v_j) (ŝ·n − s·n)²,
/// s·n = log(u_j/u_i)/δ, over the faces between judged cells; the integral by the trapezoid rule. Where ε varies, the weight of a step is
/// that of its ε; a step with ε = 0 and an error makes the bound infinite, and the reading is <c>not-applicable</c>.
/// </summary>
/// <remarks>Tolerance: half the difference of the integral by the left and the right rectangle rule, and rounding.</remarks>
internal sealed class ScoreBudgetMonitor : IMonitor, IMeasures<ScoreErrorBudget>, IBlockWork
{
    private static readonly MonitorDescriptor Descriptor = new(
        "score-error-budget", "KL(v|u) grows at most by the error of the score", "KL(v|u)", "KL at T + ∫ error", "", Relation.AtMost,
        ReadingStatus.Observed)
    {
        Theorem = new Theorem("inexact score", "numerics 2.7"),
        Help = new MonitorHelp(
            "KL(v|u) grows more than the error of the score accounts for",
            "the time error of the scheme, if the score is close to that of u; a grid that does not resolve the score",
            "more steps; more cells where the score varies"),
    };

    public static MonitorKind Kind { get; } = new([Descriptor], setup =>
        setup is { Epsilon: { Greatest: > 0 } epsilon, Score: { } score } ? new ScoreBudgetMonitor(setup, epsilon, score) : null);

    private const int RowsPerBlock = 8;

    private readonly Grid grid;
    private readonly IFaceScore score;
    private readonly WorkerTeam team;
    private readonly BudgetBound budget;
    private readonly double[] normal;
    private readonly double[] sums;
    private readonly double[] widths;
    private LevelStatistics? measured;
    private int axis;

    public ScoreBudgetMonitor(MonitorSetup setup, TimeFunction epsilon, IFaceScore score)
    {
        (grid, team, this.score) = (setup.Grid, setup.Team, score);
        budget = new BudgetBound(epsilon, setup.Rounding);
        normal = CellValues.Zeros(grid);
        sums = new double[(grid.Rows - 1) / RowsPerBlock + 1];
        widths = grid.X.Widths.ToArray();
    }

    public ScoreErrorBudget? Latest { get; private set; }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        Latest = null;
        if (!level.HasGeneration)
            return;
        readings.Add(budget.Read(level, Descriptor, MeanSquaredError(level)));
        Latest = new ScoreErrorBudget(level.Divergence, budget.Integral, budget.Bound, budget.Tolerance);
    }

    public void Save(BinaryWriter state) => budget.Save(state);

    public void Restore(BinaryReader state) => budget.Restore(state);

    /// <summary>E_v |ŝ − s|² of a level.</summary>
    public double MeanSquaredError(LevelStatistics level)
    {
        measured = level;
        double sum = 0;
        for (axis = 0; axis < grid.Dimension; axis++)
        {
            score.Evaluate(axis, level.Time, level.U, normal);
            team.Run(this, sums.Length);
            foreach (double part in sums)
                sum += part;
        }

        measured = null;
        return sum;
    }

    void IBlockWork.Run(int block, int worker)
    {
        int end = Math.Min((block + 1) * RowsPerBlock, grid.Rows);
        CompensatedSum sum = default;
        for (int row = block * RowsPerBlock; row < end; row++)
            sum.Add(axis == 0 ? AlongRow(row) : AcrossRows(row));
        sums[block] = sum.Value;
    }

    /// <summary>Faces between neighbours of a row.</summary>
    private double AlongRow(int row)
    {
        int first = row * grid.Columns, links = grid.X.Links;
        ReadOnlySpan<double> u = measured!.U, v = measured.V, distances = grid.X.Distances;
        double sum = 0;
        int inner = Math.Min(links, grid.Columns - 1), column = 0;
        for (; column + 8 <= inner; column += 8)
        {
            int cell = first + column;
            Vector512<double> distance = Vector512.Create(distances[column..]);
            sum += Vector512.Sum(Term(u, v, cell, cell + 1, distance) * distance);
        }

        for (; column < links; column++)
            sum += Term(u, v, first + column, first + (column + 1) % grid.Columns, distances[column]) * distances[column];
        return sum * grid.RowHeight(row);
    }

    /// <summary>Faces between a row and the one above.</summary>
    private double AcrossRows(int row)
    {
        if (row >= grid.Axes[1].Links)
            return 0;
        int first = row * grid.Columns, above = (row + 1) % grid.Rows * grid.Columns;
        ReadOnlySpan<double> u = measured!.U, v = measured.V;
        double distance = grid.Axes[1].Distances[row], sum = 0;
        int column = 0;
        for (; column + 8 <= grid.Columns; column += 8)
        {
            sum += Vector512.Sum(Term(u, v, first + column, above + column, Vector512.Create(distance))
                * Vector512.Create<double>(widths.AsSpan(column)));
        }

        for (; column < grid.Columns; column++)
            sum += Term(u, v, first + column, above + column, distance) * widths[column];
        return sum * distance;
    }

    private Vector512<double> Term(ReadOnlySpan<double> u, ReadOnlySpan<double> v, int cell, int upper, Vector512<double> distance)
    {
        Vector512<double> lower = Vector512.Create(u[cell..]), higher = Vector512.Create(u[upper..]);
        Vector512<double> floor = Vector512.Create(SegmentKernels.NearFloor);
        Vector512<double> judged = Vector512.GreaterThanOrEqual(lower, floor) & Vector512.GreaterThanOrEqual(higher, floor);
        Vector512<double> error = Vector512.Create<double>(normal.AsSpan(cell)) - VectorMath.Log(higher / lower) / distance;
        Vector512<double> mean = Vector512.Create(0.5) * (Vector512.Create(v[cell..]) + Vector512.Create(v[upper..]));
        return Vector512.ConditionalSelect(judged, mean * error * error, Vector512<double>.Zero);
    }

    private double Term(ReadOnlySpan<double> u, ReadOnlySpan<double> v, int cell, int upper, double distance)
    {
        if (u[cell] < SegmentKernels.NearFloor || u[upper] < SegmentKernels.NearFloor)
            return 0;
        double error = normal[cell] - Math.Log(u[upper] / u[cell]) / distance;
        return 0.5 * (v[cell] + v[upper]) * error * error;
    }
}
