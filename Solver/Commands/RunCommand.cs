using System.CommandLine;
using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;
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

    /// <summary>A run that is roughly longer than this, in seconds, is measured before it begins.</summary>
    private const double WorthMeasuring = 2;

    /// <summary>A run that is longer than this, in seconds, says beforehand what it will take.</summary>
    private const double WorthSaying = 60;

    /// <summary>The phases of the run with their weights, from timed steps where it is long.</summary>
    private static IReadOnlyList<RunPhase> Phases(PreparedRun run, Progress progress, CancellationToken cancellation)
    {
        IReadOnlyList<RunPhase> rough = RunEstimate.Rough(run.Problem, run.Particles, run.Team.Threads);
        if (rough.Sum(phase => phase.Seconds) < WorthMeasuring)
            return rough;
        RunEstimate estimate = RunEstimate.Measure(run.Problem, run.Team, cancellation);
        if (estimate.Seconds > WorthSaying)
            progress.Note($"this run takes {estimate.Line}");
        return estimate.Phases;
    }

    /// <summary>Runs a config as <c>run</c> does.</summary>
    internal static int Execute(RunInput input, RunFlags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        var progress = new Progress(session.Error, session.Terminal, flags.Quiet, session.Columns);
        (RunConfig config, ConfigSource source) = input;
        if (config.Output.Plots && flags.Threads > 1)
            FigureWarmUp.Begin(config.Mesh.Axes.Count);
        using var team = new WorkerTeam(flags.Threads);
        var run = new PreparedRun(new Problem(config, source), team);
        foreach (string note in run.Problem.Notes())
            progress.Note($"note: {note}");

        string path = flags.OutputFolder(config.Output.Directory, config.Name);
        if (RunSize.Shortage(RunFileList.Most(run.Problem), path) is { } shortage)
            progress.Note($"note: {shortage}");

        // Memory is allocated before the folder is touched, so that a run that does not fit is refused without writing.
        if (config.Accuracy is null)
            _ = run.Forward;
        // The location is not part of the identity: the same run in another folder has the same record.
        RunIdentity identity = RunIdentity.Of(config);
        var record = new RunRecord(identity.ConfigJson, false, flags.Reproducible ? null : clock)
        {
            Formats = SnapshotFormats.Of(config.Output),
        };
        using RunFolder folder = flags.Resume
            ? RunFolder.Resume(path, record, identity, progress.Note)
            : RunFolder.Open(path, record, flags.Force);
        if (folder.IsFinished)
        {
            session.Output.WriteLine(folder.Path);
            return ExitCode.Finished;
        }

        var companions = new CompanionRuns(run.Problem, team, folder, progress);
        AccuracyOutcome? accuracy = null;
        if (config.Accuracy is not null)
        {
            accuracy = Search(run.Problem, companions, progress, session.Cancellation);
            config = accuracy.Chosen.Chosen(config);
            run = new PreparedRun(run.Problem.With(config), team);
            companions = new CompanionRuns(run.Problem, team, folder, progress, companions);
            folder.Write(accuracy, config);
        }

        bool estimates = EstimateRule.Applies(run.Problem, out string? skipped);
        if (skipped is not null)
            progress.Note(skipped);
        if (!flags.Quiet)
            progress.Expect(Phases(run, progress, session.Cancellation));
        using RunFigures? figures = !config.Output.Plots ? null : new RunFigures(folder.Claim, config, flags.Threads)
        {
            Attempts = accuracy is null ? null : AttemptFigure.Of(accuracy),
        };
        var output = new RunOutput(folder, identity, flags.Reproducible, figures is null ? null : figures.Add)
        {
            Companions = estimates ? companions : null,
            Computed = figures is null ? null : figures.Begin,
            Accuracy = accuracy,
        };
        using var simulation = new Simulation(run, output, progress);
        RunResult result = simulation.Run(session.Cancellation);
        if (config.Output.Report != false)
            ReportPage.Write(folder.Claim, RunReport.Of(config, result, result.Frames));
        try
        {
            figures?.Finish(progress, session.Cancellation);
            if (config.Output.Animation is not null)
            {
                folder.Keep(result.Frames!);
                RunAnimation.Write(folder.Claim, config, result.Frames!, flags.Threads, progress.Note, session.Cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            simulation.Keep();
            throw new RunFailedException("interrupted while figures were drawn: use --resume to continue");
        }

        folder.Finish(watch.Elapsed);
        ResultTable.Write(
            session.Output, result.Summary, folder.Path,
            flags.Quiet ? Detail.Quiet : flags.Verbose ? Detail.Verbose : Detail.Normal);
        if (!result.Summary.Violated)
            return Missed(accuracy, input.Config.Accuracy, session);
        Reading[] violations = [.. result.Readings.Where(reading => Violation.Is(reading))];
        session.Error.WriteLine(Violation.Describe(violations[0], run.Problem.Grid)
            + (result.Stopped ? "; the run was stopped" : violations.Length > 1 ? $"; {violations.Length} violations in total" : ""));
        return ExitCode.Of(violated: true, config.Monitors.OnViolation);
    }

    /// <summary>Finds the cells and steps that give the error asked for.</summary>
    private static AccuracyOutcome Search(
        Problem problem, CompanionRuns companions, Progress progress, CancellationToken cancellation)
    {
        try
        {
            return new AccuracySearch(problem, companions, progress).Run(cancellation);
        }
        catch (RunInterruptedException interrupted)
        {
            throw new RunFailedException($"{interrupted.Message}: use --resume to continue");
        }
    }

    /// <summary>The exit code of a run without violations: a failure if an error that is required is not reached.</summary>
    private static int Missed(AccuracyOutcome? accuracy, AccuracyConfig? asked, Session session)
    {
        if (accuracy is not { Reached: false } || asked is not { Required: true })
            return ExitCode.Finished;
        session.Error.WriteLine(accuracy.Sentence);
        return ExitCode.Violated;
    }
}
