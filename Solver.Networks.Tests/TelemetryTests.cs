using System.Diagnostics;

namespace PdeDiffusion.Networks.Tests;

/// <summary>ONNX Runtime stores no identifier of the machine and no events for its maker, as it does unless it is told not to.</summary>
[TestClass]
public sealed class TelemetryTests
{
    [TestMethod]
    public void NothingIsLeftInTheHomeOfTheUser()
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 1, ExactProcess.Vp, "noise", isDouble: false);
        string config = bench.Config("run.json", Bench.RunJson(1, Bench.NetworkJson("net.onnx", ExactProcess.Vp, "noise")));
        string home = Directory.CreateDirectory(bench.PathOf("home")).FullName;
        string program = Path.Combine(AppContext.BaseDirectory, "PdeDiffusion.Networks.dll");
        var start = new ProcessStartInfo("dotnet", [program, "run", config, "--out", bench.PathOf("out"), "--quiet"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };

        // On build servers it is silent by itself.
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (name is not ("PATH" or "DOTNET_ROOT" or "LD_LIBRARY_PATH" or "SystemRoot"))
                start.Environment.Remove(name);
        }

        foreach (string name in (string[])["HOME", "TMPDIR", "USERPROFILE", "LOCALAPPDATA", "TEMP", "TMP"])
            start.Environment[name] = home;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error + output.Result);
        string[] left = Directory.GetFiles(home, "*", SearchOption.AllDirectories);
        Assert.IsEmpty(left, string.Join(", ", left));
    }
}
