using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary><c>study FILE</c>: runs a refinement or parameter study; writes a table of errors and orders and figures.</summary>
public static class StudyCommand
{
    private const string Cells = "tradeoff.csv";

    public static Command Create(Session session)
    {
        var options = new RunOptions
        {
            File = { Description = "The study's config, or - for standard input." },
            Force = { Description = "Overwrite existing output: only files that a study writes are deleted." },
            Resume = { Description = "Continue an interrupted trade-off; finished cells are kept." },
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
            return ExecuteTradeoff(document, flags, session, watch, clock);
        if (flags.Resume)
        {
            throw new InputException(new InputProblem(
                flags.File, null, null, "is not a trade-off; only trade-offs can be resumed: omit --resume"));
        }

        Study study = StudyFile.Read(document, flags.Overrides);
        var run = new StudyRun(study);
        if (flags.Estimate)
        {
            foreach (string line in StudyEstimate.Measure(run, flags.Threads, session.Cancellation).Lines())
                session.Output.WriteLine(line);
            return ExitCode.Finished;
        }

        string path = flags.OutputFolder(study.Config.Output.Directory, study.Config.Name);
        if (flags.Slurm is not null)
        {
            StudyEstimate estimate = StudyEstimate.Measure(run, flags.Threads, session.Cancellation);
            StudyShards.WriteSlurm(flags, path, study.Config.Name, run.Runs, estimate.Seconds, estimate.Memory, session.Output);
            return ExitCode.Finished;
        }

        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet);
        if (flags.Shard is not null)
        {
            var shard = Shard.Parse(flags.Shard, Environment.GetEnvironmentVariable);
            int[] own = run.Own(shard);
            return StudyShards.Compute(
                flags, path, shard, run.Identity, own, progress, session,
                kept => run.Run(kept, own, flags.Threads, progress, session.Cancellation));
        }

        JsonElement[]? parts = flags.Join ? StudyShards.Join(path, run.Identity, run.Runs, progress) : null;
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

    private static int ExecuteTradeoff(ConfigDocument document, RunFlags flags, Session session, Stopwatch watch, RunClock clock)
    {
        Tradeoff tradeoff = TradeoffFile.Read(document, flags.Overrides);
        var run = new TradeoffRun(tradeoff);
        if (flags.Estimate)
        {
            foreach (string line in TradeoffEstimate.Measure(run, flags.Threads, session.Cancellation).Lines())
                session.Output.WriteLine(line);
            return ExitCode.Finished;
        }

        string path = flags.OutputFolder(tradeoff.Output.Directory, tradeoff.Name);
        if (flags.Slurm is not null)
        {
            TradeoffEstimate estimate = TradeoffEstimate.Measure(run, flags.Threads, session.Cancellation);
            StudyShards.WriteSlurm(flags, path, tradeoff.Name, run.Parts, estimate.Seconds, estimate.Memory, session.Output);
            return ExitCode.Finished;
        }

        RunIdentity identity = TradeoffRecord.IdentityOf(tradeoff);
        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet, "flows", "terms");
        if (flags.Shard is not null)
        {
            var shard = Shard.Parse(flags.Shard, Environment.GetEnvironmentVariable);
            int[] own = run.Own(shard);
            return StudyShards.Compute(
                flags, path, shard, identity, own, progress, session,
                kept => run.Run(kept, own, flags.Threads, progress, session.Cancellation));
        }

        TradeoffCell[]? joined = flags.Join
            ? [.. StudyShards.Join(path, identity, run.Parts, progress).SelectMany(TradeoffCell.Read)] : null;
        using StudyFolder folder = StudyFolder.Open(
            path, tradeoff.Json, flags.Reproducible ? null : clock, flags.Force, flags.Resume ? Difference : null);
        foreach (string note in tradeoff.Source.Notes)
            progress.Note($"note: {note}");
        if (flags.Resume && folder.IsRepeat)
        {
            progress.Note($"the trade-off in {folder.Path} is finished: nothing to resume");
            session.Output.WriteLine(folder.Path);
            return ExitCode.Finished;
        }

        IReadOnlyList<TradeoffCell> known = joined ?? (flags.Resume ? Known(folder.Path, tradeoff, identity, progress) : []);
        if (known.Count > 0 && joined is null)
            progress.Note(string.Create(CultureInfo.InvariantCulture, $"resuming: {run.Cells - known.Count} of {run.Cells} cells left"));
        // The rows of a finished study are kept until all have been measured again.
        Action<IReadOnlyList<TradeoffCell>> keep = folder.IsRepeat ? _ => { } : WriteSoFar;
        keep(known);
        IReadOnlyList<TradeoffCell> cells = run.Run(flags.Threads, known, progress, keep, session.Cancellation);
        IReadOnlyList<LossWeight> loss = tradeoff.Config.Loss is null
            ? [] : new LossWeights(tradeoff).Run(flags.Threads, progress, session.Cancellation);
        Write(cells);
        var summary = new TradeoffSummary(cells);
        var report = new TradeoffReport(summary, loss);
        report.Write(folder);
        if (tradeoff.Output.Plots)
        {
            var plots = new TradeoffPlots(tradeoff.Name, summary, loss, tradeoff.Output.Svg);
            WriteFigures(plots.Draw(), folder.Claim, progress, session.Cancellation);
        }

        if (tradeoff.Output.Report != false)
            ReportPage.Write(folder.Claim, TradeoffPage.Of(tradeoff, summary, loss));

        folder.Finish(watch.Elapsed, report.Write);
        report.Write(session.Output);
        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;

        string? Difference(string found) =>
            TradeoffRecord.Read(found, tradeoff.Json) is { } record && identity.DifferenceFrom(record.Identity) is { } difference
                ? $"contains cells that --resume cannot keep: {difference}; choose another folder with --out, "
                    + "or omit --resume to start over"
                : null;

        void WriteSoFar(IReadOnlyList<TradeoffCell> sofar)
        {
            folder.Claim.Write(StudyFolder.ResumeName, TradeoffRecord.Of(identity, sofar).Write);
            Write(sofar);
        }

        void Write(IReadOnlyList<TradeoffCell> sofar) =>
            folder.WriteTable(
                Cells, tradeoff.Config.Folds is null ? TradeoffCell.Header : TradeoffCell.HeaderOfFolds, sofar.Select(cell => cell.Row));
    }

