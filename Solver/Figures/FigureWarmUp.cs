using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;

namespace PdeDiffusion.Figures;

/// <summary>
/// Draws a few tiny figures once per process, in parallel with the run, and discards them: the first figure of a kind takes ten times as
/// long as the next, because its code is compiled and fonts are located.
/// </summary>
internal static class FigureWarmUp
{
    private static readonly Lock Gate = new();
    private static Task? warming;

    /// <param name="dimension">Number of axes of the grid.</param>
    public static void Begin(int dimension)
    {
        lock (Gate)
            warming ??= Task.Run(() => Draw(dimension));
    }

    /// <summary>
    /// Waits until no thread is inside the drawing library: the process must not end there. An exception of the warm-up is ignored: it
    /// occurs again, and is reported, where a real figure is drawn.
    /// </summary>
    public static void Wait() => ((IAsyncResult?)warming)?.AsyncWaitHandle.WaitOne();

    /// <summary>Draws one figure of each kind that a run on so many axes has.</summary>
    internal static void Draw(int dimension)
    {
        var axis = Axis.Uniform(0, 1, 4, Boundary.NoFlux);
        var grid = dimension == 1 ? new Grid(axis) : new Grid(axis, axis);
        double[] Field() => [.. Enumerable.Range(1, grid.CellCount).Select(cell => (double)cell)];
        Snapshot At(int number, double time) => new(
            number, time, grid, Field(), Field(), Field(), [.. Enumerable.Range(0, dimension).Select(_ => Field())], Field());
        Snapshot[] snapshots = [At(0, 1), At(1, 0.1)];
        Reading[] readings = [.. Enumerable.Range(1, 4).Select(step => new Reading(
            step, 1.0 / step, "warm-up", step, 2 * step, 0.5, 0, 1, ReadingStatus.Observed, Verdict.Held))];
        var list = new RunFigureList(
            new RunContent("", snapshots) { Readings = readings }, new FigureChoice { Only = Kinds(dimension), Times = [0.1] },
            Rendering.Screen);
        foreach (NamedFigure figure in list.All())
            figure.Draw();
    }

    /// <summary>A figure of each kind: of lines on linear and log axes or of maps, and of monitors.</summary>
    private static string[] Kinds(int dimension) =>
        dimension == 1 ? ["score", "log-densities", "monitors"] : ["densities", "score", "monitors"];
}
