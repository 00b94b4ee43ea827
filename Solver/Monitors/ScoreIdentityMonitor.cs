using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>score-identity</c>, for point data: div s = −d/(2t) + Var_p/(4t²) (docs/numerics.md, 2.8) against the grid's Δ_h log u. Measured:
/// the mean of |Δ_h log u − div s| over P probes drawn from u, the cells where its cumulative mass passes (k + ½)/P, an L1(u) distance;
/// bound: d/(2t), the size of the identity's terms. Slack is 1 − the relative error.
/// </summary>
/// <remarks>
/// The closed form is that of R^d; on a box the data's first images (reflections on no-flux axes, translates on periodic ones) are added
/// where they can matter. Probes next to a wall or at the floor are not judged: a wall's Δ_h log u has a mirror image for a neighbour. The
/// fraction judged is that of the probes. The cells are found first, then shared among the team; their errors are summed in the order of
/// the cells.
/// </remarks>
internal sealed class ScoreIdentityMonitor : IMonitor, IBlockWork
{
    private static readonly MonitorDescriptor Descriptor = new(
        "score-identity", "Δ log u equals the exact div s of the points", "mean |Δ log u − div s|", "d/2t, |div s|", "1/length²",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("empirical score", "numerics 2.8"),
        Help = new MonitorHelp(
            "the divergence of the score on the grid differs from that of the points by more than its size",
            "cells wider than sqrt(2t), or too few warmup steps",
            "finer cells near the data; forward of kind closed-form"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Support?.Points is { } points ? new ScoreIdentityMonitor(setup, points) : null);

    private const int MostProbes = 64;

    private const int RunOfCells = 32;

    // Probes times points: the identity costs two exponentials per point and probe.
    private const int MostTerms = 1 << 16;

    private readonly Grid grid;
    private readonly Mixture points;
    private readonly WorkerTeam team;
    private readonly int probes;
    private readonly int[] cells;
    private readonly int[] weights;
    private readonly double[] errors;
    private LevelStatistics? measured;

    public ScoreIdentityMonitor(MonitorSetup setup, Mixture data)
    {
        (grid, team) = (setup.Grid, setup.Team);
        points = WithImages(grid, data, setup.Times[setup.Times.Last]);
        probes = Math.Clamp(MostTerms / points.Count, 4, MostProbes);
        (cells, weights, errors) = (new int[probes], new int[probes], new double[probes]);
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double scale = grid.Dimension / (2 * level.Time);
        if (level.Time == 0)
        {
            readings.Add(Judge.NotApplicable(level, Descriptor, double.NaN, guaranteed: false));
            return;
        }

        int found = FindProbes(level);
        measured = level;
        team.Run(this, found);
        measured = null;
        double sum = 0, worst = -1;
        int judged = 0, worstCell = -1;
        for (int probe = 0; probe < found; probe++)
        {
            judged += weights[probe];
            sum += weights[probe] * errors[probe];
            if (errors[probe] > worst)
                (worst, worstCell) = (errors[probe], cells[probe]);
        }

        readings.Add(Judge.Read(
            level, Descriptor, sum / Math.Max(judged, 1), scale, 0, guaranteed: false, (double)judged / probes, worstCell));
    }

    /// <summary>One probed cell.</summary>
    void IBlockWork.Run(int block, int worker)
    {
        int cell = cells[block], column = cell % grid.Columns, row = cell / grid.Columns;
        double exact = points.DivScore(measured!.Time, grid.X.Centres[column], grid.Dimension == 2 ? grid.Axes[1].Centres[row] : 0);
        errors[block] = Math.Abs(Curvature(measured.U, cell, column, row) - exact);
    }

    /// <summary>The cells to be judged and how many probes fall into each.</summary>
    /// <returns>The number of cells.</returns>
    private int FindProbes(LevelStatistics level)
    {
        ReadOnlySpan<double> u = level.U;
        double before = 0;
        int probe = 0, found = 0, perRow = level.SegmentMasses.Length / grid.Rows;
        for (int segment = 0; segment < level.SegmentMasses.Length && probe < probes; segment++)
        {
            // Most segments hold no probe: their mass is known.
            double after = before + level.SegmentMasses[segment] / level.MassU, cumulative = before;
            before = after;
            if (after < (probe + 0.5) / probes)
                continue;
            int row = segment / perRow, column = segment % perRow * SegmentKernels.LongestSegment;
            int end = Math.Min(column + SegmentKernels.LongestSegment, grid.Columns);
            double height = grid.RowHeight(row) / level.MassU, next = (probe + 0.5) / probes;
            while (column < end && probe < probes)
            {
                // Most runs of cells hold no probe either.
                int stop = Math.Min(column + RunOfCells, end);
                double ofRun = height * Mass(u.Slice(row * grid.Columns + column, stop - column), grid.X.Widths[column..stop]);
                if (cumulative + ofRun < next)
                {
                    cumulative += ofRun;
                    column = stop;
                    continue;
                }

                for (; column < stop && probe < probes; column++)
                {
                    int cell = row * grid.Columns + column, weight = 0;
                    cumulative += height * grid.X.Widths[column] * u[cell];
                    if (cumulative < next)
                        continue;
                    for (; probe < probes && cumulative >= next; next = (probe + 0.5) / probes)
                        (probe, weight) = (probe + 1, weight + 1);
                    if (weight > 0 && u[cell] >= SegmentKernels.NearFloor && IsInside(column, row))
                        (cells[found], weights[found++]) = (cell, weight);
                }
            }
        }

        return found;
    }

    /// <summary>Σ width u, in four sums that do not wait on each other.</summary>
    private static double Mass(ReadOnlySpan<double> u, ReadOnlySpan<double> widths)
    {
        double a = 0, b = 0, c = 0, d = 0;
        int cell = 0;
        for (; cell + 4 <= u.Length && cell + 4 <= widths.Length; cell += 4)
        {
            a += widths[cell] * u[cell];
            b += widths[cell + 1] * u[cell + 1];
            c += widths[cell + 2] * u[cell + 2];
            d += widths[cell + 3] * u[cell + 3];
        }

        for (; cell < u.Length; cell++)
            a += widths[cell] * u[cell];
        return a + b + (c + d);
    }

    private bool IsInside(int column, int row) =>
        IsInside(grid.X, column) && (grid.Dimension == 1 || IsInside(grid.Axes[1], row));

    private static bool IsInside(Axis axis, int position) =>
        axis.Cells > 2 && (axis.IsPeriodic || (position > 0 && position < axis.Cells - 1));

    private double Curvature(ReadOnlySpan<double> u, int cell, int column, int row)
    {
        double sum = Along(u, 0, cell, column);
        return grid.Dimension == 1 ? sum : sum + Along(u, 1, cell, row);
    }

    private double Along(ReadOnlySpan<double> u, int axis, int cell, int position)
    {
        Axis along = grid.Axes[axis];
        int below = cell + grid.ToLower(position, axis), above = cell + grid.ToUpper(position, axis);
        double low = along.Distances[position > 0 ? position - 1 : along.Cells - 1], high = along.Distances[position];
        return 2 / (low + high) * (Math.Log(u[below] / u[cell]) / low + Math.Log(u[above] / u[cell]) / high);
    }

    /// <summary>
    /// The points and their first images on either side of each axis, image pairs about a corner included: those so near to the box that
    /// e^{−distance²/4T} exceeds e⁻⁴⁰ at its wall.
    /// </summary>
    private static Mixture WithImages(Grid grid, Mixture data, double end)
    {
        List<double> x = [], y = [], weights = [];
        double reach = Math.Sqrt(160 * end);
        for (int point = 0; point < data.Count; point++)
        {
            foreach (double imageX in grid.X.Walls.Images(data.X[point], reach))
            {
                foreach (double imageY in grid.Dimension == 2 ? grid.Axes[1].Walls.Images(data.Y[point], reach) : [0])
                {
                    x.Add(imageX);
                    y.Add(imageY);
                    weights.Add(data.Weights[point]);
                }
            }
        }

        return grid.Dimension == 1
            ? Mixture.Points([.. x], [.. weights])
            : Mixture.Points([.. x], [.. y], [.. weights]);
    }
}
