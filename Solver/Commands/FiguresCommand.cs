using System.CommandLine;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Commands;

/// <summary><c>figures PATH</c>: every figure file of a folder drawn, every run file in it run.</summary>
public static class FiguresCommand
{
    private const string DefaultFolder = "configs/figures", DefaultOut = "out/figures";

    public static Command Create(Session session)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A folder of figure and run files, or one of them.",
            DefaultValueFactory = _ => DefaultFolder,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Folder to write to; a run of the folder writes to a folder of its name below it.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultOut,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Override one key of every run behind the figures, e.g. particles.count=500; may be repeated.",
            HelpName = "KEY=VALUE",
        };
        var quiet = new Option<bool>("--quiet") { Description = "Show no progress." };
        var verbose = new Option<bool>("--verbose") { Description = "Show a stack trace with an error." };
        var command = new Command(
            "figures", CommandLine.Describe("Make figures that take several runs, or none.", $"figures {DefaultFolder} --out {DefaultOut}"))
        {
            path, folder, set, quiet, verbose,
        };
        command.SetAction(parsed => session.Guard(
            () => Execute(
                parsed.GetRequiredValue(path), Path.GetFullPath(parsed.GetRequiredValue(folder)), parsed.GetValue(set) ?? [],
                parsed.GetValue(quiet), session),
            parsed.GetValue(verbose)));
        return command;
    }

    private static int Execute(string path, string folder, IReadOnlyList<string> overrides, bool quiet, Session session)
    {
        string[] files = Directory.Exists(path) ? [.. Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal)] : [path];
        if (files.Length == 0)
            throw new InputException(new InputProblem(path, null, null, "holds no figure: it has no .json file"));
        var progress = new Progress(session.Error, session.Terminal, quiet);
        using var team = new WorkerTeam(Environment.ProcessorCount);
        int code = ExitCode.Finished;
        foreach (string file in files)
        {
            if (!ConfigFile.IsFigure(file))
            {
                RunConfig config = ConfigFile.Read(file, overrides);
                code = Math.Max(code, RunCommand.Execute(
                    file, Path.Combine(folder, config.Name), overrides, Environment.ProcessorCount, quiet, session));
                continue;
            }

            FigureFile figure = ConfigFile.ReadFigure(file, out ConfigSource source);
            Directory.CreateDirectory(folder);
            foreach (Plots.Figure drawn in new FigureFileDrawing(figure, source, overrides, team, progress, session.Cancellation).Draw())
            {
                FigureFiles.Write(folder, drawn);
                session.Output.WriteLine(Path.Combine(folder, drawn.Name + ".png"));
            }
        }

        if (!Plots.Fonts.Available)
            progress.Note($"note: {Plots.Fonts.Message}");
        return code;
    }
}
