using PdeDiffusion.Configs;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Runs;

/// <summary>
/// Whether the error of a run is estimated where its config does not say: if the run is expected to take less than a minute. The time is
/// computed from cells, steps and scheme with the speeds of one core in docs/performance.md, and not measured, so that what a run writes
/// does not depend on the machine.
/// </summary>
public static class EstimateRule
{
    /// <summary>Expected seconds up to which the error is estimated.</summary>
    public const double MostSeconds = 60;

    private const double Euler = 5, Lattice = 50, ClosedForm = 20, PerComponent = 0.5, Markov = 15, Remap = 80, Monitors = 10, Score = 5;

    /// <summary>True if the error is estimated; else the note that says why it is not, if nobody has decided so.</summary>
    public static bool Applies(Problem problem, out string? note)
    {
        ArgumentNullException.ThrowIfNull(problem);
        note = null;
        if (problem.Config.ErrorEstimate is { } decided)
            return decided;
        double seconds = ExpectedSeconds(problem);
        if (seconds <= MostSeconds)
            return true;
        note = FormattableString.Invariant(
            $"note: no error estimate, because the run is expected to take about {seconds / 60:G2} minutes: ask for it with errorEstimate");
        return false;
    }

    /// <summary>Seconds of a run on one core, within a factor of a few.</summary>
    public static double ExpectedSeconds(Problem problem)
    {
        (double forward, double later) = ExpectedParts(problem);
        return forward + later;
    }

    /// <summary>The same of the forward flow, and of generation with the monitors.</summary>
    internal static (double Forward, double Generation) ExpectedParts(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        RunConfig config = problem.Config;
        double steps = problem.Times.Last, forward = problem.ForwardKind switch
        {
            ForwardKind.ImplicitEuler => Euler,
            ForwardKind.LatticeExact => Lattice,
            _ => ClosedForm + PerComponent * (config.Data.Components ?? 1),
        };
        double perStep = config.Monitors.Enabled ? Monitors : 0;
        if (config.Generation is { } generation)
        {
            perStep += config.Scheme is MarkovSchemeConfig ? Markov : Remap;
            foreach (MixtureScore score in MixedScores.Innermost(generation.Score).OfType<MixtureScore>())
                perStep += Score * (score.Data.Components ?? 1);
        }

        double cells = 1e-9 * problem.Grid.CellCount;
        return (cells * forward * (problem.Times.Warmup + steps), cells * perStep * steps);
    }
}
