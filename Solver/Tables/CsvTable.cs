using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using PdeDiffusion.Files;
using PdeDiffusion.Json;

namespace PdeDiffusion.Tables;

/// <summary>
/// A CSV file of numbers under a header, read row by row. Every row has as many fields as the header; no line is longer than 10 000
/// characters.
/// </summary>
internal sealed class CsvTable : IDisposable
{
    private readonly CsvParser parser;

    /// <exception cref="InputException">The file cannot be read or is empty.</exception>
    public CsvTable(string path)
    {
        Name = InputText.NameOf(path);
        var reader = new ShortLineReader(new StreamReader(InputText.Open(path, Name)), Name);
        // A row is a line: quotes hold no line ends or commas here, and are taken off where a program writes them.
        parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Mode = CsvMode.NoEscape,
            TrimOptions = TrimOptions.Trim,
            CacheFields = false,
        });
        if (!Next())
            throw InputText.Wrong(Name, "is empty");
        Header = [.. Enumerable.Range(0, parser.Count).Select(Text)];
    }

    /// <summary>The file as messages call it.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Header { get; }

    /// <summary>1-based line of the current row.</summary>
    public int Line => parser.RawRow;

    /// <summary>Advances to the next row that is not blank; false at the end.</summary>
    /// <exception cref="InputException">A ragged row or a line that is too long.</exception>
    public bool Read()
    {
        if (!Next())
            return false;
        if (parser.Count != Header.Count)
            throw Wrong($"the row has {parser.Count} fields, but the header has {Header.Count}");
        return true;
    }

    /// <summary>A finite number of the current row.</summary>
    /// <exception cref="InputException">The field is not such a number.</exception>
    public double Number(int column)
    {
        string text = Text(column);
        // The runtime ignores NUL bytes after a number.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            && !text.Contains('\0', StringComparison.Ordinal))
        {
            return number;
        }

        throw Wrong($"{Header[column]} must be a finite number, but is {SourceValue.Quote(text)}");
    }

    /// <summary>A number of the current row, or NaN where the field is empty.</summary>
    /// <exception cref="InputException">The field is not such a number.</exception>
    public double NumberOrNaN(int column) => Text(column).Length == 0 ? double.NaN : Number(column);

    /// <summary>The text of a field of the current row, without the quotes and the blanks around it.</summary>
    public string Text(int column)
    {
        string text = parser[column];
        return text.Length >= 2 && text[0] == '"' && text[^1] == '"' ? text[1..^1].Trim() : text;
    }

    /// <summary>The exception for the current row.</summary>
    public InputException Wrong(string message) => InputText.Wrong(Name, message, Line);

    /// <exception cref="InputException">The header is not one of those allowed, e.g. <c>x</c> or <c>x,y</c>.</exception>
    public void RequireHeader(params ReadOnlySpan<string> allowed)
    {
        string header = string.Join(',', Header);
        if (!allowed.Contains(header))
            throw Wrong($"the header must be {string.Join(" or ", allowed.ToArray())}, but is {SourceValue.Quote(header)}");
    }

    public void Dispose() => parser.Dispose();

    private bool Next()
    {
        try
        {
            return parser.Read();
        }
        catch (IOException fault)
        {
            throw InputText.Wrong(Name, "cannot be read: " + fault.Message.ReplaceLineEndings(" "));
        }
    }
}
