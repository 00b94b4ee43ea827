using PdeDiffusion.Flows;

namespace PdeDiffusion.Plots;

/// <summary>What the figures of a run's snapshots have in common.</summary>
/// <param name="Title">The run, with its ε.</param>
/// <param name="Snapshots">Those that are drawn, in the order written.</param>
/// <param name="Window">The part of the box that is shown.</param>
internal sealed record RunView(string Title, IReadOnlyList<Snapshot> Snapshots, Window Window, Rendering Rendering);
