using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Problems;

/// <summary>Time levels in the words of the field: schedules, listed levels and noise levels.</summary>
[TestClass]
public sealed class ScheduleTests
{
    private const string Good = """
        {
          "name": "schedule",
          "mesh": { "axes": [ { "from": -12, "to": 12, "cells": 120 } ] },
          "data": { "kind": "points", "points": [[-1], [1]] },
          "time": { "end": 1, "stop": 0.02, "steps": 8 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0], "variance": 3 } },
          "particles": { "count": 50, "seed": 3, "trajectories": 2 },
          "output": { "snapshots": [0.02], "plots": false }
        }
        """;

    [TestMethod]
    public void EdmLevelsAreThoseOfKarrasAndOthers()
    {
        TimeLevels levels = Levels("""{ "schedule": { "kind": "edm", "sigmaMin": 0.2, "sigmaMax": 4, "rho": 7 }, "steps": 17 }""", 0.5);
        Assert.AreEqual(17 + 1, levels.Last, "a snapshot between two levels is a level");
        const int Count = 18;
        for (int i = 0; i < Count; i++)
        {
            double high = Math.Pow(4, 1.0 / 7), low = Math.Pow(0.2, 1.0 / 7);
            double sigma = Math.Pow(high + i / (Count - 1.0) * (low - high), 7);
            Assert.IsGreaterThanOrEqualTo(0, levels.IndexOf(0.5 * sigma * sigma), $"sigma_{i} = {sigma}");
        }

        Assert.AreEqual(0.5 * 0.2 * 0.2, levels[0]);
        Assert.AreEqual(8, levels[levels.Last]);
    }

    [TestMethod]
    [DataRow("""{ "kind": "ve", "sigmaMin": 0.1, "sigmaMax": 3 }""", 0.005, 4.5, 0.15)]
    [DataRow("""{ "kind": "vp", "from": 0.01, "to": 0.4 }""", 0.0009984956682593006, 2.057046, 0.0)]
    [DataRow("""{ "kind": "sub-vp", "from": 0.1, "to": 0.4 }""", 0.0, 0.0, 0.0)]
    [DataRow("""{ "kind": "cosine", "from": 0.1, "to": 0.5 }""", 0.0125428154685, 0.5, 0.0)]
    [DataRow("""{ "kind": "cosine", "offset": 0.008, "from": 0.1, "to": 0.5 }""", 0.0, 0.0, 0.0)]
    [DataRow("""{ "kind": "rectified-flow", "from": 0.1, "to": 0.5 }""", 0.00617284, 0.5, 0.0)]
    [DataRow("""{ "kind": "ddpm", "alphaBar": [0.9, 0.5, 0.2] }""", 0.0555556, 2, 0.5)]
    public void ASchedulesLevelsAreEqualStepsOfItsOwnTime(string schedule, double stop, double end, double middle)
    {
        TimeLevels levels = Levels($$"""{ "schedule": {{schedule}}, "steps": 2 }""", null);
        Assert.AreEqual(2, levels.Last);
        if (stop > 0)
            Assert.AreEqual(stop, levels[0], 1e-5 * stop);
        if (end > 0)
            Assert.AreEqual(end, levels[2], 1e-5 * end);
        if (middle > 0)
            Assert.AreEqual(middle, levels[1], 1e-12);
        Assert.IsTrue(levels[1] > levels[0] && levels[2] > levels[1]);
    }

