using System.Globalization;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>How much a verb says at its end.</summary>
public enum Detail
{
    /// <summary>The verdict and the folder.</summary>
    Quiet,

    /// <summary>The monitors that checked something, the findings, and the folder.</summary>
    Normal,

    /// <summary>As normal, with counts and the monitors that do not apply.</summary>
    Verbose,
}

/// <summary>
/// The end of a run on standard output: one row per monitor, the findings in words, and the folder as the last line.
/// </summary>
public static class ResultTable
{
    private static readonly string[] Header = ["monitor", "worst slack", "step", "time", "status", "verdict"];

    public static void Write(TextWriter output, RunSummary summary, string folder, Detail detail = Detail.Normal)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(summary);
        MonitorSummary[] shown = detail == Detail.Quiet ? []
            : [.. summary.Monitors.Where(monitor => detail == Detail.Verbose || monitor.Worst.Verdict != Verdict.NotApplicable)];
        if (shown.Length > 0)
        {
            TextTable.Write(output, [Header, .. shown.Select(Row)], column => column is < 1 or > 3);
            output.WriteLine();
        }

        foreach (string line in Findings.Lines([.. summary.Findings.Take(detail == Detail.Quiet ? 1 : int.MaxValue)]))
            output.WriteLine(line);
        output.WriteLine(folder);
    }

    private static string[] Row(MonitorSummary monitor) =>
    [
        monitor.Name,
        Slack(monitor.Worst),
        monitor.Worst.Step.ToString(CultureInfo.InvariantCulture),
        monitor.Worst.Time.ToString("G6", CultureInfo.InvariantCulture),
        ReadingWords.Of(monitor.Worst.Status),
        ReadingWords.Of(monitor.Worst.Verdict),
    ];

    /// <summary>Against a bound of 0 a slack has no scale: the measured value is shown there.</summary>
    private static string Slack(in Reading worst) =>
        worst.Bound == 0 && double.IsFinite(worst.Measured) ? "min " + worst.Measured.ToString("0.0e+0", CultureInfo.InvariantCulture)
        : double.IsFinite(worst.Slack) ? worst.Slack.ToString("0.00e+0", CultureInfo.InvariantCulture) : "-";
}
