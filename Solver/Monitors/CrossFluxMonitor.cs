using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>remap-cross</c>: the part of the cross correction's flux that was limited in a step (for stability, the bounds on w, or KL), relative
/// to the whole (docs/remap.md, 8); the slack is the fraction kept. A count without a verdict; the theorems that limiting enforces are
/// monitored separately.
/// </summary>
internal sealed class CrossFluxMonitor : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "remap-cross", "flux of the cross correction that was limited", "mass", "total mass", "", Relation.AtMost, ReadingStatus.Observed)
    {
        Help = new MonitorHelp(
            "much of the cross correction is cut: the error in the plane is second order in h",
            "data that are rough at the scale of the grid",
            "the share on a finer grid, with more steps"),
    };

    private SchemeCounts before = SchemeCounts.None;

    public static MonitorKind Kind { get; } = new([Descriptor], _ => new CrossFluxMonitor());

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        SchemeCounts now = level.Counts;
        double flux = now.CrossFlux - before.CrossFlux, cut = flux - (now.CrossFluxKept - before.CrossFluxKept);
        if (flux > 0)
        {
            Reading share = Judge.Read(level, Descriptor, Math.Max(cut, 0), flux, 0, guaranteed: false);
            readings.Add(share with { Verdict = Verdict.NotApplicable });
        }

        before = now;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(before.CrossFlux);
        state.Write(before.CrossFluxKept);
    }

    public void Restore(BinaryReader state) =>
        before = SchemeCounts.None with { CrossFlux = state.ReadDouble(), CrossFluxKept = state.ReadDouble() };
}
