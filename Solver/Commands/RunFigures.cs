using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.IO;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Commands;

/// <summary>Draws the figures of a run into its folder.</summary>
public static class RunFigures
{
    /// <summary>Draws and writes them one by one.</summary>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    public static void Write(
        string folder, RunConfig config, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, Progress progress)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(progress);
        string title = config.Generation is { } generation
            ? FormattableString.Invariant($"{config.Name}, ε = {generation.Epsilon}")
            : config.Name;
        foreach (Figure figure in RunPlots.Draw(title, snapshots, readings, config.Output.Svg))
            RunFolder.WriteFigure(folder, figure.Name, figure.Png, figure.Svg);
        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }
}
