namespace PdeDiffusion.Networks.Tests;

/// <summary>Everything that is wrong with a model is one clear line: exit code 2 before the run, 4 within it.</summary>
[TestClass]
public sealed class BadInputTests
{
    private const int BadInput = 2, Failed = 4;

    [TestMethod]
    public void AFileThatIsNoModelIsRefused() =>
        Refused(bench => File.WriteAllText(bench.PathOf("net.onnx"), "this is text"), "net.onnx cannot be opened as an ONNX model");

    [TestMethod]
    public void AModelOfAnotherDimensionIsRefused() => Refused(
        bench => ExactNetwork.Write(bench.PathOf("net.onnx"), 2, ExactProcess.Vp, "noise", isDouble: false),
        "positions of net.onnx, \"position\", is [N, 2], but must be [N, 1]");

    [TestMethod]
    public void PositionsOfAnotherRankAreRefused() => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1, 1), (g, x, _) => x), "is [N, 1, 1], but must be [N, 1]");

    [TestMethod]
    public void AModelWithoutTimeIsRefused() => Refused(
        bench =>
        {
            var g = new OnnxGraph(false);
            g.Output(g.Op("Neg", g.Input("position", -1, 1)), "output", -1, 1);
            g.Save(bench.PathOf("net.onnx"));
        },
        "has 1 input(s)");

    [TestMethod]
    public void AFixedNumberOfRowsMustBeTheBatch()
    {
        static void Build(Bench bench) => Simple(bench, g => g.Input("position", 16, 1), (g, x, _) => g.Op("Neg", x), rows: 16);
        Refused(Build, "is fixed to 16");
        using var bench = new Bench();
        Build(bench);
        (int code, _, string error) = Try(bench, """, "batch": 16""");
        Assert.AreEqual(0, code, error);
    }

    [TestMethod]
    public void AnOutputThatIsNotFiniteIsNamedWithItsPlace()
    {
        using var bench = new Bench();
        Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("Sqrt", x));
        (int code, _, string error) = Try(bench);
        Assert.AreEqual(Failed, code);
        OneLine(error, "the network net.onnx returns NaN at x = -14.85, t = 0.5 (σ = 1)");
    }

    [TestMethod]
    public void AnUnknownOperatorIsNamed() => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("MyLayer", x)), "MyLayer");

    /// <summary>An operator of a domain of its own, as of a library of custom kernels.</summary>
    [TestMethod]
    public void ACustomOperatorIsNamed() => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("CustomLayer", x)),
        OnnxGraph.CustomDomain + ":CustomLayer");

    [TestMethod]
    public void APipeIsRefusedBeforeItIsOpened()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Refused(
            bench =>
            {
                using var made = System.Diagnostics.Process.Start("mkfifo", bench.PathOf("net.onnx"));
                made.WaitForExit();
            },
            "is a pipe, not a regular file");
    }

    [TestMethod]
    [DataRow("../weights.bin")]
    [DataRow("/etc/weights.bin")]
    public void ExternalDataOutsideTheFolderAreRefused(string location) => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("Mul", x, g.External(location, 1))),
        $"has external data at \"{location}\", outside its folder");

    [TestMethod]
    public void MissingExternalDataAreNamed() => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("Mul", x, g.External("weights.bin", 1))),
        "weights.bin");

    [TestMethod]
    public void FurtherInputsNeedAValue()
    {
        static void Build(Bench bench) => Simple(
            bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("Mul", x, g.Input("label", -1, 1)));
        Refused(Build, "has a further input \"label\" [N, 1]: give its value in \"inputs\"");
        Refused(Build, "has no further input \"class\"; it has \"label\"", """, "inputs": { "label": -1, "class": 2 }""");
        using var bench = new Bench();
        Build(bench);
        (int code, _, string error) = Try(bench, """, "inputs": { "label": -1 }""");
        Assert.AreEqual(0, code, error);
    }

    [TestMethod]
    public void AShapeThatOnlyACallShowsIsRefused() => Refused(
        bench => Simple(bench, g => g.Input("position", -1, 1), (g, x, _) => g.Op("Concat", ("axis", 0), x, x)), "net.onnx");

    [TestMethod]
    public void AnIndexNeedsATable()
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 1, ExactProcess.Vp, "noise", isDouble: false);
        string network = Bench.NetworkJson("net.onnx", ExactProcess.Vp with { Time = "index" }, "noise");
        (int code, _, string error) = Bench.Run("run", bench.Config("run.json", Bench.RunJson(1, network)), "--out", bench.PathOf("out"));
        Assert.AreEqual(BadInput, code);
        OneLine(error, "generation.score.time: index is a row of a process of kind ddpm");
    }

    /// <summary>A model −1·x-like of one axis.</summary>
    private static void Simple(Bench bench, Func<OnnxGraph, string> position, Func<OnnxGraph, string, string, string> body, long rows = -1)
    {
        var g = new OnnxGraph(false);
        string x = position(g), time = g.Input("time", -1);
        g.Output(body(g, x, time), "output", rows, 1);
        g.Save(bench.PathOf("net.onnx"));
    }

    private static (int Code, string Output, string Error) Try(Bench bench, string more = "")
    {
        string network = Bench.NetworkJson("net.onnx", ExactProcess.Heat, "score", more);
        return Bench.Run(
            "run", bench.Config("run.json", Bench.RunJson(1, network)), "--out", bench.PathOf("out"), "--quiet");
    }

    private static void Refused(Action<Bench> build, string expected, string more = "")
    {
        using var bench = new Bench();
        build(bench);
        (int code, _, string error) = Try(bench, more);
        Assert.AreEqual(BadInput, code, error);
        OneLine(error, expected);
        StringAssert.Contains(error, "generation.score: ");
        Assert.IsFalse(Directory.Exists(bench.PathOf("out")), "nothing is written");
    }

    private static void OneLine(string error, string expected)
    {
        Assert.AreEqual(1, error.TrimEnd('\n').Split('\n').Length, error);
        StringAssert.Contains(error, expected);
    }
}
