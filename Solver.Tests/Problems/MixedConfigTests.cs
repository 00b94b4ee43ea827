using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Problems;

/// <summary>Mixed scores and tables of ε(t) in config files.</summary>
[TestClass]
public sealed class MixedConfigTests
{
    private const string Guidance = """
        { "kind": "mixed", "terms": [
          { "weight": 2, "score": { "kind": "mixture", "data": { "kind": "points", "points": [[0]] } } },
          { "weight": -1, "score": { "kind": "mixture", "data": { "kind": "points", "points": [[1]] } } } ] }
        """;

    private static string Of(string score, string epsilon = "0.2") => $$"""
        {
          "name": "mixed",
          "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 60 }] },
          "data": { "kind": "points", "points": [[0], [1]] },
          "time": { "end": 1, "stop": 0.01, "steps": 20 },
          "generation": { "epsilon": {{epsilon}}, "start": { "kind": "gaussian", "mean": [0], "variance": 2 },
            "score": {{score}} },
          "particles": { "count": 10 }
        }
        """;

    [TestMethod]
    [DataRow("{ \"kind\": \"grid\" }")]
    [DataRow("{ \"kind\": \"mixture\", \"data\": { \"kind\": \"points\", \"points\": [[0.5]] } }")]
    [DataRow("{ \"kind\": \"perturbed\", \"bias\": [0.1] }")]
    public void OneTermOfWeightOneIsTheRunOfItsScore(string score)
    {
        string alone = Resolved(Of(score)), table = "[[0.1, 1], [0.5, 1]]";
        foreach (string weight in new[] { "1", table })
            Assert.AreEqual(alone, Resolved(Of($$"""{ "kind": "mixed", "terms": [{ "weight": {{weight}}, "score": {{score}} }] }""")));
        Assert.AreNotEqual(alone, Resolved(Of($$"""{ "kind": "mixed", "terms": [{ "weight": 2, "score": {{score}} }] }""")));
    }

    [TestMethod]
    public void TablesAreReadBackAsTheyWereWritten()
    {
        string json = Resolved(Of(Guidance.Replace("\"weight\": 2", "\"weight\": [[0.1, 1], [0.5, 2]]", StringComparison.Ordinal),
            "[[0.02, 0], [0.3, 1.5]]"));
        Assert.AreEqual(json, RunIdentity.JsonOf(ConfigFile.ReadText(json, "again")));
        StringAssert.Contains(json, "[0.3, 1.5]", StringComparison.Ordinal);
        Assert.AreNotEqual(json, Resolved(Of(Guidance, "[[0.02, 0], [0.3, 1.6]]")), "the identity for resuming contains the table");
    }

    [TestMethod]
    public void WeightsThatDoNotAddUpToOneGiveANote()
    {
        Assert.IsFalse(Notes(Guidance).Any(note => note.Contains("add up", StringComparison.Ordinal)));
        string note = Notes(Guidance.Replace("\"weight\": 2", "\"weight\": [[0.1, 2], [0.5, 2.5]]", StringComparison.Ordinal))
            .Single(one => one.Contains("add up", StringComparison.Ordinal));
        StringAssert.StartsWith(note, "generation.score: the weights add up to 1.5 at t = 0.5", note);
    }

