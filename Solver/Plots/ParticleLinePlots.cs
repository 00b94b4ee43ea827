using PdeDiffusion.Flows;
using PdeDiffusion.Particles;
using ScottPlot;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>Figures of the particles of a run on one axis.</summary>
internal static class ParticleLinePlots
{
    private const double Width = 620, Height = 360;

    /// <summary>Largest number of bars on the axis; neighbouring cells are merged to meet it.</summary>
    private const int Bars = 200;

    private const int MostDataLines = 20;

    /// <summary>Positions in bars, and v over the same bars, so that both are as coarse.</summary>
    /// <param name="last">The snapshot at the stopping time; null for none.</param>
    /// <param name="window">The part of the axis that is shown; where most particles and v are if null.</param>
    public static Figure Histogram(string title, double[] x, Snapshot? last, Grid grid, Window? window, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(grid);
        Interval range = window?.X ?? Shown(x, last, grid);
        int cells = Math.Max(1, new Portion(grid, new Window([range])).Grid.Columns);
        int together = (cells + Bars - 1) / Bars, bars = (grid.Columns + together - 1) / together;
        double[] edges = [.. Enumerable.Range(0, bars).Select(bar => grid.X.Faces[bar * together]), grid.X.To];
        double[] counts = new double[bars], masses = new double[bars];
        foreach (double position in x)
        {
            int cell = grid.X.CellAt(position);
            if (cell >= 0)
                counts[cell / together]++;
        }

        for (int cell = 0; cell < grid.Columns && last?.V is not null; cell++)
            masses[cell / together] += grid.Volume(cell) * last.V[cell];
        double[] heights = [.. counts.Select((count, bar) => count / x.Length / (edges[bar + 1] - edges[bar]))];
        double[] means = [.. masses.Select((mass, bar) => mass / (edges[bar + 1] - edges[bar]))];

        Plot plot = Style.NewPanel(
            "", Style.PositionX, "density (1/length)", range,
            Interval.Of(0, 1.06 * heights.Concat(means).Max()));
        Coordinates[] outline = [.. Steps(edges, heights).Prepend(new Coordinates(edges[0], 0)), new Coordinates(edges[^1], 0)];
        ScottPlot.Plottables.Polygon filled = plot.Add.Polygon(outline);
        filled.FillColor = Style.Sky.WithAlpha(.55);
        filled.LineWidth = 0;
        var key = new List<LegendItem> { new() { LabelText = "particles", FillColor = Style.Sky.WithAlpha(.55) } };
        if (last?.V is not null)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(Steps(edges, means).ToArray(), Style.Ink);
            line.LineWidth = 1.4f;
            key.Add(new LegendItem { LabelText = "density v on the grid, mean over each bar", LineColor = Style.Ink, LineWidth = 1.4f });
        }

        var sheet = new Sheet(title, 1, Width, Height, Sheet.UntitledMargins) { Key = key };
        sheet.Add(plot);
        return sheet.ToFigure("particles", rendering);
    }

    /// <summary>Position over forward time on a log axis, generation from right to left; dashed lines at the data.</summary>
    /// <param name="data">Positions of the data; may be empty.</param>
    /// <param name="window">The positions that are shown; those of paths and data if null.</param>
    public static Figure Trajectories(
        string title, Trajectories trajectories, IReadOnlyList<double> data, Rendering rendering, Window? window = null)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        ArgumentNullException.ThrowIfNull(data);
        TimeAxis time = TimeAxis.Of(trajectories.Times.ToArray());
        double[] places = [.. trajectories.Times.ToArray().Select(time.Of)];
        double[][] paths = [.. Enumerable.Range(0, trajectories.Particles).Select(
            p => Enumerable.Range(0, places.Length).Select(level => trajectories.X(level)[p]).ToArray())];
        Plot plot = Style.NewPanel(
            "", TimeAxis.Label(generation: true), Style.PositionX, time.Range,
            window?.X ?? Interval.Covering(paths.SelectMany(path => path).Concat(data)).Padded(0.05));
        time.Show(plot);
        foreach (double[] path in paths)
            Style.AddCurve(plot, places, path, Style.Blue.WithAlpha(.6), width: 1.1f);
        var key = new List<LegendItem> { new() { LabelText = "trajectory", LineColor = Style.Blue, LineWidth = 1.3f } };
        if (data.Count is > 0 and <= MostDataLines)
        {
            foreach (double position in data)
                plot.Add.HorizontalLine(position, 1.2f, Style.Vermillion, LinePattern.Dashed);
            key.Add(new LegendItem
            {
                LabelText = "data",
                LineColor = Style.Vermillion,
                LineWidth = 1.3f,
                LinePattern = LinePattern.Dashed,
            });
        }

        var sheet = new Sheet(title, 1, Width, Height, Sheet.UntitledMargins) { Key = key };
        sheet.Add(plot);
        return sheet.ToFigure("trajectories", rendering);
    }

    /// <summary>Where v is, and all particles but 0.2 % at either end.</summary>
    private static Interval Shown(double[] x, Snapshot? last, Grid grid)
    {
        const double LeftOut = 0.002;
        Interval all = Window.Box(grid).X;
        if (last is not null)
            all = Window.OfMass([last]).X;
        double[] sorted = [.. x.Where(double.IsFinite).Order()];
        if (sorted.Length == 0)
            return all;
        int left = (int)(LeftOut * sorted.Length);
        double low = Math.Max(grid.X.From, sorted[left]), high = Math.Min(grid.X.To, sorted[^(1 + left)]);
        return last is null ? Interval.Of(low, high).Padded(0.05) : Interval.Of(Math.Min(all.Low, low), Math.Max(all.High, high));
    }

    private static IEnumerable<Coordinates> Steps(double[] edges, double[] heights)
    {
        for (int bar = 0; bar < heights.Length; bar++)
        {
            yield return new Coordinates(edges[bar], heights[bar]);
            yield return new Coordinates(edges[bar + 1], heights[bar]);
        }
    }
}
