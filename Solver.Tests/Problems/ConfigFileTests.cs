using System.Text;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Problems;

[TestClass]
public sealed class ConfigFileTests
{
    private const string Minimal = """
        {
          "$schema": "schema.json", // for editors
          "name": "three-diracs",
          "mesh": { "axes": [ { "from": -8, "to": 8, "cells": 80 } ] },
          "data": { "points": [[-5], [0], [5]], "weights": [0.7, 0.3, 0.1], "kind": "points" },
          "time": { "end": 1.0, "stop": 0.001, "steps": 4e1 }
        }
        """;

    private const string Full = """
        {
          "name": "everything",
          "mesh": { "axes": [
            { "from": -3, "to": 3, "cells": 30, "grading": { "kind": "sinh", "centre": 0.5, "strength": 2 } },
            { "faces": [-2, -1, 0, 0.1, 2], "boundary": "periodic" } ] },
          "data": { "kind": "gaussians", "means": [[0, 1], [0.1, -1]], "variances": [0.1, 0.2], "weights": [1e-300, 1] },
          "time": { "end": 1, "stop": 0.01, "steps": 10, "spacing": "geometric", "shift": 0.1, "warmup": 3 },
          "forward": { "kind": "implicit-euler" },
          "generation": { "epsilon": 0.1, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 2 },
            "score": { "kind": "perturbed",
              "of": { "kind": "mixture", "data": { "kind": "curve-sample", "curve": "two-moons", "samples": 9, "seed": 4 } },
              "bias": [0.1, 0], "scale": 1.1, "noise": 0.5, "seed": 7 } },
          "scheme": { "kind": "remap", "reconstruction": "constant" },
          "monitors": { "enabled": false, "lp": [1.5, "inf"], "onViolation": "stop" },
          "particles": { "count": 100, "seed": 3, "steps": 7, "method": "exponential", "trajectories": 5 },
          "memory": 4e9,
          "checkpoint": { "seconds": 1.5 },
          "output": { "directory": "../out", "snapshots": [1, 0.3], "plots": false, "svg": true }
        }
        """;

    [TestMethod]
    public void DefaultsAreFilledIn()
    {
        using var folder = new InputFolder();
        RunConfig config = ConfigFile.Read(folder.Write("run.json", Minimal), [], out ConfigSource source);
        Assert.AreEqual(40, config.Time.Steps);
        Assert.AreEqual(TimeSpacing.Geometric, config.Time.Spacing);
        Assert.AreEqual(ForwardKind.ImplicitEuler, config.Forward!.Kind);
        Assert.IsNull(config.Scheme);
        Assert.IsNull(config.Output.Directory);
        CollectionAssert.AreEqual((double[])[1, 0.001], config.Output.Snapshots!.ToArray());
        CollectionAssert.AreEqual((double[])[1, 2, double.PositiveInfinity], config.Monitors.Lp.ToArray());
        Assert.AreEqual(80, MeshFile.Build(config.Mesh).CellCount);
        string[] notes = [.. new PdeDiffusion.Problems.Problem(config, source).Notes()];
        Assert.HasCount(3, notes);
        Assert.IsTrue(notes.Any(note => note.Contains("weights sum to 1.1", StringComparison.Ordinal)), string.Join("\n", notes));
        Assert.IsTrue(notes.Any(note => note.Contains("narrower than a cell", StringComparison.Ordinal)), string.Join("\n", notes));
        Assert.IsTrue(notes.Any(note => note.Contains("outside the box on R^d", StringComparison.Ordinal)), string.Join("\n", notes));
    }

