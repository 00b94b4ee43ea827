using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>start-mismatch</c>, read once, at T: KL(v_T|u_T), which generation starts with, against KL(N(0, σ_max² I)|u_T), σ_max² = 2T, the
/// start that variance-exploding models take. Both on the grid, the Gaussian reflected or wrapped at the box.
/// </summary>
/// <remarks>Tolerance: 8 ε_m Σ |i| (|v log(v/u)| + v) of both sums, from the rounding of each term.</remarks>
internal sealed class StartMismatchMonitor(MonitorSetup setup) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "start-mismatch", "the start is at most as far from u_T as N(0, 2T)", "KL(v_T|u_T)", "KL(N(0, 2T)|u_T)", "", Relation.AtMost,
        ReadingStatus.Observed);

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Epsilon is null ? null : new StartMismatchMonitor(setup));

    private double measured;
    private double bound;
    private double roundingError;
    private bool isDue;

    public void Begin(FlowLevel end)
    {
        Grid grid = setup.Grid;
        double[] standard = Mixture.Gaussian(new double[grid.Dimension], 2 * end.Time).CellAverages(grid);
        Density.Normalise(grid, standard);
        (measured, double ofStart) = Divergence(grid, end.V!, end.U);
        (bound, double ofStandard) = Divergence(grid, standard, end.U);
        roundingError = ofStart + ofStandard;
        isDue = true;
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!isDue)
            return;
        isDue = false;
        readings.Add(double.IsFinite(bound)
            ? Judge.Read(level, Descriptor, measured, bound, roundingError / Judge.Scale(bound), guaranteed: false)
            : Judge.NotApplicable(level, Descriptor, measured, guaranteed: false));
    }

    /// <summary>KL(v|u) and a bound on its rounding error; ∞ if v has mass where u is at its floor.</summary>
    private static (double Value, double Error) Divergence(Grid grid, ReadOnlySpan<double> v, ReadOnlySpan<double> u)
    {
        CompensatedSum sum = default;
        double weight = 0, atFloor = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            double mass = grid.Volume(cell) * v[cell];
            if (u[cell] < March.NearFloor)
            {
                atFloor += mass;
            }
            else if (mass > 0)
            {
                double term = mass * Math.Log(v[cell] / u[cell]);
                sum.Add(term);
                weight += Math.Abs(term) + mass;
            }
        }

        return atFloor > March.LargestMassAtFloor ? (double.PositiveInfinity, 0) : (sum.Value, 8 * Rounding.Unit * weight);
    }
}
