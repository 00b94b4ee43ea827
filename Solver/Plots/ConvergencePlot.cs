using System.Globalization;
using PdeDiffusion.Studies;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Errors of a refinement study against h or Δt on log axes, with least-squares slopes and a triangle of the expected
/// order.</summary>
public static class ConvergencePlot
{
    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp,
            MarkerShape.OpenCircle, MarkerShape.OpenSquare];

    /// <param name="title">What study.</param>
    /// <param name="xLabel">What is refined, with its unit, e.g. <c>cell width h (length)</c>.</param>
    /// <param name="errors">A norm's name, its abscissae and its errors; points that are not finite and positive are left out.</param>
    /// <param name="expectedOrder">Slope of the triangle; none if NaN.</param>
    /// <param name="svg">True to draw SVG as well.</param>
    /// <param name="name">Name of the figure.</param>
    public static Figure Draw(
        string title, string xLabel, IReadOnlyList<(string Norm, double[] X, double[] Error)> errors, double expectedOrder,
        bool svg = false, string name = "convergence")
    {
        var curves = errors.Select(error => (error.Norm, Points: Usable(error.X, error.Error))).ToArray();
        Coordinates[] all = curves.SelectMany(curve => curve.Points).ToArray();
        Interval x = Interval.Covering(all.Select(point => point.X)).Padded(0.08);
        Interval y = Interval.Covering(all.Select(point => point.Y)).Padded(0.12);
        bool triangle = double.IsFinite(expectedOrder) && all.Length > 1;
        Coordinates corner = default;
        double run = x.Span * 0.3, rise = expectedOrder * run;
        if (triangle)
        {
            // Below the lowest curve: its least distance above the hypotenuse is a tenth of the panel.
            double left = x.Low + 0.45 * x.Span;
            double under = all.Where(point => point.X >= left - 0.1 * x.Span).Select(point => point.Y - expectedOrder * (point.X - left))
                .DefaultIfEmpty(y.Low).Min();
            corner = new Coordinates(left, under - 0.1 * y.Span);
            y = Interval.Of(Math.Min(y.Low, corner.Y - 0.08 * y.Span), y.High);
        }

        Plot plot = Style.NewPanel(string.Empty, xLabel, "error", x, y);
        plot.Axes.Bottom.TickGenerator = new LogTicks();
        plot.Axes.Left.TickGenerator = new LogTicks();
        for (int index = 0; index < curves.Length; index++)
        {
            (string norm, Coordinates[] points) = curves[index];
            if (points.Length == 0)
                continue;
            double slope = Orders.Fit(errors[index].X, errors[index].Error);
            string legend = double.IsNaN(slope) ? norm : $"{norm}: order {Order(slope)}";
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points, Style.Category(index));
            line.LineWidth = Style.LineWidth;
            line.MarkerShape = Shapes[index % Shapes.Length];
            line.MarkerSize = 8;
            line.LegendText = legend;
        }

        if (triangle)
        {
            double right = corner.X + run;
            ScottPlot.Plottables.Polygon shape =
                plot.Add.Polygon([corner, new Coordinates(right, corner.Y), new Coordinates(right, corner.Y + rise)]);
            shape.FillColor = Style.GridLine.WithAlpha(.6);
            shape.LineColor = Style.Grey;
            shape.LineWidth = 1.2f;
            AddText(plot, "1", new Coordinates(corner.X + run / 2, corner.Y - 0.015 * y.Span), Alignment.UpperCenter);
            AddText(plot, Order(expectedOrder), new Coordinates(right + 0.01 * x.Span, corner.Y + rise / 2), Alignment.MiddleLeft);
        }

        Style.LegendInside(plot, Alignment.UpperLeft);
        var sheet = new Sheet(title, 1, 560, 430, Sheet.UntitledMargins);
        sheet.Add(plot);
        return sheet.ToFigure(name, svg);
    }

    private static Coordinates[] Usable(double[] x, double[] error) =>
        Enumerable.Range(0, Math.Min(x.Length, error.Length))
            .Where(k => x[k] > 0 && error[k] > 0 && double.IsFinite(x[k]) && double.IsFinite(error[k]))
            .Select(k => new Coordinates(Math.Log10(x[k]), Math.Log10(error[k])))
            .OrderBy(point => point.X)
            .ToArray();

    private static string Order(double slope) => slope.ToString("0.##", CultureInfo.InvariantCulture);

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
