using PdeDiffusion.Commands;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles.Scores;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Loops that a value which is not finite, or too large to square, once kept from ending.</summary>
[TestClass]
public sealed class BoundedTests : IDisposable
{
    private const int Milliseconds = 60_000;

    private const string Gaussian = """
        {
          "name": "gaussian",
          "mesh": { "axes": [ { "from": -4, "to": 4, "cells": 60 } ] },
          "data": { "kind": "gaussians", "means": [[0.5]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.01, "steps": 20 },
          "generation": { "epsilon": 1000, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2 } },
          "particles": { "count": 100, "steps": 200, "method": "euler-maruyama", "trajectories": 0 },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [Timeout(Milliseconds)]
    public void Particles_that_leave_the_finite_numbers_end_the_run_with_particle_step_and_time()
    {
        Outcome outcome = Scratch.Run("run", scratch.Write("config.json", Gaussian), "--out", scratch.At("out"), "--quiet");
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new(@"particle \d+ is no longer at a finite place after particle step \d+, t = 0\.\d+"));
        Assert.IsFalse(File.Exists(Path.Combine(scratch.At("out"), "particles.csv")));
    }

    [TestMethod]
    [Timeout(Milliseconds)]
    [DataRow(1, 1)]
    [DataRow(1, 40)]
    [DataRow(2, 1)]
    [DataRow(2, 40)]
    public void A_truncated_score_ends_at_places_that_are_not_finite(int dimension, int count)
    {
        double[] places = [.. Enumerable.Range(0, count).Select(k => 0.1 * k)];
        double[] variances = [.. Enumerable.Range(0, count).Select(k => 0.2 + 0.01 * k)];
        Mixture[] mixtures = dimension == 1
            ? [Mixture.Gaussians(places, variances), Mixture.Points(places)]
            : [Mixture.Gaussians(places, places, variances, []), Mixture.Points(places, places, [])];
        foreach (Mixture mixture in mixtures)
        {
            var score = new HeatFlowScore(MixtureComponents.Of(mixture), 0.1);
            foreach (double x in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e200 })
                score.Evaluate(x, dimension == 2 ? x : 0, ScoreSummation.Truncated, out _, out _, out _);
        }
    }

    [TestMethod]
    [Timeout(Milliseconds)]
    public void Sliced_distances_end_where_a_density_is_not_finite()
    {
        var grid = new Grid(Axis.Uniform(0, 1, 3, Boundary.NoFlux), Axis.Uniform(0, 1, 3, Boundary.NoFlux));
        double[] whole = [1, 1, 1, 1, 1, 1, 1, 1, 1], broken = [1, 1, 1, 1, double.NaN, 1, 1, 1, 1];
        _ = new SlicedTransport(4).On(grid).Distance(broken, whole);
    }

    [TestMethod]
    [DataRow("-0.0")]
    [DataRow("-0")]
    [DataRow("-1e-400")]
    public void An_epsilon_of_minus_zero_is_zero(string epsilon)
    {
        string config = scratch.Write("config.json", Gaussian);
        string folder = scratch.At("minus"), other = scratch.At("plus");
        foreach ((string value, string path) in new[] { (epsilon, folder), ("0", other) })
        {
            string[] set = ["--set", $"generation.epsilon={value}"];
            Assert.AreEqual(ExitCode.Finished, Scratch.Run(["check", config, .. set]).Code);
            Outcome outcome = Scratch.Run(["run", config, "--out", path, "--reproducible", "--quiet", .. set]);
            Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
        }

        Scratch.AssertSame(Scratch.Contents(other), folder, epsilon);
    }

    [TestMethod]
    [Timeout(Milliseconds)]
    [DataRow("mesh.axes[0].from=-1e154|mesh.axes[0].to=1e154|data.variances=[1e306]")]
    [DataRow("mesh.axes[0].from=-1e154|mesh.axes[0].to=1e154|data.variances=[1e307]|generation.start.variance=1e308")]
    [DataRow("mesh.axes=[{\"faces\":[-1e154,0,1e154]}]|data.variances=[1e307]")]
    public void An_axis_whose_square_overflows_is_refused(string overrides)
    {
        string[] set = [.. overrides.Split('|').SelectMany(one => new[] { "--set", one })];
        Outcome outcome = Scratch.Run(["check", scratch.Write("config.json", Gaussian), .. set]);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "long, but at most 1E+150 is possible", StringComparison.Ordinal);
    }

    [TestMethod]
    [Timeout(Milliseconds)]
    public void A_title_of_a_million_letters_is_refused()
    {
        string figure = $$"""
            { "name": "f", "title": "{{new string('x', 1_000_000)}}", "figure": { "kind": "samples", "runs": [] } }
            """;
        Outcome outcome = Scratch.Run("check", scratch.Write("figure.json", figure));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "must have at most 500 characters, but has 1000000", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Training_draws_that_are_one_point_are_refused_by_check()
    {
        Outcome outcome = Scratch.Run("check", scratch.Write("tradeoff.json", Tradeoff("[[1], [1], [1], [3]]", folds: 4, end: "1")));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new(@"tradeoff\.samples: the 3 training points of seed 1, fold \d, are all the same point"));
    }

    [TestMethod]
    public void A_tradeoff_up_to_a_time_beyond_the_score_s_rounding_is_refused_by_check()
    {
        Outcome outcome = Scratch.Run("check", scratch.Write("tradeoff.json", Tradeoff(Twelve, folds: 3, end: "1e150")));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "time.end: must be <= 1E+18", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("1")]
    [DataRow("1e15")]
    public void What_check_accepts_of_a_tradeoff_a_study_computes(string end)
    {
        string config = scratch.Write("tradeoff.json", Tradeoff(Twelve, folds: 3, end));
        Assert.AreEqual(ExitCode.Finished, Scratch.Run("check", config).Code);
        Outcome outcome = Scratch.Run("study", config, "--out", scratch.At("out"), "--quiet");
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
    }

    private const string Twelve = "[[-2], [-1.9], [-1.7], [-1.6], [0], [0.1], [0.3], [0.4], [3], [3.1], [3.3], [3.4]]";

    /// <summary>Points of which each fold is held out in turn, and three seeds.</summary>
    private static string Tradeoff(string points, int folds, string end) => $$"""
        {
          "name": "tradeoff",
          "base": {
            "name": "base",
            "mesh": { "axes": [ { "from": -4, "to": 4, "cells": 60 } ] },
            "data": { "kind": "points", "points": {{points}} },
            "time": { "end": {{end}}, "stop": 0.01, "steps": 20 },
            "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2 } },
            "particles": { "count": 100 },
            "output": { "plots": false }
          },
          "tradeoff": { "stops": [0.1, 0.01], "folds": {{folds}}, "seeds": [1, 2, 3], "radius": 0.5,
            "scores": [ { "kind": "empirical" } ] },
          "output": { "plots": false }
        }
        """;
}
