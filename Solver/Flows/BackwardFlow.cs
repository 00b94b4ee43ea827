using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>The generation equation ∂τ v = ε Δv − (1+ε) div(s v) from v_T at level n down to level 0.</summary>
public sealed class BackwardFlow
{
    /// <param name="forward">A forward flow that has reached level n and keeps its levels.</param>
    /// <param name="start">v_T, cell averages of mass 1; becomes the flow's own array and is changed in place.</param>
    /// <param name="propagateOne">Also compute P 1 at each step (for the L^p certificate).</param>
    public BackwardFlow(ForwardFlow forward, IScheme scheme, double[] start, bool propagateOne) => throw new NotImplementedException();

    /// <summary>The current level; level n before the first step.</summary>
    public FlowLevel Level => throw new NotImplementedException();

    /// <summary>One generation step, from level k to level k − 1; false, and nothing done, at level 0.</summary>
    public bool Advance() => throw new NotImplementedException();

    /// <summary>The driving score at the current level as a snapshot shows it (mean of the face scores of a cell, and their difference over the cell), with copies of u, v and w.</summary>
    public Snapshot TakeSnapshot(int number) => throw new NotImplementedException();
}
