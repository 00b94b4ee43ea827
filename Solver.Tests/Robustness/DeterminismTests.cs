namespace PdeDiffusion.Tests.Robustness;

/// <summary>Same config, same bytes: whatever the threads, the memory, the process, the language.</summary>
[TestClass]
public sealed class DeterminismTests : IDisposable
{
    private const string Tradeoff = """
        {
          "name": "tradeoff",
          "base": {
            "name": "base",
            "mesh": { "axes": [ { "from": -4, "to": 4, "cells": 60 } ] },
            "data": { "kind": "gaussians", "means": [[-1], [1.5]], "variances": [0.05, 0.1] },
            "time": { "end": 1, "stop": 0.01, "steps": 20 },
            "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2 } },
            "particles": { "count": 100 }
          },
          "tradeoff": { "stops": [0.1, 0.01], "samples": [12], "seeds": [1, 2], "draws": 50, "radius": 0.5,
            "scores": [ { "kind": "empirical" }, { "kind": "exact" } ] },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void Two_cold_starts_one_and_two_threads_and_other_languages_give_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane);
        (string Name, string Threads, Dictionary<string, string> Environment)[] runs =
        [
            ("first", "1", []), ("second", "1", []), ("threads", "2", []),
            ("turkish", "2", new() { ["LANG"] = "tr_TR.UTF-8", ["LC_ALL"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Tokyo" }),
            ("german", "3", new() { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8", ["DOTNET_TieredCompilation"] = "0" }),
        ];
        foreach ((string name, string threads, Dictionary<string, string> environment) in runs)
        {
            Outcome outcome = Scratch.Finish(Scratch.Start(
                environment, "run", config, "--out", scratch.At(name), "--reproducible", "--threads", threads));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Scratch.AssertSame(Scratch.Contents(scratch.At("first")), scratch.At(name), name);
        }
    }

    /// <summary>The program as built knows the invariant culture only; here the runtime is told to use the system's.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void Cultures_with_their_own_data_give_the_same_bytes_and_the_same_sentences()
    {
        const string Invariant = "\"System.Globalization.Invariant\": true";
        string settings = File.ReadAllText(Path.ChangeExtension(Scratch.Program, ".runtimeconfig.json"));
        StringAssert.Contains(settings, Invariant, StringComparison.Ordinal);
        string runtime = scratch.Write(
            "runtimeconfig.json",
            settings.Replace(Invariant, Invariant.Replace("true", "false", StringComparison.Ordinal), StringComparison.Ordinal));
        string run = scratch.Write("config.json", SmallRuns.Remap), tradeoff = scratch.Write("tradeoff.json", Tradeoff);
        string wrong = scratch.Write("wrong.json", SmallRuns.Line.Replace("\"stop\": 0.01", "\"stop\": 1.5", StringComparison.Ordinal));
        Outcome? first = null;
        foreach (string language in new[] { "C", "tr_TR.UTF-8", "de_DE.UTF-8", "ar_EG.UTF-8" })
        {
            var environment = new Dictionary<string, string> { ["LANG"] = language, ["LC_ALL"] = language };
            string folder = scratch.At(language);
            Directory.CreateDirectory(folder);
            Outcome[] outcomes =
            [
                Call("run", run, "--out", Path.Combine(folder, "run"), "--reproducible", "--quiet"),
                Call("study", tradeoff, "--out", Path.Combine(folder, "tradeoff"), "--reproducible", "--quiet"),
                Call("check", wrong),
            ];
            CollectionAssert.AreEqual(
                new[] { 0, 0, 2 }, outcomes.Select(one => one.Code).ToArray(), string.Concat(outcomes.Select(one => one.Error)));
            var all = new Outcome(
                0, string.Concat(outcomes.Select(one => one.Output)).Replace(folder, "", StringComparison.Ordinal),
                string.Concat(outcomes.Select(one => one.Error)));
            first ??= all;
            Assert.AreEqual(first, all, language);
            Scratch.AssertSame(Scratch.Contents(scratch.At("C")), folder, language);

            Outcome Call(params string[] args) => Scratch.Finish(
                Scratch.StartFile("dotnet", environment, ["exec", "--runtimeconfig", runtime, Scratch.Program, .. args]));
        }
    }

    [TestMethod]
    public void Forward_states_from_memory_and_computed_again_give_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane);
        foreach ((string folder, string memory) in new[] { ("ample", "1e9"), ("scarce", "45000") })
        {
            Outcome outcome = Scratch.Run(
                "run", config, "--out", scratch.At(folder), "--reproducible", "--set", $"memory={memory}", "--set", "output.plots=false");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            // The record and the page hold the config, in which the two differ.
            File.Delete(Path.Combine(scratch.At(folder), "run.json"));
            File.Delete(Path.Combine(scratch.At(folder), "report.html"));
        }

        Scratch.AssertSame(Scratch.Contents(scratch.At("ample")), scratch.At("scarce"), "memory");
    }

    [TestMethod]
    public void The_seed_of_the_particles_decides_where_they_go()
    {
        string config = scratch.Write("config.json", SmallRuns.Remap);
        foreach ((string folder, string seed) in new[] { ("seven", "7"), ("again", "7"), ("eight", "8") })
        {
            Outcome outcome = Scratch.Run("run", config, "--out", scratch.At(folder), "--reproducible", "--set", $"particles.seed={seed}");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
        }

        foreach (string file in new[] { "particles.csv", "trajectories.csv" })
        {
            string expected = File.ReadAllText(Path.Combine(scratch.At("seven"), file));
            Assert.AreEqual(expected, File.ReadAllText(Path.Combine(scratch.At("again"), file)), file);
            string[] rows = expected.Split('\n'), others = File.ReadAllLines(Path.Combine(scratch.At("eight"), file));
            Assert.HasCount(others.Length + 1, rows, file);
            Assert.IsGreaterThan(0.9 * (others.Length - 1), rows.Zip(others).Skip(1).Count(pair => pair.First != pair.Second), file);
        }
    }

    [TestMethod]
    public void The_language_of_the_thread_changes_nothing()
    {
        string config = scratch.Write("config.json", SmallRuns.Line);
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            foreach (string name in new[] { "", "tr-TR", "de-DE" })
            {
                // With invariant globalization a culture has no data of its own, so the comma is set by hand.
                var culture = (System.Globalization.CultureInfo)new System.Globalization.CultureInfo("").Clone();
                if (name.Length > 0)
                    (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
                System.Globalization.CultureInfo.CurrentCulture = culture;
                Outcome outcome = Scratch.Run("run", config, "--out", scratch.At("out" + name), "--reproducible", "--threads", "2");
                Assert.AreEqual(0, outcome.Code, outcome.Error);
                Scratch.AssertSame(Scratch.Contents(scratch.At("out")), scratch.At("out" + name), name);
            }
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
