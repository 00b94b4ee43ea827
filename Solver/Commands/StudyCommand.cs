using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary><c>study FILE</c>: refinement and parameter sweeps in, a table of errors and orders, a CSV and figures out.</summary>
public static class StudyCommand
{
    private const string Cells = "tradeoff.csv";

    private sealed record Flags(string File, string? Out, bool Force, bool Resume, int Threads, bool Reproducible, bool Quiet, bool Verbose);

    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = "The study's config." };
        var folder = new Option<string?>("--out") { Description = "Folder to write to, instead of the config's.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace what is in the folder: files that a study writes." };
        var resume = new Option<bool>("--resume") { Description = "Keep the cells of an interrupted trade-off; measure those that are left." };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of all levels together; results do not depend on it.",
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
        var command = new Command(
            "study", CommandLine.Describe("Refine or vary a run; tell errors and orders.", "study configs/convergence-1d.json"))
        {
            file, folder, force, resume, threads, reproducible, quiet, verbose,
        };
        command.SetAction(parsed =>
        {
            var flags = new Flags(
                parsed.GetRequiredValue(file), parsed.GetValue(folder), parsed.GetValue(force), parsed.GetValue(resume),
                parsed.GetValue(threads), parsed.GetValue(reproducible), parsed.GetValue(quiet), parsed.GetValue(verbose));
            return session.Guard(() => Execute(flags, session), flags.Verbose);
        });
        return command;
    }

    private static int Execute(Flags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        if (StudyFile.IsTradeoff(flags.File))
            return ExecuteTradeoff(flags, session, watch, clock);
        if (flags.Resume)
            throw new InputException(new InputProblem(flags.File, null, null, "is no trade-off, and only these can be resumed: leave --resume out"));
        Study study = StudyFile.Read(flags.File);
        var run = new StudyRun(study);
        string path = flags.Out ?? study.Config.Output.Directory ?? Path.Combine("out", study.Config.Name);
        using StudyFolder folder = StudyFolder.Open(path, study.Json, flags.Reproducible ? null : clock, flags.Force);
        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet);
        IReadOnlyList<SeriesOutcome> outcomes;
        try
        {
            outcomes = run.Run(flags.Threads, progress, session.Cancellation);
        }
        catch (InputException)
        {
            folder.Abandon();
            throw;
        }

        var report = new StudyReport(study, outcomes, flags.Reproducible);
        folder.WriteTable(study.IsGrid ? "grid.csv" : "convergence.csv", report.Header, report.Rows());
        if (study.Config.Output.Plots && !study.IsGrid)
            Draw(study.Config, outcomes, folder.Path, progress);
        folder.Finish(watch.Elapsed, report.Write);
        report.Write(session.Output);
        session.Output.WriteLine(folder.Path);
        return Judge(outcomes, session.Error);
    }

    private static int ExecuteTradeoff(Flags flags, Session session, Stopwatch watch, RunClock clock)
    {
        Tradeoff tradeoff = StudyFile.ReadTradeoff(flags.File);
        var run = new TradeoffRun(tradeoff);
        string path = flags.Out ?? tradeoff.Output.Directory ?? Path.Combine("out", tradeoff.Name);
        using StudyFolder folder = StudyFolder.Open(path, tradeoff.Json, flags.Reproducible ? null : clock, flags.Force);
        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet, "flows", "terms");
        IReadOnlyList<TradeoffCell> known = flags.Resume ? TradeoffCell.Read(Path.Combine(folder.Path, Cells)) : [];
        if (known.Count > 0)
            progress.Note(string.Create(CultureInfo.InvariantCulture, $"going on with {run.Cells - known.Count} of {run.Cells} cells"));
        Write(known);
        IReadOnlyList<TradeoffCell> cells = run.Run(flags.Threads, known, progress, Write, session.Cancellation);
        Write(cells);
        IReadOnlyList<LossWeight> loss = tradeoff.Config.Loss is null ? [] : new LossWeights(tradeoff).Run(flags.Threads, progress, session.Cancellation);
        var summary = new TradeoffSummary(cells);
        var report = new TradeoffReport(summary, loss);
        report.Write(folder);
        if (tradeoff.Output.Plots)
            WriteFigures(new TradeoffPlots(tradeoff.Name, summary, loss, tradeoff.Output.Svg).Draw(), folder.Path, progress);
        folder.Finish(watch.Elapsed, report.Write);
        report.Write(session.Output);
        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;

        void Write(IReadOnlyList<TradeoffCell> sofar) =>
            folder.WriteText(Cells, string.Join('\n', sofar.Select(cell => cell.ToRow()).Prepend(string.Join(',', TradeoffCell.Header))) + "\n");
    }

    private static void Draw(StudyConfig study, IReadOnlyList<SeriesOutcome> outcomes, string folder, StudyProgress progress) =>
        WriteFigures(StudyFigures.Draw(study, outcomes), folder, progress);

    private static void WriteFigures(IEnumerable<Figure> figures, string folder, StudyProgress progress)
    {
        foreach (Figure figure in figures)
            FigureFiles.Write(folder, figure);
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
                if (!outcome.Levels[level].Summary.Violated)
                    continue;
                error.WriteLine($"{outcome.Inputs[level].Name}: a guaranteed theorem is violated");
                violated |= outcome.Inputs[level].Config.Monitors.OnViolation != ViolationAction.Report;
            }
        }

        bool missed = outcomes.Any(outcome => outcome.ReachesOrder == false);
        if (missed)
            error.WriteLine("the expected order is missed");
        return violated || missed ? ExitCode.Violated : ExitCode.Finished;
    }
}
