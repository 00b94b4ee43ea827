using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Commands;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// What the built program does when a guarantee is violated. No config violates one, so a checkpoint is tampered with, under a right hash:
/// mass is moved from a cell into another until v is negative there. The Markov scheme is linear and takes such a v as it is; the remap
/// would bring it back between its bounds.
/// </summary>
[TestClass]
public sealed class StopTests : IDisposable
{
    private const int Emptied = 75;
    private const int Filled = 100;
    private const double Moved = 5;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Stop_ends_at_once_with_3_the_state_written_and_the_place_named()
    {
        (Outcome outcome, string folder, int step) = ResumeTampered("stop");
        Assert.AreEqual(ExitCode.Violated, outcome.Code, outcome.Error);
        string message = outcome.Error.Split('\n')
            .SingleOrDefault(line => line.StartsWith("positivity is violated", StringComparison.Ordinal)) ?? "";
        StringAssert.Contains(
            message, string.Create(CultureInfo.InvariantCulture, $"at step {step}, t = "), StringComparison.Ordinal, outcome.Error);
        StringAssert.Matches(message,
            new(@", cell 7\d at x = [-\d.]+: measured -[\d.E-]+, bound 0, slack -[\d.E+-]+, tolerance 0; the run was stopped$"));

        // Every monitor of the level is read, nothing behind it, and what was read is there.
        string[][] readings = [.. File.ReadLines(Path.Combine(folder, "readings.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.AreEqual(step, readings.Min(fields => int.Parse(fields[0], CultureInfo.InvariantCulture)));
        string[] missed = readings.Single(fields => fields[2] == "positivity" && fields[^2] == "violated");
        Assert.AreEqual(step.ToString(CultureInfo.InvariantCulture), missed[0]);
        StringAssert.Contains(message, $"measured {missed[3]},", StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        Assert.AreEqual("violated", summary.RootElement.GetProperty("verdict").GetString());
        Assert.IsTrue(File.Exists(Path.Combine(folder, "snapshots.csv")));
        StringAssert.Contains(outcome.Output, "positivity", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("fail", 3)]
    [DataRow("report", 0)]
    public void Fail_and_report_finish_and_differ_in_the_exit_code_only(string action, int code)
    {
        (Outcome outcome, string folder, int step) = ResumeTampered(action);
        Assert.AreEqual(code, outcome.Code, outcome.Error);
        string[][] readings = [.. File.ReadLines(Path.Combine(folder, "readings.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.AreEqual(0, readings.Min(fields => int.Parse(fields[0], CultureInfo.InvariantCulture)));
        Assert.IsTrue(readings.Any(fields => fields[2] == "positivity" && fields[^2] == "violated"));
        StringAssert.Matches(outcome.Error, new($@"positivity is violated at step {step}, .*; \d+ violations in total"));
    }

    /// <summary>A run interrupted, its checkpoint made negative in a cell, and the built program resuming from it.</summary>
    /// <returns>The outcome, the run's folder, and the first step after the checkpoint.</returns>
    private (Outcome Outcome, string Folder, int Step) ResumeTampered(string action)
    {
        string config = scratch.Write("config.json", SmallRuns.Line.Replace(
            "\"checkpoint\"",
                $"\"scheme\": {{ \"kind\": \"markov\" }},\n  \"monitors\": {{ \"onViolation\": \"{action}\" }},\n  \"checkpoint\"",
                StringComparison.Ordinal));
        string folder = scratch.At("out");
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", folder, "--reproducible").Code);

        int step = int.MaxValue;
        foreach (string path in Directory.GetFiles(folder, "checkpoint-?.bin"))
        {
            (long sequence, Checkpoint checkpoint) = CheckpointFile.Read(path);
            checkpoint.Density[Emptied] -= Moved;
            checkpoint.Density[Filled] += Moved;
            step = Math.Min(step, checkpoint.Step - 1);
            Scratch.WriteFile(path, stream => CheckpointFile.Write(stream, sequence, checkpoint));
        }

        using Process process = Scratch.Start(null, "run", config, "--out", folder, "--reproducible", "--resume");
        return (Scratch.Finish(process), folder, step);
    }
}
