using PdeDiffusion.Commands;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Studies;

/// <summary>W2 and KL between the laws of one score at several noise levels, in grids over <c>generation.epsilon</c>.</summary>
[TestClass]
public sealed class NoiseGapTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private const string Data = """{ "kind": "gaussians", "means": [[-2], [0.5]], "variances": [0.3, 0.2], "weights": [0.6, 0.4] }""";

    private const string Plane = """{ "kind": "gaussians", "means": [[-1, 0.5], [1, 0]], "variances": [0.3, 0.2] }""";

    private static string Study(
        string grid, string data = Data, int cells = 320, int steps = 80, string also = "\"score-residual\"") => $$"""
        {
          "name": "gap",
          "base": {
            "name": "gap",
            "mesh": { "axes": [ {{string.Join(", ", Enumerable.Repeat(Axis(cells), data == Data ? 1 : 2))}} ] },
            "data": {{data}},
            "time": { "end": 1, "stop": 0.02, "steps": {{steps}} },
            "generation": { "epsilon": 0, "start": { "kind": "forward" },
              "score": { "kind": "perturbed", "seed": 2, "of": { "kind": "mixture", "data": {{data}} } } },
            "monitors": { "also": [{{also}}] },
            "errorEstimate": false
          },
          "grid": {{grid}},
          "output": { "plots": false, "report": false }
        }
        """;

    private static string Axis(int cells) => FormattableString.Invariant($$"""{ "from": -8, "to": 8, "cells": {{cells}} }""");

    /// <summary>
    /// Without an error the score is that of a heat flow and v = u at every ε: the gap is the error of the grid, and shrinks with it by 3
    /// or more when cells and steps are doubled. With an error it is far above, grows with it, and so does the residual.
    /// </summary>
    [TestMethod]
    public void TheGapIsZeroForAnExactScoreAndGrowsWithItsError()
    {
        const string Grid = """{ "generation.score.noise": [0, 0.2, 0.6], "generation.epsilon": [0, 0.3, 1] }""";
        Dictionary<string, double>[] rows = Rows(Study(Grid)), finer = Rows(Study(
            """{ "generation.epsilon": [0, 0.3, 1] }""", cells: 640, steps: 160));
        for (int run = 0; run < 9; run++)
        {
            (double transport, double divergence, double residual) = (rows[run]["gap_W2"], rows[run]["gap_KL"], rows[run]["residual"]);
            if (run % 3 == 0)
                Assert.AreEqual((0, 0), (transport, divergence), "the first of each");
            if (run is 1 or 2)
            {
                Assert.IsLessThan(2e-3, transport);
                Assert.IsLessThan(1e-4, divergence);
                Assert.IsGreaterThan(3 * finer[run]["gap_W2"], transport);
            }

            if (run < 3)
                Assert.IsLessThan(rows[run]["residual_bound"], residual);
            else
                Assert.IsGreaterThan(3 * rows[0]["residual"], residual);
        }

        foreach (int epsilon in new[] { 1, 2 })
        {
            Assert.IsGreaterThan(10 * rows[epsilon]["gap_W2"], rows[3 + epsilon]["gap_W2"]);
            Assert.IsGreaterThan(1.5 * rows[3 + epsilon]["gap_W2"], rows[6 + epsilon]["gap_W2"]);
            Assert.IsGreaterThan(rows[3 + epsilon]["gap_KL"], rows[6 + epsilon]["gap_KL"]);
        }
    }

    /// <summary>Compared with the first ε that is listed, in the plane too; other keys are compared apart.</summary>
    [TestMethod]
    public void InThePlaneItIsSlicedAndTheFirstEpsilonIsTheOneComparedWith()
    {
        Dictionary<string, double>[] rows = Rows(Study(
            """{ "generation.epsilon": [1, 0], "generation.score.noise": [0, 1] }""", Plane, cells: 48, steps: 16, also: ""));
        Assert.AreEqual(0, rows[0]["gap_W2"]);
        Assert.AreEqual(0, rows[1]["gap_W2"]);
        Assert.IsLessThan(0.02, rows[2]["gap_W2"]);
        Assert.IsGreaterThan(5 * rows[2]["gap_W2"], rows[3]["gap_W2"]);
        Assert.IsFalse(rows[0].ContainsKey("residual"), "on request only");
    }

    [TestMethod]
    public void WithoutSeveralNoiseLevelsNothingIsCompared()
    {
        Assert.IsFalse(Rows(Study("""{ "generation.score.noise": [0, 0.6] }""", cells: 80, steps: 10))[0].ContainsKey("gap_W2"));
        Assert.IsFalse(Rows(Study("""{ "generation.epsilon": [0.3] }""", cells: 80, steps: 10))[0].ContainsKey("gap_W2"));
    }

    private Dictionary<string, double>[] Rows(string study)
    {
        string folder = scratch.At("out-" + Guid.NewGuid().ToString("N"));
        Outcome outcome = Scratch.Run("study", scratch.Write("study.json", study), "--out", folder);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
        string[][] lines = [.. File.ReadLines(Path.Combine(folder, "grid.csv")).Select(line => line.Split(','))];
        return [.. lines.Skip(1).Select(fields => lines[0].Zip(fields)
            .Where(pair => double.TryParse(pair.Second, System.Globalization.CultureInfo.InvariantCulture, out _))
            .ToDictionary(pair => pair.First, pair => double.Parse(pair.Second, System.Globalization.CultureInfo.InvariantCulture)))];
    }
}
