using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A run with all monitors and the same with none, in turns, so that a machine that is busy for a while is busy for both.
/// </summary>
internal sealed class RunPair(string scheme, WorkerTeam team)
{
    private const int Rounds = 3;

    public Workload Without { get; } = new RunWorkload(scheme, monitored: false, team);

    public Workload With { get; } = new RunWorkload(scheme, monitored: true, team);

    /// <summary>Seconds a level of either, medians of three rounds after one that warms up.</summary>
    public (double Without, double With) Measure()
    {
        double[] without = new double[Rounds], with = new double[Rounds];
        for (int round = -1; round < Rounds; round++)
        {
            double first = QuickTable.Time(Without) / Without.Steps, second = QuickTable.Time(With) / With.Steps;
            if (round >= 0)
                (without[round], with[round]) = (first, second);
        }

        Array.Sort(without);
        Array.Sort(with);
        return (without[Rounds / 2], with[Rounds / 2]);
    }
}
