using PdeDiffusion.Files;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>Which flow a run was in.</summary>
public enum CheckpointPhase
{
    /// <summary>Noising without generation: the density is u.</summary>
    Forward,

    /// <summary>Generation: the density is v; the forward flow is computed again, to the same bits.</summary>
    Generation,
}

/// <summary>The state of a run between two steps: a run resumed from it gives the same bits as an uninterrupted one.</summary>
/// <param name="Run">The identity of the run.</param>
/// <param name="Step">Forward steps done, the warm-up included; or in generation the level k that v is at.</param>
/// <param name="Density">u or v after that step, cell averages.</param>
/// <param name="Readings">All readings until then.</param>
/// <param name="SnapshotTimes">Times of the snapshots written until then; their files are in the folder.</param>
/// <param name="Written">The files of these snapshots, by their names in the folder.</param>
/// <param name="MonitorState">What the monitors keep of earlier levels; empty without monitors.</param>
public sealed record Checkpoint(
    RunIdentity Run, CheckpointPhase Phase, int Step, double[] Density, IReadOnlyList<Reading> Readings,
    IReadOnlyList<double> SnapshotTimes, IReadOnlyList<FileHash> Written, byte[] MonitorState);
