using System.Diagnostics;
using PdeDiffusion.Commands;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class CompletionTests : IDisposable
{
    private static readonly string[] Verbs =
        ["new", "run", "study", "audit", "check", "plot", "figures", "schema", "monitors", "completions"];

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow("bash")]
    [DataRow("zsh")]
    [DataRow("pwsh")]
    public void A_script_names_every_verb_its_options_and_the_templates(string shell)
    {
        Outcome script = Scratch.Run("completions", shell);
        Assert.AreEqual(ExitCode.Finished, script.Code, script.Error);
        foreach (string word in (string[])[.. Verbs, .. StarterConfig.Names, "--reproducible", "--list", "--help", "lp-stability"])
            StringAssert.Contains(script.Output, word, StringComparison.Ordinal);
    }

    [TestMethod]
    public void An_unknown_shell_is_a_wrong_command_line() =>
        Assert.AreEqual(ExitCode.WrongCommandLine, Scratch.Run("completions", "fish").Code);

    /// <summary>The verbs of the script are those of the help text.</summary>
    [TestMethod]
    public void The_list_of_verbs_is_that_of_the_program()
    {
        string help = Scratch.Run("--help").Output;
        string[] listed = [.. help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line.Length > 2 && line[..2] == "  " && line[2] != ' ').Select(line => line[2..].Split(' ')[0])];
        CollectionAssert.AreEqual(Verbs, listed);
    }

    /// <summary>A real bash, asked as the Tab key asks it.</summary>
    [TestMethod]
    [DataRow("pdediffusion", "", "new run study audit check plot figures schema monitors completions")]
    [DataRow("pdediffusion", "st", "study")]
    [DataRow("pdediffusion", "--v", "--version")]
    [DataRow("pdediffusion run", "--re", "--resume --reproducible")]
    [DataRow("pdediffusion run", "conf", "")]
    [DataRow("pdediffusion new", "l", "lemniscate")]
    [DataRow("pdediffusion monitors", "lp-", "lp-certificate lp-stability")]
    [DataRow("pdediffusion run my.json", "--q", "--quiet")]
    public void Bash_completes(string before, string current, string expected)
    {
        if (!File.Exists("/bin/bash"))
            Assert.Inconclusive("no bash on this machine");
        string script = scratch.Write("completions.bash", Scratch.Run("completions", "bash").Output);
        string[] words = [.. before.Split(' '), current];
        string ask = $"source '{script}'; COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))}); "
            + $"COMP_CWORD={words.Length - 1}; _pdediffusion; echo \"${{COMPREPLY[*]}}\"";
        using Process bash = Scratch.StartFile("/bin/bash", null, "-c", ask);
        Outcome answer = Scratch.Finish(bash);
        Assert.AreEqual("", answer.Error);
        Assert.AreEqual(expected, answer.Output.Trim());
    }
}
