using PdeDiffusion.Flows;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Figures of a run on one axis: one line per snapshot, coloured by time.</summary>
internal static class LinePlots
{
    private const double Width = 500, Height = 340;
    private const string Position = "position x (length)";

    /// <summary>The log-density is shown over this many decades at most: deeper valleys would flatten everything else.</summary>
    private const double Decades = 40;

    public static Figure Densities(string title, IReadOnlyList<Snapshot> snapshots, bool svg)
    {
        Sheet sheet = NewSheet($"{title}: densities", snapshots);
        foreach ((string panelTitle, string symbol, Func<Snapshot, double[]?> field) in Fields(snapshots))
        {
            double least = Finite(snapshots, field).Append(0).Min(), greatest = Finite(snapshots, field).Append(0).Max();
            Interval y = Interval.Of(least, greatest * 1.06);
            sheet.Add(Panel(snapshots, panelTitle, $"{symbol}(t, x) (1/length)", y, snapshot => field(snapshot)));
        }

        return sheet.ToFigure("densities", svg);
    }

    public static Figure LogDensities(string title, IReadOnlyList<Snapshot> snapshots, bool svg)
    {
        Sheet sheet = NewSheet($"{title}: log-densities", snapshots);
        foreach ((string panelTitle, string symbol, Func<Snapshot, double[]?> field) in Fields(snapshots))
        {
            Interval range = Interval.Covering(Finite(snapshots, field).Where(value => value > 0).Select(Math.Log10));
            Interval y = Interval.Of(Math.Max(range.Low, range.High - Decades), range.High).Padded(0.04);
            Plot panel = Panel(snapshots, panelTitle, $"{symbol}(t, x) (1/length, log axis)", y, snapshot => Logarithm(field(snapshot)));
            panel.Axes.Left.TickGenerator = new LogTicks();
            sheet.Add(panel);
        }

        return sheet.ToFigure("log-densities", svg);
    }

    /// <summary>
    /// ∇log u as it is, on an axis that shows small and large times alike, and times 2t, whose teeth of slope −1 keep their size as
    /// t → 0; below them the same of the driving score, where it is another.
    /// </summary>
    public static Figure Score(string title, IReadOnlyList<Snapshot> snapshots, bool svg)
    {
        Sheet sheet = NewSheet($"{title}: score", snapshots);
        AddScores(sheet, snapshots, snapshot => snapshot.GradLogU[0], "s", "score s = ∇ log u");
        if (!snapshots.All(snapshot => snapshot.IsOwnScore))
            AddScores(sheet, snapshots, snapshot => snapshot.Score[0], "ŝ", "driving score ŝ of generation");
        return sheet.ToFigure("score", svg);
    }

    /// <summary>
    /// Δ log u with the Li–Yau bound −1/(2t) as a dashed line of the same colour, and 2t Δ log u, for which every bound is −1; below them
    /// div ŝ of the driving score, where it is another: no theorem bounds it.
    /// </summary>
    public static Figure DivScore(string title, IReadOnlyList<Snapshot> snapshots, bool svg)
    {
        Sheet sheet = NewSheet($"{title}: divergence of the score and the Li–Yau bound", snapshots);
        AddDivergences(sheet, snapshots, snapshot => snapshot.LapLogU, "Δ log u", isBounded: true);
        if (!snapshots.All(snapshot => snapshot.IsOwnScore))
            AddDivergences(sheet, snapshots, snapshot => snapshot.DivScore, "div ŝ", isBounded: false);
        return sheet.ToFigure("div-score", svg);
    }

    private static Sheet NewSheet(string title, IReadOnlyList<Snapshot> snapshots) => new(
        title, 2, Width, Height, Sheet.WithLegend(Sheet.PlainMargins, snapshots.Select(snapshot => Style.Time(snapshot.Time))));

