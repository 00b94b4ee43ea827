using System.Globalization;
using System.Text;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Problems;

/// <summary>Each row breaks one thing in a good config and names what the only problem must say: line, path and a phrase.</summary>
[TestClass]
public sealed class BadConfigTests
{
    private const string Good = """
        {
          "name": "bad",
          "mesh": { "axes": [
            { "from": -8, "to": 8, "cells": 80 }
          ] },
          "data": { "kind": "points",
            "points": [[-5],
                       [0],
                       [5]],
            "weights": [0.7, 0.3, 0.1] },
          "time": { "end": 1, "stop": 0.001, "steps": 40 },
          "forward": { "kind": "implicit-euler" },
          "generation": { "epsilon": 0.2,
            "start": { "kind": "gaussian", "mean": [0], "variance": 2 },
            "score": { "kind": "grid" } },
          "scheme": { "kind": "markov" },
          "monitors": { "lp": [1, "inf"] },
          "particles": { "count": 10 },
          "checkpoint": { "steps": 5 },
          "output": { "snapshots": [1, 0.001] }
        }
        """;

    private const string Square = """{ "from": -8, "to": 8, "cells": 80 }, { "from": -8, "to": 8, "cells": 8 }""";

    [TestMethod]
    // Keys.
    [DataRow("\"steps\": 40", "\"steps\": 40, \"stepz\": 1", 11, "time.stepz", "unknown key; did you mean \"steps\"?")]
    [DataRow("\"name\": \"bad\"", "\"name\": \"bad\", \"Scheme2\": 1", 2, "Scheme2", "did you mean \"scheme\"?")]
    [DataRow("\"weights\"", "\"nodes\"", 10, "data.nodes", "keys of kind points here: points, weights, file")]
    [DataRow(", \"steps\": 40", "", 11, "time.steps", "required, but missing")]
    [DataRow("\"kind\": \"points\",", "", 6, "data.kind",
        "missing: one of \"points\", \"gaussians\", \"curve\", \"curve-sample\", \"box\", \"density\"")]
    [DataRow("\"kind\": \"points\"", "\"kind\": \"pionts\"", 6, "data.kind", "did you mean \"points\"?")]
    [DataRow("\"kind\": \"grid\"", "\"kind\": 3", 15, "generation.score.kind", "must be one of \"grid\"")]
    [DataRow("\"steps\": 40", "\"steps\": 40,\n\"steps\": 41", 12, "time.steps", "duplicate key, first given on line 11")]
    [DataRow("\"kind\": \"implicit-euler\"", "\"kind\": \"lattice\"", 12, "forward.kind",
        "\"lattice-exact\", \"closed-form\", but is \"lattice\"; did you mean \"lattice-exact\"?")]
    // Types and numbers.
    [DataRow("\"steps\": 40", "\"steps\": 40.5", 11, "time.steps", "must be an integer")]
    [DataRow("\"count\": 10", "\"count\": 1e12", 18, "particles.count", "1000000000000 particles would require about 64 TB of memory")]
    [DataRow("\"count\": 10", "\"count\": 10, \"seed\": 1e10", 18, "particles.seed",
        "must be an integer of at most 2147483647, but is 10000000000")]
    [DataRow("\"count\": 10", "\"count\": 1e19", 18, "particles.count",
        "must be an integer of at most 1000000000000000000, but is 1E+19")]
    [DataRow("\"steps\": 40", "\"steps\": \"40\"", 11, "time.steps", "must be an integer, but is \"40\"")]
    [DataRow("\"steps\": 40", "\"steps\": null", 11, "time.steps", "must be an integer, but is null")]
    [DataRow("\"end\": 1", "\"end\": 1e999", 11, "time.end", "must be a finite number")]
    [DataRow("\"end\": 1", "\"end\": -1e999", 11, "time.end", "must be a finite number")]
    [DataRow("\"end\": 1", "\"end\": \"NaN\"", 11, "time.end", "must be a number, but is \"NaN\"")]
    [DataRow("\"name\": \"bad\"", "\"name\": 7", 2, "name", "must be a string, but is 7")]
    [DataRow("[0],", "[\"0\"],", 8, "data.points[1][0]", "must be a number")]
    [DataRow("[0],", "0,", 8, "data.points[1]", "must be an array of numbers, but is 0")]
    [DataRow("{ \"steps\": 5 }", "5", 19, "checkpoint", "must be an object, but is 5")]
    [DataRow("\"inf\"", "\"nan\"", 17, "monitors.lp[1]", "must be a number or \"inf\"")]
    [DataRow("\"inf\"", "0.5", 17, "monitors.lp[1]", "must be >= 1, but is 0.5")]
    [DataRow("\"inf\"", "1", 17, "monitors.lp[1]", "listed twice")]
    [DataRow("\"epsilon\": 0.2", "\"epsilon\": -1", 13, "generation.epsilon", "must be >= 0 and <= 1000000000, but is -1")]
    [DataRow("\"steps\": 40", "\"steps\": 0", 11, "time.steps", "must be >= 1")]
    [DataRow("\"variance\": 2", "\"variance\": 0", 14, "generation.start.variance", "must be > 0")]
    [DataRow("\"name\": \"bad\"", "\"name\": \"bad\", \"memory\": 0", 2, "memory", "must be > 0, but is 0")]
    [DataRow("\"bad\"", "\"../bad\"", 2, "name", "letters, digits")]
    // Mesh.
    [DataRow("\"cells\": 80", "\"cells\": 0", 4, "mesh.axes[0].cells", "must be >= 1")]
    [DataRow("\"to\": 8, ", "", 4, "mesh.axes[0].to", "required, but missing")]
    [DataRow("\"to\": 8", "\"to\": -8", 4, "mesh.axes[0].to", "must be > from = -8, but is -8")]
    [DataRow("\"from\": -8, \"to\": 8, \"cells\": 80", "\"faces\": [-8, 1, 1, 8]", 4, "mesh.axes[0].faces[2]",
        "faces must increase, but 1 follows 1")]
    [DataRow("\"from\": -8, \"to\": 8, \"cells\": 80", "\"faces\": [8]", 4, "mesh.axes[0].faces", "must have at least 2 items")]
    [DataRow("\"cells\": 80", "\"cells\": 80, \"faces\": [-8, 8]", 4, "mesh.axes[0].faces", "replaces from, to, cells")]
    [DataRow("\"cells\": 80", "\"cells\": 80, \"boundary\": \"noflux\"", 4, "mesh.axes[0].boundary",
        "must be one of \"no-flux\", \"periodic\", but is \"noflux\"; did you mean \"no-flux\"?")]
    [DataRow("\"cells\": 80", "\"cells\": 80, \"grading\": { \"kind\": \"sinh\", \"centre\": 9, \"strength\": 1 }", 4,
        "mesh.axes[0].grading.centre", "must lie within [-8, 8]")]
    [DataRow("\"cells\": 80", "\"cells\": 80, \"grading\": { \"kind\": \"geometric\", \"ratio\": 1e9 }", 3, "mesh.axes",
        "strictly increasing")]
    [DataRow("{ \"from\": -8, \"to\": 8, \"cells\": 80 }",
        "{ \"from\": -8, \"to\": 8, \"cells\": 1e6 }, { \"from\": -8, \"to\": 8, \"cells\": 1e6 }", 3, "mesh.axes",
        "1000000000000 cells would require about 128 TB of memory")]
    [DataRow("{ \"from\": -8, \"to\": 8, \"cells\": 80 }", "", 3, "mesh.axes", "must have 1 to 2 items, but has 0")]
    [DataRow("{ \"axes\": [\n    { \"from\": -8, \"to\": 8, \"cells\": 80 }\n  ] }", "\"nowhere.json\"", 3, "mesh",
        "there is no file \"nowhere.json\"")]
    // Data.
    [DataRow("[5]]", "[8.5]]", 9, "data.points[2]", "the point (8.5) lies outside the box [-8, 8]")]
    [DataRow("[0],", "[0, 1],", 8, "data.points[1]", "has 2 and the mesh has 1 axis")]
    [DataRow(", 0.1]", "]", 10, "data.weights", "must be as many as the points, 3, but are 2")]
    [DataRow("[0.7, 0.3, 0.1]", "[0, 0, 0]", 10, "data.weights", "must not all be 0")]
    [DataRow("[0.7, 0.3, 0.1]", "[1, -1, 1]", 10, "data.weights[1]", "must be >= 0, but is -1")]
    [DataRow("[0.7, 0.3, 0.1]", "[1e308, 1e308, 1]", 10, "data.weights", "exceeds the range of a double")]
    [DataRow("\"weights\"", "\"file\": \"a.csv\", \"weights\"", 10, "data.file", "replaces points")]
    // Time.
    [DataRow("\"end\": 1", "\"end\": 0.0005", 11, "time.end", "must be > stop = 0.001, but is 0.0005")]
    [DataRow("\"stop\": 0.001", "\"stop\": 0, \"spacing\": \"uniform\"", 11, "time.stop", "must be > 0: these data have Diracs")]
    [DataRow("\"stop\": 0.001, \"steps\": 40", "\"stop\": 0.9999999999999, \"steps\": 5000", 11, "time",
        "too many for distinct time levels")]
    [DataRow("0.001] }", "0.0001] }", 20, "output.snapshots[1]", "must lie within [stop, end] = [0.001, 1], but is 0.0001")]
    // Parts that do not go together.
    [DataRow("\"implicit-euler\"", "\"closed-form\"", 12, "forward.kind", "requires implicit-euler, but forward.kind is")]
    [DataRow("\"mean\": [0]", "\"mean\": [0, 0]", 14, "generation.start.mean", "has 2 and the mesh has 1 axis")]
    [DataRow("\"mean\": [0]", "\"mean\": [9]", 14, "generation.start.mean[0]", "lies outside the box")]
    [DataRow("{ \"kind\": \"grid\" }", "{ \"kind\": \"mixture\", \"data\": { \"kind\": \"box\", \"from\": [0], \"to\": [1] } }", 15,
        "generation.score.data.kind", "a mixture score requires points")]
    [DataRow("{ \"kind\": \"grid\" }", "{ \"kind\": \"perturbed\", \"bias\": [0, 0] }", 15, "generation.score.bias",
        "has 2 and the mesh has 1 axis")]
    [DataRow("{ \"kind\": \"grid\" }", "{ \"kind\": \"tabulated\", \"file\": \"none.csv\" }", 15, "generation.score.file",
        "there is no file")]
    [DataRow("{ \"kind\": \"grid\" }", "{ \"kind\": \"mixture\", \"data\": { \"kind\": \"curve\", \"curve\": \"circle\" } }", 15,
        "generation.score.data.curve", "lies in the plane")]
    [DataRow("\"count\": 10", "\"count\": 10, \"trajectories\": 11", 18, "particles.trajectories", "must be <= count = 10")]
    [DataRow("\"steps\": 5", "\"steps\": 5, \"seconds\": 1", 19, "checkpoint", "exactly one of steps and seconds")]
    [DataRow("\"scheme\"", "\"reference\": { \"kind\": \"gaussian\" }, \"scheme\"", 16, "reference.kind",
        "one Gaussian or one point (no exact solution")]
    [DataRow("\"epsilon\": 0.2", "\"epsilon\": 0 }, \"reference\": { \"kind\": \"heat-ratio\"", 13, "generation.start", "required")]
    public void OneFaultGivesOneProblem(string find, string replace, int line, string path, string phrase)
    {
        InputProblem problem = Problems(Broken(find, replace))[0];
        Assert.AreEqual((line, path), (problem.Line!.Value, problem.Path), problem.ToString());
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
        Assert.IsFalse(problem.ToString().Contains('\n') || problem.Message.Contains("System.") || problem.Message.Contains("Parameter"),
            problem.ToString());
    }

