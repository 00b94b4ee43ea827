using System.Text.Json;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Runs;

/// <summary>
/// What a run with a mixed score writes of it: <c>mixed</c> and <c>particles.limits</c> of <c>summary.json</c>, and sentences.
/// </summary>
[TestClass]
public sealed class MixedSummaryTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private static string Config(
        string first, string second, double weight, double rest, double end, string kind = "points", double epsilon = 0) =>
        FormattableString.Invariant($$"""
        {
          "name": "mixed",
          "mesh": { "axes": [ { "from": -6, "to": 10, "cells": 640 } ] },
          "data": { "kind": "gaussians", "means": [[2]], "variances": [4] },
          "time": { "end": {{end}}, "stop": {{end / 100}}, "steps": 80 },
          "generation": { "epsilon": {{epsilon}}, "start": { "kind": "gaussian", "mean": [2], "variance": 1 },
            "score": { "kind": "mixed", "terms": [
              { "weight": {{weight}}, "score": { "kind": "mixture", "data": { "kind": "{{kind}}", {{first}} } } },
              { "weight": {{rest}}, "score": { "kind": "mixture", "data": { "kind": "{{kind}}", {{second}} } } } ] } },
          "particles": { "count": 4000, "seed": 3, "steps": 200, "method": "exponential", "trajectories": 20 },
          "errorEstimate": false,
          "output": { "plots": false, "report": false }
        }
        """);

    /// <summary>
    /// λ = ½, {0, 3} and {1, 4}, T small against their distances: what arrives at 0.5, 2 and 3.5 are the basins' shares. With noise:
    /// without, X is within 3√(2t) of c only if X_T is within 3√(2T).
    /// </summary>
    [TestMethod]
    public void TheSharesNearTheLimitPointsAreThoseOfTheirBasins()
    {
        JsonElement summary = Run(Config("\"points\": [[0], [3]]", "\"points\": [[1], [4]]", 0.5, 0.5, 0.02, epsilon: 1));
        foreach (JsonElement limits in new[]
        {
            summary.GetProperty("mixed").GetProperty("limits"), summary.GetProperty("particles").GetProperty("limits"),
        })
        {
            JsonElement[] points = [.. limits.GetProperty("points").EnumerateArray()];
            double[] places = [.. points.Select(point => point.GetProperty("x").GetDouble())];
            CollectionAssert.AreEqual(new[] { 0.5, 2, 3.5 }, places.Select(place => Math.Round(place, 12)).ToArray());
            foreach (JsonElement point in points)
            {
                Assert.AreEqual("minimum", point.GetProperty("kind").GetString());
                Assert.AreEqual(point.GetProperty("basin").GetDouble(), point.GetProperty("share").GetDouble(), 0.03);
            }

            // N(2, 1): P(1.5 < x < 2.5) = 0.383.
            Assert.AreEqual(0.383, points[1].GetProperty("basin").GetDouble(), 0.02);
            Assert.AreEqual(1, points.Sum(point => point.GetProperty("basin").GetDouble()), 1e-9);
            Assert.IsLessThan(0.02, limits.GetProperty("rest").GetDouble());
        }

        JsonElement mixed = summary.GetProperty("mixed"), potential = mixed.GetProperty("potential"), paths = mixed.GetProperty("paths");
        Assert.IsLessThan(potential.GetProperty("T").GetDouble(), potential.GetProperty("stop").GetDouble());
        Assert.AreEqual(20, paths.GetProperty("count").GetInt32());
        Assert.AreEqual(JsonValueKind.Null, paths.GetProperty("bound").ValueKind, "with noise no path has a bound");
        string[] texts = [.. summary.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("text").GetString()!)];
        StringAssert.Matches(
            texts.Single(text => text.StartsWith("of v at", StringComparison.Ordinal)),
            new System.Text.RegularExpressions.Regex(
                @"^of v at t = 0\.0002, \d+ % is within 0\.06\d? of 0\.5, \d+ % of 2 and \d+ % of 3\.5; "
                + @"the basins hold \d+ %, \d+ % and \d+ % of v_T$"));
        Assert.IsTrue(texts.Any(text => text.StartsWith("the mean of Phi = sum w dist^2 over v goes from", StringComparison.Ordinal)));
        Assert.IsTrue(texts.Any(text => text.StartsWith("KL of v against the tilted law", StringComparison.Ordinal)));
    }

    /// <summary>
    /// λ = 2, {0} and {1}: u_1²/u_2 is N(−1, 2t), and with ε = 0 X + 1 = (X_T + 1) √(t/T), so that KL of v = N(−1 + 3√(t/T), t/T) against
    /// it is ½(1/2T − 1 + log 2T + 9/2T) at every t; at T = 0.5 it is 4.5.
    /// </summary>
    [TestMethod]
    public void KlAgainstTheTiltedLawIsInClosedFormForTwoPoints()
    {
        JsonElement mixed = Run(Config("\"points\": [[0]]", "\"points\": [[1]]", 2, -1, 0.5)).GetProperty("mixed");
        Assert.AreEqual(4.5, mixed.GetProperty("KL_tilted").GetProperty("T").GetDouble(), 1e-3);
        Assert.AreEqual(4.5, mixed.GetProperty("KL_tilted").GetProperty("stop").GetDouble(), 0.1);

        // Φ = 2x² − (x−1)² = (x+1)² − 2: the mean is 10 − 2 at T and 10 t/T − 2 at t, up to the cells' h²/12.
        Assert.AreEqual(8, mixed.GetProperty("potential").GetProperty("T").GetDouble(), 1e-3);
        Assert.AreEqual(-1.9, mixed.GetProperty("potential").GetProperty("stop").GetDouble(), 2e-3);
        JsonElement limit = mixed.GetProperty("limits").GetProperty("points").EnumerateArray().Single();
        JsonElement paths = mixed.GetProperty("paths");
        Assert.AreEqual(0, paths.GetProperty("bound").GetDouble());
        Assert.AreEqual(0, paths.GetProperty("rise").GetDouble(), 1e-12);

        // The integrator is exact for a linear score, so (x+1)² is multiplied by t/T = 0.01 along each path.
        Assert.AreEqual(0.01 * (paths.GetProperty("T").GetDouble() + 2) - 2, paths.GetProperty("stop").GetDouble(), 1e-9);
        Assert.AreEqual((-1, 1.0), (limit.GetProperty("x").GetDouble(), limit.GetProperty("basin").GetDouble()));
    }

    /// <summary>Experts without noise: along paths Φ rises by less than the bound, C = ½ log 2 + ½ log 2.</summary>
    [TestMethod]
    public void AlongPathsWithoutNoiseThereIsABound()
    {
        JsonElement paths = Run(Config("\"points\": [[0], [3]]", "\"points\": [[1], [4]]", 0.5, 0.5, 0.5)).GetProperty("mixed")
            .GetProperty("paths");
        Assert.AreEqual(Math.Log(2), paths.GetProperty("bound").GetDouble(), 1e-12);
        Assert.IsTrue(paths.GetProperty("rise").GetDouble() is > 0 and < 0.7);
    }

    [TestMethod]
    public void WithoutPointsThereIsOnlyTheTiltedLaw()
    {
        JsonElement mixed = Run(Config(
            "\"means\": [[0]], \"variances\": [0.2]", "\"means\": [[1]], \"variances\": [0.5]", 2, -1, 0.5, "gaussians"))
            .GetProperty("mixed");
        CollectionAssert.AreEqual(new[] { "KL_tilted" }, mixed.EnumerateObject().Select(member => member.Name).ToArray());
    }

    /// <summary>A term without closed form: a note, and no quantity.</summary>
    [TestMethod]
    public void ATermWithoutClosedFormGivesANote()
    {
        string json = Config("\"points\": [[0]]", "\"points\": [[1]]", 2, -1, 0.5).Replace(
            """{ "kind": "mixture", "data": { "kind": "points", "points": [[1]] } }""", """{ "kind": "perturbed", "bias": [0.1] }""",
            StringComparison.Ordinal);
        string config = scratch.Write("config.json", json);
        Outcome outcome = Scratch.Run("check", config);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(
            outcome.Error, "note: generation.score: a term has no closed form, so that KL against the tilted law is not measured");
        Assert.IsEmpty(Run(json.Replace("\"particles\": { \"count\": 4000", "\"particles\": { \"count\": 20", StringComparison.Ordinal))
            .GetProperty("mixed").EnumerateObject());
    }

    private JsonElement Run(string json)
    {
        string folder = scratch.At("out-" + Guid.NewGuid().ToString("N"));
        Outcome outcome = Scratch.Run("run", scratch.Write("config.json", json), "--out", folder);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        return document.RootElement.Clone();
    }
}