    private static void AddScores(
        Sheet sheet, IReadOnlyList<Snapshot> snapshots, Func<Snapshot, double[]> field, string symbol, string name)
    {
        SignedLog scale = SignedLog.For(snapshots.SelectMany(field), 4);
        Interval range = Interval.Covering(snapshots.SelectMany(snapshot => scale.Of(field(snapshot)))).Padded(0.04);
        Plot raw = Panel(snapshots, name, $"{symbol}(t, x) (1/length, signed log axis)", range, snapshot => scale.Of(field(snapshot)));
        raw.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        sheet.Add(raw);
        Interval scaledRange = Interval.Covering(snapshots.SelectMany(snapshot => Scaled(snapshot, field(snapshot)))).Padded(0.04);
        sheet.Add(Panel(snapshots, $"2t {symbol}: the displacement to the data as t → 0", $"2t {symbol}(t, x) (length)", scaledRange,
            snapshot => Scaled(snapshot, field(snapshot))));
    }

    private static void AddDivergences(
        Sheet sheet, IReadOnlyList<Snapshot> snapshots, Func<Snapshot, double[]> field, string symbol, bool isBounded)
    {
        double[] bounds =
            [.. snapshots.Where(snapshot => isBounded && snapshot.Time > 0).Select(snapshot => -0.5 / snapshot.Time)];
        SignedLog scale = SignedLog.For(snapshots.SelectMany(field).Concat(bounds), 5);
        Interval range = Interval.Covering(snapshots.SelectMany(snapshot => scale.Of(field(snapshot))).Concat(bounds.Select(scale.Of)))
            .Padded(0.05);
        Plot raw = Panel(
            snapshots, isBounded ? $"{symbol}; dashed: the bound −1/(2t)" : $"{symbol} of the driving score",
            $"{symbol}(t, x) (1/length², signed log axis)", range, snapshot => scale.Of(field(snapshot)));
        raw.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        for (int index = 0; index < snapshots.Count && isBounded; index++)
        {
            if (snapshots[index].Time > 0)
                raw.Add.HorizontalLine(scale.Of(-0.5 / snapshots[index].Time), 1.2f, Style.OfTime(index, snapshots.Count),
                    LinePattern.Dashed);
        }

        sheet.Add(raw);

        // Between data points 2t Δ log u grows like 1/t: the bound is what matters, so the panel ends a few times above it.
        double[] values = snapshots.SelectMany(snapshot => Scaled(snapshot, field(snapshot))).Where(double.IsFinite).Append(0).ToArray();
        double highest = values.Max(), lowest = values.Min();
        Plot scaled = Panel(
            snapshots, isBounded ? $"2t {symbol}; dashed: the bound −1" : $"2t {symbol}", $"2t {symbol}(t, x) (dimensionless)",
            Interval.Of(Math.Clamp(lowest, -5, -1) - 0.2, Math.Clamp(highest + 0.2, 0.2, 5)),
            snapshot => Scaled(snapshot, field(snapshot)));
        if (isBounded)
            scaled.Add.HorizontalLine(-1, 1.6f, Style.Vermillion, LinePattern.Dashed);
        sheet.Add(scaled);
    }

    private static IEnumerable<(string Title, string Symbol, Func<Snapshot, double[]?> Field)> Fields(IReadOnlyList<Snapshot> snapshots)
    {
        yield return ("forward density u (noised data)", "u", snapshot => snapshot.U);
        if (snapshots.Any(snapshot => snapshot.V is not null))
            yield return ("generated density v", "v", snapshot => snapshot.V);
    }

    private static Plot Panel(IReadOnlyList<Snapshot> snapshots, string title, string label, Interval y, Func<Snapshot, double[]?> field)
    {
        PdeDiffusion.Grids.Axis axis = snapshots[0].Grid.X;
        Plot plot = Style.NewPanel(title, Position, label, Interval.Of(axis.From, axis.To), y);
        for (int index = 0; index < snapshots.Count; index++)
        {
            if (field(snapshots[index]) is { } values)
                Style.AddCurve(plot, axis.Centres, values, Style.OfTime(index, snapshots.Count),
                    Style.Time(snapshots[index].Time));
        }

        Style.LegendAtRight(plot);
        return plot;
    }

    private static IEnumerable<double> Finite(IReadOnlyList<Snapshot> snapshots, Func<Snapshot, double[]?> field) =>
        snapshots.SelectMany(snapshot => field(snapshot) ?? []).Where(double.IsFinite);

    private static double[]? Logarithm(double[]? values) => values?.Select(value => value > 0 ? Math.Log10(value) : double.NaN).ToArray();

    private static double[] Scaled(Snapshot snapshot, double[] values) => values.Select(value => 2 * snapshot.Time * value).ToArray();
}
