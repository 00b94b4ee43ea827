using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes;

/// <summary>
/// One implicit Euler step of ∂t u = Δu, one axis after the other: u^{n+1} = (I − Δt L_b)^{-1} (I − Δt L_a)^{-1} u^n, a the first axis. The factors
/// commute; the splitting error against the unsplit step is O(Δt²) a step.
/// </summary>
internal sealed class ImplicitEuler(Grid grid, WorkerTeam team)
{
    private readonly HeatSweep[] sweeps = [.. Enumerable.Range(0, grid.Dimension).Select(axis => new HeatSweep(grid, axis, team))];

    /// <summary>The two arrays may be the same.</summary>
    public void Step(double[] u, double[] next, double timeStep, int firstAxis)
    {
        sweeps[firstAxis].Apply(u, next, timeStep);
        if (sweeps.Length == 2)
            sweeps[1 - firstAxis].Apply(next, next, timeStep);
    }
}
