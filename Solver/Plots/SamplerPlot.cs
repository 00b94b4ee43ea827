using PdeDiffusion.Samplers;
using PdeDiffusion.Statistics;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>
/// Samplers: W_2 to the exact law over the calls of the score, a panel per kind of levels. Markers are samples with standard errors, lines
/// the law without sampling where it is known; what exact draws give is shaded.
/// </summary>
public static class SamplerPlot
{
    private const int MostColumns = 3;

    public static Figure Draw(SamplerSummary summary, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(summary);
        string[] schedules = [.. summary.Curves.Select(curve => curve.Schedule).Distinct()];
        string[] methods = [.. summary.Curves.Select(curve => curve.Method).Distinct()];
        var all = summary.Rows.Select(row => (row.Calls, Values: (double[])[row[SamplerMeasure.W2].Mean, row.Map.W2])).ToArray();
        double[] errors =
            [.. all.SelectMany(row => row.Values).Append(summary.Floor.Mean).Where(value => value > 0 && double.IsFinite(value))];
        (double, double) x = (all.Min(row => row.Calls), all.Max(row => row.Calls)), y = (errors.Min(), errors.Max());
        var sheet = new Sheet(
            $"{summary.Study.Name}: {summary.Distance} to the exact law, ε = {summary.Study.Base.Run.Generation!.Epsilon}",
            Math.Min(MostColumns, schedules.Length), 330, 300, Sheet.PlainMargins)
        {
            Key = Keys(summary),
        };
        foreach (string schedule in schedules)
        {
            var curves = new List<TradeoffCurve>();
            foreach (SamplerCurve curve in summary.Curves.Where(curve => curve.Schedule == schedule))
                curves.AddRange(Curves(curve, Array.IndexOf(methods, curve.Method)));
            sheet.Add(new TradeoffPanel($"{schedule} levels", "calls of the score", summary.Distance, true, true, curves)
            {
                Legend = Alignment.LowerLeft,
                Range = (x, y),
                Room = 0.09 * methods.Length,
                ShadedBelow = summary.Floor.Mean + 2 * summary.Floor.Deviation,
            }.Draw());
        }

        return sheet.ToFigure("samplers", rendering);
    }

    /// <summary>What lines and markers are, whatever their colour.</summary>
    private static List<LegendItem> Keys(SamplerSummary summary)
    {
        List<LegendItem> keys =
        [
            new()
            {
                LabelText = "samples, standard error",
                MarkerStyle = new MarkerStyle(MarkerShape.FilledCircle, 6, Style.Grey),
            },
            new() { LabelText = "what exact draws have", FillColor = Style.GridLine, OutlineColor = Style.GridLine },
        ];
        if (summary.HasMap)
        {
            keys.Insert(1, new()
            {
                LabelText = "without sampling",
                LineColor = Style.Grey,
                LineWidth = Style.LineWidth,
                LinePattern = LinePattern.Dashed,
            });
        }

        return keys;
    }

    private static IEnumerable<TradeoffCurve> Curves(SamplerCurve curve, int index)
    {
        double[] calls = [.. curve.Rows.Select(row => (double)row.Calls)];
        SampleMean[] sampled = [.. curve.Rows.Select(row => row[SamplerMeasure.W2])];
        bool hasMap = curve.Rows.Any(row => double.IsFinite(row.Map.W2));
        string order = double.IsFinite(curve.Order.Exponent) ? $": order {SamplerReport.Order(curve.Order)}" : "";
        yield return new TradeoffCurve(
            curve.Method + order, calls, [.. sampled.Select(mean => mean.Mean)], [.. sampled.Select(mean => mean.Error)],
            Style.Category(index), Joined: !hasMap)
        {
            Shape = Style.Shape(index),
        };
        if (hasMap)
        {
            yield return new TradeoffCurve(
                "", calls, [.. curve.Rows.Select(row => row.Map.W2)], [], Style.Category(index), Dashed: true);
        }
    }
}