    [TestMethod]
    public void ATableOfAlphaBarIsReadFromItsFileIntoTheConfig()
    {
        using var folder = new InputFolder();
        folder.Write("alphas.csv", "step,alpha_bar\n0,0.9\n1,0.5\n2,0.2\n");
        string run = folder.Write("run.json", With("""{ "schedule": { "kind": "ddpm", "file": "alphas.csv" }, "steps": 4 }""", "[0.5]"));
        RunConfig config = ConfigFile.Read(run, []);
        CollectionAssert.AreEqual((double[])[0.9, 0.5, 0.2], ((DdpmSchedule)config.Time.Schedule!).AlphaBar.ToArray());
        string resolved = ConfigFile.Write(config);
        Assert.AreEqual(resolved, ConfigFile.Write(ConfigFile.ReadText(resolved, run)));
        Assert.DoesNotContain("\"stop\"", resolved);

        folder.Write("alphas.csv", "step,alpha_bar\n0,0.9\n1,0.95\n2,0.2\n");
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, [])).Problems.Single();
        Assert.AreEqual(3, problem.Line);
        StringAssert.EndsWith(problem.File, "alphas.csv");
        StringAssert.Contains(problem.Message, "alpha_bar must fall, but 0.95 follows 0.9");
        folder.Write("alphas.csv", "step,alpha\n0,0.9\n");
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, [])).Problems.Single().Message, "must contain alpha_bar");
    }

    /// <summary>Every byte of the outputs, whichever way the levels are given.</summary>
    [TestMethod]
    public void ARunGivenBySigmaHasTheBitsOfTheRunGivenByTime()
    {
        double[] sigmas = [2, 1.3, 0.7, 0.31, 0.2];
        string times = string.Join(", ", sigmas.Select(sigma => (0.5 * sigma * sigma).ToString("R", null)).Reverse());
        string[] given =
        [
            $$"""{ "levels": [{{times}}], "warmup": 128 }""",
            """{ "levels": { "sigma": [2, 1.3, 0.7, 0.31, 0.2] } }""",
            """{ "levels": [{ "sigma": 2 }, { "sigma": 1.3 }, { "sigma": 0.7 }, { "sigma": 0.31 }, { "sigma": 0.2 }] }""",
        ];
        using var folder = new InputFolder();
        string[] first = [];
        foreach ((int index, string time) in given.Index())
        {
            string config = With(time).Replace("[0.02]", index == 0 ? $"[{0.5 * 0.2 * 0.2:R}]" : """{ "sigma": [0.2] }""");
            string at = Path.Combine(folder.Root, $"out-{index}");
            Run(folder.Write($"run-{index}.json", config), at);
            string[] files = [.. Directory.EnumerateFiles(at, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            Assert.IsGreaterThan(4, files.Length);
            string[] texts = [.. files.Select(File.ReadAllText)];
            if (index == 0)
                first = texts;
            CollectionAssert.AreEqual(first, texts, time);
        }
    }

    [TestMethod]
    public void EndStopAndSnapshotsMayBeNoiseLevels()
    {
        using var folder = new InputFolder();
        string run = folder.Write("run.json", With("""{ "end": { "sigma": 2 }, "stop": { "sigma": 0.2 }, "steps": 4 }""")
            .Replace("[0.02]", """[2, { "sigma": 0.2 }]"""));
        RunConfig config = ConfigFile.Read(run, ["output.snapshots[2]={\"sigma\":1}"]);
        Assert.AreEqual((2.0, 0.5 * 0.2 * 0.2), (config.Time.End, config.Time.Stop));
        CollectionAssert.AreEqual((double[])[2, 0.5 * 0.2 * 0.2, 0.5], config.Output.Snapshots!.ToArray());
    }

    [TestMethod]
    [DataRow("""{ "schedule": { "kind": "edm", "sigmaMax": 3, "sigmaMin": 0.1 }, "end": 1, "steps": 4 }""", "time.end",
        "is replaced by schedule: give only one of them")]
    [DataRow("""{ "levels": [1, 0.1], "steps": 4 }""", "time.steps", "is replaced by levels")]
    [DataRow("""{ "levels": [1, 0.1], "spacing": "uniform" }""", "time.spacing", "is replaced by levels")]
    [DataRow("""{ "levels": [1, 0.1], "schedule": { "kind": "rectified-flow" } }""", "time.schedule", "is replaced by levels")]
    [DataRow("""{ "schedule": { "kind": "vp", "to": 0.3 } }""", "time.steps", "required, but missing")]
    [DataRow("""{ "steps": 3, "stop": 0.1 }""", "time.end", "required, but missing")]
    [DataRow("""{ "schedule": { "kind": "edm", "sigmaMin": 3, "sigmaMax": 3 }, "steps": 4 }""", "time.schedule.sigmaMin",
        "must be < sigmaMax = 3, but is 3")]
    [DataRow("""{ "schedule": { "kind": "ve", "sigmaMin": 3, "sigmaMax": 1 }, "steps": 4 }""", "time.schedule.sigmaMin",
        "must be < sigmaMax = 1, but is 3")]
    [DataRow("""{ "schedule": { "kind": "edm", "rho": 0 }, "steps": 4 }""", "time.schedule.rho", "must be > 0")]
    [DataRow("""{ "schedule": { "kind": "edm" }, "steps": 4 }""", "time.schedule.sigmaMax",
        "sigma = 80 (t = 3200) is beyond what the box can hold: its length 24 allows sigmaMax <= 4")]
    [DataRow("""{ "schedule": { "kind": "vp", "betaMin": -1 }, "steps": 4 }""", "time.schedule.betaMin", "must be >= 0, but is -1")]
    [DataRow("""{ "schedule": { "kind": "vp", "betaMin": 30 }, "steps": 4 }""", "time.schedule.betaMin", "must be <= betaMax = 20")]
    [DataRow("""{ "schedule": { "kind": "vp", "from": 0.01 }, "steps": 4 }""", "time.schedule.to",
        "1, where the process ends, is sigma = 152.167 (t = 11577.4), beyond what the box can hold: its length 24 allows to <= 0.528, "
        + "where sigma = 4")]
    [DataRow("""{ "schedule": { "kind": "cosine", "from": 0.1 }, "steps": 4 }""", "time.schedule.to",
        "1, where the process ends, is sigma = ∞ (t = ∞), beyond what the box can hold: its length 24 allows to <= 0.844")]
    [DataRow("""{ "schedule": { "kind": "rectified-flow", "from": 0.1, "to": 0.99 }, "steps": 4 }""", "time.schedule.to",
        "0.99 is sigma = 99 (t = 4900.5), beyond what the box can hold: its length 24 allows to <= 0.8, where sigma = 4")]
    [DataRow("""{ "schedule": { "kind": "rectified-flow", "to": 0.5 }, "steps": 4 }""", "time.schedule",
        "must be > 0: these data have Diracs")]
    [DataRow("""{ "schedule": { "kind": "rectified-flow", "from": 0.6, "to": 0.5 }, "steps": 4 }""", "time.schedule.from",
        "must be < to = 0.5, but is 0.6")]
    [DataRow("""{ "schedule": { "kind": "rectified-flow", "from": -0.1, "to": 0.5 }, "steps": 4 }""", "time.schedule.from",
        "must lie within the process's times [0, 1], but is -0.1")]
    [DataRow("""{ "schedule": { "kind": "ddpm", "alphaBar": [0.5, 0.9] }, "steps": 4 }""", "time.schedule.alphaBar[1]",
        "alpha_bar must fall, but 0.9 follows 0.5")]
    [DataRow("""{ "schedule": { "kind": "ddpm", "alphaBar": [1, 0.9] }, "steps": 4 }""", "time.schedule.alphaBar[0]", "must lie in (0, 1)")]
    [DataRow("""{ "levels": [0.1, 1, 0.5] }""", "time.levels[2]", "must rise or fall, but t = 0.5 (σ = 1) follows t = 1 (σ = 1.41421)")]
    [DataRow("""{ "levels": [1] }""", "time.levels", "must have 2 to 1000000 items")]
    [DataRow("""{ "levels": { "sigmas": [1] } }""", "time.levels", "must be { \"sigma\": … } and nothing else")]
    [DataRow("""{ "levels": { "sigma": [1, -1] } }""", "time.levels", "must be a noise level >= 0, but is -1")]
    [DataRow("""{ "levels": { "sigma": [2, 0] } }""", "time.levels", "must be > 0: these data have Diracs")]
    public void ABadScheduleGetsOneLine(string time, string path, string phrase)
    {
        using var folder = new InputFolder();
        string run = folder.Write("run.json", With(time).Replace("[0.02]", "null").Replace("\"snapshots\": null, ", ""));
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, [])).Problems.Single();
        StringAssert.StartsWith(problem.Path, path, problem.ToString());
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
        Assert.AreEqual(5, problem.Line);
    }

    [TestMethod]
    public void ParticlesHaveTheLevelsThatAreListed()
    {
        using var folder = new InputFolder();
        string run = folder.Write(
            "run.json", With("""{ "levels": [1, 0.1, 0.02] }""").Replace("\"count\": 50", "\"count\": 50, \"steps\": 9"));
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, [])).Problems.Single();
        Assert.AreEqual("particles.steps", problem.Path);
        StringAssert.Contains(problem.Message, "must be those of time.levels, 2, but are 9");
    }

    /// <summary>On a torus any σ fits, but none that is infinite.</summary>
    [TestMethod]
    public void ABoxWithoutWallsHoldsAnyFiniteSigma()
    {
        using var folder = new InputFolder();
        string run = folder.Write("run.json", With("""{ "schedule": { "kind": "vp", "from": 0.1 }, "steps": 4 }""")
            .Replace("\"cells\": 120", "\"cells\": 120, \"boundary\": \"periodic\"").Replace("[0.02]", "{ \"sigma\": [0.4] }"));
        Assert.AreEqual(11577, ConfigFile.Read(run, []).Time.End, 1);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, ["time.schedule.kind=cosine"])).Problems.Single().Message,
            "give to < 1");
    }

    private static TimeLevels Levels(string time, double? snapshot)
    {
        using var folder = new InputFolder();
        string text = With(time).Replace(
            "\"snapshots\": [0.02], ", snapshot is { } at ? FormattableString.Invariant($"\"snapshots\": [{at}], ") : "");
        RunConfig config = ConfigFile.Read(folder.Write("run.json", text), [], out ConfigSource source);
        return new PdeDiffusion.Problems.Problem(config, source).Times;
    }

    private static void Run(string config, string folder)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(
            ["run", config, "--out", folder, "--quiet", "--reproducible"], output, error, CancellationToken.None);
        Assert.AreEqual(0, code, error.ToString());
    }

    private static string With(string time, string snapshots = "[0.02]") =>
        Good.Replace("""{ "end": 1, "stop": 0.02, "steps": 8 }""", time, StringComparison.Ordinal)
            .Replace("[0.02]", snapshots, StringComparison.Ordinal);
}
