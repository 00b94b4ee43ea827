using System.Diagnostics;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Studies that are computed in shards: any order, any kills, the bytes of one machine; what is missing is named.</summary>
[TestClass]
public sealed class ShardedStudyTests : IDisposable
{
    private const string Base = """
        {
          "name": "line",
          "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 60 }] },
          "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
          "time": { "end": 0.5, "stop": 0.01, "steps": 12 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.5], "variance": 1.5 } },
          "reference": { "kind": "gaussian" }
        }
        """;

    private static readonly Dictionary<string, string> Studies = new()
    {
        ["reference"] = """
            { "base": "base.json", "sweep": [ { "cells": [30, 60, 120, 240] }, { "steps": [6, 12, 24] } ], "norms": ["L1", "KL"] }
            """,
        ["finest"] = """{ "base": "base.json", "sweep": { "cells": [30, 60, 120, 240], "steps": [6, 12, 24, 48] }, "against": "finest" }""",
        ["grid"] = """
            {
              "base": "particles.json", "grid": { "generation.epsilon": [0, 0.5, 1], "time.stop": [0.05, 0.01] }, "output": { "svg": true }
            }
            """,
        ["tradeoff"] = """
            {
              "base": "particles.json",
              "tradeoff": {
                "stops": [0.05, 0.02], "epsilons": [0, 1], "samples": [10, 20], "seeds": [1, 2],
                "scores": [ { "kind": "exact" }, { "kind": "empirical" } ], "radius": 0.1, "draws": 100
              }
            }
            """,
    };

    private readonly Scratch scratch = new();

