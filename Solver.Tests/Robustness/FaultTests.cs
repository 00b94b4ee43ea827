using System.Diagnostics;
using PdeDiffusion.Commands;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Writes that fail below the program: exit 4 with a message, nothing torn, and the run can be resumed.</summary>
[TestClass]
public sealed class FaultTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>A limit on the length of a file makes a write short and the next one fail, in whatever file comes to it first.</summary>
    [TestMethod]
    [DataRow(1, true)]
    [DataRow(3, true)]
    [DataRow(12, true)]
    [DataRow(24, false)]
    [DataRow(36, false)]
    public void A_write_that_fails_half_way_ends_with_4_and_leaves_whole_files_only(int blocks, bool fails)
    {
        if (OperatingSystem.IsWindows())
            return;
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), folder = scratch.At("out");
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", whole, "--reproducible").Code);
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        // The runtime maps its own code through files, which the limit would cut too.
        using Process process = Scratch.StartFile(
            "/bin/sh", new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }, "-c",
            $"trap '' XFSZ; ulimit -f {blocks}; exec dotnet \"$@\"", "sh", Scratch.Program, "run", config, "--out", folder,
                "--reproducible");
        Outcome outcome = Scratch.Finish(process);
        Assert.IsTrue(outcome.Code is ExitCode.BadInput or ExitCode.Failed || (!fails && outcome.Code == 0), outcome.Error);
        if (outcome.Code != 0)
        {
            StringAssert.Contains(outcome.Error, "cannot be written|cannot write".Split('|')[outcome.Code == ExitCode.Failed ? 1 : 0],
                StringComparison.Ordinal);
            Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
        }

        AssertNothingTorn(folder, expected);
        Outcome resumed = Scratch.Run("run", config, "--out", folder, "--reproducible", "--resume");
        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Scratch.AssertSame(expected, folder, "after the fault");
    }

    /// <summary>A file system of a few pages, where the machine lets a user mount one.</summary>
    [TestMethod]
    [DataRow(8)]
    [DataRow(48)]
    [DataRow(80)]
    public void A_full_disk_ends_with_4_and_leaves_whole_files_only(int kilobytes)
    {
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), copy = scratch.At("copy");
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", whole, "--reproducible").Code);
        string disk = Directory.CreateDirectory(scratch.At("disk")).FullName;
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/unshare"))
            return;
        string mount = $"mount -t tmpfs -o size={kilobytes}k tmpfs '{disk}'";
        using (Process probe = Scratch.StartFile("/usr/bin/unshare", null, "-rm", "sh", "-c", mount))
        {
            if (Scratch.Finish(probe).Code != 0)
            {
                Console.WriteLine("this machine lets nobody mount: the limit on file lengths stands for a full disk");
                return;
            }
        }

        using Process process = Scratch.StartFile(
            "/usr/bin/unshare", null, "-rm", "sh", "-c",
            $"{mount} && dotnet \"$@\"; code=$?; cp -r '{disk}' '{copy}'; exit $code", "sh", Scratch.Program, "run", config, "--out",
            Path.Combine(disk, "out"), "--reproducible");
        Outcome outcome = Scratch.Finish(process);
        Assert.IsTrue(outcome.Code is ExitCode.BadInput or ExitCode.Failed, $"{outcome.Code} {outcome.Error}");
        StringAssert.Contains(outcome.Error, "o space left", StringComparison.Ordinal);
        AssertNothingTorn(Path.Combine(copy, "out"), Scratch.Contents(whole));
    }

    [TestMethod]
    public void Whichever_write_fails_the_run_ends_with_4_keeps_whole_files_and_can_be_resumed() =>
        FailWrites(SmallRuns.Line, Fault.Fails, "time.steps=6", "time.warmup=2", "errorEstimate=false", "output.report=false");

    [TestMethod]
    [TestCategory("Slow")]
    public void Whichever_write_is_short_the_same_holds_with_the_estimate_and_the_page() =>
        FailWrites(SmallRuns.Line, Fault.IsShort, "time.steps=6", "checkpoint.steps=2");

    /// <summary>
    /// Figures, and particles with their paths, are written by two threads beside each other: in the plane the figures of snapshots, on the
    /// line those of monitors too.
    /// </summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(SmallRuns.Tiny, Fault.IsShort, "monitors.enabled=false")]
    [DataRow(SmallRuns.Line, Fault.Fails, "monitors.lp=[2]")]
    public void Whichever_write_fails_among_figures_and_particles_the_same_holds(string text, Fault fault, string monitors) => FailWrites(
        text, fault, "time.steps=4", "checkpoint.steps=2", monitors, "output.plots=true", "output.snapshots=[1, 0.1]",
        "particles={\"count\":20,\"steps\":4,\"trajectories\":2}");

    /// <summary>Somebody deletes the folder between the check of it and its use.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(12)]
    public void A_folder_that_vanishes_ends_the_run_with_4(int write)
    {
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("out");
        DiskWrite victim = Writes(scratch.At("whole"), "run", config)[write - 1];
        using var disk = new FaultyDisk(victim, Fault.LosesItsFolder, folder);
        Outcome outcome = Scratch.Run("run", config, "--out", folder);
        Assert.AreEqual(victim, disk.Writes[write - 1]);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "cannot write", StringComparison.Ordinal);
        Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
    }

    /// <summary>What a whole run writes, in the order it came.</summary>
    private static IReadOnlyList<DiskWrite> Writes(string folder, params string[] args)
    {
        using var disk = new FaultyDisk(null, Fault.Fails, folder);
        Outcome outcome = Scratch.Run([.. args, "--out", folder]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        return disk.Writes;
    }

    /// <summary>Every write of a run in turn: as many runs, and as many that go on from them.</summary>
    private void FailWrites(string text, Fault fault, params string[] overrides)
    {
        string config = scratch.Write("config.json", text), whole = scratch.At("whole"), folder = scratch.At("out");
        string[] flags = ["--reproducible", "--quiet", .. overrides.SelectMany(set => new[] { "--set", set })];
        IReadOnlyList<DiskWrite> writes = Writes(whole, ["run", config, .. flags]);
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        foreach (DiskWrite victim in writes)
        {
            using (var disk = new FaultyDisk(victim, fault, folder))
            {
                Outcome outcome = Scratch.Run(["run", config, "--out", folder, .. flags]);
                Assert.IsTrue(disk.Writes.Contains(victim), $"{victim} never came");
                Assert.AreEqual(ExitCode.Failed, outcome.Code, $"{victim}: {outcome.Error}");
                StringAssert.Contains(outcome.Error, $"cannot write: No space left on device : '{victim.File}'", StringComparison.Ordinal);
                Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
            }

            AssertNothingTorn(folder, expected);
            // Where the very first write failed there is no folder any more.
            foreach (string slot in CheckpointFile.Slots.Select(name => Path.Combine(folder, name)).Where(File.Exists))
                CheckpointFile.Read(slot);
            Outcome resumed = Scratch.Run(["run", config, "--out", folder, "--resume", .. flags]);
            Assert.AreEqual(0, resumed.Code, $"{victim}: {resumed.Error}");
            Scratch.AssertSame(expected, folder, $"{victim}");
            Directory.Delete(folder, recursive: true);
        }

        // Every file of the run, and both slots, had its turn.
        HashSet<string> files = [.. writes.Select(write => write.File)];
        foreach (string name in expected.Keys.Concat(CheckpointFile.Slots))
            Assert.IsTrue(files.Contains(name), $"{name} was never written with a fault");
    }

    [TestMethod]
    [DataRow("/proc/nowhere")]
    [DataRow("/dev/null/out")]
    public void A_place_that_cannot_be_written_is_refused(string place)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Outcome outcome = Scratch.Run("run", scratch.Write("config.json", SmallRuns.Line), "--out", place);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "cannot be written", StringComparison.Ordinal);
    }

    /// <summary>Snapshots are those of the whole run, byte for byte; no temporary file is left.</summary>
    private static void AssertNothingTorn(string folder, SortedDictionary<string, string> expected)
    {
        if (!Directory.Exists(folder))
            return;
        foreach ((string name, string bytes) in Scratch.Contents(folder))
        {
            Assert.IsFalse(name.EndsWith(".part", StringComparison.Ordinal), name);
            // What a run writes once is as the whole run wrote it; the record, the index and the readings grow.
            if (name.StartsWith("snapshots/", StringComparison.Ordinal) || Path.GetExtension(name) == ".png"
                || name is "particles.csv" or "trajectories.csv" or "summary.json")
                Assert.AreEqual(expected[name], bytes, name);
        }
    }
}
