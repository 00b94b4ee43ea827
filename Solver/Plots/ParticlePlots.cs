using System.Globalization;
using ScottPlot;
using Density = PdeDiffusion.Grids.Density;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>One panel of samples over the data they should resemble.</summary>
/// <param name="Title">What score, what t.</param>
/// <param name="Samples">Particles at the stopping time.</param>
/// <param name="Data">Support of the data: points, or nodes along a curve.</param>
/// <param name="DataIsCurve">True to draw the data as curves; a jump of ten times the median distance between neighbours starts a new
/// one.</param>
/// <param name="Grid">Grid of <paramref name="Density"/>; null for none.</param>
/// <param name="Density">Density whose highest-density region is drawn, cell averages; null for none.</param>
public sealed record SamplePanel(string Title, PlanePoints Samples, PlanePoints Data, bool DataIsCurve, Grid? Grid = null,
    double[]? Density = null);

/// <summary>One panel of cells around points: the Voronoi diagram or the γ-Voronoi cores of docs/numerics.md.</summary>
/// <param name="Title">γ of the panel.</param>
/// <param name="Polygons">A polygon a point, in the order of the points; empty where the core is empty.</param>
public sealed record CorePanel(string Title, IReadOnlyList<PlanePoints> Polygons);

/// <summary>Figures of the particle view: samples, trajectories, γ-Voronoi cores.</summary>
internal static class ParticlePlots
{
    private const double LongSide = 360;

    /// <summary>Of a path that ends as near to one data point as to another.</summary>
    private static readonly Color Between = Style.Purple;

    /// <summary>Largest number of data points that are distinguished by colour.</summary>
    private const int MostColours = 7;

    /// <summary>Samples over data with the region of highest density that holds a share of the mass, all panels on the same equal
    /// scales.</summary>
    /// <param name="level">Share of the mass in the region, e.g. 0.95.</param>
    /// <param name="window">The part of the plane that is shown; where samples and data are if null.</param>
    public static Figure Samples(string name, string title, IReadOnlyList<SamplePanel> panels, int columns, double level,
        Rendering rendering, Window? window = null)
    {
        (Interval x, Interval y) = window is not null ? (window.X, window.Y)
            : Limits(panels.SelectMany(panel => Corners(panel.Samples, 0.002).Concat(Corners(panel.Data, 0))));
        (double width, double height) = HeatMaps.DataArea(x.Span, y.Span, panels.Count == 1 ? 1.6 * LongSide : LongSide);
        int[] counts = [.. panels.Select(panel => panel.Samples.Count).Distinct()];
        var key = new List<LegendItem>
        {
            Disc(counts.Length == 1 ? string.Create(CultureInfo.InvariantCulture, $"{counts[0]} samples") : "samples", Style.Sky),
        };
        if (panels.Any(panel => panel.DataIsCurve))
            key.Add(new LegendItem { LabelText = "data: curve", LineColor = Style.Ink, LineWidth = Style.LineWidth });
        if (panels.Any(panel => !panel.DataIsCurve && panel.Data.Count > 0))
            key.Add(new LegendItem { LabelText = "data: points", MarkerStyle = OpenData(10) });
        if (panels.Any(panel => panel.Density is not null))
        {
            key.Add(new LegendItem
            {
                LabelText = $"region of highest density with {(100 * level).ToString("0.##", CultureInfo.InvariantCulture)} % of the mass",
                FillColor = Style.Orange.WithAlpha(.35),
                OutlineColor = Style.Vermillion,
                OutlineWidth = 1.2f,
            });
        }

        PixelPadding margins = panels.Count == 1 ? Sheet.UntitledMargins : Sheet.PlainMargins;
        var sheet = new Sheet(title, columns, width, height, margins) { Key = key };
        foreach (SamplePanel panel in panels)
        {
            Plot plot = Style.NewPanel(panel.Title, Style.PositionX, Style.PositionY, x, y);
            var cloud = new PointCloud(panel.Samples, Style.Sky, SizeOf(panel.Samples.Count, width * height));
            if (panel is { Grid: { } grid, Density: { } density })
                AddRegion(plot, grid, density, level, cloud);
            else
                plot.Add.Plottable(cloud);
            if (panel.DataIsCurve)
                AddCurve(plot, panel.Data);
            else
                AddOpenData(plot, panel.Data);
            sheet.Add(plot);
        }

        return sheet.ToFigure(name, rendering);
    }

    /// <summary>
    /// The densities of the same panels as heat maps, on the same limits as <see cref="Samples"/>, every panel with its own maximum.
    /// </summary>
    public static Figure Densities(string name, string title, IReadOnlyList<SamplePanel> panels, int columns, Rendering rendering)
    {
        (Interval x, Interval y) = Limits(panels.SelectMany(panel => Corners(panel.Samples, 0.002).Concat(Corners(panel.Data, 0))));
        (double width, double height) = HeatMaps.DataArea(x.Span, y.Span, LongSide);
        var sheet = new Sheet(title, columns, width, height, Sheet.KeyMargins);
        foreach (SamplePanel panel in panels)
        {
            if (panel is not { Grid: { } grid, Density: { } density })
                continue;
            sheet.Add(HeatMaps.Panel(
                grid, density, panel.Title, "v(t, x, y) (1/length²)", Interval.Of(0, HeatMaps.Greatest(density)), [],
                window: new Window([x, y])));
        }

        return sheet.ToFigure(name, rendering);
    }

