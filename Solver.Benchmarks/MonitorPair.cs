using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A monitored run with the monitors of lattice directions and information and the same without them, in turns, so that a machine that is
/// busy for a while is busy for both.
/// </summary>
internal sealed class MonitorPair(string scheme, WorkerTeam team)
{
    private const int Rounds = 5;

    public Workload Without { get; } = new ExtendedWorkload(scheme, extended: false, team);

    public Workload With { get; } = new ExtendedWorkload(scheme, extended: true, team);

    public static string NameOf(string scheme, bool extended) => $"extended-{scheme}{(extended ? "" : "-without")}";

    /// <summary>Seconds a level of either, and the median over the rounds of their ratio, after one round that warms up.</summary>
    public (double Without, double With, double Ratio) Measure()
    {
        double[] without = new double[Rounds], with = new double[Rounds], ratios = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            double first = QuickTable.Time(Without) / Without.Steps, second = QuickTable.Time(With) / With.Steps;
            if (round >= 0)
                (without[round], with[round], ratios[round]) = (first, second, second / first);
        }

        foreach (double[] values in new[] { without, with, ratios })
            Array.Sort(values);
        return (without[Rounds / 2], with[Rounds / 2], ratios[Rounds / 2]);
    }

    /// <summary>Noising and generation with monitors, reported for one level.</summary>
    private sealed class ExtendedWorkload(string scheme, bool extended, WorkerTeam team) : Workload(
        NameOf(scheme, extended), RunWorkload.CellsPerAxis * RunWorkload.CellsPerAxis, 2, team.Threads,
        112.0 * RunWorkload.CellsPerAxis * RunWorkload.CellsPerAxis)
    {
        private readonly RunWorkload run = new(scheme, monitored: true, team);

        public override int Steps => run.Steps;

        public override void Step()
        {
            var method = new Discretisation(run.Problem, team);
            MonitorSet monitors = method.Monitors(extended: extended);
            var readings = new List<Reading>();
            method.Run([new LevelWatcher(null, level => monitors.Read(level, readings))], null, CancellationToken.None);
        }
    }
}
