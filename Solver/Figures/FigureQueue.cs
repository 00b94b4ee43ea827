using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws figures in parallel and writes them in the order they were added. A few are in memory at a time: <see cref="Add"/> blocks while
/// too many wait.
/// </summary>
/// <param name="threads">Figures drawn in parallel.</param>
internal sealed class FigureQueue(FolderClaim folder, int threads) : IDisposable
{
    private readonly OrderedWriter output = new(threads);
    private readonly SemaphoreSlim slots = new(threads);
    private readonly List<string> written = [];

    /// <summary>Names of the files written, in the order of the figures; after <see cref="Drain"/>.</summary>
    public IReadOnlyList<string> Written => written;

    /// <summary>Adds a figure.</summary>
    /// <exception cref="IOException">An earlier figure could not be written (or whatever else it threw).</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Add(Func<Figure> draw, CancellationToken cancellation = default)
    {
        slots.Wait(cancellation);
        Task<Figure> drawing = Task.Run(() =>
        {
            try
            {
                return draw();
            }
            finally
            {
                slots.Release();
            }
        });
        output.Add(() => written.AddRange(FigureFiles.Write(folder, drawing.GetAwaiter().GetResult())));
    }

    /// <summary>Waits until all figures are on disk.</summary>
    /// <exception cref="IOException">A figure could not be written (or whatever else it threw).</exception>
    public void Drain() => output.Drain();

    /// <summary>Drops the figures that are not yet written and ends <see cref="Drain"/>.</summary>
    public void Cancel() => output.Cancel();

    /// <summary>Drops the figures that are not yet written, and waits for those that are being drawn.</summary>
    public void Dispose()
    {
        output.Dispose();

        // The process must not end while a thread is inside the drawing library.
        for (int slot = 0; slot < threads; slot++)
            slots.Wait();
        slots.Dispose();
    }
}
