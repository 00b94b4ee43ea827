using System.Text.Encodings.Web;
using System.Text.Json;
using PdeDiffusion.Files;

namespace PdeDiffusion.Json;

/// <summary>How the files of a run's folder that are JSON are written: indented, with the line ends of every platform's tools.</summary>
internal static class JsonText
{
    public static JsonWriterOptions Options { get; } = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same for trees of nodes.</summary>
    public static JsonSerializerOptions SerializerOptions { get; } = new()
    {
        WriteIndented = true,
        NewLine = Options.NewLine,
        Encoder = Options.Encoder,
    };

    /// <summary>Writes one JSON object and a line end.</summary>
    public static void Write(Stream stream, Action<Utf8JsonWriter> members)
    {
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    /// <summary>Reads back a record that <see cref="Write"/> wrote; null if the file is not a JSON object.</summary>
    /// <exception cref="IOException">The file cannot be read, or is larger than any record.</exception>
    public static JsonDocument? ReadRecord(string path)
    {
        using FileStream stream = InputText.Open(path);
        if (stream.Length > InputText.MaxJsonBytes)
            throw new IOException($"{path} is larger than {InputText.MaxJsonBytes >> 20} MB and therefore not a record");
        try
        {
            var record = JsonDocument.Parse(stream);
            if (record.RootElement.ValueKind == JsonValueKind.Object)
                return record;
            record.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A number, or null where it is infinite or undefined.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
