using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PdeDiffusion.Benchmarks;

// --quick [PART OF A NAME] [--json FILE]: one table; anything else goes to BenchmarkDotNet (--filter '*', --list flat, ...).
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