    [TestMethod]
    [DataRow("\"method\": \"heun\"", "particles.method", "heun solves the probability-flow ODE, epsilon = 0, but epsilon is 0.2")]
    [DataRow("\"method\": \"dpm++2m\"", "particles.method", "dpm++2m solves")]
    [DataRow("\"method\": \"euler\"", "particles.method", "euler solves")]
    [DataRow("\"method\": \"churn\", \"churn\": { \"sChurn\": 10 }", "particles.method", "churn adds noise of its own")]
    [DataRow("\"method\": \"churn\"", "particles.churn", "required by churn")]
    [DataRow("\"method\": \"ddim\", \"churn\": { \"sChurn\": 10 }", "particles.churn", "applies to churn, not to ddim")]
    [DataRow("\"method\": \"ddim\", \"eta\": 0.5", "particles.eta", "0.5 squared is 0.25 and epsilon is 0.2")]
    [DataRow("\"method\": \"ddim\", \"eta\": 1.5", "particles.eta", "must be >= 0 and <= 1")]
    [DataRow("\"eta\": 0.5", "particles.eta", "not to euler-maruyama")]
    [DataRow("\"toZero\": true", "particles.toZero", "not to euler-maruyama")]
    [DataRow("\"method\": \"dpm\"", "particles.method", "did you mean \"dpm++2m\"?")]
    public void AMethodSaysWhatItDoesNotTake(string keys, string path, string phrase)
    {
        using var folder = new InputFolder();
        string json = Of("{ \"kind\": \"grid\" }").Replace("\"count\": 10", $"\"count\": 10, {keys}", StringComparison.Ordinal);
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(folder.Write("run.json", json), [])).Problems
            .Single(one => one.Path == path);
        StringAssert.Contains(problem.Message, phrase, problem.ToString());
    }

    [TestMethod]
    [DataRow("\"weight\": 2", "\"weight\": 0", "\"weight\": -1", "\"weight\": [[1, 0]]", "generation.score.terms", "all 0")]
    [DataRow("\"weight\": 2", "\"weight\": [[0.2, 1], [0.2, 2]]", "", "", "generation.score.terms[0].weight[1][0]",
        "the times of a table must increase, but 0.2 follows 0.2")]
    [DataRow("\"weight\": 2", "\"weight\": [[0, 1]]", "", "", "generation.score.terms[0].weight[0][0]", "must be > 0, but is 0")]
    [DataRow("\"weight\": 2", "\"weight\": [[1, 2, 3]]", "", "", "generation.score.terms[0].weight[0]", "a row [t, value]")]
    [DataRow("\"weight\": 2", "\"weight\": []", "", "", "generation.score.terms[0].weight", "must have 1 to")]
    [DataRow("\"weight\": 2", "\"weight\": \"two\"", "", "", "generation.score.terms[0].weight", "a number or a table")]
    [DataRow("\"epsilon\": 0.2", "\"epsilon\": [[0.1, 1], [0.05, 2]]", "", "", "generation.epsilon[1][0]", "0.05 follows 0.1")]
    [DataRow("\"epsilon\": 0.2", "\"epsilon\": [[0.1, -1]]", "", "", "generation.epsilon[0][1]", "must be >= 0")]
    [DataRow("\"count\": 10", "\"count\": 10, \"method\": \"ode\"", "", "", "particles.method", "ode solves the probability-flow ODE")]
    [DataRow("\"stop\": 0.01, \"steps\": 20", "\"stop\": 0, \"spacing\": \"uniform\", \"steps\": 20",
        "\"kind\": \"points\", \"points\": [[", "\"kind\": \"gaussians\", \"variances\": [1], \"means\": [[", "particles",
        "mixed score to times t > 0")]
    public void BadInputIsOneLine(string find, string replace, string also, string with, string path, string phrase)
    {
        string json = Of(Guidance);
        if (path == "particles")
            json = json.Replace("\"points\": [[0], [1]]", "\"points\": [[0]]", StringComparison.Ordinal);
        json = json.Replace(find, replace, StringComparison.Ordinal);
        json = also.Length > 0 ? json.Replace(also, with, StringComparison.Ordinal) : json;
        using var folder = new InputFolder();
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(folder.Write("run.json", json), [])).Problems
            .Single(one => one.Path == path);
        StringAssert.Contains(problem.Message, phrase, problem.ToString());
        Assert.IsNotNull(problem.Line);
    }

    private static string[] Notes(string score)
    {
        using var folder = new InputFolder();
        RunConfig config = ConfigFile.Read(folder.Write("run.json", Of(score)), [], out ConfigSource source);
        return [.. new RunProblem(config, source).Notes()];
    }

    private static string Resolved(string json)
    {
        using var folder = new InputFolder();
        return RunIdentity.JsonOf(ConfigFile.Read(folder.Write("run.json", json), []));
    }
}
