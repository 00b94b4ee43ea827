using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Commands;

/// <summary><c>run FILE</c>: a config in, snapshots, readings, figures and a verdict out.</summary>
public static class RunCommand
{
    private sealed record Flags(
        string File, string? Out, bool Force, bool Resume, IReadOnlyList<string> Overrides, int Threads, bool Reproducible, bool Quiet,
        bool Verbose);

    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = "The run's config." };
        var folder = new Option<string?>("--out") { Description = "Folder to write to, instead of the config's.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace what is in the folder: files that a run writes." };
        var resume = new Option<bool>("--resume") { Description = "Go on with the unfinished run in the folder, from its last checkpoint." };
        var set = new Option<string[]>("--set")
        {
            Description = "Override one key of the config, e.g. time.steps=100; may be repeated.",
            HelpName = "KEY=VALUE",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of the solver; results do not depend on it.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        threads.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out int number)
                && number is < 1 or > 1024)
            {
                given.AddError("--threads must be from 1 to 1024");
            }
        });
        var reproducible = new Option<bool>("--reproducible") { Description = "Leave clock and machine out of the outputs." };
        var quiet = new Option<bool>("--quiet") { Description = "Show no progress." };
        var verbose = new Option<bool>("--verbose") { Description = "Show a stack trace with an error." };
        var command = new Command("run", CommandLine.Describe("Run a config.", "run configs/three-diracs.json --set time.steps=200"))
        {
            file, folder, force, resume, set, threads, reproducible, quiet, verbose,
        };
        command.Validators.Add(given =>
        {
            if (given.GetValue(force) && given.GetValue(resume))
                given.AddError("--force starts anew and --resume goes on: give one of the two");
        });
        command.SetAction(parsed =>
        {
            var flags = new Flags(
                parsed.GetRequiredValue(file), parsed.GetValue(folder), parsed.GetValue(force), parsed.GetValue(resume),
                parsed.GetValue(set) ?? [],
                parsed.GetValue(threads), parsed.GetValue(reproducible), parsed.GetValue(quiet), parsed.GetValue(verbose));
            return session.Guard(() => Execute(flags, session), flags.Verbose);
        });
        return command;
    }

    /// <summary>Runs a file as <c>run</c> does, over whatever run is in the folder.</summary>
    internal static int Execute(string file, string folder, IReadOnlyList<string> overrides, int threads, bool quiet, Session session) =>
        Execute(new Flags(file, folder, Force: true, Resume: false, overrides, threads, Reproducible: false, quiet, Verbose: false), session);

    private static int Execute(Flags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        var progress = new Progress(session.Error, session.Terminal, flags.Quiet);
        RunConfig config = ConfigFile.Read(flags.File, flags.Overrides, out ConfigSource source);
        if (config.Output.Plots && flags.Threads > 1)
            FigureWarmUp.Begin(config.Mesh.Axes.Count);
        using var team = new WorkerTeam(flags.Threads);
        var run = new PreparedRun(new Problem(config, source), team);
        foreach (string note in run.Problem.Notes())
            progress.Note($"note: {note}");

        // Memory is taken before the folder is touched: what does not fit is refused with nothing written.
        _ = run.Forward;
        // Where a run is written is no part of what it is: the same run in another folder has the same record.
        RunIdentity identity = RunIdentity.Of(config);
        string path = flags.Out ?? config.Output.Directory ?? Path.Combine("out", config.Name);
        var record = new RunRecord(identity.ConfigJson, false, flags.Reproducible ? null : clock);
        using RunFolder folder = flags.Resume
            ? RunFolder.Resume(path, record, identity, progress.Note)
            : RunFolder.Open(path, record, flags.Force);
        if (folder.IsFinished)
        {
            session.Output.WriteLine(folder.Path);
            return ExitCode.Finished;
        }

        using RunFigures? figures = config.Output.Plots ? new RunFigures(folder.Path, config, flags.Threads) : null;
        using var simulation = new Simulation(
            run, new RunOutput(folder, identity, flags.Reproducible, figures is null ? null : figures.Add), progress);
        RunResult result = simulation.Run(session.Cancellation);
        figures?.Finish(result.Readings, result.Particles, progress);
        folder.Finish(watch.Elapsed);
        ResultTable.Write(session.Output, result.Summary, folder.Path);
        if (!result.Summary.Violated)
            return ExitCode.Finished;
        Reading[] violations = [.. result.Readings.Where(reading => Violation.Is(reading))];
        session.Error.WriteLine(Violation.Describe(violations[0], run.Problem.Grid)
            + (result.Stopped ? "; the run stopped there" : violations.Length > 1 ? $"; {violations.Length} such readings in all" : ""));
        return ExitCode.Of(violated: true, config.Monitors.OnViolation);
    }
}
