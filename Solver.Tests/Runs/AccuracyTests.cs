using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Runs;

/// <summary>A run that reaches the error that was asked for, or says why not.</summary>
[TestClass]
public sealed class AccuracyTests : IDisposable
{
    private const string Coarse = """
        {
          "name": "asked",
          "mesh": { "axes": [ { "from": -10, "to": 10, "cells": 64 } ] },
          "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.01, "steps": 12, "shift": 0.125 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.7], "variance": 3.375 } },
          "reference": { "kind": "gaussian" },
          "accuracy": { "L1": 2e-5 },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void It_refines_until_the_estimate_and_the_true_error_are_below_the_goal()
    {
        (Outcome outcome, string folder) = Run();
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        using JsonDocument summary = Json(folder, "summary.json");
        JsonElement errors = summary.RootElement.GetProperty("errors"), accuracy = summary.RootElement.GetProperty("accuracy");
        Assert.IsTrue(accuracy.GetProperty("reached").GetBoolean());
        Assert.IsLessThanOrEqualTo(2e-5, errors.GetProperty("estimated").GetProperty("L1").GetDouble());
        Assert.IsLessThanOrEqualTo(2e-5, errors.GetProperty("L1").GetDouble());

        // Each attempt is a line, on the terminal and in the table.
        int attempts = accuracy.GetProperty("attempts").GetInt32();
        Assert.IsGreaterThan(1, attempts);
        Assert.HasCount(attempts, Lines(outcome.Error, "accuracy: attempt "));
        Assert.HasCount(attempts + 1, File.ReadAllLines(Path.Combine(folder, "accuracy.csv")));
        StringAssert.Contains(outcome.Output, "that was asked for is reached with", StringComparison.Ordinal);
        Assert.IsEmpty(Directory.GetFiles(folder, "companion-*"));
    }

    [TestMethod]
    public void The_chosen_cells_and_steps_stand_in_run_json_and_give_the_same_run_without_accuracy()
    {
        (_, string folder) = Run("--reproducible");
        using JsonDocument record = Json(folder, "run.json");
        JsonElement config = record.RootElement.GetProperty("config");
        Assert.IsFalse(config.TryGetProperty("accuracy", out _));
        Assert.AreEqual(2e-5, record.RootElement.GetProperty("requested").GetProperty("accuracy").GetProperty("L1").GetDouble());
        string again = scratch.Write("again.json", config.GetRawText()), second = scratch.At("again");
        Outcome outcome = Scratch.Run("run", again, "--out", second, "--reproducible");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        foreach (string name in new[] { "readings.csv", "snapshots/000.csv", "snapshots/001.csv" })
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(folder, name)), File.ReadAllBytes(Path.Combine(second, name)), name);
        using JsonDocument first = Json(folder, "summary.json"), other = Json(second, "summary.json");
        Assert.IsTrue(JsonElement.DeepEquals(first.RootElement.GetProperty("errors"), other.RootElement.GetProperty("errors")));

        // The same request finds its finished run.
        Assert.AreEqual(0, Scratch.Run("run", scratch.At("config.json"), "--out", folder, "--reproducible").Code);
        StringAssert.Contains(
            Scratch.Run("run", scratch.At("config.json"), "--out", folder, "--resume").Error, "is finished", StringComparison.Ordinal);
    }

    /// <summary>Few steps on a fine grid, then many on a coarse one.</summary>
    [TestMethod]
    [DataRow("mesh.axes[0].cells=800", "time.steps=10", "accuracy.L1=1e-5", "steps")]
    [DataRow("mesh.axes[0].cells=64", "time.steps=400", "accuracy.L1=1e-4", "cells")]
    public void What_errs_is_what_is_refined(string cells, string steps, string goal, string refined)
    {
        (_, string folder) = Run("--set", cells, "--set", steps, "--set", goal);
        string[] first = File.ReadAllLines(Path.Combine(folder, "accuracy.csv"))[1].Split(',');
        Assert.AreEqual(refined, first[^1]);
    }

    [TestMethod]
    [DataRow(100, 24, "128 cells are more than maxCells = 100, and 48 steps are more than maxSteps = 24", false)]
    [DataRow(300, 20, "24 steps are more than maxSteps = 20", false)]
    [DataRow(100, 96, "128 cells are more than maxCells = 100", true)]
    public void A_bound_ends_it_with_what_was_reached(int cells, int steps, string reason, bool required)
    {
        (Outcome outcome, string folder) = Run(
            "--set", $"accuracy.maxCells={cells}", "--set", $"accuracy.maxSteps={steps}",
            "--set", $"accuracy.required={(required ? "true" : "false")}",
            "--set", "accuracy.L1=1e-9", "--set", "reference=null");
        Assert.AreEqual(required ? ExitCode.Violated : ExitCode.Finished, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Output, "is not reached", StringComparison.Ordinal);
        using JsonDocument summary = Json(folder, "summary.json");
        JsonElement accuracy = summary.RootElement.GetProperty("accuracy");
        Assert.IsFalse(accuracy.GetProperty("reached").GetBoolean());
        StringAssert.Contains(outcome.Output, reason, StringComparison.Ordinal);
        Assert.AreEqual(required, outcome.Error.Contains("is not reached", StringComparison.Ordinal), outcome.Error);
    }

    /// <summary>A limit of the heap is the memory that this process has, however much the machine has.</summary>
    [TestMethod]
    public void Memory_ends_it_with_what_was_reached()
    {
        string file = scratch.Write("plane.json", """
            {
              "name": "plane",
              "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 128 }, { "from": -6, "to": 6, "cells": 128 } ] },
              "data": { "kind": "gaussians", "means": [[0.2, 0]], "variances": [0.25] },
              "time": { "end": 0.5, "stop": 0.3, "steps": 4 },
              "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.7, 0], "variance": 1.3 } },
              "accuracy": { "L1": 1e-10, "maxCells": 100000000, "maxSteps": 8 },
              "monitors": { "enabled": false },
              "output": { "plots": false, "report": false }
            }
            """);
        const long Limit = 96 << 20;
        var limited = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = $"0x{Limit:X}" };
        using Process process = Scratch.Start(limited, "run", file, "--out", scratch.At("plane"), "--quiet");
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
        using JsonDocument summary = Json(scratch.At("plane"), "summary.json");
        JsonElement accuracy = summary.RootElement.GetProperty("accuracy");
        Assert.IsFalse(accuracy.GetProperty("reached").GetBoolean());
        StringAssert.Matches(
            accuracy.GetProperty("reason").GetString(), new Regex("^[0-9]+ cells need [0-9]+ MB of memory, but this machine has 101 MB"));
    }

    [TestMethod]
    public void The_cells_of_a_density_are_kept_and_its_steps_refined()
    {
        string first = scratch.Write("first.json", SmallRuns.Forward);
        Assert.AreEqual(0, Scratch.Run("run", first, "--out", scratch.At("first"), "--quiet").Code);
        (Outcome outcome, string folder) = Run(
            "--set", """mesh={"axes":[{"from":-6,"to":6,"cells":100,"boundary":"periodic"}]}""", "--set", "reference=null",
            "--set", $$"""data={"kind":"density","file":"{{scratch.At("first")}}/snapshots/002.csv"}""", "--set", "accuracy.L1=1e-6",
            "--set", """generation.start={"kind":"forward"}""", "--set", "accuracy.maxSteps=50", "--set", "time.steps=12");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        string[][] rows = [.. File.ReadLines(Path.Combine(folder, "accuracy.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.IsTrue(rows.All(row => row[1] == "100"));
        StringAssert.Contains(outcome.Output, "data.file names a file with one value per cell", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Given_faces_are_split_smoothly()
    {
        string faces = string.Join(",", Enumerable.Range(0, 65).Select(
            k => FormattableString.Invariant($"{10 * Math.Sinh(0.05 * (k - 32)) / Math.Sinh(1.6):R}")));
        (Outcome outcome, string folder) = Run("--set", $"mesh={{\"axes\":[{{\"faces\":[{faces}]}}]}}", "--set", "accuracy.L1=2e-4");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        using JsonDocument summary = Json(folder, "summary.json");
        Assert.IsTrue(summary.RootElement.GetProperty("accuracy").GetProperty("reached").GetBoolean(), outcome.Output);
        Assert.IsLessThanOrEqualTo(2e-4, summary.RootElement.GetProperty("errors").GetProperty("L1").GetDouble());
    }

    [TestMethod]
    public void Interrupted_at_many_moments_and_resumed_it_ends_with_the_bytes_of_one_that_was_not()
    {
        string config = scratch.Write("config.json", Coarse), whole = scratch.At("whole"), parts = scratch.At("parts");
        string[] flags = ["--reproducible", "--set", """checkpoint={"steps":7}"""];
        Assert.AreEqual(0, Scratch.Run(["run", config, "--out", whole, .. flags]).Code);
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        int interruptions = 0, inAttempts = 0;
        Outcome outcome;
        do
        {
            using var cancellation = new InterruptAfter(writes: 2 + 3 * interruptions % 7);
            outcome = Scratch.Run(cancellation.Token, ["run", config, "--out", parts, "--resume", .. flags]);
            interruptions += outcome.Code == ExitCode.Failed ? 1 : 0;
            inAttempts += outcome.Error.Contains("resolution: interrupted", StringComparison.Ordinal)
                || outcome.Error.Contains("steps: interrupted", StringComparison.Ordinal) ? 1 : 0;
            Assert.IsTrue(outcome.Code is 0 or ExitCode.Failed, outcome.Error);
            Assert.IsTrue(outcome.Code == 0 || outcome.Error.Contains("use --resume to continue", StringComparison.Ordinal), outcome.Error);
            Assert.IsLessThan(200, interruptions);
        }
        while (outcome.Code != 0);
        Assert.IsGreaterThan(1, inAttempts);
        Scratch.AssertSame(expected, parts, $"after {interruptions} interruptions");
    }

    [TestMethod]
    public void The_figure_of_the_attempts_is_drawn_and_drawn_again_to_the_same_bytes()
    {
        (Outcome outcome, string folder) = Run("--set", "output.plots=true");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        string figure = Path.Combine(folder, "accuracy.png");
        byte[] drawn = File.ReadAllBytes(figure);
        File.Delete(figure);
        Assert.AreEqual(0, Scratch.Run("plot", folder).Code);
        CollectionAssert.AreEqual(drawn, File.ReadAllBytes(figure));
    }

    [TestMethod]
    [DataRow("accuracy.L1=0", "accuracy.L1: must be > 0, but is 0")]
    [DataRow("accuracy.L1=-1", "accuracy.L1: must be > 0, but is -1")]
    [DataRow("accuracy.L1=1e-14", "accuracy.L1: must be >= 1E-12, above rounding error, but is 1E-14")]
    [DataRow("accuracy.Linf=1e-3", "accuracy: requires exactly one of L1, L2 and Linf")]
    [DataRow("accuracy={}", "accuracy: requires exactly one of L1, L2 and Linf")]
    [DataRow("accuracy.maxCells=10", "accuracy.maxCells: must be >= the 64 cells of the mesh, but is 10")]
    [DataRow("accuracy.maxSteps=10", "accuracy.maxSteps: must be >= time.steps = 12, but is 10")]
    [DataRow(
        "errorEstimate=false", "errorEstimate: must not be false with accuracy, which refines until the estimated error is small enough")]
    [DataRow("errorEstimate=maybe", "errorEstimate: must be true or false, but is \"maybe\"")]
    [DataRow("accuracy.l1=1e-3", "accuracy.l1: unknown key; did you mean \"L1\"? (keys here: L1, L2, Linf, maxCells, maxSteps, required)")]
    public void Bad_input_is_one_line(string set, string message)
    {
        (Outcome outcome, string folder) = Run("--set", set);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        string line = outcome.Error.TrimEnd();
        Assert.IsFalse(line.Contains('\n', StringComparison.Ordinal), line);
        StringAssert.EndsWith(line, ": " + message, StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void In_a_study_it_is_one_line()
    {
        foreach (string text in new[]
        {
            $$"""{ "name": "s", "base": {{Coarse}}, "sweep": { "steps": [10, 20] } }""",
            $$"""
                { "name": "s", "base": {{Coarse.Replace("\"accuracy\": { \"L1\": 2e-5 },", "", StringComparison.Ordinal)}},
                  "sweep": { "steps": [10, 20], "accuracy": { "L1": 1e-3 } } }
                """,
            $$"""
                { "name": "s", "base": {{Coarse}}, "tradeoff": { "stops": [0.1], "samples": [10], "seeds": [1],
                  "scores": [{ "kind": "empirical" }], "radius": 0.1 } }
                """,
        })
        {
            Outcome outcome = Scratch.Run("study", scratch.Write("study.json", text), "--out", scratch.At("study"));
            Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
            string line = outcome.Error.TrimEnd();
            Assert.IsFalse(line.Contains('\n', StringComparison.Ordinal), line);
            StringAssert.Contains(
                line, "accuracy: belongs to a run: a study gives its runs their cells and steps", StringComparison.Ordinal);
        }
    }

    /// <summary>With a reference on R^d the run is refused; without one it is a note before the first attempt.</summary>
    [TestMethod]
    public void Accuracy_that_the_box_cannot_give_is_said_before_the_second_attempt()
    {
        string[] narrow = ["--set", "mesh.axes[0].from=-5", "--set", "mesh.axes[0].to=5"];
        (Outcome outcome, string folder) = Run(narrow);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new(
            @"accuracy\.L1: 0\.0106 of the mass of v_T lies outside the box, more than the L1 error of 2E-05 that is asked for"));
        Assert.IsFalse(Directory.Exists(folder));
        (outcome, _) = Run([.. narrow, "--set", "reference=null", "--set", "accuracy.L1=1e-3"]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        int note = outcome.Error.IndexOf("lies outside the box, more than the L1 error", StringComparison.Ordinal);
        Assert.IsTrue(note >= 0 && note < outcome.Error.IndexOf("accuracy: attempt 1", StringComparison.Ordinal), outcome.Error);
    }

    private (Outcome Outcome, string Folder) Run(params string[] more)
    {
        string folder = scratch.At("out-" + Guid.NewGuid().ToString("N"));
        string config = scratch.Write("config.json", Coarse);
        return (Scratch.Run(["run", config, "--out", folder, .. more]), folder);
    }

    private static string[] Lines(string text, string start) =>
        [.. text.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal))];

    private static JsonDocument Json(string folder, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name)));
}
