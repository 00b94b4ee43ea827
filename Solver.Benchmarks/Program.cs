using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PdeDiffusion.Benchmarks;

// --quick [PART OF A NAME] [--json FILE]: one table; --accuracy [PART OF A NAME] [--longest SECONDS] [--threads COUNT]: time to accuracy;
// anything else goes to BenchmarkDotNet (--filter '*', --list flat, ...).
if (args is ["--accuracy", ..])
    return Accuracy([.. args.Skip(1)]);
if (args is not ["--quick" or "--json", ..])
{
    // In this process: a generated project would not find the repository's central package versions.
    IConfig config = DefaultConfig.Instance
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default);
    BenchmarkSwitcher.FromAssembly(typeof(Workload).Assembly).Run(args, config);
    return 0;
}

int json = Array.IndexOf(args, "--json");
string[] parts = [.. args.Where((argument, index) => argument != "--quick" && (json < 0 || (index != json && index != json + 1)))];
if (parts.Length > 1 || json == args.Length - 1)
{
    Console.Error.WriteLine("usage: --quick [PART OF A NAME] [--json FILE], or BenchmarkDotNet's own options");
    return 1;
}

QuickTable.Run(parts is [string part] ? part : "", json < 0 ? null : args[json + 1]);
return 0;

static int Accuracy(List<string> rest)
{
    double longest = Option("--longest", 5);
    int threads = (int)Option("--threads", 2);
    if (rest.Count > 1 || !(longest > 0) || threads < 1)
    {
        Console.Error.WriteLine("usage: --accuracy [PART OF A NAME] [--longest SECONDS] [--threads COUNT]");
        return 1;
    }

    AccuracyTable.Run(rest.Count == 1 ? rest[0] : "", longest, threads);
    return 0;

    double Option(string name, double usual)
    {
        int at = rest.IndexOf(name);
        if (at < 0)
            return usual;
        bool isNumber = double.TryParse(rest.ElementAtOrDefault(at + 1), CultureInfo.InvariantCulture, out double value);
        rest.RemoveRange(at, Math.Min(2, rest.Count - at));
        return isNumber ? value : double.NaN;
    }
}
