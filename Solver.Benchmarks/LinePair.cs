using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A step of the parabolic remap on one long line with one thread and the same with two, in turns, so that a machine that is busy for a
/// while is busy for both.
/// </summary>
internal sealed class LinePair(WorkerTeam one, WorkerTeam two)
{
    private const int Cells = 100_000, Rounds = 31;

    public Workload Alone { get; } = Create(one);

    public Workload Shared { get; } = Create(two);

    public static string NameOf(int threads) => $"line-remap-{threads}";

    /// <summary>Seconds per step of either, and the time with two threads over that with one: medians after some warm-up.</summary>
    public (double Alone, double Shared, double Ratio) Measure()
    {
        double[] alone = new double[Rounds], shared = new double[Rounds], ratios = new double[Rounds];
        for (int round = -8; round < Rounds; round++)
        {
            double first = QuickTable.Time(Alone), second = QuickTable.Time(Shared);
            if (round >= 0)
                (alone[round], shared[round], ratios[round]) = (first, second, second / first);
        }

        foreach (double[] values in new[] { alone, shared, ratios })
            Array.Sort(values);
        return (alone[Rounds / 2], shared[Rounds / 2], ratios[Rounds / 2]);
    }

    private static GenerationWorkload Create(WorkerTeam team)
    {
        var problem = new Problem(1, Cells, ForwardKind.ImplicitEuler, team);
        return new GenerationWorkload(
            NameOf(team.Threads), problem, new RemapScheme(problem.Grid, Problem.Epsilon, true, problem.Forward.Stepper, team), team);
    }
}
