using System.Text.Json;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Samplers;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Samplers;

/// <summary>The verbs on studies of samplers: files, text, estimate, overrides, resuming.</summary>
[TestClass]
public sealed class SamplerStudyVerbTests : IDisposable
{
    private readonly InputFolder root = new();

    public void Dispose() => root.Dispose();

    private string File => root.Write("study.json", Samples.Line(
        """{ "kind": "gaussians", "means": [[-1], [1]], "variances": [0.2, 0.1] }""", "0",
        """{ "kind": "gaussian", "mean": [0], "variance": 2 }""",
        "\"ddim\", \"heun\", \"churn\"", "3, 6, 12", count: 300, churn: true)
        .Replace("\"seeds\"", "\"calls\": 12, \"seeds\"", StringComparison.Ordinal)
        .Replace("\"cells\": 1000", "\"cells\": 200", StringComparison.Ordinal)
        .Replace("\"steps\": 200,", "\"steps\": 20,", StringComparison.Ordinal));

    [TestMethod]
    public void AStudyWritesItsTableItsFigureItsPageAndARecommendation()
    {
        string folder = Path.Combine(root.Root, "out");
        using StringWriter output = new();
        Assert.AreEqual(
            0, CommandLine.Run(["study", File, "--out", folder, "--quiet", "--reproducible"], output, TextWriter.Null, default));
        CollectionAssert.AreEqual(
            new[] { "report.html", "samplers-recommendation.txt", "samplers.csv", "samplers.png", "study.json" },
            Names(folder).Where(name => name[0] != '.').ToArray());
        IReadOnlyList<SamplerRow> rows = SamplerRow.Read(Path.Combine(folder, "samplers.csv"));
        Assert.HasCount(9, rows);
        CollectionAssert.AreEqual(new[] { 3, 6, 12, 6, 12, 24, 6, 12, 24 }, rows.Select(row => row.Calls).ToArray());
        string text = output.ToString(), recommendation = System.IO.File.ReadAllText(Path.Combine(folder, "samplers-recommendation.txt"));
        StringAssert.Contains(text.ReplaceLineEndings("\n"), recommendation, StringComparison.Ordinal);
        SamplerRow best = rows.Where(row => row.Calls <= 12).MinBy(row => row.Error)!;
        StringAssert.StartsWith(
            recommendation, $"With at most 12 calls of the score: {best.Name}, {best.Calls} calls.", StringComparison.Ordinal);
        StringAssert.Matches(text, new Regex(@"^heun +edm +\d\.\d\d +\d\.\d\d", RegexOptions.Multiline));
        using var study = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "study.json")));
        JsonElement results = study.RootElement.GetProperty("results");
        Assert.AreEqual(9, results.GetProperty("samplers").GetInt32());
        Assert.AreEqual(recommendation, results.GetProperty("recommendation").GetString());
        Assert.AreEqual(3, results.GetProperty("orders").GetArrayLength());

        // Of each number of steps the ε(t) of churn, at the beginning of each step.
        JsonElement churned = results.GetProperty("churnedEpsilon");
        CollectionAssert.AreEqual(
            new[] { 3, 6, 12 }, churned.EnumerateArray().Select(one => one.GetProperty("epsilon").GetArrayLength()).ToArray());
        Assert.AreEqual(rows[^1].Epsilon.Greatest, churned[2].GetProperty("epsilon").EnumerateArray().Max(step => step[1].GetDouble()));
        string page = System.IO.File.ReadAllText(Path.Combine(folder, "report.html"));
        StringAssert.Contains(page, "Study of samplers", StringComparison.Ordinal);
        StringAssert.Contains(page, "Error over the calls of the score", StringComparison.Ordinal);
    }

    [TestMethod]
    public void CallsThatNoneHasAreSaid()
    {
        string folder = Path.Combine(root.Root, "out");
        Assert.AreEqual(0, CommandLine.Run(
            ["study", File, "--out", folder, "--quiet", "--set", "samplers.calls=2", "--set", "output.plots=false", "--set",
                "time.steps=10"],
            TextWriter.Null, TextWriter.Null, default));
        StringAssert.StartsWith(
            System.IO.File.ReadAllText(Path.Combine(folder, "samplers-recommendation.txt")),
            "No sampler of this study takes at most 2 calls: the fewest are 3.", StringComparison.Ordinal);
        using var study = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "study.json")));
        Assert.AreEqual(
            10, study.RootElement.GetProperty("study").GetProperty("base").GetProperty("time").GetProperty("steps").GetInt32());
        Assert.IsFalse(System.IO.File.Exists(Path.Combine(folder, "samplers.png")));
    }

    [TestMethod]
    public void CheckAndEstimateWriteNothing()
    {
        foreach (string verb in new[] { "check", "study" })
        {
            using StringWriter output = new();
            Assert.AreEqual(0, CommandLine.Run([verb, File, "--estimate"], output, TextWriter.Null, default));
            string[] lines = output.ToString().Split(Environment.NewLine.ToCharArray(), StringSplitOptions.RemoveEmptyEntries);
            int first = verb == "check" ? 1 : 0;
            if (first == 1)
                StringAssert.EndsWith(lines[0], "valid; a study of 9 samplers, 2 seeds each");
            StringAssert.Matches(lines[first], new Regex(@"^calls          \S+ of the score: 9 samplers, 2 seeds each$"));
            StringAssert.Matches(lines[first + 1], new Regex("^time           about .*, from timed steps$"));
            StringAssert.Matches(lines[first + 2], new Regex("^memory         about"));
            Assert.HasCount(first + 4, lines);
        }

        CollectionAssert.AreEqual(new[] { "study.json" }, Names(root.Root));
    }

    [TestMethod]
    public void AFolderResumedHalfWayOnOtherThreadsHoldsTheSameBytes()
    {
        string file = File, whole = Path.Combine(root.Root, "whole"), killed = Path.Combine(root.Root, "killed");
        Assert.AreEqual(0, Study(default, file, "--out", whole, "--threads", "1"));
        using (var cancellation = new CancellationTokenSource())
        {
            int left = 5;
            OpenFolder.Disk.Value = (path, stream) =>
            {
                if (path.EndsWith("samplers.csv", StringComparison.Ordinal) && --left == 0)
                    cancellation.Cancel();
                return stream;
            };
            Assert.AreEqual(ExitCode.Failed, Study(cancellation.Token, file, "--out", killed, "--threads", "1"));
            OpenFolder.Disk.Value = null;
        }

        // Of the rows that were kept one is altered: it is measured again.
        string table = Path.Combine(killed, "samplers.csv");
        string[] lines = System.IO.File.ReadAllLines(table);
        Assert.IsTrue(lines.Length is > 2 and < 10, $"{lines.Length}");
        int digit = lines[1].LastIndexOf('.') + 1;
        lines[1] = lines[1][..digit] + (char)(lines[1][digit] ^ 1) + lines[1][(digit + 1)..];
        System.IO.File.WriteAllText(table, string.Join('\n', lines) + "\n");
        using StringWriter error = new();
        Assert.AreEqual(0, CommandLine.Run(
            ["study", file, "--out", killed, "--resume", "--threads", "2", "--reproducible"], TextWriter.Null, error, default));
        StringAssert.Contains(error.ToString(), "rows that were changed after they were written", StringComparison.Ordinal);
        StringAssert.Contains(error.ToString(), "resuming:", StringComparison.Ordinal);
        CollectionAssert.AreEqual(Names(whole), Names(killed));
        foreach (string name in Names(whole))
        {
            CollectionAssert.AreEqual(
                System.IO.File.ReadAllBytes(Path.Combine(whole, name)), System.IO.File.ReadAllBytes(Path.Combine(killed, name)), name);
        }

        // Finished: nothing to resume. Another study does not enter.
        Assert.AreEqual(0, Study(default, file, "--out", killed, "--resume"));
        Assert.AreEqual(ExitCode.BadInput, Study(default, file, "--out", killed, "--set", "samplers.count=400"));
        string run = root.Write("grid.json", """{ "base": 1, "grid": { "steps": [1] } }""");
        Assert.AreEqual(ExitCode.BadInput, Study(default, run, "--resume"));
    }

    [TestMethod]
    public void ShardsAreJoinedToTheSameBytes()
    {
        string file = File, whole = Path.Combine(root.Root, "whole"), joined = Path.Combine(root.Root, "joined");
        Assert.AreEqual(0, Study(default, file, "--out", whole));
        Assert.AreEqual(ExitCode.BadInput, Study(default, file, "--out", joined, "--join"));
        foreach (string shard in new[] { "2/3", "1/3", "3/3" })
            Assert.AreEqual(0, Study(default, file, "--out", joined, "--shard", shard));
        Assert.AreEqual(0, Study(default, file, "--out", joined, "--join"));
        CollectionAssert.AreEqual(Names(whole), Names(joined));
        foreach (string name in Names(whole))
        {
            CollectionAssert.AreEqual(
                System.IO.File.ReadAllBytes(Path.Combine(whole, name)), System.IO.File.ReadAllBytes(Path.Combine(joined, name)), name);
        }
    }

    private static int Study(CancellationToken cancellation, params string[] args) =>
        CommandLine.Run(["study", .. args, "--quiet", "--reproducible"], TextWriter.Null, TextWriter.Null, cancellation);

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(one => Path.GetFileName(one)).Order(StringComparer.Ordinal)];
}
