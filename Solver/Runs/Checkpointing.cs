using System.Text;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>
/// Writes checkpoints on their schedule, and one when the run is interrupted. The times may depend on the clock; the content does not.
/// </summary>
/// <param name="schedule">Null for a checkpoint at an interruption only.</param>
/// <param name="readings">Readings of the run so far.</param>
/// <param name="frames">The frames of the run; null if none are kept.</param>
/// <param name="write">Queues a write behind all earlier ones, so that a checkpoint on disk never refers to a missing snapshot.</param>
public sealed class Checkpointing(
    CheckpointConfig? schedule, RunOutput output, MonitorSet? monitors, List<Reading> readings, FrameWatcher? frames,
    Action<Action> write) : IWatcher
{
    private readonly RunFolder folder = output.Folder;
    private readonly CheckpointSchedule due = new(schedule);

    /// <inheritdoc/>
    public bool IsDue(March march) => due.IsDue(march);

    /// <inheritdoc/>
    public bool Watch(March march)
    {
        if (march.Backward is { } backward)
            Save(CheckpointPhase.Generation, backward.Level.Index, backward.Level.V!, backward);
        else
            Save(CheckpointPhase.Forward, march.StepsDone, march.Level.U, null);
        return true;
    }

    /// <summary>Copies the state and queues the write.</summary>
    /// <param name="step">Forward steps done, or the level of generation.</param>
    /// <param name="density">Copied, because the run continues in the same array.</param>
    /// <param name="flow">The current generation, whose scheme may have more state than v; null in the forward phase.</param>
    public void Save(CheckpointPhase phase, int step, double[] density, BackwardFlow? flow)
    {
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true))
        {
            monitors?.Save(writer);
            flow?.Save(writer);
        }

        due.Restart();
        double[] copy = [.. density];
        Reading[] until = [.. readings];
        byte[] memory = state.ToArray();
        write(() =>
        {
            if (frames is not null)
                folder.Write(frames.Unwritten());
            folder.Write(new Checkpoint(
                output.Identity, phase, step, copy, until, [.. folder.SnapshotTimes], [.. folder.Written], memory));
        });
    }

    /// <summary>Restores readings, monitors and the scheme from a checkpoint.</summary>
    /// <exception cref="InputException">The checkpoint has different monitors.</exception>
    public void Restore(Checkpoint checkpoint, BackwardFlow? flow)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
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
                folder.Path, null, null, "contains a checkpoint with different monitors: use --force to start over"));
        }
    }
}
