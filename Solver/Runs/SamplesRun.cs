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
    private readonly PreparedRun run;
    private readonly ParticleRun particles;
    private readonly double[] times;

    /// <param name="problem">A run with particles.</param>
    /// <param name="times">Snapshot times of the run.</param>
    /// <exception cref="ArgumentException">The run has no particles, does not lie in the plane, or has no level at a time.</exception>
    /// <exception cref="InputException">The run cannot be built.</exception>
    public SamplesRun(Problem problem, IReadOnlyList<double> times, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(times);
        RunConfig config = problem.Config;
        run = new PreparedRun(problem.With(config with { Monitors = config.Monitors with { Enabled = false } }), team);
        particles = run.Particles ?? throw new ArgumentException($"the run {config.Name} has no particles");
        if (Grid.Dimension != 2)
            throw new ArgumentException($"the run {config.Name} has one axis, but samples are drawn in the plane");
        this.times = [.. times.OrderDescending()];
        foreach (double time in times)
        {
            if (run.Problem.Times.IndexOf(time) < 0 || particles.Levels.IndexOf(time) < 0)
                throw new ArgumentException($"{time:R} is not a snapshot time of the run {config.Name}");
        }
    }

    public Grid Grid => run.Problem.Grid;

    /// <summary>The levels, from T down.</summary>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor, or the memory is too small.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public IReadOnlyList<SampleLevel> Run(IRunProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        HashSet<int> kept = [.. times.Select(run.Problem.Times.IndexOf)];
        var densities = new List<double[]>();
        var copies = new List<ParticleEnsemble>();
        try
        {
            run.Method.Run([new LevelWatcher(kept.Contains, level => densities.Add([.. level.V!]))], progress, cancellation);
            particles.Move(run.Team, progress, times.Select(particles.Levels.IndexOf).ToHashSet(), copies, cancellation);
        }
        catch (RunInterruptedException)
        {
            throw new RunFailedException("interrupted; the figure was not written");
        }

        progress.Clear();
        return [.. times.Select((time, index) => new SampleLevel(time, copies[index], densities[index]))];
    }
}
