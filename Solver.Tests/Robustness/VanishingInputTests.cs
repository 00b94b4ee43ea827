using PdeDiffusion.Commands;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// An input file that is there when it is looked for and gone when it is opened, below the program's file layer: exit 2, as for a file that
/// was never there, the file named, nothing written. Each opening of each file has its turn.
/// </summary>
[TestClass]
public sealed class VanishingInputTests : IDisposable
{
    private const string Run = """
        {
          "name": "vanishing", "mesh": "mesh.json", "data": { "kind": "points", "file": "points.csv" },
          "time": { "end": 1, "stop": 0.01, "steps": 6, "warmup": 3 },
          "generation": { "epsilon": 0, "start": { "kind": "density", "file": "snapshot.csv" },
            "score": { "kind": "tabulated", "file": "score.csv" } },
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public VanishingInputTests()
    {
        scratch.Write("mesh.json", """{ "axes": [ { "from": -6, "to": 6, "cells": 4 } ] }""");
        scratch.Write("points.csv", "x\n-1\n0\n1\n2\n");
        scratch.Write("snapshot.csv",
            "x,u,v,w,score,div_score\n-4.5,0.05,0.05,1,0,0\n-1.5,0.1,0.1,1,0,0\n1.5,0.1,0.1,1,0,0\n4.5,0.05,0.05,1,0,0\n");
        scratch.Write("score.csv", string.Join('\n', new[] { "0.01", "1" }.SelectMany(
            time => new[] { "-4.5", "-1.5", "1.5", "4.5" }.Select(x => $"{time},{x},0.1")).Prepend("time,x,score")) + "\n");
        scratch.Write("run.json", Run);
        scratch.Write("study.json", """{ "base": "run.json", "sweep": { "steps": [6, 12] } }""");
        scratch.Write("tradeoff.json", """
            { "base": "base.json",
              "tradeoff": { "stops": [0.01], "folds": 2, "seeds": [1], "scores": [{ "kind": "empirical" }],
                "radius": 0.1 } }
            """);
        scratch.Write("base.json", Run.Replace(
            """{ "kind": "tabulated", "file": "score.csv" }""", """{ "kind": "grid" }""", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        InputText.Opening.Value = null;
        scratch.Dispose();
    }

    [TestMethod]
    [DataRow("check", "run.json", "mesh.json points.csv snapshot.csv score.csv")]
    [DataRow("run", "run.json", "mesh.json points.csv snapshot.csv score.csv")]
    [DataRow("study", "study.json", "run.json mesh.json points.csv snapshot.csv score.csv")]
    [DataRow("study", "tradeoff.json", "base.json mesh.json points.csv snapshot.csv")]
    public void A_file_that_vanishes_before_it_is_opened_is_named_and_nothing_is_written(string verb, string file, string named)
    {
        string[] args = verb == "check" ? [verb, scratch.At(file)] : [verb, scratch.At(file), "--out", scratch.At("out"), "--quiet"];
        var opened = new List<string>();
        InputText.Opening.Value = path =>
        {
            lock (opened)
                opened.Add(Path.GetFileName(path));
        };
        Outcome whole = Scratch.Run(args);
        Assert.AreEqual(0, whole.Code, whole.Error);
        foreach (string name in named.Split(' ').Prepend(file))
            Assert.IsTrue(opened.Contains(name), $"{name} was never opened");
        if (verb != "check")
            Directory.Delete(scratch.At("out"), recursive: true);
        foreach ((string name, int times) in opened.CountBy(name => name).ToArray())
        {
            for (int number = 1; number <= times; number++)
            {
                int left = number;
                string path = scratch.At(name), kept = File.ReadAllText(path);
                InputText.Opening.Value = opening =>
                {
                    if (Path.GetFileName(opening) == name && Interlocked.Decrement(ref left) == 0)
                        File.Delete(opening);
                };
                Outcome outcome = Scratch.Run(args);
                string what = $"{name}, opening {number} of {times}: {outcome.Error}";
                Assert.AreEqual(ExitCode.BadInput, outcome.Code, what);
                StringAssert.Contains(outcome.Error, $"{name}: there is no such file", StringComparison.Ordinal, what);
                Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), what);
                // A trade-off keeps the cells that it has.
                Assert.IsTrue(file == "tradeoff.json" || !Directory.Exists(scratch.At("out")), what);
                File.WriteAllText(path, kept);
            }
        }
    }

    [TestMethod]
    [DataRow("checkpoint-0.bin", "resuming from checkpoint-1.bin")]
    [DataRow("checkpoint-1.bin", "resuming from checkpoint-0.bin")]
    [DataRow("checkpoint-?.bin", "starting from the beginning")]
    public void A_checkpoint_that_vanishes_is_told_and_the_run_goes_on_from_what_is_left(string pattern, string said)
    {
        string config = scratch.Write("line.json", SmallRuns.Line), whole = scratch.At("whole"), folder = scratch.At("out");
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", whole, "--reproducible").Code);
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", folder, "--reproducible").Code);
        int deleted = 0;
        InputText.Opening.Value = path =>
        {
            if (!System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path)))
                return;
            File.Delete(path);
            deleted++;
        };
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume");
        Assert.AreEqual(pattern.Contains('?', StringComparison.Ordinal) ? 2 : 1, deleted);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, said, StringComparison.Ordinal);
        StringAssert.Contains(outcome.Error, "cannot be read: ", StringComparison.Ordinal);
        Scratch.AssertSame(Scratch.Contents(whole), folder, pattern);
    }

    [TestMethod]
    [DataRow("run", "--resume", "run.json")]
    [DataRow("run", "--quiet", "run.json")]
    [DataRow("study", "--quiet", "study.json")]
    public void A_record_that_vanishes_is_named(string verb, string flag, string record)
    {
        string folder = scratch.At("out");
        string[] args = [verb, scratch.At(record), "--out", folder];
        Assert.AreEqual(0, Scratch.Run(args).Code);
        InputText.Opening.Value = path =>
        {
            if (Path.GetDirectoryName(path) == folder)
                File.Delete(path);
        };
        Outcome outcome = Scratch.Run([.. args, flag]);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, Path.Combine(folder, record), StringComparison.Ordinal);
        Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
    }
}
