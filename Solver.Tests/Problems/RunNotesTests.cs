using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Problems;

/// <summary>
/// Notes before a run: unresolved peaks, mass beyond the walls; and what check proposes, which the shipped configs do not need.
/// </summary>
[TestClass]
public sealed class RunNotesTests
{
    private const string Points = """{ "kind": "points", "points": [[-1], [1.5]], "weights": [0.3, 0.7] }""";
    private const string Forward = """{ "kind": "forward" }""";

    [TestMethod]
    public void APeakNarrowerThanItsCellIsNotedWithTheCellsThatResolveIt()
    {
        // h = 0.08; √(2t) = h at t = 0.0032.
        Assert.IsEmpty(Notes(Of(Points, Forward, stop: 0.0032)));
        string note = Notes(Of(Points, Forward, stop: 0.0018)).Single();
        StringAssert.StartsWith(
            note, "at t = 0.0018 (σ = 0.06) peaks of u are narrower than a cell: sqrt(sigma^2 + 2t) = 0.06 < h = 0.08", note);
        StringAssert.Contains(
            note, "cells of 0.06 or less at the data, or time.stop of 0.0032 (σ = 0.08) or more", StringComparison.Ordinal);

        string early = Notes(Of(Points, Forward, stop: 0.0002, snapshots: "0.3, 0.01, 0.002, 0.0002")).Single();
        StringAssert.StartsWith(early, "at 2 snapshots, from t = 0.0002 (σ = 0.02) to t = 0.002 (σ = 0.0632456), peaks", early);
    }

    [TestMethod]
    public void OnlyTheCellsAtTheDataCount()
    {
        // A component of variance σ² = h² is resolved at t = 0; on a graded axis the cells away from the data may be wide.
        Assert.IsEmpty(Notes(Of("""{ "kind": "gaussians", "means": [[0]], "variances": [0.0064] }""", Forward, stop: 1e-5)));
        const string Graded = """, "grading": { "kind": "sinh", "centre": 0, "strength": 5 }""";
        const string Centre = """{ "kind": "points", "points": [[0.001]] }""";
        Assert.IsEmpty(Notes(Of(Centre, Forward, stop: 1e-4, grading: Graded)));
        Assert.HasCount(1, Notes(Of(Centre, Forward, stop: 1e-4)));
        const string Outer = """{ "kind": "points", "points": [[1.5]] }""";
        Assert.HasCount(1, Notes(Of(Outer, Forward, stop: 1e-3, grading: Graded)), "wide cells there");
    }

    [TestMethod]
    public void MassBeyondTheWallsIsNotedWithAReferenceAndWithout()
    {
        // P(|N(0, 2)| > 4) = 2 Q(2√2) = 4.68e-3; P(|N(0, 4)| > 4) = 2 Q(2) = 4.55e-2.
        const string Origin = """{ "kind": "points", "points": [[0]] }""", Wide = """{ "kind": "gaussian", "mean": [0], "variance": 4 }""";
        Assert.IsEmpty(Notes(Of(Origin, Forward, end: 1)), "less than a per cent, and nothing to compare with");
        string without = Notes(Of(Origin, Wide, end: 1)).Single();
        StringAssert.StartsWith(without, "0.00468 of u(T)'s mass and 0.0455 of v_T's would lie outside the box on R^d", without);
        StringAssert.Contains(without, "[-12, 12]", StringComparison.Ordinal);
        string with = Notes(Of(Origin, Wide, end: 1, reference: "gaussian")).Single();
        StringAssert.StartsWith(with, "the reference is exact on R^d, but 0.00468 of u(T)'s mass and 0.0455 of v_T's lie outside", with);

        const string Narrow = """{ "kind": "gaussian", "mean": [0], "variance": 0.3 }""";
        Assert.HasCount(1, Notes(Of(Origin, Narrow, end: 1, reference: "gaussian")), "u(T) alone");
        Assert.IsEmpty(Notes(Of(Origin, Narrow, reference: "gaussian", end: 0.15)), "2 Q(7.3) = 3e-13");
        const string Edge = """{ "kind": "points", "points": [[3.5]] }""";
        Assert.HasCount(1, Notes(Of(Edge, Forward)), "a quarter of u(T)'s mass, v_T the same");
        Assert.IsEmpty(Notes(Of(Edge, Forward, boundary: "periodic")), "translates, not walls");
    }

