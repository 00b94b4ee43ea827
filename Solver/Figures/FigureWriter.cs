using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws figures side by side and writes them in the order asked for. Few are in memory at a time: who asks faster than they are drawn
/// and written waits. One at a time is drawn while a run goes on, which needs its processors itself.
/// </summary>
/// <param name="threads">Figures drawn side by side once the run is over.</param>
internal sealed class FigureWriter(FolderClaim folder, int threads) : IDisposable
{
    private readonly OrderedWriter output = new(threads);
    private readonly SemaphoreSlim pens = new(1);

    /// <summary>Asks for a figure.</summary>
    /// <exception cref="IOException">An earlier figure could not be written (or whatever else it threw).</exception>
    public void Add(Func<Figure> draw)
    {
        pens.Wait();
        Task<Figure> drawing = Task.Run(() =>
        {
            try
            {
                return draw();
            }
            finally
            {
                pens.Release();
            }
        });
        output.Add(() =>
        {
            Figure figure = drawing.GetAwaiter().GetResult();
            Write(folder, figure);
        });
    }

    /// <summary>Writes a figure: its name.png, and .svg if there is one.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(FolderClaim folder, Figure figure)
    {
        folder.Write(figure.Name + ".png", stream => stream.Write(figure.Png));
        if (figure.Svg is { } svg)
            folder.WriteText(figure.Name + ".svg", svg);
    }

    /// <summary>The run is over: its processors are free for figures.</summary>
    public void Hurry()
    {
        if (threads > 1)
            pens.Release(threads - 1);
    }

    /// <summary>Waits until all figures are on disk.</summary>
    /// <exception cref="IOException">A figure could not be written (or whatever else it threw).</exception>
    public void Drain() => output.Drain();

    /// <summary>Drops the figures that are not yet written.</summary>
    public void Dispose() => output.Dispose();
}
