using System.Globalization;
using PdeDiffusion.Statistics;
using PdeDiffusion.Tradeoffs;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>
/// The figures of a trade-off: frontier, held-out likelihood, scaling of the best t_min, memorisation, score error over t, cost of score
/// errors, and an overview of all. Rings mark the best t_min by held-out likelihood.
/// </summary>
public sealed class TradeoffPlots
{
    private const string Time = "t_min (length²)";

    private readonly string title;
    private readonly TradeoffSummary summary;
    private readonly IReadOnlyList<LossWeight> loss;
    private readonly Rendering rendering;
    private readonly int[] samples;
    private readonly TradeoffScaling[] facets;
    private readonly bool hasScaling;
    private readonly bool hasScoreErrors;

    /// <param name="title">What study.</param>
    /// <param name="loss">Empty if none was measured.</param>
    public TradeoffPlots(string title, TradeoffSummary summary, IReadOnlyList<LossWeight> loss, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(summary);
        (this.title, this.summary, this.loss, this.rendering) = (title, summary, loss, rendering);
        samples = [.. summary.Groups.Select(group => group.Samples).Distinct().Order()];
        facets = [.. summary.Scalings.OrderBy(one => one.Score, StringComparer.Ordinal)];
        hasScaling = samples.Length > 1;
        hasScoreErrors = summary.Folds == 0;
    }

    /// <summary>All of them; those with nothing to show are left out.</summary>
    public IEnumerable<Figure> Draw()
    {
        if (facets.Length > 0)
        {
            yield return Sheet("frontier", "fidelity over novelty, t_min decreasing along the curves", FrontierPanel);
            yield return Sheet("likelihood", "held-out likelihood over t_min", LikelihoodPanel);
            yield return Sheet("memorisation", $"memorised fraction in excess of {summary.Fresh}", MemorisedPanel);
            if (hasScoreErrors)
                yield return Sheet("budget", "score error over t", BudgetPanel);
            if (hasScaling)
                yield return Single("scaling", $"{title}: best t_min by held-out likelihood", ScalingPanel(Alignment.LowerLeft, 0.2));
        }

        if (loss.Count > 0)
            yield return Single("loss", $"{title}: increase of KL per unit of score error over t", LossPanel(Alignment.LowerRight, 0.4));
        if (facets.Length > 0)
            yield return Overview();
    }

    private Figure Overview()
    {
        TradeoffScaling facet = facets.OrderByDescending(one => one.Epsilon).ThenBy(one => one.Score, StringComparer.Ordinal).First();
        var panels = new List<TradeoffPanel>
        {
            FidelityPanel(facet) with { Title = "fidelity" },
            FrontierPanel(facet) with { Title = "frontier: fidelity over novelty" },
            LikelihoodPanel(facet) with { Title = "held-out likelihood" },
            MemorisedPanel(facet) with { Title = $"memorised in excess of {summary.Fresh}" },
        };
        if (hasScoreErrors)
            panels.Add(BudgetPanel(facet) with { Title = "score error over t" });
        if (loss.Count > 0)
            panels.Add(LossPanel(Alignment.LowerRight, 0.75) with { Title = "cost of score errors" });
        else if (hasScaling)
            panels.Add(ScalingPanel(Alignment.LowerLeft, 0.75) with { Title = "best t_min" });
        int columns = panels.Count == 4 ? 2 : 3;
        var sheet = new Sheet($"{title}: {Name(facet)}", columns, 300, 220, Plots.Sheet.PlainMargins) { Key = Keys(FidelityPanel(facet)) };
        foreach (TradeoffPanel panel in panels)
            sheet.Add(panel.Draw());
        return sheet.ToFigure("tradeoff-overview", rendering);
    }

    private Figure Sheet(string name, string what, Func<TradeoffScaling, TradeoffPanel> panel)
    {
        int columns = Math.Clamp(facets.Select(facet => (facet.Start, facet.Epsilon)).Distinct().Count(), 1, 3);
        TradeoffPanel[] panels = [.. facets.Select(panel)];
        var sheet = new Sheet($"{title}: {what}", columns, 320, 240, Plots.Sheet.PlainMargins) { Key = Keys(panels[0]) };
        foreach (TradeoffPanel one in panels)
            sheet.Add(one.Draw());
        return sheet.ToFigure("tradeoff-" + name, rendering);
    }

