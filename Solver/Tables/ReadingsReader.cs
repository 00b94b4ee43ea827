using System.Globalization;
using CsvHelper.Configuration;
using CsvHelper;
using PdeDiffusion.Files;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tables;

/// <summary>Reads <c>readings.csv</c> back; an empty number is NaN, and the worst cell, which the file does not hold, is −1.</summary>
public static class ReadingsReader
{
    /// <exception cref="InputException">The file is missing, or a row is not one of readings; the message names the line.</exception>
    public static List<Reading> Read(string path)
    {
        var readings = new List<Reading>();
        try
        {
            using var text = new StreamReader(path);
            var settings = new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, MaxFieldSize = 1 << 16 };
            using var csv = new CsvParser(text, settings);
            if (!csv.Read() || !csv.Record!.SequenceEqual(ReadingsWriter.Columns))
                throw Wrong(path, 1, "the header must be " + string.Join(',', ReadingsWriter.Columns));
            while (csv.Read())
                readings.Add(Parse(path, csv.RawRow, csv.Record!));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CsvHelperException)
        {
            string message = failure is CsvHelperException ? "not a table of readings" : failure.Message;
            throw new InputException(new InputProblem(path, null, null, message));
        }

        return readings;
    }

    private static Reading Parse(string path, int line, string[] fields)
    {
        if (fields.Length != ReadingsWriter.Columns.Length)
            throw Wrong(path, line, $"{fields.Length} fields where {ReadingsWriter.Columns.Length} are due");
        if (!int.TryParse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int step))
            throw Wrong(path, line, $"\"{fields[0]}\" is not a step");
        return new Reading(
            step, Number(path, line, fields[1]), fields[2], Number(path, line, fields[3]), Number(path, line, fields[4]),
            Number(path, line, fields[5]), Number(path, line, fields[6]), Number(path, line, fields[7]),
            ReadingWords.ParseStatus(fields[8]) ?? throw Wrong(path, line, $"\"{fields[8]}\" is not a status"),
            ReadingWords.ParseVerdict(fields[9]) ?? throw Wrong(path, line, $"\"{fields[9]}\" is not a verdict"));
    }

    private static double Number(string path, int line, string field) =>
        field.Length == 0 ? double.NaN
        : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw Wrong(path, line, $"\"{field}\" is not a number");

    private static InputException Wrong(string path, int line, string message) => new(new InputProblem(path, null, line, message));
}
