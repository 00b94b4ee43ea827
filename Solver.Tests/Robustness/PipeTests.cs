using System.Diagnostics;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Pipes, devices and hostile text: a pipe serves as the config of a verb, anything else is refused before it is opened.</summary>
[TestClass]
public sealed class PipeTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow("run")]
    [DataRow("check")]
    [DataRow("study")]
    [DataRow("figures")]
    public void Every_verb_reads_its_config_from_a_pipe_and_from_standard_input(string verb)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string text = verb switch
        {
            "study" => $"{{ \"name\": \"study\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [4, 8] }} }}",
            _ => SmallRuns.Line,
        };
        string file = scratch.Write("config.json", text);
        string[] flags = verb == "check" ? [] : ["--out", scratch.At("out"), "--quiet"];
        string pipe = scratch.At("pipe");
        LinkTests.MakePipe(pipe);
        using (Process writer = Scratch.StartFile("/bin/sh", null, "-c", $"cat '{file}' > '{pipe}'"))
        {
            Outcome piped = Scratch.Run([verb, pipe, .. flags]);
            Assert.AreEqual(0, piped.Code, piped.Error);
            writer.WaitForExit();
        }

        using Process process = Scratch.StartFile(
            "/bin/sh", null, ["-c", $"cat '{file}' | dotnet \"$@\"", "sh", Scratch.Program, verb, "-", .. flags]);
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
    }

    [TestMethod]
    public void A_wait_for_a_pipe_ends_with_the_first_signal()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string pipe = scratch.At("pipe");
        LinkTests.MakePipe(pipe);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Outcome outcome = Scratch.Run(cancellation.Token, "run", pipe);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "interrupted", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("mesh.json", "\"mesh\": { \"axes\": [ { \"from\": -6, \"to\": 6, \"cells\": 150 } ] }", "\"mesh\": \"mesh.json\"")]
    [DataRow("points.csv", "\"points\": [[-1], [0.5], [2]], \"weights\": [0.5, 0.3, 0.2]", "\"file\": \"points.csv\"")]
    [DataRow("base.json", "", "")]
    public void A_pipe_that_a_config_names_is_refused_and_not_waited_for(string name, string find, string replace)
    {
        if (!OperatingSystem.IsLinux())
            return;
        LinkTests.MakePipe(scratch.At(name));
        string config = find.Length == 0
            ? scratch.Write("study.json", "{ \"base\": \"base.json\", \"grid\": { \"time.steps\": [4, 8] } }")
            : scratch.Write("config.json", SmallRuns.Line.Replace(find, replace, StringComparison.Ordinal));
        Outcome outcome = Scratch.Run("check", config);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "is a pipe, not a file", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("run.json", "--resume")]
    [DataRow("run.json", "--quiet")]
    [DataRow("checkpoint-0.bin", "--resume")]
    public void A_pipe_among_the_files_of_a_run_is_not_waited_for(string name, string how)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("line.json", SmallRuns.Line), folder = scratch.At("out");
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", folder).Code);
        File.Delete(Path.Combine(folder, name));
        LinkTests.MakePipe(Path.Combine(folder, name));
        Outcome outcome = Scratch.Run("run", config, "--out", folder, how);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "is a pipe", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("link")]
    [DataRow("sparse")]
    public void A_record_without_end_is_refused(string what)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("line.json", SmallRuns.Line), folder = Directory.CreateDirectory(scratch.At("out")).FullName;
        string record = Path.Combine(folder, "run.json");
        if (what == "link")
            File.CreateSymbolicLink(record, "/dev/zero");
        else
            using (FileStream sparse = File.Create(record))
                sparse.SetLength(3L << 30);
        foreach (string how in new[] { "--quiet", "--resume" })
        {
            Outcome outcome = Scratch.Run("run", config, "--out", folder, how);
            Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
            Assert.IsFalse(outcome.Error.Contains("unexpected", StringComparison.Ordinal), outcome.Error);
        }
    }

    /// <summary>The time is linear in the text: a key of 100 kB over 100 000 members was 10 GB of paths.</summary>
    [TestMethod]
    [Timeout(20_000, CooperativeCancellation = true)]
    public void A_long_key_over_many_members_is_read_in_linear_time()
    {
        string members = string.Join(',', Enumerable.Range(0, 100_000).Select(number => $"\"{number}\":1"));
        string config = scratch.Write("long.json", $"{{ \"{new string('k', 100_000)}\": {{ {members} }} }}");
        Outcome outcome = Scratch.Run("check", config);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
    }

    [TestMethod]
    public void Characters_that_a_terminal_acts_on_are_shown_as_code_points()
    {
        string config = scratch.Write("odd.json", SmallRuns.Line.Replace(
            "\"name\": \"line\"", "\"name\": \"a\\u202Eb\\u001B[31m\"", StringComparison.Ordinal));
        Outcome outcome = Scratch.Run("check", config);
        StringAssert.Contains(outcome.Error, "but is \"aU+202EbU+001B[31m\"", StringComparison.Ordinal);
        Outcome placed = Scratch.Run(
            "run", scratch.Write("line.json", SmallRuns.Line), "--out", Path.Combine(scratch.Write("file", ""), "\u001B[31m"));
        Assert.AreEqual(ExitCode.BadInput, placed.Code);
        Assert.IsFalse(placed.Error.Contains('\u001B', StringComparison.Ordinal), placed.Error);
        Outcome twice = Scratch.Run("check", scratch.At("line.json"), "--set", "generation={\"epsilon\": 1, \"epsilon\": 2}");
        StringAssert.Contains(twice.Error, "the key epsilon is given twice", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Check_takes_every_kind_of_file()
    {
        (string Text, string Said)[] files =
        [
            (SmallRuns.Line, "150 cells"), ("""{ "axes": [ { "from": 0, "to": 1, "cells": 7 } ] }""", "a mesh of 7 cells"),
            ($"{{ \"name\": \"s\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [4, 8] }} }}", "a study of 2 runs"),
            ("""
            { "name": "cores", "title": "cores",
              "figure": { "kind": "cores", "data": { "kind": "points", "points": [[-1, 0], [1, 0.5]] },
                "from": [-2, -2], "to": [2, 2], "gammas": [0] } }
            """, "a figure, cores"),
        ];
        foreach ((string text, string said) in files)
        {
            Outcome outcome = Scratch.Run("check", scratch.Write("any.json", text));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            StringAssert.Contains(outcome.Output, said, StringComparison.Ordinal);
        }
    }
}
