using BenchmarkDotNet.Attributes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>Steps of every scheme and the monitors, one step an iteration.</summary>
public class GridBenchmarks
{
    private WorkerTeam team = null!;
    private Workload workload = null!;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [ParamsSource(nameof(Sizes))]
    public string Size { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    public static IEnumerable<string> Names => Catalogue.GridNames;

    /// <summary>Cells on each axis, one number per axis.</summary>
    public static IEnumerable<string> Sizes =>
        Catalogue.Grids.Select(grid => grid.Dimension == 1 ? $"{grid.Cells}" : $"{grid.Cells}x{grid.Cells}");

    [GlobalSetup]
    public void SetUp()
    {
        team = new WorkerTeam(Threads);
        (int dimension, int cells) = Catalogue.Grids[Sizes.ToList().IndexOf(Size)];
        workload = Catalogue.OnGrid(Name, new Problem(dimension, cells, Catalogue.Forward(Name), team), team);
    }

    [IterationSetup]
    public void Prepare() => workload.Prepare();

    [Benchmark]
    public void Step() => workload.Step();

    [GlobalCleanup]
    public void TearDown() => team.Dispose();
}
