using PdeDiffusion.Monitors;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Each monitor's measured quantity against its bound over the forward time, on log axes.</summary>
internal static class MonitorPlots
{
    /// <summary>
    /// Where measured and bound agree better than this everywhere, the excess of measured over bound (−slack) is drawn instead.
    /// </summary>
    private const double Indistinguishable = 1e-6;

    /// <summary>
    /// The same where the slack is never positive: the curves of an equality that is satisfied this closely are not distinguishable.
    /// </summary>
    private const double NarrowEquality = 0.1;

    /// <summary>Least deviation shown: half a unit in the last place of 1.</summary>
    private const double LeastDeviation = 1e-17;

    /// <summary>The monitor whose bound is drawn in the figure of <c>score-error-budget</c> as well.</summary>
    private const string GradientBudget = "gradient-budget";

    /// <summary>An overview of all monitors, then one figure per monitor: measured against bound, and the slack.</summary>
    public static IEnumerable<Func<Figure>> Draw(string title, IReadOnlyList<Reading> readings, bool svg)
    {
        var groups = new List<(MonitorDescriptor Monitor, Reading[] Readings)>();
        foreach (IGrouping<string, Reading> group in readings.GroupBy(reading => reading.Monitor, StringComparer.Ordinal))
            groups.Add((MonitorRegistry.Describe(group.Key), group.Where(reading => double.IsFinite(reading.Time)).ToArray()));

        // A monitor that has no bound at any level is listed in readings.csv and left out of the figures.
        groups.RemoveAll(group => group.Readings.All(reading => reading.Verdict == Verdict.NotApplicable));
        if (groups.Count == 0)
            yield break;

        bool generation = readings[0].Time > readings[^1].Time;
        yield return () => Overview(title, groups, generation, svg);
        foreach ((MonitorDescriptor monitor, Reading[] own) in groups)
        {
            Reading[] second = monitor.Name == "score-error-budget"
                ? groups.Find(group => group.Monitor.Name == GradientBudget).Readings ?? [] : [];
            yield return () => Single(title, monitor, own, second, generation, svg);
        }
    }

    private static Figure Overview(
        string title, List<(MonitorDescriptor Monitor, Reading[] Readings)> groups, bool generation, bool svg)
    {
        var sheet = new Sheet($"{title}: monitored inequalities", Math.Min(4, (int)Math.Ceiling(Math.Sqrt(groups.Count))),
            330, 240, new PixelPadding(84, 16, 54, 97));
        foreach ((MonitorDescriptor monitor, Reading[] own) in groups)
            sheet.Add(MeasuredPanel(monitor, own, TimeAxis.Of(own), generation, unit: "", []));
        return sheet.ToFigure("monitors", svg);
    }

    /// <param name="second">Readings with a second bound on the same quantity; empty for none.</param>
    private static Figure Single(
        string title, MonitorDescriptor monitor, Reading[] readings, Reading[] second, bool generation, bool svg)
    {
        TimeAxis time = TimeAxis.Of(readings);
        var sheet = new Sheet($"{title}: {monitor.Theorem?.Citation ?? monitor.Name}", 2, 480, 345, new PixelPadding(88, 24, 58, 97));
        sheet.Add(MeasuredPanel(monitor, readings, time, generation, monitor.Unit, second));
        sheet.Add(SlackPanel(readings, time, generation));
        return sheet.ToFigure("monitor-" + monitor.FileName, svg);
    }

