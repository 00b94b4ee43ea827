using System.CommandLine;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Commands;

/// <summary><c>figures PATH</c>: draws every figure file and runs every run file of a folder.</summary>
public static class FiguresCommand
{
    private const string DefaultFolder = "configs/figures", DefaultOut = "out/figures";

    public static Command Create(Session session)
    {
        var options = new RunOptions("PATH")
        {
            File = { Description = "A folder of figure and run files, or one of them.", DefaultValueFactory = _ => DefaultFolder },
            Out =
            {
                Description = "Output folder; each run of PATH writes to a subfolder with its name.",
                DefaultValueFactory = _ => DefaultOut,
            },
            Force = { Description = "Overwrite existing output: only images of these figures and files that a run writes are deleted." },
            Set = { Description = "Override one key of every run that is drawn, e.g. particles.count=500; may be repeated." },
        };
        return options.Verb(
            "figures", CommandLine.Describe("Draw figures of several runs, or of none.", $"figures {DefaultFolder} --out {DefaultOut}"),
            session, flags => Execute(flags, session), options.Out, options.Force, options.Set, options.Quiet, options.Verbose);
    }

    private static int Execute(RunFlags flags, Session session)
    {
        string[] files = Directory.Exists(flags.File)
            ? [.. Directory.GetFiles(flags.File, "*.json").Order(StringComparer.Ordinal)] : [flags.File];
        if (files.Length == 0)
            throw new InputException(new InputProblem(flags.File, null, null, "contains no figure: it has no .json file"));
        var progress = new Progress(session.Error, session.Terminal, flags.Quiet, session.Columns);
        using var team = new WorkerTeam(Environment.ProcessorCount);

        // All files are checked before the first one is computed.
        var figures = new List<FigureFileDrawing>();
        var runs = new List<RunInput>();
        foreach (string file in files)
        {
            ConfigDocument document = ConfigDocument.Read(file, session.Cancellation);
            if (document.Kind == InputKind.Figure)
            {
                FigureFile figure = ConfigFile.ReadFigure(document, out ConfigSource source);
                figures.Add(new FigureFileDrawing(figure, source, flags.Overrides, team));
                figures[^1].Check();
            }
            else
            {
                runs.Add(RunInput.Read(document, flags.Overrides));
            }
        }

        using FigureFolder folder = FigureFolder.Open(
            flags.Out!, figures.SelectMany(figure => FigureFileDrawing.Names(figure.File)), flags.Force);
        int code = ExitCode.Finished;
        foreach (RunInput run in runs)
        {
            // A figure shows no error, unless its run asks for one.
            RunConfig config = run.Config with { ErrorEstimate = run.Config.ErrorEstimate ?? (run.Config.Accuracy is null ? false : null) };
            code = Math.Max(
                code, RunCommand.Execute(
                    run with { Config = config }, flags with { Out = Path.Combine(folder.Path, config.Name) }, session));
        }

        foreach (Plots.Figure drawn in figures.SelectMany(figure => figure.Draw(progress, session.Cancellation)))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            foreach (string name in folder.Write(drawn))
                session.Output.WriteLine(Path.Combine(folder.Path, name));
        }

        folder.Finish();
        session.Output.WriteLine(folder.Path);
        if (!Plots.Fonts.Available)
            progress.Note($"note: {Plots.Fonts.Message}");
        return code;
    }
}
