using System.Globalization;
using System.Text;
using System.Text.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Json;

/// <summary>
/// Writes config records as JSON: keys in the order declared, absent ones left out, defaults written, numbers that round-trip.
/// </summary>
internal static class ConfigWriter
{
    public static string Write(object config)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonText.Options))
            WriteValue(writer, config);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteValue(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case Enum word:
                writer.WriteStringValue(ConfigKeys.WordOf(word));
                break;
            case double or int or long:
                writer.WriteRawValue(Number(value));
                break;
            case TimeFunction { Times.Count: 0 } constant:
                writer.WriteRawValue(Number(constant.Values[0]));
                break;
            case TimeFunction table:
                WriteValue(writer, table.Times.Select((time, row) => (IReadOnlyList<double>)[time, table.Values[row]]).ToArray());
                break;
            case IReadOnlyList<double> numbers:
                // On one line: one point per line reads better than one coordinate per line.
                writer.WriteRawValue("[" + string.Join(", ", numbers.Select(number => Number(number))) + "]");
                break;
            case IReadOnlyDictionary<string, double> named:
                writer.WriteStartObject();
                foreach ((string name, double number) in named)
                {
                    writer.WritePropertyName(name);
                    writer.WriteRawValue(Number(number));
                }

                writer.WriteEndObject();
                break;
            case System.Collections.IEnumerable items:
                writer.WriteStartArray();
                foreach (object item in items)
                    WriteValue(writer, item);
                writer.WriteEndArray();
                break;
            default:
                WriteRecord(writer, value);
                break;
        }
    }

    private static void WriteRecord(Utf8JsonWriter writer, object record)
    {
        writer.WriteStartObject();
        if (ConfigKeys.KindOf(record.GetType()) is { } kind)
            writer.WriteString("kind", kind);
        IReadOnlyList<ConfigKey> keys = ConfigKeys.Of(record.GetType());
        foreach (ConfigKey key in keys)
        {
            if (key.Property.GetValue(record) is not { } value || IsReplaced(key))
                continue;
            writer.WritePropertyName(key.Name);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();

        bool IsReplaced(ConfigKey key) => key.Meaning.ReplacedBy?.Split(' ')
            .Any(name => keys.Single(other => other.Name == name).Property.GetValue(record) is not null) ?? false;
    }

    private static string Number(object value) => value switch
    {
        double.PositiveInfinity => "\"inf\"",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
