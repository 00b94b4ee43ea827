using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Hostile input, 20 000 cases: mutations of real configs, meshes, tables and checkpoints. Each ends with an exit code of the contract and
/// a message, in bounded time; a small one that is valid is run as well.
/// </summary>
[TestClass]
public sealed partial class FuzzTests : IDisposable
{
    private const int MostSecondsOfACase = 20;
    private const int LargestRun = 20_000;

    private static readonly string[] Bases =
    [
        SmallRuns.Line, SmallRuns.Plane, SmallRuns.Forward,
        """
        { "name": "score", "mesh": "mesh.json", "data": { "kind": "points", "file": "points.csv" },
          "time": { "end": 1, "stop": 0.01, "steps": 6, "spacing": "uniform", "shift": 0, "warmup": 3 },
          "generation": { "epsilon": 0, "start": { "kind": "density", "file": "snapshot.csv", "column": "v" },
            "score": { "kind": "perturbed", "of": { "kind": "mixture", "data": { "kind": "gaussians", "means": [[0]], "variances": [1] } },
              "bias": [0.1], "scale": 1.1, "noise": 0.1, "seed": 3 } },
          "monitors": { "enabled": true, "lp": [1, 2, "inf"], "onViolation": "fail" }, "output": { "plots": false } }
        """,
        """
        { "name": "curve", "mesh": { "axes": [
            { "from": -3, "to": 3, "cells": 12 }, { "faces": [-3, -1, 0, 1, 3], "boundary": "no-flux" } ] },
          "data": { "kind": "curve-sample", "curve": "lemniscate", "scale": 2, "samples": 20, "seed": 1 },
          "time": { "end": 1, "stop": 0.1, "steps": 5, "warmup": 3 },
          "generation": { "epsilon": 1, "start": { "kind": "forward" } }, "memory": 1e6,
          "output": { "plots": false, "snapshots": [1, 0.5] } }
        """,
        """
        { "name": "samplers", "base": { "name": "base", "mesh": "mesh.json",
            "data": { "kind": "gaussians", "means": [[-1], [0.5]], "variances": [0.1, 0.2] },
            "time": { "end": { "sigma": 2 }, "stop": 0.01, "steps": 6 }, "generation": { "epsilon": 0, "start": { "kind": "forward" } } },
          "samplers": { "methods": ["ddim", "heun", "churn"], "steps": [3, 5], "schedules": [{ "kind": "edm", "rho": 5 },
            { "kind": "geometric", "shift": 0.1 }, { "kind": "process", "process": { "kind": "vp" } }], "count": 50, "seeds": [1, 2],
            "churn": { "sChurn": 5, "sTmin": 0.1, "sTmax": 1 }, "calls": 6 } }
        """,
    ];

    private const string Mesh =
        """{ "axes": [ { "from": -6, "to": 6, "cells": 20, "grading": { "kind": "sinh", "strength": 3, "centre": 0 } } ] }""";
    private const string Points = "x,weight\n-1,0.5\n0.25,0.25\n2,1e-3\n";

    private readonly Scratch scratch = new();
    private readonly byte[] snapshot;

    public FuzzTests()
    {
        scratch.Write("mesh.json", Mesh);
        scratch.Write("points.csv", Points);
        Outcome made = Scratch.Run(
            "run", scratch.Write("config.json", Bases[3]), "--out", scratch.At("made"), "--set", "generation.start={\"kind\":\"forward\"}");
        Assert.AreEqual(0, made.Code, made.Error);
        snapshot = File.ReadAllBytes(Path.Combine(scratch.At("made"), "snapshots", "000.csv"));
        File.WriteAllBytes(scratch.At("snapshot.csv"), snapshot);
    }

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Configs_end_with_a_code_and_a_message(int seed)
    {
        var random = new Random(seed);
        for (int number = 0; number < 3000; number++)
        {
            byte[] config = Mutation.OfJson(Encoding.UTF8.GetBytes(Bases[random.Next(Bases.Length)]), random);
            File.WriteAllBytes(scratch.At("config.json"), config);
            Judge(seed, number, config);
        }
    }

    [TestMethod]
    [DataRow("mesh.json", 2000)]
    [DataRow("points.csv", 2000)]
    [DataRow("snapshot.csv", 2000)]
    public void Files_that_a_config_names_end_with_a_code_and_a_message(string name, int cases)
    {
        var random = new Random(cases + name.Length);
        byte[] whole = File.ReadAllBytes(scratch.At(name));
        scratch.Write("config.json", Bases[3]);
        for (int number = 0; number < cases; number++)
        {
            byte[] changed = name == "mesh.json" ? Mutation.OfJson(whole, random) : Mutation.OfTable(whole, random);
            File.WriteAllBytes(scratch.At(name), changed);
            Judge(cases, number, changed);
        }
    }

