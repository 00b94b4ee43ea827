using PdeDiffusion.Configs;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>How many figures a run draws, for an estimate; <c>Figures/RunFigureList.cs</c> decides which.</summary>
/// <param name="Maps">Heat maps of a snapshot.</param>
/// <param name="Sheets">Contact sheet and the overview of monitors.</param>
/// <param name="Plots">All others.</param>
internal sealed record FigureCount(int Maps, int Sheets, int Plots)
{
    // Seconds and bytes per figure, measured on three-diracs, lemniscate and lemniscate-empirical-score; they depend on what is drawn.
    private const double MapSeconds = 0.25, SheetSeconds = 0.6, PlotSeconds = 0.09;
    private const double MapBytes = 3.5e5, SheetBytes = 4.5e5, PlotBytes = 1.4e5;

    // The libraries that draw, and the images of the figures that are drawn at a time.
    private const double LineMemory = 9e7, PlaneMemory = 1.5e8;
    private const int MapsOfSnapshot = 3;

    public int All => Maps + Sheets + Plots;

    public double Bytes => Maps * MapBytes + Sheets * SheetBytes + Plots * PlotBytes;

    /// <summary>Time to draw them.</summary>
    public double Seconds(int threads) =>
        (Maps * MapSeconds + Sheets * SheetSeconds + Plots * PlotSeconds) / Math.Min(threads, Math.Max(All, 1));

    /// <summary>Memory for drawing.</summary>
    public static double Memory(int dimension) => dimension == 1 ? LineMemory : PlaneMemory;

    /// <param name="monitors">Monitors that have a bound at some level; null if that is not known.</param>
    public static FigureCount Of(Problem problem, bool hasParticles, int? monitors = null)
    {
        RunConfig config = problem.Config;
        bool isLine = problem.Grid.Dimension == 1, hasOverview = monitors is { } drawn ? drawn > 0 : config.Monitors.Enabled;
        return new FigureCount(
            isLine ? 0 : MapsOfSnapshot, hasOverview ? 2 : 1,
            (isLine ? 4 : 0) + (config.Monitors.Enabled ? isLine ? 2 : 1 : 0) + (config.Accuracy is null ? 0 : 1)
                + (MixedScores.Sets(config.Generation?.Score) is null ? 0 : 1)
                + (hasParticles ? config.Particles!.Trajectories > 0 ? 2 : 1 : 0));
    }
}
