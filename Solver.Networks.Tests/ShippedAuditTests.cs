using System.Text.Json;
using PdeDiffusion.Tests;

namespace PdeDiffusion.Networks.Tests;

/// <summary>The trained networks of docs/networks, and their audits in configs/audit.</summary>
[TestClass]
public sealed class ShippedAuditTests
{
    [TestMethod]
    [DataRow("moons-noise-vp")]
    [DataRow("lemniscate-data-edm")]
    [DataRow("mixture-velocity-flow")]
    public void ANetworkIsSmallAndItsLossStandsBesideItsFloor(string name)
    {
        Assert.IsLessThanOrEqualTo(300_000L, new FileInfo(Repository.PathOf("docs", "networks", name + ".onnx")).Length);
        using var training = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs", "networks", name + ".json")));
        Assert.IsGreaterThan(0, training.RootElement.GetProperty("seed").GetInt32());
        JsonElement final = training.RootElement.GetProperty("finalLoss"), least = training.RootElement.GetProperty("leastLoss");
        // A million draws of a loss of order 1 are within a few thousandths.
        Assert.IsGreaterThan(least.GetDouble() - 0.005, final.GetDouble());
        Assert.IsTrue(
            File.ReadLines(Repository.PathOf("docs", "audit.md")).Any(line => line.Contains(name, StringComparison.Ordinal)
                && line.Contains($"| {final.GetRawText()} |", StringComparison.Ordinal)
                && line.Contains($"| {least.GetRawText()} |", StringComparison.Ordinal)),
            $"docs/audit.md: no row with the losses of {name}");
    }

    [TestMethod]
    public void TheAuditOnALineIsWhatTheDocumentationSays() => Check("mixture-velocity-flow", 0.0021, "0.65");

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("moons-noise-vp", 0.0068, "0.97")]
    [DataRow("lemniscate-data-edm", 0.0048, "1.1")]
    public void AnAuditInThePlaneIsWhatTheDocumentationSays(string name, double divergence, string loss) => Check(name, divergence, loss);

    private static void Check(string name, double divergence, string loss)
    {
        using var bench = new Bench();
        (int code, _, string error) = Bench.Run(
            "audit", Repository.PathOf("configs", "audit", name + ".json"), "--out", bench.PathOf("out"), "--quiet");
        Assert.AreEqual(0, code, error);
        using var record = JsonDocument.Parse(File.ReadAllText(bench.PathOf("out/audit.json")));
        // Another processor may round a float otherwise.
        Assert.AreEqual(divergence, record.RootElement.GetProperty("results").GetProperty("KL").GetDouble(), 0.03 * divergence);
        string[] sentences = [.. record.RootElement.GetProperty("findings").EnumerateArray().Select(one => one.GetString()!)];
        StringAssert.StartsWith(sentences[0], "sign, process, time input and kind of output fit");
        Assert.IsTrue(sentences.Any(sentence => sentence.StartsWith(
            $"its noise loss, mean over log σ, is {loss}, ", StringComparison.Ordinal)), string.Join('\n', sentences));
        CollectionAssert.AreEqual("PNG"u8.ToArray(), File.ReadAllBytes(bench.PathOf("out/audit.png"))[1..4]);
    }
}
