using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tables;

/// <summary>
/// Reads <c>readings.csv</c> back; an empty number is NaN, and the worst cell, which the file does not contain, is −1. Earlier versions
/// wrote no sigma.
/// </summary>
public static class ReadingsReader
{
    /// <exception cref="InputException">The file is missing, or a row is not one of readings; the message names the line.</exception>
    public static List<Reading> Read(string path)
    {
        using var table = new CsvTable(path);
        table.RequireHeader(string.Join(',', ReadingsWriter.Columns), string.Join(',', ReadingsWriter.Columns[..^1]));
        var readings = new List<Reading>();
        while (table.Read())
        {
            double step = table.Number(0);
            if (step != (int)step)
                throw table.Wrong($"step must be an integer, but is {SourceValue.Quote(table.Text(0))}");
            readings.Add(new Reading(
                (int)step, table.NumberOrNaN(1), table.Text(2), table.NumberOrNaN(3), table.NumberOrNaN(4), table.NumberOrNaN(5),
                table.NumberOrNaN(6), table.NumberOrNaN(7),
                ReadingWords.ParseStatus(table.Text(8)) ?? throw table.Wrong($"{SourceValue.Quote(table.Text(8))} is not a status"),
                ReadingWords.ParseVerdict(table.Text(9)) ?? throw table.Wrong($"{SourceValue.Quote(table.Text(9))} is not a verdict")));
        }

        return readings;
    }
}
