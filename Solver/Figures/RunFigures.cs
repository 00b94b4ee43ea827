using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws the figures of a run into its folder, off the run's own thread: those of single snapshots while it goes on, where all of them are
/// drawn, and the others at its end.
/// </summary>
public sealed class RunFigures : IDisposable
{
    private readonly RunConfig config;
    private readonly string title;
    private readonly FigureWriter queue;
    private readonly List<Snapshot> snapshots = [];
    private readonly bool drawsEach;

    /// <param name="threads">Figures drawn side by side at the end.</param>
    public RunFigures(FolderClaim folder, RunConfig config, int threads)
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        title = config.Generation is { } generation
            ? FormattableString.Invariant($"{config.Name}, ε = {generation.Epsilon}")
            : config.Name;
        queue = new FigureWriter(folder, threads);
        drawsEach = RunPlots.DrawsEach(config.Mesh.Axes.Count, config.Output.Snapshots?.Count ?? 2);
    }

    /// <summary>Takes a snapshot for the figures.</summary>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    public void Add(Snapshot snapshot)
    {
        snapshots.Add(snapshot);
        if (!drawsEach)
            return;
        foreach (Func<Figure> figure in RunPlots.OfSnapshot(title, snapshot, config.Output.Svg))
            queue.Add(figure);
    }

    /// <summary>Draws what is not drawn yet and waits until all is written.</summary>
    /// <param name="particles">Null for a run without particles.</param>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    public void Finish(IReadOnlyList<Reading> readings, ParticleOutcome? particles, Progress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        queue.Hurry();
        IEnumerable<Func<Figure>> figures = drawsEach
            ? RunPlots.OfRun(title, snapshots, readings, config.Output.Svg)
            : RunPlots.Draw(title, snapshots, readings, config.Output.Svg);
        foreach (Func<Figure> figure in particles is null ? figures : figures.Concat(Draw(title, config, snapshots, particles)))
            queue.Add(figure);
        queue.Drain();
        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }

    public void Dispose() => queue.Dispose();

    /// <summary>The data of the score that drives a run: points, or nodes along a curve; none if they are a density.</summary>
    internal static (PlanePoints Points, bool IsCurve) DataOf(RunConfig config)
    {
        DataConfig data = config.Generation?.Score is MixtureScore score ? score.Data : config.Data;
        if (data is BoxData or DensityData)
            return (new PlanePoints([], []), false);
        Mixture mixture = DataBuilder.Mixture(data);
        return (new PlanePoints([.. mixture.X], [.. mixture.Y]), data is CurveData);
    }

    internal static PlanePoints Points(ParticleEnsemble particles) => new([.. particles.X], [.. particles.Y]);

    /// <summary>One path a particle.</summary>
    internal static IReadOnlyList<PlanePoints> Paths(Trajectories trajectories)
    {
        int levels = trajectories.Times.Length;
        var paths = new PlanePoints[trajectories.Particles];
        for (int p = 0; p < paths.Length; p++)
        {
            paths[p] = new PlanePoints(new double[levels], new double[levels]);
            for (int level = 0; level < levels; level++)
                (paths[p].X[level], paths[p].Y[level]) = (trajectories.X(level)[p], trajectories.Y(level)[p]);
        }

        return paths;
    }

    private static IEnumerable<Func<Figure>> Draw(
        string title, RunConfig config, IReadOnlyList<Snapshot> snapshots, ParticleOutcome particles)
    {
        bool svg = config.Output.Svg;
        double stop = config.Time.Stop;
        (PlanePoints data, bool isCurve) = DataOf(config);
        Snapshot? last = snapshots.LastOrDefault(snapshot => Math.Abs(snapshot.Time - stop) <= 1e-12 * stop);
        string samples = FormattableString.Invariant($"{title}: {particles.End.Count} particles at t = {stop}");
        string paths = FormattableString.Invariant(
            $"{title}: {particles.Trajectories.Particles} trajectories from t = {config.Time.End} to {stop}");
        bool anyPath = particles.Trajectories.Particles > 0;
        if (particles.End.Dimension == 1)
        {
            yield return () => ParticleLinePlots.Histogram(samples, [.. particles.End.X], last, MeshFile.Build(config.Mesh), svg);
            if (anyPath)
                yield return () => ParticleLinePlots.Trajectories(paths, particles.Trajectories, data.Count <= 100 ? data.X : [], svg);
            yield break;
        }

        yield return () => ParticlePlots.Samples(
            "particles", samples, [new SamplePanel("", Points(particles.End), data, isCurve, last?.Grid, last?.V)], 1, 0.95, svg);
        if (anyPath)
            yield return () => ParticlePlots.Trajectories("trajectories", paths, Paths(particles.Trajectories), data, svg);
    }
}
