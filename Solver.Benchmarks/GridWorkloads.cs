using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Tables;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>A forward step in place: each sweep reads u and writes it, 16 bytes a cell and axis.</summary>
internal sealed class ForwardWorkload(string name, Problem problem, WorkerTeam team)
    : Workload(name, problem.Grid.CellCount, problem.Grid.Dimension, team.Threads, 16.0 * problem.Grid.Dimension * problem.Grid.CellCount)
{
    private readonly double[] u = CellValues.Copy(problem.Forward.At(0));
    private int steps;

    public override void Step() =>
        problem.Forward.Stepper.Step(u, u, problem.Times[0], problem.Times.Step(0), problem.Grid.Dimension == 1 ? 0 : steps++ & 1);
}

/// <summary>
/// A generation step with one right-hand side. A sweep reads u at its two ends and v, and writes v: 32 bytes a cell and axis; on two axes
/// the state between them is computed too, 16 more.
/// </summary>
internal sealed class GenerationWorkload(string name, Problem problem, IScheme scheme, WorkerTeam team)
    : Workload(name, problem.Grid.CellCount, problem.Grid.Dimension, team.Threads,
        (problem.Grid.Dimension == 1 ? 32.0 : 80.0) * problem.Grid.CellCount)
{
    private readonly double[] v = CellValues.Copy(problem.Start);
    private int level = problem.Times.Last;

    public override void Prepare()
    {
        if (level > 0)
            return;
        problem.Start.CopyTo(v, 0);
        level = problem.Times.Last;
    }

    public override void Step()
    {
        level--;
        ForwardFlow forward = problem.Forward;
        scheme.Step(new GenerationStep(
            forward.At(level + 1), forward.At(level), v, null, problem.Times[level + 1], problem.Times.Step(level),
                forward.FirstAxis(level)));
    }
}

/// <summary>All monitors at one level; u and v are read once: 16 bytes a cell.</summary>
internal sealed class MonitorWorkload : Workload
{
    private readonly MonitorSet monitors;
    private readonly FlowLevel level;
    private readonly List<Reading> readings = [];

    public MonitorWorkload(Problem problem, WorkerTeam team)
        : base("monitors", problem.Grid.CellCount, problem.Grid.Dimension, team.Threads, 16.0 * problem.Grid.CellCount)
    {
        monitors = new MonitorSet(new MonitorSetup(problem.Grid, problem.Times, ForwardKind.ImplicitEuler, Problem.Epsilon, team)
        {
            Exponents = [1, 2, double.PositiveInfinity],
        });
        var flow = new BackwardFlow(
            problem.Forward, new MarkovScheme(problem.Grid, Problem.Epsilon, null, team), [.. problem.Start], propagateOne: true);
        monitors.Read(flow.Level, readings);
        flow.Advance();
        level = flow.Level;
    }

    public override void Prepare() => readings.Clear();

    public override void Step() => monitors.Read(level, readings);
}

/// <summary>Writes one snapshot's CSV; what it must move are the bytes of the file.</summary>
internal sealed class SnapshotWorkload : Workload, IDisposable
{
    private const string FileName = "snapshot.csv";

    private readonly Snapshot snapshot;
    private readonly FolderClaim folder;

    private SnapshotWorkload(Snapshot snapshot, FolderClaim folder, long bytes)
        : base("snapshot-csv", snapshot.Grid.CellCount, snapshot.Grid.Dimension, 1, bytes) =>
        (this.snapshot, this.folder) = (snapshot, folder);

    public static SnapshotWorkload Create(Problem problem)
    {
        var level = new FlowLevel(problem.Grid, problem.Times) { Index = 0, U = problem.Forward.At(0), V = problem.Start };
        Snapshot snapshot = Snapshot.Take(level, null, 0);
        FolderClaim folder = FolderClaim.Reopen(
            Directory.CreateTempSubdirectory("pdediffusion-benchmark-").FullName,
            new FolderContents("benchmark", FileName, [], [], _ => true), _ => { });
        folder.Write(FileName, stream => SnapshotWriter.Write(stream, snapshot));
        return new SnapshotWorkload(snapshot, folder, new FileInfo(folder.PathOf(FileName)).Length);
    }

    public override void Step() => folder.Write(FileName, stream => SnapshotWriter.Write(stream, snapshot));

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(folder.Path, recursive: true);
    }
}
