using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// The report of a trade-off: its tables besides the cells, the results in <c>study.json</c>, and the text printed at the end.
/// </summary>
public sealed class TradeoffReport(TradeoffSummary summary, IReadOnlyList<LossWeight> loss)
{
    private readonly CellMeasure[] measures = [.. Enum.GetValues<CellMeasure>().Except(summary.LeftOut)];

    public string Recommendation { get; } = Tradeoffs.Recommendation.Of(summary);

    /// <summary>
    /// Writes <c>tradeoff-means.csv</c>, <c>-best</c>, <c>-scaling</c>, <c>-budget</c>, <c>-loss</c> and the recommendation.
    /// </summary>
    public void Write(StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] keys = ["start", "epsilon", "score", "samples"];
        folder.WriteTable(
            "tradeoff-means.csv",
            [
                .. keys, "t_min", "seeds",
                .. measures.Select(TradeoffCell.Column).Concat(["novelty_ratio", "memorisation"]).SelectMany(WithError),
            ],
            summary.Groups.SelectMany(group => Enumerable.Range(0, group.Stops.Count).Select(stop => Means(group, stop))));
        folder.WriteTable(
            "tradeoff-best.csv",
            [
                .. keys, "t_best", "at_edge",
                .. ((string[])["log_likelihood", "W2", "novelty_ratio", "memorisation", "coverage"]).SelectMany(WithError),
            ],
            summary.Groups.Select(Best));
        folder.WriteTable(
            "tradeoff-scaling.csv", ["start", "epsilon", "score", "exponent", "half_width_95"],
            summary.Scalings.Select(scaling =>
                (IReadOnlyList<object>)[scaling.Start, scaling.Epsilon, scaling.Score, scaling.Fit.Exponent, scaling.Fit.HalfWidth]));
        if (summary.Folds == 0)
        {
            folder.WriteTable(
                "tradeoff-budget.csv", [.. keys, "from", "to", .. WithError("score_error"), "share"],
                summary.Groups.SelectMany(Split));
        }

