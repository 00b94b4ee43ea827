using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Studies;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Studies;

/// <summary>Each row breaks one thing in a good study and names what the only problem must say: line, path and a phrase.</summary>
[TestClass]
public sealed class StudyFileTests
{
    private const string Good = """
        {
          "base": {
            "name": "gaussian",
            "mesh": { "axes": [{ "from": -10, "to": 10, "cells": 100 }] },
            "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
            "time": { "end": 1, "stop": 0.01, "steps": 10 },
            "generation": { "epsilon": 0, "start": { "kind": "gaussian", "mean": [0.7], "variance": 3 } },
            "reference": { "kind": "gaussian" }
          },
          "sweep": [
            {
              "cells": [20, 40, 80],
              "steps": [5, 10, 20]
            }
          ],
          "norms": ["L1", "L2"],
          "expectedOrder": { "order": 2, "norm": "L1" }
        }
        """;

    [TestMethod]
    // Keys and kinds.
    [DataRow("\"norms\"", "\"norm\"", 16, "norm", "unknown key; did you mean \"norms\"?")]
    [DataRow("[\"L1\", \"L2\"]", "[\"L1\", \"L3\"]", 16, "norms[1]", "must be one of \"L1\", \"L2\", \"Linf\", \"KL\"")]
    [DataRow("[\"L1\", \"L2\"]", "\"L1\"", 16, "norms", "must be an array of strings")]
    [DataRow("[\"L1\", \"L2\"]", "[\"L1\", \"L1\"]", 16, "norms[1]", "listed twice")]
    [DataRow("\"norm\": \"L1\"", "\"norm\": \"KL\"", 17, "expectedOrder.norm", "must be one of norms: L1, L2")]
    [DataRow("\"order\": 2, ", "", 17, "expectedOrder.order", "required, but missing")]
    [DataRow("\"order\": 2", "\"order\": 0", 17, "expectedOrder.order", "must be > 0")]
    [DataRow("\"norms\"", "\"name\": \"a/b\", \"norms\"", 16, "name", "must be 1 to 100 letters")]
    [DataRow("\"norms\"", "\"grid\": { \"steps\": [1] }, \"norms\"", 16, "grid", "exactly one of sweep, grid, tradeoff and samplers")]
    [DataRow("\"norms\"", "\"against\": \"exact\", \"norms\"", 16, "against", "must be one of \"reference\", \"finest\"")]
    // The base.
    [DataRow("\"epsilon\": 0", "\"epsilon\": -1", 7, "generation.epsilon", "must be >= 0")]
    [DataRow("\"kind\": \"gaussian\" }\n", "\"kind\": \"heat-ratio\" }\n", 8, "reference.kind",
        "heat-ratio requires epsilon = 1, but it is 0 (for this run: gaussian, mass-transport, characteristics)")]
    [DataRow("\"kind\": \"gaussian\" }\n", "\"kind\": \"gauss\" }\n", 8, "reference.kind", "did you mean \"gaussian\"?")]
    [DataRow("\"name\": \"gaussian\"", "\"base\": 1, \"name\": \"gaussian\"", 2, "base", "is itself a study")]
    // Sweeps.
    [DataRow("[5, 10, 20]", "[5, 10]", 13, "sweep[0].steps", "has 2 values, but cells has 3: the lists of a sweep must be of equal length")]
    [DataRow("[5, 10, 20]", "[5, 0, 20]", 13, "time.steps", "must be >= 1 and <= 10000000, but is 0")]
    [DataRow("[5, 10, 20]", "[5, \"ten\", 20]", 13, "time.steps", "must be an integer, but is \"ten\"")]
    [DataRow("\"steps\": [5", "\"stpes\": [5", 13, "sweep[0].stpes",
        "unknown key; did you mean \"steps\"? (short names: cells, steps, warmup;")]
    [DataRow("\"steps\": [5", "\"generation.epsilom\": [5", 13, "generation.epsilom", "unknown key; did you mean \"epsilon\"?")]
    [DataRow("\"steps\": [5", "\"mesh.axes[3].cells\": [5", 13, "sweep[0].mesh.axes[3].cells", "there is no item 3")]
    [DataRow("\"steps\": [5", "\"time..steps\": [5", 13, "sweep[0].time..steps", "is not a key such as")]
    [DataRow("[5, 10, 20]", "7, \"generation.epsilon\": [-1, 0, 1]", 13, "generation.epsilon", "must be >= 0 and <= 1000000000, but is -1")]
    [DataRow("\"sweep\": [", "\"sweep\": [ 5,", 10, "sweep[0]", "must be an object of keys and their values, but is 5")]
    // Levels that cannot be ordered.
    [DataRow("[20, 40, 80]", "[20, 20, 80]", 11, "sweep[0]", "cells and steps must each increase at every level or stay constant")]
    [DataRow("[5, 10, 20]", "[20, 10, 5]", 11, "sweep[0]", "cells and steps must each increase at every level or stay constant")]
    public void A_bad_study_is_one_located_problem(string good, string bad, int line, string path, string phrase)
    {
        StringAssert.Contains(Good, good, StringComparison.Ordinal);
        InputProblem problem = OnlyProblem(Good.Replace(good, bad, StringComparison.Ordinal));
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
        Assert.AreEqual(path, problem.Path);
        Assert.AreEqual(line, problem.Line);
        StringAssert.EndsWith(problem.File, "study.json", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("{ \"generation.epsilon\": [0, 1] }", "neither cells nor steps vary (for other parameters use grid)")]
    [DataRow("{ \"cells\": [40] }", "has 1 level, but requires at least 2")]
    [DataRow("{ \"cells\": 40 }", "requires a key with a list of values")]
    [DataRow("[]", "must have at least 1 item")]
    [DataRow("{}", "must be an object of keys and their values, but is an empty object")]
    public void A_sweep_without_levels_is_refused(string sweep, string phrase) =>
        StringAssert.Contains(OnlyProblem(WithSweep("\"sweep\": " + sweep)).Message, phrase, StringComparison.Ordinal);

    [TestMethod]
    [DataRow("\"grid\": { \"steps\": 5 }", "must be an array of at least 1 value, but is 5")]
    [DataRow("\"grid\": { \"steps\": [] }", "must be an array of at least 1 value, but is an empty array")]
    [DataRow("\"grid\": { \"steps\": [5] }, \"against\": \"finest\"", "a grid of parameters has no finest level")]
    [DataRow("\"grid\": { \"steps\": [5] }, \"expectedOrder\": { \"order\": 1 }", "a grid of parameters has no order")]
    [DataRow("\"against\": \"reference\"", "a study requires exactly one of sweep, grid, tradeoff and samplers")]
    public void A_grid_that_means_nothing_is_refused(string grid, string phrase) =>
        StringAssert.Contains(OnlyProblem(WithSweep(grid)).Message, phrase, StringComparison.Ordinal);

    [TestMethod]
    public void A_study_against_a_reference_that_is_not_there_says_which_apply()
    {
        string text = WithSweep("\"sweep\": { \"cells\": [20, 40] }, \"against\": \"reference\"")
            .Replace(",\n    \"reference\": { \"kind\": \"gaussian\" }", "", StringComparison.Ordinal);
        StringAssert.Contains(
            OnlyProblem(text).Message, "for this run: gaussian, mass-transport, characteristics", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Levels_on_different_boxes_have_no_finest() =>
        StringAssert.Contains(
            OnlyProblem(WithSweep("\"sweep\": { \"cells\": [20, 40], \"mesh.axes[0].to\": [10, 11] }, \"against\": \"finest\"")).Message,
            "different boxes", StringComparison.Ordinal);

    [TestMethod]
    public void The_base_may_be_a_file_and_its_mesh_another()
    {
        using var folder = new InputFolder();
        folder.Write("mesh.json", """{ "axes": [{ "from": -10, "to": 10, "cells": 100 }] }""");
        int start = Good.IndexOf('{', 5), end = Good.IndexOf("  \"sweep\"", StringComparison.Ordinal);
        string run = Good[start..end].TrimEnd().TrimEnd(',');
        folder.Write("run.json", run.Replace(
            "{ \"axes\": [{ \"from\": -10, \"to\": 10, \"cells\": 100 }] }", "\"mesh.json\"", StringComparison.Ordinal));
        Study inline = StudyFile.Read(folder.Write("study.json", Good));
        Study file = StudyFile.Read(folder.Write("study.json", Good[..start] + "\"run.json\",\n" + Good[end..]));
        Assert.AreEqual(inline.Json, file.Json);
        foreach ((StudyLevel one, StudyLevel other) in inline.Series[0].Levels.Zip(file.Series[0].Levels))
            Assert.AreEqual(ConfigFile.Write(one.Config), ConfigFile.Write(other.Config));
        CollectionAssert.AreEqual(new[] { 20L, 40L, 80L }, file.Series[0].Levels.Select(level => level.Config.Mesh.Axes[0].Cells!.Value)
            .ToArray());
    }

    [TestMethod]
    [DataRow("\"cells\": [80, 20, 40]", RefinedVariable.Space)]
    [DataRow("\"steps\": [80, 20, 40], \"cells\": 30", RefinedVariable.Time)]
    [DataRow("\"steps\": [80, 20, 40], \"cells\": [40, 10, 20]", RefinedVariable.Both)]
    public void What_a_sweep_refines_is_deduced_and_its_levels_are_sorted(string keys, RefinedVariable variable)
    {
        using var folder = new InputFolder();
        Study study = StudyFile.Read(folder.Write("study.json", WithSweep($"\"sweep\": {{ {keys} }}")));
        Refinement refinement = Refinement.Of(study, study.Series[0]);
        Assert.AreEqual(variable, refinement.Variable);
        foreach ((double coarse, double fine) in refinement.Scale.Zip(refinement.Scale.Skip(1)))
            Assert.AreEqual(2, coarse / fine, 1e-12);
    }

    private static string WithSweep(string sweep)
    {
        int start = Good.IndexOf("\"sweep\"", StringComparison.Ordinal);
        return Good[..start] + sweep + "\n}";
    }

    private static InputProblem OnlyProblem(string text)
    {
        using var folder = new InputFolder();
        InputException thrown = Assert.ThrowsExactly<InputException>(() => new StudyRun(StudyFile.Read(folder.Write("study.json", text))));
        Assert.HasCount(1, thrown.Problems, thrown.Message);
        return thrown.Problems[0];
    }
}
