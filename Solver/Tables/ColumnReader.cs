using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>Reads one column of numbers from a CSV file; others are ignored.</summary>
internal static class ColumnReader
{
    private const int MaxRows = 1_000_000;

    /// <exception cref="InputException">The file is missing or empty, has no such column, or a row is ragged or not numeric.</exception>
    public static IReadOnlyList<(double Value, int Line)> Read(string path, string column)
    {
        using var table = new CsvTable(path);
        int index = table.Header.ToList().IndexOf(column);
        if (index < 0)
            throw table.Wrong($"the header must contain {column}");
        var rows = new List<(double Value, int Line)>();
        while (table.Read())
        {
            if (rows.Count == MaxRows)
                throw table.Wrong($"more than {MaxRows} rows");
            rows.Add((table.Number(index), table.Line));
        }

        return rows.Count > 0 ? rows : throw InputText.Wrong(table.Name, "has a header but no rows");
    }
}