    /// <summary>The cells in a folder that are as they were written; the others are named.</summary>
    private static IReadOnlyList<TradeoffCell> Known(string folder, Tradeoff tradeoff, RunIdentity identity, StudyProgress progress)
    {
        const int MostNamed = 5;
        IReadOnlyList<TradeoffCell> found = TradeoffCell.Read(Path.Combine(folder, Cells));
        if (TradeoffRecord.Read(folder, tradeoff.Json) is not { } record)
        {
            if (found.Count > 0)
                progress.Note($"{StudyFolder.ResumeName} is missing or damaged: all cells are measured again");
            return [];
        }

        if (identity.NoteOn(record.Identity) is { } processor)
            progress.Note(processor);
        IReadOnlyList<TradeoffCell> kept = record.Keep(found, out IReadOnlyList<TradeoffCell> changed);
        if (changed.Count > 0)
        {
            progress.Note(
                $"{Cells} has rows that were changed after they were written and are measured again: "
                + string.Join("; ", changed.Take(MostNamed).Select(cell => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cell.Start}, epsilon {cell.Epsilon:R}, {cell.Score}, {cell.Samples} samples, seed {cell.Seed}, "
                    + $"{(cell.Fold is { } fold ? $"fold {fold}, " : "")}t_min {cell.Stop:R}")))
                + (changed.Count > MostNamed ? $" and {changed.Count - MostNamed} more" : ""));
        }

        return kept;
    }

    private static void Draw(
        Study study, IReadOnlyList<SeriesOutcome> outcomes, FolderClaim folder, StudyProgress progress,
        CancellationToken cancellation) =>
        WriteFigures(
            study.IsGrid ? GridFigures.Draw(study.Config, outcomes[0]).Select(draw => draw()) : StudyFigures.Draw(study.Config, outcomes),
            folder, progress, cancellation);

    private static void WriteFigures(
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
