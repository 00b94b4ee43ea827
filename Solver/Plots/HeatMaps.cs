using System.Globalization;
using PdeDiffusion.Flows;
using ScottPlot;
using ScottPlot.Panels;
using ScottPlot.Plottables;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>Figures of a run on two axes: heat maps with level lines, equal scales, one colour bar per panel.</summary>
internal static class HeatMaps
{
    private const double LongSide = 440;

    /// <summary>The log-density is coloured over this many decades below its maximum.</summary>
    private const double Decades = 12;

    private static readonly double[] Shares = [0.05, 0.2, 0.4, 0.6, 0.8];

    public static Figure Densities(string title, Snapshot snapshot, bool svg)
    {
        double greatest = Greatest(snapshot.U.Concat(snapshot.V ?? []));
        Sheet sheet = NewSheet($"{title}, {Style.Time(snapshot.Time)}: densities", snapshot.Grid);
        foreach ((string panelTitle, string symbol, double[] values) in Fields(snapshot))
        {
            double own = Greatest(values);
            sheet.Add(Panel(
                snapshot.Grid, values, panelTitle + ", lines at 5, 20, 40, 60, 80 % of its maximum", $"{symbol}(t, x, y) (1/length²)",
                Interval.Of(0, greatest),
                own > 0 ? Shares.Select(share => share * own).ToArray() : []));
        }

        return sheet.ToFigure(Name("densities", snapshot), svg);
    }

    public static Figure LogDensities(string title, Snapshot snapshot, bool svg)
    {
        double greatest = Greatest(snapshot.U.Concat(snapshot.V ?? []));
        double high = greatest > 0 ? Math.Log10(greatest) : 0;
        double[] levels = Enumerable.Range(0, 6).Select(k => Math.Floor(high) - 2 * k).ToArray();
        Sheet sheet = NewSheet($"{title}, {Style.Time(snapshot.Time)}: log-densities", snapshot.Grid);
        foreach ((string panelTitle, string symbol, double[] values) in Fields(snapshot))
        {
            double[] logs = values.Select(value => value > 0 ? Math.Max(Math.Log10(value), high - Decades) : high - Decades).ToArray();
            Plot panel = Panel(
                snapshot.Grid, logs, panelTitle + ", lines every two decades",
                $"{symbol}(t, x, y) (1/length², log scale, {Decades:0} decades)",
                Interval.Of(high - Decades, high), levels, new LogTicks());
            sheet.Add(panel);
        }

        return sheet.ToFigure(Name("log-densities", snapshot), svg);
    }

    /// <summary>
    /// Length and direction of ∇log u, and 2t Δ log u with the Li–Yau bound −2; below them the same of the driving score, where it is
    /// another: no theorem bounds its divergence.
    /// </summary>
    public static Figure Score(string title, Snapshot snapshot, bool svg)
    {
        Sheet sheet = NewSheet($"{title}, {Style.Time(snapshot.Time)}: score", snapshot.Grid);
        AddScore(sheet, snapshot, snapshot.GradLogU, snapshot.LapLogU, "score s = ∇ log u", "s", "Δ log u", " (Li–Yau: at least −2)");
        if (!snapshot.IsOwnScore)
            AddScore(sheet, snapshot, snapshot.Score, snapshot.DivScore, "driving score ŝ", "ŝ", "div ŝ", "");
        return sheet.ToFigure(Name("score", snapshot), svg);
    }

    private static void AddScore(
        Sheet sheet, Snapshot snapshot, double[][] score, double[] div, string name, string symbol, string divergence, string bound)
    {
        double[] length = [.. score[0].Zip(score[1], double.Hypot)];
        Plot size = Panel(snapshot.Grid, length, $"{name}: length (colour) and direction", $"|{symbol}|(t, x, y) (1/length)",
            Interval.Of(0, Greatest(length)), []);
        AddArrows(size, snapshot.Grid, score);
        sheet.Add(size);

        double factor = snapshot.Time > 0 ? 2 * snapshot.Time : 1;
        double[] scaled = div.Select(value => factor * value).ToArray();
        string quantity = snapshot.Time > 0 ? $"2t {divergence}" : divergence, unit = snapshot.Time > 0 ? "dimensionless" : "1/length²";
        sheet.Add(Panel(
            snapshot.Grid, scaled, snapshot.Time > 0 ? quantity + bound : quantity,
            $"{quantity}(t, x, y) ({unit}, colours end at ±4)", Interval.Of(-4, 4),
            [], colours: Style.Diverging));
    }

