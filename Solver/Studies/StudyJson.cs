using System.Globalization;
using System.Text;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>A resolved study as JSON: the same text for the same study, wherever it is written to.</summary>
internal static class StudyJson
{
    public static string Write(StudyConfig study, RunConfig run, SourceValue? sweep, SourceValue? grid)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("name", study.Name);
            json.WritePropertyName("base");
            json.WriteRawValue(ConfigFile.Write(run with { Output = run.Output with { Directory = null } }));
            json.WritePropertyName(sweep is not null ? "sweep" : "grid");
            Write(json, sweep ?? grid!);
            json.WriteStartArray("norms");
            foreach (string norm in study.Norms)
                json.WriteStringValue(norm);
            json.WriteEndArray();
            if (study.Against is { } against)
                json.WriteString("against", ConfigKeys.WordOf(against));
            if (study.ExpectedOrder is { } expected)
            {
                json.WriteStartObject("expectedOrder");
                json.WriteNumber("order", expected.Order);
                json.WriteString("norm", expected.Norm);
                json.WriteNumber("tolerance", expected.Tolerance);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A resolved study whose keys beside the base are one record.</summary>
    /// <param name="key">The key of the record.</param>
    /// <param name="varied">The record: what is varied, and how it is measured.</param>
    public static string Write(string name, RunConfig run, string key, object varied)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.Options))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WritePropertyName("base");
            json.WriteRawValue(ConfigFile.Write(run with { Output = run.Output with { Directory = null } }));
            json.WritePropertyName(key);
            json.WriteRawValue(ConfigWriter.Write(varied));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A value as shown in tables: a string without quotes, otherwise JSON on one line.</summary>
    public static string TextOf(SourceValue value)
    {
        if (value.Kind == JsonValueKind.String)
            return value.Text;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonText.Options with { Indented = false }))
            Write(json, value);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, SourceValue value)
    {
        switch (value.Kind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach ((string name, SourceValue member) in value.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, member);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (SourceValue item in value.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValueKind.Number:
                json.WriteRawValue(value.Number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.Text);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                json.WriteBooleanValue(value.Kind == JsonValueKind.True);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