    /// <param name="unit">Unit in the label of the axis; empty where there is no room for it.</param>
    /// <param name="second">As of <see cref="Single"/>.</param>
    private static Plot MeasuredPanel(
        MonitorDescriptor monitor, Reading[] readings, TimeAxis time, bool generation, string unit, Reading[] second)
    {
        Reading[] comparable =
            [.. readings.Where(reading => double.IsFinite(reading.Measured) && double.IsFinite(reading.Bound) && reading.Bound != 0)];
        bool rounding = comparable.Length > 0
            && comparable.All(reading => Math.Abs(reading.Measured - reading.Bound) <= Indistinguishable * Math.Abs(reading.Bound));
        bool deviation = rounding || (comparable.Length > 0 && IsNarrowEquality(comparable));
        double[] measured, bound;
        string label, measuredName, boundName;
        if (deviation)
        {
            measured = readings.Select(reading => double.IsNaN(reading.Slack) ? double.NaN : Math.Max(-reading.Slack, LeastDeviation))
                .ToArray();
            bound = readings.Select(reading => reading.Tolerance > 0 ? reading.Tolerance : double.NaN).ToArray();
            boundName = rounding ? "rounding tolerance" : "tolerance";
            (label, measuredName, unit) = ("excess / |bound|", "measured beyond the bound", "");
        }
        else
        {
            measured = readings.Select(reading => reading.Measured).ToArray();
            bound = readings.Select(reading => reading.Bound).ToArray();
            (label, measuredName, boundName) = (monitor.Quantity, "measured", monitor.Bound);
        }

        ValueAxis axis = ValueAxis.Of(measured, bound);
        double[] shownMeasured = measured.Select(axis.Of).ToArray(), shownBound = bound.Select(axis.Of).ToArray();
        Interval y = Interval.Covering(shownMeasured.Concat(shownBound));
        y = (y.Span < 0.02 ? Interval.Of(y.Low - 0.02, y.High + 0.02) : y).Padded(0.08);
        if (axis.Negated)
            (label, measuredName, boundName) = ("−" + label, "−measured", boundName[0] == '−' ? boundName[1..] : "−" + boundName);
        string[] notes = [.. new[] { unit, axis.Note }.Where(note => note.Length > 0)];
        if (notes.Length > 0)
            label += $" ({string.Join(", ", notes)})";

        double[] times = readings.Select(reading => time.Of(reading.Time)).ToArray();
        Alignment corner = LegendCorner(times, [shownMeasured, shownBound], time.Range, ref y);
        Verdict worst = Worst(readings);
        Plot plot = Style.NewPanel(Heading(monitor, readings, worst), TimeAxis.Label(generation), label, time.Range, y);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        plot.Axes.Title.Label.ForeColor = ColourOf(worst);
        time.Show(plot);
        plot.Axes.Left.TickGenerator = axis.Ticks;
        Style.AddCurve(plot, times, shownBound, Style.Ink, boundName, LinePattern.Dashed, 1.6f);
        if (!deviation && second.Length > 0)
        {
            Style.AddCurve(
                plot, [.. second.Select(reading => time.Of(reading.Time))], [.. second.Select(reading => axis.Of(reading.Bound))],
                Style.Green, MonitorRegistry.Describe(second[0].Monitor).Bound, LinePattern.Dashed, 1.6f);
        }

        Style.AddCurve(plot, times, shownMeasured, Style.Blue, measuredName);
        MarkMisses(plot, readings, times, shownMeasured, time.Range, y);
        Style.LegendInside(plot, corner);
        return plot;
    }

    /// <summary>
    /// True if the two curves nearly coincide and the slack is never positive: an equality, such as a balance, of which the residual is
    /// drawn.
    /// </summary>
    private static bool IsNarrowEquality(Reading[] readings) =>
        readings.All(reading => reading.Slack is <= 0 and >= -NarrowEquality) && readings.Any(reading => reading.Slack < 0);

    /// <summary>The slack over time; below −tolerance the inequality is not satisfied.</summary>
    private static Plot SlackPanel(Reading[] readings, TimeAxis time, bool generation)
    {
        double[] slack = readings.Select(reading => reading.Slack).ToArray();
        double[] limit = readings.Select(reading => -reading.Tolerance).ToArray();
        SignedLog scale = SignedLog.For(slack.Concat(limit).Append(1), 16);
        double[] shown = scale.Of(slack), shownLimit = scale.Of(limit), times = readings.Select(reading => time.Of(reading.Time)).ToArray();
        Interval y = Interval.Covering(shown.Concat(shownLimit).Append(0)).Padded(0.08);
        Alignment corner = LegendCorner(times, [shown, shownLimit], time.Range, ref y);
        Plot plot = Style.NewPanel("slack (below −tolerance: not satisfied)", TimeAxis.Label(generation),
            "relative slack (signed log axis)", time.Range, y);
        time.Show(plot);
        plot.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        plot.Add.HorizontalLine(0, 1, Style.Grey);
        Style.AddCurve(plot, times, shownLimit, Style.Ink, "−tolerance", LinePattern.Dashed, 1.6f);
        Style.AddCurve(plot, times, shown, Style.Blue, "slack");
        MarkMisses(plot, readings, times, shown, time.Range, y);
        Style.LegendInside(plot, corner);
        return plot;
    }

