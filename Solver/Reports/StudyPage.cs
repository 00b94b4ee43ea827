using System.Globalization;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Reports;

/// <summary>What the page of a study says: orders and fits, or the measures of a grid of parameters; its table; how to repeat it.</summary>
public static class StudyPage
{
    /// <summary>Most rows of a table on a page.</summary>
    internal const int MostRows = 1000;

    /// <summary>Most curves of a figure; more are not distinguishable.</summary>
    private const int MostCurves = 12;

    /// <summary>The content of the page.</summary>
    /// <param name="report">Its table.</param>
    public static ReportContent Of(Study study, IReadOnlyList<SeriesOutcome> outcomes, StudyReport report)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(report);
        string[] violated =
        [
            .. outcomes.SelectMany(outcome => outcome.Inputs.Zip(outcome.Levels))
                .Where(run => run.Second.Violated == true).Select(run => run.First.Name),
        ];
        bool missed = outcomes.Any(outcome => outcome.ReachesOrder == false);
        bool judged = outcomes.Any(outcome => outcome.ReachesOrder == true);
        var sentences = new List<ReportSentence>();
        if (violated.Length > 0)
        {
            sentences.Add(new ReportSentence(string.Create(
                CultureInfo.InvariantCulture,
                $"a guaranteed theorem is violated in {violated.Length} runs: {string.Join("; ", violated)}")));
        }

        foreach (SeriesOutcome outcome in outcomes)
        {
            string label = outcome.Series.Label.Length > 0 ? outcome.Series.Label + ": " : "";
            if (outcome.Refinement is not null)
                sentences.Add(new ReportSentence(label + report.Sentence(outcome)));
        }

        if (study.IsGrid)
            sentences.AddRange(Extremes(outcomes[0]));
        var sections = new List<ReportSection>();
        foreach (SeriesOutcome outcome in outcomes)
        {
            ReportPart[] curves = [.. outcome.Refinement is null ? OfGrid(outcome) : OfSweep(outcome)];
            if (curves.Length > 0)
                sections.Add(new ReportSection(outcome.Series.Label.Length > 0 ? outcome.Series.Label : "Curves", curves));
        }