    /// <summary>Paths in the plane with open circles where they start and discs where they end; a path has the colour of the data point
    /// nearest to its end.</summary>
    public static Figure Trajectories(string name, string title, IReadOnlyList<PlanePoints> paths, PlanePoints data, Rendering rendering,
        Window? window = null)
    {
        (Interval x, Interval y) = window is not null ? (window.X, window.Y)
            : Limits(paths.SelectMany(path => Corners(path, 0)).Concat(Corners(data, 0)));
        (double width, double height) = HeatMaps.DataArea(x.Span, y.Span, 560);
        Plot plot = Style.NewPanel(string.Empty, Style.PositionX, Style.PositionY, x, y);
        bool ties = false;
        foreach (PlanePoints path in paths.Where(path => path.Count > 0))
        {
            Color color = ColourOfNearest(data, path.X[path.Count - 1], path.Y[path.Count - 1]);
            bool tie = color == Between;
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(path.X, path.Y, color.WithAlpha(tie ? 1 : .75));
            line.LineWidth = tie ? 2.4f : 1.3f;
            ties |= tie;
            plot.Add.Marker(path.X[0], path.Y[0], MarkerShape.OpenCircle, 6, color);
            plot.Add.Marker(path.X[path.Count - 1], path.Y[path.Count - 1], MarkerShape.FilledCircle, 7, color);
        }

        AddData(plot, data, data.Count > 50 ? 4 : 11);
        List<LegendItem> key =
        [
            new LegendItem
            {
                LabelText = "start",
                MarkerShape = MarkerShape.OpenCircle,
                MarkerSize = 7,
                MarkerLineColor = Style.Grey,
                MarkerLineWidth = 1.3f,
            },
            new LegendItem { LabelText = "path", LineColor = Style.Grey, LineWidth = 1.3f },
            Disc("end", Style.Grey),
        ];
        if (ties)
            key.Add(new LegendItem { LabelText = "path that ends between data points", LineColor = Between, LineWidth = 2.4f });
        if (data.Count > 0)
            key.Add(DataItem(data.Count <= MostColours ? "data (colour: nearest to the endpoint)" : "data"));
        var sheet = new Sheet(title, 1, width, height, Sheet.UntitledMargins) { Key = key };
        sheet.Add(plot);
        return sheet.ToFigure(name, rendering);
    }

    /// <summary>Polygons around points, one panel a γ.</summary>
    public static Figure Cores(string name, string title, IReadOnlyList<CorePanel> panels, PlanePoints points, int columns,
        Rendering rendering)
    {
        (Interval x, Interval y) =
        Limits(panels.SelectMany(panel => panel.Polygons).SelectMany(polygon => Corners(polygon, 0)).Concat(Corners(points, 0)), 0.01);
        (double width, double height) = HeatMaps.DataArea(x.Span, y.Span, 300);
        var sheet = new Sheet(title, columns, width, height, Sheet.PlainMargins) { Key = [DataItem("data")] };
        foreach (CorePanel panel in panels)
        {
            Plot plot = Style.NewPanel(panel.Title, Style.PositionX, Style.PositionY, x, y);
            plot.Grid.IsVisible = false;
            for (int index = 0; index < panel.Polygons.Count; index++)
            {
                PlanePoints polygon = panel.Polygons[index];
                if (polygon.Count < 3)
                    continue;
                ScottPlot.Plottables.Polygon shape =
                    plot.Add.Polygon(polygon.X.Zip(polygon.Y, (px, py) => new Coordinates(px, py)).ToArray());
                shape.FillColor = Style.Category(index).WithAlpha(.3);
                shape.LineColor = Style.Category(index);
                shape.LineWidth = 1.4f;
            }

            AddData(plot, points, 9);
            sheet.Add(plot);
        }

        return sheet.ToFigure(name, rendering);
    }

    /// <summary>The region's fill below the samples and its outline above them.</summary>
    private static void AddRegion(Plot plot, Grid grid, double[] density, double level, PointCloud cloud)
    {
        double threshold = Density.HighestDensityLevel(grid, density, level);
        if (!(threshold > 0 && double.IsFinite(threshold)))
        {
            plot.Add.Plottable(cloud);
            return;
        }

        Raster mask = Raster.Of(grid, density).Select(value => value >= threshold ? 1 : double.NaN);
        plot.Add.Plottable(new ScottPlot.Plottables.Heatmap(mask.Values)
        {
            Rectangle = mask.Box,
            FlipVertically = true,
            Colormap = new ScottPlot.Colormaps.Custom([Style.Orange.WithAlpha(.35), Style.Orange.WithAlpha(.35)]),
            NaNCellColor = Colors.Transparent,
            ManualRange = new ScottPlot.Range(0, 1),
        });
        plot.Add.Plottable(cloud);
        HeatMaps.AddContours(plot, Raster.Of(grid, density, repeat: false), [threshold], Style.Vermillion, 1.2f);
    }

