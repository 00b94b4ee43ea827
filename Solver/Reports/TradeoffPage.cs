using System.Globalization;
using PdeDiffusion.Statistics;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Reports;

/// <summary>
/// What the page of a trade-off says: the recommendation, the frontier of novelty and likelihood, the likelihood over t_min, how the best
/// t_min scales, the means of all cells.
/// </summary>
public static class TradeoffPage
{
    /// <summary>Most curves of a figure; more are not distinguishable.</summary>
    private const int MostCurves = 12;

    /// <summary>The content of the page.</summary>
    public static ReportContent Of(Tradeoff tradeoff, TradeoffSummary summary, IReadOnlyList<LossWeight> loss)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(loss);
        var sections = new List<ReportSection>
        {
            new("Frontier", [.. Frontier(summary)]),
            new("Best stopping time of each group", [.. StudyPage.Table(
                "Means over the seeds at the best t_min",
                ["start", "epsilon", "score", "samples", "best t_min", "at the edge", "log v", "novelty", "memorised", "W2", "coverage"],
                summary.Groups.Select(Best))]),
        };
        if (summary.Scalings.Any(scaling => double.IsFinite(scaling.Fit.Exponent)))
            sections.Add(Scaling(summary));
        if (loss.Count > 0)
        {
            sections.Add(new ReportSection("Cost of an error of the score", [.. StudyPage.Table(
                "Increase of KL per unit of score error, by window of t", LossWeight.Header, loss.Select(weight => weight.Row))]));
        }

        sections.Add(new ReportSection("All stopping times", [.. StudyPage.Table(
            "Means over the seeds", ["start", "epsilon", "score", "samples", "t_min", "log v", "novelty", "memorised", "W2", "coverage"],
            summary.Groups.SelectMany(group => Enumerable.Range(0, group.Stops.Count).Select(stop => Row(group, stop))))]));
        sections.Add(StudyPage.Repeat(tradeoff.Json, "study.json"));
        return new ReportContent(tradeoff.Name, "Trade-off", null, null, Recommended(summary), sections);
    }

    /// <summary>A sentence for each paragraph of the recommendation, the indented lines below it as its reasons.</summary>
    private static List<ReportSentence> Recommended(TradeoffSummary summary)
    {
        var sentences = new List<ReportSentence>();
        foreach (string line in Recommendation.Of(summary).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == ' ' && sentences.Count > 0)
                sentences[^1] = sentences[^1] with { More = (sentences[^1].More + " " + line.Trim()).Trim() };
            else
                sentences.Add(new ReportSentence(line.Trim().TrimEnd('.')));
        }

        return sentences;
    }

    private static IEnumerable<ReportPart> Frontier(TradeoffSummary summary)
    {
        TradeoffGroup[] shown = [.. summary.Groups.OrderByDescending(group => group.IsBuiltFromSamples)
            .ThenByDescending(group => group.Of(group.BestStop, CellMeasure.LogLikelihood).Mean).Take(MostCurves)];
        yield return new ReportPaths(
            "Novelty against held-out likelihood, one point per t_min",
            $"novelty relative to {summary.Fresh}", "mean log v",
            [.. shown.Select(group => Path(group, Name(group)))]);
        yield return new ReportCurves(
            "Held-out likelihood over t_min", "t_min", "mean log v",
            [.. shown.Select(group => Curve(group, Name(group), stop => group.Of(stop, CellMeasure.LogLikelihood)))])
        { IsXLog = true };
        yield return new ReportCurves(
            "Fraction memorised in excess", "t_min", "fraction",
            [.. shown.Select(group => Curve(group, Name(group), group.MemorisedShare))])
        { IsXLog = true };
        if (shown.Length < summary.Groups.Count)
        {
            yield return new ReportText(string.Create(
                CultureInfo.InvariantCulture,
                $"Curves of {shown.Length} of {summary.Groups.Count} groups, those built from samples and with the greatest likelihood "
                + $"first."));
        }

        // What all have in common is not repeated with every curve.
        string Name(TradeoffGroup group) => string.Create(
            CultureInfo.InvariantCulture, $"{group.Score}, ε = {group.Epsilon}, N = {group.Samples}")
            + (summary.Groups.All(other => other.Start == group.Start) ? "" : $", start {group.Start}");
    }

    private static ReportPath Path(TradeoffGroup group, string name)
    {
        int[] stops = [.. Enumerable.Range(0, group.Stops.Count).Where(stop =>
            double.IsFinite(group.Novelty(stop).Mean) && double.IsFinite(group.Of(stop, CellMeasure.LogLikelihood).Mean))];
        return new ReportPath(
            name, [.. stops.Select(stop => group.Novelty(stop).Mean)],
            [.. stops.Select(stop => group.Of(stop, CellMeasure.LogLikelihood).Mean)],
            [.. stops.Select(stop => $"t_min = {ReportNumber.Text(group.Stops[stop])}")]);
    }

    private static ReportCurve Curve(TradeoffGroup group, string name, Func<int, SampleMean> quantity)
    {
        int[] rising = [.. Enumerable.Range(0, group.Stops.Count).Reverse()];
        return new ReportCurve(
            name, [.. rising.Select(stop => group.Stops[stop])], [.. rising.Select(stop => quantity(stop).Mean)])
        { HasMarks = true };
    }

    private static ReportSection Scaling(TradeoffSummary summary) => new(
        "How the best stopping time falls with the number of samples",
        [.. StudyPage.Table(
            "Fits t* ≈ C N^p with the half-width of the 95 % interval", ["start", "epsilon", "score", "p", "± (95 %)"],
            summary.Scalings.Where(scaling => double.IsFinite(scaling.Fit.Exponent)).Select(scaling =>
                (IReadOnlyList<object>)[scaling.Start, scaling.Epsilon, scaling.Score, scaling.Fit.Exponent, scaling.Fit.HalfWidth]))]);

    private static IReadOnlyList<object> Best(TradeoffGroup group)
    {
        int stop = group.BestStop;
        return
        [
            group.Start, group.Epsilon, group.Score, group.Samples, group.BestTime, group.IsAtEdge ? "yes" : "no", .. Measures(group, stop),
        ];
    }

    private static IReadOnlyList<object> Row(TradeoffGroup group, int stop) =>
        [group.Start, group.Epsilon, group.Score, group.Samples, group.Stops[stop], .. Measures(group, stop)];

    private static IEnumerable<object> Measures(TradeoffGroup group, int stop) =>
    [
        Text(group.Of(stop, CellMeasure.LogLikelihood)), Text(group.Novelty(stop)), Text(group.MemorisedShare(stop)),
        Text(group.Of(stop, CellMeasure.W2)), Text(group.Of(stop, CellMeasure.Coverage)),
    ];

    private static string Text(SampleMean value) => !double.IsFinite(value.Mean) ? "-" : double.IsFinite(value.Error)
        ? $"{ReportNumber.Text(value.Mean)} ± {value.Error.ToString("G2", CultureInfo.InvariantCulture)}" : ReportNumber.Text(value.Mean);
}
