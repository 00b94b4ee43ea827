using System.Globalization;
using System.Text.Json;

namespace PdeDiffusion.Studies;

/// <summary>A row of a study's table that a shard kept.</summary>
internal readonly record struct RowText(IReadOnlyList<string> Fields)
{
    private const string Member = "rows";

    /// <summary>Writes rows as a part of a shard; every number is read back to the bit.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<IReadOnlyList<object>> rows)
    {
        json.WriteStartArray(Member);
        foreach (IReadOnlyList<object> row in rows)
        {
            json.WriteStartArray();
            foreach (object field in row)
                json.WriteStringValue(Convert.ToString(field, CultureInfo.InvariantCulture));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static IEnumerable<RowText> Read(JsonElement part) => part.GetProperty(Member).EnumerateArray()
        .Select(row => new RowText([.. row.EnumerateArray().Select(field => field.GetString()!)]));

    public string Text(int column) => Fields[column];

    /// <summary>A number, finite or not.</summary>
    public double Number(int column) => double.Parse(Fields[column], CultureInfo.InvariantCulture);
}
