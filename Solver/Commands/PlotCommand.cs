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
        var verbose = new Option<bool>("--verbose") { Description = "Show a stack trace with an error." };
        var command = new Command("plot", CommandLine.Describe("Redraw the figures of a finished run.", "plot out/three-diracs"))
        {
            folder, svg, verbose,
        };
        command.SetAction(parsed => session.Guard(
            () => Execute(parsed.GetRequiredValue(folder), parsed.GetValue(svg), session), parsed.GetValue(verbose)));
        return command;
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
