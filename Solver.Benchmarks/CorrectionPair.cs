using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A step of the parabolic remap in the plane with the cross correction and the same step without it, in turns, so that a machine that is
/// busy for a while is busy for both.
/// </summary>
internal sealed class CorrectionPair(Problem problem, double epsilon, WorkerTeam team)
{
    private const int Rounds = 31;

    public static readonly double[] Noises = [0, 0.2, 1];

    public static readonly int[] Sizes = [512, 1024];

    public Workload Without { get; } = Create(problem, epsilon, team, corrected: false);

    public Workload With { get; } = Create(problem, epsilon, team, corrected: true);

    /// <summary>Seconds per step of either, and their ratio: medians of the rounds after some that warm up.</summary>
    public (double Without, double With, double Ratio) Measure()
    {
        double[] without = new double[Rounds], with = new double[Rounds], ratios = new double[Rounds];
        for (int round = -8; round < Rounds; round++)
        {
            double first = QuickTable.Time(Without), second = QuickTable.Time(With);
            if (round >= 0)
                (without[round], with[round], ratios[round]) = (first, second, second / first);
        }

        Array.Sort(without);
        Array.Sort(with);
        Array.Sort(ratios);
        return (without[Rounds / 2], with[Rounds / 2], ratios[Rounds / 2]);
    }

    public static string NameOf(double epsilon, bool corrected) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cross-{(corrected ? "with" : "without")}-{epsilon}");

    private static GenerationWorkload Create(Problem problem, double epsilon, WorkerTeam team, bool corrected) =>
        new(NameOf(epsilon, corrected), problem,
            new RemapScheme(problem.Grid, epsilon, true, problem.Forward.Stepper, team, corrected: corrected), team);
}
