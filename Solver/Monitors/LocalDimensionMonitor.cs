using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Monitors;

/// <summary>
/// E_v[div ŝ] of a driving score: −Σ_faces A (v_j − v_i) ŝ·n, the divergence summed by parts; no flux passes a wall.
/// </summary>
/// <param name="score">The driving score; null for the grid's own.</param>
public sealed class MeanDivergence(Grid grid, IFaceScore? score)
{
    private readonly IFaceScore score = score ?? new GridScore(grid);
    private readonly double[] normal = CellValues.Zeros(grid);

    /// <summary>The mean at a time.</summary>
    /// <param name="u">The forward density at that time, cell averages.</param>
    /// <param name="density">The density v of the mean, cell averages.</param>
    public double Of(double time, ReadOnlySpan<double> u, ReadOnlySpan<double> density)
    {
        CompensatedSum sum = default;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            score.Evaluate(axis, time, u, normal);
            Axis along = grid.Axes[axis];
            for (int row = 0; row < grid.Rows; row++)
            {
                double ofRow = 0;
                for (int column = 0; column < grid.Columns; column++)
                {
                    int cell = row * grid.Columns + column, position = axis == 0 ? column : row;
                    if (position >= along.Links)
                        continue;
                    double area = axis == 0 ? grid.RowHeight(row) : grid.X.Widths[column];
                    ofRow += area * (density[cell + grid.ToUpper(position, axis)] - density[cell]) * normal[cell];
                }

                sum.Add(-ofRow);
            }
        }

        return sum.Value;
    }
}

/// <summary>
/// <c>local-dimension</c>, on request: d + 2t E_v[div ŝ] (docs/numerics.md, 5.3) of the driving score and v, without generation u. As
/// t → 0 it tends to the dimension of the set that v concentrates on: 1 on a curve, 0 on points. Bound: d, since E_u[div s] = −I ≤ 0.
/// </summary>
internal sealed class LocalDimensionMonitor(MonitorSetup setup) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "local-dimension", "d + 2t E div s, the dimension that v concentrates on, is at most d", "d + 2t E div s", "d", "",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("local dimension in the mean", "numerics 5.3"),
        Help = new MonitorHelp(
            "the mean divergence of the score over v is positive",
            "v lies where the score spreads it, between the data",
            "the figure of v; score-error-budget"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => new LocalDimensionMonitor(setup)) { OnRequest = "local-dimension" };

    private readonly int dimension = setup.Grid.Dimension;
    private readonly MeanDivergence mean = new(setup.Grid, setup.Score);

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        ReadOnlySpan<double> density = level.HasGeneration ? level.V : level.U;
        double measured = level.Time == 0 ? double.NaN : dimension + 2 * level.Time * mean.Of(level.Time, level.U, density);
        readings.Add(double.IsFinite(measured)
            ? Judge.Read(level, Descriptor, measured, dimension, 128 * Rounding.Unit, guaranteed: false)
            : Judge.NotApplicable(level, Descriptor, measured, guaranteed: false));
    }
}
