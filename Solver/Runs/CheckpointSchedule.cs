using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>When the state of a march is kept: on the config's schedule, and when the run is interrupted.</summary>
/// <param name="schedule">Null for an interruption only.</param>
internal sealed class CheckpointSchedule(CheckpointConfig? schedule)
{
    private int stepsSince;
    private long last = Stopwatch.GetTimestamp();

    /// <summary>Asked once after each step.</summary>
    public bool IsDue(March march)
    {
        if (!march.HasStepped)
            return false;
        stepsSince++;
        return march.IsCancelled || (schedule is not null
            && (schedule.Steps is { } steps ? stepsSince >= steps
                : Stopwatch.GetElapsedTime(last).TotalSeconds >= schedule.Seconds!.Value));
    }

    /// <summary>The state has been kept.</summary>
    public void Restart() => (stepsSince, last) = (0, Stopwatch.GetTimestamp());
}
