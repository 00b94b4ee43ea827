using System.CommandLine;
using System.Diagnostics;
using PdeDiffusion.Audits;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Commands;

/// <summary><c>audit FILE</c>: what a score gets wrong, against data and theorems.</summary>
public static class AuditCommand
{
    public static Command Create(Session session)
    {
        var options = new RunOptions
        {
            File = { Description = "The audit's config, a run with a key audit, or - for standard input." },
            Force = { Description = "Overwrite existing output: only files that an audit writes are deleted." },
            Threads = { Description = "Number of threads; results do not depend on it." },
        };
        return options.Verb(
            "audit",
            CommandLine.Describe("Test a score against data and theorems.", "audit configs/audit/no-data.json"), session,
            flags => Execute(flags, session), options.Out, options.Force, options.Set, options.Threads, options.Reproducible,
            options.Quiet, options.Verbose);
    }

    private static int Execute(RunFlags flags, Session session)
    {
        var watch = Stopwatch.StartNew();
        RunConfig config = ConfigFile.ReadAudit(
            ConfigDocument.Read(flags.File, session.Cancellation), flags.Overrides, out ConfigSource source);
        using var team = new WorkerTeam(flags.Threads);
        var run = new PreparedRun(new Problem(config, source), team);
        var audit = new AuditRun(run);
        var progress = new Progress(session.Error, session.Terminal, flags.Quiet, session.Columns);
        foreach (string note in run.Problem.Notes())
            progress.Note($"note: {note}");
        _ = run.Forward;
        RunClock? clock = flags.Reproducible ? null : new RunClock(flags.Threads, DateTime.UtcNow, null);
        string path = flags.OutputFolder(config.Output.Directory, config.Name);
        using AuditFolder folder = AuditFolder.Open(path, RunIdentity.JsonOf(config), clock, flags.Force);
        AuditResult result = audit.Run(progress, session.Cancellation);
        progress.Clear();
        IReadOnlyList<string> sentences = AuditFindings.Of(result, config), missed = AuditFindings.Missed(result, config.Audit!.Require);
        folder.Take();
        if (config.Output.Plots)
            FigureFiles.Write(folder.Claim, AuditPlot.Draw(config.Name, result, config.Output.Svg));
        string[] all = [.. sentences, .. missed];
        folder.Write(result, all);
        if (config.Output.Report != false)
            ReportPage.Write(folder.Claim, AuditPage.Of(config, result, sentences, missed));
        folder.Finish(result, all, watch.Elapsed);
        if (!flags.Quiet)
        {
            foreach (string sentence in sentences)
                session.Output.WriteLine(sentence);
        }

        session.Output.WriteLine(folder.Path);
        foreach (string miss in missed)
            session.Error.WriteLine(miss);
        return missed.Count > 0 ? ExitCode.Violated : ExitCode.Finished;
    }
}
