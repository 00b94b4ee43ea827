using System.CommandLine;
using PdeDiffusion.Configs;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary><c>check FILE</c>: everything that a run finds wrong before it starts, and nothing written.</summary>
public static class CheckCommand
{
    public static Command Create(Session session)
    {
        var file = new Argument<string>("FILE") { Description = "The config." };
        var set = new Option<string[]>("--set") { Description = "Override one key; may be repeated.", HelpName = "KEY=VALUE" };
        var verbose = new Option<bool>("--verbose") { Description = "Show a stack trace with an error." };
        var command = new Command("check", CommandLine.Describe("Validate a config; write nothing.", "check configs/three-diracs.json"))
        {
            file, set, verbose,
        };
        command.SetAction(parsed => session.Guard(
            () => Execute(parsed.GetRequiredValue(file), parsed.GetValue(set) ?? [], session), parsed.GetValue(verbose)));
        return command;
    }

    private static int Execute(string file, string[] overrides, Session session)
    {
        if (overrides.Length == 0 && StudyFile.IsTradeoff(file))
        {
            var tradeoff = new TradeoffRun(StudyFile.ReadTradeoff(file));
            session.Output.WriteLine(FormattableString.Invariant($"{file}: valid; a trade-off of {tradeoff.Cells} cells"));
            return ExitCode.Finished;
        }

        if (overrides.Length == 0 && ConfigFile.IsStudy(file))
        {
            var study = new StudyRun(StudyFile.Read(file));
            session.Output.WriteLine(FormattableString.Invariant($"{file}: valid; a study of {study.Runs} runs"));
            return ExitCode.Finished;
        }

        RunConfig config = ConfigFile.Read(file, overrides, out ConfigSource source);
        using var team = new WorkerTeam(1);
        Problem problem = new PreparedRun(new Problem(config, source), team).Problem;
        foreach (string note in problem.Notes())
            session.Error.WriteLine($"note: {note}");
        session.Output.WriteLine(FormattableString.Invariant(
            $"{file}: valid; {problem.Grid.CellCount} cells, {problem.Times.Warmup} + {problem.Times.Last} steps"));
        return ExitCode.Finished;
    }
}
