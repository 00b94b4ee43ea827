using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>Where a run is written, and how.</summary>
/// <param name="Identity">What checkpoints say of the run: what it was when it began.</param>
/// <param name="Reproducible">True to leave clock readings out.</param>
/// <param name="Taken">Called with every snapshot as it is taken, those before a checkpoint included; null if nobody asks.</param>
public sealed record RunOutput(RunFolder Folder, RunIdentity Identity, bool Reproducible, Action<Snapshot>? Taken = null);
