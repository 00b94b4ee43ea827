using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PdeDiffusion.Networks.Tests;

[TestClass]
public sealed class AuditTests
{
    /// <summary>Data that the network's mixture is not: every error is far from 0.</summary>
    private static string OtherData(int d) => d == 1
        ? """{ "kind": "gaussians", "means": [[-1.2], [1.6]], "variances": [0.3, 0.2] }"""
        : """{ "kind": "gaussians", "means": [[-1.2, 0], [1.6, 0.8]], "variances": [0.3, 0.2] }""";

    private static string AuditJson(int d, string score, string data, string more = "") =>
        Bench.RunJson(d, score, 1, $$""", "audit": { "levels": 9{{more}} }""", cells: d == 1 ? 0 : 64)
            .Replace(ExactNetwork.Data(d) + ",\n  \"time\"", data + ",\n  \"time\"", StringComparison.Ordinal);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void EveryColumnOnALineIsThatOfTheClosedForm(bool isDouble) => EveryColumnIsThatOfTheClosedForm(1, isDouble);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(true)]
    [DataRow(false)]
    public void EveryColumnInThePlaneIsThatOfTheClosedForm(bool isDouble) => EveryColumnIsThatOfTheClosedForm(2, isDouble);

    private static void EveryColumnIsThatOfTheClosedForm(int d, bool isDouble)
    {
        using var bench = new Bench();
        double[][] expected = Rows(bench, AuditJson(d, Bench.MixtureJson(d), OtherData(d)), "mixture", out string[] columns);
        (ExactProcess, string)[] kinds =
        [
            (ExactProcess.Vp, "noise"), (ExactProcess.HeatSigma, "data"), (ExactProcess.Flow, "velocity"),
            (ExactProcess.HeatLog, "edm-raw"), (ExactProcess.SubVp, "v"),
        ];
        foreach ((ExactProcess process, string predicts) in kinds)
        {
            ExactNetwork.Write(bench.PathOf("net.onnx"), d, process, predicts, isDouble);
            double[][] found = Rows(bench, AuditJson(d, Bench.NetworkJson("net.onnx", process, predicts), OtherData(d)), predicts, out _);
            Assert.HasCount(expected.Length, found);
            for (int row = 0; row < found.Length; row++)
            {
                for (int column = 0; column < columns.Length; column++)
                {
                    double value = expected[row][column], other = found[row][column];
                    double tolerance = 1e-5 * Math.Abs(value) + Absolute(columns[column], isDouble);
                    Assert.IsTrue(
                        double.IsNaN(value) ? double.IsNaN(other) : Math.Abs(other - value) <= tolerance,
                        $"{predicts} {columns[column]}: {value:R}, but {other:R}");
                }
            }
        }
    }

    /// <summary>
    /// Shares of the whole that are 0 in theory are differences of two equal numbers. The residual has second differences of the score, in
    /// which the rounding 2⁻²⁴ of a float is divided by h²; h = 0.15 on one axis.
    /// </summary>
    private static double Absolute(string column, bool isDouble) => column switch
    {
        "curl_share" or "li_yau_mass" => 1e-9,
        "residual" or "residual_bound" when !isDouble => Math.Pow(2, -24) / (0.15 * 0.15),
        _ => 1e-14,
    };

    [TestMethod]
    public void AWrongSignIsTheFirstSentence() => Names(
        "the output of the network has the wrong sign", ExactProcess.Vp, "noise", ExactProcess.Vp, "noise", "",
        (g, output) => g.Op("Neg", output));

    [TestMethod]
    public void ASwappedFlowIsTheFirstSentence() => Names(
        "the process of the network is rectified-flow, not cond-ot", ExactProcess.Flow, "velocity", ExactProcess.CondOt, "velocity");

    [TestMethod]
    public void ASwappedScheduleIsTheFirstSentence() => Names(
        "the process of the network is vp, not sub-vp", ExactProcess.Vp, "noise", ExactProcess.SubVp, "noise");

    [TestMethod]
    public void SigmaGivenForItsSquareIsTheFirstSentence() => Names(
        "the time input of the network is σ, not σ² = 2t", ExactProcess.HeatSigma, "data", ExactProcess.Heat, "data",
        """, "timeScale": 2""");

    [TestMethod]
    public void ADivisionBySigmaForItsSquareIsTheFirstSentence() => Names(
        "the output of the network lacks a division by σ, as if σ were given for σ²", ExactProcess.HeatSigma, "score",
        ExactProcess.HeatSigma, "score", "", (g, output) => g.Op("Mul", output, g.Op("Unsqueeze", "time", g.Integers(1))));

    [TestMethod]
    public void AnotherKindOfOutputIsTheFirstSentence() => Names(
        "the network predicts noise, not data", ExactProcess.Vp, "noise", ExactProcess.Vp, "data");

    [TestMethod]
    public void AnExactNetworkIsBlamedForNothing()
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 2, ExactProcess.Vp, "noise", isDouble: false);
        string[] sentences = Sentences(bench, AuditJson(2, Bench.NetworkJson("net.onnx", ExactProcess.Vp, "noise"), ExactNetwork.Data(2)));
        StringAssert.StartsWith(sentences[0], "sign, process, time input and kind of output fit");
        Assert.Contains("2t div ŝ >= -d holds everywhere (Li-Yau)", sentences);
        Assert.IsTrue(sentences.Any(sentence => sentence.StartsWith("the score is conservative", StringComparison.Ordinal)));
        Assert.Contains("the score obeys ∂t s = ∇(div s + |s|²) up to discretization", sentences);
        string page = File.ReadAllText(bench.PathOf("audit/report.html"));
        foreach (string sentence in sentences)
            StringAssert.Contains(page, $"<li>{WebUtility.HtmlEncode(sentence)}</li>");
        StringAssert.Contains(page, "dotnet run -c Release --project Solver.Networks -- audit config.json");
    }

    private static void Names(
        string mistake, ExactProcess truth, string returns, ExactProcess said, string saidReturns, string more = "",
        Func<OnnxGraph, string, string>? change = null)
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 1, truth, returns, isDouble: true, change: change);
        string[] sentences = Sentences(
            bench, AuditJson(1, Bench.NetworkJson("net.onnx", said, saidReturns, more), ExactNetwork.Data(1)));
        StringAssert.StartsWith(sentences[0], mistake + ": without this E_u|ŝ − s|² falls from ");
    }

    private static string[] Sentences(Bench bench, string json)
    {
        Audit(bench, json, "audit");
        using var record = JsonDocument.Parse(File.ReadAllText(bench.PathOf("audit/audit.json")));
        return [.. record.RootElement.GetProperty("findings").EnumerateArray().Select(one => one.GetString()!)];
    }

    private static void Audit(Bench bench, string json, string folder)
    {
        (int code, _, string error) = Bench.Run(
            "audit", bench.Config("audit.json", json), "--out", bench.PathOf(folder), "--quiet", "--reproducible");
        Assert.AreEqual(0, code, error);
    }

    private static double[][] Rows(Bench bench, string json, string folder, out string[] columns)
    {
        Audit(bench, json, folder);
        string[] lines = File.ReadAllLines(bench.PathOf(folder + "/audit.csv"));
        columns = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => line.Split(',').Select(cell =>
            cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
    }
}