    /// <summary>A heat map with level lines in an equal-scale panel; the colour range is given, so that panels can share it.</summary>
    public static Plot Panel(
        Grid grid, ReadOnlySpan<double> values, string title, string valueLabel, Interval range, double[] levels,
        ITickGenerator? valueTicks = null,
        IColormap? colours = null, bool bar = true)
    {
        Raster raster = Raster.Of(grid, values).Select(value => double.IsNaN(value) ? value : Math.Clamp(value, range.Low, range.High));
        if (!raster.Values.Cast<double>().Any(double.IsFinite))
            raster.Select(_ => range.Low);
        Plot plot = Style.NewPanel(
            title, "position x (length)", "position y (length)", Interval.Of(grid.Axes[0].From, grid.Axes[0].To),
            Interval.Of(grid.Axes[1].From, grid.Axes[1].To));
        var map = new Heatmap(raster.Values)
        {
            Rectangle = raster.Box,
            FlipVertically = true,
            Colormap = colours ?? Style.Sequential,
            NaNCellColor = Style.GridLine,
            ManualRange = new ScottPlot.Range(range.Low, range.High),
        };
        plot.Add.Plottable(map);
        AddContours(plot, Raster.Of(grid, values, repeat: false, largest: 192), levels, Colors.White.WithAlpha(.85), 1);
        plot.Grid.IsVisible = false;
        if (bar)
        {
            ColorBar colourBar = plot.Add.ColorBar(map);
            colourBar.Width = 18;
            colourBar.Label = valueLabel;
            Style.Dress(colourBar.Axis);
            colourBar.Axis.TickGenerator = valueTicks ?? new LinearTicks();
        }

        return plot;
    }

    public static void AddContours(Plot plot, Raster raster, double[] levels, Color color, float width)
    {
        var lines = new ContourLines { LineColor = color, LineWidth = width };
        lines.Lines.AddRange(raster.Contours(levels));
        plot.Add.Plottable(lines);
    }

    /// <summary>Data area of equal scales: its longer side has the given length, its shorter one at least a quarter of it.</summary>
    public static (double Width, double Height) DataArea(double width, double height, double longSide) =>
        width >= height ? (longSide, longSide * Math.Max(height / width, 0.25)) : (longSide * Math.Max(width / height, 0.25), longSide);

    /// <summary>The largest finite value, at least 0.</summary>
    public static double Greatest(IEnumerable<double> values) => values.Where(double.IsFinite).Append(0).Max();

    private static Sheet NewSheet(string title, Grid grid)
    {
        (double width, double height) = DataArea(grid.Axes[0].To - grid.Axes[0].From, grid.Axes[1].To - grid.Axes[1].From, LongSide);
        return new Sheet(title, 2, Math.Max(width, 300), height, Sheet.KeyMargins);
    }

    private static IEnumerable<(string Title, string Symbol, double[] Values)> Fields(Snapshot snapshot)
    {
        yield return ("forward u", "u", snapshot.U);
        if (snapshot.V is { } v)
            yield return ("generated v", "v", v);
    }

    private static string Name(string figure, Snapshot snapshot) =>
        figure + "-" + snapshot.Number.ToString("000", CultureInfo.InvariantCulture);

    /// <summary>Arrows of one length, 19 along the longer side; none where the score is below 10⁻³ of its maximum: it has no
    /// direction to show there.</summary>
    private static void AddArrows(Plot plot, Grid grid, double[][] score)
    {
        double width = grid.Axes[0].To - grid.Axes[0].From, height = grid.Axes[1].To - grid.Axes[1].From,
            spacing = Math.Max(width, height) / 19;
        int columns = Math.Clamp((int)(width / spacing), 1, grid.Columns), rows = Math.Clamp((int)(height / spacing), 1, grid.Rows);
        double half = 0.36 * spacing, least = 1e-3 * Greatest(score[0].Zip(score[1], double.Hypot));
        for (int j = 0; j < rows; j++)
        {
            for (int i = 0; i < columns; i++)
            {
                double x = grid.Axes[0].From + (i + 0.5) / columns * width;
                double y = grid.Axes[1].From + (j + 0.5) / rows * height;
                int cell = grid.Axes[1].CellAt(y) * grid.Columns + grid.Axes[0].CellAt(x);
                double sx = score[0][cell], sy = score[1][cell], length = double.Hypot(sx, sy);
                if (!double.IsFinite(length) || length <= least)
                    continue;
                double dx = half * sx / length, dy = half * sy / length;
                Arrow arrow = plot.Add.Arrow(x - dx, y - dy, x + dx, y + dy);
                arrow.ArrowFillColor = Colors.White.WithAlpha(.9);
                arrow.ArrowLineWidth = 0;
                arrow.ArrowWidth = 1.4f;
                arrow.ArrowheadWidth = 6;
                arrow.ArrowheadLength = 6;
                arrow.ArrowheadAxisLength = 5;
            }
        }
    }
}
