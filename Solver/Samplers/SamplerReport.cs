using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Samplers;

/// <summary>The report of a study of samplers: the text printed at the end, and the results in <c>study.json</c>.</summary>
public sealed class SamplerReport(SamplerSummary summary, SamplerStudyRun run)
{
    /// <summary>Columns of steps of the table on the terminal; <c>samplers.csv</c> has all.</summary>
    private const int MostShown = 8;

    private readonly string recommendation = summary.Recommendation();

    /// <summary>Writes <c>samplers-recommendation.txt</c>.</summary>
    public void Write(StudyFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.WriteText("samplers-recommendation.txt", recommendation);
    }

    /// <summary>Writes <c>results</c> of <c>study.json</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        LawOfStudy law = summary.Law;
        json.WriteNumber("samplers", summary.Rows.Count);
        json.WriteStartObject("law");
        Pair("toForward", law.ToForward);
        Pair(law.IsErrorExact ? "error" : "differenceFromHalfResolution", law.Error);
        if (law.Push is { } push)
            Pair("uncertaintyOfExactLaw", push.Uncertainty);
        json.WriteEndObject();
        json.WriteStartObject("floor");
        foreach (SamplerMeasure measure in Enum.GetValues<SamplerMeasure>())
            json.WriteNumberOrNull(SamplerRow.Column(measure), law.Floor.Means[(int)measure]);
        json.WriteEndObject();
        json.WriteStartArray("orders");
        foreach (SamplerCurve curve in summary.Curves)
        {
            json.WriteStartObject();
            json.WriteString("method", curve.Method);
            json.WriteString("schedule", curve.Schedule);
            json.WriteNumberOrNull("W1", curve.OrderOfW1.Exponent);
            json.WriteNumberOrNull("W2", curve.Order.Exponent);
            json.WriteStartArray("steps");
            foreach (SamplerRow row in curve.Fitted)
                json.WriteNumberValue(row.Steps);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("churnedEpsilon");
        foreach (Sampler sampler in run.Samplers.Where(sampler => run.ChurnedNoise(sampler).Count > 0))
        {
            json.WriteStartObject();
            json.WriteString("schedule", sampler.Schedule.Label);
            json.WriteNumber("steps", sampler.Steps);
            json.WriteStartArray("epsilon");
            foreach ((double time, double epsilon) in run.ChurnedNoise(sampler))
            {
                json.WriteStartArray();
                json.WriteNumberValue(time);
                json.WriteNumberValue(epsilon);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("recommendation", recommendation);

        void Pair(string name, (double W1, double W2) distances)
        {
            json.WriteStartObject(name);
            json.WriteNumberOrNull("W1", distances.W1);
            json.WriteNumberOrNull("W2", distances.W2);
            json.WriteEndObject();
        }
    }

    /// <summary>Prints W_2 of every method and schedule over the steps, the orders, and the recommendation.</summary>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        int[] steps = [.. summary.Rows.Select(row => row.Steps).Distinct().Order().TakeLast(MostShown)];
        List<string[]> rows =
        [
            ["method", "schedule", "order of W1", "of W2", .. steps.Select(step => step.ToString(CultureInfo.InvariantCulture))],
            .. summary.Curves.Select(curve => (string[])[
                curve.Method, curve.Schedule, Order(curve.OrderOfW1), Order(curve.Order),
                .. steps.Select(step => Text(curve.Rows.First(row => row.Steps == step)))]),
        ];
        output.WriteLine(
            $"{summary.Distance} to the exact law over the steps, "
            + (summary.HasMap ? "without sampling where it is deterministic" : "of samples") + " (* at the floor of sampling)");
        TextTable.Write(output, rows, column => column < 2);
        LawOfStudy law = summary.Law;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"floor of {summary.Study.Config.Count} samples: {Quoted.Number(summary.Floor.Mean)} ± "
            + $"{Quoted.Number(summary.Floor.Deviation)} per seed; v is {Quoted.Number(law.ToForward.W2)} from u(stop)"));
        if (double.IsFinite(law.Error.W2))
        {
            output.WriteLine(law.IsErrorExact ? $"v on the grid is {Quoted.Number(law.Error.W2)} from the exact law"
                : $"v on the grid is {Quoted.Number(law.Error.W2)} from v at half the resolution");
        }

        output.WriteLine();
        output.Write(recommendation);
    }

    /// <summary>An order with two decimals; a dash if there is none.</summary>
    public static string Order(PowerLawFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return double.IsFinite(fit.Exponent) ? fit.Exponent.ToString("0.00", CultureInfo.InvariantCulture) : "-";
    }

    private string Text(SamplerRow row) => Quoted.Number(row.Error) + (summary.IsAtFloor(row) ? "*" : "");
}
