using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws the figures of a run into its folder, in parallel, at its end. Which figures there are is decided by <see cref="RunFigureList"/>.
/// </summary>
public sealed class RunFigures : IDisposable
{
    private readonly RunConfig config;
    private readonly string title;
    private readonly FigureQueue queue;
    private readonly List<Snapshot> snapshots = [];

    /// <param name="threads">Figures drawn in parallel.</param>
    public RunFigures(FolderClaim folder, RunConfig config, int threads)
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        title = TitleOf(config);
        queue = new FigureQueue(folder, threads);
        Rendering = Rendering.Of(config.Output);
    }

    /// <summary>The title of figures of a run, with its ε.</summary>
    internal static string TitleOf(RunConfig config) => config.Generation is not { Epsilon: { } epsilon } ? config.Name
        : $"{config.Name}, ε = {(epsilon.IsConstant ? Style.Number(epsilon.Least) : epsilon.ToString())}";

    /// <summary>The resolutions that the run has tried; null if it has the config's.</summary>
    public AttemptFigure? Attempts { get; init; }

    public FigureChoice Choice { get; init; } = FigureChoice.Default;

    public Rendering Rendering { get; init; }

    /// <summary>Names of the files written, once <see cref="Finish"/> has returned.</summary>
    public IReadOnlyList<string> Written => queue.Written;

    /// <summary>Adds a snapshot.</summary>
    public void Add(Snapshot snapshot) => snapshots.Add(snapshot);

    /// <summary>Draws the figures and waits until all are written.</summary>
    /// <param name="particles">Null for a run without particles.</param>
    /// <param name="series">Null for a run without monitors.</param>
    /// <exception cref="InputException">The run has nothing of what was chosen.</exception>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; figures that were written are whole.</exception>
    public void Finish(
        IReadOnlyList<Reading> readings, ParticleOutcome? particles, RunSeries? series, Progress progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using CancellationTokenRegistration ending = cancellation.Register(queue.Cancel);
        var list = new RunFigureList(
            new RunContent(title, snapshots)
            {
                Readings = readings,
                Config = config,
                Particles = particles,
                Series = series,
                Attempts = Attempts,
            },
            Choice, Rendering);
        NamedFigure[] all = [.. list.All()];
        progress.Begin(RunEstimate.Figures, all.Length, 0, 0);
        foreach (NamedFigure figure in all)
        {
            queue.Add(figure.Draw, cancellation);
            progress.Step();
        }

        queue.Drain();
        progress.Clear();
        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }

    public void Dispose() => queue.Dispose();
}
