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

    public static Figure Densities(RunView view, Snapshot snapshot)
    {
        double greatest = Greatest(snapshot.U.Concat(snapshot.V ?? []));
        Sheet sheet = NewSheet(view, snapshot, "densities (lines at 5, 20, 40, 60, 80 % of each maximum)");
        foreach ((string panelTitle, string symbol, double[] values) in Fields(snapshot))
        {
            double own = Greatest(values);
            sheet.Add(Panel(
                snapshot.Grid, values, panelTitle, $"{symbol}(t, x, y) (1/length²)", Interval.Of(0, greatest),
                own > 0 ? Shares.Select(share => share * own).ToArray() : [], window: view.Window));
        }

        return sheet.ToFigure(Name("densities", snapshot), view.Rendering);
    }

    public static Figure LogDensities(RunView view, Snapshot snapshot)
    {
        double greatest = Greatest(snapshot.U.Concat(snapshot.V ?? []));
        double high = greatest > 0 ? Math.Log10(greatest) : 0;
        double[] levels = Enumerable.Range(0, 6).Select(k => Math.Floor(high) - 2 * k).ToArray();
        Sheet sheet = NewSheet(view, snapshot, $"log-densities, {Decades:0} decades (lines every two)");
        foreach ((string panelTitle, string symbol, double[] values) in Fields(snapshot))
        {
            double[] logs = values.Select(value => value > 0 ? Math.Max(Math.Log10(value), high - Decades) : high - Decades).ToArray();
            sheet.Add(Panel(
                snapshot.Grid, logs, panelTitle, $"{symbol}(t, x, y) (1/length², log scale)",
                Interval.Of(high - Decades, high), levels, new LogTicks(), window: view.Window));
        }

        return sheet.ToFigure(Name("log-densities", snapshot), view.Rendering);
    }

    /// <summary>
    /// Length and direction of ∇log u, and 2t Δ log u with the Li–Yau bound −2; below them the same of the driving score, where it is
    /// another: no theorem bounds its divergence.
    /// </summary>
    public static Figure Score(RunView view, Snapshot snapshot)
    {
        Sheet sheet = NewSheet(view, snapshot, "score");
        AddScore(sheet, view, snapshot, snapshot.GradLogU, snapshot.LapLogU, "score s = ∇ log u", "s", "Δ log u", "Li–Yau: at least −2; ");
        if (!snapshot.IsOwnScore)
            AddScore(sheet, view, snapshot, snapshot.Score, snapshot.DivScore, "driving score ŝ", "ŝ", "div ŝ", "");
        return sheet.ToFigure(Name("score", snapshot), view.Rendering);
    }

    /// <summary>A column of a snapshot's file: colours from 0 to its maximum, or as far on both sides of 0 as all but 1 % of its values
    /// reach.</summary>
    public static Figure Column(RunView view, Snapshot snapshot, SnapshotColumn column)
    {
        double[] values = column.Of(snapshot) ?? [.. Enumerable.Repeat(double.NaN, snapshot.Grid.CellCount)];
        double[] sizes = [.. new Portion(snapshot.Grid, view.Window).Of(values).Select(Math.Abs).Where(double.IsFinite).Order()];
        bool signed = !column.IsPositive;
        double end = sizes.Length == 0 ? 1 : signed ? sizes[(int)(0.99 * (sizes.Length - 1))] : sizes[^1];
        Sheet sheet = NewSheet(view, snapshot, column.Title, panels: 1);
        sheet.Add(Panel(
            snapshot.Grid, values, "", $"{column.Symbol}(t, x, y) ({column.Units})", Interval.Of(signed ? -end : 0, end), [],
            colours: signed ? Style.Diverging : Style.Sequential, window: view.Window));
        return sheet.ToFigure(Name(column.FigureName, snapshot), view.Rendering);
    }

    /// <summary>A figure of one snapshot has its number in its name.</summary>
    public static string Name(string figure, Snapshot snapshot) =>
        figure + "-" + snapshot.Number.ToString("000", CultureInfo.InvariantCulture);

    private static void AddScore(
        Sheet sheet, RunView view, Snapshot snapshot, double[][] score, double[] div, string name, string symbol, string divergence,
        string bound)
    {
        double[] length = [.. score[0].Zip(score[1], double.Hypot)];
        double greatest = Greatest(new Portion(snapshot.Grid, view.Window).Of(length));
        Plot size = Panel(
            snapshot.Grid, length, $"{name}: length (colour) and direction", $"|{symbol}|(t, x, y) (1/length)",
            Interval.Of(0, greatest), [], window: view.Window);
        AddArrows(size, snapshot.Grid, view.Window, score, 1e-3 * greatest);
        sheet.Add(size);

        // Away from the bound 2t Δ log u grows like 1/t.
        const double Ends = 4;
        double factor = snapshot.Time > 0 ? 2 * snapshot.Time : 1;
        double[] scaled = div.Select(value => factor * value).ToArray();
        string quantity = snapshot.Time > 0 ? $"2t {divergence}" : divergence, unit = snapshot.Time > 0 ? "dimensionless" : "1/length²";
        string note = $"{(snapshot.Time > 0 ? bound : "")}colours end at ±{Ends:0}";
        sheet.Add(Panel(
            snapshot.Grid, scaled, $"{quantity} ({note})", $"{quantity}(t, x, y) ({unit})", Interval.Of(-Ends, Ends), [],
            colours: Style.Diverging, window: view.Window));
    }

    /// <summary>A heat map with level lines in an equal-scale panel; the colour range is given, so that panels can share it.</summary>
    /// <param name="window">The part that is shown; the whole box if null.</param>
    public static Plot Panel(
        Grid grid, double[] values, string title, string valueLabel, Interval range, double[] levels, ITickGenerator? valueTicks = null,
        IColormap? colours = null, bool bar = true, Window? window = null)
    {
        window ??= Window.Box(grid);
        var part = new Portion(grid, window);
        double[] shown = part.Of(values);
        Raster raster = Raster.Of(part.Grid, shown).Select(value => double.IsNaN(value) ? value : Math.Clamp(value, range.Low, range.High));
        if (!raster.Values.Cast<double>().Any(double.IsFinite))
            raster.Select(_ => range.Low);
        Plot plot = Style.NewPanel(title, Style.PositionX, Style.PositionY, window.X, window.Y);
        var map = new Heatmap(raster.Values)
        {
            Rectangle = raster.Box,
            FlipVertically = true,
            Colormap = colours ?? Style.Sequential,
            NaNCellColor = Style.GridLine,
            ManualRange = new ScottPlot.Range(range.Low, range.High),
        };
        plot.Add.Plottable(map);
        if (levels.Length > 0)
            AddContours(plot, Raster.Of(part.Grid, shown, repeat: false, largest: 192), levels, Colors.White.WithAlpha(.85), 1);
        plot.Grid.IsVisible = false;
        if (bar)
        {
            ColorBar colourBar = plot.Add.ColorBar(map);
            colourBar.Width = 18;
            colourBar.Label = valueLabel;
            Style.Dress(colourBar.Axis);
            colourBar.Axis.Range.Set(range.Low, range.High);
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

    private static Sheet NewSheet(RunView view, Snapshot snapshot, string what, int panels = 2)
    {
        (double width, double height) = DataArea(view.Window.X.Span, view.Window.Y.Span, LongSide);
        return new Sheet($"{view.Title}, {Style.Time(snapshot.Time)}: {what}", panels, width, height, Sheet.KeyMargins);
    }

    private static IEnumerable<(string Title, string Symbol, double[] Values)> Fields(Snapshot snapshot)
    {
        yield return ("forward u", "u", snapshot.U);
        if (snapshot.V is { } v)
            yield return ("generated v", "v", v);
    }

    /// <summary>Arrows of one length, 19 along the longer side; none where the score is below a least length: it has no direction to
    /// show there.</summary>
    private static void AddArrows(Plot plot, Grid grid, Window window, double[][] score, double least)
    {
        double width = window.X.Span, height = window.Y.Span, spacing = Math.Max(width, height) / 19, half = 0.36 * spacing;
        int columns = Math.Max(1, (int)(width / spacing)), rows = Math.Max(1, (int)(height / spacing));
        for (int j = 0; j < rows; j++)
        {
            for (int i = 0; i < columns; i++)
            {
                double x = window.X.Low + (i + 0.5) / columns * width, y = window.Y.Low + (j + 0.5) / rows * height;
                int cell = grid.CellAt(x, y);
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
