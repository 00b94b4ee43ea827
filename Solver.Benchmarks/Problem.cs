using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// What all grid workloads solve: two blobs of variance 0.1 in [−6, 6]^d, ε = 0.2, steps of 0.01 down from t = 1, v_T a Gaussian. The forward levels are
/// kept, as in a run.
/// </summary>
internal sealed class Problem
{
    public const double Epsilon = 0.2;

    private const int Levels = 4;
    private const double TimeStep = 0.01;
    private const double HalfWidth = 6;

    /// <param name="cells">Cells on each axis.</param>
    public Problem(int dimension, int cells, ForwardKind kind, WorkerTeam team)
    {
        Axis axis = Axis.Uniform(-HalfWidth, HalfWidth, cells, Boundary.NoFlux);
        Grid = dimension == 1 ? new Grid(axis) : new Grid(axis, axis);
        Times = new TimeLevels(1 - Levels * TimeStep, 1, Levels, TimeSpacing.Uniform, 0, kind == ForwardKind.ImplicitEuler ? 8 : 1, []);
        Mixture data = dimension == 1
            ? Mixture.Gaussians([-1.2, 1.3], [0.1, 0.1])
            : Mixture.Gaussians([-1.2, 1.3], [-0.5, 0.7], [0.1, 0.1], []);
        var values = new double[Grid.CellCount];
        data.CellAverages(Grid, values);
        Forward = new ForwardFlow(Grid, Times, kind, values, team, long.MaxValue, keep: true);
        while (Forward.Advance())
        {
        }

        Mixture.Gaussian(dimension == 1 ? [0] : [0, 0], 2).CellAverages(Grid, values);
        Start = values;
    }

    public Grid Grid { get; }

    public TimeLevels Times { get; }

    public ForwardFlow Forward { get; }

    /// <summary>v_T.</summary>
    public double[] Start { get; }
}
