using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;

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
        measured = Divergence(grid, end.V!, end.U);
        bound = Divergence(grid, standard, end.U);
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

    /// <summary>KL(v|u); ∞ if v has mass where u is at its floor.</summary>
    private static double Divergence(Grid grid, ReadOnlySpan<double> v, ReadOnlySpan<double> u)
    {
        CompensatedSum sum = default;
        double atFloor = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            double mass = grid.Volume(cell) * v[cell];
            if (u[cell] < March.NearFloor)
                atFloor += mass;
            else if (mass > 0)
                sum.Add(mass * Math.Log(v[cell] / u[cell]));
        }

        return atFloor > March.LargestMassAtFloor ? double.PositiveInfinity : sum.Value;
    }
}
