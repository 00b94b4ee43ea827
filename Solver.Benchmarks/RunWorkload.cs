using System.Globalization;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A whole run from a config, nothing written: noising, generation at ε = 0.2 and, where asked for, every monitor at every level. The data
/// are points, to which all monitors apply but those of a score that is not the grid's. Reported for one level, whose traffic is that of a
/// forward and a generation step: 112 bytes a cell.
/// </summary>
internal sealed class RunWorkload : Workload
{
    public const int CellsPerAxis = 512;

    private const int Levels = 48;
    private const double Noise = Benchmarks.Problem.Epsilon;

    private readonly WorkerTeam team;

    public RunWorkload(string scheme, bool monitored, WorkerTeam team)
        : base(NameOf(scheme, monitored), CellsPerAxis * CellsPerAxis, 2, team.Threads, 112.0 * CellsPerAxis * CellsPerAxis)
    {
        this.team = team;
        string axis = string.Create(CultureInfo.InvariantCulture, $"{{ \"from\": -6, \"to\": 6, \"cells\": {CellsPerAxis} }}");
        Problem = ConfigText.Problem(string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "benchmark", "mesh": { "axes": [{{axis}}, {{axis}}] },
              "data": { "kind": "points", "points": [[-1.2, -0.5], [1.3, 0.7], [0.2, 1.4]] },
              "time": { "end": 0.6, "stop": 0.05, "steps": {{Levels}}, "warmup": {{Levels / 4}} }, "forward": { "kind": "implicit-euler" },
              "generation": { "epsilon": {{Noise}}, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 2 } },
              "scheme": { "kind": "{{scheme}}" }, "monitors": { "enabled": {{(monitored ? "true" : "false")}} }, "memory": 1e9
            }
            """));
    }

    /// <summary>What is run.</summary>
    public RunProblem Problem { get; }

    public override int Steps => Levels;

    public static string NameOf(string scheme, bool monitored) => $"run-{scheme}{(monitored ? "-monitored" : "")}";

    public override void Step()
    {
        var progress = new Progress(TextWriter.Null, terminal: false, quiet: true);
        using var simulation = new Simulation(new PreparedRun(Problem, team), null, progress);
        simulation.Run(CancellationToken.None);
    }
}
