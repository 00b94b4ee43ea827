using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Studies;

/// <summary>The results of a study, as a table on standard output, as rows of its CSV and as JSON.</summary>
/// <param name="reproducible">Leave the seconds out.</param>
public sealed class StudyReport(Study study, IReadOnlyList<SeriesOutcome> outcomes, bool reproducible)
{
    /// <summary>Measures of the table on the terminal; <c>grid.csv</c> has all of them.</summary>
    private static readonly string[] Shown =
        ["KL_T", "KL_stop", "distance_rms_stop", "concentration_exponent", "residual", "gap_W2", "gap_KL", "estimated_L1",
            "particles_L1", "slack_guaranteed"];

    /// <summary>The norms that an error is estimated in.</summary>
    private string[] Estimated => outcomes.Any(outcome => outcome.Estimates.Count > 0) ? [.. Norms.Where(norm => norm != "KL")] : [];

    /// <summary>The norm whose estimate the table on the terminal shows; null if there is none.</summary>
    private string? ShownEstimate => (study.Config.ExpectedOrder?.Norm ?? Norms.FirstOrDefault()) is { } norm && Estimated.Contains(norm)
        ? norm : null;

    private string[] Norms => study.Config.Against is null ? [] : [.. study.Config.Norms];

    /// <summary>Columns of the CSV; explained in docs/config.md.</summary>
    public IReadOnlyList<string> Header => study.IsGrid
        ? [.. outcomes[0].Series.Keys, "grid_cells", "time_steps", .. Norms, "seconds", "verdict", .. outcomes[0].MeasureNames]
        : ["sweep", "level", "cells", "steps", "h", "dt", .. Norms, .. Norms.Select(norm => "order_" + norm), "seconds", "verdict",
            .. Estimated.Select(norm => "estimated_" + norm)];

    /// <summary>One row per run.</summary>
    public IEnumerable<IReadOnlyList<object>> Rows()
    {
        for (int sweep = 0; sweep < outcomes.Count; sweep++)
        {
            SeriesOutcome outcome = outcomes[sweep];
            for (int level = 0; level < outcome.Levels.Count; level++)
            {
                int here = level;
                IEnumerable<object> errors = outcome.Norms.Select(norm => (object)norm.Errors[here]);
                object[] end = [reproducible ? double.NaN : outcome.Levels[level].Seconds, Verdict(outcome.Levels[level])];
                object[] size = [Cells(outcome.Levels[level]), outcome.Inputs[level].Config.Time.Steps];
                yield return outcome.Refinement is { } refinement
                    ? [sweep + 1, level, .. size, refinement.H[level], refinement.TimeStep[level], .. errors,
                        .. outcome.Norms.Select(norm => (object)norm.Orders[here]), .. end,
                        .. Estimated.Select(norm => (object)(outcome.Estimates[here]?.In(norm) ?? double.NaN))]
                    : [.. outcome.Inputs[level].Settings, .. size, .. errors, .. end,
                        .. outcome.MeasureNames.Select(name => (object)outcome.Measure(level, name))];
            }
        }
    }

