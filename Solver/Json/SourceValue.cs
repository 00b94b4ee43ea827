using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Files;

namespace PdeDiffusion.Json;

/// <summary>Where values come from.</summary>
internal enum OriginKind
{
    Json,

    /// <summary>A CSV file whose rows were inserted into the tree: paths within it mean nothing to the user.</summary>
    Table,

    /// <summary><c>--set</c> on the command line.</summary>
    CommandLine,

    /// <summary>A study's sweep or grid, which puts its values into the tree of the study's base.</summary>
    Sweep,
}

/// <summary>The file (or the command line) that contains a value.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Folder">What its relative paths are relative to.</param>
internal sealed record SourceOrigin(string Name, string Folder, OriginKind Kind)
{
    /// <summary>The origin of values given with <c>--set</c>, whose paths are relative to the current folder.</summary>
    public static SourceOrigin CommandLine { get; } = new("--set", Environment.CurrentDirectory, OriginKind.CommandLine);
}

/// <summary>A JSON value and its position.</summary>
internal sealed class SourceValue(JsonValueKind kind, object? content, double number, SourceOrigin origin, int line)
{
    public JsonValueKind Kind { get; } = kind;

    public double Number { get; } = number;

    public SourceOrigin Origin { get; } = origin;

    /// <summary>1-based line; 0 if there is none.</summary>
    public int Line { get; } = line;

    public string Text => (string)content!;

    public List<SourceValue> Items => (List<SourceValue>)content!;

    public OrderedDictionary<string, SourceValue> Members => (OrderedDictionary<string, SourceValue>)content!;

    public static SourceValue ObjectAt(SourceOrigin origin, int line) =>
        new(JsonValueKind.Object, new OrderedDictionary<string, SourceValue>(), 0, origin, line);

    public static SourceValue ArrayAt(List<SourceValue> items, SourceOrigin origin, int line) =>
        new(JsonValueKind.Array, items, 0, origin, line);

    public static SourceValue NumberAt(double number, SourceOrigin origin, int line) =>
        new(JsonValueKind.Number, null, number + 0.0, origin, line);

    public static SourceValue TextAt(string text, SourceOrigin origin, int line) => new(JsonValueKind.String, text, 0, origin, line);

    /// <summary>A deep copy, with another origin if one is given.</summary>
    public SourceValue Copy(SourceOrigin? from = null)
    {
        SourceOrigin home = from ?? Origin;
        switch (Kind)
        {
            case JsonValueKind.Object:
                SourceValue copy = ObjectAt(home, Line);
                foreach ((string name, SourceValue member) in Members)
                    copy.Members[name] = member.Copy(from);
                return copy;
            case JsonValueKind.Array:
                return ArrayAt([.. Items.Select(item => item.Copy(from))], home, Line);
            default:
                return new SourceValue(Kind, Kind == JsonValueKind.String ? Text : null, Number, home, Line);
        }
    }

    /// <summary>Number of values in it, itself included.</summary>
    public long Count => Kind switch
    {
        JsonValueKind.Array => 1 + Items.Sum(item => item.Count),
        JsonValueKind.Object => 1 + Members.Values.Sum(member => member.Count),
        _ => 1,
    };

    /// <summary>The value as messages show it, shortened.</summary>
    public string Shown() => Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Quote(Text),
        JsonValueKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    /// <inheritdoc cref="Printable.Quote"/>
    public static string Quote(string text) => Printable.Quote(text);
}
