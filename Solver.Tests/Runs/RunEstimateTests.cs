using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Schemes;
using PdeDiffusion.Tests.Robustness;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;
using Scratch = PdeDiffusion.Tests.Robustness.Scratch;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed class RunEstimateTests
{
    private const string Square = "mesh={\"axes\":[{\"from\":-4,\"to\":4,\"cells\":64},{\"from\":-4,\"to\":4,\"cells\":64}]}";

    [TestMethod]
    public void FilesAreThoseThatARunOnALineWrites() => CompareFiles("three-diracs", "time.steps=20");

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("gaussian-2d", "time.steps=8")]
    [DataRow("lemniscate-true-score", "time.steps=6", Square, "particles={\"count\":500,\"trajectories\":20,\"steps\":40}")]
    public void FilesAreThoseThatARunInThePlaneWrites(string name, params string[] sets) => CompareFiles(name, sets);

    /// <summary>Files agree with what the run writes: their number, and their size within a half.</summary>
    private static void CompareFiles(string name, params string[] sets)
    {
        using var scratch = new Scratch();
        RunEstimate estimate = Measure(name, sets);
        string folder = scratch.At("out");
        Outcome outcome = Scratch.Run(
            ["run", Config(name), "--out", folder, "--quiet", .. sets.SelectMany(set => new[] { "--set", set })]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        FileInfo[] files = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => new FileInfo(file))];
        Assert.AreEqual(files.Length, estimate.Files.Sum(own => own.Count), string.Join(' ', estimate.Lines()));
        double bytes = files.Sum(file => file.Length), expected = estimate.Files.Sum(own => own.Bytes);
        Assert.IsLessThan(0.5, Math.Abs(Math.Log(expected / bytes)), $"{expected} for {bytes}");
    }

    [TestMethod]
    public void AnEstimateHasThePhasesOfItsRunAndTakesTimeForEach()
    {
        RunEstimate estimate = Measure("lemniscate-true-score", "time.steps=12", "particles.count=200", Square);
        CollectionAssert.AreEqual(
            new[]
            {
                "forward", "generation", "particles", "half resolution: forward", "half resolution: generation",
                "quarter resolution: forward", "quarter resolution: generation", "figures",
            },
            estimate.Phases.Select(phase => phase.Name).ToArray());
        foreach (RunPhase phase in estimate.Phases)
            Assert.IsGreaterThan(0, phase.Seconds, phase.Name);
        Assert.IsGreaterThanOrEqualTo(12, estimate.StepsOf("generation"));
        CollectionAssert.AreEqual(
            new[] { "forward" },
            Measure("three-diracs", "generation=null", "output.plots=false", "errorEstimate=false").Phases
                .Select(phase => phase.Name).ToArray());
    }

    /// <summary>The number of arrays is that of a flow of this memory.</summary>
    [TestMethod]
    [DataRow(100, 1000, 101)]
    [DataRow(100, 101, 101)]
    [DataRow(100, 60, 52)]
    [DataRow(100, 20, 20)]
    public void LevelsThatDoNotFitAreComputedAgain(int last, int fit, int kept) =>
        Assert.AreEqual(kept, ForwardFlow.ArraysKept(ForwardKind.LatticeExact, last, fit));

    [TestMethod]
    public void AClosedFormKeepsThreeLevelsHoweverManyFit() =>
        Assert.AreEqual(3, ForwardFlow.ArraysKept(ForwardKind.ClosedForm, 400, 1000));

    [TestMethod]
    public void CheckSaysWhatARunWillTake()
    {
        Outcome outcome = Scratch.Run("check", Config("three-diracs"), "--estimate", "--threads", "1");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        string[] lines = outcome.Output.TrimEnd().Split('\n');
        Assert.HasCount(5, lines);
        StringAssert.StartsWith(lines[1], "cells x steps  1600 x (1 forward + 50 generation) = 82000", StringComparison.Ordinal);
        StringAssert.Matches(
            lines[2],
            new Regex(@"^time           about .*\(forward .* s, generation .* s, error estimate .* s, figures .* s\), from timed"));
        StringAssert.Matches(lines[3], new Regex("^memory         about [0-9.]+ [MG]B$"));
        StringAssert.Matches(lines[4], new Regex("^files          [0-9]+, about [0-9.]+ MB: 6 snapshots .* figures .*$"));
        Assert.AreEqual(ExitCode.BadInput, Scratch.Run("check", Config("figures/figure-4"), "--estimate").Code);
    }

    private static RunEstimate Measure(string name, params string[] sets)
    {
        using var team = new WorkerTeam(2);
        return RunEstimate.Measure(
            new RunProblem(ConfigFile.Read(ConfigDocument.Read(Config(name), default), sets, out ConfigSource source), source), team,
            default);
    }

    private static string Config(string name) => Repository.PathOf("configs", name + ".json");
}
