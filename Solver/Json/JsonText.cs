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

    /// <summary>Writes one JSON object to a file, whole or not at all.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> members) => AtomicFile.Write(path, stream =>
    {
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    });

    /// <summary>A number, or null where it is infinite or undefined.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
