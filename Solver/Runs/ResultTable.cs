using System.Globalization;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>
/// The end of a run on standard output: one row per monitor, the exponent of concentration, speciation times, the errors if there is a reference,
/// and the folder as the last line.
/// </summary>
public static class ResultTable
{
    /// <summary>More changes of the number of modes than this are in <c>summary.json</c> only.</summary>
    private const int MostSpeciations = 4;

    private static readonly string[] Header = ["monitor", "worst slack", "step", "time", "status", "verdict"];

    public static void Write(TextWriter output, RunSummary summary, string folder)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.Monitors.Count > 0)
            TextTable.Write(output, [Header, .. summary.Monitors.Select(Row)], column => column is < 1 or > 3);

        if (summary.Concentration is { } rate)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"concentration  sqrt(E dist^2) ~ t^{rate.Exponent:0.000}  [{rate.Low:0.000}, {rate.High:0.000}]  {rate.Levels} levels"
                + $"{(rate.Resolved ? "" : "  not resolved: fewer than four levels with sqrt(E dist^2) of three cells or more")}"));
        }

        if (summary.Speciation.Count is > 0 and <= MostSpeciations)
        {
            output.WriteLine("speciation  " + string.Join(", ", summary.Speciation.Select(time => string.Create(
                CultureInfo.InvariantCulture, $"{time.Before} -> {time.After} modes at t in [{time.Low:G4}, {time.High:G4}]"))));
        }

        if (summary.Errors is { } errors)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"error  L1 {errors.L1:0.000e+0}  L2 {errors.L2:0.000e+0}  Linf {errors.Linf:0.000e+0}  "
                + $"KL {errors.KullbackLeibler:0.000e+0}"));
        }

        output.WriteLine(folder);
    }

    private static string[] Row(MonitorSummary monitor) =>
    [
        monitor.Name,
        double.IsFinite(monitor.Worst.Slack) ? monitor.Worst.Slack.ToString("0.00e+0", CultureInfo.InvariantCulture) : "-",
        monitor.Worst.Step.ToString(CultureInfo.InvariantCulture),
        monitor.Worst.Time.ToString("G6", CultureInfo.InvariantCulture),
        ReadingWords.Of(monitor.Worst.Status),
        ReadingWords.Of(monitor.Worst.Verdict),
    ];
}
