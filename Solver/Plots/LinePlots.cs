using PdeDiffusion.Flows;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Figures of a run on one axis: one line per snapshot, coloured by time.</summary>
internal sealed class LinePlots
{
    private const double Width = 500, Height = 340;

    /// <summary>The log-density is shown over this many decades at most: deeper valleys would flatten everything else.</summary>
    private const double Decades = 40;

    private readonly RunView view;
    private readonly Portion part;

    private LinePlots(RunView view) => (this.view, part) = (view, new Portion(view.Snapshots[0].Grid, view.Window));

    private IReadOnlyList<Snapshot> Snapshots => view.Snapshots;

    public static Figure Densities(RunView view)
    {
        var lines = new LinePlots(view);
        Sheet sheet = lines.NewSheet("densities");
        foreach ((string panelTitle, string symbol, Func<Snapshot, double[]?> field) in lines.Fields())
        {
            double[]?[] values = lines.Of(field);
            Interval y = Interval.Of(Finite(values).Append(0).Min(), Finite(values).Append(0).Max() * 1.06);
            sheet.Add(lines.Panel(panelTitle, $"{symbol}(t, x) (1/length)", y, values));
        }

        return sheet.ToFigure("densities", view.Rendering);
    }

    public static Figure LogDensities(RunView view)
    {
        var lines = new LinePlots(view);
        Sheet sheet = lines.NewSheet("log-densities");
        foreach ((string panelTitle, string symbol, Func<Snapshot, double[]?> field) in lines.Fields())
        {
            double[]?[] values = [.. lines.Of(field).Select(Logarithm)];
            Interval range = Interval.Covering(Finite(values));
            Interval y = Interval.Of(Math.Max(range.Low, range.High - Decades), range.High).Padded(0.04);
            Plot panel = lines.Panel(panelTitle, $"{symbol}(t, x) (1/length, log axis)", y, values);
            panel.Axes.Left.TickGenerator = new LogTicks();
            sheet.Add(panel);
        }

        return sheet.ToFigure("log-densities", view.Rendering);
    }

    /// <summary>
    /// ∇log u as it is, on an axis that shows small and large times alike, and times 2t, whose teeth of slope −1 keep their size as
    /// t → 0; below them the same of the driving score, where it is another.
    /// </summary>
    public static Figure Score(RunView view)
    {
        var lines = new LinePlots(view);
        Sheet sheet = lines.NewSheet("score");
        lines.AddScores(sheet, lines.Of(snapshot => snapshot.GradLogU[0]), "s", "score s = ∇ log u");
        if (!view.Snapshots.All(snapshot => snapshot.IsOwnScore))
            lines.AddScores(sheet, lines.Of(snapshot => snapshot.Score[0]), "ŝ", "driving score ŝ of generation");
        return sheet.ToFigure("score", view.Rendering);
    }

    /// <summary>
    /// Δ log u with the Li–Yau bound −1/(2t) as a dashed line of the same colour, and 2t Δ log u, for which every bound is −1; below them
    /// div ŝ of the driving score, where it is another: no theorem bounds it.
    /// </summary>
    public static Figure DivScore(RunView view)
    {
        var lines = new LinePlots(view);
        Sheet sheet = lines.NewSheet("divergence of the score and the Li–Yau bound");
        lines.AddDivergences(sheet, lines.Of(snapshot => snapshot.LapLogU), "Δ log u", isBounded: true);
        if (!view.Snapshots.All(snapshot => snapshot.IsOwnScore))
            lines.AddDivergences(sheet, lines.Of(snapshot => snapshot.DivScore), "div ŝ", isBounded: false);
        return sheet.ToFigure("div-score", view.Rendering);
    }

    /// <summary>A column of the snapshots' files: densities on a linear axis, others on one that shows small and large values
    /// alike where they differ much.</summary>
    public static Figure Column(RunView view, SnapshotColumn column)
    {
        var lines = new LinePlots(view);
        Sheet sheet = lines.NewSheet(column.Title, panels: 1);
        double[]?[] values = lines.Of(column.Of);
        ValueAxis axis = column.IsDensity ? ValueAxis.Linear : ValueAxis.Signed(Finite(values));
        double[]?[] shown = [.. values.Select(own => own?.Select(axis.Of).ToArray())];
        Interval y = Interval.Covering(column.IsDensity ? Finite(shown).Append(0) : Finite(shown)).Padded(0.05);
        Plot panel = lines.Panel("", axis.Labelled($"{column.Symbol}(t, x)", column.Units), y, shown);
        panel.Axes.Left.TickGenerator = axis.Ticks;
        sheet.Add(panel);
        return sheet.ToFigure(column.FigureName, view.Rendering);
    }

