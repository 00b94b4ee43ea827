using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Flows;

/// <summary>
/// The heat equation ∂t u = Δu from u0 at t = 0 to t_n = T: u at every level, kept in memory or as checkpoints from which segments are computed again.
/// </summary>
public sealed class ForwardFlow
{
    /// <param name="initial">u0, cell averages; lent for the call only. The floor η of docs/numerics.md is added here.</param>
    /// <param name="memory">Bytes that kept levels may take; at least two levels are kept.</param>
    /// <param name="keep">False for a run without generation: only the current level is kept.</param>
    public ForwardFlow(Grid grid, TimeLevels times, ForwardKind kind, ReadOnlySpan<double> initial, WorkerTeam team, long memory, bool keep) =>
        throw new NotImplementedException();

    /// <summary>Forward steps in all, the warm-up included.</summary>
    public int StepCount => throw new NotImplementedException();

    /// <summary>Forward steps done.</summary>
    public int StepsDone => throw new NotImplementedException();

    /// <summary>The current level, valid once <see cref="Advance"/> has brought the flow to a level; its index is −1 during the warm-up.</summary>
    public FlowLevel Level => throw new NotImplementedException();

    /// <summary>One forward step; false, and nothing done, at level n. A flow with stop = 0 stands at level 0 before the first step.</summary>
    public bool Advance() => throw new NotImplementedException();
}
