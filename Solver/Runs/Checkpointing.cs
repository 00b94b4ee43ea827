using System.Diagnostics;
using System.Text;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>When a run writes checkpoints, and what goes into them. When depends on the clock if the config says so; what never does.</summary>
public sealed class Checkpointing
{
    private readonly CheckpointConfig? schedule;
    private readonly RunFolder folder;
    private readonly RunIdentity identity;
    private readonly MonitorSet? monitors;
    private int stepsSince;
    private long last = Stopwatch.GetTimestamp();

    /// <param name="identity">What the run was when it began: its files may change while it goes on.</param>
    public Checkpointing(CheckpointConfig? schedule, RunIdentity identity, RunFolder folder, MonitorSet? monitors) =>
        (this.schedule, this.identity, this.folder, this.monitors) = (schedule, identity, folder, monitors);

    /// <summary>Counts a step; true if a checkpoint is due after it.</summary>
    public bool IsDueAfterStep()
    {
        stepsSince++;
        return schedule is not null
            && (schedule.Steps is { } steps ? stepsSince >= steps
                : Stopwatch.GetElapsedTime(last).TotalSeconds >= schedule.Seconds!.Value);
    }

    /// <summary>Takes a checkpoint's content now and returns what writes it later, when the snapshots before it are on disk.</summary>
    /// <param name="density">Copied: the run goes on in the same array.</param>
    /// <param name="flow">The generation under way, whose scheme may keep more than v; null on the way forward.</param>
    public Action Prepare(CheckpointPhase phase, int step, double[] density, IReadOnlyList<Reading> readings, BackwardFlow? flow)
    {
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true))
        {
            monitors?.Save(writer);
            flow?.Save(writer);
        }

        stepsSince = 0;
        last = Stopwatch.GetTimestamp();
        double[] copy = [.. density];
        Reading[] until = [.. readings];
        byte[] memory = state.ToArray();
        return () => folder.Write(new Checkpoint(identity, phase, step, copy, until, [.. folder.SnapshotTimes], memory));
    }

    /// <summary>Puts readings, monitors and the scheme back to where a checkpoint found them.</summary>
    /// <exception cref="InputException">The state is of other monitors.</exception>
    public void Restore(Checkpoint checkpoint, List<Reading> readings, BackwardFlow? flow)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(readings);
        readings.AddRange(checkpoint.Readings);
        using var reader = new BinaryReader(new MemoryStream(checkpoint.MonitorState), Encoding.UTF8);
        try
        {
            monitors?.Restore(reader);
            flow?.Restore(reader);
        }
        catch (EndOfStreamException)
        {
            throw new InputException(new InputProblem(
                folder.Path, null, null, "holds a checkpoint of other monitors: start anew with --force"));
        }
    }
}
