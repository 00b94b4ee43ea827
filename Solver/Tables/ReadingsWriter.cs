using PdeDiffusion.Monitors;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes <c>readings.csv</c>: every monitor at every level in the order of the flow; infinite and undefined values are
/// empty. The last column is σ = √(2t).
/// </summary>
public static class ReadingsWriter
{
    internal static readonly string[] Columns =
        ["step", "time", "monitor", "measured", "bound", "slack", "tolerance", "judged", "status", "verdict", "sigma"];

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        TableWriter.Write(stream, Columns, readings.Select(reading => (IReadOnlyList<object>)
        [
            reading.Step, reading.Time, reading.Monitor, reading.Measured, reading.Bound, reading.Slack, reading.Tolerance, reading.Judged,
            ReadingWords.Of(reading.Status), ReadingWords.Of(reading.Verdict), NoiseLevel.Sigma(reading.Time),
        ]));
    }
}
