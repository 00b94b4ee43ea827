using System.Diagnostics;
using PdeDiffusion.Commands;

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
            $"trap '' XFSZ; ulimit -f {blocks}; exec dotnet \"$@\"", "sh", Scratch.Program, "run", config, "--out", folder, "--reproducible");
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
            if (name.StartsWith("snapshots/", StringComparison.Ordinal))
                Assert.AreEqual(expected[name], bytes, name);
        }
    }
}
