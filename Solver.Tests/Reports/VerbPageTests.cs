using System.Globalization;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Reports;

/// <summary>The pages of audits, trade-offs and studies of parameters in a real browser.</summary>
[TestClass]
public sealed class VerbPageTests : IDisposable
{
    private const string Audit = """
        {
          "name": "audited",
          "mesh": { "axes": [ { "from": -10, "to": 10, "cells": 64 }, { "from": -10, "to": 10, "cells": 60 } ] },
          "data": { "kind": "gaussians", "means": [[-1.5, 0.5], [1.5, 1]], "variances": [0.16, 0.25] },
          "time": { "end": 0.5, "stop": 0.1, "steps": 6 },
          "generation": {
            "epsilon": 1, "start": { "kind": "forward" },
            "score": {
              "kind": "perturbed", "scale": 1.2, "bias": [0.3, 0],
              "of": { "kind": "mixture", "data": { "kind": "gaussians", "means": [[-1.5, 0.5], [1.5, 1]], "variances": [0.16, 0.25] } }
            }
          },
          "audit": { "levels": 7, "require": { "KL": 1e-6 } },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public async Task An_audit_shows_its_sentences_curves_and_levels()
    {
        string folder = scratch.At("audit");
        Outcome outcome = Scratch.Run("audit", scratch.Write("audit.json", Audit), "--out", folder);
        Assert.AreEqual(ExitCode.Violated, outcome.Code, outcome.Error);
        await using Browser browser = await Browser.Open(Path.Combine(folder, "report.html"));
        Assert.AreEqual("requirement missed", (await browser.Text("h1 .verdict")).Trim());
        string[] sentences = await browser.Ask<string[]>(
            "[...document.querySelectorAll('.findings li')].map(item => item.textContent.trim())");
        Assert.AreEqual(outcome.Error.Trim(), sentences[0], "what is required comes first");
        CollectionAssert.AreEqual(
            outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1], sentences[1..], "those of the terminal");
        CollectionAssert.AreEqual(
            (string[])["Noise loss E|ξ − ξ̂|²", "Error of the score relative to it", "Where it cannot be a score",
                "Equation of the score, ∂t ŝ = ∇(div ŝ + |ŝ|²)", "Li-Yau", "Cost"],
            await browser.Ask<string[]>("[...document.querySelectorAll('.chart h3')].map(title => title.textContent)"));

        // The curve of KL is the column of audit.csv, from the least noise.
        string[][] rows = [.. (await File.ReadAllLinesAsync(Path.Combine(folder, "audit.csv"))).Select(row => row.Split(','))];
        int column = Array.IndexOf(rows[0], "KL");
        double[] divergence = [.. rows.Skip(1).Reverse().Select(row => double.Parse(row[column], CultureInfo.InvariantCulture))];
        double?[] drawn = await browser.Ask<double?[]>("[...document.querySelectorAll('.chart .plot')].at(-1).plot.data[1]");
        Assert.HasCount(divergence.Length, drawn);
        // A log axis has no 0, the value at the start.
        for (int level = 0; level < drawn.Length; level++)
            Assert.AreEqual(divergence[level], drawn[level] ?? 0, 1e-5 * divergence[level]);

        // Read and zoomed without a pointer; sorted by the noise level.
        await browser.Page.FocusAsync(".chart .plot");
        await browser.Page.Keyboard.PressAsync("ArrowRight");
        StringAssert.Matches(await browser.Text(".chart .unseen"), new("^σ = .*excess of the score \\d"));
        const string sigmas = "[...document.querySelectorAll('table.sorts')][1].tBodies[0].rows";
        await browser.Page.EvaluateExpressionAsync("[...document.querySelectorAll('table.sorts')][1].querySelector('th button').click()");
        double[] sorted = await browser.Ask<double[]>($"[...{sigmas}].map(row => Number(row.cells[0].textContent))");
        CollectionAssert.AreEqual(sorted.Order().ToArray(), sorted);
        StringAssert.Contains(await browser.Text("body"), "-c Release --project Solver -- audit config.json");
        StringAssert.Contains(await browser.Text("body"), "\"levels\": 7");
        browser.AssertQuiet();
    }

    [TestMethod]
    public void The_page_of_an_audit_can_be_left_out_and_if_it_cannot_be_written_the_table_is_whole()
    {
        string config = scratch.Write("audit.json", Audit), without = scratch.At("without"), folder = scratch.At("out");
        Assert.AreEqual(ExitCode.Violated, Scratch.Run("audit", config, "--out", without, "--set", "output.report=false").Code);
        Assert.IsFalse(File.Exists(Path.Combine(without, "report.html")));
        OpenFolder.Disk.Value = (path, stream) =>
            path.EndsWith("report.html", StringComparison.Ordinal) ? throw new IOException("No space left on device") : stream;
        Outcome outcome = Scratch.Run("audit", config, "--out", folder);
        OpenFolder.Disk.Value = null;
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "cannot write: report.html: No space left on device");
        CollectionAssert.AreEqual(
            File.ReadAllBytes(Path.Combine(without, "audit.csv")), File.ReadAllBytes(Path.Combine(folder, "audit.csv")));
        Assert.AreEqual(ExitCode.Violated, Scratch.Run("audit", config, "--out", folder, "--force").Code);
    }

    [TestMethod]
    public async Task A_tradeoff_shows_its_recommendation_frontier_and_means()
    {
        string folder = scratch.At("tradeoff");
        Outcome outcome = Scratch.Run("study", scratch.Write(
            "tradeoff.json",
            """
            {
              "base": {
                "name": "line",
                "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 120 } ] },
                "data": { "kind": "gaussians", "means": [[-1.2], [1]], "variances": [0.15, 0.1], "weights": [0.6, 0.4] },
                "time": { "end": 1, "stop": 0.01, "steps": 30 },
                "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [-0.3], "variance": 3.3 } },
                "particles": { "count": 200, "method": "exponential", "steps": 30 }
              },
              "tradeoff": {
                "stops": [0.3, 0.1, 0.03, 0.01], "epsilons": [0, 1], "samples": [10, 20], "seeds": [1, 2],
                "scores": [ { "kind": "empirical" }, { "kind": "exact" } ], "radius": 0.1, "draws": 200
              },
              "output": { "plots": false }
            }
            """), "--out", folder);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        await using Browser browser = await Browser.Open(Path.Combine(folder, "report.html"));
        Assert.IsGreaterThan(0, await browser.Ask<int>("document.querySelectorAll('.findings li').length"));

        // The frontier: a path per group, read point by point; both ways around.
        Assert.AreEqual(8, await browser.Ask<int>("document.querySelectorAll('.key > span').length"));
        await browser.Page.FocusAsync("canvas.paths");
        await browser.Page.Keyboard.PressAsync("ArrowRight");
        string first = await browser.Text(".readout");
        StringAssert.Matches(first, new("ε = .*: novelty relative to .* = [-\\d].*, mean log v = [-\\d].*, t_min = "));
        await browser.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.AreNotEqual(first, await browser.Text(".readout"));
        await browser.Page.Keyboard.PressAsync("ArrowRight");
        Assert.AreEqual(first, await browser.Text(".readout"));

        // Means with their errors sort as numbers.
        const string table = "[...document.querySelectorAll('table.sorts')].at(-1)";
        Assert.AreEqual(4 * 2 * 2 * 2, await browser.Ask<int>($"{table}.tBodies[0].rows.length"));
        int column = await browser.Ask<int>($"[...{table}.tHead.rows[0].cells].findIndex(cell => cell.textContent.startsWith('log v'))");
        await browser.Page.EvaluateExpressionAsync($"{table}.tHead.rows[0].cells[{column}].querySelector('button').click()");
        double[] sorted = await browser.Ask<double[]>(
            $"[...{table}.tBodies[0].rows].map(row => parseFloat(row.cells[{column}].textContent))");
        CollectionAssert.AreEqual(sorted.Order().ToArray(), sorted);
        StringAssert.Contains(await browser.Text("body"), "study FILE");
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task A_study_of_parameters_shows_its_measures_over_one_of_them()
    {
        string folder = scratch.At("grid");
        Outcome outcome = Scratch.Run("study", scratch.Write(
            "grid.json",
            """
            {
              "base": {
                "name": "line",
                "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 60 } ] },
                "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
                "time": { "end": 1, "stop": 0.1, "steps": 10 },
                "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.4], "variance": 2.4 } }
              },
              "grid": { "time.stop": [0.1, 0.2], "generation.epsilon": [1, 0, 0.5] },
              "output": { "plots": false }
            }
            """), "--out", folder);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        await using Browser browser = await Browser.Open(Path.Combine(folder, "report.html"));
        CollectionAssert.AreEqual(
            (double[])[0, 0.5, 1], await browser.Ask<double[]>("document.querySelector('.chart .plot').plot.data[0]"));
        StringAssert.Contains(await browser.Text(".chart .u-legend"), "time.stop = 0.1");
        Assert.AreEqual(1 + 2, await browser.Ask<int>("document.querySelector('.chart .plot').plot.series.length"));
        Assert.AreEqual(6, await browser.Ask<int>("document.querySelectorAll('table.sorts tbody tr').length"));
        StringAssert.Contains(await browser.Text(".findings"), " is least, ");
        browser.AssertQuiet();
    }
}
