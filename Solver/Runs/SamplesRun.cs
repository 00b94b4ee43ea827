using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>One time of a run: its particles and its density, both as the run had them there.</summary>
/// <param name="V">Cell averages of v.</param>
public sealed record SampleLevel(double Time, ParticleEnsemble Particles, double[] V)
{
    /// <summary>The share of the particles in the cells where v is at least <paramref name="threshold"/>.</summary>
    public double ShareAbove(Grid grid, double threshold)
    {
        var density = new ParticleDensity(grid, Particles);
        int inside = 0;
        for (int cell = 0; cell < V.Length; cell++)
            inside += V[cell] >= threshold ? density.Counts[cell] : 0;
        return (double)inside / Particles.Count;
    }
}

/// <summary>
/// A run for a figure: its grid flow and its particles at some of its snapshot times, in memory, with no monitors and no files. v(t) and
/// the particles at t do not depend on where the run stops, so one run shows several stopping times.
/// </summary>
public sealed class SamplesRun
{
    private readonly RunBuilder builder;
    private readonly ParticleRun particles;
    private readonly double[] times;

    /// <param name="config">A run with particles.</param>
    /// <param name="times">Snapshot times of the run.</param>
    /// <exception cref="ArgumentException">The run has no particles, does not lie in the plane, or has no level at a time.</exception>
    /// <exception cref="InputException">The run cannot be built.</exception>
    public SamplesRun(RunConfig config, ConfigSource source, IReadOnlyList<double> times, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(times);
        builder = new RunBuilder(config with { Monitors = config.Monitors with { Enabled = false } }, source, team);
        particles = builder.Particles ?? throw new ArgumentException($"the run {config.Name} has no particles");
        if (builder.Grid.Dimension != 2)
            throw new ArgumentException($"the run {config.Name} has one axis, but samples are drawn in the plane");
        this.times = [.. times.OrderDescending()];
        foreach (double time in times)
        {
            if (builder.Times.IndexOf(time) < 0 || particles.Levels.IndexOf(time) < 0)
                throw new ArgumentException($"{time:R} is no snapshot time of the run {config.Name}");
        }
    }

    public Grid Grid => builder.Grid;

    /// <summary>The levels, from T down.</summary>
    /// <exception cref="RunFailedException">Interrupted.</exception>
    public IReadOnlyList<SampleLevel> Run(WorkerTeam team, Progress progress, CancellationToken cancellation)
    {
        List<double[]> densities = Densities(team, progress, cancellation);
        var copies = new List<ParticleEnsemble>();
        particles.Move(team, progress, times.Select(particles.Levels.IndexOf).ToHashSet(), copies, cancellation);
        progress.Clear();
        return [.. times.Select((time, index) => new SampleLevel(time, copies[index], densities[index]))];
    }

    private List<double[]> Densities(WorkerTeam team, Progress progress, CancellationToken cancellation)
    {
        ForwardFlow forward = builder.Forward(team);
        progress.Begin("forward", forward.StepCount, builder.Times.Last, Grid.CellCount);
        while (forward.Advance())
            Step(progress, cancellation);
        double[] start = builder.Start is { } given ? [.. given] : [.. forward.Level.U];
        double mass = Density.Mass(Grid, start);
        for (int cell = 0; cell < start.Length; cell++)
            start[cell] /= mass;
        BackwardFlow backward = builder.Backward(forward, start, team);
        progress.Begin("generation", builder.Times.Last, 0, Grid.CellCount);
        HashSet<int> kept = times.Select(builder.Times.IndexOf).ToHashSet();
        var densities = new List<double[]>();
        do
        {
            if (kept.Contains(backward.Level.Index))
                densities.Add([.. backward.Level.V!]);
            Step(progress, cancellation);
        }
        while (backward.Advance());
        return densities;
    }

    private static void Step(Progress progress, CancellationToken cancellation)
    {
        progress.Step();
        if (cancellation.IsCancellationRequested)
            throw new RunFailedException("interrupted; this figure is not written");
    }
}
