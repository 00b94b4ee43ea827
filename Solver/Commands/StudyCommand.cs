using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.IO;
using PdeDiffusion.Plots;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary><c>study FILE</c>: refinement and parameter sweeps in, a table of errors and orders, a CSV and figures out.</summary>
public static class StudyCommand
{
    private sealed record Flags(string File, string? Out, bool Force, int Threads, bool Reproducible, bool Quiet, bool Verbose);

    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = "The study's config." };
        var folder = new Option<string?>("--out") { Description = "Folder to write to, instead of the config's.", HelpName = "DIR" };
        var force = new Option<bool>("--force") { Description = "Replace what is in the folder: files that a study writes." };
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
            file, folder, force, threads, reproducible, quiet, verbose,
        };
        command.SetAction(parsed =>
        {
            var flags = new Flags(
                parsed.GetRequiredValue(file), parsed.GetValue(folder), parsed.GetValue(force), parsed.GetValue(threads),
                parsed.GetValue(reproducible), parsed.GetValue(quiet), parsed.GetValue(verbose));
            return session.Guard(() => Execute(flags, session), flags.Verbose);
        });
        return command;
    }

    private static int Execute(Flags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        var clock = new RunClock(flags.Threads, DateTime.UtcNow, null);
        Study study = StudyFile.Read(flags.File);
        var run = new StudyRun(study);
        string path = flags.Out ?? study.Config.Output.Directory ?? Path.Combine("out", study.Config.Name);
        StudyFolder folder = StudyFolder.Open(path, study.Json, flags.Reproducible ? null : clock, flags.Force);
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

    private static void Draw(StudyConfig study, IReadOnlyList<SeriesOutcome> outcomes, string folder, StudyProgress progress)
    {
        foreach (Figure figure in StudyFigures.Draw(study, outcomes))
            RunFolder.WriteFigure(folder, figure.Name, figure.Png, figure.Svg);
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