    /// <summary>Writes the table: for a sweep what it refines, one row per level and the least-squares orders below.</summary>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (SeriesOutcome outcome in outcomes)
        {
            if (outcome.Refinement is { } refinement)
                output.WriteLine(Title(outcome.Series, refinement));
            List<string[]> rows = [Columns(outcome), .. Enumerable.Range(0, outcome.Levels.Count).Select(level => Row(outcome, level))];
            if (outcome.Refinement is not null)
            {
                rows.Add(
                    ["fit", "", "", "", .. outcome.Norms.SelectMany(norm => OfNorm(norm.Norm, "", Order(norm.Fit), "")), "", ""]);
            }


            TextTable.Write(output, rows);
            if (outcome.Norms.Any(norm => norm.AtFloor.Contains(true)))
                output.WriteLine("* at its floor: left out of the fit");
            if (ShownEstimate is not null && outcome.Estimates.Any(estimate => estimate is { Asymptotic: false }))
                output.WriteLine("? from levels that are too coarse to estimate the error");
            if (study.Config.ExpectedOrder is { } expected)
                output.WriteLine(Judgement(outcome, expected));
        }
    }

    /// <summary>Writes <c>results</c> of <c>study.json</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (study.Config.ExpectedOrder is not null)
            json.WriteBoolean("reachesOrder", outcomes.All(outcome => outcome.ReachesOrder != false));
        json.WriteStartArray(study.IsGrid ? "grid" : "sweeps");
        foreach (SeriesOutcome outcome in outcomes)
        {
            json.WriteStartObject();
            if (outcome.Series.Label.Length > 0)
                json.WriteString("label", outcome.Series.Label);
            if (outcome.Refinement is { } refinement)
                json.WriteString("refines", Word(refinement.Variable));
            if (outcome.ReachesOrder is { } reached)
                json.WriteBoolean("reachesOrder", reached);
            if (outcome.Refinement is not null)
            {
                json.WriteStartObject("orders");
                foreach (NormOutcome norm in outcome.Norms)
                    json.WriteNumberOrNull(norm.Norm, norm.Fit);
                json.WriteEndObject();
                json.WriteStartObject("levelsAtFloor");
                foreach (NormOutcome norm in outcome.Norms)
                    json.WriteNumber(norm.Norm, norm.AtFloor.Count(left => left));
                json.WriteEndObject();
            }

            json.WriteStartArray("levels");
            for (int level = 0; level < outcome.Levels.Count; level++)
                Write(json, outcome, level);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A sweep in a sentence: what it refines, the fitted orders, and whether the expected one is reached.</summary>
    public string Sentence(SeriesOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        string refined = Word(outcome.Refinement!.Variable) is "both" ? "space and time" : Word(outcome.Refinement.Variable);
        string orders = string.Join(", ", outcome.Norms.Select(norm => $"{Order(norm.Fit)} in {norm.Norm}"));
        return $"refined in {refined}, order {orders}"
            + (study.Config.ExpectedOrder is { } expected ? "; " + Judgement(outcome, expected) : "");
    }

    private void Write(Utf8JsonWriter json, SeriesOutcome outcome, int level)
    {
        json.WriteStartObject();
        json.WriteString("name", outcome.Inputs[level].Name);
        foreach (NormOutcome norm in outcome.Norms)
            json.WriteNumberOrNull(norm.Norm, norm.Errors[level]);
        if (!reproducible)
            json.WriteNumber("seconds", outcome.Levels[level].Seconds);
        json.WriteString("verdict", Verdict(outcome.Levels[level]));
        if (outcome.Levels[level].Measures is { Count: > 0 } measures)
        {
            json.WriteStartObject("measures");
            foreach (RunMeasure measure in measures)
                json.WriteNumberOrNull(measure.Name, measure.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private string[] Columns(SeriesOutcome outcome) => outcome.Refinement is null
        ? [.. outcome.Series.Keys, .. outcome.Norms.Select(norm => norm.Norm), .. ShownOf(outcome), "seconds", "verdict"]
        : ["cells", "steps", "h", "dt", .. outcome.Norms.SelectMany(norm => OfNorm(norm.Norm, norm.Norm, "order", "estimate")),
            "seconds", "verdict"];

    private string[] Row(SeriesOutcome outcome, int level)
    {
        string seconds = reproducible ? "-" : outcome.Levels[level].Seconds.ToString("0.00", CultureInfo.InvariantCulture);
        string[] end = [seconds, Verdict(outcome.Levels[level])];
        return outcome.Refinement is not { } refinement
            ? [.. outcome.Inputs[level].Settings, .. outcome.Norms.Select(norm => Error(norm.Errors[level])),
                .. ShownOf(outcome).Select(name => Short(outcome.Measure(level, name))), .. end]
            :
            [
                Cells(outcome.Levels[level]), outcome.Inputs[level].Config.Time.Steps.ToString(CultureInfo.InvariantCulture),
                refinement.H[level].ToString("G4", CultureInfo.InvariantCulture),
                refinement.TimeStep[level].ToString("G4", CultureInfo.InvariantCulture),
                .. outcome.Norms.SelectMany(norm => OfNorm(
                    norm.Norm, Error(norm.Errors[level]) + (norm.AtFloor[level] ? "*" : ""), Order(norm.Orders[level]),
                    Estimate(outcome, level, norm.Norm))),
                .. end,
            ];
    }

    /// <summary>Error and order of a norm, and the estimate where it is shown.</summary>
    private string[] OfNorm(string norm, string error, string order, string estimate) =>
        norm == ShownEstimate ? [error, order, estimate] : [error, order];

    private static string Estimate(SeriesOutcome outcome, int level, string norm) =>
        outcome.Estimates.Count == 0 || norm == "KL" || outcome.Estimates[level] is not { } estimate ? "-"
        : Error(estimate.In(norm)) + (estimate.Asymptotic ? "" : "?");

    private static IEnumerable<string> ShownOf(SeriesOutcome outcome) => Shown.Where(outcome.MeasureNames.Contains);

    private static string Short(double value) => double.IsFinite(value) ? value.ToString("G3", CultureInfo.InvariantCulture) : "-";

    private static string Title(StudySeries series, Refinement refinement) =>
        (series.Label.Length > 0 ? series.Label + ": " : "") + refinement.Variable switch
        {
            RefinedVariable.Space => "refined in space, orders in h",
            RefinedVariable.Time => "refined in time, orders in dt",
            _ => "refined in space and time, orders in h",
        };

    private static string Judgement(SeriesOutcome outcome, ExpectedOrderConfig expected)
    {
        NormOutcome norm = outcome.Norms.First(norm => norm.Norm == expected.Norm);
        int floors = norm.AtFloor.Count(left => left);
        string judged = string.Create(
            CultureInfo.InvariantCulture,
            $"order {Order(norm.Fit)} in {expected.Norm}, expected at least {expected.Order} - {expected.Tolerance}: "
            + $"{(outcome.ReachesOrder == true ? "reached" : "missed")}");
        return floors == 0 ? judged
            : FormattableString.Invariant($"{judged} ({floors} of {norm.AtFloor.Length} levels at the floor of the error, left out)");
    }

    private static string Word(RefinedVariable variable) => variable switch
    {
        RefinedVariable.Space => "space",
        RefinedVariable.Time => "time",
        _ => "both",
    };

    private static string Cells(LevelOutcome level) => string.Join('x', level.Grid.Axes.Select(axis => axis.Cells));

    private static string Verdict(LevelOutcome level) =>
        level.Violated is not { } violated ? "-" : violated ? "violated" : "held";

    private static string Error(double error) => double.IsFinite(error) ? error.ToString("0.00e+0", CultureInfo.InvariantCulture) : "-";

    private static string Order(double order) => double.IsFinite(order) ? order.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
