using System.Globalization;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Networks.Tests;

/// <summary>
/// Networks wherever a score can stand, against the same place with the closed form that the network is; and each network that a verb
/// opens is closed when the verb ends.
/// </summary>
[TestClass]
public sealed class NetworkEverywhereTests
{
    private const string File = "net.onnx";

    private static string Network => Bench.NetworkJson(File, ExactProcess.Vp, "noise");

    [TestMethod]
    [DataRow("perturbed", """{ "kind": "perturbed", "of": SCORE, "scale": 0.8, "bias": [0.3, -0.2], "noise": 0.4, "seed": 5 }""")]
    [DataRow("mixed", """
        { "kind": "mixed", "terms": [{ "weight": [[0.1, 1], [0.5, 0.4]], "score": SCORE },
                                     { "weight": 0.5, "score": { "kind": "perturbed", "of": SCORE, "bias": [0.1, 0.1] } }] }
        """)]
    public void APartOfAnotherScoreIsTheClosedFormThere(string name, string score)
    {
        using Bench bench = Open(2);
        string Run(string of) => Bench.RunJson(2, score.Replace("SCORE", of, StringComparison.Ordinal), more: name == "mixed"
            ? """, "particles": { "count": 200, "seed": 1, "method": "heun" }""" : "", epsilon: name == "mixed" ? 0 : 1);
        Compare(bench, Run(Bench.MixtureJson(2)), Run(Network), 1e-9);
    }

    /// <summary>A table of the score with a network beside it, in one mixed score.</summary>
    [TestMethod]
    public void ANetworkAndATableAreMixed()
    {
        using Bench bench = Open(1);
        var table = new System.Text.StringBuilder("time,x,score\n");
        foreach (double time in (double[])[0.1, 0.5])
        {
            for (int cell = 0; cell < 200; cell++)
            {
                double x = -15 + 0.15 * (cell + 0.5);
                table.Append(CultureInfo.InvariantCulture, $"{time:R},{x:R},{-x / (1 + 2 * time):R}\n");
            }
        }

        bench.Config("score.csv", table.ToString());
        string Mixed(string of) => Bench.RunJson(1, $$"""
            { "kind": "mixed", "terms": [{ "weight": 0.6, "score": {{of}} },
                                         { "weight": 0.4, "score": { "kind": "tabulated", "file": "score.csv" } }] }
            """, more: """, "particles": { "count": 200, "seed": 1 }""");
        Compare(bench, Mixed(Bench.MixtureJson(1)), Mixed(Network), 1e-9);
    }

    [TestMethod]
    public void ATradeoffMeasuresANetworkAsItMeasuresItsClosedForm()
    {
        using Bench bench = Open(1);
        string Score(string of) => $$"""{ "kind": "given", "score": {{of}} }""";
        string[][] cells = Table(bench, TradeoffJson(
            $$"""{{Score(Bench.MixtureJson(1))}}, {{Score(Network)}}, { "kind": "exact" }"""), "study", "tradeoff.csv");
        int name = Array.IndexOf(cells[0], "score");
        Dictionary<string, string[]> rows = cells[1..].ToDictionary(row => row[name]);
        CollectionAssert.AreEquivalent((string[])["given", "net", "exact"], rows.Keys);
        string[] ofGrid = ["W1", "W2", "KL", "local_dimension", "log_likelihood", "score_error", "budget"];
        string[] ofParticles = ["W2_particles", "novelty", "coverage", "memorised"];
        foreach (string column in ofGrid.Concat(ofParticles))
        {
            int at = Array.IndexOf(cells[0], column);
            double expected = Number(rows["given"][at]), found = Number(rows["net"][at]);
            // The closed form moves its particles by steps of its own: their samples agree in law only, 1000 of them.
            double tolerance = ofGrid.Contains(column) ? 1e-8 * Math.Abs(expected) + 1e-10 : 4 / Math.Sqrt(1000);
            Assert.AreEqual(expected, found, tolerance, column);
        }

        Closed(bench);
    }

