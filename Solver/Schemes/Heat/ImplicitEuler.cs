using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// Implicit Euler steps of ∂t u = Δu, one axis after the other: u^{n+1} = (I − Δt L_b)^{-1} (I − Δt L_a)^{-1} u^n, a the first axis. The
/// factors commute; the splitting error is O(Δt²) per step. The mass that crosses face e along an axis is Φ = −Δt (u_e − u_{e−1})^{n+1}/δ.
/// </summary>
public sealed class ImplicitEuler(Grid grid, WorkerTeam team) : IForwardSweeps
{
    private readonly HeatSweep[] sweeps = [.. Enumerable.Range(0, grid.Dimension).Select(axis => new HeatSweep(grid, axis, team))];

    /// <inheritdoc/>
    public ForwardKind Kind => ForwardKind.ImplicitEuler;

    /// <inheritdoc/>
    public void Step(double[] u, double[] next, double time, double timeStep, int firstAxis)
    {
        sweeps[firstAxis].Apply(u, next, timeStep);
        if (sweeps.Length == 2)
            sweeps[1 - firstAxis].Apply(next, next, timeStep);
    }

    /// <inheritdoc/>
    public void Prepare(in GenerationStep step)
    {
    }

    /// <inheritdoc/>
    public void Between(in GenerationStep step, double[] between) => sweeps[step.FirstAxis].Apply(step.UNew, between, step.TimeStep);

    /// <inheritdoc/>
    public double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step)
    {
        Axis along = grid.Axes[axis];
        int below = face == 0 ? along.Cells - 1 : face - 1;
        int stride = axis == 0 ? 1 : grid.Columns, first = axis == 0 ? line * grid.Columns : line;
        return -step.TimeStep * (uOld[first + face * stride] - uOld[first + below * stride]) / along.Distances[below];
    }
}
