using System.Globalization;
using System.Text;
using CsvHelper.Configuration;
using CsvHelper;
using PdeDiffusion.Files;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes <c>readings.csv</c>: every monitor at every level in the order of the flow; infinite and undefined values are empty.
/// </summary>
public static class ReadingsWriter
{
    internal static readonly string[] Columns =
        ["step", "time", "monitor", "measured", "bound", "slack", "tolerance", "judged", "status", "verdict"];

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        AtomicFile.Write(path, stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
            using var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
            foreach (string column in Columns)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (Reading reading in readings)
                WriteRow(csv, reading);
        });
    }

    private static void WriteRow(CsvWriter csv, Reading reading)
    {
        csv.WriteField(reading.Step.ToString(CultureInfo.InvariantCulture));
        WriteNumber(csv, reading.Time);
        csv.WriteField(reading.Monitor);
        WriteNumber(csv, reading.Measured);
        WriteNumber(csv, reading.Bound);
        WriteNumber(csv, reading.Slack);
        WriteNumber(csv, reading.Tolerance);
        WriteNumber(csv, reading.Judged);
        csv.WriteField(ReadingWords.Of(reading.Status));
        csv.WriteField(ReadingWords.Of(reading.Verdict));
        csv.NextRecord();
    }

    private static void WriteNumber(CsvWriter csv, double value) =>
        csv.WriteField(double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
}
