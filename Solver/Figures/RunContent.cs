using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>What the figures of a run show.</summary>
/// <param name="Title">The run, with its ε.</param>
/// <param name="Snapshots">In the order written; may be empty.</param>
internal sealed record RunContent(string Title, IReadOnlyList<Snapshot> Snapshots)
{
    /// <summary>In the order of the flow; may be empty.</summary>
    public IReadOnlyList<Reading> Readings { get; init; } = [];

    /// <summary>Null where only snapshots and readings are drawn.</summary>
    public RunConfig? Config { get; init; }

    public ParticleOutcome? Particles { get; init; }

    public RunSeries? Series { get; init; }

    /// <summary>The resolutions that the run has tried; null if it has the config's.</summary>
    public AttemptFigure? Attempts { get; init; }
}
