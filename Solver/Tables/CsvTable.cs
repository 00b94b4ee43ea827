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
    private bool isFirstAgain;

    /// <param name="ofUser">
    /// True for files of other programs: quoted fields may hold commas, quotes and line ends. A quote that is not closed ends at the limit
    /// of a line.
    /// </param>
    /// <exception cref="InputException">The file cannot be read or is empty.</exception>
    public CsvTable(string path, bool ofUser = false)
    {
        Name = InputText.NameOf(path);
        var reader = new ShortLineReader(new StreamReader(InputText.Open(path, Name)), Name);
        // Without a user's quotes a row is a line, which is read faster.
        parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Mode = ofUser ? CsvMode.RFC4180 : CsvMode.NoEscape,
            TrimOptions = TrimOptions.Trim,
            CacheFields = false,
            BadDataFound = null,
            MaxFieldSize = ofUser ? ShortLineReader.MaxLength : 0,
        });
        if (!Next())
            throw InputText.Wrong(Name, "is empty");
        Header = [.. Enumerable.Range(0, parser.Count).Select(Text)];
    }

    /// <summary>The file as messages call it.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Header { get; private set; }

    /// <summary>False if the file has no header, so that <see cref="Header"/> only numbers the columns.</summary>
    public bool HasNames { get; private set; } = true;

    /// <summary>1-based line of the current row.</summary>
    public int Line => parser.RawRow;

    /// <summary>Takes the first row for data: the columns have no names, and <see cref="Read"/> returns that row next.</summary>
    public void TakeHeaderAsRow()
    {
        Header = [.. Enumerable.Range(1, Header.Count).Select(column => string.Create(CultureInfo.InvariantCulture, $"column {column}"))];
        (HasNames, isFirstAgain) = (false, true);
    }

    /// <summary>The column of a name: with these letters or, if there is none, with these in other cases.</summary>
    /// <exception cref="InputException">There is none, or there are two.</exception>
    public int Find(string name) => TryFind(name) ?? throw Wrong($"there is no column {SourceValue.Quote(name)}; {Listed()}");

    /// <inheritdoc cref="Find"/>
    /// <returns>Null if there is none.</returns>
    public int? TryFind(string name)
    {
        int[] found = [.. Places(StringComparison.Ordinal)];
        if (found.Length == 0)
            found = [.. Places(StringComparison.OrdinalIgnoreCase)];
        return found.Length == 0 ? null : found.Length == 1 ? found[0]
            : throw Wrong(
                $"there are {found.Length} columns {SourceValue.Quote(name)}: rename all but one, or give the number of the column");

        IEnumerable<int> Places(StringComparison comparison) =>
            Enumerable.Range(0, HasNames ? Header.Count : 0).Where(column => Header[column].Equals(name, comparison));
    }

    /// <summary>The columns in words, the first few.</summary>
    public string Listed()
    {
        const int most = 12;
        return $"the columns are {string.Join(", ", Header.Take(most).Select(SourceValue.Quote))}{(Header.Count > most ? ", …" : "")}";
    }

    /// <summary>Advances to the next row that is not blank; false at the end.</summary>
    /// <exception cref="InputException">A ragged row or a line that is too long.</exception>
    public bool Read()
    {
        if (isFirstAgain)
        {
            isFirstAgain = false;
            return true;
        }

        if (!Next())
            return false;
        if (parser.Count != Header.Count)
            throw Wrong($"the row has {parser.Count} fields, but the {(HasNames ? "header" : "first row")} has {Header.Count}");
        return true;
    }

    /// <summary>A finite number of the current row.</summary>
    /// <exception cref="InputException">The field is not such a number.</exception>
    public double Number(int column)
    {
        string text = Text(column);
        // The runtime ignores NUL bytes after a number.
        if (IsNumber(text, out double number) && double.IsFinite(number) && !text.Contains('\0', StringComparison.Ordinal))
            return number;
        throw Wrong($"{Header[column]} must be a finite number, but is {SourceValue.Quote(text)}");
    }

    /// <summary>A number of the current row, or NaN where the field is empty.</summary>
    /// <exception cref="InputException">The field is not such a number.</exception>
    public double NumberOrNaN(int column) => Text(column).Length == 0 ? double.NaN : Number(column);

    /// <summary>True if a field of the current row is a number, finite or not.</summary>
    public bool IsNumber(int column) => IsNumber(Text(column), out _);

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

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

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
        catch (MaxFieldSizeException)
        {
            throw Wrong($"a field is longer than {ShortLineReader.MaxLength} characters: a quote may be missing");
        }
    }
}
