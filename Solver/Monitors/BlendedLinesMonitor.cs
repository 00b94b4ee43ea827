using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>remap-guard</c>: the number of lines of a step that the parabolic remap blended with its Markov form (docs/remap.md), out of all
/// lines swept. A count without a verdict; the theorems that blending enforces are monitored separately.
/// </summary>
internal sealed class BlendedLinesMonitor : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "remap-guard", "lines of cells that the limiter changed", "lines", "total lines", "", Relation.AtMost, ReadingStatus.Observed)
    {
        Help = new MonitorHelp(
            "the limiter of KL acts in many lines: the step is first order there",
            "data that are rough at the scale of the grid",
            "the count on a finer grid"),
    };

    public static MonitorKind Kind { get; } = new([Descriptor], _ => new BlendedLinesMonitor());

    private SchemeCounts before = SchemeCounts.None;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        SchemeCounts now = level.Counts;
        long lines = now.Lines - before.Lines;
        if (lines > 0)
        {
            Reading count = Judge.Read(level, Descriptor, now.Blended - before.Blended, lines, 0, guaranteed: false);
            readings.Add(count with { Verdict = Verdict.NotApplicable });
        }

        before = now;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(before.Lines);
        state.Write(before.Blended);
    }

    public void Restore(BinaryReader state) => before = SchemeCounts.None with { Lines = state.ReadInt64(), Blended = state.ReadInt64() };
}
