using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>The workloads by name.</summary>
internal static class Catalogue
{
    public static readonly string[] GridNames =
        [
            "forward-implicit-euler", "backward-markov", "remap-constant", "remap-parabolic-euler", "remap-parabolic", "lattice-exact",
            "monitors"
        ];

    /// <summary>Schemes of whole runs, with and without monitors.</summary>
    public static readonly string[] Schemes = ["markov", "remap"];

    /// <summary>Dimension and cells on each axis.</summary>
    public static readonly (int Dimension, int Cells)[] Grids = [(1, 100_000), (1, 1_000_000), (2, 256), (2, 512), (2, 1024), (2, 2048)];

    /// <summary>The forward flow that a grid workload stands on.</summary>
    public static ForwardKind Forward(string name) =>
        name is "lattice-exact" or "remap-parabolic" ? ForwardKind.LatticeExact : ForwardKind.ImplicitEuler;

    public static Workload OnGrid(string name, Problem problem, WorkerTeam team) => name switch
    {
        "forward-implicit-euler" or "lattice-exact" => new ForwardWorkload(name, problem, team),
        "backward-markov" => new GenerationWorkload(name, problem, new MarkovScheme(problem.Grid, Problem.Epsilon, null, team), team),
        "remap-constant" or "remap-parabolic-euler" or "remap-parabolic" => new GenerationWorkload(
            name, problem, new RemapScheme(problem.Grid, Problem.Epsilon, name != "remap-constant", problem.Forward.Stepper, team), team),
        "monitors" => new MonitorWorkload(problem, team),
        _ => throw new ArgumentException($"no workload is called {name}", nameof(name)),
    };

    public static Workload Particles(bool truncated, WorkerTeam team) => truncated
        ? new ParticleWorkload("particles-truncated", ScoreSummation.Truncated, 0.01, team)
        : new ParticleWorkload("particles", ScoreSummation.Plain, 1, team);
}