        if (loss.Count > 0)
            folder.WriteTable("tradeoff-loss.csv", LossWeight.Header, loss.Select(weight => weight.Row));
        folder.WriteText("tradeoff-recommendation.txt", Recommendation);
    }

    /// <summary>Writes <c>results</c> of <c>study.json</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteNumber("cells", summary.Cells.Count);
        if (summary.Folds > 0)
        {
            json.WriteNumber("folds", summary.Folds);
            json.WriteStartArray("leftOut");
            foreach (CellMeasure measure in summary.LeftOut)
                json.WriteStringValue(TradeoffCell.Column(measure));
            json.WriteEndArray();
        }
        else
        {
            json.WriteNumber("budgetJudged", summary.Budget.Judged);
            json.WriteNumber("budgetExceeded", summary.Budget.Exceeded);
        }

        json.WriteStartArray("scaling");
        foreach (TradeoffScaling scaling in summary.Scalings)
        {
            json.WriteStartObject();
            json.WriteString("start", scaling.Start);
            json.WriteNumber("epsilon", scaling.Epsilon);
            json.WriteString("score", scaling.Score);
            json.WriteNumberOrNull("exponent", scaling.Fit.Exponent);
            json.WriteNumberOrNull("halfWidth", scaling.Fit.HalfWidth);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("recommendation", Recommendation);
    }

    /// <summary>Prints the best t_min of every group, how it scales, what errors cost, and the recommendation.</summary>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        List<string[]> rows = [["start", "epsilon", "score", "samples", "best t", "log v", "W2", "novelty", "memorised", "coverage"]];
        foreach (TradeoffGroup group in summary.Groups)
        {
            int stop = group.BestStop;
            rows.Add(
            [
                group.Start, Text(group.Epsilon), group.Score, Text(group.Samples),
                (group.IsAtEdge ? stop == 0 ? ">= " : "<= " : "") + group.BestTime.ToString("G2", CultureInfo.InvariantCulture),
                Show(group.Of(stop, CellMeasure.LogLikelihood)), Show(group.Of(stop, CellMeasure.W2)), Show(group.Novelty(stop)),
                Show(group.MemorisedShare(stop)), Show(group.Of(stop, CellMeasure.Coverage)),
            ]);
        }

        output.WriteLine($"best t_min by held-out likelihood, means over the {(summary.Folds > 0 ? "folds" : "seeds")} "
            + $"(novelty relative to {summary.Fresh}, memorised in excess of them)");
        TextTable.Write(output, rows);
        foreach (TradeoffScaling scaling in summary.Scalings.Where(scaling => double.IsFinite(scaling.Fit.Exponent)))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"best t ~ N^p, p = {scaling.Fit.Exponent:0.00} ± {scaling.Fit.HalfWidth:0.00} (95 %): "
                + $"{scaling.Start}, epsilon {scaling.Epsilon}, {scaling.Score}"));
        }

        (int judged, int exceeded) = summary.Budget;
        if (judged > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"KL <= score-error budget in {judged - exceeded} of {judged} cells with epsilon > 0"));
        }

        if (loss.Count > 0)
            WriteLoss(output);
        output.WriteLine();
        output.Write(Recommendation);
    }

    private void WriteLoss(TextWriter output)
    {
        List<string[]> rows = [["epsilon", "t from", "to", "score error", "KL growth", "cost", "weight of bound"]];
        foreach (IGrouping<(double Epsilon, double From, double To), LossWeight> window in
            loss.GroupBy(one => (one.Epsilon, one.From, one.To)))
        {
            rows.Add(
            [
                Text(window.Key.Epsilon), Text(window.Key.From), Text(window.Key.To), Short(window.Average(one => one.Error)),
                Short(window.Average(one => one.Growth)), Show(SampleMean.Of(window.Select(one => one.Cost))), Short(window.First().Weight),
            ]);
        }

        output.WriteLine();
        output.WriteLine("increase of KL per unit of score error, ∫ E|ŝ - s|² dt, in one window of t");
        TextTable.Write(output, rows);
    }

    private IReadOnlyList<object> Means(TradeoffGroup group, int stop) =>
    [
        group.Start, group.Epsilon, group.Score, group.Samples, group.Stops[stop], group.Seeds.Count,
        .. measures.Select(measure => group.Of(stop, measure))
            .Append(group.Novelty(stop)).Append(group.Memorisation(stop)).SelectMany(Pair),
    ];

    private static IReadOnlyList<object> Best(TradeoffGroup group)
    {
        int stop = group.BestStop;
        SampleMean[] means =
        [
            group.Of(stop, CellMeasure.LogLikelihood), group.Of(stop, CellMeasure.W2), group.Novelty(stop), group.Memorisation(stop),
            group.Of(stop, CellMeasure.Coverage),
        ];
        return
        [
            group.Start, group.Epsilon, group.Score, group.Samples, group.BestTime, group.IsAtEdge ? "yes" : "no",
            .. means.SelectMany(Pair),
        ];
    }

    private static IEnumerable<IReadOnlyList<object>> Split(TradeoffGroup group)
    {
        double all = group.Of(group.Stops.Count - 1, CellMeasure.ParticleScoreError).Mean;
        for (int stop = 0; stop < group.Stops.Count; stop++)
        {
            SampleMean part = group.ScoreError(stop);
            yield return
            [
                group.Start, group.Epsilon, group.Score, group.Samples, group.Stops[stop], stop == 0 ? double.NaN : group.Stops[stop - 1],
                .. Pair(part), all > 0 ? part.Mean / all : double.NaN,
            ];
        }
    }

    private static IEnumerable<string> WithError(string column) => [column, column + "_error"];

    private static IEnumerable<object> Pair(SampleMean value) => [value.Mean, value.Error];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Show(SampleMean value) => !double.IsFinite(value.Mean) ? "-" : double.IsFinite(value.Error)
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Mean:0.000} ± {value.Error:0.000}")
        : value.Mean.ToString("0.000", CultureInfo.InvariantCulture);
}
