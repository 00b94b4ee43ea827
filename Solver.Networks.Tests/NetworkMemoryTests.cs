using PdeDiffusion.Tests;

namespace PdeDiffusion.Networks.Tests;

/// <summary>What a network takes while it is evaluated depends on the batch, not on the grid or the number of particles.</summary>
[TestClass]
[DoNotParallelize]
public sealed class NetworkMemoryTests
{
    [TestMethod]
    public void NoCallHasMoreRowsThanTheBatch()
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 2, ExactProcess.Vp, "noise", isDouble: false);
        string network = Bench.NetworkJson("net.onnx", ExactProcess.Vp, "noise", """, "batch": 96""");
        string config = bench.Config("run.json", Bench.RunJson(2, network, more: """, "particles": { "count": 1000, "steps": 3 }"""));
        (int code, _, string error) = Bench.Run("run", config, "--out", bench.PathOf("out"), "--quiet");
        Assert.AreEqual(0, code, error);
        Assert.AreEqual(96, NetworkUse.Of(bench.PathOf("net.onnx")).MostRows);
    }

    /// <summary>
    /// A layer of a whole grid of 512² would be 134 MB. A batch of 256 has 131 kB per layer and thread; the heap of the runtime, and that
    /// of ONNX Runtime, which keeps what it has, are within 60 MB.
    /// </summary>
    [TestMethod]
    public void MemoryIsThatOfABatch()
    {
        string file = Repository.PathOf("docs", "networks", "moons-noise-vp.onnx");
        using var network = new OnnxNetwork(file, 2, new Dictionary<string, double>(), 256, 1);
        double[] positions = new double[512], outputs = new double[512];
        network.Evaluate(0, positions, 0.5, outputs);
        long before = Environment.WorkingSet, allocated = GC.GetAllocatedBytesForCurrentThread();
        const int Calls = 2 * 512 * 511 / 256;
        for (int call = 0; call < Calls; call++)
            network.Evaluate(0, positions, 0.5, outputs);
        Assert.IsLessThan(60L << 20, Environment.WorkingSet - before);
        Assert.IsLessThan(4096L, (GC.GetAllocatedBytesForCurrentThread() - allocated) / Calls, "bytes per call");
    }
}