    [TestMethod]
    public void TheForwardFlowSuitsTheScheme()
    {
        RunConfig Resolved(params string[] more) =>
            Read(Minimal, ["generation.epsilon=0", "generation.start.kind=forward", .. more]);

        Assert.AreEqual(new RemapSchemeConfig { Reconstruction = Reconstruction.Parabolic }, Resolved().Scheme);
        Assert.AreEqual(ForwardKind.ClosedForm, Resolved().Forward!.Kind);
        Assert.AreEqual(ForwardKind.ImplicitEuler, Resolved("scheme.kind=markov").Forward!.Kind);
        Assert.IsInstanceOfType<RemapSchemeConfig>(Resolved("""generation.score={"kind":"perturbed","scale":1.5}""").Scheme,
            "for any score");
        string many = string.Join(",", Enumerable.Range(0, 65).Select(_ => "[0]"));
        Assert.AreEqual(ForwardKind.LatticeExact, Resolved($$"""data={"kind":"points","points":[{{many}}]}""").Forward!.Kind,
            "many components");
        Assert.AreEqual(ForwardKind.LatticeExact,
            Resolved("scheme.kind=remap", """data={"kind":"box","from":[0],"to":[1]}""").Forward!.Kind);
        string graded = """mesh.axes[0].grading={"kind":"geometric","ratio":1.01}""";
        Assert.AreEqual(ForwardKind.ClosedForm, Resolved("scheme.kind=remap", graded).Forward!.Kind, "on graded axes too");
        Assert.AreEqual(ForwardKind.ImplicitEuler,
            Resolved("scheme.kind=remap", graded, """data={"kind":"box","from":[0],"to":[1]}""").Forward!.Kind);
    }

    [TestMethod]
    public void EveryKeyIsRead()
    {
        using var folder = new InputFolder();
        RunConfig config = ConfigFile.Read(folder.Write("run.json", Full), []);
        var score = (PerturbedScore)config.Generation!.Score;
        var sample = (CurveSampleData)((MixtureScore)score.Of).Data;
        Assert.AreEqual(CurveName.TwoMoons, sample.Curve);
        Assert.AreEqual(7, score.Seed);
        Assert.AreEqual(Boundary.Periodic, config.Mesh.Axes[1].Boundary);
        Assert.AreEqual(0.5, ((SinhGrading)config.Mesh.Axes[0].Grading!).Centre);
        Assert.AreEqual(Reconstruction.Constant, ((RemapSchemeConfig)config.Scheme!).Reconstruction);
        Assert.AreEqual(ParticleMethod.Exponential, config.Particles!.Method);
        Assert.AreEqual(ViolationAction.Stop, config.Monitors.OnViolation);
        Assert.AreEqual(Path.GetFullPath(Path.Combine(folder.Root, "../out")), config.Output.Directory);
        Assert.AreEqual(4e9, config.Memory);
    }