    [TestMethod]
    [DataRow("\"end\": 1,", "\"end\": 1", 11, "syntax error: '\"' is invalid")]
    [DataRow("\"end\": 1", "\"end\": NaN", 11, "numbers must be finite")]
    [DataRow("\"end\": 1", "\"end\": Infinity", 11, "numbers must be finite")]
    [DataRow("\"end\": 1", "\"end\": 01", 11, "syntax error")]
    [DataRow("\"steps\": 40 }", "\"steps\": 40, }", 11, "trailing comma")]
    [DataRow("\"bad\"", "\"\\ud800\"", 2, "surrogate")]
    [DataRow("\"snapshots\": [1, 0.001] }\n}", "", 20, "syntax error")]
    public void ASyntaxErrorComesAlone(string find, string replace, int line, string phrase)
    {
        InputProblem problem = Problems(Broken(find, replace).Replace("\"epsilon\": 0.2", "\"epsilon\": -1", StringComparison.Ordinal))
            .Single();
        Assert.AreEqual(line, problem.Line, problem.ToString());
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
        Assert.DoesNotContain("option", problem.Message);
        Assert.DoesNotContain("BytePosition", problem.Message);
    }

    [TestMethod]
    public void AllOtherFaultsAreSaidAtOnce()
    {
        string json = Broken("\"epsilon\": 0.2", "\"epsilon\": -1").Replace("\"steps\": 40", "\"steps\": \"x\"", StringComparison.Ordinal)
            .Replace("[5]]", "[50]]", StringComparison.Ordinal).Replace("\"count\"", "\"cuont\"", StringComparison.Ordinal);
        CollectionAssert.AreEquivalent(
            (string[])["generation.epsilon", "time.steps", "data.points[2]", "particles.cuont", "particles.count"],
                Problems(json).Select(problem => problem.Path).ToArray());
    }