    private Figure Single(string name, string heading, TradeoffPanel panel)
    {
        var sheet = new Sheet(heading, 1, 560, 380, Plots.Sheet.UntitledMargins);
        sheet.Add(panel.Draw());
        return sheet.ToFigure("tradeoff-" + name, rendering);
    }

    private TradeoffPanel FidelityPanel(TradeoffScaling facet)
    {
        List<TradeoffCurve> curves = Curves(facet, group => group.Stops, (group, stop) => group.Of(stop, CellMeasure.W2), exact: true);
        double[] stops = [.. facet.Groups[0].Stops];

        // The distance in W2 per direction of space that the noise at t alone makes: the rate of the exact score.
        double[] rate = [.. stops.Select(t => Math.Sqrt(2 * t))];
        curves.Add(new TradeoffCurve("√(2t)", stops, rate, [], Style.GridLine.Darken(.3), Dashed: true));
        return new TradeoffPanel(Name(facet), Time, Distance, true, true, curves);
    }

    private TradeoffPanel FrontierPanel(TradeoffScaling facet) => new(
        Name(facet), $"novelty (1: as {summary.Fresh}; log axis)", Distance, true, true,
        Curves(facet, group => [.. Enumerable.Range(0, group.Stops.Count).Select(stop => group.Novelty(stop).Mean)],
            (group, stop) => group.Of(stop, CellMeasure.W2), exact: false));

    private TradeoffPanel LikelihoodPanel(TradeoffScaling facet)
    {
        List<TradeoffCurve> curves = Curves(
            facet, group => group.Stops, (group, stop) => group.Of(stop, CellMeasure.LogLikelihood), exact: true);

        // Memorisation has a likelihood of minus infinity: the panel ends below the best value of every curve.
        double[] best = [.. curves.Select(curve => curve.Y.Where(double.IsFinite).DefaultIfEmpty(0).Max())];
        return new TradeoffPanel(Name(facet), Time, "mean log v(t_min)", true, false, curves) { Floor = best.Min() - 2.5 };
    }

    private TradeoffPanel MemorisedPanel(TradeoffScaling facet) => new(
        Name(facet), Time, "excess memorised fraction", true, false,
        Curves(facet, group => group.Stops, (group, stop) => group.MemorisedShare(stop), exact: false))
    {
        Least = 0,
    };

    /// <summary>∫ E_v|ŝ − s|² dt over each window, per e-fold of t.</summary>
    private TradeoffPanel BudgetPanel(TradeoffScaling facet)
    {
        var curves = new List<TradeoffCurve>();
        foreach (TradeoffGroup group in facet.Groups)
        {
            int[] windows = [.. Enumerable.Range(1, Math.Max(0, group.Stops.Count - 1))];
            double[] folds = [.. windows.Select(stop => Math.Log(group.Stops[stop - 1] / group.Stops[stop]))];
            SampleMean[] errors = [.. windows.Select(group.ScoreError)];
            curves.Add(new TradeoffCurve(
                Label(group.Samples), [.. windows.Select(stop => Math.Sqrt(group.Stops[stop - 1] * group.Stops[stop]))],
                [.. errors.Zip(folds, (error, fold) => error.Mean / fold)], [.. errors.Zip(folds, (error, fold) => error.Error / fold)],
                Color(group.Samples)));
        }

        return new TradeoffPanel(Name(facet), "t (length²)", "∫ E|ŝ − s|² dt per e-fold of t", true, true, curves);
    }

