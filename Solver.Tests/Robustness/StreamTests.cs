using System.Diagnostics;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Standard streams that take nothing, and the signal of a terminal that goes away.</summary>
[TestClass]
public sealed class StreamTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow("--help", ">", ExitCode.Failed)]
    [DataRow("run {0} --out {1} --quiet", ">", ExitCode.Failed)]
    [DataRow("run {0}.none", "2>", ExitCode.BadInput)]
    [DataRow("run", "2>", ExitCode.WrongCommandLine)]
    [DataRow("run {0} --out {1}", "2>", ExitCode.Finished)]
    public void A_full_stream_ends_with_a_code_and_no_trace(string call, string redirection, int code)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("line.json", SmallRuns.Line), folder = scratch.At("out");
        string args = call.Replace("{0}", config, StringComparison.Ordinal).Replace("{1}", folder, StringComparison.Ordinal);
        using Process process = Scratch.StartFile(
            "/bin/sh", null, "-c", $"exec dotnet \"$0\" {args} {redirection} /dev/full", Scratch.Program);
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(code, outcome.Code, outcome.Error);
        Assert.IsFalse(outcome.Error.Contains("   at ", StringComparison.Ordinal), outcome.Error);
        if (redirection == ">")
            StringAssert.Contains(outcome.Error, "cannot write to standard output", StringComparison.Ordinal);
        if (args.Contains("--out", StringComparison.Ordinal))
            Assert.IsTrue(File.Exists(Path.Combine(folder, "summary.json")));
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(40)]
    [DataRow(60)]
    [DataRow(127)]
    public void Too_few_file_handles_are_one_line(int handles)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("line.json", SmallRuns.Line);
        using Process process = Scratch.StartFile(
            "/bin/sh", null, "-c", $"ulimit -n {handles}; exec dotnet \"$0\" run {config} --out {scratch.At("out")}", Scratch.Program);
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        Assert.AreEqual("too few file handles: at least 128 are needed (ulimit -n)\n", outcome.Error);
        Assert.IsFalse(Directory.Exists(scratch.At("out")));
    }

    [TestMethod]
    public void The_least_number_of_file_handles_suffices_for_figures()
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write("tiny.json", SmallRuns.Tiny);
        using Process process = Scratch.StartFile(
            "/bin/sh", null, "-c", $"ulimit -n 128; exec dotnet \"$0\" run {config} --out {scratch.At("out")} --quiet", Scratch.Program);
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
    }

    [TestMethod]
    [DataRow("", true)]
    [DataRow("trap '' HUP; ", false)]
    public void A_hang_up_ends_a_run_as_a_request_to_end_does_unless_it_is_to_be_ignored(string before, bool ends)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string config = scratch.Write(
            "line.json", SmallRuns.Line.Replace("\"checkpoint\": { \"steps\": 1 },", "", StringComparison.Ordinal));
        string folder = scratch.At("out");
        using Process process = Scratch.StartFile(
            "/bin/sh", null, "-c", before + "exec dotnet \"$@\"", "sh", Scratch.Program, "run", config, "--out", folder, "--quiet",
            "--set", "mesh.axes[0].cells=20000", "--set", "time.steps=2000000", "--set", "monitors.enabled=false",
            "--set", "generation=null", "--set", "output.snapshots=[1]");
        while (!File.Exists(Path.Combine(folder, "run.json")))
        {
            Assert.IsFalse(process.HasExited, "it ended before it had begun");
            Thread.Sleep(5);
        }

        using (Process signal = Scratch.StartFile("/bin/sh", null, "-c", $"kill -HUP {process.Id}"))
            Assert.AreEqual(0, Scratch.Finish(signal).Code);
        if (ends)
        {
            Outcome outcome = Scratch.Finish(process);
            Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
            Assert.HasCount(1, Directory.GetFiles(folder, "checkpoint-?.bin"));
            return;
        }

        Assert.IsFalse(process.WaitForExit(1500), "ended by a signal that it was told to ignore");
        process.Kill();
        process.WaitForExit();
    }
}
