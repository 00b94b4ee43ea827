using BenchmarkDotNet.Attributes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>A move of 10 000 particles against 1000 points, all of them or those that matter.</summary>
public class ParticleBenchmarks
{
    private WorkerTeam team = null!;
    private Workload workload = null!;

    [Params(false, true)]
    public bool Truncated { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        team = new WorkerTeam(Threads);
        workload = Catalogue.Particles(Truncated, team);
    }

    [Benchmark]
    public void Step() => workload.Step();

    [GlobalCleanup]
    public void TearDown() => team.Dispose();
}

/// <summary>The CSV of one snapshot of 1024² cells.</summary>
public class SnapshotBenchmarks
{
    private SnapshotWorkload workload = null!;

    [GlobalSetup]
    public void SetUp()
    {
        using var team = new WorkerTeam(1);
        workload = SnapshotWorkload.Create(new Problem(2, 1024, ForwardKind.ImplicitEuler, team));
    }

    [Benchmark]
    public void Write() => workload.Step();

    [GlobalCleanup]
    public void TearDown() => workload.Dispose();
}
