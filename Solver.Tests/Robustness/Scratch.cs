using System.Diagnostics;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>What a call of the program came to.</summary>
internal sealed record Outcome(int Code, string Output, string Error);

/// <summary>A folder for the runs of one test, and the program, in this process and as the built one in a process of its own.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pde-robust-");

    public string Root => folder.FullName;

    /// <summary>The built program, from its own folder: there all of it is compiled ahead of time.</summary>
    public static string Program { get; } = Path.Combine(
        Repository.PathOf("Solver"), Path.GetRelativePath(Repository.PathOf("Solver.Tests"), AppContext.BaseDirectory), "PdeDiffusion.dll");

    public void Dispose() => folder.Delete(recursive: true);

    public string At(string name) => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Writes a file by a writer of the program.</summary>
    public static void WriteFile(string path, Action<Stream> write)
    {
        using FileStream stream = File.Create(path);
        write(stream);
    }

    public static Outcome Run(params string[] args) => Run(CancellationToken.None, args);

    public static Outcome Run(CancellationToken cancellation, params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = CommandLine.Run(args, output, error, cancellation);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts the built program.</summary>
    public static Process Start(IReadOnlyDictionary<string, string>? environment, params string[] args) =>
        StartFile("dotnet", environment, [Program, .. args]);

    public static Process StartFile(string file, IReadOnlyDictionary<string, string>? environment, params string[] args)
    {
        var start = new ProcessStartInfo(file, args) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for a process that writes little.</summary>
    public static Outcome Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Every file of a folder with its bytes.</summary>
    public static SortedDictionary<string, string> Contents(string path) => new(
        Directory.GetFiles(path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(path, file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    public static void AssertSame(SortedDictionary<string, string> expected, string path, string what)
    {
        SortedDictionary<string, string> found = Contents(path);
        CollectionAssert.AreEqual(expected.Keys, found.Keys, what);
        foreach ((string name, string bytes) in expected)
            Assert.IsTrue(bytes == found[name], $"{what}: {name} differs");
    }
}
