using PdeDiffusion.Commands;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Figures;

[TestClass]
public sealed class CompareFigureTests : IDisposable
{
    private const string Run = """
        {
          "name": "two",
          "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 60 }] },
          "data": { "kind": "points", "points": [[-1], [1]] },
          "time": { "end": 1, "stop": 0.1, "steps": 12 },
          "generation": { "epsilon": 0.2, "start": { "kind": "gaussian", "mean": [0.5], "variance": 3 } },
          "output": { "plots": false }
        }
        """;

    private const string Figure = """
        {
          "name": "compared",
          "title": "three runs",
          "figure": { "kind": "compare",
            "quantity": "KL",
            "runs": [
              { "file": "two.json", "set": ["generation.epsilon=0"], "title": "none" },
              { "file": "two.json", "title": "some" },
              { "file": "two.json", "set": ["generation.epsilon=1", "time.steps=20"], "title": "much" } ] } }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Runs_are_computed_and_named_and_a_finished_run_is_read_to_the_same_bytes()
    {
        scratch.Write("two.json", Run);
        Draw(Figure, "computed");
        string svg = File.ReadAllText(scratch.At("computed/compared.svg"));
        if (Fonts.Available)
        {
            foreach (string text in new[] { "three runs", "none", "some", "much", "KL(v|u)" })
                StringAssert.Contains(svg, text, StringComparison.Ordinal);
        }

        // The same figure with the second run read from its folder.
        Outcome run = Scratch.Run("run", scratch.At("two.json"), "--out", scratch.At("finished"), "--quiet");
        Assert.AreEqual(ExitCode.Finished, run.Code, run.Error);
        Draw(Figure.Replace("\"file\": \"two.json\", \"title\": \"some\"", "\"folder\": \"finished\", \"title\": \"some\"",
            StringComparison.Ordinal), "read");
        Assert.AreEqual(svg, File.ReadAllText(scratch.At("read/compared.svg")));

        // What is set for all runs yields to what a run sets itself: two of the three are at epsilon 0.
        Draw(Figure, "set", "--set", "generation.epsilon=0");
        Assert.AreNotEqual(svg, File.ReadAllText(scratch.At("set/compared.svg")));
    }

    [TestMethod]
    public void The_bound_is_drawn_where_the_runs_have_it_in_common()
    {
        scratch.Write("two.json", Run);
        string LiYau(string monitor) => Figure.Replace("\"quantity\": \"KL\"", $"\"monitor\": \"{monitor}\"", StringComparison.Ordinal);
        Draw(LiYau("li-yau"), "common");
        Draw(LiYau("kl-contraction"), "own");
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        StringAssert.Contains(File.ReadAllText(scratch.At("common/compared.svg")), "bound: −d/2t", StringComparison.Ordinal);
        Assert.DoesNotContain("bound:", File.ReadAllText(scratch.At("own/compared.svg")));
    }

    [TestMethod]
    [DataRow("\"quantity\": \"KL\"", "\"quantity\": \"LK\"", "figure.json:5: figure.quantity: must be one of \"KL\", \"ratio_min\"")]
    [DataRow("\"quantity\": \"KL\",", "", "figure.json:4: figure: requires exactly one of monitor and quantity")]
    [DataRow("\"quantity\": \"KL\"", "\"monitor\": \"li-yao\"", "figure.json:5: figure.monitor: there is no monitor \"li-yao\"; "
        + "did you mean \"li-yau\"?")]
    [DataRow("\"quantity\": \"KL\"", "\"monitor\": \"score-error-budget\"", "figure.json:7: figure.runs[0]: the run none has no readings "
        + "of score-error-budget (it has: mass[u], ")]
    [DataRow("\"file\": \"two.json\", \"title\"", "\"title\"", "figure.json:8: figure.runs[1]: requires exactly one of file and folder")]
    [DataRow("\"file\": \"two.json\", \"title\"", "\"folder\": \"none\", \"title\"",
        "figure.json:8: figure.runs[1].folder: $/none: there is no such folder")]
    [DataRow("\"file\": \"two.json\", \"set\": [\"generation.epsilon=0\"]", "\"folder\": \".\", \"set\": [\"a=0\"]",
        "figure.json:7: figure.runs[0].set: a finished run cannot be changed")]
    [DataRow("\"file\": \"two.json\", \"title\"", "\"folder\": \".\", \"title\"", "figure.runs[1].folder: $: contains no finished run")]
    [DataRow("epsilon=0\"", "epsilom=0\"", "figure.json:7: figure.runs[0].set: generation.epsilom: unknown key; "
        + "did you mean \"epsilon\"?")]
    [DataRow("epsilon=0\"", "epsilon=0\", \"monitors.enabled=false\"", "figure.json:7: figure.runs[0].file: the run two has its monitors "
        + "disabled")]
    public void A_bad_comparison_is_refused_with_file_line_and_key(string find, string replace, string phrase)
    {
        scratch.Write("two.json", Run);
        Assert.Contains(find, Figure);
        Outcome outcome = Scratch.Run(
            "figures", scratch.Write("figure.json", Figure.Replace(find, replace, StringComparison.Ordinal)), "--out", scratch.At("out"));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, phrase.Replace("$", scratch.Root, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.HasCount(1, outcome.Error.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("note:", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Every_quantity_is_one_of_the_words_and_has_a_monitor()
    {
        Assert.AreEqual(LevelQuantity.Names, string.Join(' ', LevelQuantity.All.Select(quantity => quantity.Name)));
        Assert.IsTrue(LevelQuantity.All.All(quantity => MonitorRegistry.IsKnown(quantity.Monitor)));
    }

    private void Draw(string figure, string folder, params string[] flags)
    {
        Outcome outcome = Scratch.Run(
            ["figures", scratch.Write("figure.json", figure), "--out", scratch.At(folder), "--quiet", .. flags]);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
    }
}
