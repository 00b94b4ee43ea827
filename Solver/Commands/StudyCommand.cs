using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Samplers;
using PdeDiffusion.Studies;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary><c>study FILE</c>: runs a refinement or parameter study; writes a table of errors and orders and figures.</summary>
public static class StudyCommand
{
    public static Command Create(Session session)
    {
        var options = new RunOptions
        {
            File = { Description = "The study's config, or - for standard input." },
            Force = { Description = "Overwrite existing output: only files that a study writes are deleted." },
            Resume = { Description = "Continue an interrupted trade-off or study of samplers; finished rows are kept." },
            Estimate = { Description = "Say what the study will take, from timed steps: time, memory, files. Nothing is written." },
            Set =
            {
                Description = "Override one key of the study, e.g. norms=[\"L1\"], or of its base, e.g. time.steps=100; may be repeated.",
            },
            Threads = { Description = "Number of threads, shared by all levels; results do not depend on it." },
        };
        return options.Verb(
            "study",
            CommandLine.Describe("Run a refinement or parameter study; report errors and orders.", "study configs/convergence-1d.json"),
            session, flags => Execute(flags, session), options.Out, options.Force, options.Resume, options.Set, options.Estimate,
            options.Shard, options.Join, options.Slurm, options.Threads, options.Reproducible, options.Quiet, options.Verbose);
    }

    private static int Execute(RunFlags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        ConfigDocument document = ConfigDocument.Read(flags.File, session.Cancellation);
        if (document.Kind == InputKind.Tradeoff)
            return new TradeoffStudy(TradeoffFile.Read(document, flags.Overrides)).Execute(flags, session, watch, clock);
        if (document.Kind == InputKind.Samplers)
            return new SamplersStudy(SamplerStudyFile.Read(document, flags.Overrides)).Execute(flags, session, watch, clock);
        if (flags.Resume)
        {
            throw new InputException(new InputProblem(
                flags.File, null, null, "is a study of runs; only trade-offs and studies of samplers can be resumed: omit --resume"));
        }

        Study study = StudyFile.Read(document, flags.Overrides);
        var run = new StudyRun(study);
        string path = flags.OutputFolder(study.Config.Output.Directory, study.Config.Name);
        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet);
        var sharded = new ShardedStudy(
            study.Config.Name, path, run.Runs,
            () =>
            {
                StudyEstimate estimate = StudyEstimate.Measure(run, flags.Threads, session.Cancellation);
                return (estimate.Seconds, estimate.Memory, estimate.Lines());
            },
            () => run.Identity, run.Own, (kept, own) => run.Run(kept, own, flags.Threads, progress, session.Cancellation));
        if (StudyShards.Execute(flags, session, progress, sharded) is { } code)
            return code;

        JsonElement[]? parts = flags.Join ? ShardFolder.Join(path, run.Identity, run.Runs, progress.Note) : null;
        using StudyFolder folder = StudyFolder.Open(path, study.Json, flags.Reproducible ? null : clock, flags.Force);
        IReadOnlyList<SeriesOutcome> outcomes;
        try
        {
            outcomes = parts is null ? run.Run(flags.Threads, progress, session.Cancellation) : run.Join(parts);
        }
        catch (InputException)
        {
            folder.Abandon();
            throw;
        }

        var report = new StudyReport(study, outcomes, flags.Reproducible);
        folder.WriteTable(study.IsGrid ? "grid.csv" : "convergence.csv", report.Header, report.Rows());
        if (study.Config.Output.Plots)
            Draw(study, outcomes, folder.Claim, progress, session.Cancellation);
        if (study.Config.Output.Report != false)
            ReportPage.Write(folder.Claim, StudyPage.Of(study, outcomes, report));
        folder.Finish(watch.Elapsed, report.Write);
        report.Write(session.Output);
        session.Output.WriteLine(folder.Path);
        return Judge(outcomes, session.Error);
    }

    private static void Draw(
        Study study, IReadOnlyList<SeriesOutcome> outcomes, FolderClaim folder, StudyProgress progress,
        CancellationToken cancellation) =>
        WriteFigures(
            study.IsGrid ? GridFigures.Draw(study.Config, outcomes[0]).Select(draw => draw()) : StudyFigures.Draw(study.Config, outcomes),
            folder, progress, cancellation);

    /// <summary>Writes figures as they are drawn.</summary>
    internal static void WriteFigures(
        IEnumerable<Figure> figures, FolderClaim folder, StudyProgress progress, CancellationToken cancellation)
    {
        foreach (Figure figure in figures)
        {
            cancellation.ThrowIfCancellationRequested();
            FigureFiles.Write(folder, figure);
        }

        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }

    private static int Judge(IReadOnlyList<SeriesOutcome> outcomes, TextWriter error)
    {
        bool violated = false;
        foreach (SeriesOutcome outcome in outcomes)
        {
            for (int level = 0; level < outcome.Levels.Count; level++)
            {
                if (outcome.Levels[level].Violated != true)
                    continue;
                error.WriteLine($"{outcome.Inputs[level].Name}: a guaranteed theorem is violated");
                violated |= outcome.Inputs[level].Config.Monitors.OnViolation != ViolationAction.Report;
            }
        }

        bool missed = outcomes.Any(outcome => outcome.ReachesOrder == false);
        if (missed)
            error.WriteLine("the expected order is not reached");
        return violated || missed ? ExitCode.Violated : ExitCode.Finished;
    }
}
