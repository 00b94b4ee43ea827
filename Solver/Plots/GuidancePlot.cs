using PdeDiffusion.Particles;
using ScottPlot;
using Axis = PdeDiffusion.Grids.Axis;
using Boundary = PdeDiffusion.Grids.Boundary;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>
/// The figure <c>guidance</c>: the potential Φ of two sets with mixed scores, its limit points, and the paths of particles
/// (docs/guidance.md). On one axis the paths over time beside Φ over the same positions, in the plane the paths on the level lines of Φ.
/// </summary>
public static class GuidancePlot
{
    private const double LongSide = 560, LineWidth = 400, LineHeight = 360;

    /// <summary>Samples of Φ along an axis.</summary>
    private const int Samples = 200;

    /// <summary>Level lines of Φ, equally spaced in √(Φ − min Φ).</summary>
    private const int Lines = 14;

    private static readonly Color Path = Style.Blue.WithAlpha(.6);

    private const string XLabel = "position x (length)";

    /// <param name="sets">Sets whose limit points are known.</param>
    /// <param name="paths">Paths of particles; null for none.</param>
    public static Figure Draw(string title, GuidedSets sets, Trajectories? paths, int dimension, bool svg)
    {
        ArgumentNullException.ThrowIfNull(sets);
        Trajectories? drawn = paths is { Particles: > 0 } ? paths : null;
        return dimension == 1 ? OnLine(title, sets, drawn, svg) : InPlane(title, sets, drawn, svg);
    }

    private static Figure OnLine(string title, GuidedSets sets, Trajectories? paths, bool svg)
    {
        IReadOnlyList<LimitPoint> limits = sets.Limits ?? [];
        IEnumerable<double> positions = sets.First.Concat(sets.Second).Select(place => place.X).Concat(limits.Select(limit => limit.X));
        if (paths is not null)
            positions = positions.Concat(Enumerable.Range(0, paths.Times.Length).SelectMany(level => paths.X(level).ToArray()));
        Interval y = Interval.Covering(positions).Padded(0.06);
        var sheet = new Sheet(title, 2, LineWidth, LineHeight, Sheet.PlainMargins) { Key = Key(sets, paths is not null, inPlane: false) };
        if (paths is not null)
            sheet.Add(OverTime(paths, limits, y));
        double[] places = [.. Enumerable.Range(0, 2 * Samples + 1).Select(k => y.Low + k * y.Span / (2 * Samples))];
        double[] values = [.. places.Select(x => sets.Potential(x, 0))];

        // Far from the sets Φ is a parabola that would hide its minima.
        Interval around = Interval.Covering(sets.First.Concat(sets.Second).Select(place => place.X).Concat(limits.Select(limit => limit.X)))
            .Padded(0.35);
        Interval shown = Interval.Covering(places.Zip(values).Where(pair => pair.First >= around.Low && pair.First <= around.High)
            .Select(pair => pair.Second));
        Plot plot = Style.NewPanel(
            Formula(sets), "Φ (length²)", XLabel, shown.Padded(0.08), y);
        AddLimitLines(plot, limits);
        ScottPlot.Plottables.Scatter curve = plot.Add.ScatterLine(values, places, Style.Ink);
        curve.LineWidth = Style.LineWidth;
        AddPlaces(plot, sets.First.Select(place => (sets.Potential(place.X, 0), place.X)), MarkerShape.FilledDiamond, 11, Style.Ink);
        AddPlaces(plot, sets.Second.Select(place => (sets.Potential(place.X, 0), place.X)), MarkerShape.OpenSquare, 10, Style.Green);
        AddPlaces(plot, limits.Select(limit => (sets.Potential(limit.X, 0), limit.X)), MarkerShape.FilledCircle, 8, Style.Vermillion);
        sheet.Add(plot);
        return sheet.ToFigure("guidance", svg);
    }

    private static Plot OverTime(Trajectories paths, IReadOnlyList<LimitPoint> limits, Interval y)
    {
        TimeAxis time = TimeAxis.Of(paths.Times.ToArray());
        double[] places = [.. paths.Times.ToArray().Select(time.Of)];
        Plot plot = Style.NewPanel("paths", TimeAxis.Label(generation: true), XLabel, time.Range, y);
        time.Show(plot);
        plot.Axes.Title.Label.Text = "";
        for (int path = 0; path < paths.Particles; path++)
        {
            double[] own = [.. Enumerable.Range(0, places.Length).Select(level => paths.X(level)[path])];
            Style.AddCurve(plot, places, own, Path, width: 1.2f);
        }

        AddLimitLines(plot, limits);
        return plot;
    }

