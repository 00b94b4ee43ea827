using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes;

/// <summary>
/// <see cref="ImplicitEuler"/> as the remap sees it: (I − Δt L) u^{n+1} = u^n along an axis moves the mass Φ = −Δt (u_e − u_{e−1})^{n+1}/δ across face e.
/// </summary>
public sealed class ImplicitEulerSweeps(Grid grid, WorkerTeam team) : IForwardSweeps
{
    private readonly HeatSweep[] heat = grid.Dimension == 1 ? [] : [.. Enumerable.Range(0, 2).Select(axis => new HeatSweep(grid, axis, team))];

    public void Prepare(in GenerationStep step)
    {
    }

    public void Between(in GenerationStep step, double[] between) => heat[step.FirstAxis].Apply(step.UNew, between, step.TimeStep);

    public double Crossing(int axis, int line, int face, double[] later, double[] earlier, in GenerationStep step)
    {
        Axis along = grid.Axes[axis];
        int below = face == 0 ? along.Cells - 1 : face - 1;
        int stride = axis == 0 ? 1 : grid.Columns, first = axis == 0 ? line * grid.Columns : line;
        return -step.TimeStep * (later[first + face * stride] - later[first + below * stride]) / along.Distances[below];
    }
}
