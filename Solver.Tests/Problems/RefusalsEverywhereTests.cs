using PdeDiffusion.Commands;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Problems;

/// <summary>What a run refuses, figures and trade-offs refuse too: they go through the same march.</summary>
[TestClass]
public sealed class RefusalsEverywhereTests : IDisposable
{
    private const string AtFloor = "of the mass of v_T is where u(T) is below";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Samples_from_a_start_where_u_is_at_its_floor_are_refused()
    {
        scratch.Write("far.json", """
            {
              "name": "far",
              "mesh": { "axes": [ { "from": -400, "to": 400, "cells": 400 }, { "from": -4, "to": 4, "cells": 4 } ] },
              "data": { "kind": "points", "points": [[-390, 0]] },
              "time": { "end": 0.002, "stop": 0.001, "steps": 1 },
              "generation": { "epsilon": 0, "start": { "kind": "gaussian", "mean": [390, 0], "variance": 1 } },
              "particles": { "count": 10 }
            }
            """);
        string figure = scratch.Write("figure.json", """
            { "name": "f", "title": "f",
              "figure": { "kind": "samples", "runs": [ { "file": "far.json", "title": "a" } ], "times": [0.001] } }
            """);
        Outcome outcome = Scratch.Run("figures", figure, "--out", scratch.At("out"));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, AtFloor, StringComparison.Ordinal);
        StringAssert.Contains(outcome.Error, "generation.start", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_tradeoff_from_a_start_where_u_is_at_its_floor_is_refused()
    {
        Outcome outcome = Tradeoff("[-390]", "[390]", 0.002, 0.001, """{ "kind": "exact" }""");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, AtFloor, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_tradeoff_with_a_score_that_overflows_ends_and_names_the_flow_and_the_step()
    {
        Outcome outcome = Tradeoff("[0]", "[0.5]", 500, 100, """{ "kind": "perturbed", "scale": 1e308 }""");
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new(
            @"^gaussian,1,perturbed,5,1: the driving score is -?Infinity at the face above cell \d+ along x, "
                + @"t = [\d.]+ \(σ = [\d.]+\), in generation step \d+"));
    }

    private Outcome Tradeoff(string point, string mean, double end, double stop, string score) => Scratch.Run(
        "study", scratch.Write("tradeoff.json", FormattableString.Invariant($$"""
            {
              "base": {
                "name": "far",
                "mesh": { "axes": [ { "from": -400, "to": 400, "cells": 400 } ] },
                "data": { "kind": "gaussians", "means": [{{point}}], "variances": [0.1] },
                "time": { "end": {{end:R}}, "stop": {{stop:R}}, "steps": 2 },
                "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": {{mean}}, "variance": 1 } },
                "particles": { "count": 10 }
              },
              "tradeoff": { "stops": [{{stop:R}}], "samples": [5], "seeds": [1], "scores": [ {{score}} ], "radius": 0.1, "draws": 10 }
            }
            """)), "--out", scratch.At("out"), "--quiet");
}
