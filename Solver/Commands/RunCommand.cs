using System.CommandLine;
using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Commands;

/// <summary>A run as read from its file.</summary>
internal sealed record RunInput(RunConfig Config, ConfigSource Source)
{
    /// <exception cref="PdeDiffusion.Files.InputException">Everything that is wrong with it.</exception>
    public static RunInput Read(ConfigDocument document, IReadOnlyList<string> overrides)
    {
        RunConfig config = ConfigFile.Read(document, overrides, out ConfigSource source);
        return new RunInput(config, source);
    }
}

/// <summary><c>run FILE</c>: from a config to snapshots, readings, figures and a verdict.</summary>
public static class RunCommand
{
    public static Command Create(Session session)
    {
        var options = new RunOptions
        {
            File = { Description = "The run's config, or - for standard input." },
            Force = { Description = "Overwrite existing output: only files that a run writes are deleted." },
            Resume = { Description = "Continue the unfinished run in the folder from its last checkpoint." },
            Threads = { Description = "Number of threads; results do not depend on it." },
        };
        return options.Verb(
            "run", CommandLine.Describe("Run a config.", "run configs/three-diracs.json --set time.steps=200"), session,
            flags => Execute(
                RunInput.Read(ConfigDocument.Read(flags.File, session.Cancellation), flags.Overrides), flags, session),
            options.Out, options.Force, options.Resume, options.Set, options.Threads, options.Reproducible, options.Quiet, options.Verbose);
    }

    /// <summary>Runs a config as <c>run</c> does.</summary>
    internal static int Execute(RunInput input, RunFlags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        var progress = new Progress(session.Error, session.Terminal, flags.Quiet);
        (RunConfig config, ConfigSource source) = input;
        if (config.Output.Plots && flags.Threads > 1)
            FigureWarmUp.Begin(config.Mesh.Axes.Count);
        using var team = new WorkerTeam(flags.Threads);
        var run = new PreparedRun(new Problem(config, source), team);
        foreach (string note in run.Problem.Notes())
            progress.Note($"note: {note}");

        // Memory is allocated before the folder is touched, so that a run that does not fit is refused without writing.
        _ = run.Forward;
        // The location is not part of the identity: the same run in another folder has the same record.
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

        using RunFigures? figures = config.Output.Plots ? new RunFigures(folder.Claim, config, flags.Threads) : null;
        using var simulation = new Simulation(
            run, new RunOutput(folder, identity, flags.Reproducible, figures is null ? null : figures.Add), progress);
        RunResult result = simulation.Run(session.Cancellation);
        try
        {
            figures?.Finish(result.Readings, result.Particles, progress, session.Cancellation);
        }
        catch (OperationCanceledException)
        {
            simulation.Keep();
            throw new RunFailedException("interrupted while figures were drawn: --resume goes on with the run");
        }

        folder.Finish(watch.Elapsed);
        ResultTable.Write(
            session.Output, result.Summary, folder.Path,
            flags.Quiet ? Detail.Quiet : flags.Verbose ? Detail.Verbose : Detail.Normal);
        if (!result.Summary.Violated)
            return ExitCode.Finished;
        Reading[] violations = [.. result.Readings.Where(reading => Violation.Is(reading))];
        session.Error.WriteLine(Violation.Describe(violations[0], run.Problem.Grid)
            + (result.Stopped ? "; the run was stopped" : violations.Length > 1 ? $"; {violations.Length} violations in total" : ""));
        return ExitCode.Of(violated: true, config.Monitors.OnViolation);
    }
}
