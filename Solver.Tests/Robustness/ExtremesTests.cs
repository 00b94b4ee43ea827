using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Numbers at the edge of what a config may say, with either scheme: the right result or a clear refusal, never a value that is none.
/// </summary>
[TestClass]
public sealed class ExtremesTests : IDisposable
{
    private const string Line = """
        {
          "name": "extreme",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 30 } ] },
          "data": { "kind": "points", "points": [[-1], [0.5]] },
          "time": { "end": 1, "stop": 0.01, "steps": 12, "warmup": 8 },
          "generation": { "epsilon": 0.3, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 } },
          "output": { "plots": false }
        }
        """;

    private const string Plane = """
        {
          "name": "extreme",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 12 }, { "from": -6, "to": 6, "cells": 10 } ] },
          "data": { "kind": "points", "points": [[-1, 0], [0.5, 1]] },
          "time": { "end": 1, "stop": 0.01, "steps": 12, "warmup": 8 },
          "generation": { "epsilon": 0.3, "start": { "kind": "gaussian", "mean": [0.3, 0], "variance": 2.4 } },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow("ε = 0", "generation.epsilon=0")]
    [DataRow("ε = 1e-300", "generation.epsilon=1e-300")]
    [DataRow("ε = 1e6", "generation.epsilon=1e6")]
    [DataRow("t_min = 1e-12, T/t_min = 1e12", "time.stop=1e-12")]
    [DataRow("t_min = 1e-300", "time.stop=1e-300")]
    [DataRow("h = 1e-9", "mesh.axes[0].from=-1.5e-8|mesh.axes[0].to=1.5e-8|data.points=[[0]]|time.end=1e-16|time.stop=1e-18"
        + "|generation.start={\"kind\":\"gaussian\",\"mean\":[0],\"variance\":2e-16}|output.snapshots=null")]
    [DataRow("h = 1e6", "mesh.axes[0].from=-1.5e7|mesh.axes[0].to=1.5e7|time.end=1e12|time.stop=1e10"
        + "|generation.start={\"kind\":\"gaussian\",\"mean\":[0],\"variance\":2e12}|output.snapshots=null")]
    [DataRow("h = 1e6, no time to spread", "mesh.axes[0].from=-1.5e7|mesh.axes[0].to=1.5e7")]
    [DataRow("one cell", "mesh.axes[0].cells=1")]
    [DataRow("two cells", "mesh.axes[0].cells=2")]
    [DataRow("three cells, periodic", "mesh.axes[0].cells=3|mesh.axes[0].boundary=\"periodic\"")]
    [DataRow("two cells, periodic", "mesh.axes[0].cells=2|mesh.axes[0].boundary=\"periodic\"")]
    [DataRow("one cell, periodic", "mesh.axes[0].cells=1|mesh.axes[0].boundary=\"periodic\"")]
    [DataRow("weights over 300 orders", "data.weights=[1e-300, 1]")]
    [DataRow("weights at the smallest double", "data.weights=[5e-324, 1e-320]")]
    [DataRow("weights at the largest double", "data.weights=[1.7e308, 1.7e308]")]
    [DataRow("data on a face", "data.points=[[0], [0.4]]")]
    [DataRow("data in a corner", "data.points=[[-6]]")]
    [DataRow("data in both corners", "data.points=[[-6], [6]]")]
    [DataRow("all mass in one cell",
        "data.points=[[0.01], [0.02], [0.03]]|time.stop=1e-9|time.end=1e-8|generation.start={\"kind\":\"forward\"}"
        + "|output.snapshots=null")]
    [DataRow("a tiny variance", "data={\"kind\":\"gaussians\",\"means\":[[0]],\"variances\":[1e-300]}")]
    [DataRow("a huge variance", "data={\"kind\":\"gaussians\",\"means\":[[0]],\"variances\":[1e300]}")]
    [DataRow("a start far away", "generation.start={\"kind\":\"gaussian\",\"mean\":[6],\"variance\":1e-12}")]
    [DataRow("T = 1e300", "time.end=1e300|output.snapshots=null")]
    [DataRow("L^p with p = 1e300", "monitors.lp=[1e300]")]
    [DataRow("L^p with p just above 1", "monitors.lp=[1.0000000000000002]")]
    [DataRow("no warm-up to speak of", "time.warmup=1|time.stop=1e-12")]
    [DataRow("a perturbed score of scale 1e300", "generation.score={\"kind\":\"perturbed\",\"of\":{\"kind\":\"grid\"},\"scale\":1e300}")]
    [DataRow("a bias of 1e300", "generation.score={\"kind\":\"perturbed\",\"of\":{\"kind\":\"grid\"},\"bias\":[1e300]}")]
    [DataRow("a box next to the largest double", "mesh.axes[0].from=-1e308|mesh.axes[0].to=1e308")]
    [DataRow("a box of subnormal width", "mesh.axes[0].from=0|mesh.axes[0].to=1e-320|data.points=[[0]]")]
    public void On_a_line(string what, string overrides) => RightOrRefused(what, Line, overrides);

    [TestMethod]
    [DataRow("one axis with one cell", "mesh.axes[0].cells=1")]
    [DataRow("the other axis with one cell", "mesh.axes[1].cells=1")]
    [DataRow("a single cell", "mesh.axes[0].cells=1|mesh.axes[1].cells=1")]
    [DataRow("cells of aspect 1e6", "mesh.axes[0].from=-6e6|mesh.axes[0].to=6e6")]
    [DataRow("data in a corner", "data.points=[[-6, 6]]")]
    [DataRow("data where four cells meet", "data.points=[[0, 0]]")]
    [DataRow("ε = 0 down to 1e-12", "generation.epsilon=0|time.stop=1e-12")]
    [DataRow("ε = 1e-300", "generation.epsilon=1e-300")]
    [DataRow("ε = 1e6", "generation.epsilon=1e6")]
    [DataRow("h = 1e-9 by 1e6",
        "mesh.axes[0].from=-6e-9|mesh.axes[0].to=6e-9|mesh.axes[1].from=-5e6|mesh.axes[1].to=5e6|data.points=[[0, 0]]"
        + "|generation.start={\"kind\":\"forward\"}")]
    [DataRow("h = 1e-9",
        "mesh.axes[0].from=-6e-9|mesh.axes[0].to=6e-9|mesh.axes[1].from=-5e-9|mesh.axes[1].to=5e-9|data.points=[[0, 0]]|time.end=1e-16"
        + "|time.stop=1e-18|generation.start={\"kind\":\"gaussian\",\"mean\":[0,0],\"variance\":2e-16}|output.snapshots=null")]
    [DataRow("h = 1e6", "mesh.axes[0].from=-6e6|mesh.axes[0].to=6e6|mesh.axes[1].from=-5e6|mesh.axes[1].to=5e6|time.end=1e12|time.stop=1e10"
        + "|generation.start={\"kind\":\"gaussian\",\"mean\":[0,0],\"variance\":2e12}|output.snapshots=null")]
    [DataRow("weights over 300 orders", "data.weights=[1e-300, 1]")]
    [DataRow("data on a face", "data.points=[[0, 0.3], [1, 0.3]]")]
    [DataRow("data in all corners", "data.points=[[-6, -6], [-6, 6], [6, -6], [6, 6]]")]
    [DataRow("all mass in one cell",
        "data.points=[[0.1, 0.1], [0.2, 0.2]]|time.stop=1e-9|time.end=1e-8|generation.start={\"kind\":\"forward\"}"
        + "|output.snapshots=null")]
    [DataRow("periodic with two cells", "mesh.axes[0].cells=2|mesh.axes[0].boundary=\"periodic\"")]
    public void In_the_plane(string what, string overrides) => RightOrRefused(what, Plane, overrides);

    [TestMethod]
    [DataRow("mesh.axes[0].cells=1e12", "1000000000000 cells would require about 256 TB of memory")]
    [DataRow("mesh.axes[0].cells=1e18", "would require about 256 EB of memory")]
    [DataRow("mesh.axes[0]={\"from\":-6,\"to\":6,\"cells\":1e12,\"grading\":{\"kind\":\"sinh\",\"centre\":0,\"strength\":2}}",
        "256 TB of memory")]
    [DataRow("mesh.axes[0]={\"from\":-6,\"to\":6,\"cells\":1e12,\"grading\":{\"kind\":\"geometric\",\"ratio\":1.1}}", "256 TB of memory")]
    [DataRow("mesh.axes=[{\"from\":-6,\"to\":6,\"cells\":1e12},{\"from\":-6,\"to\":6,\"cells\":2}]", "256 TB of memory")]
    [DataRow("mesh.axes=[{\"from\":-6,\"to\":6,\"cells\":1e6},{\"from\":-6,\"to\":6,\"cells\":1e6}]", "128 TB of memory")]
    [DataRow("time.steps=1e12", "but is 1000000000000, which would require 32 TB of memory")]
    [DataRow("particles={\"count\":1e12}", "1000000000000 particles would require about 64 TB of memory")]
    [DataRow("particles={\"count\":10,\"steps\":1e12}", "which would require 8 TB of memory")]
    [DataRow("particles={\"count\":1e12,\"trajectories\":1e12}",
        "1000000000000 trajectories of 24 steps would require about 464 TB of memory")]
    [DataRow("data={\"kind\":\"curve\",\"curve\":\"circle\",\"nodes\":1e12}",
        "a curve of 1000000000000 nodes would require about 64 TB of memory")]
    [DataRow("data={\"kind\":\"curve-sample\",\"curve\":\"circle\",\"samples\":1e12,\"seed\":1}",
        "1000000000000 samples would require about 64 TB of memory")]
    public void What_no_machine_holds_is_refused_before_memory_is_taken_and_the_memory_is_named(string set, string named)
    {
        Outcome outcome = null!;
        long taken =
            Allocations.LeastOf(1, () => outcome = Scratch.Run("check", scratch.Write("config.json", SmallRuns.Line), "--set", set));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, named, StringComparison.Ordinal);
        Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
        Assert.IsTrue(taken < 100_000_000);
    }

    /// <summary>A grid that fits many times over, and figures that keep every one of a thousand snapshots of it.</summary>
    [TestMethod]
    public void Figures_that_no_machine_holds_are_refused_and_the_memory_is_named()
    {
        long cells = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 20_000;
        string times = string.Join(",", Enumerable.Range(0, 1000).Select(time => FormattableString.Invariant($"{0.01 + 0.0009 * time:R}")));
        string config = scratch.Write("config.json", SmallRuns.Line);
        string[] sets = ["--set", FormattableString.Invariant($"mesh.axes[0].cells={cells}"), "--set", $"output.snapshots=[{times}]"];
        Outcome outcome = Scratch.Run(["check", config, .. sets, "--set", "output.plots=true"]);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "figures of 1000 snapshots would require about", StringComparison.Ordinal);
    }

    /// <summary>
    /// Factors that overflow where the score is steep: the first infinity ends the run, before a scheme makes anything of it.
    /// </summary>
    [TestMethod]
    [DataRow("markov", 1, "\"scale\":1e308", 2)]
    [DataRow("remap", 1, "\"scale\":1e308", 1)]
    [DataRow("markov", 2, "\"scale\":-1e308", 3)]
    [DataRow("remap", 2, "\"scale\":-1e308", 1)]
    [DataRow("remap", 1, "\"scale\":3e306", 9)]
    [DataRow("remap", 1, "\"scale\":2,\"of\":{\"kind\":\"perturbed\",\"bias\":[1.7e308]}", 1)]
    [DataRow("remap", 2, "\"noise\":1.7e308", 1)]
    public void A_score_that_overflows_ends_the_run_where_it_does(string scheme, int dimension, string perturbed, int step)
    {
        string config = scratch.Write("config.json", dimension == 1 ? Line : Plane), folder = scratch.At("out");
        Outcome outcome = Scratch.Run(
            "run", config, "--out", folder, "--quiet", "--set", $"scheme={{\"kind\":\"{scheme}\"}}", "--set",
            $"generation.score={{\"kind\":\"perturbed\",{perturbed}}}");
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Output + outcome.Error);
        StringAssert.Matches(outcome.Error, new(
            @"(^|\n)the driving score is -?Infinity at the face above cell \d+ along [xy], t = [\d.]+ \(σ = [\d.]+\), "
            + $@"in generation step {step}: the run stops here\n$"));

        // What had been read until then is there, and no guarantee in it is violated.
        string[] readings = File.ReadAllLines(Path.Combine(folder, "readings.csv"));
        Assert.IsTrue(readings.Length > 1 && !readings.Any(line => line.Contains(",guaranteed,violated,", StringComparison.Ordinal)));
    }

    private void RightOrRefused(string what, string config, string overrides)
    {
        foreach (string scheme in new[] { "markov", "remap" })
            RightOrRefused($"{what}, {scheme}", config, $"scheme={{\"kind\":\"{scheme}\"}}|{overrides}", scratch.At(scheme));
    }

    private void RightOrRefused(string what, string config, string overrides, string folder)
    {
        string[] sets = [.. overrides.Split('|').SelectMany(set => new[] { "--set", set })];
        Outcome outcome = Scratch.Run(["run", scratch.Write("config.json", config), "--out", folder, .. sets]);
        Assert.IsFalse(outcome.Error.Contains("unexpected", StringComparison.Ordinal), $"{what}: {outcome.Error}");
        if (outcome.Code != 0)
        {
            Assert.IsTrue(outcome.Code is ExitCode.BadInput or ExitCode.Failed, $"{what}: {outcome.Error}");
            Assert.IsTrue(outcome.Error.Length > 0, what);
            Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
            Console.WriteLine($"{what}: refused: {outcome.Error}");
            return;
        }

        Assert.IsFalse(outcome.Output.Contains("NaN", StringComparison.Ordinal), $"{what}: {outcome.Output}");
        Assert.IsFalse(outcome.Error.Contains("violated", StringComparison.Ordinal), $"{what}: {outcome.Output}{outcome.Error}");
        foreach (string file in Directory.GetFiles(folder, "*.csv", SearchOption.AllDirectories))
            Assert.IsFalse(File.ReadAllText(file).Contains("NaN", StringComparison.Ordinal), $"{what}: {file}");
        foreach (string snapshot in Directory.GetFiles(Path.Combine(folder, "snapshots")))
            AssertDensities(what, snapshot);
    }

    /// <summary>u and v are there, ≥ 0 and finite in every row.</summary>
    private static void AssertDensities(string what, string snapshot)
    {
        string[] lines = File.ReadAllLines(snapshot);
        int first = Array.IndexOf(lines[0].Split(','), "u");
        foreach (string line in lines.Skip(1))
        {
            string[] fields = line.Split(',');
            for (int field = first; field < first + 2; field++)
            {
                Assert.IsTrue(
                    double.TryParse(fields[field], System.Globalization.CultureInfo.InvariantCulture, out double value)
                    && double.IsFinite(value) && value >= 0, $"{what}: {snapshot}: {line}");
            }
        }
    }

    /// <summary>Each part takes 60 % of the memory: none is refused by itself.</summary>
    [TestMethod]
    public void Parts_that_fit_one_by_one_are_refused_together()
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long cells = (long)Math.Sqrt(0.6 * available / (8 * 16)), particles = (long)(0.6 * available / 64);
        if (Math.Max(cells * cells, particles) > 1_000_000_000)
            return;
        string[] Set(long count, long points) =>
            ["--set", $"mesh.axes[0].cells={count}", "--set", $"mesh.axes[1].cells={count}",
                "--set", $"particles={{\"count\":{points},\"trajectories\":0}}"];
        string config = scratch.Write("config.json", Plane);
        Outcome outcome = Scratch.Run(["check", config, .. Set(cells, particles)]);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Matches(
            outcome.Error, new(@"mesh: the whole run would need about [\d.]+ .B of memory \(grid [\d.]+ .B, .*particles [\d.]+ .B\)"));
    }
}
