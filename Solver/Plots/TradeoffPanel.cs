using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>A curve of a trade-off: points with standard errors.</summary>
/// <param name="Errors">Half-lengths of the bars; NaN for none.</param>
/// <param name="Best">The point that is ringed; −1 for none.</param>
/// <param name="Dashed">A line to compare with: dashed, without markers.</param>
/// <param name="Joined">False for markers without a line.</param>
internal sealed record TradeoffCurve(
    string Label, double[] X, double[] Y, double[] Errors, Color Color, int Best = -1, bool Dashed = false, bool Joined = true)
{
    /// <summary>Shape of its markers.</summary>
    public MarkerShape Shape { get; init; } = MarkerShape.FilledCircle;

    /// <summary>Its line in the legend of the sheet.</summary>
    public LegendItem Key => new()
    {
        LabelText = Label,
        LineColor = Color,
        LineWidth = Style.LineWidth,
        LinePattern = Dashed ? LinePattern.Dashed : LinePattern.Solid,
    };
}

/// <summary>Curves of a trade-off on linear or log axes.</summary>
/// <param name="LogX">True for a log axis; so too y.</param>
internal sealed record TradeoffPanel(string Title, string XLabel, string YLabel, bool LogX, bool LogY, IReadOnlyList<TradeoffCurve> Curves)
{
    /// <summary>Values below this are left out of the range of y; NaN for none.</summary>
    public double Floor { get; init; } = double.NaN;

    /// <summary>What y cannot fall below: bars of errors end there.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>What the axes reach over, as values; null for the curves alone.</summary>
    public ((double Low, double High) X, (double Low, double High) Y)? Range { get; init; }

    /// <summary>The panel is shaded below this value of y; NaN for nowhere.</summary>
    public double ShadedBelow { get; init; } = double.NaN;

    /// <summary>The lower corner of a legend within the panel; none if null.</summary>
    public Alignment? Legend { get; init; }

    /// <summary>Room below the curves for the legend, as a share of their height.</summary>
    public double Room { get; init; }

    public Plot Draw()
    {
        IEnumerable<(double X, double Y)> all = Curves.SelectMany(curve => curve.X.Zip(curve.Y, (x, y) => (OnX(x), OnY(y))))
            .Where(point => double.IsFinite(point.Item1) && double.IsFinite(point.Item2) && !(point.Item2 < Floor));
        if (Range is { } range)
            all = [(OnX(range.X.Low), OnY(range.Y.Low)), (OnX(range.X.High), OnY(range.Y.High))];
        Interval x = Interval.Covering(all.Select(point => point.X)).Padded(0.06);
        Interval y = Interval.Covering(all.Select(point => point.Y)).Padded(0.09);
        y = Interval.Of(y.Low - Room * y.Span, y.High);
        Plot plot = Style.NewPanel(Title, XLabel, YLabel + (LogY ? " (log axis)" : ""), x, y);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        if (LogX)
            plot.Axes.Bottom.TickGenerator = new LogTicks();
        if (LogY)
            plot.Axes.Left.TickGenerator = new LogTicks();
        if (OnY(ShadedBelow) is var floor && floor > y.Low)
        {
            ScottPlot.Plottables.Rectangle shade = plot.Add.Rectangle(x.Low, x.High, y.Low, Math.Min(floor, y.High));
            shade.FillColor = Style.GridLine.WithAlpha(.7);
            shade.LineWidth = 0;
        }

        foreach (TradeoffCurve curve in Curves)
            Add(plot, curve);
        if (Legend is { } corner)
            Style.LegendInside(plot, corner);
        return plot;
    }

    private void Add(Plot plot, TradeoffCurve curve)
    {
        Coordinates[] points = [.. curve.X.Zip(curve.Y, (x, y) => new Coordinates(OnX(x), OnY(y)))
            .Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        if (points.Length == 0)
            return;
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points, curve.Color);
        line.LineWidth = curve.Joined ? Style.LineWidth : 0;
        line.LinePattern = curve.Dashed ? LinePattern.Dashed : LinePattern.Solid;
        line.MarkerSize = curve.Dashed ? 0 : 5;
        line.MarkerShape = curve.Shape;
        line.LegendText = curve.Label;
        for (int k = 0; k < curve.Errors.Length; k++)
        {
            double low = OnY(Math.Max(Least, curve.Y[k] - curve.Errors[k])), high = OnY(curve.Y[k] + curve.Errors[k]);
            if (!double.IsFinite(low) || !double.IsFinite(high) || !double.IsFinite(OnX(curve.X[k])))
                continue;
            ScottPlot.Plottables.LinePlot bar = plot.Add.Line(OnX(curve.X[k]), low, OnX(curve.X[k]), high);
            bar.LineColor = curve.Color;
            bar.LineWidth = 1;
            bar.MarkerSize = 0;
        }

        if (curve.Best < 0 || !double.IsFinite(OnX(curve.X[curve.Best])) || !double.IsFinite(OnY(curve.Y[curve.Best])))
            return;
        ScottPlot.Plottables.Marker ring =
            plot.Add.Marker(OnX(curve.X[curve.Best]), OnY(curve.Y[curve.Best]), MarkerShape.OpenCircle, 13, curve.Color);
        ring.MarkerLineWidth = 2;
    }

    private double OnX(double value) => !LogX ? value : value > 0 ? Math.Log10(value) : double.NaN;

    private double OnY(double value) => !LogY ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
