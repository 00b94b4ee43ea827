using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// One signal ends the built program in any phase within two seconds, with what is due written; a second one ends it at once. Each process
/// has minutes of work left, in a single step where the phase has steps.
/// </summary>
[TestClass]
public sealed class InterruptionTests : IDisposable
{
    /// <summary>The promise, in seconds.</summary>
    private const double Promised = 2;

    private readonly Scratch scratch = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("forward", "TERM")]
    [DataRow("forward", "HUP")]
    [DataRow("a single step", "TERM")]
    [DataRow("particles", "TERM")]
    [DataRow("study", "TERM")]
    [DataRow("tradeoff", "TERM")]
    public void One_signal_ends_each_phase_within_two_seconds(string phase, string signal)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using Process process = StartIn(phase);
        double seconds = Signal(process, signal, out Outcome outcome);
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{phase}, SIG{signal}: {seconds:0.00} s"));
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "interrupted", StringComparison.Ordinal);
        Assert.IsLessThan(Promised, seconds);
        string folder = scratch.At("out");
        if (phase is "forward" or "particles")
            Assert.HasCount(1, Directory.GetFiles(folder, "checkpoint-?.bin"), outcome.Error);
        Assert.IsEmpty(Directory.GetFiles(folder, "*.part"));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_signal_while_figures_are_drawn_keeps_the_run_and_resuming_draws_them()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string times = string.Join(", ", Enumerable.Range(0, 60).Select(k => (1 - 0.016 * k).ToString("R", CultureInfo.InvariantCulture)));
        string config = scratch.Write("config.json", SmallRuns.Plane
            .Replace("[1, 0.1, 0.01]", $"[{times}]", StringComparison.Ordinal)
            .Replace("\"memory\": 60000,", "", StringComparison.Ordinal)
            .Replace("\"checkpoint\": { \"steps\": 2 },", "", StringComparison.Ordinal));
        string folder = scratch.At("out"), whole = scratch.At("whole");
        string[] flags = ["--reproducible", "--quiet", "--threads", "1"];
        using Process process = Scratch.Start(null, ["run", config, "--out", folder, .. flags]);
        Await(process, () => File.Exists(Path.Combine(folder, "summary.json")));
        double seconds = Signal(process, "TERM", out Outcome outcome);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "interrupted while figures were drawn", StringComparison.Ordinal);
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figures: {seconds:0.00} s"));
        Assert.IsLessThan(Promised, seconds);
        Outcome resumed = Scratch.Run(["run", config, "--out", folder, "--resume", .. flags]);
        Assert.AreEqual(ExitCode.Finished, resumed.Code, resumed.Error);
        Assert.AreEqual(ExitCode.Finished, Scratch.Run(["run", config, "--out", whole, .. flags]).Code);
        Scratch.AssertSame(Scratch.Contents(whole), folder, "resumed");
    }

    [TestMethod]
    public void A_run_interrupted_among_its_particles_keeps_its_generation_and_resumes_with_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Remap
            .Replace("\"checkpoint\": { \"steps\": 1 },", "", StringComparison.Ordinal)
            .Replace("\"steps\": 20, \"trajectories\"", "\"steps\": 2000, \"trajectories\"", StringComparison.Ordinal));
        string folder = scratch.At("out"), whole = scratch.At("whole");
        string[] flags = ["--reproducible", "--quiet"];
        using (var interrupt = new InterruptAfter(writes: 1, "readings.csv"))
        {
            Outcome outcome = Scratch.Run(interrupt.Token, ["run", config, "--out", folder, .. flags]);
            Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
            StringAssert.Matches(outcome.Error, new(@"interrupted in particle step \d+ of 2000, .*: use --resume to continue"));
        }

        Assert.HasCount(1, Directory.GetFiles(folder, "checkpoint-?.bin"));
        Assert.IsFalse(File.Exists(Path.Combine(folder, "particles.csv")));
        Outcome resumed = Scratch.Run(["run", config, "--out", folder, "--resume", .. flags]);
        Assert.AreEqual(ExitCode.Finished, resumed.Code, resumed.Error);
        StringAssert.Contains(resumed.Error, "resuming after generation step 20 of 20", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.Finished, Scratch.Run(["run", config, "--out", whole, .. flags]).Code);
        Scratch.AssertSame(Scratch.Contents(whole), folder, "resumed");
    }

    /// <summary>A pipe that nobody has opened for writing, one that is open and silent, and standard input.</summary>
    [TestMethod]
    [DataRow("unopened")]
    [DataRow("silent")]
    [DataRow("-")]
    public void One_signal_ends_the_wait_for_a_config(string how)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string pipe = scratch.At("pipe");
        LinkTests.MakePipe(pipe);
        // Descriptor 3 keeps the other end of the pipe open without a byte.
        string call = how switch
        {
            "unopened" => $"exec dotnet \"$0\" run '{pipe}'",
            "silent" => $"exec 3<>'{pipe}'; exec dotnet \"$0\" run '{pipe}'",
            _ => $"exec 3<>'{pipe}'; exec dotnet \"$0\" check - <&3",
        };
        using Process process = Scratch.StartFile("/bin/sh", null, "-c", call, Scratch.Program);
        AwaitHandlers(process);
        double seconds = Signal(process, "TERM", out Outcome outcome);
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{how}: {seconds:0.00} s"));
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        Assert.AreEqual("interrupted\n", outcome.Error);
        Assert.IsLessThan(Promised, seconds);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void One_signal_ends_the_reading_of_a_large_study_within_two_seconds()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int Points = 10_000, Runs = 1000;
        File.WriteAllLines(
            scratch.At("points.csv"),
            Enumerable.Range(0, Points).Select(number => string.Create(CultureInfo.InvariantCulture, $"{1e-4 * number:R}")).Prepend("x"));
        string run = SmallRuns.Line.Replace(
            "\"points\": [[-1], [0.5], [2]], \"weights\": [0.5, 0.3, 0.2]", "\"file\": \"points.csv\"", StringComparison.Ordinal);
        string config = scratch.Write(
            "study.json",
            $"{{ \"name\": \"s\", \"base\": {run}, \"grid\": {{ \"time.warmup\": [{string.Join(", ", Enumerable.Range(1, Runs))}] }} }}");

        // After the reading there is a folder: then the signal came too late, and comes sooner the next time.
        string folder = scratch.At("out");
        for (int wait = 1000; ; wait /= 2)
        {
            Assert.IsGreaterThan(0, wait, "no signal came during the reading");
            using Process process = Scratch.Start(null, "study", config, "--out", folder);
            AwaitHandlers(process);
            Thread.Sleep(wait);
            double seconds = Signal(process, "TERM", out Outcome outcome);
            TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"after {wait} ms: {seconds:0.00} s"));
            Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
            StringAssert.Contains(outcome.Error, "interrupted", StringComparison.Ordinal);
            Assert.IsLessThan(Promised, seconds);
            if (!Directory.Exists(folder))
                return;
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A companion has written a checkpoint, so it is at work; resuming goes on with it.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void A_signal_while_the_error_is_estimated_keeps_the_run_and_its_companion()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("config.json", """
            {
              "name": "companion", "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 20000 } ] },
              "data": { "kind": "points", "points": [[-1], [0.5], [2]] },
              "time": { "end": 1, "stop": 0.01, "steps": 600 },
              "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0.3], "variance": 1 } },
              "memory": 1e8, "monitors": { "enabled": false }, "checkpoint": { "steps": 5 },
              "output": { "snapshots": [1], "plots": false }
            }
            """);
        string folder = scratch.At("out"), whole = scratch.At("whole");
        string[] flags = ["--reproducible", "--quiet"];
        using Process process = Scratch.Start(null, ["run", config, "--out", folder, .. flags]);
        Await(process, () => Directory.Exists(folder) && Directory.GetFiles(folder, "companion-*.bin").Length > 0);
        double seconds = Signal(process, "TERM", out Outcome outcome);
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"companion: {seconds:0.00} s"));
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new("(half|quarter) resolution: interrupted after .*use --resume to continue"));
        Assert.IsLessThan(Promised, seconds);
        Outcome resumed = Scratch.Run(["run", config, "--out", folder, "--resume", .. flags]);
        Assert.AreEqual(ExitCode.Finished, resumed.Code, resumed.Error);
        Assert.AreEqual(ExitCode.Finished, Scratch.Run(["run", config, "--out", whole, .. flags]).Code);
        Scratch.AssertSame(Scratch.Contents(whole), folder, "resumed");
    }

    [TestMethod]
    public void A_second_signal_ends_a_long_step_at_once()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int EndedBySignal = 128 + 15;
        using Process process = StartIn("a single step");
        using (Process first = Send(process, "TERM"))
            Assert.AreEqual(0, Scratch.Finish(first).Code);
        Thread.Sleep(100);
        Signal(process, "TERM", out Outcome outcome);
        Assert.AreEqual(EndedBySignal, outcome.Code, outcome.Error);
    }

    /// <summary>The program at work in a phase.</summary>
    private Process StartIn(string phase)
    {
        string folder = scratch.At("out"), config = scratch.Write("config.json", ConfigOf(phase));
        bool isStudy = phase is "study" or "tradeoff";
        Process process = Scratch.Start(null, isStudy ? "study" : "run", config, "--out", folder, "--quiet", "--threads", "2");
        Await(process, () => phase switch
        {
            "study" or "tradeoff" => File.Exists(Path.Combine(folder, "study.json")),
            "particles" => File.Exists(Path.Combine(folder, "readings.csv")),
            _ => File.Exists(Path.Combine(folder, "run.json")),
        });
        if (phase == "a single step")
            Thread.Sleep(500);
        return process;
    }

    private string ConfigOf(string phase)
    {
        const string Endless = """
            {
              "name": "endless",
              "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 20000 } ] },
              "data": { "kind": "points", "points": [[-1], [0.5], [2]] },
              "time": { "end": 1, "stop": 0.01, "steps": 1000000, "warmup": 8 },
              "memory": 1e8, "monitors": { "enabled": false },
              "output": { "snapshots": [1], "plots": false }
            """;
        const string Generation =
            "\"generation\": { \"epsilon\": 0.5, \"start\": { \"kind\": \"gaussian\", \"mean\": [0.3], \"variance\": 2.4 } }";
        switch (phase)
        {
            case "forward":
                return Endless + "}";
            case "study":
                return $"{{ \"name\": \"s\", \"base\": {Endless}, {Generation} }}, \"grid\": {{ \"time.warmup\": [4, 8] }} }}";
            case "tradeoff":
                return $"{{ \"name\": \"t\", \"base\": {Endless}, {Generation} }}, \"tradeoff\": {{ \"stops\": [0.01], \"folds\": 3, "
                    + "\"seeds\": [1], \"scores\": [{ \"kind\": \"empirical\" }], \"radius\": 0.1 } }";
            default:
                // Gaussians of different variances: a score without a table, box or expansion.
                IEnumerable<int> all = Enumerable.Range(0, phase == "particles" ? 2000 : 20_000);
                string means = string.Join(
                    ",", all.Select(k => FormattableString.Invariant($"[{k % 141 * 0.02 - 1},{k / 141 * 0.02 - 1}]")));
                string variances = string.Join(",", all.Select(k => FormattableString.Invariant($"{0.5 + 1e-5 * k}")));
                string mixture = $"{{ \"kind\": \"gaussians\", \"means\": [{means}], \"variances\": [{variances}] }}";
                bool isStep = phase == "a single step";
                string score = isStep ? $"\"score\": {{ \"kind\": \"mixture\", \"data\": {mixture} }}," : "";
                string data = isStep ? "{ \"kind\": \"gaussians\", \"means\": [[0, 0]], \"variances\": [1] }" : mixture;
                return $$"""
                    { "name": "long", "mesh": { "axes": [ { "from": -6, "to": 6, "cells": {{(isStep ? 1000 : 20)}} },
                        { "from": -6, "to": 6, "cells": {{(isStep ? 1000 : 20)}} } ] },
                      "data": {{data}}, "time": { "end": 1, "stop": 0.01, "steps": 3 }, "monitors": { "enabled": false },
                      "generation": { {{score}} "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 2 } },
                      {{(isStep ? "" : "\"particles\": { \"count\": 1000000, \"steps\": 1, \"trajectories\": 0 },")}}
                      "output": { "snapshots": [1], "plots": false } }
                    """;
        }
    }

    private static void Await(Process process, Func<bool> reached)
    {
        while (!reached())
        {
            Assert.IsFalse(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
            Thread.Sleep(5);
            process.Refresh();
        }
    }

    /// <summary>Waits until the program handles SIGTERM: before that the system ends it.</summary>
    private static void AwaitHandlers(Process process)
    {
        const string Mask = "SigCgt:";
        const int Terminate = 15;
        Await(process, () => File.ReadLines($"/proc/{process.Id}/status")
            .Where(line => line.StartsWith(Mask, StringComparison.Ordinal))
            .Any(line => (Convert.ToUInt64(line[Mask.Length..].Trim(), 16) >> (Terminate - 1) & 1) != 0));
        Thread.Sleep(200);
    }

    private static Process Send(Process process, string signal) => Scratch.StartFile("/bin/sh", null, "-c", $"kill -{signal} {process.Id}");

    /// <summary>Sends a signal and waits for the end.</summary>
    /// <returns>Seconds between them.</returns>
    private static double Signal(Process process, string signal, out Outcome outcome)
    {
        using Process kill = Send(process, signal);
        Assert.AreEqual(0, Scratch.Finish(kill).Code);
        var watch = Stopwatch.StartNew();
        outcome = Scratch.Finish(process);
        return watch.Elapsed.TotalSeconds;
    }
}
