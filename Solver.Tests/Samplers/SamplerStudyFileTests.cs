using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Samplers;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Samplers;

/// <summary>Each row breaks one thing in a good study of samplers and says what is reported: line, path, phrase.</summary>
[TestClass]
public sealed class SamplerStudyFileTests : IDisposable
{
    private const string Good = """
        {
          "base": {
            "name": "bimodal",
            "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 60 }] },
            "data": { "kind": "gaussians", "means": [[-1], [1]], "variances": [0.1, 0.1] },
            "time": { "end": 1, "stop": 0.01, "steps": 20 },
            "generation": { "epsilon": 0, "start": { "kind": "forward" } }
          },
          "samplers": {
            "methods": ["ddim", "heun"],
            "steps": [5, 10],
            "schedules": [{ "kind": "edm" }, { "kind": "geometric" }],
            "count": 100,
            "seeds": [1, 2],
            "calls": 10
          }
        }
        """;

    private readonly InputFolder root = new();

    public void Dispose() => root.Dispose();

    [TestMethod]
    [DataRow("\"heun\"", "\"huen\"", 10, "samplers.methods[1]", "did you mean \"heun\"?")]
    [DataRow("\"heun\"", "\"ddim\"", 10, "samplers.methods[1]", "listed twice")]
    [DataRow("[\"ddim\", \"heun\"]", "[]", 10, "samplers.methods", "must have 1 to 16 items, but has 0")]
    [DataRow("[\"ddim\", \"heun\"]", "\"ddim\"", 10, "samplers.methods", "must be an array of strings")]
    [DataRow("\"methods\": [\"ddim\", \"heun\"],", "", 9, "samplers.methods", "required, but missing")]
    [DataRow("\"heun\"", "\"churn\"", 9, "samplers.churn", "required by churn")]
    [DataRow("\"calls\": 10", "\"churn\": { \"sChurn\": 1 }", 15, "samplers.churn", "which is not among methods: omit it")]
    [DataRow("\"heun\"],", "\"churn\"], \"churn\": { \"sChurn\": 1, \"sTmin\": 2, \"sTmax\": 1 },", 10, "samplers.churn.sTmax",
        "must be >= sTmin = 2, but is 1")]
    [DataRow("[5, 10]", "[5, 0]", 11, "samplers.steps[1]", "must be >= 1")]
    [DataRow("[5, 10]", "[5, 5]", 11, "samplers.steps[1]", "listed twice")]
    [DataRow("[5, 10]", "[]", 11, "samplers.steps", "must have 1 to 64 items, but has 0")]
    [DataRow("[5, 10]", "[2.5]", 11, "samplers.steps[0]", "must be an integer")]
    [DataRow("\"schedules\": [{ \"kind\": \"edm\" }, { \"kind\": \"geometric\" }],", "", 9, "samplers.schedules", "required, but missing")]
    [DataRow("[{ \"kind\": \"edm\" }, { \"kind\": \"geometric\" }]", "[]", 12, "samplers.schedules", "must have 1 to 16 items, but has 0")]
    [DataRow("{ \"kind\": \"geometric\" }", "{ \"kind\": \"edm\", \"rho\": 7 }", 12, "samplers.schedules[1]", "listed twice")]
    [DataRow("{ \"kind\": \"geometric\" }", "{ \"kind\": \"edm\", \"rho\": 0 }", 12, "samplers.schedules[1].rho", "must be > 0")]
    [DataRow("{ \"kind\": \"geometric\" }", "{ \"kind\": \"edn\" }", 12, "samplers.schedules[1].kind", "must be one of")]
    [DataRow("{ \"kind\": \"geometric\" }",
        "{ \"kind\": \"process\", \"process\": { \"kind\": \"ve\", \"sigmaMin\": 0.1, \"sigmaMax\": 0.5 } }", 12, "samplers.schedules[1]",
        "the process has times 0 to 1, but stop and end of base lie at 0.215338 and 1.646")]
    [DataRow("{ \"kind\": \"geometric\" }",
        "{ \"kind\": \"process\", \"process\": { \"kind\": \"ve\", \"sigmaMin\": 5, \"sigmaMax\": 0.5 } }", 12,
        "samplers.schedules[1].process.sigmaMin", "must be < sigmaMax")]
    [DataRow("\"count\": 100", "\"count\": 1", 13, "samplers.count", "must be >= 10")]
    [DataRow("[1, 2]", "[1, 1]", 14, "samplers.seeds[1]", "listed twice")]
    [DataRow("[1, 2]", "[]", 14, "samplers.seeds", "must have 1 to 1000 items, but has 0")]
    [DataRow("[1, 2]", "[-1]", 14, "samplers.seeds[0]", "must be >= 0")]
    [DataRow("\"calls\": 10", "\"calls\": 0", 15, "samplers.calls", "must be >= 1")]
    [DataRow("\"epsilon\": 0,", "\"epsilon\": 0.5,", 10, "samplers.methods[1]", "heun solves the probability-flow ODE, epsilon = 0")]
    [DataRow("\"epsilon\": 0,", "\"epsilon\": [[0.1, 0], [1, 1]],", 10, "samplers.methods[1]", "epsilon = 0, but epsilon is 0 to 1")]
    [DataRow("\"generation\": { \"epsilon\": 0, \"start\": { \"kind\": \"forward\" } }", "\"output\": {}", 2, "base",
        "requires generation")]
    [DataRow("\"cells\": 60 }", "\"cells\": 60, \"boundary\": \"periodic\" }", 2, "base", "has a periodic axis")]
    [DataRow("\"samplers\": {", "\"norms\": [\"L1\"], \"samplers\": {", 9, "norms", "does not belong to a study of samplers")]
    [DataRow("\"samplers\": {", "\"sweep\": {}, \"samplers\": {", 9, "sweep", "does not belong to a study of samplers")]
    [DataRow("{ \"kind\": \"gaussians\", \"means\": [[-1], [1]], \"variances\": [0.1, 0.1] }",
        "{ \"kind\": \"box\", \"from\": [0], \"to\": [1] }", 2, "base",
        "requires data of kind points, gaussians")]
    public void ABadStudyIsOneLocatedProblem(string good, string bad, int line, string path, string phrase)
    {
        StringAssert.Contains(Good, good, StringComparison.Ordinal);
        string file = root.Write("study.json", Good.Replace(good, bad, StringComparison.Ordinal));
        InputException thrown = Assert.ThrowsExactly<InputException>(() => new SamplerStudyRun(SamplerStudyFile.Read(file)));
        Assert.HasCount(1, thrown.Problems, thrown.Message);
        StringAssert.Contains(thrown.Problems[0].Message, phrase, StringComparison.Ordinal);
        Assert.AreEqual(path, thrown.Problems[0].Path);
        Assert.AreEqual(line, thrown.Problems[0].Line);
        foreach (string verb in new[] { "check", "study" })
        {
            using StringWriter error = new();
            Assert.AreEqual(ExitCode.BadInput, CommandLine.Run([verb, file], TextWriter.Null, error, default));
            Assert.HasCount(1, error.ToString().TrimEnd().Split('\n'), error.ToString());
            StringAssert.Contains(error.ToString(), "study.json", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    [DataRow("0.3", "churn adds noise of its own to epsilon = 0, but epsilon is 0.3")]
    [DataRow("[[0.1, 0.2], [1, 0.2]]", "churn adds noise of its own to epsilon = 0, but epsilon is 0.2")]
    [DataRow("[[0.1, 0], [1, 0.2]]", "churn adds noise of its own to epsilon = 0, but epsilon is 0 to 0.2")]
    public void ChurnTakesNoOtherNoise(string epsilon, string phrase)
    {
        string study = Good.Replace("\"epsilon\": 0,", $"\"epsilon\": {epsilon},", StringComparison.Ordinal)
            .Replace("[\"ddim\", \"heun\"]", "[\"ddim\", \"churn\"], \"churn\": { \"sChurn\": 5 }", StringComparison.Ordinal);
        InputException thrown = Assert.ThrowsExactly<InputException>(() => SamplerStudyFile.Read(root.Write("study.json", study)));
        Assert.AreEqual("samplers.methods[1]", thrown.Problems.Single().Path);
        Assert.AreEqual(phrase, thrown.Problems[0].Message);

        // A run of its own says it at its method.
        int from = Good.IndexOf("\"base\":", StringComparison.Ordinal) + 7;
        string run = Good[from..Good.IndexOf(",\n  \"samplers\"", StringComparison.Ordinal)]
            .Replace("\"epsilon\": 0,", $"\"epsilon\": {epsilon},", StringComparison.Ordinal);
        run = run[..run.LastIndexOf('}')]
            + ", \"particles\": { \"count\": 10, \"method\": \"churn\", \"churn\": { \"sChurn\": 5 } } }";
        thrown = Assert.ThrowsExactly<InputException>(() => PdeDiffusion.Problems.ConfigFile.Read(root.Write("run.json", run), []));
        Assert.AreEqual("particles.method", thrown.Problems.Single().Path);
        Assert.AreEqual(phrase, thrown.Problems[0].Message);
    }

    [TestMethod]
    public void SamplersAreTheProductAndLabelsAreDistinct()
    {
        SamplerStudy study = SamplerStudyFile.Read(root.Write("name.json", Good.Replace(
            "{ \"kind\": \"geometric\" }", """
            { "kind": "geometric", "shift": 0.5 }, { "kind": "edm", "rho": 3 }, { "kind": "process", "process": { "kind": "vp" } },
              { "kind": "process", "process": { "kind": "vp", "betaMax": 10 } }
            """, StringComparison.Ordinal)));
        Assert.AreEqual("name", study.Name);
        IReadOnlyList<Sampler> samplers = Sampler.All(study.Config);
        Assert.HasCount(2 * 5 * 2, samplers);
        CollectionAssert.AreEqual(
            new[] { "edm", "geometric-0.5", "edm-3", "vp-1", "vp-2" },
            samplers.Select(sampler => sampler.Schedule.Label).Distinct().ToArray());
        Assert.AreEqual("heun, vp-2 levels, 10 steps", samplers[^1].Name);

        // A study without its own choice of the optional keys is the same as with their defaults.
        string named = Good.Replace("\"base\"", "\"name\": \"n\", \"base\"", StringComparison.Ordinal);
        Assert.AreEqual(
            SamplerStudyFile.Read(root.Write("a.json", named)).Json,
            SamplerStudyFile.Read(root.Write("b.json", named.Replace(
                "\"calls\": 10", "\"calls\": 10, \"directions\": 24", StringComparison.Ordinal))).Json);
    }

    [TestMethod]
    public void NotesSayWhatIsNotUsedAndWhatIsNoMemberOfTheFamily()
    {
        SamplerStudy study = SamplerStudyFile.Read(root.Write("study.json", Good
            .Replace("\"name\": \"bimodal\"", "\"name\": \"bimodal\", \"particles\": { \"count\": 5 }", StringComparison.Ordinal)
            .Replace("\"heun\"]", "\"churn\"], \"churn\": { \"sChurn\": 5, \"sNoise\": 1.003 }", StringComparison.Ordinal)));
        string[] notes = [.. study.Notes()];
        Assert.IsTrue(notes.Any(note => note.StartsWith("the particles of base are not used", StringComparison.Ordinal)));
        Assert.IsTrue(notes.Any(note => note.StartsWith("samplers.churn.sNoise = 1.003", StringComparison.Ordinal)));
    }
}
