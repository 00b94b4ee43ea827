using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Configs;

/// <summary>
/// The runs that are broken on purpose: which monitors catch it, and that only a guaranteed theorem makes a run violated.
/// </summary>
[TestClass]
public sealed class BrokenRunTests
{
    [TestMethod]
    [DataRow("broken-scale", "a score too strong by a factor of 1.5: ")]
    [DataRow("broken-noise", "such as noise or a bias: ")]
    public void AWrongScoreIsCaughtByTheTheoremsOfTheTrueOneAndByNoGuarantee(string name, string cause)
    {
        string folder = Directory.CreateTempSubdirectory("pde-broken-").FullName;
        try
        {
            using StringWriter output = new(), error = new();
            int code = CommandLine.Run(
                ["run", Config(name), "--out", folder, "--quiet", "--set", "output.plots=false", "--set", "monitors.onViolation=fail"],
                output, error, CancellationToken.None);
            Assert.AreEqual(0, code, error.ToString());
            using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
            Assert.AreEqual("held", summary.RootElement.GetProperty("verdict").GetString());
            JsonElement finding = summary.RootElement.GetProperty("findings").EnumerateArray().Single(
                found => found.GetProperty("text").GetString()!.StartsWith("with this score ", StringComparison.Ordinal));
            StringAssert.Contains(finding.GetProperty("cause").GetString(), cause, StringComparison.Ordinal);
            Assert.AreEqual("docs/monitors.md#runs-with-a-wrong-score", finding.GetProperty("docs").GetString());

            // Quiet: the verdict and the folder.
            string[] lines = output.ToString().TrimEnd().Split('\n');
            Assert.HasCount(2, lines);
            StringAssert.StartsWith(lines[0], "held: ", StringComparison.Ordinal);
            Assert.AreEqual(folder, lines[1].TrimEnd());
            Dictionary<string, (string Status, string Verdict)> said = summary.RootElement.GetProperty("monitors").EnumerateArray()
                .ToDictionary(
                monitor => monitor.GetProperty("name").GetString()!,
                monitor => (monitor.GetProperty("status").GetString()!, monitor.GetProperty("verdict").GetString()!));
            foreach (string monitor in new[] { "ratio-bounds[min]", "ratio-bounds[max]", "kl-contraction", "kl-dissipation" })
                Assert.AreEqual(("observed", "violated"), said[monitor], monitor);
            foreach (string monitor in new[] { "mass[u]", "mass[v]", "positivity", "li-yau-discrete", "lp-certificate[2]",
                "concentration-discrete" })
                Assert.AreEqual(("guaranteed", "held"), said[monitor], monitor);

            // What a wrong score may do to KL is bounded, and by something that is not idle: KL grew, and stayed below.
            Assert.AreEqual(("observed", "held"), said["score-error-budget"]);
            double[][] budget =
            [
                .. File.ReadLines(Path.Combine(folder, "readings.csv"))
                    .Where(line => line.Contains("score-error-budget", StringComparison.Ordinal))
                    .Select(line => line.Split(',')).Select(fields => new[] { Number(fields[3]), Number(fields[4]) }),
            ];
            Assert.IsGreaterThan(1.2 * budget[0][0], budget.Max(row => row[0]));
            Assert.IsLessThan(1e3, budget[^1][1] / budget[^1][0]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void TheSameRunWithTheTrueScoreHolds()
    {
        string folder = Directory.CreateTempSubdirectory("pde-broken-").FullName;
        try
        {
            using StringWriter output = new(), error = new();
            Assert.AreEqual(0, CommandLine.Run(
                ["run", Config("broken-scale"), "--out", folder, "--quiet", "--set", "output.plots=false", "--set",
                    "generation.score={\"kind\":\"grid\"}"],
                output, error, CancellationToken.None), error.ToString());
            Assert.IsFalse(output.ToString().Contains("violated", StringComparison.Ordinal), output.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Config(string name) => Repository.PathOf("configs", name + ".json");
}
