using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws the figures of a run into its folder, in parallel and beside what else the run still does: <see cref="Begin"/> once all that they
/// show is known, then <see cref="Finish"/>. Which figures there are is decided by <see cref="RunFigureList"/>.
/// </summary>
public sealed class RunFigures : IDisposable
{
    private readonly RunConfig config;
    private readonly string title;
    private readonly FigureQueue queue;
    private readonly List<Snapshot> snapshots = [];
    private readonly SemaphoreSlim added = new(0);
    private int count;
    private Task? adding;

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

    /// <summary>Begins to draw the figures, on other threads.</summary>
    /// <param name="particles">Null for a run without particles.</param>
    /// <param name="series">Null for a run without monitors.</param>
    /// <exception cref="InputException">The run has nothing of what was chosen.</exception>
    public void Begin(IReadOnlyList<Reading> readings, ParticleOutcome? particles, RunSeries? series)
    {
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
        count = all.Length;

        // A thread of its own: it waits for those of the pool, which draw.
        adding = Task.Factory.StartNew(
            () => AddAll(all), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until all figures are written; <see cref="Begin"/> comes first.</summary>
    /// <exception cref="IOException">A figure cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; figures that were written are whole.</exception>
    public void Finish(Progress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using CancellationTokenRegistration ending = cancellation.Register(queue.Cancel);
        progress.Begin(RunEstimate.Figures, count, 0, 0);
        for (int figure = 0; figure < count; figure++)
        {
            added.Wait(CancellationToken.None);
            progress.Step();
        }

        adding!.GetAwaiter().GetResult();
        queue.Drain();
        progress.Clear();
        if (!Fonts.Available)
            progress.Note($"note: {Fonts.Message}");
    }

    private void AddAll(NamedFigure[] all)
    {
        int left = all.Length;
        try
        {
            for (; left > 0; left--)
            {
                queue.Add(all[^left].Draw);
                added.Release();
            }
        }
        finally
        {
            // Who counts them does not wait for figures that will not come.
            if (left > 0)
                added.Release(left);
        }
    }

    /// <summary>Drops the figures that are not yet written, and waits for those that are being drawn.</summary>
    public void Dispose()
    {
        queue.Cancel();
        ((IAsyncResult?)adding)?.AsyncWaitHandle.WaitOne();
        queue.Dispose();
        added.Dispose();
    }
}
