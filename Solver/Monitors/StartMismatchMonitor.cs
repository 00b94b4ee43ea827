using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>start-mismatch</c>, read once, at T: KL(v_T|u_T), which generation starts with, against KL(N(0, σ_max² I)|u_T), σ_max² = 2T, the
/// start that variance-exploding models take. Both on the grid, the Gaussian reflected or wrapped at the box. A comparison without a
/// verdict: no theorem says which start is nearer.
/// </summary>
internal sealed class StartMismatchMonitor(MonitorSetup setup) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "start-mismatch", "distance of the start from the noised data", "KL(v_T|u_T)", "KL(N(0, 2T)|u_T)", "", Relation.AtMost,
        ReadingStatus.Observed)
    {
        Help = new MonitorHelp(
            "the start is further from the noised data than N(0, 2T)",
            "a start with another mean or variance than u at T",
            "a start of kind forward, or of kind gaussian with the mean and variance of u at T"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Epsilon is null ? null : new StartMismatchMonitor(setup));

    private double measured;
    private double bound;
    private bool isDue;

    public void Begin(FlowLevel end)
    {
        Grid grid = setup.Grid;
        double[] standard = Mixture.Gaussian(new double[grid.Dimension], 2 * end.Time).CellAverages(grid);
        Density.Normalise(grid, standard);
        measured = Divergence(grid, end.V!, end.U, setup.Team);
        bound = Divergence(grid, standard, end.U, setup.Team);
        isDue = true;
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!isDue)
            return;
        isDue = false;
        Reading comparison = Judge.Read(level, Descriptor, measured, bound, 0, guaranteed: false);
        readings.Add(comparison with { Verdict = Verdict.NotApplicable });
    }

    /// <summary>KL(v|u); ∞ if v has mass where u is at its floor. Rows are shared among the team and added in their order.</summary>
    private static double Divergence(Grid grid, double[] v, double[] u, WorkerTeam team)
    {
        var rows = new DivergenceOfRows(grid, v, u);
        team.Run(rows, grid.Rows);
        CompensatedSum sum = default;
        double atFloor = 0;
        foreach ((CompensatedSum ofRow, double floorOfRow) in rows.Sums)
        {
            sum.Add(ofRow);
            atFloor += floorOfRow;
        }

        return atFloor > March.LargestMassAtFloor ? double.PositiveInfinity : sum.Value;
    }

    private sealed class DivergenceOfRows(Grid grid, double[] v, double[] u) : IBlockWork
    {
        public (CompensatedSum Divergence, double AtFloor)[] Sums { get; } = new (CompensatedSum, double)[grid.Rows];

        public void Run(int block, int worker)
        {
            CompensatedSum sum = default;
            double atFloor = 0, height = grid.RowHeight(block);
            ReadOnlySpan<double> widths = grid.X.Widths, generated = v.AsSpan(block * grid.Columns, widths.Length);
            ReadOnlySpan<double> density = u.AsSpan(block * grid.Columns, widths.Length);
            for (int column = 0; column < widths.Length; column++)
            {
                double mass = widths[column] * height * generated[column];
                if (density[column] < March.NearFloor)
                    atFloor += mass;
                else if (mass > 0)
                    sum.Add(mass * Math.Log(generated[column] / density[column]));
            }

            Sums[block] = (sum, atFloor);
        }
    }
}