    public ShardedStudyTests()
    {
        scratch.Write("base.json", Base);
        scratch.Write(
            "particles.json",
            Base.Replace("\"reference\"", "\"particles\": { \"count\": 200, \"steps\": 12 }, \"reference\"", StringComparison.Ordinal));
        foreach ((string name, string study) in Studies)
            scratch.Write(name + ".json", study);
    }

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow("reference", 3)]
    [DataRow("finest", 2)]
    [DataRow("grid", 4)]
    [DataRow("tradeoff", 3)]
    public void JoinedShardsAreTheStudyOfOneMachine(string name, int count)
    {
        string study = scratch.At(name + ".json"), whole = scratch.At("whole"), joined = scratch.At("joined");
        Outcome expected = Scratch.Run("study", study, "--out", whole, "--reproducible", "--quiet");
        Assert.AreEqual(0, expected.Code, expected.Error);
        foreach (int number in Enumerable.Range(1, count).Reverse())
        {
            Outcome shard = Scratch.Run("study", study, "--out", joined, "--reproducible", "--quiet", "--shard", $"{number}/{count}");
            Assert.AreEqual(0, shard.Code, shard.Error);
            StringAssert.Matches(shard.Output, new Regex($"^shard {number} of {count}: [0-9]+ parts in .*{number}-of-{count}\n$"));
        }

        Assert.IsFalse(Directory.Exists(joined));
        Outcome found = Scratch.Run("study", study, "--out", joined, "--reproducible", "--quiet", "--join");
        Assert.AreEqual(0, found.Code, found.Error);
        Assert.AreEqual(expected.Output.Replace(whole, joined, StringComparison.Ordinal), found.Output);
        Scratch.AssertSame(Scratch.Contents(whole), joined, name);
    }

    /// <summary>Four processes at once, each killed at a moment of its own and called again until it has finished.</summary>
    [TestMethod]
    [DataRow("grid")]
    [DataRow("tradeoff")]
    public void FourProcessesWithKillsAnywhereGiveTheSameBytes(string name)
    {
        string study = scratch.At(name + ".json"), whole = scratch.At("whole"), joined = scratch.At("joined");
        Assert.AreEqual(0, Scratch.Run("study", study, "--out", whole, "--reproducible", "--quiet").Code);
        var random = new Random(name.Length);
        int[] waits = [.. Enumerable.Range(0, 4).Select(_ => random.Next(150, 700))];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
        {
            using (Process process = Start(number))
            {
                if (!process.WaitForExit(waits[number]))
                    process.Kill();
                process.WaitForExit();
            }

            using Process again = Start(number);
            Outcome outcome = Scratch.Finish(again);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
        });
        Outcome found = Scratch.Run("study", study, "--out", joined, "--reproducible", "--quiet", "--join");
        Assert.AreEqual(0, found.Code, found.Error);
        Scratch.AssertSame(Scratch.Contents(whole), joined, name);

        Process Start(int number) => Scratch.Start(
            null, "study", study, "--out", joined, "--reproducible", "--quiet", "--threads", "1", "--shard", $"{number + 1}/4");
    }

    [TestMethod]
    public void WhatIsThereIsNotComputedAgainAndADamagedPartIs()
    {
        string[] own = Parts(Shard("grid", "1/2"));
        string[] before = [.. own.Select(Timeless)];
        DateTime[] written = [.. own.Select(File.GetLastWriteTimeUtc)];
        byte[] damaged = File.ReadAllBytes(own[1]);
        damaged[damaged.Length / 2] ^= 1;
        File.WriteAllBytes(own[1], damaged);
        Outcome again = Scratch.Run(Args("grid", "--shard", "1/2"));
        Assert.AreEqual(0, again.Code, again.Error);
        StringAssert.Contains(again.Error, "resuming shard 1 of 2: 1 of 3 parts left", StringComparison.Ordinal);
        Assert.AreEqual(before[1], Timeless(own[1]));
        Assert.AreEqual(written[0], File.GetLastWriteTimeUtc(own[0]));

        Outcome over = Scratch.Run(Args("grid", "--shard", "1/2", "--force"));
        Assert.AreEqual(0, over.Code, over.Error);
        Assert.AreNotEqual(written[0], File.GetLastWriteTimeUtc(own[0]));
    }

    [TestMethod]
    public void WhatIsMissingOrFailedIsNamed()
    {
        Refused("contains no shards: compute them with --shard K/N");
        string first = Shard("grid", "1/3");
        Shard("grid", "2/3");
        Refused("shard 3 of 3 is missing");
        File.Delete(Parts(first)[0]);
        Refused("shard 1 of 3 is not finished: it has 1 of 2 parts", "shard 3 of 3 is missing");
        Shard("grid", "1/4");
        Refused("contains shards of 3 and of 4: remove those that are not meant");
    }

    [TestMethod]
    public void AShardThatFailedSaysWhy()
    {
        string failing = scratch.Write("failing.json", """
            { "base": "base.json", "grid": { "time.stop": [0.05, 0.01] } }
            """);
        string shards = Path.Combine(scratch.At("joined") + ".shards", "1-of-1");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Outcome interrupted = Scratch.Run(
            cancelled.Token, "study", failing, "--out", scratch.At("joined"), "--quiet", "--shard", "1/1");
        Assert.AreEqual(ExitCode.Failed, interrupted.Code, interrupted.Error);
        Assert.IsFalse(File.ReadAllText(Path.Combine(shards, "shard.json")).Contains("\"failed\"", StringComparison.Ordinal));
        string record = Path.Combine(shards, "shard.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace(
            "\"finished\": false,", "\"finished\": false,\n  \"failed\": \"the disk is full\",", StringComparison.Ordinal));
        Outcome joined = Scratch.Run("study", failing, "--out", scratch.At("joined"), "--quiet", "--join");
        Assert.AreEqual(ExitCode.BadInput, joined.Code);
        StringAssert.Contains(
            joined.Error, "shard 1 of 1 is not finished: it has 0 of 2 parts; it failed: the disk is full", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ShardsOfAnotherConfigOrVersionAreRefusedByName()
    {
        string first = Shard("grid", "1/2");
        Shard("grid", "2/2");
        Outcome other = Scratch.Run(Args("grid", "--shard", "1/2", "--set", "base.time.steps=13"));
        Assert.AreEqual(ExitCode.BadInput, other.Code);
        StringAssert.Contains(
            other.Error, "contains shard 1 of 2 of a study that differs: base.time.steps is 12 there but 13 here; use --force",
            StringComparison.Ordinal);
        Refused(
            ["--set", "base.time.steps=13"], "shard 1 of 2 is of a study that differs: base.time.steps is 12 there but 13 here",
            "shard 2 of 2 is of a study that differs");

        string record = Path.Combine(first, "shard.json");
        File.WriteAllText(record, Regex.Replace(File.ReadAllText(record), "\"build\": \"[^\"]*\"", "\"build\": \"0.0.9\""));
        Refused("shard 1 of 2 is of a study that differs: it was written by version 0.0.9 of the program");
    }

    [TestMethod]
    public void ShardsOfUnlikeProcessorsAreNoted()
    {
        string first = Shard("grid", "1/2");
        Shard("grid", "2/2");
        string record = Path.Combine(first, "shard.json");
        File.WriteAllText(record, Regex.Replace(File.ReadAllText(record), "\"processor\": \"[^\"]*\"", "\"processor\": \"Linux S390x\""));
        Outcome joined = Scratch.Run(Args("grid", "--join"));
        Assert.AreEqual(0, joined.Code, joined.Error);
        StringAssert.Contains(
            joined.Error, "note: the shards were computed on unlike processors (Linux S390x; Linux ", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("--shard 1/2 --join", ExitCode.WrongCommandLine, "--shard and --join cannot be used together")]
    [DataRow("--join --estimate", ExitCode.WrongCommandLine, "--join and --estimate cannot be used together")]
    [DataRow("--slurm 2 --shard 1/2", ExitCode.WrongCommandLine, "--shard and --slurm cannot be used together")]
    [DataRow("--slurm 0", ExitCode.WrongCommandLine, "--slurm must be from 1 to 10000")]
    [DataRow("--slurm 10001", ExitCode.WrongCommandLine, "--slurm must be from 1 to 10000")]
    [DataRow("--shard 3/2", ExitCode.BadInput, "--shard: must be K/N")]
    public void OptionsThatDoNotFitAreOneLine(string options, int code, string message)
    {
        Outcome outcome = Scratch.Run(Args("grid", options.Split(' ')));
        Assert.AreEqual(code, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, message, StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(scratch.At("joined") + ".shards"));
    }

    /// <summary>The script is one that a shell reads, and its command computes the shard of its task.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("grid", 6)]
    public void TheScriptForSlurmComputesTheShards(string name, int parts)
    {
        if (!File.Exists("/bin/sh"))
            Assert.Inconclusive("no /bin/sh");
        using Process print = Scratch.Start(
            null, "study", scratch.At(name + ".json"), "--out", scratch.At("my joined"), "--slurm", "2", "--threads", "1",
            "--reproducible");
        Outcome script = Scratch.Finish(print);
        Assert.AreEqual(0, script.Code, script.Error);
        foreach (string line in new[]
        {
            "#!/bin/bash\n", $"# {parts} parts in 2 shards.", "#SBATCH --array=1-2\n", "#SBATCH --cpus-per-task=1\n", "#SBATCH --requeue\n",
        })
        {
            StringAssert.Contains(script.Output, line, StringComparison.Ordinal);
        }

        StringAssert.Matches(script.Output, new Regex("#SBATCH --time=0-00:[0-9]{2}:00\n"));
        StringAssert.Matches(script.Output, new Regex("#SBATCH --mem=[0-9]+M\n"));
        string file = scratch.Write("job.sh", script.Output);
        foreach (string task in new[] { "1", "2" })
        {
            using Process process = Scratch.StartFile(
                "/bin/sh", new Dictionary<string, string> { ["SLURM_ARRAY_TASK_ID"] = task, ["SLURM_ARRAY_TASK_COUNT"] = "2" }, file);
            Assert.AreEqual(0, Scratch.Finish(process).Code);
        }

        string join = script.Output.Split("# Then: ")[1].Split('\n')[0];
        using Process joining = Scratch.StartFile("/bin/sh", null, "-c", join);
        Outcome joined = Scratch.Finish(joining);
        Assert.AreEqual(0, joined.Code, joined.Error);
        Assert.IsTrue(File.Exists(Path.Combine(scratch.At("my joined"), "study.json")));
    }

    private string[] Args(string name, params string[] more) =>
        ["study", scratch.At(name + ".json"), "--out", scratch.At("joined"), .. more];

    /// <summary>Computes a shard; returns its folder.</summary>
    private string Shard(string name, string shard)
    {
        Outcome outcome = Scratch.Run(Args(name, "--quiet", "--shard", shard));
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        return Path.Combine(scratch.At("joined") + ".shards", shard.Replace("/", "-of-", StringComparison.Ordinal));
    }

    /// <summary>A part without the time that it took, and its hash.</summary>
    private static string Timeless(string file) => Regex.Replace(File.ReadAllText(file), "\"(sha256|seconds)\": ?\"[^\"]*\"", "");

    private static string[] Parts(string folder) => [.. Directory.GetFiles(folder, "part-*.json").Order(StringComparer.Ordinal)];

    private void Refused(params string[] messages) => Refused([], messages);

    private void Refused(string[] sets, params string[] messages)
    {
        Outcome outcome = Scratch.Run(Args("grid", ["--join", .. sets]));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        foreach (string message in messages)
            StringAssert.Contains(outcome.Error, message, StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(scratch.At("joined")));
    }
}
