using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// What all grid workloads solve: two blobs of variance 0.1 + 1.92 in [−6, 6]^d, ε = 0.2, steps of 0.01, v_T a Gaussian. The forward levels
/// are kept, as in a run. The lattice-exact kernel reaches √(Δt)/h cells far: its steps are at most 300 h².
/// </summary>
internal sealed class Problem
{
    public const double Epsilon = 0.2;

    private const int Levels = 4;
    private const double Spread = 1.92;
    private const double LongestStep = 0.01;
    private const double MostSquaresPerStep = 300;
    private const double HalfWidth = 6;

    /// <param name="cells">Cells on each axis.</param>
    public Problem(int dimension, int cells, ForwardKind kind, WorkerTeam team)
    {
        Axis axis = Axis.Uniform(-HalfWidth, HalfWidth, cells, Boundary.NoFlux);
        Grid = dimension == 1 ? new Grid(axis) : new Grid(axis, axis);
        double step = kind == ForwardKind.LatticeExact ? Math.Min(LongestStep, MostSquaresPerStep * axis.Widths[0] * axis.Widths[0])
            : LongestStep;
        Times = new TimeLevels(0, Levels * step, Levels, TimeSpacing.Uniform, 0, 1, []);
        Mixture data = dimension == 1
            ? Mixture.Gaussians([-1.2, 1.3], [0.1, 0.1])
            : Mixture.Gaussians([-1.2, 1.3], [-0.5, 0.7], [0.1, 0.1], []);
        double[] values = CellValues.Zeros(Grid);
        data.CellAverages(Grid, Spread, values);
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
