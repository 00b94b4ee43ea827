using System.Text.Json;
using PdeDiffusion.Commands;
using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class CommandLineTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("pde").FullName;
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [TestMethod]
    [DataRow("--help")]
    [DataRow("run --help")]
    [DataRow("check --help")]
    [DataRow("plot --help")]
    [DataRow("schema --help")]
    [DataRow("figures --help")]
    [DataRow("monitors --help")]
    public void Help_of_a_verb_shows_an_example(string line)
    {
        Assert.AreEqual(0, Run(line.Split(' ')));
        if (line != "--help")
            StringAssert.Contains(output.ToString(), $"{ProgramCall.Text} {line.Split(' ')[0]}", StringComparison.Ordinal);
        Assert.AreEqual("", error.ToString());
    }

    [TestMethod]
    public void Which_theorem_a_monitor_checks_is_one_command()
    {
        foreach (string name in new[] { "lp-stability", "lp-stability[p]", "lp-stability[2]", "lp-s" })
        {
            output.GetStringBuilder().Clear();
            Assert.AreEqual(0, Run("monitors", name), error.ToString());
            StringAssert.Contains(output.ToString(), "L^p stability (Liu & Zuazua 2025; numerics 2.2)", StringComparison.Ordinal);
            Assert.IsFalse(output.ToString().Contains("li-yau:", StringComparison.Ordinal));
        }

        output.GetStringBuilder().Clear();
        Assert.AreEqual(0, Run("monitors"));
        foreach (MonitorDescriptor monitor in MonitorRegistry.Descriptors)
            StringAssert.Contains(output.ToString(), $"{monitor.Name}", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("monitors", "momentum"));
        StringAssert.StartsWith(error.ToString(), "momentum: no monitor has this name; there are mass[u], ", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("march x.json")]
    [DataRow("run")]
    [DataRow("run a.json b.json")]
    [DataRow("run a.json --threads many")]
    [DataRow("run a.json --threads 0")]
    [DataRow("run a.json --fast")]
    public void A_wrong_command_line_exits_with_1_and_one_message(string line)
    {
        Assert.AreEqual(ExitCode.WrongCommandLine, Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        StringAssert.Contains(error.ToString(), "--help", StringComparison.Ordinal);
        Assert.AreEqual("", output.ToString());
    }

    [TestMethod]
    public void A_config_that_is_not_there_exits_with_2_and_writes_nothing()
    {
        Assert.AreEqual(ExitCode.BadInput, Run("run", Path.Combine(root, "none.json"), "--out", Path.Combine(root, "out")));
        StringAssert.Contains(error.ToString(), "none.json", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Path.Combine(root, "out")));
        Assert.IsFalse(error.ToString().Contains("   at ", StringComparison.Ordinal));
    }

    [TestMethod]
    public void A_run_writes_the_contract_and_ends_with_its_folder()
    {
        string folder = Path.Combine(root, "out");
        Assert.AreEqual(0, Run("run", Config(), "--out", folder), error.ToString());
        foreach (string name in new[] { "run.json", "readings.csv", "summary.json", "snapshots.csv", "snapshots/000.csv",
            "snapshots/001.csv" })
            Assert.IsTrue(File.Exists(Path.Combine(folder, name)), name);
        Assert.AreEqual(folder, output.ToString().TrimEnd('\n').Split('\n')[^1]);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        Assert.AreEqual("held", summary.RootElement.GetProperty("verdict").GetString());
        Assert.IsTrue(summary.RootElement.GetProperty("errors").GetProperty("L1").GetDouble() is > 0 and < 0.1);
        StringAssert.StartsWith(File.ReadAllLines(Path.Combine(folder, "snapshots.csv"))[1], "000,1,", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_same_run_is_replaced_by_the_same_bytes_and_another_is_refused_until_forced()
    {
        string folder = Path.Combine(root, "out"), twin = Path.Combine(root, "twin"), config = Config();
        Assert.AreEqual(0, Run("run", config, "--out", folder, "--reproducible", "--threads", "1"), error.ToString());
        Dictionary<string, string> first = Contents(folder);
        Assert.AreEqual(0, Run("run", config, "--out", folder, "--reproducible", "--threads", "2"), error.ToString());
        Assert.AreEqual(0, Run("run", config, "--out", twin, "--reproducible"), error.ToString());
        CollectionAssert.AreEquivalent(first, Contents(folder));
        CollectionAssert.AreEquivalent(first, Contents(twin));

        Assert.AreEqual(ExitCode.BadInput, Run("run", config, "--out", folder, "--set", "time.steps=7"));
        StringAssert.Contains(error.ToString(), "--force", StringComparison.Ordinal);
        CollectionAssert.AreEquivalent(first, Contents(folder));
        Assert.AreEqual(0, Run("run", config, "--out", folder, "--set", "time.steps=7", "--force"), error.ToString());
    }

    [TestMethod]
    public void An_interrupted_run_exits_with_4_says_where_and_leaves_an_unfinished_folder()
    {
        string folder = Path.Combine(root, "out");
        Assert.AreEqual(ExitCode.Failed, Interrupt(new CancellationToken(true), "run", Config(), "--out", folder));
        StringAssert.Contains(error.ToString(), "interrupted after forward step 61 of 61", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("run", Config(), "--out", folder));
        StringAssert.Contains(error.ToString(), "unfinished", StringComparison.Ordinal);
        Assert.AreEqual(0, Directory.GetFiles(folder, "*.part", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    public void A_start_where_u_is_at_its_floor_is_refused_and_leaves_nothing()
    {
        string folder = Path.Combine(root, "out");
        Assert.AreEqual(
            ExitCode.BadInput,
            Run(
                "run", Config(), "--out", folder, "--set", "time.end=0.002", "--set", "time.warmup=1", "--set", "time.steps=1",
                "--set", "time.stop=0.001", "--set", "mesh.axes[0].from=-400", "--set", "mesh.axes[0].to=400", "--set",
                    "mesh.axes[0].cells=4000",
                "--set", "generation.start.mean=[300]"),
            error.ToString());
        StringAssert.Contains(error.ToString(), "generation.start", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void Check_validates_and_writes_nothing()
    {
        string config = Config();
        Assert.AreEqual(0, Run("check", config), error.ToString());
        StringAssert.Contains(output.ToString(), "200 cells", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("check", config, "--set", "time.steps=0"));
        CollectionAssert.AreEqual(new[] { config }, Directory.GetFileSystemEntries(root));
    }

    [TestMethod]
    public void Plot_draws_the_figures_of_a_finished_run_again_to_the_same_bytes()
    {
        string folder = Path.Combine(root, "out");
        Assert.AreEqual(
            0, Run("run", Config(), "--out", folder, "--set", "output.plots=true"), error.ToString());
        Dictionary<string, string> first = Contents(folder);
        Assert.IsTrue(first.Keys.Any(name => name.EndsWith(".png", StringComparison.Ordinal)));
        foreach (string picture in Directory.GetFiles(folder, "*.png"))
            File.Delete(picture);
        Assert.AreEqual(0, Run("plot", folder), error.ToString());
        CollectionAssert.AreEquivalent(first, Contents(folder));
        Assert.AreEqual(ExitCode.BadInput, Run("plot", root));
    }

    [TestMethod]
    public void Schema_prints_json()
    {
        Assert.AreEqual(0, Run("schema"), error.ToString());
        using var schema = JsonDocument.Parse(output.ToString());
        Assert.AreEqual(JsonValueKind.Object, schema.RootElement.ValueKind);
    }

    private int Run(params string[] args) => Interrupt(CancellationToken.None, args);

    private int Interrupt(CancellationToken cancellation, params string[] args) => CommandLine.Run(args, output, error, cancellation);

    private string Config()
    {
        string path = Path.Combine(root, "config.json");
        File.WriteAllText(path, """
            {
              "name": "gaussian",
              "mesh": { "axes": [ { "from": -8, "to": 8, "cells": 200 } ] },
              "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
              "time": { "end": 1, "stop": 0.01, "steps": 60 },
              "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 } },
              "reference": { "kind": "gaussian" },
              "output": { "plots": false }
            }
            """);
        return path;
    }

    private static Dictionary<string, string> Contents(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(File.ReadAllBytes(file)));
}