    [TestMethod]
    public void Checkpoints_are_read_or_refused()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("run");
        string[] run = ["run", config, "--out", folder, "--set", "errorEstimate=false", "--set", "output.report=false"];
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, run).Code);

        string slot = Path.Combine(folder, "checkpoint-1.bin");
        byte[] whole = File.ReadAllBytes(slot);
        File.Delete(Path.Combine(folder, "checkpoint-0.bin"));
        var random = new Random(5);
        int read = 0;
        for (int number = 0; number < 2000; number++)
        {
            byte[] changed = Mutation.OfBytes(whole, random);
            // With a right hash half of the time: then only the reader's own checks stand in the way.
            if (random.Next(2) == 0 && changed.Length > 32)
                changed = [.. changed[..^32], .. SHA256.HashData(changed.AsSpan(0, changed.Length - 32))];
            File.WriteAllBytes(slot, changed);
            try
            {
                CheckpointFile.Read(slot);
                read++;
            }
            catch (InvalidDataException)
            {
            }

            if (number % 40 == 0)
            {
                Outcome outcome = Scratch.Run([.. run, "--resume", "--quiet"]);
                AssertContract(outcome, $"checkpoint {number}");
                if (outcome.Code == 0)
                {
                    Scratch.Run(new CancellationToken(true), [.. run, "--force"]);
                    File.Delete(Path.Combine(folder, "checkpoint-0.bin"));
                }
            }
        }

        Assert.IsTrue(read is > 0 and < 2000);
    }

    [TestMethod]
    public void Deep_and_long_input_is_an_error_and_takes_little_memory()
    {
        foreach (string text in new[]
        {
            new string('[', 1_000_000), string.Concat(Enumerable.Repeat("{\"a\":", 200_000)), "\"" + new string('x', 5_000_000),
            "{\"name\": \"" + new string('n', 1_000_000) + "\"}", "[" + string.Join(',', Enumerable.Repeat("1", 1_000_000)) + "]",
        })
        {
            scratch.Write("config.json", text);
            Judge(0, 0, Encoding.UTF8.GetBytes(text[..20]));
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("points.csv")]
    [DataRow("snapshot.csv")]
    [DataRow("config.json")]
    public void A_line_of_a_gigabyte_is_an_error_and_takes_little_memory(string name)
    {
        const int Length = 1 << 30;
        scratch.Write("config.json", Bases[3]);
        var digits = new byte[1 << 20];
        Array.Fill(digits, (byte)'1');
        byte[] header = name == "config.json" ? [] : [.. File.ReadAllBytes(scratch.At(name)).TakeWhile(one => one != '\n'), (byte)'\n'];
        using (FileStream file = File.Create(scratch.At(name)))
        {
            file.Write(header);
            for (int written = 0; written < Length; written += digits.Length)
                file.Write(digits);
        }

        Outcome outcome = null!;
        long taken = Allocations.LeastOf(1, () => outcome = Scratch.Run("check", scratch.At("config.json")));
        AssertContract(outcome, name);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(
            outcome.Error, name == "config.json" ? "is larger than 64 MB" : $"{name}:2: the line is longer than 10000 characters",
            StringComparison.Ordinal);
        Assert.IsTrue(taken < 300L << 20, $"{taken} bytes");
        if (name != "config.json")
            Assert.IsTrue(taken < 10 << 20, $"{taken} bytes");
    }

    /// <summary>Validates the config, and runs it if it is valid and small.</summary>
    private void Judge(int seed, int number, byte[] changed)
    {
        string config = scratch.At("config.json");
        string what = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, case {number}: {Encoding.UTF8.GetString(changed)}");
        // Slow by the clock and by the processor: neither a busy machine nor another test beside it makes a case slow.
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        Outcome outcome = Scratch.Run("check", config);
        AssertContract(outcome, what);
        if (outcome.Code == 0 && number % 10 == 0 && Sizes().Match(outcome.Output) is { Success: true } sizes)
        {
            long[] size = [.. Enumerable.Range(1, 3).Select(group => long.Parse(sizes.Groups[group].Value, CultureInfo.InvariantCulture))];
            if (size[0] * (size[1] + size[2]) <= LargestRun)
            {
                AssertContract(Scratch.Run(
                    "run", config, "--out", scratch.At("out"), "--force", "--quiet", "--threads", "1", "--set", "output.plots=false"),
                        what);
            }
        }

        TimeSpan used = Environment.CpuUsage.TotalTime - before, taken = used < watch.Elapsed ? used : watch.Elapsed;
        Assert.IsTrue(taken.TotalSeconds < MostSecondsOfACase, $"{taken}: {what}");
    }

    private static void AssertContract(Outcome outcome, string what)
    {
        Assert.IsTrue(outcome.Code is 0 or ExitCode.BadInput or ExitCode.Violated or ExitCode.Failed, what);
        Assert.IsTrue(outcome.Code == 0 || outcome.Error.Length > 0, what);
        Assert.IsFalse(
            outcome.Error.Contains("unexpected ", StringComparison.Ordinal) || outcome.Error.Contains("   at ", StringComparison.Ordinal),
            $"{outcome.Error} {what}");
        Assert.IsFalse(outcome.Error.Contains("out of memory", StringComparison.Ordinal), what);
    }

    [GeneratedRegex(@"valid; (\d+) cells, (\d+) \+ (\d+) steps")]
    private static partial Regex Sizes();
}
