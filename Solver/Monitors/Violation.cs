using System.Globalization;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// A violated guarantee in words: which monitor, at which step and time, in which cell, what was measured and what the bound was.
/// </summary>
public static class Violation
{
    /// <summary>True if a theorem of the scheme is violated beyond rounding error; an observed reading never is.</summary>
    public static bool Is(in Reading reading) => reading is { Status: ReadingStatus.Guaranteed, Verdict: Verdict.Violated };

    /// <summary>
    /// One line, e.g. <c>li-yau-discrete is violated at step 5, t = 0.1 (σ = 0.447), cell 20 at x = 0.1: measured -41.2, bound -9.8,
    /// slack -3.2, tolerance 1e-12</c>.
    /// </summary>
    public static string Describe(in Reading reading, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        string place = reading.Cell < 0 ? ""
            : grid.Dimension == 1
                ? string.Create(CultureInfo.InvariantCulture, $", cell {reading.Cell} at x = {grid.Centre(reading.Cell, 0):G6}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", cell {reading.Cell} at (x, y) = ({grid.Centre(reading.Cell, 0):G6}, {grid.Centre(reading.Cell, 1):G6})");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{reading.Monitor} is violated at step {reading.Step}, {NoiseLevel.Text(reading.Time, "G6")}{place}: "
            + $"measured {reading.Measured:R}, bound {reading.Bound:R}, slack {reading.Slack:G3}, tolerance {reading.Tolerance:G3}");
    }
}
