using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>The generation equation ∂τ v = ε Δv − (1+ε) div(s v), τ = T − t, from v_T at level n down to level 0.</summary>
public sealed class BackwardFlow
{
    private readonly ForwardFlow forward;
    private readonly IScheme scheme;
    private readonly double[] v;
    private readonly double[]? one;

    /// <param name="forward">A forward flow that has reached level n and keeps its levels.</param>
    /// <param name="start">v_T, cell averages of mass 1; owned by the flow and changed in place.</param>
    /// <param name="propagateOne">Also compute max P 1 at each step (for the L^p certificate), where the scheme is linear.</param>
    /// <exception cref="ArgumentException">The forward flow is not at level n, or does not keep its levels.</exception>
    public BackwardFlow(ForwardFlow forward, IScheme scheme, double[] start, bool propagateOne)
        : this(forward, scheme, start, forward.Times.Last, propagateOne)
    {
    }

    /// <summary>Resumes at a level that generation had reached; the following steps give the same bits.</summary>
    /// <param name="forward">A forward flow that has reached level n and keeps its levels.</param>
    /// <param name="start">v at the level, cell averages; owned by the flow and changed in place.</param>
    /// <param name="level">Level k to resume from.</param>
    /// <param name="propagateOne">Also compute max P 1 at each step (for the L^p certificate).</param>
    /// <exception cref="ArgumentException">The forward flow is not at level n or keeps no levels, or it has no such level.</exception>
    public BackwardFlow(ForwardFlow forward, IScheme scheme, double[] start, int level, bool propagateOne)
    {
        if (!forward.KeepsLevels || forward.Level.Index != forward.Times.Last)
            throw new ArgumentException("generation requires a forward flow at its last level that keeps its levels", nameof(forward));
        if (level < 0 || level > forward.Times.Last || start.Length != forward.Grid.CellCount)
            throw new ArgumentException("the state does not belong to this flow", nameof(level));
        this.forward = forward;
        this.scheme = scheme;
        v = start;
        one = propagateOne && scheme.Guarantees.HasFlag(Guarantees.LpCertificate) ? CellValues.Zeros(start.Length) : null;
        Level = new FlowLevel(forward.Grid, forward.Times)
        {
            Index = level,
            U = forward.At(level),
            V = v,
            Guarantees = scheme.Guarantees,
            Forward = forward.Level.Forward,
        };
    }

    /// <summary>The current level; level n before the first step.</summary>
    public FlowLevel Level { get; }

    /// <summary>One generation step, from level k to level k − 1; returns false at level 0.</summary>
    public bool Advance()
    {
        int next = Level.Index - 1;
        if (next < 0)
            return false;
        double[] uOld = forward.At(next + 1);
        double[] uNew = forward.At(next);
        Level.GreatestPropagatedOne = scheme.Step(new GenerationStep(
            uOld, uNew, v, one, forward.Times[next + 1], forward.Times.Step(next), forward.FirstAxis(next)));
        Level.Index = next;
        Level.U = uNew;
        Level.Counts = scheme.Counts;
        return true;
    }

    /// <summary>Writes the state of the scheme besides v, for a checkpoint.</summary>
    public void Save(BinaryWriter state) => scheme.Save(state);

    /// <summary>Restores the state written by <see cref="Save"/>; the following steps give the same bits.</summary>
    public void Restore(BinaryReader state)
    {
        scheme.Restore(state);
        Level.Counts = scheme.Counts;
    }
}
