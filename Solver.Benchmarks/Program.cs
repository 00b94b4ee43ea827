using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PdeDiffusion.Benchmarks;

// --quick [PART OF A NAME] [--cells CELLS PER AXIS] [--json FILE]: one table;
// --accuracy [PART OF A NAME] [--longest SECONDS] [--threads COUNT]: time to accuracy;
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

return Quick([.. args.Where(argument => argument != "--quick")]);

static int Quick(List<string> rest)
{
    string? json = Value(rest, "--json"), cells = Value(rest, "--cells");
    int cellsPerAxis = 0;
    if (rest.Count > 1 || rest.Any(argument => argument.StartsWith('-')) || (cells is not null && !int.TryParse(cells, out cellsPerAxis)))
    {
        Console.Error.WriteLine("usage: --quick [PART OF A NAME] [--cells CELLS PER AXIS] [--json FILE], or BenchmarkDotNet's own options");
        return 1;
    }

    QuickTable.Run(rest.Count == 1 ? rest[0] : "", cellsPerAxis, json);
    return 0;
}

static int Accuracy(List<string> rest)
{
    double longest = Option("--longest", 5);
    int threads = (int)Option("--threads", 2);
    if (rest.Count > 1 || rest.Any(argument => argument.StartsWith('-')) || !(longest > 0) || threads < 1)
    {
        Console.Error.WriteLine("usage: --accuracy [PART OF A NAME] [--longest SECONDS] [--threads COUNT]");
        return 1;
    }

    AccuracyTable.Run(rest.Count == 1 ? rest[0] : "", longest, threads);
    return 0;

    double Option(string name, double usual) => Value(rest, name) is not { } text ? usual
        : double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}

// What follows the option; both are taken from the list. An option without a value stays there and is refused.
static string? Value(List<string> rest, string name)
{
    int at = rest.IndexOf(name);
    if (at < 0 || at == rest.Count - 1)
        return null;
    string value = rest[at + 1];
    rest.RemoveRange(at, 2);
    return value;
}
