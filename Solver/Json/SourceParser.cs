using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Files;

namespace PdeDiffusion.Json;

/// <summary>
/// Reads strict JSON (comments allowed) into values that know their line. A syntax error ends it; duplicate keys are collected.
/// </summary>
internal ref struct SourceParser
{
    private const int MaxDepth = 48;
    private const int MaxValues = 4_000_000;
    private const int MaxDuplicates = 50;

    private readonly ReadOnlySpan<byte> utf8;
    private readonly SourceOrigin origin;
    private readonly List<InputProblem> problems;
    private readonly List<string> path = [];
    private Utf8JsonReader reader;
    private int line = 1;
    private int counted;
    private int values;

    private SourceParser(ReadOnlySpan<byte> utf8, SourceOrigin origin, List<InputProblem> problems)
    {
        this.utf8 = utf8;
        this.origin = origin;
        this.problems = problems;
        reader = new Utf8JsonReader(utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, MaxDepth = MaxDepth });
    }

    /// <exception cref="InputException">A syntax error, alone.</exception>
    public static SourceValue Parse(ReadOnlySpan<byte> utf8, SourceOrigin origin, List<InputProblem> problems)
    {
        var parser = new SourceParser(utf8, origin, problems);
        try
        {
            parser.reader.Read();
            SourceValue root = parser.Value();
            parser.reader.Read();
            return root;
        }
        catch (JsonException fault)
        {
            throw parser.SyntaxError(fault);
        }
        catch (InvalidOperationException)
        {
            throw InputText.Wrong(origin.Name, "syntax error: a string contains half of a surrogate pair", parser.LineHere());
        }
    }

    private SourceValue Value()
    {
        int start = LineHere();
        if (++values > MaxValues)
            throw InputText.Wrong(origin.Name, $"contains more than {MaxValues} values; put points and scores into CSV files", start);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(start);
            case JsonTokenType.StartArray:
                return Array(start);
            case JsonTokenType.Number:
                return SourceValue.NumberAt(reader.GetDouble(), origin, start);
            case JsonTokenType.String:
                return SourceValue.TextAt(reader.GetString()!, origin, start);
            case JsonTokenType.True:
                return new SourceValue(JsonValueKind.True, null, 0, origin, start);
            case JsonTokenType.False:
                return new SourceValue(JsonValueKind.False, null, 0, origin, start);
            default:
                return new SourceValue(JsonValueKind.Null, null, 0, origin, start);
        }
    }

    private SourceValue Array(int start)
    {
        var items = new List<SourceValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isDeeper = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (isDeeper)
                path.Add(string.Create(CultureInfo.InvariantCulture, $"[{items.Count}]"));
            items.Add(Value());
            if (isDeeper)
                path.RemoveAt(path.Count - 1);
        }

        return SourceValue.ArrayAt(items, origin, start);
    }

    private SourceValue Object(int start)
    {
        SourceValue value = SourceValue.ObjectAt(origin, start);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            int keyLine = LineHere();
            reader.Read();
            path.Add(name);
            SourceValue member = Value();
            if (!value.Members.TryAdd(name, member) && problems.Count < MaxDuplicates)
            {
                problems.Add(new InputProblem(
                    origin.Name, PathHere(), keyLine, $"duplicate key, first given on line {value.Members[name].Line}"));
            }

            path.RemoveAt(path.Count - 1);
        }

        return value;
    }

    /// <summary>Built only for messages: keys may be long and many.</summary>
    private readonly string PathHere() =>
        string.Join('.', path).Replace(".[", "[", StringComparison.Ordinal);

    private int LineHere()
    {
        int position = (int)reader.TokenStartIndex;
        line += utf8[counted..position].Count((byte)'\n');
        counted = position;
        return line;
    }

    private readonly InputException SyntaxError(JsonException fault)
    {
        int faultLine = (int)(fault.LineNumber ?? 0);
        int column = (int)(fault.BytePositionInLine ?? 0);
        int start = 0;
        for (int passed = 0; passed < faultLine; passed++)
            start += utf8[start..].IndexOf((byte)'\n') + 1;
        ReadOnlySpan<byte> rest = utf8[Math.Min(start + column, utf8.Length)..];
        if (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("Inf"u8) || rest.StartsWith("I"u8))
            return InputText.Wrong(origin.Name, "syntax error: numbers must be finite, NaN and Infinity are not JSON", faultLine + 1);

        string message = fault.Message;
        if (message.Contains("invalid JSON literal", StringComparison.Ordinal))
            message = "unknown word: JSON has true, false and null; strings are quoted";

        // The message ends with a 0-based position and advice to programmers.
        foreach (string end in (string[])[" LineNumber:", " Change the reader options", " Path:"])
        {
            if (message.IndexOf(end, StringComparison.Ordinal) is var cut and >= 0)
                message = message[..cut];
        }

        return InputText.Wrong(origin.Name, $"syntax error: {message.Trim()} (column {column + 1})", faultLine + 1);
    }
}