    private void AddScores(Sheet sheet, double[]?[] values, string symbol, string name)
    {
        SignedLog scale = SignedLog.For(Finite(values), 4);
        double[]?[] shown = [.. values.Select(own => scale.Of(own))], scaled = Scaled(values);
        Plot raw = Panel(
            name, $"{symbol}(t, x) (1/length, signed log axis)", Interval.Covering(Finite(shown)).Padded(0.04), shown);
        raw.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        sheet.Add(raw);
        sheet.Add(Panel(
            $"2t {symbol}: the displacement to the data as t → 0", $"2t {symbol}(t, x) (length)",
            Interval.Covering(Finite(scaled)).Padded(0.04), scaled));
    }

    private void AddDivergences(Sheet sheet, double[]?[] values, string symbol, bool isBounded)
    {
        double[] bounds = [.. Snapshots.Where(snapshot => isBounded && snapshot.Time > 0).Select(snapshot => -0.5 / snapshot.Time)];
        SignedLog scale = SignedLog.For(Finite(values).Concat(bounds), 5);
        double[]?[] shown = [.. values.Select(own => scale.Of(own))], scaled = Scaled(values);
        Plot raw = Panel(
            isBounded ? $"{symbol}; dashed: the bound −1/(2t)" : $"{symbol} of the driving score",
            $"{symbol}(t, x) (1/length², signed log axis)",
            Interval.Covering(Finite(shown).Concat(bounds.Select(scale.Of))).Padded(0.05), shown);
        raw.Axes.Left.TickGenerator = new SignedLogTicks(scale);
        for (int index = 0; index < Snapshots.Count && isBounded; index++)
        {
            if (Snapshots[index].Time > 0)
                raw.Add.HorizontalLine(scale.Of(-0.5 / Snapshots[index].Time), 1.2f, Style.OfTime(index, Snapshots.Count),
                    LinePattern.Dashed);
        }

        sheet.Add(raw);

        // Between data points 2t Δ log u grows like 1/t: the bound is what matters, so the panel ends a few times above it.
        double highest = Finite(scaled).Append(0).Max(), lowest = Finite(scaled).Append(0).Min();
        Plot right = Panel(
            isBounded ? $"2t {symbol}; dashed: the bound −1" : $"2t {symbol}", $"2t {symbol}(t, x) (dimensionless)",
            Interval.Of(Math.Clamp(lowest, -5, -1) - 0.2, Math.Clamp(highest + 0.2, 0.2, 5)), scaled);
        if (isBounded)
            right.Add.HorizontalLine(-1, 1.6f, Style.Vermillion, LinePattern.Dashed);
        sheet.Add(right);
    }

    /// <summary>A sheet whose key tells the times, which all panels have in common.</summary>
    private Sheet NewSheet(string what, int panels = 2) => new($"{view.Title}: {what}", panels, Width, Height, Sheet.PlainMargins)
    {
        Key = [.. Snapshots.Select((snapshot, index) => new LegendItem
        {
            LabelText = Style.Time(snapshot.Time),
            LineColor = Style.OfTime(index, Snapshots.Count),
            LineWidth = Style.LineWidth,
        })],
    };

    private IEnumerable<(string Title, string Symbol, Func<Snapshot, double[]?> Field)> Fields()
    {
        yield return ("forward density u (noised data)", "u", snapshot => snapshot.U);
        if (Snapshots.Any(snapshot => snapshot.V is not null))
            yield return ("generated density v", "v", snapshot => snapshot.V);
    }

    /// <summary>A field of every snapshot in the window; null where a snapshot has none.</summary>
    private double[]?[] Of(Func<Snapshot, double[]?> field) =>
        [.. Snapshots.Select(snapshot => field(snapshot) is { } values ? part.Of(values) : null)];

    private Plot Panel(string title, string label, Interval y, double[]?[] values)
    {
        Plot plot = Style.NewPanel(title, Style.PositionX, label, view.Window.X, y);
        for (int index = 0; index < values.Length; index++)
        {
            if (values[index] is { } own)
                Style.AddCurve(plot, part.Grid.X.Centres, own, Style.OfTime(index, values.Length));
        }

        return plot;
    }

    private static IEnumerable<double> Finite(IEnumerable<double[]?> values) =>
        values.SelectMany(own => own ?? []).Where(double.IsFinite);

    private static double[]? Logarithm(double[]? values) => values?.Select(value => value > 0 ? Math.Log10(value) : double.NaN).ToArray();

    private double[]?[] Scaled(double[]?[] values) =>
        [.. values.Select((own, index) => own?.Select(value => 2 * Snapshots[index].Time * value).ToArray())];
}