    private TradeoffPanel ScalingPanel(Alignment corner, double room)
    {
        var curves = new List<TradeoffCurve>();
        for (int index = 0; index < facets.Length; index++)
        {
            TradeoffScaling facet = facets[index];
            TradeoffGroup[] inside = [.. facet.Groups.Where(group => !group.IsAtEdge)];
            string fit = double.IsFinite(facet.Fit.Exponent)
                ? string.Create(CultureInfo.InvariantCulture, $": N^{facet.Fit.Exponent:0.00}±{facet.Fit.HalfWidth:0.00}").Replace('-', '−')
                : "";
            SampleMean[] times = [.. inside.Select(group => SampleMean.Of(group.BestTimes))];
            double[] counts = [.. inside.Select(group => (double)group.Samples)];
            curves.Add(new TradeoffCurve(
                Name(facet) + fit, counts, [.. times.Select(time => time.Mean)], [.. times.Select(time => time.Error)],
                Style.Category(index), Joined: false));
            curves.Add(new TradeoffCurve("", counts, [.. counts.Select(facet.Fit.At)], [], Style.Category(index), Dashed: true));
        }

        return new TradeoffPanel("", "training samples N", "best t_min (length²)", true, true, curves) { Legend = corner, Room = room };
    }

    private TradeoffPanel LossPanel(Alignment corner, double room)
    {
        var curves = new List<TradeoffCurve>();
        int index = 0;
        foreach (IGrouping<double, LossWeight> noise in loss.GroupBy(one => one.Epsilon))
        {
            var windows = noise.GroupBy(one => (one.From, one.To)).Select(window => (
                Time: Math.Sqrt(window.Key.From * window.Key.To), Cost: SampleMean.Of(window.Select(one => one.Cost)),
                window.First().Weight)).ToArray();
            Color color = Style.Category(index++);
            double[] times = [.. windows.Select(window => window.Time)];
            curves.Add(new TradeoffCurve(
                $"ε = {Style.Number(noise.Key)}: measured", times, [.. windows.Select(window => window.Cost.Mean)],
                [.. windows.Select(window => window.Cost.Error)], color));
            curves.Add(new TradeoffCurve(
                $"ε = {Style.Number(noise.Key)}: (1+ε)²/4ε", times, [.. windows.Select(window => window.Weight)], [], color, Dashed: true));
        }

        return new TradeoffPanel("", "t of the error (length²)", "KL growth / ∫ E|ŝ − s|² dt", true, true, curves)
        {
            Legend = corner,
            Room = room,
        };
    }

    /// <summary>One curve per number of samples and, if asked for, that of the exact score.</summary>
    private List<TradeoffCurve> Curves(
        TradeoffScaling facet, Func<TradeoffGroup, IReadOnlyList<double>> x, Func<TradeoffGroup, int, SampleMean> y, bool exact)
    {
        var curves = new List<TradeoffCurve>();
        foreach (TradeoffGroup group in facet.Groups)
            curves.Add(Curve(group, Label(group.Samples), Color(group.Samples), group.BestStop));
        TradeoffGroup? other = exact ? summary.Groups.LastOrDefault(group =>
            group.Score == "exact" && group.Start == facet.Start && group.Epsilon == facet.Epsilon) : null;
        if (other is not null)
            curves.Add(Curve(other, "exact score", Style.Ink, -1) with { Dashed = true, Errors = [] });
        return curves;

        TradeoffCurve Curve(TradeoffGroup group, string label, Color color, int best)
        {
            SampleMean[] values = [.. Enumerable.Range(0, group.Stops.Count).Select(stop => y(group, stop))];
            return new TradeoffCurve(
                label, [.. x(group)], [.. values.Select(value => value.Mean)], [.. values.Select(value => value.Error)], color, best);
        }
    }

    private string Distance => $"W2 to the {(summary.Folds > 0 ? summary.Fresh : "data")} (length)";

    private static LegendItem[] Keys(TradeoffPanel panel) => [.. panel.Curves.Select(curve => curve.Key)];

    private string Name(TradeoffScaling facet)
    {
        string name = $"{facet.Score}, ε = {Style.Number(facet.Epsilon)}";
        return summary.Groups.Select(group => group.Start).Distinct().Count() > 1 ? $"{name}, {facet.Start}" : name;
    }

    private Color Color(int count) => Style.Category(Array.IndexOf(samples, count));

    private static string Label(int count) => $"N = {count.ToString(CultureInfo.InvariantCulture)}";
}
