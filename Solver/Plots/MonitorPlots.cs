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

    private const string OverviewName = "monitors", NameStart = "monitor-";
    private const float BoundWidth = 1.6f;

    /// <summary>How readings that are not held are marked.</summary>
    private static readonly Mark[] Marks =
    [
        new(Verdict.Discretization, MarkerShape.OpenTriangleUp, Style.Orange),
        new(Verdict.Violated, MarkerShape.Eks, Style.Vermillion),
    ];

    /// <summary>The monitor whose bound is drawn in the figure of <c>score-error-budget</c> as well.</summary>
    private const string GradientBudget = "gradient-budget";

    /// <summary>A slack below this is drawn at the lower edge: how far an inequality is missed is in the panel beside it.</summary>
    private const double LeastSlack = -10;

    /// <summary>The figure <c>monitors</c>: all monitors that have a bound at some level; null if there is none.</summary>
    public static NamedFigure? Overview(string title, IReadOnlyList<Reading> readings, Rendering rendering)
    {
        List<(MonitorDescriptor Monitor, Reading[] Readings)> groups = Groups(readings);
        return groups.Count == 0 ? null
            : new NamedFigure(OverviewName, () => Overview(title, groups, IsGeneration(readings), rendering));
    }

    /// <summary>A figure <c>monitor-…</c> for each of them: measured against bound, and the slack.</summary>
    public static IEnumerable<NamedFigure> Singles(string title, IReadOnlyList<Reading> readings, Rendering rendering)
    {
        List<(MonitorDescriptor Monitor, Reading[] Readings)> groups = Groups(readings);
        foreach ((MonitorDescriptor monitor, Reading[] own) in groups)
        {
            Reading[] second = monitor.Name == "score-error-budget"
                ? groups.Find(group => group.Monitor.Name == GradientBudget).Readings ?? [] : [];
            string name = NameStart + monitor.FileName;
            yield return new NamedFigure(name, () => Single(name, title, monitor, own, second, IsGeneration(readings), rendering));
        }
    }

    private static bool IsGeneration(IReadOnlyList<Reading> readings) => readings[0].Time > readings[^1].Time;

    /// <summary>The readings of each monitor. One that has no bound at any level is listed in readings.csv and left out of the
    /// figures.</summary>
    private static List<(MonitorDescriptor Monitor, Reading[] Readings)> Groups(IReadOnlyList<Reading> readings) =>
        [.. readings.GroupBy(reading => reading.Monitor, StringComparer.Ordinal)
            .Select(group => (MonitorRegistry.Describe(group.Key), group.Where(reading => double.IsFinite(reading.Time)).ToArray()))
            .Where(group => !group.Item2.All(reading => reading.Verdict == Verdict.NotApplicable))];

    private static Figure Overview(
        string title, List<(MonitorDescriptor Monitor, Reading[] Readings)> groups, bool generation, Rendering rendering)
    {
        const int MostColumns = 4;
        Reading[] all = [.. groups.SelectMany(group => group.Readings)];
        var sheet = new Sheet(
            $"{title}: monitored inequalities", Math.Min(MostColumns, (int)Math.Ceiling(Math.Sqrt(groups.Count))), 330, 220,
            new PixelPadding(76, 22, 54, 40))
        {
            Key =
            [
                new LegendItem { LabelText = "measured", LineColor = Style.Blue, LineWidth = Style.LineWidth },
                new LegendItem
                {
                    LabelText = "bound; of an excess, its tolerance", LineColor = Style.Ink, LineWidth = BoundWidth,
                    LinePattern = LinePattern.Dashed,
                },
                .. Marks.Where(mark => all.Any(reading => reading.Verdict == mark.Verdict)).Select(mark => new LegendItem
                {
                    LabelText = mark.Verdict == Verdict.Violated ? "violated or not satisfied" : mark.Name(all),
                    MarkerStyle = mark.Style,
                }),
            ],
        };
        foreach ((MonitorDescriptor monitor, Reading[] own) in groups)
            sheet.Add(MeasuredPanel(monitor, own, TimeAxis.Of(own), generation, unit: "", []));
        return sheet.ToFigure(OverviewName, rendering);
    }

    /// <param name="second">Readings with a second bound on the same quantity; empty for none.</param>
    private static Figure Single(
        string name, string title, MonitorDescriptor monitor, Reading[] readings, Reading[] second, bool generation, Rendering rendering)
    {
        TimeAxis time = TimeAxis.Of(readings);
        var sheet = new Sheet($"{title}: {monitor.Theorem?.Citation ?? monitor.Name}", 2, 480, 345, new PixelPadding(88, 24, 58, 58));
        Plot measured = MeasuredPanel(monitor, readings, time, generation, monitor.Unit, second);
        Style.LegendBelow(measured);
        sheet.Add(measured);

        // Relative to a bound of 0 there is no slack.
        if (readings.Any(reading => double.IsFinite(reading.Slack) && reading.Bound != 0))
            sheet.Add(SlackPanel(readings, time, generation));
        return sheet.ToFigure(name, rendering);
    }

    /// <param name="unit">Unit in the label of the axis; empty where there is no room for it.</param>
    /// <param name="second">As of <see cref="Single"/>.</param>
    private static Plot MeasuredPanel(
        MonitorDescriptor monitor, Reading[] readings, TimeAxis time, bool generation, string unit, Reading[] second)
    {
        Reading[] comparable =
            [.. readings.Where(reading => double.IsFinite(reading.Measured) && double.IsFinite(reading.Bound) && reading.Bound != 0)];

        // Counts are whole numbers without a tolerance: equal ones are drawn as they are.
        bool rounding = comparable.Any(reading => reading.Tolerance > 0)
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
        Verdict worst = Worst(readings);
        Plot plot = Style.NewPanel(Heading(monitor, readings, worst), TimeAxis.Label(generation), label, time.Range, y);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        plot.Axes.Title.Label.ForeColor = ColourOf(worst);
        time.Show(plot);
        plot.Axes.Left.TickGenerator = axis.Ticks;
        Style.AddCurve(plot, times, shownMeasured, Style.Blue, measuredName);

        // Over the measured curve: where it attains its bound, both are seen.
        Style.AddCurve(plot, times, shownBound, Style.Ink, boundName, LinePattern.Dashed, BoundWidth);
        if (!deviation && second.Length > 0)
        {
            Style.AddCurve(
                plot, [.. second.Select(reading => time.Of(reading.Time))], [.. second.Select(reading => axis.Of(reading.Bound))],
                Style.Green, MonitorRegistry.Describe(second[0].Monitor).Bound, LinePattern.Dashed, BoundWidth);
        }

        MarkMisses(plot, readings, times, shownMeasured, time.Range, y);
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
        double[] slack = readings.Select(reading => reading.Bound == 0 ? double.NaN : Math.Max(reading.Slack, LeastSlack)).ToArray();
        double[] limit = readings.Select(reading => Math.Max(-reading.Tolerance, LeastSlack)).ToArray();
        SignedLog scale = SignedLog.For(slack.Concat(limit).Append(1), 16);
        double[] shown = scale.Of(slack), shownLimit = scale.Of(limit), times = readings.Select(reading => time.Of(reading.Time)).ToArray();
        Interval y = Interval.Covering(shown.Concat(shownLimit).Append(0)).Padded(0.08);
        Plot plot = Style.NewPanel("slack (below −tolerance: not satisfied)", TimeAxis.Label(generation),
            "relative slack (signed log axis)", time.Range, y);
        time.Show(plot);
        plot.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        plot.Add.HorizontalLine(0, 1, Style.Grey);
        Style.AddCurve(plot, times, shown, Style.Blue, "slack");
        Style.AddCurve(plot, times, shownLimit, Style.Ink, "−tolerance", LinePattern.Dashed, BoundWidth);
        MarkMisses(plot, readings, times, shown, time.Range, y);
        Style.LegendBelow(plot);
        return plot;
    }

    private static void MarkMisses(Plot plot, Reading[] readings, double[] times, double[] values, Interval x, Interval y)
    {
        foreach (Mark mark in Marks)
        {
            int[] missed = Enumerable.Range(0, readings.Length).Where(k => readings[k].Verdict == mark.Verdict).ToArray();
            if (missed.Length == 0)
                continue;

            // Marks that would overlap are left out; the heading says how many there are.
            var shown = new List<int> { missed[0] };
            foreach (int k in missed)
            {
                if (Math.Abs(times[k] - times[shown[^1]]) >= x.Span / 40)
                    shown.Add(k);
            }

            // A value without a place on the axis (NaN, 0 on a log axis) is still marked, at the lower edge.
            double[] heights = shown.Select(k => double.IsFinite(values[k]) ? values[k] : y.Low).ToArray();
            ScottPlot.Plottables.Markers markers = plot.Add.Markers(shown.Select(k => times[k]).ToArray(), heights);
            markers.MarkerStyle = mark.Style;
            markers.LegendText = mark.Name(readings);
        }
    }

    /// <summary>How readings of a verdict are marked.</summary>
    private sealed record Mark(Verdict Verdict, MarkerShape Shape, Color Color)
    {
        public MarkerStyle Style => new(Shape, 9, Color) { LineColor = Color, LineWidth = 1.8f };

        public string Name(Reading[] readings) => Verdict == Verdict.Discretization ? "discretization error"
            : readings.Any(reading => reading.Status == ReadingStatus.Guaranteed) ? "violated" : "not satisfied";
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
        int missed = readings.Count(reading => reading.Verdict == worst);
        string count = worst is Verdict.Held ? "" : $"{missed} of {readings.Length} levels, ";
        return $"{heading}\n{count}{room}";
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
}
