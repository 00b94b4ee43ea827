using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>A run that was stopped and resumed writes the bytes of one that was not.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow(SmallRuns.Line)]
    [DataRow(SmallRuns.Plane)]
    [DataRow(SmallRuns.Forward)]
    [DataRow(SmallRuns.Remap)]
    [DataRow(SmallRuns.Cross)]
    [DataRow(SmallRuns.Varying)]
    [DataRow(SmallRuns.Guided)]
    public void A_run_interrupted_at_many_steps_and_resumed_gives_the_bytes_of_one_that_was_not(string text)
    {
        string config = scratch.Write("config.json", text), whole = scratch.At("whole"), parts = scratch.At("parts");
        Succeed("run", config, "--out", whole, "--reproducible");
        SortedDictionary<string, string> expected = Scratch.Contents(whole);

        // After which step a turn ends depends on the machine, what comes out must not.
        int interruptions = 0;
        Outcome outcome;
        do
        {
            using var cancellation = new InterruptAfter(writes: 1 + interruptions % 3);
            outcome = Scratch.Run(cancellation.Token, "run", config, "--out", parts, "--reproducible", "--resume");
            interruptions += outcome.Code == ExitCode.Failed ? 1 : 0;
            Assert.IsTrue(outcome.Code is 0 or ExitCode.Failed, outcome.Error);
            Assert.IsTrue(outcome.Code == 0 || outcome.Error.Contains("use --resume to continue", StringComparison.Ordinal), outcome.Error);
        }
        while (outcome.Code != 0);
        Assert.IsGreaterThan(1, interruptions);
        Scratch.AssertSame(expected, parts, $"after {interruptions} interruptions");
    }

    /// <summary>The table of ε(t) belongs to the run: another one is another run.</summary>
    [TestMethod]
    public void A_run_with_another_table_of_epsilon_is_not_resumed()
    {
        string config = scratch.Write("config.json", SmallRuns.Varying), folder = scratch.At("out");
        using (var cancellation = new InterruptAfter(writes: 3))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(cancellation.Token, "run", config, "--out", folder, "--reproducible").Code);
        Outcome outcome = Scratch.Run(
            "run", config, "--out", folder, "--reproducible", "--resume", "--set", "generation.epsilon=[[0.02,0.1],[0.1,0],[0.4,0.9]]");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "generation.epsilon", StringComparison.Ordinal);
        Succeed("run", config, "--out", folder, "--reproducible", "--resume");
    }

    [TestMethod]
    public void The_run_in_the_plane_that_is_resumed_has_its_cross_correction_cut()
    {
        string folder = scratch.At("whole");
        Succeed("run", scratch.Write("config.json", SmallRuns.Cross), "--out", folder, "--reproducible");
        double[] kept = [.. File.ReadLines(Path.Combine(folder, "readings.csv")).Select(line => line.Split(','))
            .Where(fields => fields[2] == "remap-cross")
            .Select(fields => double.Parse(fields[5], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.HasCount(12, kept);
        Assert.IsTrue(kept.Min() > 0 && kept.Min() < 0.9999, $"{kept.Min():R} of the flux kept at least");
    }

    [TestMethod]
    public void Interrupted_at_every_single_step_it_still_ends_with_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Forward), whole = scratch.At("whole"), parts = scratch.At("parts");
        Succeed("run", config, "--out", whole, "--reproducible");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Outcome outcome;
        int turns = 0;
        while ((outcome = Scratch.Run(cancelled.Token, "run", config, "--out", parts, "--reproducible",
            "--resume")).Code == ExitCode.Failed)
            turns++;
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        const int Companions = 3 + 1;
        Assert.AreEqual(
            8 + 24 + 2 + Companions, turns,
            "one turn a step: warm-up, steps, the levels that snapshots add, and all but the last step of each companion's warm-up");
        Scratch.AssertSame(Scratch.Contents(whole), parts, "a turn a step");
    }

    /// <summary>Interrupted among the companions, whose files are whole, damaged, or those of other data.</summary>
    [TestMethod]
    [DataRow("whole")]
    [DataRow("cut")]
    [DataRow("flip")]
    public void A_run_interrupted_while_its_error_is_estimated_resumes_there(string damage)
    {
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), parts = scratch.At("parts");
        Succeed("run", config, "--out", whole, "--reproducible");

        // 27 levels, the last one once more, and two steps of the generation of the first companion.
        using (var cancellation = new InterruptAfter(writes: 30))
        {
            Outcome interrupted = Scratch.Run(cancellation.Token, "run", config, "--out", parts, "--reproducible");
            Assert.AreEqual(ExitCode.Failed, interrupted.Code, interrupted.Error);
            StringAssert.Contains(interrupted.Error, "half resolution: interrupted after generation step", StringComparison.Ordinal);
        }

        string file = Directory.GetFiles(parts, "companion-*.bin").Single();
        byte[] bytes = File.ReadAllBytes(file);
        if (damage == "cut")
            File.WriteAllBytes(file, bytes[..^40]);
        else if (damage == "flip")
            File.WriteAllBytes(file, [.. bytes[..1000], (byte)(bytes[1000] ^ 1), .. bytes[1001..]]);
        Succeed("run", config, "--out", parts, "--reproducible", "--resume");
        Scratch.AssertSame(Scratch.Contents(whole), parts, damage);
    }

    [TestMethod]
    public void Without_a_checkpoint_it_starts_from_the_beginning_and_says_so()
    {
        string config = scratch.Write("config.json", SmallRuns.Line);
        Outcome outcome = Scratch.Run("run", config, "--out", scratch.At("out"), "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "starting from the beginning", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_finished_run_is_not_run_again()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("out");
        Succeed("run", config, "--out", folder);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(folder, "readings.csv"));
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "is finished", StringComparison.Ordinal);
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "readings.csv")));
    }

    [TestMethod]
    public void Another_config_is_refused_with_the_keys_that_differ()
    {
        string config = Unfinished(out string folder);
        SortedDictionary<string, string> before = Scratch.Contents(folder);
        Outcome outcome = Scratch.Run(
            "run", config, "--out", folder, "--resume", "--set", "time.steps=25", "--set", "generation.epsilon=2");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "time.steps is 24 there but 25 here", StringComparison.Ordinal);
        StringAssert.Contains(outcome.Error, "generation.epsilon is 0.3 there but 2 here", StringComparison.Ordinal);
        Scratch.AssertSame(before, folder, "a refusal changes nothing");
    }

    [TestMethod]
    public void An_unfinished_folder_is_refused_naming_both_remedies_and_force_starts_anew()
    {
        string config = Unfinished(out string folder);
        Outcome outcome = Scratch.Run("run", config, "--out", folder);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "--resume", StringComparison.Ordinal);
        StringAssert.Contains(outcome.Error, "--force", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.WrongCommandLine, Scratch.Run("run", config, "--out", folder, "--force", "--resume").Code);
        Succeed("run", config, "--out", folder, "--force");
        Assert.AreEqual(0, Directory.GetFiles(folder, "checkpoint*").Length, "a finished run keeps no checkpoint");
    }

    [TestMethod]
    [DataRow("cut")]
    [DataRow("flip")]
    [DataRow("empty")]
    [DataRow("other")]
    public void A_damaged_newest_slot_falls_back_to_the_older_and_says_so(string damage)
    {
        string config = Unfinished(out string folder), whole = scratch.At("whole");
        Succeed("run", config, "--out", whole, "--reproducible");
        string newest = Directory.GetFiles(folder, "checkpoint-?.bin").MaxBy(Sequence)!;
        byte[] bytes = File.ReadAllBytes(newest);
        byte[] damaged = damage switch
        {
            "cut" => bytes[..^40],
            "flip" => [.. bytes[..1000], (byte)(bytes[1000] ^ 1), .. bytes[1001..]],
            "empty" => [],
            _ => "no checkpoint at all, but long enough to have a hash at its end, and more"u8.ToArray(),
        };
        File.WriteAllBytes(newest, damaged);
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, Path.GetFileName(newest), StringComparison.Ordinal);
        StringAssert.Contains(outcome.Error, "resuming from checkpoint-", StringComparison.Ordinal);
        Scratch.AssertSame(Scratch.Contents(whole), folder, damage);
    }

    [TestMethod]
    public void With_both_slots_damaged_it_starts_from_the_beginning_and_says_so()
    {
        string config = Unfinished(out string folder), whole = scratch.At("whole");
        Succeed("run", config, "--out", whole, "--reproducible");
        foreach (string slot in Directory.GetFiles(folder, "checkpoint-?.bin"))
            File.WriteAllText(slot, "x");
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "starting from the beginning", StringComparison.Ordinal);
        Scratch.AssertSame(Scratch.Contents(whole), folder, "both damaged");
    }

    [TestMethod]
    public void A_snapshot_that_is_gone_and_an_input_file_that_changed_are_refused()
    {
        string source = scratch.At("source");
        Succeed("run", scratch.Write("config.json", SmallRuns.Line), "--out", source);
        string copy = scratch.At("start.csv"), folder = scratch.At("out");
        File.Copy(Path.Combine(source, "snapshots", "000.csv"), copy);
        string config = scratch.Write("second.json", SmallRuns.Line.Replace(
            """{ "kind": "gaussian", "mean": [0.3], "variance": 2.4 }""", """{ "kind": "density", "file": "start.csv", "column": "v" }""",
            StringComparison.Ordinal));
        Interrupt(config, folder);
        string snapshot = Path.Combine(folder, "snapshots", "000.csv"), kept = File.ReadAllText(snapshot);
        File.Delete(snapshot);
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--resume");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "000.csv", StringComparison.Ordinal);
        File.WriteAllText(snapshot, kept);

        File.Copy(Path.Combine(source, "snapshots", "001.csv"), copy, overwrite: true);
        outcome = Scratch.Run("run", config, "--out", folder, "--resume");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "start.csv has changed", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("altered")]
    [DataRow("emptied")]
    public void Snapshots_that_are_not_as_they_were_written_are_refused_by_name_and_go_on_once_restored(string damage)
    {
        string config = scratch.Write("config.json", SmallRuns.Line.Replace("[1, 0.3, 0.1, 0.01]", "[1, 0.95]", StringComparison.Ordinal));
        string folder = scratch.At("out"), whole = scratch.At("whole");
        Succeed("run", config, "--out", whole, "--reproducible");
        using (var interrupt = new InterruptAfter(writes: 12))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", folder, "--reproducible").Code);
        string[] snapshots = [.. Directory.GetFiles(Path.Combine(folder, "snapshots")).Order(StringComparer.Ordinal)];
        Assert.HasCount(2, snapshots);
        string[] kept = [.. snapshots.Select(File.ReadAllText)];
        foreach ((string file, string text) in snapshots.Zip(kept))
            File.WriteAllText(file, damage == "emptied" ? "" : text[..^3] + (char)(text[^3] ^ 1) + text[^2..]);
        SortedDictionary<string, string> before = Scratch.Contents(folder);
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        foreach (string file in snapshots)
            StringAssert.Contains(outcome.Error, $"{file}: has changed since the checkpoint", StringComparison.Ordinal);
        Scratch.AssertSame(before, folder, "a refusal changes nothing");

        foreach ((string file, string text) in snapshots.Zip(kept))
            File.WriteAllText(file, text);
        File.WriteAllText(Path.Combine(folder, "snapshots.csv"), "number,t,file\n");
        Succeed("run", config, "--out", folder, "--reproducible", "--resume");
        Scratch.AssertSame(Scratch.Contents(whole), folder, "restored, the index written again");
    }

    [TestMethod]
    public void A_checkpoint_of_another_version_of_the_program_is_refused_and_one_of_another_processor_is_noted()
    {
        string config = Unfinished(out string folder);
        byte[][] kept = [.. CheckpointFile.Slots.Select(slot => File.ReadAllBytes(Path.Combine(folder, slot)))];
        Rewrite(run => run with { Build = "0.0.0+elsewhere" });
        SortedDictionary<string, string> before = Scratch.Contents(folder);
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--resume");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(
            outcome.Error, "it was written by version 0.0.0+elsewhere of the program; this is version ", StringComparison.Ordinal);
        Scratch.AssertSame(before, folder, "a refusal changes nothing");

        foreach ((string slot, byte[] bytes) in CheckpointFile.Slots.Zip(kept))
            File.WriteAllBytes(Path.Combine(folder, slot), bytes);
        Rewrite(run => run with { Processor = "an abacus" });
        outcome = Scratch.Run("run", config, "--out", folder, "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "another kind of processor (an abacus, here ", StringComparison.Ordinal);

        void Rewrite(Func<RunIdentity, RunIdentity> change)
        {
            foreach (string slot in Directory.GetFiles(folder, "checkpoint-?.bin"))
            {
                (long sequence, Checkpoint checkpoint) = CheckpointFile.Read(slot);
                checkpoint = checkpoint with { Run = change(checkpoint.Run) };
                Scratch.WriteFile(slot, stream => CheckpointFile.Write(stream, sequence, checkpoint));
            }
        }
    }

    [TestMethod]
    public void What_a_killed_process_left_under_temporary_names_is_deleted()
    {
        string config = Unfinished(out string folder), whole = scratch.At("whole");
        Succeed("run", config, "--out", whole, "--reproducible");
        foreach (string name in new[] { "readings.csv", "checkpoint-1.bin", "particles.csv", "snapshots/001.csv", "snapshots/999.csv" })
            File.WriteAllText(Path.Combine(folder, name + OpenFolder.TemporaryEnding), "half");
        Succeed("run", config, "--out", folder, "--reproducible", "--resume");
        Scratch.AssertSame(Scratch.Contents(whole), folder, "left over");
    }

    [TestMethod]
    [DataRow("markov")]
    [DataRow("remap")]
    public void The_first_value_that_is_not_finite_ends_the_run_with_its_cell_and_step(string scheme)
    {
        string folder = scratch.At("out"), config = scratch.Write("config.json", SmallRuns.Line.Replace(
            "\"checkpoint\"", $"\"scheme\": {{ \"kind\": \"{scheme}\" }}, \"checkpoint\"", StringComparison.Ordinal));
        Interrupt(config, folder);
        foreach (string slot in Directory.GetFiles(folder, "checkpoint-?.bin"))
        {
            (long sequence, Checkpoint checkpoint) = CheckpointFile.Read(slot);
            checkpoint.Density[75] = double.NaN;
            Scratch.WriteFile(slot, stream => CheckpointFile.Write(stream, sequence, checkpoint));
        }

        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--resume", "--quiet");
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        int before = int.Parse(
            System.Text.RegularExpressions.Regex.Match(outcome.Error, @"resuming after generation step (\d+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);
        StringAssert.Matches(outcome.Error, new System.Text.RegularExpressions.Regex(
            $@"v is NaN in cell 75 \(x = \S+\) after generation step {before}, t = \S+ \(σ = \S+\): the run stops"));
    }

    [TestMethod]
    public void A_resumed_run_says_where_it_goes_on_before_it_computes_anything()
    {
        string config = Unfinished(out string folder);
        RunConfig read = ConfigFile.Read(ConfigDocument.Read(config, default), [], out ConfigSource source);
        using var team = new WorkerTeam(1);
        var run = new PreparedRun(new RunProblem(read, source), team);
        RunIdentity identity = RunIdentity.Of(read);
        using RunFolder resumed = RunFolder.Resume(folder, new RunRecord(identity.ConfigJson, false, null), identity, _ => { });
        var said = new Said();
        using var simulation = new Simulation(run, new RunOutput(resumed, identity, true), said);
        simulation.Run(default);
        StringAssert.Matches(
            said.Lines[0], new System.Text.RegularExpressions.Regex(
                @"^resuming after generation step \d+ of \d+; the forward flow is computed again first$"));
        CollectionAssert.AreEqual(new[] { "begin forward", "begin generation" }, said.Lines.Skip(1).Take(2).ToArray());
    }

    /// <summary>Notes and phases in their order.</summary>
    private sealed class Said : IRunProgress
    {
        public List<string> Lines { get; } = [];

        public void Begin(string name, long steps, long later, int cellCount) => Lines.Add("begin " + name);

        public void Step()
        {
        }

        public void Note(string text) => Lines.Add(text);

        public void Clear()
        {
        }
    }

    private string Unfinished(out string folder)
    {
        string config = scratch.Write("config.json", SmallRuns.Line);
        folder = scratch.At("out");
        Interrupt(config, folder);
        Assert.AreEqual(2, Directory.GetFiles(folder, "checkpoint-?.bin").Length);
        return config;
    }

    /// <summary>Stops a run in generation, with a checkpoint in each slot.</summary>
    private static void Interrupt(string config, string folder)
    {
        using var interrupt = new InterruptAfter(writes: 2);
        Outcome outcome = Scratch.Run(interrupt.Token, "run", config, "--out", folder, "--reproducible");
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
    }

    private static long Sequence(string slot) => BitConverter.ToInt64(File.ReadAllBytes(slot), "PDEDIFFUSION-CHECKPOINT-2\n".Length);

    private static void Succeed(params string[] args)
    {
        Outcome outcome = Scratch.Run(args);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
    }
}