    private static void MarkMisses(Plot plot, Reading[] readings, double[] times, double[] values, Interval x, Interval y)
    {
        Mark(Verdict.Discretization, MarkerShape.OpenTriangleUp, Style.Orange, "discretization error");
        Mark(Verdict.Violated, MarkerShape.Eks, Style.Vermillion,
            readings.Any(reading => reading.Status == ReadingStatus.Guaranteed) ? "violated" : "not satisfied");

        void Mark(Verdict verdict, MarkerShape shape, Color color, string legend)
        {
            int[] missed = Enumerable.Range(0, readings.Length).Where(k => readings[k].Verdict == verdict).ToArray();
            if (missed.Length == 0)
                return;

            // Marks that would overlap are left out; the legend says how many there are.
            var shown = new List<int> { missed[0] };
            foreach (int k in missed)
            {
                if (Math.Abs(times[k] - times[shown[^1]]) >= x.Span / 40)
                    shown.Add(k);
            }

            // A value without a place on the axis (NaN, 0 on a log axis) is still marked, at the lower edge.
            double[] heights = shown.Select(k => double.IsFinite(values[k]) ? values[k] : y.Low).ToArray();
            ScottPlot.Plottables.Markers markers = plot.Add.Markers(shown.Select(k => times[k]).ToArray(), heights, shape, 9, color);
            markers.MarkerStyle.LineWidth = 1.8f;
            markers.MarkerStyle.LineColor = color;
            markers.LegendText = $"{legend} ({missed.Length} of {readings.Length})";
        }
    }

    private static string Heading(MonitorDescriptor monitor, Reading[] readings, Verdict worst)
    {
        string status = readings.Any(reading => reading.Status == ReadingStatus.Guaranteed) ? "guaranteed" : "observed";
        string said = worst switch
        {
            Verdict.Held => "held",
            Verdict.Violated => status == "guaranteed" ? "VIOLATED" : "NOT SATISFIED",
            Verdict.Discretization => "satisfied up to discretization error",
            _ => "not applicable",
        };
        Reading[] judged = readings.Where(reading => double.IsFinite(reading.Slack) && reading.Verdict != Verdict.NotApplicable).ToArray();
        string heading = $"{monitor.Name} ({status}): {said}\n{monitor.Statement}";
        if (judged.Length == 0)
            return heading;

        // As in summary.json: of the readings with the worst verdict, the one with the least slack.
        Reading least = judged.Where(reading => worst is Verdict.Held || reading.Verdict == worst).DefaultIfEmpty(judged[0])
            .MinBy(reading => reading.Slack);
        string slack = Style.Number(Style.Rounded(least.Slack)), time = Style.Number(Style.Rounded(least.Time));

        // Where the bound is 0 the slack has no scale.
        string room = least.Bound == 0 ? $"min {Style.Number(Style.Rounded(judged.Min(reading => reading.Measured)))}"
            : $"min slack {slack} at t = {time}";
        return $"{heading}\n{room}";
    }

    private static Verdict Worst(Reading[] readings) =>
        readings.Aggregate((worst, reading) => reading.IsWorseThan(worst) ? reading : worst).Verdict;

    private static Color ColourOf(Verdict verdict) => verdict switch
    {
        Verdict.Held => Style.Ink,
        Verdict.Violated => Style.Vermillion,
        Verdict.Discretization => Color.FromHex("#9A6A00"),
        _ => Style.Grey,
    };

    /// <summary>
    /// The corner where the legend covers least; where it would cover a curve everywhere, the panel grows upward to make room.
    /// </summary>
    private static Alignment LegendCorner(double[] times, double[][] curves, Interval x, ref Interval y)
    {
        (Alignment Corner, bool Right, bool Upper)[] corners =
            [(Alignment.UpperRight, true, true), (Alignment.UpperLeft, false, true), (Alignment.LowerRight, true, false),
                (Alignment.LowerLeft, false, false)];
        double low = y.Low, span = y.Span;
        (Alignment corner, int covered) = corners.Select(place =>
            (place.Corner, curves.Sum(curve => Covered(curve, place.Right, place.Upper)))).MinBy(pair => pair.Item2);
        if (covered == 0)
            return corner;
        y = Interval.Of(y.Low, y.High + 0.5 * y.Span);
        return Alignment.UpperRight;

        int Covered(double[] values, bool right, bool upper)
        {
            int inside = 0;
            for (int k = 0; k < values.Length; k++)
            {
                double along = (times[k] - x.Low) / x.Span, up = (values[k] - low) / span;
                if ((right ? along > 0.45 : along < 0.55) && (upper ? up > 0.66 : up < 0.34))
                    inside++;
            }

            return inside;
        }
    }
}
