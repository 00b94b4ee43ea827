using PdeDiffusion.Samplers;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Reports;

/// <summary>What the page of a study of samplers says: the recommendation, the error over the calls, the orders, all rows.</summary>
public static class SamplerPage
{
    /// <summary>The content of the page.</summary>
    public static ReportContent Of(SamplerSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var sentences = new List<ReportSentence>();
        foreach (string line in summary.Recommendation().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == ' ')
                sentences[^1] = sentences[^1] with { More = (sentences[^1].More + " " + line.Trim()).Trim() };
            else
                sentences.Add(new ReportSentence(line.TrimEnd('.')));
        }

        return new ReportContent(summary.Study.Name, "Study of samplers", null, null, sentences,
        [
            new ReportSection("Error over the calls of the score", [.. Curves(summary)]),
            new ReportSection("Orders", [.. StudyPage.Table(
                "Order in the number of steps", ["method", "schedule", "of W1", "of W2", "fitted over the steps"],
                summary.Curves.Select(curve => (IReadOnlyList<object>)[
                    curve.Method, curve.Schedule, SamplerReport.Order(curve.OrderOfW1), SamplerReport.Order(curve.Order),
                    string.Join(", ", curve.Fitted.Select(row => FormattableString.Invariant($"{row.Steps}")))]))]),
            new ReportSection("Samplers", [.. StudyPage.Table(
                "One row per sampler", SamplerRow.Header, summary.Rows.Select(row => row.Row))]),
            StudyPage.Repeat(summary.Study.Json, "study.json"),
        ]);
    }

    private static IEnumerable<ReportPart> Curves(SamplerSummary summary)
    {
        foreach (IGrouping<string, SamplerCurve> schedule in summary.Curves.GroupBy(curve => curve.Schedule))
        {
            var curves = new List<ReportCurve>();
            foreach (SamplerCurve curve in schedule)
            {
                double[] calls = [.. curve.Rows.Select(row => (double)row.Calls)];
                SampleMean[] sampled = [.. curve.Rows.Select(row => row[SamplerMeasure.W2])];
                curves.Add(new ReportCurve(curve.Method, calls, [.. sampled.Select(mean => mean.Mean)]) { HasMarks = true });
                if (curve.Rows.Any(row => double.IsFinite(row.Map.W2)))
                {
                    curves.Add(new ReportCurve(
                        $"{curve.Method}, without sampling: order {SamplerReport.Order(curve.Order)}", calls,
                        [.. curve.Rows.Select(row => row.Map.W2)])
                    { IsDashed = true });
                }
            }

            double[] ends = [summary.Rows.Min(row => row.Calls), summary.Rows.Max(row => row.Calls)];
            if (ends[1] > ends[0])
                curves.Add(new ReportCurve("floor of sampling", ends, [summary.Floor.Mean, summary.Floor.Mean]) { IsDashed = true });
            yield return new ReportCurves($"{schedule.Key} levels", "calls of the score", summary.Distance, curves)
            {
                IsXLog = true,
                IsYLog = true,
            };
        }
    }
}
