using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>remap-guard</c>: how many lines of a step the parabolic remap had to blend with its Markov form (docs/remap.md), out of all it swept. Only a count,
/// with nothing to judge (the slack is the share of lines left alone), and <c>remap-cross</c>: how much of the cross correction's flux was cut, out of all of it (the slack is
/// the share kept). The theorems that the guard keeps have readings of their own.
/// </summary>
internal sealed class GuardMonitor : IMonitor
{
    private SchemeCounts before = SchemeCounts.None;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        SchemeCounts now = level.Counts;
        long lines = now.Lines - before.Lines;
        if (lines > 0)
            readings.Add(Judge.Upper(level, "remap-guard", now.Blended - before.Blended, lines, 0, guaranteed: false) with { Verdict = Verdict.NotApplicable });
        double flux = now.CrossFlux - before.CrossFlux, kept = now.CrossFluxKept - before.CrossFluxKept;
        if (flux > 0)
            readings.Add(Judge.Upper(level, "remap-cross", Math.Max(flux - kept, 0), flux, 0, guaranteed: false) with { Verdict = Verdict.NotApplicable });
        before = now;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(before.Lines);
        state.Write(before.Blended);
        state.Write(before.CrossFlux);
        state.Write(before.CrossFluxKept);
    }

    public void Restore(BinaryReader state) => before = SchemeCounts.None with
    {
        Lines = state.ReadInt64(),
        Blended = state.ReadInt64(),
        CrossFlux = state.ReadDouble(),
        CrossFluxKept = state.ReadDouble(),
    };
}
