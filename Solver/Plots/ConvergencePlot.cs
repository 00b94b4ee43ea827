using System.Globalization;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>The errors of one norm, or of one sweep.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="X">h or Δt of each level.</param>
/// <param name="Errors">One per level; those that are not finite and positive are not drawn.</param>
/// <param name="AtFloor">The levels that the fit leaves out; none if empty.</param>
public sealed record ConvergenceCurve(string Name, double[] X, double[] Errors, bool[] AtFloor);

/// <summary>
/// Errors of a refinement study against h or Δt on log axes, with the least-squares lines and a triangle of the expected order. Levels at
/// the floor of the error are open markers.
/// </summary>
public static class ConvergencePlot
{
    /// <summary>Decades below the fitted errors over which floors are shown where they are; lower ones stand at the edge.</summary>
    private const double DecadesOfFloors = 1;

    /// <summary>Slopes below this have no triangle.</summary>
    private const double LeastSlope = 0.25;

    /// <param name="title">What study.</param>
    /// <param name="xLabel">What is refined, with its unit, e.g. <c>cell width h (length)</c>.</param>
    /// <param name="expectedOrder">Slope of the triangle; none if NaN or about 0.</param>
    /// <param name="name">Name of the figure.</param>
    public static Figure Draw(
        string title, string xLabel, IReadOnlyList<ConvergenceCurve> curves, double expectedOrder, Rendering rendering,
        string name = "convergence")
    {
        ArgumentNullException.ThrowIfNull(curves);
        Coordinates[][] fitted = [.. curves.Select(curve => Points(curve, atFloor: false))];
        Coordinates[][] floors = [.. curves.Select(curve => Points(curve, atFloor: true))];
        Coordinates[] used = [.. fitted.SelectMany(points => points)], all = [.. used, .. floors.SelectMany(points => points)];
        if (used.Length == 0)
            used = all;
        double lowest = used.Select(point => point.Y).DefaultIfEmpty(0).Min() - DecadesOfFloors;
        Interval x = Interval.Covering(all.Select(point => point.X)).Padded(0.08);
        Interval y = Interval.Covering(used.Concat(all.Where(point => point.Y >= lowest)).Select(point => point.Y)).Padded(0.12);
        Coordinates? corner = null;
        double run = x.Span * 0.3, rise = expectedOrder * run;
        if (double.Abs(expectedOrder) >= LeastSlope && double.IsFinite(expectedOrder) && used.Length > 1)
        {
            // Below the lowest curve: its least distance above the hypotenuse is a tenth of the panel.
            double left = x.Low + 0.45 * x.Span;
            double under = all.Where(point => point.X >= left - 0.1 * x.Span && point.Y >= lowest)
                .Select(point => point.Y - expectedOrder * (point.X - left)).DefaultIfEmpty(y.Low).Min();
            corner = new Coordinates(left, under - 0.1 * y.Span);
            y = Interval.Of(Math.Min(y.Low, corner.Value.Y - 0.08 * y.Span), y.High);
        }

        var legend = new List<LegendItem>();
        Plot plot = Style.NewPanel(string.Empty, xLabel, "error", x, y);
        plot.Axes.Bottom.TickGenerator = new LogTicks();
        plot.Axes.Left.TickGenerator = new LogTicks();
        for (int index = 0; index < curves.Count; index++)
            legend.Add(Add(plot, curves[index], fitted[index], floors[index], index, y));
        if (floors.Any(points => points.Length > 0))
            legend.Add(Key("at its floor: not in the fit", MarkerShape.OpenCircle, Style.Grey, 0));
        if (floors.SelectMany(points => points).Any(point => point.Y < y.Low))
            legend.Add(Key("below the axis", MarkerShape.OpenTriangleDown, Style.Grey, 0));
        if (corner is { } at)
            AddTriangle(plot, at, run, rise, expectedOrder, x, y);
        var sheet = new Sheet(title, 1, 520, 430, Sheet.UntitledMargins) { Key = legend };
        sheet.Add(plot);
        return sheet.ToFigure(name, rendering);
    }

