using System.Globalization;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Reports;

/// <summary>The last section of every page: version, command, config.</summary>
internal static class HowToRepeat
{
    /// <summary>Most characters of a config; longer lists of points are cut.</summary>
    private const int MostConfig = 60_000;

    /// <param name="subject">What the JSON is, e.g. config.</param>
    /// <param name="json">It, resolved.</param>
    /// <param name="record">The file that contains it too.</param>
    /// <param name="instruction">What to do before the command, with a colon at the end.</param>
    /// <param name="arguments">Of the program, the one that runs now: with networks or without.</param>
    public static ReportSection Of(string subject, string json, string record, string instruction, string arguments)
    {
        bool isCut = json.Length > MostConfig;
        string cut = !isCut ? "" : string.Create(
            CultureInfo.InvariantCulture, $" Shown are the first {MostConfig} of its {json.Length} characters.");
        (string version, string? commit) = RunRecord.Build;
        return new ReportSection(
            "How to repeat it",
            [
                new ReportText($"PdeDiffusion {version}{(commit is null ? "" : $", commit {commit}")}. {instruction}"),
                new ReportCode($"{ProgramCall.Text} {arguments}"),
                new ReportFold(
                    $"The resolved {subject}",
                    [new ReportText($"Also in {record}.{cut}"), new ReportCode(isCut ? json[..MostConfig] : json)]),
            ]);
    }
}