    [TestMethod]
    public void ATradeoffWithANetworkIsResumedUnlessTheNetworkHasChanged()
    {
        using Bench bench = Open(1);
        string config = bench.Config("study.json", TradeoffJson($$"""{ "kind": "given", "score": {{Network}} }, { "kind": "exact" }"""));
        string[] call = ["study", config, "--out", bench.PathOf("out"), "--quiet", "--reproducible"];
        Assert.AreEqual(0, Bench.Run(call).Code);
        byte[] whole = System.IO.File.ReadAllBytes(bench.PathOf("out/tradeoff.csv"));
        string record = bench.PathOf("out/study.json");
        System.IO.File.WriteAllText(record, System.IO.File.ReadAllText(record).Replace(
            "\"finished\": true", "\"finished\": false", StringComparison.Ordinal));
        (int code, _, string error) = Bench.Run([.. call, "--resume"]);
        Assert.AreEqual(0, code, error);
        CollectionAssert.AreEqual(whole, System.IO.File.ReadAllBytes(bench.PathOf("out/tradeoff.csv")));
    }

    [TestMethod]
    public void ATradeoffChecksTheScoreItIsGiven()
    {
        using Bench bench = Open(1);
        string score = Bench.NetworkJson(File, ExactProcess.Vp with { Time = "index" }, "noise");
        (int code, _, string error) = Bench.Run(
            "check", bench.Config("study.json", TradeoffJson($$"""{ "kind": "given", "score": {{score}} }""")));
        Assert.AreEqual(ExitCode.BadInput, code);
        StringAssert.Contains(error, "tradeoff.scores[0].score.time: index is a row of a process of kind ddpm");
    }

    [TestMethod]
    public void FiguresOfRunsWithNetworksAreDrawn()
    {
        using Bench bench = Open(2);
        bench.Config("run.json", Bench.RunJson(2, Network, more: """, "particles": { "count": 300 }""").Replace(
            "\"plots\": false", "\"plots\": false, \"snapshots\": [0.4, 0.1]", StringComparison.Ordinal));
        string samples = bench.Config("samples.json", """
            { "name": "samples", "title": "samples",
              "figure": { "kind": "samples", "runs": [{ "file": "run.json", "title": "network" }], "times": [0.4, 0.1] } }
            """);
        string compare = bench.Config("compare.json", """
            { "name": "compare", "title": "compare",
              "figure": { "kind": "compare", "quantity": "KL", "runs": [{ "file": "run.json", "title": "network" }] } }
            """);
        foreach (string figure in new[] { samples, compare })
        {
            string folder = bench.PathOf(Path.GetFileName(figure) + "-drawn");
            (int code, _, string error) = Bench.Run("figures", figure, "--out", folder, "--quiet");
            Assert.AreEqual(0, code, error);
            Assert.IsNotEmpty(Directory.GetFiles(folder, "*.png"), figure);
        }

        Closed(bench);
    }

    /// <summary>Runs at a time share a network of one file; a study of many runs keeps no more open than run at a time.</summary>
    [TestMethod]
    public void WhatAVerbOpensItCloses()
    {
        using Bench bench = Open(1);
        string run = Bench.RunJson(1, Network, more: """, "particles": { "count": 100 }""").Replace(
            "\"errorEstimate\": false", "\"errorEstimate\": true", StringComparison.Ordinal);
        string config = bench.Config("run.json", run);
        string study = bench.Config("study.json", $$"""
            { "name": "study", "base": {{run}}, "output": { "plots": false },
              "grid": { "generation.epsilon": [0.25, 0.5, 0.75, 1, 1.5, 2], "time.steps": [6, 8] } }
            """);
        string audit = bench.Config("audit.json", Bench.RunJson(1, Network, more: """, "audit": { "levels": 3 }"""));
        foreach ((string name, int most, string[] call) in ((string, int, string[])[])
        [
            ("check", 2, ["check", config]), ("estimate", 2, ["check", config, "--estimate"]),
            ("run", 2, ["run", config, "--out", bench.PathOf("run"), "--quiet"]),
            ("study", 2 * Environment.ProcessorCount + 2, ["study", study, "--out", bench.PathOf("study"), "--quiet"]),
            ("audit", 1, ["audit", audit, "--out", bench.PathOf("audit"), "--quiet"]),
        ])
        {
            NetworkUse.Of(bench.PathOf(File)).Reset();
            (int code, _, string error) = Bench.Run(call);
            Assert.AreEqual(0, code, $"{name}: {error}");
            Assert.IsLessThanOrEqualTo(most, NetworkUse.Of(bench.PathOf(File)).MostOpen, name);
            Closed(bench);
        }
    }

