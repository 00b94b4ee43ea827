using System.Diagnostics;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Networks.Tests;

/// <summary>A run with a network whose weights lie apart, killed and resumed; and what may not change in between.</summary>
[TestClass]
public sealed class NetworkResumeTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void KilledItIsResumedToTheSameBytesUnlessItsWeightsHaveChanged()
    {
        using var bench = new Bench();
        // ŝ = −0.4 x: a network of one layer.
        var g = new OnnxGraph(isDouble: false);
        string x = g.Input("position", -1, 1);
        g.Input("time", -1);
        g.Output(g.Op("Mul", x, g.External("weights.bin", 1)), "output", -1, 1);
        g.Save(bench.PathOf("net.onnx"));
        File.WriteAllBytes(bench.PathOf("weights.bin"), BitConverter.GetBytes(-0.4f));
        string config = bench.Config("run.json", Bench.RunJson(
            1, Bench.NetworkJson("net.onnx", ExactProcess.Heat, "score"),
            more: """, "particles": { "count": 200, "steps": 20 }, "checkpoint": { "steps": 50 }""").Replace(
                "\"steps\": 8", "\"steps\": 3000", StringComparison.Ordinal));
        string[] Call(string folder) => ["run", config, "--out", bench.PathOf(folder), "--quiet", "--reproducible"];
        (int code, _, string error) = Bench.Run(Call("whole"));
        Assert.AreEqual(0, code, error);

        Kill(Call("out"), bench.PathOf("out/checkpoint-1.bin"));
        Assert.IsFalse(File.Exists(bench.PathOf("out/summary.json")), "killed too late");

        File.WriteAllBytes(bench.PathOf("weights.bin"), BitConverter.GetBytes(-0.5f));
        (code, _, error) = Bench.Run([.. Call("out"), "--resume"]);
        Assert.AreEqual(ExitCode.BadInput, code, error);
        StringAssert.Contains(error, "weights.bin has changed since");

        File.WriteAllBytes(bench.PathOf("weights.bin"), BitConverter.GetBytes(-0.4f));
        (code, _, error) = Bench.Run([.. Call("out"), "--resume"]);
        Assert.AreEqual(0, code, error);
        string[] files = [.. Directory.GetFiles(bench.PathOf("whole"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(bench.PathOf("whole"), file)).Order(StringComparer.Ordinal)];
        Assert.IsGreaterThan(4, files.Length);
        foreach (string file in files)
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(bench.PathOf("whole"), file));
            CollectionAssert.AreEqual(whole, File.ReadAllBytes(Path.Combine(bench.PathOf("out"), file)), file);
        }

        Assert.HasCount(files.Length, Directory.GetFiles(bench.PathOf("out"), "*", SearchOption.AllDirectories));
    }

    /// <summary>Starts the program with networks and kills it once a file is there.</summary>
    private static void Kill(string[] arguments, string file)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PdeDiffusion.Networks.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        while (!File.Exists(file))
        {
            Assert.IsFalse(process.HasExited, $"ended before its checkpoint: {(process.HasExited ? error.Result : "")}");
            Thread.Sleep(2);
        }

        process.Kill();
        process.WaitForExit();
    }
}
