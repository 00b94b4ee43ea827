using System.CommandLine;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Commands;

/// <summary><c>plot DIR</c>: the figures of a finished run, all or some, for a screen or for print.</summary>
public static class PlotCommand
{
    private const double LeastWidth = 60, GreatestWidth = 1000;

    public static Command Create(Session session)
    {
        var options = new Options();
        var command = new Command("plot", CommandLine.Describe(
            "Draw figures of a finished run, in its folder.",
            "plot out/three-diracs --only score --times 0.1,0.01 --width 85 --pdf --no-title"))
        {
            options.Folder, options.Only, options.Column, options.Times, options.Range, options.Width, options.NoTitle, options.Svg,
            options.Pdf, options.Animate, options.AnimationScale, options.Verbose,
        };
        options.Width.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0
                && double.TryParse(given.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double width)
                && !(width is >= LeastWidth and <= GreatestWidth))
            {
                given.AddError(FormattableString.Invariant($"--width must be from {LeastWidth} to {GreatestWidth} mm"));
            }
        });
        command.SetAction(parsed => session.Guard(
            () => parsed.GetValue(options.Animate)
                ? Animate(parsed.GetRequiredValue(options.Folder), parsed.GetValue(options.AnimationScale), session)
                : Execute(parsed, options, session),
            parsed.GetValue(options.Verbose)));
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

    private static int Execute(ParseResult parsed, Options options, Session session)
    {
        var choice = new FigureChoice
        {
            Only = Parts(parsed.GetValue(options.Only)),
            Columns = Parts(parsed.GetValue(options.Column)),
            Times = PlotArguments.Times(Parts(parsed.GetValue(options.Times))),
            WholeBox = parsed.GetValue(options.Range) == PlotArguments.WholeBox,
            Range = PlotArguments.Range(parsed.GetValue(options.Range)),
        };
        using FolderClaim folder = RunFolder.OpenFinished(parsed.GetRequiredValue(options.Folder), out RunRecord record);
        RunConfig config = ConfigFile.ReadText(record.ConfigJson, folder.PathOf(RunRecord.FileName));
        Grid grid = MeshFile.Build(config.Mesh);
        List<Reading> readings = ReadingsReader.Read(folder.PathOf("readings.csv"));
        ParticleOutcome? particles = ParticleReader.Read(folder.Path);
        using var figures = new RunFigures(folder, config, Environment.ProcessorCount)
        {
            Attempts = AttemptTable.Read(folder.PathOf(AttemptTable.FileName)),
            Choice = choice,
            Rendering = new Rendering
            {
                Svg = parsed.GetValue(options.Svg) || config.Output.Svg,
                Pdf = parsed.GetValue(options.Pdf) || config.Output.Pdf == true,
                Width = parsed.GetValue(options.Width),
                Title = !parsed.GetValue(options.NoTitle),
            },
        };
        foreach (SnapshotEntry entry in SnapshotReader.ReadList(folder.Path))
            figures.Add(SnapshotReader.ReadSnapshot(entry.File, grid, entry.Number, entry.Time));
        figures.Begin(readings, particles, RunSeries.Read(folder.Path));
        figures.Finish(new Progress(session.Error, session.Terminal, quiet: true), session.Cancellation);
        foreach (string name in figures.Written)
            session.Output.WriteLine(Path.Combine(folder.Path, name));
        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;
    }

    /// <summary>The values of an option that may be repeated, and has several separated by commas.</summary>
    private static string[] Parts(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private sealed class Options
    {
        public Argument<string> Folder { get; } = new("DIR") { Description = "The folder of a finished run." };

        public Option<string[]> Only { get; } = new("--only")
        {
            Description = "Draw these figures only, also those that a run does not draw by itself: score, monitor-mass, monitor-*, …",
            HelpName = "NAMES",
        };

        public Option<string[]> Column { get; } = new("--column")
        {
            Description = "Draw these columns of the snapshots, a figure each, instead of the figures of the run: w, lap_log_u, …",
            HelpName = "NAMES",
        };

        public Option<string[]> Times { get; } = new("--times")
        {
            Description = "Draw the snapshots at these times t, or noise levels sigma=0.2.",
            HelpName = "TIMES",
        };

        public Option<string?> Range { get; } = new("--range")
        {
            Description = "Show this part of the box, FROM:TO or FROM:TO,FROM:TO in the plane, or box for all of it; where u and v are "
                + "by default.",
            HelpName = "RANGE",
        };

        public Option<double?> Width { get; } = new("--width")
        {
            Description = "Width of the figures in mm, for print: text of 8 points at any width, PNG at 300 dpi.",
            HelpName = "MM",
        };

        public Option<bool> NoTitle { get; } = new("--no-title") { Description = "Leave out the titles, for a caption elsewhere." };

        public Option<bool> Svg { get; } = new("--svg") { Description = "Also write SVG files." };

        public Option<bool> Pdf { get; } = new("--pdf") { Description = "Also write PDF files." };

        public Option<bool> Animate { get; } = new("--animate")
        {
            Description = "Redraw the animation instead of the figures; its frames must be stored (output.animation).",
        };

        public Option<AnimationScale?> AnimationScale { get; } = new("--animation-scale")
        {
            Description = "With --animate: scale up to the maximum of each frame, or of all (fixed), regardless of the config.",
        };

        public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show a stack trace with an error." };
    }
}
