using System.CommandLine;

namespace PdeDiffusion.Commands;

/// <summary><c>completions SHELL</c>: a script that completes verbs, options and names in a shell.</summary>
public static class CompletionsCommand
{
    /// <summary>The shells, with the script for each.</summary>
    private static readonly Dictionary<string, Func<IReadOnlyList<CompletedVerb>, string>> Shells = new()
    {
        ["bash"] = CompletionScripts.Bash,
        ["zsh"] = CompletionScripts.Zsh,
        ["pwsh"] = CompletionScripts.PowerShell,
    };

    /// <param name="root">The program whose verbs are completed; read when the verb is called.</param>
    public static Command Create(Session session, Func<Command> root)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or pwsh.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. Shells.Keys]);
        var command = new Command(
            "completions",
            CommandLine.Describe(
                "Print the script that completes the command line; in bash: source <(pdediffusion completions bash).", "completions bash"))
        {
            shell,
        };
        command.SetAction(parsed => session.Guard(
            () =>
            {
                session.Output.Write(Shells[parsed.GetRequiredValue(shell)](CompletedVerb.Of(root())));
                return ExitCode.Finished;
            },
            verbose: false));
        return command;
    }
}
