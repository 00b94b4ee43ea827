using System.Globalization;
using System.Text;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// For each number of samples, the stopping time, ε, score and start with the highest mean log-likelihood of held-out samples, among the
/// scores that can be constructed from samples; with its novelty, memorisation, W2 and coverage.
/// </summary>
public sealed class Recommendation
{
    private readonly TradeoffSummary summary;
    private readonly StringBuilder text = new();

    private Recommendation(TradeoffSummary summary) => this.summary = summary;

    /// <summary>The recommendation in words, one paragraph per number of samples.</summary>
    public static string Of(TradeoffSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var recommendation = new Recommendation(summary);
        foreach (IGrouping<int, TradeoffGroup> group in
            summary.Groups.Where(group => group.IsBuiltFromSamples).GroupBy(group => group.Samples))
        {
            recommendation.Add(group.Key, [.. group]);
        }

        if (recommendation.text.Length == 0)
            recommendation.Line("No recommendation: no score in this study is constructed from samples (empirical, smoothed).");
        if (summary.Folds > 0)
        {
            recommendation.Line(
                "Left out, because the distribution behind the points is not known: KL, distance to its support, error of the score.");
        }

        return recommendation.text.ToString();
    }

    private void Add(int samples, TradeoffGroup[] groups)
    {
        TradeoffGroup best = groups.MaxBy(group => Likelihood(group).Mean)!;
        int stop = best.BestStop;
        string what = summary.Folds > 0 ? $"training points ({summary.Folds} folds)" : "samples";
        Line(string.Create(
            CultureInfo.InvariantCulture,
            $"With {samples} {what}: stop at t = {best.BestTime:G2}, epsilon = {best.Epsilon}, score {best.Score}, start {best.Start}."));
        string edge = !best.IsAtEdge ? "" : stop == 0 ? ", the largest t_min of this study: add larger ones"
            : ", the smallest t_min of this study: add smaller ones";
        Line($"  This choice has the highest held-out likelihood: mean log v = {Show(Likelihood(best))}{edge}.");
        int last = best.Stops.Count - 1;
        AddSentence(
            "  ", "; ", ($"Novelty relative to {summary.Fresh}: ", best.Novelty(stop)),
            ($"memorised in excess of {summary.Fresh}: ", best.MemorisedShare(stop)));
        if (!double.IsFinite(best.Novelty(stop).Mean))
            Line($"  Novelty is left out: all {summary.Fresh} are training points.");
        if (!double.IsFinite(best.MemorisedShare(stop).Mean))
            Line($"  Memorisation is left out: all {summary.Fresh} lie in the core of a training point.");
        if (stop < last)
        {
            AddSentence(
                $"  Continuing to t = {Show(best.Stops[last])}: ", ", ", ("novelty ", best.Novelty(last)),
                ("memorised ", best.MemorisedShare(last)), ("mean log v = ", best.Of(last, CellMeasure.LogLikelihood)));
        }

        string exact = summary.Groups.FirstOrDefault(group => group.Score == "exact" && group.Epsilon == best.Epsilon
            && group.Start == best.Start && group.Samples == samples) is { } reference
            ? $" (exact score: {Show(reference.Of(stop, CellMeasure.W2))})" : "";
        Line($"  W2 to the {(summary.Folds > 0 ? summary.Fresh : "data")}: {Show(best.Of(stop, CellMeasure.W2))}{exact}; "
            + $"coverage: {Show(best.Of(stop, CellMeasure.Coverage))} of {summary.Fresh}.");
        double until = best.Of(stop, CellMeasure.ParticleScoreError).Mean, all = best.Of(last, CellMeasure.ParticleScoreError).Mean;
        if (double.IsFinite(until) && all > 0 && stop < last)
        {
            Line($"  {Math.Round(100 * (1 - until / all))} % of the error of the score between T and t = {Show(best.Stops[last])} "
                + "occurs below this stopping time.");
        }

        TradeoffGroup[] others = [.. groups.Where(group => group != best && !IsWorse(group, best))];
        Line(others.Length == 0
            ? groups.Length == 1 ? "  No other choice was measured." : "  All other choices are worse by more than two standard errors."
            : "  Within two standard errors of it: " + string.Join("; ", others.Select(Name)) + ".");
    }

    /// <summary>Worse at its best stop by more than two standard errors of the difference, seed by seed.</summary>
    private static bool IsWorse(TradeoffGroup group, TradeoffGroup best)
    {
        SampleMean lost = best.Mean(best.Seeds.Zip(group.Seeds, (one, other) =>
            one[best.BestStop][CellMeasure.LogLikelihood] - other[group.BestStop][CellMeasure.LogLikelihood]));
        return lost.Mean > 2 * lost.Error;
    }

    /// <summary>A sentence of those quantities that mean something.</summary>
    private void AddSentence(string start, string separator, params ReadOnlySpan<(string Words, SampleMean Value)> quantities)
    {
        var known = new List<string>();
        foreach ((string words, SampleMean value) in quantities)
        {
            if (double.IsFinite(value.Mean))
                known.Add(words + Show(value));
        }

        if (known.Count == 0)
            return;
        string sentence = string.Join(separator, known);
        Line(start + (start.Trim().Length == 0 ? char.ToUpperInvariant(sentence[0]) + sentence[1..] : sentence) + ".");
    }

    private static string Name(TradeoffGroup group) => string.Create(
        CultureInfo.InvariantCulture, $"{group.Score}, epsilon {group.Epsilon}, start {group.Start} at t = {group.BestTime:G2}");

    private static SampleMean Likelihood(TradeoffGroup group) => group.Of(group.BestStop, CellMeasure.LogLikelihood);

    /// <summary>Mean ± standard error, the error with two digits.</summary>
    private static string Show(SampleMean value) => double.IsFinite(value.Error)
        ? string.Create(CultureInfo.InvariantCulture, $"{value.Mean:0.###} ± {value.Error:0.###}")
        : value.Mean.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Show(double time) => time.ToString("G2", CultureInfo.InvariantCulture);

    private void Line(string line) => text.Append(line).Append('\n');
}