    [TestMethod]
    [DataRow(Minimal)]
    [DataRow(Full)]
    public void WhatIsWrittenReadsBackTheSame(string json)
    {
        using var folder = new InputFolder();
        string written = ConfigFile.Write(ConfigFile.Read(folder.Write("a.json", json), []));
        Assert.AreEqual(written, ConfigFile.Write(ConfigFile.Read(folder.Write("b.json", written), [])));
        StringAssert.Contains(written, "\"inf\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public void NumbersKeepEveryBit()
    {
        string number = (0.1 + 0.2).ToString("R", null);
        string written = ConfigFile.Write(Read(Minimal, [$"time.end={number}", "time.stop=5e-324", "time.spacing=uniform"]));
        RunConfig again = Read(written);
        Assert.AreEqual(0.1 + 0.2, again.Time.End);
        Assert.AreEqual(double.Epsilon, again.Time.Stop);
    }

    [TestMethod]
    public void FilesAreReadIntoTheConfig()
    {
        using var folder = new InputFolder();
        folder.Write("mesh.json", """{ "axes": [ { "from": -1, "to": 1, "cells": 10 }, { "from": -1, "to": 1, "cells": 20 } ] }""");
        folder.Write("points.csv", "x,y,weight\n0.5,0.25,2\n-0.5,1e-3,1\n");
        folder.Write("line.csv", "x,y\n0,0\n1,1\n");
        string path = folder.Write("run.json", """
            { "name": "files", "mesh": "mesh.json", "data": { "kind": "points", "file": "points.csv" },
              "time": { "end": 1, "stop": 0.1, "steps": 3 },
              "generation": { "epsilon": 1, "start": { "kind": "forward" },
                "score": { "kind": "mixture", "data": { "kind": "curve", "curve": "polyline", "file": "line.csv" } } } }
            """);
        RunConfig config = ConfigFile.Read(path, ["mesh.axes[1].cells=30"]);
        var points = (PointsData)config.Data;
        Assert.AreEqual(300, MeshFile.Build(config.Mesh).CellCount);
        CollectionAssert.AreEqual((double[])[-0.5, 1e-3], points.Points![1].ToArray());
        CollectionAssert.AreEqual((double[])[2, 1], points.Weights!.ToArray());
        Assert.IsNull(points.File);
        Assert.HasCount(2, ((CurveData)((MixtureScore)config.Generation!.Score).Data).Vertices!);
    }

    [TestMethod]
    public void OverridesSetAddAndTakeOut()
    {
        RunConfig config = Read(Minimal,
            ["time.steps=50", "name=other", "data.points[3]=[7]", "data.weights=null", "monitors.lp=[\"inf\"]", "output.plots=false"]);
        Assert.AreEqual(50, config.Time.Steps);
        Assert.AreEqual("other", config.Name);
        Assert.HasCount(4, ((PointsData)config.Data).Points!);
        Assert.IsNull(((PointsData)config.Data).Weights);
        Assert.IsFalse(config.Output.Plots);
    }

    [TestMethod]
    [DataRow("time.steps", "--set: \"time.steps\" is not KEY=VALUE")]
    [DataRow("time..steps=1", "--set: \"time..steps=1\" is not KEY=VALUE")]
    [DataRow("=1", "--set: \"=1\" is not KEY=VALUE")]
    [DataRow("mesh.axes[5].cells=1", "--set: mesh.axes[5].cells: there is no item 5")]
    [DataRow("name.first=1", "--set: name.first: first has no parent object")]
    [DataRow("time.steps=many", "--set: time.steps: must be an integer, but is \"many\"")]
    [DataRow("time.steps=0", "--set: time.steps: must be >= 1 and <= 10000000, but is 0")]
    [DataRow("time.stpes=3", "--set: time.stpes: unknown key; did you mean \"steps\"?")]
    [DataRow("mesh=nowhere.json", "--set: mesh: there is no file \"nowhere.json\"")]
    public void BadOverridesSaySo(string pair, string expected)
    {
        InputException fault = Assert.ThrowsExactly<InputException>(() => Read(Minimal, [pair]));
        StringAssert.StartsWith(fault.Message, expected, StringComparison.Ordinal);
    }

    [TestMethod]
    public void ByteOrderMarksLineEndsAndUtf16AreUnderstood()
    {
        using var folder = new InputFolder();
        string crlf = Minimal.ReplaceLineEndings("\r\n");
        foreach (Encoding encoding in (Encoding[])[new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            string path = folder.Write("run.json", [.. encoding.GetPreamble(), .. encoding.GetBytes(crlf)]);
            Assert.AreEqual(ConfigFile.Write(Read(Minimal)), ConfigFile.Write(ConfigFile.Read(path, [])));
        }
    }

    [TestMethod]
    public void AStudyNamesItsVerb()
    {
        using var folder = new InputFolder();
        string path = folder.Write("study.json", """{ "base": "run.json" }""");
        Assert.AreEqual(InputKind.Study, ConfigDocument.Read(path).Kind);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(path, [])).Message, "use the verb study",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void ProblemsFoundLaterAreLocatedToo()
    {
        using var folder = new InputFolder();
        string path = folder.Write("run.json", Minimal);
        ConfigFile.Read(path, [], out ConfigSource source);
        Assert.AreEqual($"{path}:5: data.scale: too wide", source.Wrong("data.scale", new ArgumentException("too wide", "scale")).Message);
    }

    private static RunConfig Read(string json, params string[] overrides)
    {
        using var folder = new InputFolder();
        return ConfigFile.Read(folder.Write("run.json", json), overrides);
    }
}