        sections.Add(new ReportSection("Runs", [.. Table("One row per run", report.Header, report.Rows())]));
        sections.Add(Repeat(study.Json, "study.json"));
        return new ReportContent(
            study.Config.Name, study.IsGrid ? "Study of parameters" : "Refinement study",
            violated.Length > 0 ? "violated" : missed ? "order missed" : judged ? "order reached" : null,
            violated.Length > 0 || missed ? false : judged ? true : null, sentences, sections);
    }

    /// <summary>A table of numbers and texts, and how many of its rows are shown if not all.</summary>
    internal static IEnumerable<ReportPart> Table(string caption, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object>> rows)
    {
        IReadOnlyList<object>[] all = [.. rows];
        yield return new ReportTable(
            caption, header, [.. all.Take(MostRows).Select(row => (IReadOnlyList<string>)[.. row.Select(Cell)])]);
        if (all.Length > MostRows)
        {
            yield return new ReportText(string.Create(
                CultureInfo.InvariantCulture, $"The first {MostRows} of {all.Length} rows; the CSV has all of them."));
        }
    }

    /// <summary>Config, version and how to run it again.</summary>
    internal static ReportSection Repeat(string json, string file) => HowToRepeat.Of(
        "study", json, file,
        $"The record {file} contains the resolved study; its file of input, where it is kept, gives the same results:", "study FILE");

    private static string Cell(object value) => value switch
    {
        double number => ReportNumber.Text(number),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>The errors over h or Δt with their fits, on log axes.</summary>
    private static IEnumerable<ReportCurves> OfSweep(SeriesOutcome outcome)
    {
        Refinement refinement = outcome.Refinement!;
        string scale = refinement.Variable == RefinedVariable.Time ? "mean time step Δt" : "cell width h";
        // From the finest level: a curve has increasing x.
        int[] order = [.. Enumerable.Range(0, refinement.Scale.Count).OrderBy(level => refinement.Scale[level])];
        double[] x = [.. order.Select(level => refinement.Scale[level])];
        foreach (NormOutcome norm in outcome.Norms)
        {
            double[] errors = [.. order.Select(level => norm.Errors[level] > 0 ? norm.Errors[level] : double.NaN)];
            if (!errors.Any(double.IsFinite))
                continue;
            PowerLawFit fit = Orders.Fit([.. refinement.Scale], norm.Errors, norm.AtFloor);
            var curves = new List<ReportCurve> { new(norm.Norm, x, errors) { HasMarks = true } };
            if (double.IsFinite(fit.Exponent))
            {
                curves.Add(new ReportCurve(
                    string.Create(CultureInfo.InvariantCulture, $"fit, order {fit.Exponent:0.00}"), x,
                    [.. x.Select(one => Math.Exp(fit.LogFactor + fit.Exponent * Math.Log(one)))])
                {
                    IsDashed = true,
                });
            }

            yield return new ReportCurves($"Error in {norm.Norm}", scale, "error", curves) { IsXLog = true, IsYLog = true };
        }
    }

    /// <summary>
    /// Each measure over the parameter with the most values that are numbers, a curve for each choice of the others; a measure that all
    /// runs share is left out.
    /// </summary>
    private static IEnumerable<ReportPart> OfGrid(SeriesOutcome outcome)
    {
        double[][] values =
        [
            .. Enumerable.Range(0, outcome.Series.Keys.Count).Select(
                key => (double[])[.. outcome.Inputs.Select(run => Number(run.Settings[key]))]),
        ];
        int[] numeric = [.. Enumerable.Range(0, values.Length).Where(key => values[key].All(double.IsFinite))];
        if (numeric.Length == 0)
            yield break;
        int over = numeric.MaxBy(key => values[key].Distinct().Count());
        if (values[over].Distinct().Count() < 2)
            yield break;
        (string Name, int[] Runs)[] groups =
        [
            .. Enumerable.Range(0, outcome.Inputs.Count)
                .GroupBy(run => string.Join(
                    ", ", outcome.Series.Keys.Zip(outcome.Inputs[run].Settings).Where((_, key) => key != over)
                        .Select(pair => $"{pair.First} = {pair.Second}")))
                .Select(group => (group.Key, (int[])[.. group.OrderBy(run => values[over][run])])),
        ];
        bool isLog = values[over].Min() > 0 && values[over].Max() / values[over].Min() > 30;
        foreach (string name in outcome.MeasureNames)
        {
            double[] all = [.. Enumerable.Range(0, outcome.Inputs.Count).Select(run => outcome.Measure(run, name))];
            if (all.Where(double.IsFinite).Select(ReportNumber.Text).Distinct().Count() < 2)
                continue;
            yield return new ReportCurves(
                name, outcome.Series.Keys[over], name,
                [
                    .. groups.Take(MostCurves).Select(group => new ReportCurve(
                        group.Name.Length > 0 ? group.Name : name, [.. group.Runs.Select(run => values[over][run])],
                        [.. group.Runs.Select(run => all[run])])
                    { HasMarks = true }),
                ])
            { IsXLog = isLog };
        }

        if (groups.Length > MostCurves)
        {
            yield return new ReportText(string.Create(
                CultureInfo.InvariantCulture, $"The first {MostCurves} of {groups.Length} curves; the table has all runs."));
        }
    }

    private static double Number(string setting) =>
        double.TryParse(setting, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;

    /// <summary>The runs with the least and the greatest value of the first measures.</summary>
    private static IEnumerable<ReportSentence> Extremes(SeriesOutcome outcome)
    {
        const int Most = 4;
        int[] runs = [.. Enumerable.Range(0, outcome.Inputs.Count)];
        foreach (string name in outcome.MeasureNames
            .Where(name => runs.Select(run => outcome.Measure(run, name)).Where(double.IsFinite)
                .Select(ReportNumber.Text).Distinct().Count() > 1).Take(Most))
        {
            int[] finite = [.. runs.Where(run => double.IsFinite(outcome.Measure(run, name)))];
            int least = finite.MinBy(run => outcome.Measure(run, name)), greatest = finite.MaxBy(run => outcome.Measure(run, name));
            yield return new ReportSentence(
                $"{name} is least, {ReportNumber.Text(outcome.Measure(least, name))}, with {outcome.Inputs[least].Name} and greatest, "
                + $"{ReportNumber.Text(outcome.Measure(greatest, name))}, with {outcome.Inputs[greatest].Name}");
        }
    }
}
