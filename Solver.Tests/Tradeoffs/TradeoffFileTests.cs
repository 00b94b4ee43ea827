using PdeDiffusion.Files;
using PdeDiffusion.Tests.Problems;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Tests.Tradeoffs;

/// <summary>Each row breaks one thing in a good trade-off and names what the only problem must say: line, path and a phrase.</summary>
[TestClass]
public sealed class TradeoffFileTests
{
    private const string Good = """
        {
          "base": {
            "name": "bimodal",
            "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 60 }] },
            "data": { "kind": "gaussians", "means": [[-1], [1]], "variances": [0.1, 0.1] },
            "time": { "end": 1, "stop": 0.01, "steps": 20 },
            "generation": { "epsilon": 1, "start": { "kind": "forward" } }
          },
          "tradeoff": {
            "stops": [0.1, 0.01],
            "epsilons": [0, 1],
            "samples": [10, 20],
            "seeds": [1, 2, 3],
            "scores": [{ "kind": "exact" }, { "kind": "smoothed", "width": 0.2 }],
            "starts": [{ "kind": "gaussian", "mean": [0], "variance": 3 }],
            "radius": 0.1,
            "loss": { "edges": [0.01, 0.1, 1], "budget": 0.1 }
          }
        }
        """;

    [TestMethod]
    [DataRow("\"radius\": 0.1,", "", 9, "tradeoff.radius", "required, but missing")]
    [DataRow("\"radius\": 0.1", "\"radius\": 0", 16, "tradeoff.radius", "must be > 0")]
    [DataRow("\"radius\"", "\"radios\": 1, \"radius\"", 16, "tradeoff.radios", "did you mean \"radius\"?")]
    [DataRow("\"radius\": 0.1", "\"shrink\": 1, \"radius\": 0.1", 16, "tradeoff.shrink", "must be >= 0 and <= 0.99, but is 1")]
    [DataRow("\"radius\": 0.1", "\"gamma\": 0.5, \"shrink\": 0.5, \"radius\": 0.1", 16, "tradeoff.gamma", "is the earlier name of shrink")]
    [DataRow("[0.1, 0.01]", "[0.01, 2]", 10, "tradeoff.stops[1]", "must be < time.end = 1 of base, but is 2")]
    [DataRow("[0.1, 0.01]", "[0.1, 0.1, 0.01]", 10, "tradeoff.stops[1]", "listed twice")]
    [DataRow("[0.1, 0.01]", "[0.1, 0]", 10, "tradeoff.stops[1]", "must be > 0")]
    [DataRow("[0.1, 0.01]", "0.1", 10, "tradeoff.stops", "must be an array of numbers")]
    [DataRow("[0, 1]", "[0, -1]", 11, "tradeoff.epsilons[1]", "must be >= 0")]
    [DataRow("[10, 20]", "[10, 1]", 12, "tradeoff.samples[1]", "must be >= 2")]
    [DataRow("[10, 20]", "[10, 20.5]", 12, "tradeoff.samples[1]", "must be an integer")]
    [DataRow("[1, 2, 3]", "[1, 2, 1]", 13, "tradeoff.seeds[2]", "listed twice")]
    [DataRow("\"smoothed\"", "\"smooth\"", 14, "tradeoff.scores[1].kind", "did you mean \"smoothed\"?")]
    [DataRow(", \"width\": 0.2", "", 14, "tradeoff.scores[1].width", "required, but missing")]
    [DataRow("{ \"kind\": \"smoothed\", \"width\": 0.2 }", "{ \"kind\": \"exact\" }", 14, "tradeoff.scores[1]", "listed twice")]
    [DataRow("{ \"kind\": \"smoothed\", \"width\": 0.2 }", "{ \"kind\": \"perturbed\", \"bias\": [1, 2] }", 14, "tradeoff.scores[1].bias",
        "must have one number per axis")]
    [DataRow("\"mean\": [0]", "\"mean\": [9]", 15, "tradeoff.starts[0].mean[0]", "lies outside the box")]
    [DataRow("[0.01, 0.1, 1]", "[0.01, 0.1, 0.1]", 17, "tradeoff.loss.edges[2]", "must be > the preceding edge")]
    [DataRow("[0.01, 0.1, 1]", "[0.001, 0.1]", 17, "tradeoff.loss.edges[0]", "must lie within [min(stops), time.end] = [0.01, 1]")]
    [DataRow("\"budget\": 0.1", "\"budget\": 0", 17, "tradeoff.loss.budget", "must be > 0")]
    [DataRow("\"epsilons\": [0, 1]", "\"epsilons\": [0]", 17, "tradeoff.loss", "requires an epsilon > 0")]
    [DataRow("\"tradeoff\": {", "\"norms\": [\"L1\"], \"tradeoff\": {", 9, "norms", "does not belong to a trade-off")]
    [DataRow("\"tradeoff\": {", "\"sweep\": {}, \"tradeoff\": {", 9, "sweep", "does not belong to a trade-off")]
    [DataRow("\"start\": { \"kind\": \"forward\" }", "\"start\": { \"kind\": \"forward\" }, \"score\": { \"kind\": \"perturbed\" }", 2,
        "base", "must not give a score")]
    [DataRow("{ \"kind\": \"gaussians\", \"means\": [[-1], [1]], \"variances\": [0.1, 0.1] }",
        "{ \"kind\": \"box\", \"from\": [0], \"to\": [1] }", 2, "base", "requires data of kind points, gaussians")]
    public void A_bad_tradeoff_is_one_located_problem(string good, string bad, int line, string path, string phrase)
    {
        StringAssert.Contains(Good, good, StringComparison.Ordinal);
        using var folder = new InputFolder();
        string file = folder.Write("study.json", Good.Replace(good, bad, StringComparison.Ordinal));
        InputException thrown = Assert.ThrowsExactly<InputException>(() => new TradeoffRun(TradeoffFile.Read(file)));
        Assert.HasCount(1, thrown.Problems, thrown.Message);
        StringAssert.Contains(thrown.Problems[0].Message, phrase, StringComparison.Ordinal);
        Assert.AreEqual(path, thrown.Problems[0].Path);
        Assert.AreEqual(line, thrown.Problems[0].Line);
    }

