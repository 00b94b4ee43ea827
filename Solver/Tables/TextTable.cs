namespace PdeDiffusion.Tables;

/// <summary>A table of texts for a terminal: columns as wide as their widest text, two blanks between them.</summary>
public static class TextTable
{
    /// <param name="rows">Equally long; the first is the header.</param>
    /// <param name="isText">Columns that are set to the left, as words are; numbers are set to the right.</param>
    public static void Write(TextWriter output, IReadOnlyList<IReadOnlyList<string>> rows, Predicate<int>? isText = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(rows);
        int[] widths = [.. Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length))];
        foreach (IReadOnlyList<string> row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((text, column) =>
                isText?.Invoke(column) == true ? text.PadRight(widths[column]) : text.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
