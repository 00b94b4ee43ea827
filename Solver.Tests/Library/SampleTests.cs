using System.Diagnostics;
using System.Text.RegularExpressions;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Library;

/// <summary>The programs of samples/, built against the project of the package: they run, and docs/library.md shows their code.</summary>
[TestClass]
public sealed partial class SampleTests
{
    /// <summary>Each with a pattern of its last line.</summary>
    [TestMethod]
    [DataRow("first-run", @"^t = 0\.01   KL\(v\|u\) = 0\.02\d+$")]
    [DataRow("own-score", @"^plane: variance 0\.42\d* along x, 0\.35\d* along y$")]
    [DataRow("own-monitor", @"^t = 0\.01   0\.(5|49999)\d*: Held$")]
    [DataRow("own-datum", @"^t = 0\.02   mean radius 2\.0\d*$")]
    [DataRow("sweep", @"^epsilon = 1   KL\(v\|u\) from 0\.0924 to 0\.0219$")]
    public void A_sample_runs(string name, string last)
    {
        using Process process = Scratch.StartFile("dotnet", null, Program, name);
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual("", outcome.Error);
        Assert.AreEqual(0, outcome.Code);
        StringAssert.Matches(outcome.Output.TrimEnd().Split('\n')[^1], new Regex(last));
    }

    [TestMethod]
    public void The_docs_show_the_code_of_the_samples()
    {
        string docs = File.ReadAllText(Repository.PathOf("docs", "library.md")).ReplaceLineEndings("\n");
        string[] shown = [.. Block().Matches(docs).Select(block => block.Groups[1].Value)];
        foreach (string file in Directory.GetFiles(Repository.PathOf("samples"), "*.cs"))
        {
            if (Path.GetFileName(file) == "Program.cs")
                continue;

            // The body of Run, at the margin.
            string text = File.ReadAllText(file).ReplaceLineEndings("\n");
            string body = Body().Match(text).Groups[1].Value;
            string code = "using PdeDiffusion.Library;\n\n" + string.Concat(body.Split('\n')[..^1]
                .Select(line => (line.Length > 8 ? line[8..] : "") + "\n"));
            Assert.IsTrue(shown.Contains(code), $"docs/library.md lacks the code of {Path.GetFileName(file)}:\n{code}");
        }
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("public static void Run\\(\\)\n    \\{\n(.*?)    \\}\n\\}", RegexOptions.Singleline)]
    private static partial Regex Body();

    private static string Program => Repository.PathOf("samples", "bin", Configuration, "net10.0", "PdeDiffusion.Samples.dll");

    /// <summary>Debug or Release, as the tests were built.</summary>
    internal static string Configuration => AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar)
        .SkipWhile(part => part != "bin").ElementAt(1);
}
