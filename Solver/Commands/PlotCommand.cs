using System.CommandLine;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Commands;

/// <summary><c>plot DIR</c>: the figures of a finished run, redrawn from its CSV files.</summary>
public static class PlotCommand
{
    public static Command Create(Session session)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a finished run." };
        var svg = new Option<bool>("--svg") { Description = "Also write SVG files, regardless of the config." };
        var animate = new Option<bool>("--animate")
        {
            Description = "Redraw the animation instead of the figures; its frames must be stored (output.animation).",
        };
        var scale = new Option<AnimationScale?>("--animation-scale")
        {
            Description = "With --animate: scale up to the maximum of each frame, or of all (fixed), regardless of the config.",
        };
        var verbose = new Option<bool>("--verbose") { Description = "Show a stack trace with an error." };
        var command = new Command("plot", CommandLine.Describe("Redraw the figures of a finished run.", "plot out/three-diracs"))
        {
            folder, svg, animate, scale, verbose,
        };
        command.SetAction(parsed => session.Guard(
            () => parsed.GetValue(animate) ? Animate(parsed.GetRequiredValue(folder), parsed.GetValue(scale), session)
                : Execute(parsed.GetRequiredValue(folder), parsed.GetValue(svg), session),
            parsed.GetValue(verbose)));
        return command;
    }

    private static int Animate(string path, AnimationScale? scale, Session session)
    {
        using FolderClaim folder = RunFolder.OpenFinished(path, out RunRecord record);
        if (!folder.Has(RunFolder.FramesName))
            throw folder.Wrong("contains no frames: run its config with output.animation = gif or apng, which keeps them");
        RunConfig config = ConfigFile.ReadText(record.ConfigJson, folder.PathOf(RunRecord.FileName));
        config = config with { Output = config.Output with { AnimationScale = scale ?? config.Output.AnimationScale } };
        FrameSet frames = FrameFile.Read(folder.PathOf(RunFolder.FramesName));
        try
        {
            RunAnimation.Write(folder, config, frames, Environment.ProcessorCount, session.Error.WriteLine, session.Cancellation);
        }
        catch (InvalidDataException damage)
        {
            throw InputText.Wrong(folder.PathOf(RunFolder.FramesName), damage.Message);
        }

        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;
    }

    private static int Execute(string path, bool svg, Session session)
    {
        using FolderClaim folder = RunFolder.OpenFinished(path, out RunRecord record);
        RunConfig config = ConfigFile.ReadText(record.ConfigJson, folder.PathOf(RunRecord.FileName));
        Grid grid = MeshFile.Build(config.Mesh);
        List<Reading> readings = ReadingsReader.Read(folder.PathOf("readings.csv"));
        ParticleOutcome? particles = ParticleReader.Read(folder.Path);
        if (svg)
            config = config with { Output = config.Output with { Svg = true } };
        using var figures = new RunFigures(folder, config, Environment.ProcessorCount)
        {
            Attempts = AttemptTable.Read(folder.PathOf(AttemptTable.FileName)),
        };
        foreach (SnapshotEntry entry in SnapshotReader.ReadList(folder.Path))
            figures.Add(SnapshotReader.ReadSnapshot(entry.File, grid, entry.Number, entry.Time));
        figures.Finish(
            readings, particles, RunSeries.Read(folder.Path), new Progress(session.Error, session.Terminal, quiet: true),
            session.Cancellation);
        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;
    }
}