    private static Figure InPlane(string title, GuidedSets sets, Trajectories? paths, bool svg)
    {
        IReadOnlyList<LimitPoint> limits = sets.Limits ?? [];
        (double X, double Y)[] all =
        [
            .. sets.First, .. sets.Second, .. limits.Select(limit => (limit.X, limit.Y)),
            .. paths is null ? [] : Enumerable.Range(0, paths.Times.Length).SelectMany(level =>
                Enumerable.Range(0, paths.Particles).Select(path => (paths.X(level)[path], paths.Y(level)[path]))),
        ];
        Interval x = Interval.Covering(all.Select(place => place.X)), y = Interval.Covering(all.Select(place => place.Y));
        double least = Math.Max(x.Span, y.Span) / 3;
        (x, y) = (Widened(x), Widened(y));
        (double width, double height) = HeatMaps.DataArea(x.Span, y.Span, LongSide);
        Plot plot = Style.NewPanel("", XLabel, "position y (length)", x, y);
        plot.Grid.IsVisible = false;
        AddLevelLines(plot, sets, x, y);
        for (int path = 0; path < paths?.Particles; path++)
        {
            double[] ownX = [.. Enumerable.Range(0, paths.Times.Length).Select(level => paths.X(level)[path])];
            double[] ownY = [.. Enumerable.Range(0, paths.Times.Length).Select(level => paths.Y(level)[path])];
            plot.Add.ScatterLine(ownX, ownY, Path).LineWidth = 1.2f;
            plot.Add.Marker(ownX[0], ownY[0], MarkerShape.OpenCircle, 5, Path);
        }

        AddPlaces(plot, sets.First, MarkerShape.FilledDiamond, 12, Style.Ink);
        AddPlaces(plot, sets.Second, MarkerShape.OpenSquare, 11, Style.Green);
        AddPlaces(plot, limits.Select(limit => (limit.X, limit.Y)), MarkerShape.FilledCircle, 9, Style.Vermillion);
        var sheet = new Sheet(title, 1, width, height, Sheet.UntitledMargins) { Key = Key(sets, paths is not null, inPlane: true) };
        sheet.Add(plot);
        return sheet.ToFigure("guidance", svg);

        Interval Widened(Interval own) => (own.Span >= least ? own : own.Padded((least / own.Span - 1) / 2)).Padded(0.06);
    }

    private static void AddLevelLines(Plot plot, GuidedSets sets, Interval x, Interval y)
    {
        var grid = new Grid(
            Axis.Uniform(x.Low, x.High, Samples, Boundary.NoFlux), Axis.Uniform(y.Low, y.High, Samples, Boundary.NoFlux));
        double[] values =
            [.. Enumerable.Range(0, grid.CellCount).Select(cell => sets.Potential(grid.Centre(cell, 0), grid.Centre(cell, 1)))];
        double low = values.Min(), span = Math.Sqrt(values.Max() - low);
        double[] levels = [.. Enumerable.Range(1, Lines).Select(line => low + Math.Pow(span * line / (Lines + 1), 2))];
        HeatMaps.AddContours(plot, Raster.Of(grid, values, repeat: false), levels, Style.Grey.WithAlpha(.45), 1);
    }

    private static void AddLimitLines(Plot plot, IReadOnlyList<LimitPoint> limits)
    {
        foreach (LimitPoint limit in limits)
            plot.Add.HorizontalLine(limit.X, 1.3f, Style.Vermillion, LinePattern.Dashed);
    }

    private static void AddPlaces(Plot plot, IEnumerable<(double X, double Y)> places, MarkerShape shape, float size, Color color)
    {
        (double X, double Y)[] all = [.. places];
        if (all.Length == 0)
            return;
        ScottPlot.Plottables.Markers markers = plot.Add.Markers(
            all.Select(place => place.X).ToArray(), all.Select(place => place.Y).ToArray(), shape, size, color);
        markers.MarkerStyle.LineColor = color;
        markers.MarkerStyle.LineWidth = 2;
    }

    private static List<LegendItem> Key(GuidedSets sets, bool hasPaths, bool inPlane)
    {
        var key = new List<LegendItem>();
        if (hasPaths)
            key.Add(new LegendItem { LabelText = "path", LineColor = Path, LineWidth = 1.2f });
        key.Add(inPlane
            ? new LegendItem { LabelText = "level line of " + Formula(sets), LineColor = Style.Grey, LineWidth = 1 }
            : new LegendItem { LabelText = "Φ", LineColor = Style.Ink, LineWidth = Style.LineWidth });
        key.Add(Mark("first set", MarkerShape.FilledDiamond, Style.Ink));
        key.Add(Mark("second set", MarkerShape.OpenSquare, Style.Green));
        LegendItem limit = Mark("limit point", MarkerShape.FilledCircle, Style.Vermillion);
        if (!inPlane)
            (limit.LineColor, limit.LineWidth, limit.LinePattern) = (Style.Vermillion, 1.3f, LinePattern.Dashed);
        key.Add(limit);
        return key;

        static LegendItem Mark(string label, MarkerShape shape, Color color) => new()
        {
            LabelText = label,
            MarkerStyle = new MarkerStyle(shape, 8, color) { LineColor = color, LineWidth = 2 },
        };
    }

    private static string Formula(GuidedSets sets) =>
        $"Φ = {Factor(sets.Weight)}d₁² {(sets.Weight > 1 ? '−' : '+')} {Factor(Math.Abs(1 - sets.Weight))}d₂²";

    private static string Factor(double value) => value == 1 ? "" : Style.Number(value) + " ";
}
