using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Commands;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Studies;

[TestClass]
public sealed class StudyCommandTests : IDisposable
{
    private readonly InputFolder root = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        root.Dispose();
        output.Dispose();
        error.Dispose();
    }

    [TestMethod]
    public void A_study_writes_its_contract_and_ends_with_its_folder()
    {
        string folder = Folder("out");
        Assert.AreEqual(0, Run("study", Refinement(1.9), "--out", folder), error.ToString());
        CollectionAssert.AreEquivalent(
            new[] { "study.json", "convergence.csv", "convergence.png", "report.html" },
            Directory.GetFiles(folder).Select(Path.GetFileName).ToArray());
        string[] lines = File.ReadAllLines(Path.Combine(folder, "convergence.csv"));
        Assert.AreEqual(
            "sweep,level,cells,steps,h,dt,L1,L2,Linf,KL,order_L1,order_L2,order_Linf,order_KL,seconds,verdict,"
                + "estimated_L1,estimated_L2,estimated_Linf",
            lines[0]);
        Assert.HasCount(4, lines);
        StringAssert.StartsWith(lines[1], "1,0,50,12,0.4,0.0825,", StringComparison.Ordinal);
        double[] errors = [.. lines.Skip(1).Select(line => double.Parse(line.Split(',')[6], CultureInfo.InvariantCulture))];
        double order = double.Parse(lines[3].Split(',')[10], CultureInfo.InvariantCulture);
        Assert.AreEqual(Math.Log2(errors[1] / errors[2]), order, 1e-12);

        using var study = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "study.json")));
        Assert.IsTrue(study.RootElement.GetProperty("finished").GetBoolean());
        JsonElement sweep = study.RootElement.GetProperty("results").GetProperty("sweeps")[0];
        Assert.AreEqual("both", sweep.GetProperty("refines").GetString());

        // Equal steps in log h: the least-squares slope of three levels is that of the outer two.
        Assert.AreEqual(Math.Log2(errors[0] / errors[2]) / 2, sweep.GetProperty("orders").GetProperty("L1").GetDouble(), 1e-12);
        Assert.AreEqual(folder, output.ToString().TrimEnd('\n').Split('\n')[^1]);
        StringAssert.Contains(output.ToString(), "refined in space and time", StringComparison.Ordinal);
        StringAssert.Contains(output.ToString(), ": reached", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_missed_order_exits_with_3_and_is_written_all_the_same()
    {
        string folder = Folder("out");
        Assert.AreEqual(ExitCode.Violated, Run("study", Refinement(9), "--out", folder, "--quiet"), output.ToString());
        StringAssert.EndsWith(error.ToString(), "the expected order is not reached\n", StringComparison.Ordinal);
        using var study = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "study.json")));
        Assert.IsFalse(study.RootElement.GetProperty("results").GetProperty("reachesOrder").GetBoolean());
        Assert.IsTrue(File.Exists(Path.Combine(folder, "convergence.csv")));
    }

    [TestMethod]
    public void The_same_bytes_come_out_for_any_number_of_threads_and_again()
    {
        string folder = Folder("out"), study = Refinement(1);
        Assert.AreEqual(0, Run("study", study, "--out", folder, "--reproducible", "--threads", "1"), error.ToString());
        Dictionary<string, string> first = Contents(folder);
        Assert.AreEqual(0, Run("study", study, "--out", folder, "--reproducible", "--threads", "2"), error.ToString());
        CollectionAssert.AreEquivalent(first, Contents(folder));
    }

    [TestMethod]
    public void A_level_has_the_errors_of_the_run_it_stands_for()
    {
        Assert.AreEqual(0, Run("study", Refinement(1), "--out", Folder("study")), error.ToString());
        string run = root.Write("run.json", Base);
        Assert.AreEqual(0, Run(
            "run", run, "--out", Folder("run"), "--set", "mesh.axes[0].cells=100", "--set", "time.steps=24", "--set", "output.plots=false"),
            error.ToString());
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder("run"), "summary.json")));
        string[] level = File.ReadAllLines(Path.Combine(Folder("study"), "convergence.csv"))[2].Split(',');
        Assert.AreEqual(
            summary.RootElement.GetProperty("errors").GetProperty("L1").GetDouble(), double.Parse(level[6], CultureInfo.InvariantCulture));
    }

    /// <summary>Levels that are halves of each other tell what the finest run tells of itself, beside what is measured.</summary>
    [TestMethod]
    public void The_estimate_beside_the_measured_error_is_that_of_the_run_itself()
    {
        Assert.AreEqual(0, Run("study", Refinement(1), "--out", Folder("study")), error.ToString());
        StringAssert.Matches(output.ToString(), new(@"L1 +order +estimate +L2"));
        string run = root.Write("run.json", Base);
        Assert.AreEqual(0, Run(
            "run", run, "--out", Folder("run"), "--set", "mesh.axes[0].cells=200", "--set", "time.steps=48", "--set", "output.plots=false"),
            error.ToString());
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder("run"), "summary.json")));
        JsonElement estimated = summary.RootElement.GetProperty("errors").GetProperty("estimated");
        string[][] levels =
            [.. File.ReadAllLines(Path.Combine(Folder("study"), "convergence.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.AreEqual("", levels[0][^3]);
        Assert.AreEqual("", levels[1][^3]);
        double own = estimated.GetProperty("L1").GetDouble(), told = double.Parse(levels[2][^3], CultureInfo.InvariantCulture);
        Assert.AreEqual(own, told, 1e-6 * own);
        Assert.IsTrue(told / double.Parse(levels[2][6], CultureInfo.InvariantCulture) is > 0.5 and < 5);
    }

    [TestMethod]
    public void Against_the_finest_level_every_other_one_has_an_error_and_coarser_ones_a_larger()
    {
        string study = root.Write("study.json", $$"""
            { "base": {{Base}}, "sweep": { "cells": [50, 100, 200] }, "against": "finest", "norms": ["L2"], "output": { "plots": false } }
            """);
        Assert.AreEqual(0, Run("study", study, "--out", Folder("out")), error.ToString());
        string[][] rows = [.. File.ReadAllLines(Path.Combine(Folder("out"), "convergence.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.IsGreaterThan(
            double.Parse(rows[1][6], CultureInfo.InvariantCulture), double.Parse(rows[0][6], CultureInfo.InvariantCulture));
        Assert.AreEqual("", rows[2][6]);
        StringAssert.Contains(output.ToString(), "refined in space,", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_grid_is_one_row_a_combination()
    {
        string study = root.Write("study.json", $$"""
            { "base": {{Base}}, "grid": { "generation.epsilon": [0, 0.5], "time.stop": [0.1, 0.01, 0.02] } }
            """);
        Assert.AreEqual(0, Run("study", study, "--out", Folder("out")), error.ToString());
        string[] lines = File.ReadAllLines(Path.Combine(Folder("out"), "grid.csv"));
        string[] header = lines[0].Split(',');
        StringAssert.StartsWith(
            lines[0], "generation.epsilon,time.stop,grid_cells,time_steps,L1,L2,Linf,KL,seconds,verdict,KL_T,KL_stop,",
            StringComparison.Ordinal);
        CollectionAssert.AllItemsAreUnique(header);
        CollectionAssert.AreEqual(
            new[] { "0,0.1", "0,0.01", "0,0.02", "0.5,0.1", "0.5,0.01", "0.5,0.02" },
            lines.Skip(1).Select(line => string.Join(',', line.Split(',')[..2])).ToArray());
        Assert.IsTrue(lines.Skip(1).All(line => line.Split(',')[9] == "held"));
    }

    [TestMethod]
    public void A_row_of_a_grid_has_the_numbers_of_the_run_it_stands_for()
    {
        string sampled = Base
            .Replace("\"reference\"", "\"particles\": { \"count\": 200 }, \"errorEstimate\": true, \"reference\"", StringComparison.Ordinal)
            .Replace(
                "\"gaussians\", \"means\": [[0.2]], \"variances\": [0.25]", "\"points\", \"points\": [[0.2]]", StringComparison.Ordinal);
        string study = root.Write("study.json", $$"""
            { "base": {{sampled}}, "grid": { "generation.epsilon": [0, 0.5], "time.stop": [0.1, 0.01] }, "output": { "plots": false } }
            """);
        Assert.AreEqual(0, Run("study", study, "--out", Folder("grid")), error.ToString());
        string[] lines = File.ReadAllLines(Path.Combine(Folder("grid"), "grid.csv")), header = lines[0].Split(',');
        string run = root.Write("run.json", sampled);
        for (int row = 1; row < lines.Length; row++)
        {
            string[] fields = lines[row].Split(',');
            string folder = Folder("run" + row);
            Assert.AreEqual(0, Run(
                "run", run, "--out", folder, "--set", "generation.epsilon=" + fields[0], "--set", "time.stop=" + fields[1],
                "--set", "output.plots=false"), error.ToString());
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
            JsonElement summary = json.RootElement;
            List<Reading> readings = ReadingsReader.Read(Path.Combine(folder, "readings.csv"));
            Reading[] contraction = [.. readings.Where(reading => reading.Monitor == "kl-contraction")];
            Assert.AreEqual(contraction[0].Measured, Number("KL_T"));
            Assert.AreEqual(contraction[^1].Measured, Number("KL_stop"));
            Assert.AreEqual(readings.Last(reading => reading.Monitor == "ratio-bounds[min]").Measured, Number("ratio_min_stop"));
            Assert.AreEqual(readings.First(reading => reading.Monitor == "ratio-bounds[max]").Measured, Number("ratio_max_T"));
            Assert.AreEqual(Math.Sqrt(readings.Last(reading => reading.Monitor == "concentration").Measured), Number("distance_rms_stop"));
            JsonElement rate = summary.GetProperty("concentration");
            Assert.AreEqual(rate.GetProperty("resolved").GetBoolean() ? rate.GetProperty("exponent").GetDouble() : null,
                Field("concentration_exponent"));
            Assert.IsGreaterThan(0, Number("estimated_L1"));
            if (summary.GetProperty("errors").TryGetProperty("estimated", out JsonElement estimated))
            {
                Assert.AreEqual(estimated.GetProperty("L1").GetDouble(), Number("estimated_L1"));
                Assert.AreEqual(estimated.GetProperty("asymptotic").GetBoolean() ? 1 : 0, Number("estimated_asymptotic"));
            }

            JsonElement particles = summary.GetProperty("particles");
            Assert.AreEqual(particles.GetProperty("L1").GetDouble(), Number("particles_L1"));
            Assert.AreEqual(particles.GetProperty("outside").GetDouble(), Number("particles_outside"));
            foreach (JsonElement monitor in summary.GetProperty("monitors").EnumerateArray())
            {
                bool applies = monitor.GetProperty("verdict").GetString() != "not-applicable";
                string column = "slack_" + monitor.GetProperty("name").GetString();
                Assert.AreEqual(applies ? monitor.GetProperty("worstSlack").GetDouble() : null, Field(column));
            }

            IEnumerable<Reading> held =
                readings.Where(reading => reading.Status == ReadingStatus.Guaranteed && reading.Verdict == Verdict.Held);
            Assert.AreEqual(held.Min(one => one.Slack), Number("slack_guaranteed"));
            error.GetStringBuilder().Clear();

            double Number(string column) => Field(column) ?? throw new AssertFailedException(column + " is empty");

            double? Field(string column) => Array.IndexOf(header, column) is var at and >= 0 && fields[at].Length > 0
                ? double.Parse(fields[at], CultureInfo.InvariantCulture) : null;
        }
    }

    [TestMethod]
    public void A_grid_has_a_figure_for_each_quantity_and_the_same_bytes_for_any_number_of_threads_and_again()
    {
        string study = root.Write("study.json", $$"""
            { "base": {{Base}}, "grid": { "scheme.kind": ["remap", "markov"], "forward": [{ "kind": "implicit-euler" }],
                "time.steps": [10, 20, 40] }, "output": { "svg": true } }
            """);
        Assert.AreEqual(0, Run("study", study, "--out", Folder("out"), "--reproducible", "--threads", "1"), error.ToString());
        Dictionary<string, string> first = Contents(Folder("out"));
        foreach (string name in new[] { "grid", "grid-KL-T", "grid-KL-stop", "grid-error-L1", "grid-ratio-min-stop",
            "grid-slack-guaranteed", "grid-slacks" })
        {
            Assert.IsTrue(first.ContainsKey(name + ".png"), name);
        }

        if (Fonts.Available)
        {
            string svg = File.ReadAllText(Path.Combine(Folder("out"), "grid-KL-stop.svg"));
            foreach (string text in new[] { "KL(v|u) at stop", "kind = remap", "kind = markov", "steps" })
                StringAssert.Contains(svg, text, StringComparison.Ordinal);
            Assert.DoesNotContain("forward", svg, "a key with one value distinguishes no line");
        }

        Assert.AreEqual(0, Run("study", study, "--out", Folder("out"), "--reproducible", "--threads", "2"), error.ToString());
        CollectionAssert.AreEquivalent(first, Contents(Folder("out")));
    }

    [TestMethod]
    public void A_folder_of_something_else_is_refused_until_forced_and_keeps_what_is_not_the_studys()
    {
        string folder = Directory.CreateDirectory(Folder("out")).FullName, foreign = Path.Combine(folder, "notes.txt");
        File.WriteAllText(foreign, "mine");
        Assert.AreEqual(ExitCode.BadInput, Run("study", Refinement(1), "--out", folder));
        StringAssert.Contains(error.ToString(), "--force", StringComparison.Ordinal);
        Assert.HasCount(1, Directory.GetFiles(folder));
        Assert.AreEqual(0, Run("study", Refinement(1), "--out", folder, "--force"), error.ToString());
        Assert.AreEqual(ExitCode.BadInput, Run("study", Refinement(1.1), "--out", folder));
        StringAssert.Contains(error.ToString(), "a different study", StringComparison.Ordinal);
        Assert.AreEqual("mine", File.ReadAllText(foreign));
    }

    [TestMethod]
    public void The_wrong_verb_names_the_right_one()
    {
        string run = root.Write("run.json", Base);
        Assert.AreEqual(ExitCode.BadInput, Run("study", run, "--out", Folder("out")));
        StringAssert.Contains(error.ToString(), "use the verb run", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("run", Refinement(1), "--out", Folder("out")));
        StringAssert.Contains(error.ToString(), "use the verb study", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Folder("out")));
    }

    [TestMethod]
    public void Check_takes_a_study_too()
    {
        Assert.AreEqual(0, Run("check", Refinement(1)), error.ToString());
        StringAssert.Contains(output.ToString(), "a study of 3 runs", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_level_that_is_refused_on_the_way_leaves_nothing()
    {
        string study = root.Write("study.json", $$"""
            {
              "base": {{Base}},
              "sweep": { "cells": [4000, 8000], "mesh.axes[0].from": -400, "mesh.axes[0].to": 400, "generation.start.mean": 300,
                "generation.start": { "kind": "gaussian", "mean": [300], "variance": 1 }, "time.end": 0.02, "reference": null }
            }
            """);
        Assert.AreEqual(ExitCode.BadInput, Run("study", study, "--out", Folder("out")));
        StringAssert.Contains(error.ToString(), "generation.start", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Folder("out")));
    }

    [TestMethod]
    public void An_interrupted_study_exits_with_4_and_stays_unfinished_until_it_is_run_again()
    {
        string study = Refinement(1), folder = Folder("out");
        Assert.AreEqual(ExitCode.Failed, CommandLine.Run(["study", study, "--out", folder], output, error, new CancellationToken(true)));
        StringAssert.Contains(error.ToString(), "interrupted", StringComparison.Ordinal);
        using (var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "study.json"))))
            Assert.IsFalse(record.RootElement.GetProperty("finished").GetBoolean());
        Assert.AreEqual(0, Run("study", study, "--out", folder), error.ToString());
    }

    [TestMethod]
    [DataRow("time.stop=0.02")]
    [DataRow("base.time.stop=0.02")]
    public void What_is_set_holds_for_every_level_as_if_the_base_had_it(string set)
    {
        string study = Refinement(1), changed = root.Write("changed.json", File.ReadAllText(study)
            .Replace("\"stop\": 0.01", "\"stop\": 0.02", StringComparison.Ordinal));
        Assert.AreEqual(
            0, Run("study", study, "--out", Folder("set"), "--reproducible", "--set", set, "--set", "name=x"), error.ToString());
        Assert.AreEqual(0, Run("study", changed, "--out", Folder("file"), "--reproducible", "--set", "name=x"), error.ToString());
        CollectionAssert.AreEquivalent(Contents(Folder("file")), Contents(Folder("set")));
        Assert.AreEqual(0, Run("check", study, "--set", set), error.ToString());

        // Another value is another study.
        Assert.AreEqual(ExitCode.BadInput, Run("study", study, "--out", Folder("set"), "--set", "name=x"));
        StringAssert.Contains(error.ToString(), "a different study", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Keys_of_the_study_itself_can_be_set_too_and_a_base_in_a_file()
    {
        root.Write("base.json", Base);
        string study = root.Write("study.json", """
            { "base": "base.json", "grid": { "time.stop": [0.1, 0.01], "generation.epsilon": [0] } }
            """);
        Assert.AreEqual(0, Run(
            "study", study, "--out", Folder("out"), "--set", "grid.generation.epsilon=[0, 0.5, 1]", "--set", "grid.time.stop=null",
            "--set", "norms=[\"L1\"]", "--set", "output.plots=false", "--set", "mesh.axes[0].cells=60"), error.ToString());
        string[] lines = File.ReadAllLines(Path.Combine(Folder("out"), "grid.csv"));
        Assert.HasCount(4, lines);
        StringAssert.StartsWith(lines[0], "generation.epsilon,grid_cells,time_steps,L1,seconds,", StringComparison.Ordinal);
        StringAssert.StartsWith(lines[2], "0.5,60,20,", StringComparison.Ordinal);
        Assert.IsFalse(File.Exists(Path.Combine(Folder("out"), "grid.png")));

        string sweeps = root.Write("sweeps.json", """
            { "base": "base.json", "sweep": [ { "cells": [50, 100] }, { "cells": [50, 100] } ], "output": { "plots": false } }
            """);
        Assert.AreEqual(0, Run("study", sweeps, "--out", Folder("sweeps"), "--set", "sweep[1].cells=[40, 80, 160]"), error.ToString());
        Assert.HasCount(6, File.ReadAllLines(Path.Combine(Folder("sweeps"), "convergence.csv")));
    }

    [TestMethod]
    public void An_estimate_says_what_a_study_will_take_and_writes_nothing()
    {
        Assert.AreEqual(0, Run("study", Refinement(1), "--out", Folder("out"), "--estimate"), error.ToString());
        string said = output.ToString();
        // 50, 100, 200 cells; one step to stop in closed form, then 12, 24, 48 forward and as many of generation.
        double updates = 50 * (1 + 24) + 100 * (1 + 48) + 200 * (1 + 96);
        StringAssert.StartsWith(said, "cells x steps  50 to 200 x 25 to 97, 3 runs: ", StringComparison.Ordinal);
        // Two digits are printed.
        Assert.AreEqual(updates, double.Parse(said.Split("runs: ")[1].Split(' ')[0], CultureInfo.InvariantCulture), 0.05 * updates);
        foreach (string line in new[] { "\ntime           about ", "\nmemory         about ", "\nfiles          about 3, " })
            StringAssert.Contains(said, line, StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Folder("out")));

        output.GetStringBuilder().Clear();
        Assert.AreEqual(0, Run("check", Refinement(1), "--estimate", "--set", "sweep.cells=[50, 100, 150]"), error.ToString());
        StringAssert.Contains(output.ToString(), "valid; a study of 3 runs\ncells x steps  50 to 150 x", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("time.step=5", "--set: time.step: unknown key; did you mean \"stop\"?")]
    [DataRow("time.steps=0", "--set: time.steps: must be >= 1")]
    [DataRow("norms=[\"L3\"]", "--set: norms[0]: must be one of \"L1\"")]
    [DataRow("sweep[3].cells=[1, 2]", "--set: sweep[3].cells: there is no item 3 (counting from 0)")]
    [DataRow("grid.time.stop=[1, 2]", "--set: grid.time.stop: there is no such grid or sweep to set a key of")]
    [DataRow("steps", "is not KEY=VALUE")]
    public void A_bad_override_of_a_study_is_one_line(string set, string phrase)
    {
        string study = root.Write("study.json", $$"""{ "base": {{Base}}, "sweep": [ { "cells": [50, 100] } ] }""");
        Assert.AreEqual(ExitCode.BadInput, Run("study", study, "--out", Folder("out"), "--set", set));
        StringAssert.Contains(error.ToString(), phrase, StringComparison.Ordinal);
        Assert.HasCount(1, error.ToString().TrimEnd('\n').Split('\n'));
        Assert.IsFalse(Directory.Exists(Folder("out")));
    }

    [TestMethod]
    public void A_sweep_is_called_by_its_name()
    {
        string Study(string name, string other) => root.Write("study.json", $$"""
            { "base": {{Base}}, "sweep": [
                { "name": {{name}}, "cells": [50, 100], "generation.epsilon": 0 },
                { "name": {{other}}, "cells": [50, 100], "generation.epsilon": 1 } ], "norms": ["L1"], "output": { "svg": true } }
            """);
        Assert.AreEqual(0, Run("study", Study("\"the ODE\"", "\"the SDE, ε = 1\""), "--out", Folder("out")), error.ToString());
        StringAssert.StartsWith(output.ToString(), "the ODE: refined in space, orders in h\n", StringComparison.Ordinal);
        if (Fonts.Available)
        {
            foreach (string text in new[] { "the ODE: order", "the SDE, ε = 1: order" })
                StringAssert.Contains(File.ReadAllText(Path.Combine(Folder("out"), "convergence.svg")), text, StringComparison.Ordinal);
        }

        Assert.AreEqual(ExitCode.BadInput, Run("study", Study("\"a\"", "\"a\""), "--out", Folder("out")));
        StringAssert.Contains(error.ToString(), "study.json:10: sweep[1].name: another sweep has the name \"a\"", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("study", Study("[1, 2]", "\"a\""), "--out", Folder("out")));
        StringAssert.Contains(error.ToString(), "sweep[0].name: must be a line of 1 to 100 characters", StringComparison.Ordinal);
    }

    private const string Base = """
        {
          "name": "gaussian",
          "mesh": { "axes": [{ "from": -10, "to": 10, "cells": 100 }] },
          "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.01, "steps": 20 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.7], "variance": 3 } },
          "reference": { "kind": "gaussian" }
        }
        """;

    private string Refinement(double order) => root.Write("study.json", string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "base": {{Base}},
          "sweep": { "cells": [50, 100, 200], "steps": [12, 24, 48] },
          "expectedOrder": { "order": {{order}}, "tolerance": 0 }
        }
        """));

    private string Folder(string name) => Path.Combine(root.Root, name);

    private int Run(params string[] args) => CommandLine.Run(args, output, error, CancellationToken.None);

    private static Dictionary<string, string> Contents(string folder) => Directory.GetFiles(folder)
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file)));
}