    [TestMethod]
    public void Defaults_are_those_of_the_base_and_the_cells_are_the_product()
    {
        using var folder = new InputFolder();
        Tradeoff tradeoff = TradeoffFile.Read(folder.Write("name.json", Good));
        Assert.AreEqual("name", tradeoff.Name);
        Assert.AreEqual(2 * 2 * 2 * 3 * 2, new TradeoffRun(tradeoff).Cells);
        IReadOnlyList<TradeoffFlow> flows = TradeoffFlow.All(tradeoff.Config);
        CollectionAssert.AreEqual(new[] { "exact", "smoothed-0.2" }, flows.Select(flow => flow.Score.Label).Distinct().ToArray());
        tradeoff = TradeoffFile.Read(folder.Write("other.json", Good
            .Replace("\"epsilons\": [0, 1],", "", StringComparison.Ordinal)
            .Replace("\"starts\": [{ \"kind\": \"gaussian\", \"mean\": [0], \"variance\": 3 }],", "", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new[] { 1.0 }, tradeoff.Config.Epsilons!.ToArray());
        Assert.AreEqual("forward", TradeoffFlow.All(tradeoff.Config)[0].Start.Label);

        // The earlier name of a key.
        string Shrunk(string name) => TradeoffFile.Read(folder.Write(
            "key.json", Good.Replace("\"radius\"", $"\"{name}\": 0.5, \"radius\"", StringComparison.Ordinal))).Json;
        Assert.AreEqual(Shrunk("shrink"), Shrunk("gamma"));
        Assert.AreNotEqual(tradeoff.Json, Shrunk("gamma"));
    }
}
