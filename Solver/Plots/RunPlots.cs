using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Plots;

/// <summary>All figures of a run.</summary>
public static class RunPlots
{
    /// <summary>Most lines in a panel; more cannot be told apart.</summary>
    private const int Lines = 8;

    /// <summary>
    /// One axis: <c>densities</c>, <c>log-densities</c>, <c>score</c>, <c>div-score</c> over at most 8 of the snapshots. Two axes:
    /// <c>densities-NNN</c>,
    /// <c>log-densities-NNN</c>, <c>score-NNN</c> for at most 12 of them, NNN the snapshot's number. Both: <c>contact-sheet</c>; and where
    /// there are readings
    /// <c>monitors</c> and a <c>monitor-…</c> for each. Where there are more snapshots, the first, the last and evenly spaced ones between
    /// are taken.
    /// </summary>
    /// <param name="title">What run, with its ε.</param>
    /// <param name="snapshots">In the order written; may be empty.</param>
    /// <param name="readings">In the order of the flow; may be empty.</param>
    /// <param name="svg">True to draw SVG as well.</param>
    /// <returns>The figures, each drawn when it is called for, on any thread. Same input, same bytes.</returns>
    public static IEnumerable<Func<Figure>> Draw(string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg)
    {
        if (snapshots.Count > 0 && snapshots[0].Grid.Dimension == 2)
        {
            foreach (Func<Figure> figure in Spread(snapshots, ContactSheet.Panels).SelectMany(snapshot => OfSnapshot(title, snapshot, svg)))
                yield return figure;
        }

        foreach (Func<Figure> figure in OfRun(title, snapshots, readings, svg))
            yield return figure;
    }

    /// <summary>
    /// Draws a few figures of next to nothing and throws them away: the first of a kind takes ten times as long as the next, because its
    /// code is compiled and the fonts are looked for, and that need not wait for the run's end.
    /// </summary>
    /// <param name="dimension">Axes of the grid.</param>
    public static void WarmUp(int dimension)
    {
        var axis = Axis.Uniform(0, 1, 4, Boundary.NoFlux);
        var grid = dimension == 1 ? new Grid(axis) : new Grid(axis, axis);
        double[] Field() => [.. Enumerable.Range(1, grid.CellCount).Select(cell => (double)cell)];
        Snapshot At(int number, double time) => new(
            number, time, grid, Field(), Field(), Field(), [.. Enumerable.Range(0, dimension).Select(_ => Field())], Field());
        Snapshot[] snapshots = [At(0, 1), At(1, 0.1)];
        Reading[] readings = [.. Enumerable.Range(1, 4).Select(step => new Reading(
            step, 1.0 / step, "positivity", step, 2 * step, 0.5, 0, 1, ReadingStatus.Observed, Verdict.Held))];
        IEnumerable<Func<Figure>> figures = dimension == 1
            ? [() => LinePlots.Score("", snapshots, svg: false), () => LinePlots.LogDensities("", snapshots, svg: false)]
            : OfSnapshot("", snapshots[0], svg: false);
        foreach (Func<Figure> figure in figures.Concat(MonitorPlots.Draw("", readings, svg: false)))
            figure();
    }

    /// <summary>True if the figures of every single snapshot are drawn, so that none need wait for the end of the run.</summary>
    /// <param name="dimension">Axes of the grid.</param>
    /// <param name="snapshots">How many snapshots the run will take at most.</param>
    public static bool DrawsEach(int dimension, int snapshots) => dimension == 2 && snapshots <= ContactSheet.Panels;

    /// <summary>The figures of a single snapshot: two axes only.</summary>
    public static IEnumerable<Func<Figure>> OfSnapshot(string title, Snapshot snapshot, bool svg)
    {
        yield return () => HeatMaps.Densities(title, snapshot, svg);
        yield return () => HeatMaps.LogDensities(title, snapshot, svg);
        yield return () => HeatMaps.Score(title, snapshot, svg);
    }

    /// <summary>All others of <see cref="Draw"/>.</summary>
    public static IEnumerable<Func<Figure>> OfRun(
        string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg)
    {
        if (snapshots.Count > 0)
        {
            if (snapshots[0].Grid.Dimension == 1)
            {
                IReadOnlyList<Snapshot> few = Spread(snapshots, Lines);
                yield return () => LinePlots.Densities(title, few, svg);
                yield return () => LinePlots.LogDensities(title, few, svg);
                yield return () => LinePlots.Score(title, few, svg);
                yield return () => LinePlots.DivScore(title, few, svg);
            }

            yield return () => ContactSheet.Draw(title, Spread(snapshots, ContactSheet.Panels), svg);
        }

        foreach (Func<Figure> figure in MonitorPlots.Draw(title, readings, svg))
            yield return figure;
    }

    private static IReadOnlyList<Snapshot> Spread(IReadOnlyList<Snapshot> snapshots, int most) =>
        snapshots.Count <= most
            ? snapshots
            : Enumerable.Range(0, most).Select(k => snapshots[(int)Math.Round((double)k * (snapshots.Count - 1) / (most - 1))]).ToArray();
}
