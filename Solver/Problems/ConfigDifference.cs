using System.Globalization;
using System.Text.Json;

namespace PdeDiffusion.Problems;

/// <summary>The keys in which two resolved configs differ, for a message.</summary>
internal static class ConfigDifference
{
    private const int MaxKeys = 8;
    private const int MaxValueLength = 40;

    /// <summary>As in <c>time.steps is 40 there but 60 here</c>, one clause per key; null if the configs mean the same.</summary>
    public static string? Between(string thereJson, string hereJson)
    {
        using var there = JsonDocument.Parse(thereJson);
        using var here = JsonDocument.Parse(hereJson);
        var clauses = new List<string>();
        Collect("", there.RootElement, here.RootElement, clauses);
        if (clauses.Count == 0)
            return null;
        string more = clauses.Count > MaxKeys ? $", and {(clauses.Count - MaxKeys).ToString(CultureInfo.InvariantCulture)} more" : "";
        return string.Join(", ", clauses.Take(MaxKeys)) + more;
    }

    private static void Collect(string path, JsonElement? there, JsonElement? here, List<string> clauses)
    {
        if (there is { ValueKind: JsonValueKind.Object } left && here is { ValueKind: JsonValueKind.Object } right)
        {
            IEnumerable<string> names = left.EnumerateObject().Concat(right.EnumerateObject()).Select(member => member.Name).Distinct();
            foreach (string name in names)
                Collect(path.Length == 0 ? name : $"{path}.{name}", Member(left, name), Member(right, name), clauses);
        }
        else if (there is { } first && here is { } second ? !JsonElement.DeepEquals(first, second) : there.HasValue != here.HasValue)
        {
            clauses.Add($"{path} is {Shown(there)} there but {Shown(here)} here");
        }
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string Shown(JsonElement? value)
    {
        if (value is null)
            return "absent";
        string text = value.Value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= MaxValueLength ? text : text[..MaxValueLength] + "…";
    }
}