    private static void AddCurve(Plot plot, PlanePoints data)
    {
        double[] gaps = Enumerable.Range(1, Math.Max(0, data.Count - 1))
        .Select(k => double.Hypot(data.X[k] - data.X[k - 1], data.Y[k] - data.Y[k - 1])).ToArray();
        double jump = gaps.Length == 0 ? 0 : 10 * gaps.Order().ElementAt(gaps.Length / 2);
        var x = new List<double>();
        var y = new List<double>();
        for (int k = 0; k < data.Count; k++)
        {
            if (k > 0 && gaps[k - 1] > jump)
            {
                x.Add(double.NaN);
                y.Add(double.NaN);
            }

            x.Add(data.X[k]);
            y.Add(data.Y[k]);
        }

        ScottPlot.Plottables.Scatter curve = plot.Add.ScatterLine(x, y, Style.Ink);
        curve.LineWidth = 1.6f;
    }

    /// <summary>Outlines, so that samples at a data point are seen.</summary>
    private static void AddOpenData(Plot plot, PlanePoints data)
    {
        const int Few = 50;
        if (data.Count > 0)
            plot.Add.Markers(data.X, data.Y).MarkerStyle = OpenData(data.Count > Few ? 7 : 10);
    }

    private static MarkerStyle OpenData(float size) =>
        new(MarkerShape.OpenDiamond, size, Style.Ink) { LineColor = Style.Ink, LineWidth = 1.3f };

    /// <summary>The side of a sample's square: all samples together cover about a twentieth of the panel, if they do not overlap.</summary>
    private static float SizeOf(int samples, double area) => (float)Math.Clamp(Math.Sqrt(0.05 * area / Math.Max(1, samples)), 1, 3);

    private static void AddData(Plot plot, PlanePoints data, float size)
    {
        if (data.Count == 0)
            return;
        plot.Add.Markers(data.X, data.Y, MarkerShape.FilledDiamond, size, Style.Ink);
    }

    private static LegendItem DataItem(string label) =>
        new() { LabelText = label, MarkerShape = MarkerShape.FilledDiamond, MarkerSize = 9, MarkerFillColor = Style.Ink };

    private static LegendItem Disc(string label, Color color) =>
        new() { LabelText = label, MarkerShape = MarkerShape.FilledCircle, MarkerSize = 6, MarkerFillColor = color };

    /// <summary>
    /// The colour of the point nearest to (x, y); a colour of its own where two are about as near; one for all where there are too many
    /// points to distinguish.
    /// </summary>
    private static Color ColourOfNearest(PlanePoints points, double x, double y)
    {
        if (points.Count is 0 or > MostColours)
            return Style.Blue;
        var nearest = Enumerable.Range(0, points.Count).Select(k => (Index: k, Distance: double.Hypot(points.X[k] - x, points.Y[k] - y)))
            .OrderBy(pair => pair.Distance).Take(2).ToArray();
        return nearest.Length == 2 && nearest[0].Distance > 0.9 * nearest[1].Distance ? Between : Style.Category(nearest[0].Index);
    }

    /// <summary>Two corners of the box of the points, a share of them left out at each side.</summary>
    private static IEnumerable<Coordinates> Corners(PlanePoints points, double leftOut)
    {
        double[] x = points.X.Take(points.Count).Where(double.IsFinite).Order().ToArray(), y = points.Y.Take(points.Count)
        .Where(double.IsFinite).Order().ToArray();
        if (x.Length == 0 || y.Length == 0)
            yield break;
        int skipX = (int)(leftOut * x.Length), skipY = (int)(leftOut * y.Length);
        yield return new Coordinates(x[skipX], y[skipY]);
        yield return new Coordinates(x[^(1 + skipX)], y[^(1 + skipY)]);
    }

    /// <summary>Limits of equal scale whose sides differ by a factor of 4 at most.</summary>
    private static (Interval X, Interval Y) Limits(IEnumerable<Coordinates> corners, double padding = 0.08)
    {
        Coordinates[] all = corners.ToArray();
        Interval x = Interval.Covering(all.Select(corner => corner.X)).Padded(padding),
            y = Interval.Covering(all.Select(corner => corner.Y)).Padded(padding);
        double least = Math.Max(x.Span, y.Span) / 4;
        return (Widened(x), Widened(y));

        Interval Widened(Interval interval) => interval.Span >= least ? interval : interval.Padded((least / interval.Span - 1) / 2);
    }
}
