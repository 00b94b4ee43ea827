using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using PdeDiffusion.Grids;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>The result of a run as a part of a shard; every number is read back to the bit.</summary>
internal static class LevelText
{
    /// <summary>Writes its members.</summary>
    /// <param name="withFinal">
    /// Write the density at stop too, by which the levels of a sweep and the runs of a grid over the noise level are compared.
    /// </param>
    public static void Write(Utf8JsonWriter json, LevelOutcome outcome, bool withFinal)
    {
        json.WriteString("seconds", Number(outcome.Seconds));
        json.WriteBoolean("stopped", outcome.Final is null);
        if (outcome.Violated is { } violated)
            json.WriteBoolean("violated", violated);
        if (outcome.Errors is { } errors)
        {
            json.WriteStartArray("errors");
            foreach (double error in new[] { errors.L1, errors.L2, errors.Linf, errors.KullbackLeibler })
                json.WriteStringValue(Number(error));
            json.WriteEndArray();
        }

        json.WriteStartArray("measures");
        foreach (RunMeasure measure in outcome.Measures)
        {
            json.WriteStartObject();
            json.WriteString("name", measure.Name);
            json.WriteString("label", measure.Label);
            json.WriteString("value", Number(measure.Value));
            json.WriteBoolean("isOfMonitor", measure.IsOfMonitor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (withFinal && outcome.Final is not null)
            json.WriteBase64String("final", MemoryMarshal.AsBytes<double>(outcome.Final));
    }

    /// <summary>What <see cref="Write"/> wrote. Without its density a run that was not stopped has an empty one.</summary>
    /// <param name="grid">Of the run.</param>
    /// <exception cref="FormatException">It was not written by this program.</exception>
    public static LevelOutcome Read(JsonElement content, Grid grid)
    {
        double[]? final = content.GetProperty("stopped").GetBoolean() ? null
            : content.TryGetProperty("final", out JsonElement bytes)
                ? MemoryMarshal.Cast<byte, double>(bytes.GetBytesFromBase64()).ToArray() : [];
        double[]? errors = content.TryGetProperty("errors", out JsonElement values)
            ? [.. values.EnumerateArray().Select(Value)] : null;
        return new LevelOutcome(
            grid, final, errors is null ? null : new ErrorNorms(errors[0], errors[1], errors[2], errors[3]),
            content.TryGetProperty("violated", out JsonElement violated) ? violated.GetBoolean() : null,
            Value(content.GetProperty("seconds")))
        {
            Measures =
            [
                .. content.GetProperty("measures").EnumerateArray().Select(measure => new RunMeasure(
                    measure.GetProperty("name").GetString()!, measure.GetProperty("label").GetString()!,
                    Value(measure.GetProperty("value")), measure.GetProperty("isOfMonitor").GetBoolean())),
            ],
        };
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Value(JsonElement text) => double.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
