using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws the figures of a run into its folder, outside the run's own thread: those of single snapshots while the run is computing, where
/// every snapshot has figures, and the others at its end. Which figures there are is decided by <see cref="RunFigureList"/>.
/// </summary>
public sealed class RunFigures : IDisposable
{
    private readonly RunConfig config;
    private readonly string title;
    private readonly FigureQueue queue;
    private readonly List<Snapshot> snapshots = [];
    private readonly bool drawsEach;

    /// <param name="threads">Figures drawn in parallel at the end.</param>
    public RunFigures(FolderClaim folder, RunConfig config, int threads)
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        title = TitleOf(config);
        queue = new FigureQueue(folder, threads);
        drawsEach = RunFigureList.DrawsEach(config.Mesh.Axes.Count, config.Output.Snapshots?.Count ?? 2);
    }

    /// <summary>The title of figures of a run, with its ε.</summary>
    internal static string TitleOf(RunConfig config) => config.Generation is { } generation
        ? FormattableString.Invariant($"{config.Name}, ε = {generation.Epsilon}")
        : config.Name;

    /// <summary>The resolutions that the run has tried; null if it has the config's.</summary>
    public AttemptFigure? Attempts { get; init; }

    /// <summary>Adds a snapshot.</summary>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    public void Add(Snapshot snapshot)
    {
        snapshots.Add(snapshot);
        if (!drawsEach)
            return;
        foreach (Func<Figure> figure in RunFigureList.OfSnapshot(title, snapshot, config.Output.Svg))
            queue.Add(figure);
    }

    /// <summary>Draws the remaining figures and waits until all are written.</summary>
    /// <param name="particles">Null for a run without particles.</param>
    /// <param name="series">Null for a run without monitors.</param>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; figures that were written are whole.</exception>
    public void Finish(
        IReadOnlyList<Reading> readings, ParticleOutcome? particles, RunSeries? series, Progress progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using CancellationTokenRegistration ending = cancellation.Register(queue.Cancel);
        queue.UseAllThreads();
        IEnumerable<Func<Figure>> figures = drawsEach
            ? RunFigureList.OfRun(title, snapshots, readings, config.Output.Svg)
            : RunFigureList.Draw(title, snapshots, readings, config.Output.Svg);
        if (particles is not null)
            figures = figures.Concat(RunFigureList.OfParticles(title, config, snapshots, particles));
        figures = figures.Concat(RunFigureList.OfGuidance(title, config, particles));
        if (series is not null)
            figures = figures.Concat(RunFigureList.OfSeries(title, series, config.Output.Svg));
        if (Attempts is not null)
            figures = figures.Append(RunFigureList.OfAttempts(title, Attempts, config.Output.Svg));
        Func<Figure>[] all = [.. figures];
        progress.Begin(RunEstimate.Figures, all.Length, 0, 0);
        foreach (Func<Figure> figure in all)
        {
            queue.Add(figure, cancellation);
            progress.Step();
        }

        queue.Drain();
        progress.Clear();
        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }

    public void Dispose() => queue.Dispose();
}
