using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Runs;

/// <summary>Where a run is written, and how.</summary>
/// <param name="Identity">The identity of the run at its start, for checkpoints.</param>
/// <param name="Reproducible">True to omit clock readings.</param>
/// <param name="Taken">Called with every snapshot as it is taken, those before a checkpoint included; null if nobody asks.</param>
public sealed record RunOutput(RunFolder Folder, RunIdentity Identity, bool Reproducible, Action<Snapshot>? Taken = null)
{
    /// <summary>
    /// Called once all that figures show is known and written, with the readings, the particles (null without) and what the monitors
    /// recorded (null without); the error is estimated after that. Null if nobody asks.
    /// </summary>
    public Action<IReadOnlyList<Reading>, ParticleOutcome?, RunSeries?>? Computed { get; init; }

    /// <summary>The runs from which the error is estimated; null for no estimate.</summary>
    public CompanionRuns? Companions { get; init; }

    /// <summary>How the resolution was found; null if it is the config's.</summary>
    public AccuracyOutcome? Accuracy { get; init; }
}
