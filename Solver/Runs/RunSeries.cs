using PdeDiffusion.Data;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>What the monitors recorded of every level: <c>information.csv</c> and, on one axis, <c>modes.csv</c>.</summary>
public sealed record RunSeries(IReadOnlyList<InformationRow> Information, IReadOnlyList<Mode> Modes)
{
    /// <summary>The series of a run; the least losses in closed form where the data have one.</summary>
    public static RunSeries Of(Problem problem, MonitorSet monitors)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(monitors);
        IReadOnlyList<InformationLevel> levels = monitors.Rows<InformationLevel>();
        double variance = DenoisingLoss.DataVariance(problem.Data, problem.Grid);
        return new RunSeries(
            [.. levels.Select(level => InformationRow.Of(level, DenoisingLoss.Of(problem.Data.ClosedForm, level.Time), variance))],
            monitors.Rows<Mode>());
    }

    /// <summary>The series of a finished run.</summary>
    /// <exception cref="Files.InputException">A file is not such a table.</exception>
    public static RunSeries Read(string folder) => new(
        InformationTable.Read(Path.Combine(folder, InformationTable.File)),
        InformationTable.ReadModes(Path.Combine(folder, InformationTable.ModesFile)));
}
