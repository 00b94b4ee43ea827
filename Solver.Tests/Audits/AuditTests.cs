using System.Text.Json;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Audits;

[TestClass]
public sealed class AuditTests
{
    private const string Data = """{ "kind": "gaussians", "means": [[-1.5, 0.5], [1.5, 1]], "variances": [0.16, 0.25] }""";
    private const string Exact = $$"""{ "kind": "mixture", "data": {{Data}} }""";

    private static string Config(string score, string audit = """{ "levels": 7 }""", bool data = true,
        string start = """{ "kind": "forward" }""") => $$"""
        {
          "name": "audited",
          "mesh": { "axes": [
            { "from": -10, "to": 10, "cells": 64, "boundary": "no-flux" }, { "from": -10, "to": 10, "cells": 60, "boundary": "no-flux" }] },
          {{(data ? $"\"data\": {Data}," : "")}}
          "time": { "end": 0.5, "stop": 0.1, "steps": 6 },
          "generation": { "epsilon": 1, "start": {{start}}, "score": {{score}} },
          "audit": {{audit}},
          "output": { "plots": false }
        }
        """;

    [TestMethod]
    public void AnExactScoreHasNoErrorAndViolatesNothing()
    {
        using var bench = new Folder();
        (int code, JsonElement record, _) = bench.Audit(Config(Exact));
        Assert.AreEqual(ExitCode.Finished, code);
        JsonElement results = record.GetProperty("results");
        Assert.AreEqual(JsonValueKind.Null, results.GetProperty("mistake").ValueKind);
        Assert.AreEqual(0, results.GetProperty("liYau").GetDouble());
        foreach (string row in bench.Rows())
        {
            string[] cells = row.Split(',');
            Assert.AreEqual(0, double.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture), 1e-20, "error_u");
        }
    }

    [TestMethod]
    [DataRow("""{ "kind": "perturbed", "scale": -1, "of": SCORE }""", "the score has the wrong sign")]
    public void AUsualMistakeIsTheFirstSentence(string score, string expected)
    {
        using var bench = new Folder();
        (_, JsonElement record, _) = bench.Audit(Config(score.Replace("SCORE", Exact, StringComparison.Ordinal)));
        StringAssert.StartsWith(record.GetProperty("findings")[0].GetString(), expected);
    }

    /// <summary>
    /// Mixed scores: one term of weight 1, or two halves of the exact score, is exact; with a term of another law the error is that of the
    /// difference of the two scores, times its weight squared.
    /// </summary>
    [TestMethod]
    public void AMixedScoreIsTheSumOfItsTerms()
    {
        const string Other = """{ "kind": "mixture", "data": { "kind": "gaussians", "means": [[0, 0]], "variances": [1] } }""";
        double[] Errors(string first, string second, double weight)
        {
            using var bench = new Folder();
            (int code, _, string error) = bench.Audit(Config(FormattableString.Invariant($$"""
                { "kind": "mixed", "terms": [
                  { "weight": {{1 - weight}}, "score": {{first}} }, { "weight": {{weight}}, "score": {{second}} }] }
                """)));
            Assert.AreEqual(ExitCode.Finished, code, error);
            return [.. bench.Rows().Select(row => double.Parse(row.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture))];
        }

        foreach (double error in Errors(Exact, Exact, 0.25))
            Assert.AreEqual(0, error, 1e-20);
        double[] half = Errors(Exact, Other, 0.5), full = Errors(Exact, Other, 1), beyond = Errors(Exact, Other, -1.5);
        for (int level = 0; level < full.Length; level++)
        {
            Assert.IsGreaterThan(0.01, full[level]);
            Assert.AreEqual(0.25, half[level] / full[level], 1e-9);
            Assert.AreEqual(2.25, beyond[level] / full[level], 1e-9);
        }
    }

    /// <summary>An error c J∇log v is no gradient at all: all of it costs nothing, and the gradient budget is KL(T).</summary>
    [TestMethod]
    public void AnErrorThatIsNoGradientCostsNothing()
    {
        using var bench = new Folder();
        (_, JsonElement record, _) = bench.Audit(Config($$"""{ "kind": "perturbed", "curl": 0.5, "of": {{Exact}} }"""));
        JsonElement results = record.GetProperty("results");
        Assert.IsGreaterThan(0.1, results.GetProperty("budget").GetDouble());
        Assert.IsLessThan(1e-3 * results.GetProperty("budget").GetDouble(), results.GetProperty("gradientBudget").GetDouble());
        Assert.IsGreaterThan(0.1, results.GetProperty("curl").GetDouble());
    }

    [TestMethod]
    public void WithoutDataOnlyWhatNeedsNoTruthIsMeasured()
    {
        using var bench = new Folder();
        (int code, JsonElement record, _) = bench.Audit(
            Config(Exact, data: false, start: """{ "kind": "gaussian", "mean": [0, 0], "variance": 3 }"""));
        Assert.AreEqual(ExitCode.Finished, code);
        StringAssert.StartsWith(record.GetProperty("findings")[0].GetString(), "no data were given");
        JsonElement results = record.GetProperty("results");
        foreach (string name in new[] { "KL", "budget", "gradientBudget", "W2", "distance" })
            Assert.AreEqual(JsonValueKind.Null, results.GetProperty(name).ValueKind, name);
        Assert.AreEqual(0, results.GetProperty("liYau").GetDouble());
        Assert.IsLessThan(1e-3, results.GetProperty("curl").GetDouble());
    }

    [TestMethod]
    public void WithoutDataTheStartMustBeGaussian()
    {
        using var bench = new Folder();
        (int code, _, string error) = bench.Run(Config(Exact, data: false));
        Assert.AreEqual(ExitCode.BadInput, code);
        StringAssert.Contains(error, "data: an audit without data requires a start of kind gaussian with mean and variance");
    }

    [TestMethod]
    public void ARequirementThatIsMissedIsExitCodeThree()
    {
        using var bench = new Folder();
        string score = $$"""{ "kind": "perturbed", "bias": [0.5, 0], "of": {{Exact}} }""";
        (int code, _, string error) = bench.Audit(Config(score, """{ "levels": 7, "require": { "KL": 0.0001, "liYau": 1 } }"""));
        Assert.AreEqual(ExitCode.Violated, code);
        StringAssert.StartsWith(error, "audit.require.KL: ");
        Assert.AreEqual(1, error.TrimEnd().Split('\n').Length);
    }

    [TestMethod]
    public void TrainingPointsTellWhatTheSamplesRepeat()
    {
        using var bench = new Folder();
        File.WriteAllText(bench.PathOf("points.csv"), "x,y\n-1.5,0.5\n1.5,1\n0,0\n");
        (_, JsonElement record, _) = bench.Audit(Config(Exact, """{ "levels": 2, "trainingPoints": "points.csv", "probes": 500 }"""));
        JsonElement results = record.GetProperty("results");
        double share = results.GetProperty("memorised").GetDouble(), fresh = results.GetProperty("memorisedFresh").GetDouble();
        Assert.IsTrue(share is > 0 and < 1, $"{share}");
        Assert.AreEqual(fresh, share, 0.1);
    }

    [TestMethod]
    public void TheVerbsTellAuditsFromRuns()
    {
        using var bench = new Folder();
        string config = bench.Write(Config(Exact));
        Assert.AreEqual(ExitCode.BadInput, Folder.Call(out _, out string error, "run", config));
        StringAssert.Contains(error, "this is an audit: use the verb audit");
        Assert.AreEqual(ExitCode.Finished, Folder.Call(out string output, out _, "check", config));
        StringAssert.Contains(output, "valid; an audit of 7 levels, 3840 cells");
    }

    [TestMethod]
    public void AnotherAuditIsNotOverwritten()
    {
        using var bench = new Folder();
        bench.Audit(Config(Exact));
        (int code, _, string error) = bench.Run(Config(Exact, """{ "levels": 4 }"""));
        Assert.AreEqual(ExitCode.BadInput, code);
        StringAssert.Contains(error, "contains a different audit");
        Assert.AreEqual(ExitCode.Finished, bench.Run(Config(Exact, """{ "levels": 4 }"""), "--force").Code);
    }

    [TestMethod]
    public void ANetworkNeedsTheProgramWithNetworks()
    {
        using var bench = new Folder();
        File.WriteAllText(bench.PathOf("net.onnx"), "");
        (int code, _, string error) = bench.Run(Config(
            """{ "kind": "network", "file": "net.onnx", "predicts": "noise", "process": { "kind": "vp" } }"""));
        Assert.AreEqual(ExitCode.BadInput, code);
        StringAssert.Contains(error, "run it with --project Solver.Networks");
        Assert.AreEqual(1, error.TrimEnd().Split('\n').Length);
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Path.Combine(Path.GetTempPath(), "pde-audit-" + Guid.NewGuid().ToString("N"));

        public Folder() => Directory.CreateDirectory(path);

        public string PathOf(string name) => Path.Combine(path, name);

        public string Write(string config)
        {
            File.WriteAllText(PathOf("config.json"), config);
            return PathOf("config.json");
        }

        public IEnumerable<string> Rows() => File.ReadLines(PathOf("out/audit.csv")).Skip(1);

        public (int Code, JsonElement Record, string Error) Audit(string config)
        {
            (int code, _, string error) = Run(config);
            Assert.AreNotEqual(ExitCode.BadInput, code, error);
            using var record = JsonDocument.Parse(File.ReadAllText(PathOf("out/audit.json")));
            return (code, record.RootElement.Clone(), error);
        }

        public (int Code, string Output, string Error) Run(string config, params string[] more)
        {
            int code = Call(out string output, out string error, ["audit", Write(config), "--out", PathOf("out"), "--quiet", .. more]);
            return (code, output, error);
        }

        public static int Call(out string output, out string error, params string[] args)
        {
            using StringWriter result = new(), messages = new();
            int code = CommandLine.Run(args, result, messages, CancellationToken.None);
            (output, error) = (result.ToString(), messages.ToString());
            return code;
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