    private static string TradeoffJson(string scores) => $$"""
        {
          "base": {
            "name": "line", "mesh": { "axes": [{ "from": -15, "to": 15, "cells": 200 }] },
            "data": {{ExactNetwork.Data(1)}}, "time": { "end": 1, "stop": 0.1, "steps": 20 },
            "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [-0.3], "variance": 4.3 } },
            "particles": { "count": 1000, "method": "exponential", "steps": 40 }
          },
          "tradeoff": { "stops": [0.1], "epsilons": [1], "samples": [50], "seeds": [1], "scores": [{{scores}}], "radius": 0.1,
            "draws": 1000 }
        }
        """;

    private static Bench Open(int d)
    {
        var bench = new Bench();
        ExactNetwork.Write(bench.PathOf(File), d, ExactProcess.Vp, "noise", isDouble: true);
        return bench;
    }

    /// <summary>Every number of every table of two runs.</summary>
    private static void Compare(Bench bench, string expected, string found, double tolerance)
    {
        Run(expected, "expected");
        Run(found, "found");
        string[] files = [.. Directory.GetFiles(bench.PathOf("expected"), "*.csv", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(bench.PathOf("expected"), file)).Where(file => file != "readings.csv")];
        Assert.IsGreaterThan(1, files.Length);
        foreach (string file in files)
        {
            string[] ofMixture = System.IO.File.ReadAllLines(Path.Combine(bench.PathOf("expected"), file));
            string[] ofNetwork = System.IO.File.ReadAllLines(Path.Combine(bench.PathOf("found"), file));
            Assert.HasCount(ofMixture.Length, ofNetwork, file);
            int density = Array.IndexOf(ofMixture[0].Split(','), "u");
            for (int line = 1; line < ofMixture.Length; line++)
            {
                string[] left = ofMixture[line].Split(','), right = ofNetwork[line].Split(',');
                // Where u is next to nothing, v/u is rounding, and at the walls the mixture has images, the network none.
                if (density >= 0 && Number(left[density]) < 1e-4)
                    continue;
                for (int column = 0; column < left.Length; column++)
                {
                    if (double.TryParse(left[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                        Assert.AreEqual(value, Number(right[column]), tolerance * (1 + Math.Abs(value)), $"{file}:{line + 1}");
                }
            }
        }

        Closed(bench);

        void Run(string json, string name)
        {
            (int code, _, string error) = Bench.Run(
                "run", bench.Config($"{name}.json", json), "--out", bench.PathOf(name), "--quiet", "--reproducible");
            Assert.IsTrue(code is 0 or ExitCode.Violated, error);
        }
    }

    private static string[][] Table(Bench bench, string json, string verb, string file)
    {
        (int code, _, string error) = Bench.Run(
            verb, bench.Config("config.json", json), "--out", bench.PathOf("out"), "--quiet", "--reproducible");
        Assert.AreEqual(0, code, error);
        return [.. System.IO.File.ReadAllLines(bench.PathOf("out/" + file)).Select(line => line.Split(','))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static void Closed(Bench bench)
    {
        NetworkUse use = NetworkUse.Of(bench.PathOf(File));
        Assert.IsGreaterThan(0, use.Opened, "the network was not used");
        Assert.AreEqual(0, use.Open, "networks that are still open");
    }
}