    /// <summary>Adds the markers of a curve and its fitted line; returns its entry in the legend.</summary>
    private static LegendItem Add(Plot plot, ConvergenceCurve curve, Coordinates[] fitted, Coordinates[] floors, int index, Interval y)
    {
        PowerLawFit fit = Orders.Fit(curve.X, curve.Errors, curve.AtFloor);
        Color color = Style.Category(index);
        MarkerShape shape = Style.Shape(index);
        bool isLine = double.IsFinite(fit.Exponent) && fitted.Length > 1;
        if (isLine)
        {
            double[] ends = [fitted[0].X, fitted[^1].X];
            Style.AddCurve(plot, ends, [.. ends.Select(at => fit.Exponent * at + fit.LogFactor / Math.Log(10))], color);
        }

        AddMarkers(plot, fitted, shape, color);
        AddMarkers(plot, [.. floors.Where(point => point.Y >= y.Low)], Opened(shape), color);
        double edge = y.Low + 0.02 * y.Span;
        AddMarkers(
            plot, [.. floors.Where(point => point.Y < y.Low).Select(point => new Coordinates(point.X, edge))],
            MarkerShape.OpenTriangleDown, color);
        string label = double.IsNaN(fit.Exponent) ? curve.Name : $"{curve.Name}: order {Order(fit.Exponent)}";
        return Key(label, shape, color, isLine ? Style.LineWidth : 0);
    }

    private static void AddMarkers(Plot plot, Coordinates[] points, MarkerShape shape, Color color)
    {
        if (points.Length == 0)
            return;
        ScottPlot.Plottables.Markers markers = plot.Add.Markers(points, shape, 8, color);
        markers.MarkerStyle.LineColor = color;
        markers.MarkerStyle.LineWidth = 1.6f;
    }

    private static LegendItem Key(string label, MarkerShape shape, Color color, float lineWidth) => new()
    {
        LabelText = label,
        LineColor = color,
        LineWidth = lineWidth,
        MarkerStyle = new MarkerStyle(shape, 8, color) { LineColor = color, LineWidth = 1.6f },
    };

    private static void AddTriangle(Plot plot, Coordinates corner, double run, double rise, double order, Interval x, Interval y)
    {
        double right = corner.X + run;
        ScottPlot.Plottables.Polygon shape =
            plot.Add.Polygon([corner, new Coordinates(right, corner.Y), new Coordinates(right, corner.Y + rise)]);
        shape.FillColor = Style.GridLine.WithAlpha(.6);
        shape.LineColor = Style.Grey;
        shape.LineWidth = 1.2f;
        AddText(plot, "1", new Coordinates(corner.X + run / 2, corner.Y - 0.015 * y.Span), Alignment.UpperCenter);
        AddText(plot, Order(order), new Coordinates(right + 0.01 * x.Span, corner.Y + rise / 2), Alignment.MiddleLeft);
    }

    /// <summary>The open form of a marker; an open one becomes the cross of its shape.</summary>
    private static MarkerShape Opened(MarkerShape shape) => shape switch
    {
        MarkerShape.FilledCircle => MarkerShape.OpenCircle,
        MarkerShape.FilledSquare => MarkerShape.OpenSquare,
        MarkerShape.FilledDiamond => MarkerShape.OpenDiamond,
        MarkerShape.FilledTriangleUp => MarkerShape.OpenTriangleUp,
        _ => MarkerShape.Eks,
    };

    private static Coordinates[] Points(ConvergenceCurve curve, bool atFloor) =>
        Enumerable.Range(0, Math.Min(curve.X.Length, curve.Errors.Length))
            .Where(k => curve.X[k] > 0 && curve.Errors[k] > 0 && double.IsFinite(curve.X[k]) && double.IsFinite(curve.Errors[k])
                && (curve.AtFloor.Length > 0 && curve.AtFloor[k]) == atFloor)
            .Select(k => new Coordinates(Math.Log10(curve.X[k]), Math.Log10(curve.Errors[k])))
            .OrderBy(point => point.X)
            .ToArray();

    /// <summary>Two digits; adding 0 turns −0 into 0.</summary>
    private static string Order(double slope) => (Math.Round(slope, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    private static void AddText(Plot plot, string text, Coordinates at, Alignment alignment)
    {
        ScottPlot.Plottables.Text label = plot.Add.Text(text, at);
        label.LabelFontName = Fonts.Family;
        label.LabelFontSize = Style.TextSize;
        label.LabelFontColor = Style.Ink;
        label.LabelAlignment = alignment;
        label.LabelPadding = 4;
    }
}
