using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>A quantity of one run over t.</summary>
/// <param name="Title">The run in the legend.</param>
/// <param name="Times">Forward times of its levels, positive or 0, in the order of the flow.</param>
/// <param name="Values">One per time.</param>
/// <param name="Bound">One per time, NaN or infinite where there is none; empty if no bound is drawn.</param>
public sealed record ComparedCurve(string Title, double[] Times, double[] Values, double[] Bound);

/// <summary>A measured quantity of several runs over the forward time, with its bound where all runs have the same.</summary>
public static class ComparisonPlot
{
    /// <summary>Bounds that differ by less than this fraction of the panel's height are one line.</summary>
    private const double Indistinguishable = 0.005;

    /// <param name="quantity">For the axis, with its unit.</param>
    /// <param name="boundName">The bound in the legend.</param>
    public static Figure Draw(
        string name, string title, string quantity, string boundName, IReadOnlyList<ComparedCurve> curves,
        Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(curves);
        TimeAxis time = TimeAxis.Of([.. curves.SelectMany(curve => curve.Times)]);
        bool generation = curves.All(curve => curve.Times[0] >= curve.Times[^1]);
        double[] bounds = [.. curves.SelectMany(curve => curve.Bound).Where(double.IsFinite)];
        ValueAxis axis = ValueAxis.Spanning(curves.SelectMany(curve => curve.Values));
        Interval y = Interval.Covering(curves.SelectMany(curve => curve.Values).Select(axis.Of)).Padded(0.08);
        ComparedCurve? common = Common(curves, time, axis, y.Span);
        if (common is not null)
        {
            axis = ValueAxis.Spanning(curves.SelectMany(curve => curve.Values).Concat(bounds));
            y = Interval.Covering(curves.SelectMany(curve => curve.Values).Concat(bounds).Select(axis.Of)).Padded(0.08);
        }

        var key = new List<LegendItem>();
        Plot plot = Style.NewPanel(
            "", TimeAxis.Label(generation), axis.Note.Length > 0 ? $"{quantity} ({axis.Note})" : quantity, time.Range, y);
        plot.Axes.Bottom.TickGenerator = time.Ticks;
        plot.Axes.Left.TickGenerator = axis.Ticks;
        for (int curve = 0; curve < curves.Count; curve++)
            Add(curves[curve].Times, curves[curve].Values, ColourOf(curve, curves.Count), curves[curve].Title, PatternOf(curve));
        // Over the curves: where they attain it, it stays visible.
        if (common is not null)
            Add(common.Times, common.Bound, Style.Ink, boundName, LinePattern.Dashed);
        var sheet = new Sheet(title, 1, 560, 360, Sheet.UntitledMargins) { Key = key };
        sheet.Add(plot);
        return sheet.ToFigure(name, rendering);

        void Add(double[] times, double[] values, Color color, string label, LinePattern pattern)
        {
            Style.AddCurve(plot, [.. times.Select(time.Of)], [.. values.Select(axis.Of)], color, pattern: pattern);
            key.Add(new LegendItem { LabelText = label, LineColor = color, LineWidth = Style.LineWidth, LinePattern = pattern });
        }
    }

    /// <summary>Curves differ by pattern too, not only by colour.</summary>
    private static LinePattern PatternOf(int curve) => (curve % 3) switch
    {
        0 => LinePattern.Solid,
        1 => LinePattern.DenselyDashed,
        _ => LinePattern.Dotted,
    };

    private static Color ColourOf(int curve, int count) =>
        count <= Style.Categories ? Style.Category(curve) : Style.OfTime(curve, count);

    /// <summary>
    /// The run with the most levels if its bound is that of all others: if at their times, interpolated linearly in the picture between two
    /// levels, it differs by less than the width of a line. Null otherwise.
    /// </summary>
    private static ComparedCurve? Common(IReadOnlyList<ComparedCurve> curves, TimeAxis time, ValueAxis axis, double height)
    {
        ComparedCurve? longest = curves.Where(curve => curve.Bound.Any(double.IsFinite)).MaxBy(curve => curve.Times.Length);
        if (longest is null)
            return null;
        (double X, double Y)[] line = [.. longest.Times.Zip(longest.Bound, (at, bound) => (time.Of(at), axis.Of(bound)))
            .Where(point => double.IsFinite(point.Item2)).OrderBy(point => point.Item1)];
        foreach (ComparedCurve curve in curves)
        {
            for (int level = 0; level < curve.Times.Length; level++)
            {
                double shown = axis.Of(curve.Bound[level]), there = At(line, time.Of(curve.Times[level]));
                if (double.IsFinite(shown) && double.IsFinite(there) && Math.Abs(shown - there) > Indistinguishable * height)
                    return null;
            }
        }

        return longest;
    }

    /// <summary>The value of a line at x; NaN outside.</summary>
    private static double At((double X, double Y)[] line, double x)
    {
        int right = Array.FindIndex(line, point => point.X >= x);
        if (right < 0 || (right == 0 && line[0].X > x))
            return double.NaN;
        if (right == 0)
            return line[0].Y;
        (double X, double Y) a = line[right - 1], b = line[right];
        return a.Y + (b.Y - a.Y) * (x - a.X) / (b.X - a.X);
    }
}
