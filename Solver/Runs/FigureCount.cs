using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>How many figures a run draws, for an estimate; <c>Figures/RunFigureList.cs</c> decides which.</summary>
/// <param name="Maps">
/// Heat maps of single snapshots, three per snapshot; of up to twelve snapshots they are drawn while the run computes.
/// </param>
/// <param name="Sheets">Contact sheet and the overview of monitors.</param>
/// <param name="Plots">All others.</param>
internal sealed record FigureCount(int Maps, int Sheets, int Plots)
{
    // Seconds and bytes per figure, measured on three-diracs, lemniscate and lemniscate-empirical-score; they depend on what is drawn.
    private const double MapSeconds = 0.25, SheetSeconds = 0.6, PlotSeconds = 0.09;
    private const double MapBytes = 3.5e5, SheetBytes = 4.5e5, PlotBytes = 1.4e5;

    // The libraries that draw, and the images of the figures that are drawn at a time.
    private const double LineMemory = 9e7, PlaneMemory = 1.5e8;
    private const int MostSnapshots = 12;

    public int All => Maps + Sheets + Plots;

    /// <summary>Those drawn once the run has finished.</summary>
    public int AtEnd => All - Maps;

    public double Bytes => Maps * MapBytes + Sheets * SheetBytes + Plots * PlotBytes;

    /// <summary>Time for those drawn at the end.</summary>
    public double Seconds(int threads) => (Sheets * SheetSeconds + Plots * PlotSeconds) / Math.Min(threads, Math.Max(AtEnd, 1));

    /// <summary>Memory for drawing.</summary>
    public static double Memory(int dimension) => dimension == 1 ? LineMemory : PlaneMemory;

    /// <param name="monitors">Monitors that have a bound at some level; null for an upper bound on their number.</param>
    public static FigureCount Of(Problem problem, bool hasParticles, int? monitors = null)
    {
        RunConfig config = problem.Config;
        bool isLine = problem.Grid.Dimension == 1, isGeneration = config.Generation is not null;
        int drawn = monitors ?? (!config.Monitors.Enabled ? 0
            : MonitorRegistry.Descriptors.Where(monitor => !monitor.IsCount && (isGeneration || IsOfForward(monitor.Name)))
                .Sum(monitor => monitor.Parameter is null ? 1 : config.Monitors.Lp.Count));
        return new FigureCount(
            isLine ? 0 : 3 * Math.Min(problem.SnapshotTimes.Count, MostSnapshots), drawn > 0 ? 2 : 1,
            (isLine ? 4 : 0) + drawn + (config.Monitors.Enabled ? isLine ? 2 : 1 : 0)
                + (MixedScores.Sets(config.Generation?.Score) is null ? 0 : 1)
                + (hasParticles ? config.Particles!.Trajectories > 0 ? 2 : 1 : 0));
    }

    private static bool IsOfForward(string monitor) => monitor is "mass[u]" or "positivity" or "li-yau" or "li-yau-discrete";
}
