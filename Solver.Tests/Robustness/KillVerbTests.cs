using System.Diagnostics;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Every verb that writes, killed at random moments and called again, ends with the bytes of one that nobody killed.</summary>
[TestClass]
public sealed class KillVerbTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Twenty-five in all; those of runs are in <see cref="KillTests"/>.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("study")]
    [DataRow("trade-off")]
    [DataRow("samplers")]
    [DataRow("figures")]
    [DataRow("plot")]
    public void Five_kills_of_another_verb_leave_no_trace(string verb)
    {
        const int Kills = 5;
        _ = int.TryParse(Environment.GetEnvironmentVariable("PDE_SEED"), out int campaign);
        var random = new Random(verb.Length + 1000 * campaign);
        string whole = scratch.At("whole"), folder = scratch.At("out");
        Func<string, string[]> call = Prepare(verb);
        var watch = Stopwatch.StartNew();
        Succeed(call(whole));
        TimeSpan length = watch.Elapsed;
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Scratch.Start(null, call(folder));
            Thread.Sleep(random.NextDouble() * length);
            process.Kill();
            process.WaitForExit();
        }

        Succeed(call(folder));
        Scratch.AssertSame(expected, folder, verb);
    }

    /// <summary>The call of a verb for an output folder, which can be repeated.</summary>
    private Func<string, string[]> Prepare(string verb)
    {
        switch (verb)
        {
            case "study":
                string study = scratch.Write(
                    "study.json", $"{{ \"name\": \"study\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [4, 8, 16] }} }}");
                return folder => ["study", study, "--out", folder, "--quiet", "--reproducible", "--force"];
            case "trade-off":
                string tradeoff = scratch.Write("tradeoff.json", $$"""
                    { "name": "tradeoff", "base": {{SmallRuns.Smooth}}, "tradeoff": { "stops": [0.01, 0.1, 0.3], "samples": [10, 20],
                      "seeds": [1, 2], "scores": [{ "kind": "empirical" }], "radius": 0.1 } }
                    """);
                return folder => ["study", tradeoff, "--out", folder, "--quiet", "--reproducible", "--resume"];
            case "samplers":
                string deterministic = SmallRuns.Smooth.Replace("\"epsilon\": 0.3", "\"epsilon\": 0", StringComparison.Ordinal);
                string samplers = scratch.Write("samplers.json", $$"""
                    { "name": "samplers", "base": {{deterministic}},
                      "samplers": { "methods": ["ddim", "heun", "churn"], "steps": [5, 20, 80], "schedules": [{ "kind": "edm" }],
                        "count": 2000, "seeds": [1, 2], "churn": { "sChurn": 5 } } }
                    """);
                return folder => ["study", samplers, "--out", folder, "--quiet", "--reproducible", "--resume"];
            case "figures":
                DirectoryInfo figures = Directory.CreateDirectory(scratch.At("figures"));
                foreach (int points in new[] { 2, 3, 4 })
                {
                    string places = string.Join(", ", new[] { "[-1, 0]", "[1, 0.5]", "[0, -1]", "[0.5, 1]" }[..points]);
                    File.WriteAllText(Path.Combine(figures.FullName, $"cores-{points}.json"), $$"""
                        { "name": "cores-{{points}}", "title": "cores", "figure": { "kind": "cores", "gammas": [0, 0.1, 0.2],
                          "data": { "kind": "points", "points": [{{places}}] }, "from": [-2, -2], "to": [2, 2] } }
                        """);
                }

                return folder => ["figures", figures.FullName, "--out", folder, "--quiet", "--force"];
            default:
                string config = scratch.Write("config.json", SmallRuns.Plane);
                foreach (string place in new[] { "whole", "out" })
                    Succeed("run", config, "--out", scratch.At(place), "--quiet", "--reproducible");
                return folder => ["plot", folder];
        }
    }

    private static void Succeed(params string[] args)
    {
        Outcome outcome = Scratch.Finish(Scratch.Start(null, args));
        Assert.AreEqual(0, outcome.Code, outcome.Error);
    }
}
