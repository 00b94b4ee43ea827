using System.Diagnostics;
using System.Runtime.InteropServices;
using PdeDiffusion.Commands;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>The built program, killed without warning at any moment and resumed, ends with the bytes of a run that nobody killed.</summary>
[TestClass]
public sealed class KillTests : IDisposable
{
    /// <summary>Minutes of noising, so that a process is found at work however long this one waits for its turn.</summary>
    private static readonly string[] Endless =
        ["--set", "mesh.axes[0].cells=20000", "--set", "time.steps=2000000", "--set", "monitors.enabled=false"];

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void A_few_kills_at_random_moments_leave_no_trace() => Kill(times: 4, seed: 1);

    /// <summary>Thirty in all, in two halves that run side by side; those of other verbs are in <see cref="KillVerbTests"/>.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(2)]
    [DataRow(3)]
    public void Fifteen_kills_at_random_moments_leave_no_trace(int seed) => Kill(times: 15, seed);

    /// <summary>
    /// The process is stopped, looked at and only then killed: what lies in its folder proves the phase that it died in.
    /// </summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("forward")]
    [DataRow("backward")]
    [DataRow("snapshot")]
    [DataRow("checkpoint")]
    [DataRow("particles")]
    [DataRow("companion")]
    [DataRow("plots")]
    public void Killed_in_each_phase_it_leaves_no_trace(string phase)
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int Kills = 1, MostRuns = 15;
        string config = scratch.Write("config.json", SmallRuns.Long), whole = scratch.At("whole");
        string[] flags = ["--reproducible", "--quiet"];
        // Before its first file, a run that has used twice what a check of its config takes is on the way forward.
        TimeSpan startUp = phase == "forward" ? 2 * TimeOfCheck(config) : default;
        Assert.AreEqual(0, Scratch.Run(["run", config, "--out", whole, .. flags]).Code);
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        int kills = 0;
        for (int round = 0; kills < Kills; round++)
        {
            Assert.IsTrue(round < MostRuns, $"{phase}: hit {kills} times in {round} runs");
            string folder = scratch.At($"round-{round}");
            using Process process = Scratch.Start(null, ["run", config, "--out", folder, .. flags]);
            bool hit = KillIn(process, () => phase switch
            {
                "forward" => TimeOf(process) > startUp && !Has("run.json"),
                "backward" => Has("run.json") && !Has("readings.csv") && Parts("*.part") == 0,
                "snapshot" => Parts("snapshots/*.part") > 0,
                "checkpoint" => Parts("checkpoint-*.part") > 0,
                "particles" => Has("readings.csv") && !Has("particles.csv") && !Has("particles.csv.part"),
                "companion" => Parts("companion-*.bin") > 0 && !Has("summary.json"),
                "plots" => Has("summary.json") && Has("checkpoint-0.bin") && Has("checkpoint-1.bin"),
                _ => throw new ArgumentException("no phase of this name", nameof(phase)),
            });
            Outcome outcome = Scratch.Finish(Scratch.Start(null, ["run", config, "--out", folder, "--resume", .. flags]));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Scratch.AssertSame(expected, folder, $"{phase}, round {round}");
            kills += hit ? 1 : 0;

            bool Has(string name) => File.Exists(Path.Combine(folder, name));
            int Parts(string pattern)
            {
                string place = Path.Combine(folder, Path.GetDirectoryName(pattern)!);
                return Directory.Exists(place) ? Directory.GetFiles(place, Path.GetFileName(pattern)).Length : 0;
            }
        }
    }

    [TestMethod]
    public void A_second_run_is_kept_out_of_the_folder_until_the_first_has_gone_even_killed()
    {
        if (OperatingSystem.IsWindows())
            return;
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("out");
        string[] flags = ["--reproducible", "--quiet", "--set", "generation=null", "--set", "output.snapshots=[1]"];
        using Process process = Scratch.Start(
            null, ["run", config, "--out", folder, .. flags, .. Endless]);
        AwaitRecord(process, folder, "run.json");
        foreach (string how in new[] { "--force", "--resume" })
        {
            Outcome second = Scratch.Run(["run", config, "--out", folder, how, .. flags]);
            Assert.AreEqual(ExitCode.BadInput, second.Code);
            StringAssert.Contains(second.Error, "by another run or study", StringComparison.Ordinal);
        }

        Assert.IsFalse(process.HasExited, "the first run ended of itself");
        process.Kill();
        process.WaitForExit();
        Outcome third = Scratch.Run(["run", config, "--out", folder, "--force", .. flags]);
        Assert.AreEqual(0, third.Code, third.Error);
    }

    [TestMethod]
    [DataRow("\"grid\": { \"time.warmup\": [4, 8] }")]
    [DataRow("\"tradeoff\": { \"stops\": [0.01], \"samples\": [10], \"seeds\": [1], "
        + "\"scores\": [{ \"kind\": \"empirical\" }], \"radius\": 0.1 }")]
    [DataRow("\"samplers\": { \"methods\": [\"ddim\"], \"steps\": [5], \"schedules\": [{ \"kind\": \"edm\" }], "
        + "\"count\": 100, \"seeds\": [1] }")]
    public void A_second_study_is_kept_out_of_the_folder_until_the_first_has_gone_even_killed(string varied)
    {
        if (OperatingSystem.IsWindows())
            return;
        string small = $"{{ \"name\": \"study\", \"base\": {SmallRuns.Smooth}, {varied} }}", folder = scratch.At("out");
        string endless = small.Replace("\"steps\": 24", "\"steps\": 1000000", StringComparison.Ordinal)
            .Replace("\"cells\": 150", "\"cells\": 2000", StringComparison.Ordinal)
            .Replace("\"output\"", "\"memory\": 1e8, \"monitors\": { \"enabled\": false }, \"output\"", StringComparison.Ordinal);
        using Process process = Scratch.Start(null, "study", scratch.Write("endless.json", endless), "--out", folder, "--quiet");
        AwaitRecord(process, folder, "study.json");
        string study = scratch.Write("study.json", small), run = scratch.Write("run.json", SmallRuns.Line);
        foreach (string[] args in new string[][] { ["study", study], ["study", study, "--force"], ["run", run, "--force"],
            ["run", run, "--resume"] })
        {
            Outcome second = Scratch.Run([.. args, "--out", folder]);
            Assert.AreEqual(ExitCode.BadInput, second.Code, second.Error);
            StringAssert.Contains(second.Error, "by another run or study", StringComparison.Ordinal);
        }

        Assert.IsFalse(process.HasExited, "the first study ended of itself");
        process.Kill();
        process.WaitForExit();
        Outcome third = Scratch.Run("study", study, "--out", folder, "--force");
        Assert.AreEqual(0, third.Code, third.Error);
        Assert.IsFalse(File.Exists(Path.Combine(folder, ".pde-diffusion.lock")));
    }

    [TestMethod]
    public void The_comparison_sees_a_single_digit()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane), folder = scratch.At("out");
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", folder, "--reproducible").Code);
        SortedDictionary<string, string> expected = Scratch.Contents(folder);
        string readings = Path.Combine(folder, "readings.csv");
        byte[] bytes = File.ReadAllBytes(readings);
        bytes[^20] ^= 1;
        File.WriteAllBytes(readings, bytes);
        Assert.ThrowsExactly<AssertFailedException>(() => Scratch.AssertSame(expected, folder, "tampered"));
    }

    [TestMethod]
    public void A_tampered_density_with_a_right_hash_ends_with_other_bytes()
    {
        // The negative control of resuming: were the checkpoint not used, this would end with the same bytes.
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), folder = scratch.At("out");
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", whole, "--reproducible").Code);
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", folder, "--reproducible").Code);

        foreach (string slot in Directory.GetFiles(folder, "checkpoint-?.bin"))
        {
            (long sequence, Checkpoint checkpoint) = CheckpointFile.Read(slot);
            checkpoint.Density[75] *= 1.5;
            Scratch.WriteFile(slot, stream => CheckpointFile.Write(stream, sequence, checkpoint));
        }

        Assert.AreEqual(0, Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume").Code);
        Assert.ThrowsExactly<AssertFailedException>(() => Scratch.AssertSame(Scratch.Contents(whole), folder, "tampered"));
    }

    [TestMethod]
    [DataRow(2, DisplayName = "SIGINT")]
    [DataRow(15, DisplayName = "SIGTERM")]
    public void A_signal_makes_the_program_write_a_checkpoint_and_exit_with_4(int signal)
    {
        if (OperatingSystem.IsWindows())
            return;
        // No interval: the signal alone makes the checkpoint.
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("out");
        using Process process = Scratch.Start(
            null, ["run", config, "--out", folder, "--reproducible", .. Endless, "--set", "checkpoint=null", "--set", "generation=null",
                "--set", "output.snapshots=[1]"]);
        AwaitRecord(process, folder, "run.json");
        bool isIgnored = Ignores(process.Id, signal);
        if (isIgnored)
            process.Kill();
        Assert.IsFalse(isIgnored, "whoever started these tests in the background has all that they start ignore the signal");
        Assert.AreEqual(0, SendSignal(process.Id, signal));
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "interrupted after", StringComparison.Ordinal);
        Assert.AreEqual(1, Directory.GetFiles(folder, "checkpoint-?.bin").Length);
    }

    /// <summary>Waits until a run or study has taken its folder, which it does right before its first step.</summary>
    private static void AwaitRecord(Process process, string folder, string record)
    {
        while (!File.Exists(Path.Combine(folder, record)))
        {
            Assert.IsFalse(process.HasExited, "it ended before it had begun");
            Thread.Sleep(5);
        }
    }

    /// <summary>Whether a process was told by its parent to ignore a signal, as far as the system tells.</summary>
    private static bool Ignores(int process, int signal)
    {
        string status = $"/proc/{process}/status";
        if (!File.Exists(status))
            return false;
        string mask = File.ReadLines(status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..];
        return (Convert.ToUInt64(mask.Trim(), 16) >> (signal - 1) & 1) != 0;
    }

    private static TimeSpan TimeOfCheck(string config)
    {
        using Process check = Scratch.Start(null, "check", config);
        TimeSpan taken = TimeSpan.Zero;
        while (!check.HasExited)
            taken = TimeOf(check) is var now && now > taken ? now : taken;
        Assert.AreEqual(0, Scratch.Finish(check).Code);
        return taken;
    }

    /// <summary>Processor time of a process; 0 once it has ended.</summary>
    private static TimeSpan TimeOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>Kills a process when it is in a phase: stopped, still in it, killed. False if it ended before it was caught.</summary>
    private static bool KillIn(Process process, Func<bool> isInPhase)
    {
        const int Stop = 19, Continue = 18;
        while (!process.HasExited)
        {
            if (!isInPhase())
                continue;
            if (SendSignal(process.Id, Stop) != 0)
                break;
            while (!process.HasExited && !IsStopped(process.Id))
                Thread.Yield();
            if (!process.HasExited && isInPhase())
            {
                process.Kill();
                process.WaitForExit();
                return true;
            }

            _ = SendSignal(process.Id, Continue);
        }

        process.WaitForExit();
        return false;
    }

    /// <summary>Every thread of a process has stopped.</summary>
    private static bool IsStopped(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task").All(
                task => File.ReadAllText(Path.Combine(task, "stat")) is var stat && stat[stat.LastIndexOf(')') + 2] == 'T');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Kill(int times, int seed)
    {
        const int MostKillsOfARun = 6;
        // A campaign of many kills takes other moments in each round.
        _ = int.TryParse(Environment.GetEnvironmentVariable("PDE_SEED"), out int campaign);
        var random = new Random(seed + 1000 * campaign);
        string config = scratch.Write("config.json", SmallRuns.Plane), whole = scratch.At("whole");
        string[] flags = ["--reproducible", "--set", "time.steps=60", "--quiet"];
        var watch = Stopwatch.StartNew();
        Outcome outcome = Scratch.Finish(Scratch.Start(null, ["run", config, "--out", whole, .. flags]));
        TimeSpan length = watch.Elapsed;
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        int kills = 0;
        for (int round = 0; kills < times; round++)
        {
            // Several kills of one run; the moments are spread over all of a run, its first write to its last figure.
            string folder = scratch.At($"round-{round}");
            for (int turn = 0; turn < MostKillsOfARun && kills < times; turn++)
            {
                using Process process = Scratch.Start(null, ["run", config, "--out", folder, "--resume", .. flags]);
                Thread.Sleep(random.NextDouble() * length);
                process.Kill();
                process.WaitForExit();
                kills++;
            }

            outcome = Scratch.Finish(Scratch.Start(null, ["run", config, "--out", folder, "--resume", .. flags]));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Scratch.AssertSame(expected, folder, $"after kill {kills}");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