    [TestMethod]
    public void AFloodOfFaultsIsCutOffAndLineEndsStayOut()
    {
        string flood = "{ " + string.Join(", ", Enumerable.Range(0, 100_000).Select(key => $"\"a\\nb{key}\": 1")) + " }";
        IReadOnlyList<InputProblem> problems = Problems(flood);
        Assert.HasCount(50, problems);
        Assert.IsTrue(problems.All(problem => !problem.ToString().Contains('\n')));
        Assert.HasCount(50, Problems(Good, $"data.points=[{string.Join(",", Enumerable.Repeat("\"x\"", 100_000))}]"));
    }

    [TestMethod]
    public void PointsOutsideAreOneLine()
    {
        string many = string.Join(", ", Enumerable.Range(10, 20).Select(x => $"[{x}]"));
        IReadOnlyList<InputProblem> problems =
            Problems(Broken("[0],", many + ",").Replace("\"weights\": [0.7, 0.3, 0.1]", "\"weights\": null", StringComparison.Ordinal));
        Assert.HasCount(1, problems); // the null
        string data = $$"""data={"kind":"points","points":[{{many}}]}""";
        problems = Problems(Good, data);
        Assert.HasCount(1, problems);
        StringAssert.StartsWith(problems[0].Message,
            "the point (10) lies outside the box [-8, 8]; 20 of the 20 points do: widen it to [-8, 29]; with the noise until T = ",
            StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("[0.1, 0.2]", "heat-ratio", 0.0, "requires epsilon = 1, but it is 0 (for this run: mass-transport, characteristics)")]
    [DataRow("[0.1, 0.2]", "mass-transport", 1.0, "requires epsilon = 0, but it is 1 (for this run: heat-ratio)")]
    [DataRow("[0.1, 0.2]", "gaussian", 0.0, "one Gaussian or one point (for this run: mass-transport, characteristics)")]
    public void AReferenceThatDoesNotApplySaysWhichDo(string variances, string kind, double epsilon, string phrase)
    {
        InputProblem problem = Problems(
            Good, $$"""data={"kind":"gaussians","means":[[0],[1]],"variances":{{variances}}}""", $"reference.kind={kind}",
            string.Create(CultureInfo.InvariantCulture, $"generation.epsilon={epsilon}")).Single();
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("\"covariances\":[[[1,0.9999999],[0.9999999,1]]]", "data.covariances[0]", "is nearly singular: 1 − ρ² = 2E-07")]
    [DataRow("\"covariances\":[[[1,2],[2,1]]]", "data.covariances[0]", "must be positive definite, but [[1, 2], [2, 1]] is not")]
    [DataRow("\"covariances\":[[[1,0.5],[0.4,1]]]", "data.covariances[0]", "must be symmetric, but has 0.5 and 0.4")]
    [DataRow("\"covariances\":[[[1,0.5]]]", "data.covariances[0]", "must be a matrix [[a, b], [b, c]]")]
    [DataRow("\"covariances\":[[1]]", "data.covariances[0][0]", "must be an array of numbers, but is 1")]
    [DataRow("\"covariances\":[[[1,0],[0,2]],[[1,0],[0,2]]]", "data.covariances", "must have one matrix per mean, 1, but has 2")]
    [DataRow("\"variances\":[1],\"covariances\":[[[1,0],[0,2]]]", "data.covariances", "exactly one of variances and covariances")]
    [DataRow("\"weights\":[1]", "data.variances", "gaussians require variances or covariances")]
    public void BadCovariancesGetOneLine(string keys, string path, string phrase)
    {
        InputProblem problem = Problems(
            Good, $$"""data={"kind":"gaussians","means":[[0,0]],{{keys}}}""", """generation.start={"kind":"forward"}""",
            """mesh={"axes":[{"from":-8,"to":8,"cells":8},{"from":-8,"to":8,"cells":8}]}""").Single();
        Assert.AreEqual(path, problem.Path);
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("\"covariance\":[[1,0],[0,2]]", "generation.start.covariance", "use variances")]
    [DataRow("\"variance\":1,\"covariance\":[[1,0],[0,2]]", "generation.start.covariance", "exactly one of variance and covariance")]
    [DataRow("\"kind\":\"gaussian\"", "generation.start.variance", "a gaussian start requires variance or covariance")]
    public void ABadCovarianceOfAStartGetsOneLine(string keys, string path, string phrase)
    {
        string kind = keys.StartsWith("\"kind", StringComparison.Ordinal) ? "" : "\"kind\":\"gaussian\",";
        InputProblem problem = Problems(Good, $$"""generation.start={{{kind}}"mean":[0],{{keys}}}""").Single();
        Assert.AreEqual(path, problem.Path);
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
    }

    [TestMethod]
    public void AClosedFormWithCovariancesNeedsWalls()
    {
        string[] sets =
        [
            """data={"kind":"gaussians","means":[[0,0]],"covariances":[[[1,0.5],[0.5,1]]]}""",
            """generation.start={"kind":"forward"}""", """scheme={"kind":"remap"}""",
            """mesh={"axes":[{"from":-8,"to":8,"cells":8},{"from":-8,"to":8,"cells":8,"boundary":"periodic"}]}""",
        ];
        StringAssert.Contains(
            Problems(Good, [.. sets, """forward.kind=closed-form"""]).Single().Message,
            "requires no-flux on every axis", StringComparison.Ordinal);
        using var folder = new InputFolder();
        Assert.AreEqual(ForwardKind.LatticeExact, ConfigFile.Read(folder.Write("run.json", Good), [.. sets, "forward=null"]).Forward!.Kind);
    }

    [TestMethod]
    public void AReferenceOnAPeriodicAxisIsRefused()
    {
        InputProblem problem = Problems(
            Good, """data={"kind":"gaussians","means":[[0]],"variances":[1]}""", "reference.kind=gaussian",
            "mesh.axes[0].boundary=periodic").Single();
        StringAssert.Contains(problem.Message, "the mesh has a periodic axis", StringComparison.Ordinal);
    }

    [TestMethod]
    public void StoppingAtZeroNeedsAShiftAndADensity()
    {
        string gaussian = """data={"kind":"gaussians","means":[[0]],"variances":[1]}""";
        Assert.AreEqual("time.shift", Problems(Good, gaussian, "time.stop=0").Single().Path);
        using var folder = new InputFolder();
        Assert.AreEqual(0, ConfigFile.Read(folder.Write("run.json", Good), [gaussian, "time.stop=0", "time.shift=0.1"]).Time.Stop);
    }

    [TestMethod]
    public void TwoDimensionalDataOnTwoAxesPass()
    {
        Assert.AreEqual("data.points[0]", Problems(Broken("{ \"from\": -8, \"to\": 8, \"cells\": 80 }", Square))[0].Path);
        using var folder = new InputFolder();
        _ = ConfigFile.Read(
            folder.Write("run.json", Good),
            [$$"""mesh={"axes":[{{Square}}]}""", "data={\"kind\":\"curve\",\"curve\":\"lemniscate\"}", "generation.start.mean=[0,0]"]);
    }

    [TestMethod]
    public void FaultsInsideNamedFilesAreLocatedThere()
    {
        using var folder = new InputFolder();
        folder.Write("mesh.json", "{\n\"axes\": [\n{ \"from\": -1, \"to\": 1, \"cels\": 3, \"cells\": 0 } ] }");
        folder.Write("points.csv", "x\n0\n\n99\n");
        string run = folder.Write("run.json", Good.Replace("{ \"axes\": [\n    { \"from\": -8, \"to\": 8, \"cells\": 80 }\n  ] }",
            "\"mesh.json\"", StringComparison.Ordinal));
        IReadOnlyList<InputProblem> mesh = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(run, [])).Problems;
        CollectionAssert.AreEquivalent((string[])["axes[0].cels", "axes[0].cells"], mesh.Select(problem => problem.Path).ToArray());
        Assert.IsTrue(mesh.All(problem => problem.Line == 3 && problem.File.EndsWith("mesh.json", StringComparison.Ordinal)));

        run = folder.Write("run.json", Good);
        string file = System.Text.Json.JsonSerializer.Serialize(Path.Combine(folder.Root, "points.csv"));
        InputProblem point = Assert.ThrowsExactly<InputException>(
            () => ConfigFile.Read(run, [$$"""data={"kind":"points","file":{{file}}}"""])).Problems.Single();
        Assert.AreEqual((4, null), (point.Line!.Value, point.Path));
        StringAssert.EndsWith(point.File, "points.csv", StringComparison.Ordinal);
        StringAssert.Contains(point.Message, "the point (99) lies outside", StringComparison.Ordinal);
    }

    [TestMethod]
    public void FilesThatAreNoConfigAreRefused()
    {
        using var folder = new InputFolder();
        void Refused(byte[] content, string phrase)
        {
            string path = folder.Write("run.json", content);
            InputProblem problem = Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(path, [])).Problems[0];
            StringAssert.Contains(problem.ToString(), phrase, StringComparison.Ordinal);
            StringAssert.StartsWith(problem.ToString(), path, StringComparison.Ordinal);
        }

        Refused([], "is empty");
        Refused(" \n"u8.ToArray(), "is empty");
        Refused([0xC3, 0x28], "is not UTF-8 text");
        Refused(Encoding.BigEndianUnicode.GetBytes("{}"), "is not UTF-8 text");
        Refused("[]"u8.ToArray(), "must be an object, but is an array");
        Refused("{}"u8.ToArray(), "name: required, but missing");
        Refused("""{ "axes": [] }"""u8.ToArray(), "this is a mesh, not a run");
        Refused(Encoding.UTF8.GetBytes(new string('[', 100_000)), "depth");
        Refused(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), "depth");
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(folder.Root, [])).Message, "is a folder",
            StringComparison.Ordinal);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ConfigFile.Read("", [])).Message, "cannot be opened",
            StringComparison.Ordinal);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ConfigFile.Read("none.json", [])).Message,
            "none.json: there is no such file", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ADeviceIsRefusedBeforeItIsOpened()
    {
        if (!OperatingSystem.IsLinux())
            return;
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => ConfigFile.Read("/dev/zero", [])).Message, "is a device or a socket, not a file",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void EndlessJsonIsCutOff()
    {
        using var folder = new InputFolder();
        string path = folder.Write("large.json", "");
        using (FileStream sparse = File.OpenWrite(path))
            sparse.SetLength(3L << 30);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(path, [])).Message, "larger than 64 MB", StringComparison.Ordinal);
    }

    [TestMethod]
    public void DamagedTextIsReadOrRefusedButNeverCrashes()
    {
        using var folder = new InputFolder();
        var random = new Random(1);
        byte[] good = Encoding.UTF8.GetBytes(Good);
        byte[] letters = "{}[]\",:0123456789.eE+-ntfal\\/*\n \0\xff"u8.ToArray();
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] text = [.. good];
            for (int damage = random.Next(1, 4); damage > 0; damage--)
                text[random.Next(text.Length)] = letters[random.Next(letters.Length)];
            if (random.Next(8) == 0)
                text = text[..random.Next(text.Length)];
            try
            {
                _ = ConfigFile.Write(ConfigFile.Read(folder.Write("run.json", text), []));
            }
            catch (InputException fault)
            {
                Assert.IsNotEmpty(fault.Problems);
                Assert.IsTrue(fault.Problems.All(problem => !problem.ToString().Contains('\n')), fault.Message);
            }
        }
    }

    private static string Broken(string find, string replace)
    {
        Assert.Contains(find, Good);
        int at = Good.IndexOf(find, StringComparison.Ordinal);
        return string.Concat(Good.AsSpan(0, at), replace, Good.AsSpan(at + find.Length));
    }

    private static IReadOnlyList<InputProblem> Problems(string json, params string[] overrides)
    {
        using var folder = new InputFolder();
        string path = folder.Write("run.json", json);
        return Assert.ThrowsExactly<InputException>(() => ConfigFile.Read(path, overrides)).Problems;
    }
}
