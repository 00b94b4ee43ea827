using System.Diagnostics;
using System.Runtime.InteropServices;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>Reads the monitors of every level; ends the run at a violated guarantee if the config says stop.</summary>
/// <param name="readings">Readings of the run so far; new ones are appended.</param>
public sealed class MonitorWatcher(MonitorSet monitors, ViolationAction onViolation, List<Reading> readings) : IWatcher
{
    /// <summary>Time spent, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Ticks { get; private set; }

    /// <inheritdoc/>
    public bool IsDue(March march) => march.Level.Index >= 0;

    /// <inheritdoc/>
    public bool Watch(March march)
    {
        long start = Stopwatch.GetTimestamp();
        int before = readings.Count;
        monitors.Read(march.Level, readings);
        bool ends = EndsHere(onViolation, CollectionsMarshal.AsSpan(readings)[before..]);
        Ticks += Stopwatch.GetTimestamp() - start;
        return !ends;
    }

    /// <summary>True if the readings of a level end the run there: a guaranteed theorem violated, where the config says stop.</summary>
    internal static bool EndsHere(ViolationAction action, ReadOnlySpan<Reading> level)
    {
        bool violated = false;
        foreach (Reading reading in level)
            violated |= Violation.Is(reading);
        return violated && action == ViolationAction.Stop;
    }
}
