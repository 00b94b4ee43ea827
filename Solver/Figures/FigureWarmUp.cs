using PdeDiffusion.Plots;

namespace PdeDiffusion.Figures;

/// <summary>Makes figures fast beside whatever there is to do before the first, once a process.</summary>
internal static class FigureWarmUp
{
    private static readonly Lock Gate = new();
    private static Task? warming;

    /// <param name="dimension">Axes of the grid.</param>
    public static void Begin(int dimension)
    {
        lock (Gate)
            warming ??= Task.Run(() => RunPlots.WarmUp(dimension));
    }

    /// <summary>
    /// Waits until no thread is inside the drawing library: the process must not end there. What fails there fails again, and is told, where a
    /// real figure is drawn.
    /// </summary>
    public static void Wait() => ((IAsyncResult?)warming)?.AsyncWaitHandle.WaitOne();
}