    [TestMethod]
    public void TheMassOfAGaussianWithACovarianceIsThatAlongTheAxes()
    {
        // Variances 4 along x and 0.2 along y; the smaller eigenvalue has no mass beyond 4, the marginal in x has 2 Q(2).
        var grid = new Grid(Axis.Uniform(-4, 4, 80, Boundary.NoFlux), Axis.Uniform(-4, 4, 80, Boundary.NoFlux));
        Mixture law = Mixture.Gaussian([0, 0], new Covariance(4, 0.3, 0.2));
        string note = RunNotes.BeyondWalls(grid, law, null, 0, hasReference: false)!;
        StringAssert.StartsWith(note, "0.0455 of u(T)'s mass would lie", note);
        StringAssert.Contains(note, "[-12, 12] x [-2.68, 2.68]", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AConfigFarFromTheRulesGetsOneProposalPerItem()
    {
        const string Far = """{ "kind": "points", "points": [[-3], [3]] }""";
        const string Wide = """{ "kind": "gaussian", "mean": [0], "variance": 9 }""";
        string end = Proposals(Of(Far, Wide, end: 0.2)).Single();
        StringAssert.StartsWith(
            end, "time.end = 0.2: noise of sqrt(2T) = 0.632 leaves u(T) the shape of the data, whose deviation is 3", end);
        StringAssert.Contains(end, "time.end of 4.5", StringComparison.Ordinal);

        // Moments of u(T): mean 0.75, variance 1.3125 + 0.6; the start's divergence is ½(r − 1 − log r), r = 20/1.9125.
        string start = Proposals(Of(Points, """{ "kind": "gaussian", "mean": [0.75], "variance": 20 }""")).Single();
        StringAssert.StartsWith(start, "generation.start is far from u(T): Gaussians of their moments have KL = 3.56", start);
        StringAssert.Contains(start, "mean [0.75], variance 1.91", StringComparison.Ordinal);

        const string One = """{ "kind": "points", "points": [[0.3]] }""";
        string box = Proposals(Of(One, Forward, end: 0.01, stop: 0.005, steps: 4)).Single();
        StringAssert.StartsWith(box, "mesh: the box is 4.7 times as wide", box);
        StringAssert.Contains(box, "[-0.549, 1.15]", StringComparison.Ordinal);

        // log(0.3/0.005) = 4.1 factors e, √0.01/0.08 = 1.25 cells per deviation: balanced at about 4 × 1.25 × 4.1 = 21.
        string few = Proposals(Of(Points, Forward, stop: 0.005, steps: 4)).Single();
        string many = Proposals(Of(Points, Forward, stop: 0.005, steps: 400)).Single();
        StringAssert.Contains(few, "the error of time dominates; proposed: time.steps of about 21", StringComparison.Ordinal);
        StringAssert.Contains(many, "the error of space dominates; proposed: time.steps of about 21", StringComparison.Ordinal);
        Assert.IsEmpty(Proposals(Of(Points, Forward, stop: 0.005, steps: 21)));
    }

    [TestMethod]
    public void TheShippedRunsGetNoProposal()
    {
        foreach (string name in new[]
        {
            "anisotropic", "broken-noise", "broken-scale", "gaussian-1d", "gaussian-2d", "graded", "lemniscate", "lemniscate-true-score",
            "lemniscate-empirical-score", "periodic", "three-diracs",
        })
        {
            RunConfig config = ConfigFile.Read(Repository.PathOf("configs", name + ".json"), [], out ConfigSource source);
            var problem = new RunProblem(config, source);
            Assert.AreEqual("", string.Join('\n', problem.Proposals()), name);
            Assert.IsFalse(problem.Notes().Any(note => note.Contains("narrower than a cell", StringComparison.Ordinal)), name);
        }
    }

    private static string[] Notes(string json) => [.. Read(json).Notes()];

    private static string[] Proposals(string json) => [.. Read(json).Proposals()];

    private static RunProblem Read(string json)
    {
        using var folder = new InputFolder();
        RunConfig config = ConfigFile.Read(folder.Write("run.json", json), [], out ConfigSource source);
        return new RunProblem(config, source);
    }

    private static string Of(
        string data, string start, double end = 0.3, double stop = 0.01, int steps = 40, string snapshots = "", string grading = "",
        string boundary = "no-flux", string? reference = null)
    {
        string times = snapshots.Length > 0 ? snapshots : FormattableString.Invariant($"{end}, {stop}");
        string exact = reference is null ? "" : $$""", "reference": { "kind": "{{reference}}" }""";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            { "name": "note", "mesh": { "axes": [{ "from": -4, "to": 4, "cells": 100, "boundary": "{{boundary}}"{{grading}} }] },
              "data": {{data}}, "time": { "end": {{end}}, "stop": {{stop}}, "steps": {{steps}} },
              "generation": { "epsilon": 0.5, "start": {{start}} }{{exact}},
              "output": { "snapshots": [{{times}}], "plots": false } }
            """);
    }

}
