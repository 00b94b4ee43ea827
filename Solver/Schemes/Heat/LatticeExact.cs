using System.Globalization;
using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The exact semi-discrete heat flow du/dt = L u of a grid with uniform axes, one axis after the other (they commute): positive, exact in t
/// for any step, with full relative accuracy in the tails.
/// </summary>
/// <exception cref="ArgumentException">An axis is not uniform.</exception>
public sealed class LatticeExact(Grid grid, WorkerTeam team) : IForwardSweeps
{
    private readonly LatticeSweep[] sweeps = [.. Enumerable.Range(0, grid.Dimension).Select(axis => new LatticeSweep(grid, axis, team))];

    /// <summary>
    /// Longest recurrence for the kernel: 2 GB, and as much again while it grows. It is reached on axes of more than a million cells, with
    /// steps of the order of the box squared.
    /// </summary>
    private const double LongestKernel = 1 << 28;

    /// <summary>Refuses a step whose kernel is too long.</summary>
    /// <param name="longest">The longest step.</param>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void Require(Grid grid, double longest)
    {
        foreach (Axis axis in grid.Axes)
        {
            double length = LatticeCoefficients.LengthFor(axis, longest);
            if (length > LongestKernel)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"lattice-exact on an axis of {axis.Cells} cells needs a kernel of {length:G3} coefficients for a step of "
                    + $"{longest:G3}, and at most {LongestKernel:G3} are possible: use implicit-euler, fewer cells or more steps"));
            }
        }
    }

    /// <inheritdoc/>
    public ForwardKind Kind => ForwardKind.LatticeExact;

    /// <inheritdoc/>
    public void Step(double[] u, double[] next, double time, double timeStep, int firstAxis)
    {
        sweeps[firstAxis].Apply(u, next, timeStep);
        if (grid.Dimension == 2)
            sweeps[1 - firstAxis].Apply(next, next, timeStep);
    }

    /// <inheritdoc/>
    public void Prepare(in GenerationStep step)
    {
        foreach (LatticeSweep sweep in sweeps)
            sweep.Coefficients.Prepare(step.TimeStep);
    }

    /// <inheritdoc/>
    public void Between(in GenerationStep step, double[] between) => sweeps[step.FirstAxis].Apply(step.UNew, between, step.TimeStep);

    /// <summary>
    /// Φ = Σ_j T_j (m_{e−j} − m_{e−1+j}), T_j the fraction of the mass at distance j that crosses the face; gains and losses are summed
    /// separately.
    /// </summary>
    public double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step)
    {
        Axis along = grid.Axes[axis];
        LatticeCoefficients coefficients = sweeps[axis].Coefficients;
        int stride = axis == 0 ? 1 : grid.Columns, first = axis == 0 ? line * grid.Columns : line;
        int cells = along.Cells, period = along.IsPeriodic ? cells : 2 * cells;
        double up = 0, down = 0;
        int below = face, above = face - 1;
        for (int distance = 1; distance <= coefficients.TailRadius; distance++)
        {
            below = below == 0 ? period - 1 : below - 1;
            above = above == period - 1 ? 0 : above + 1;
            up += coefficients.Tails[distance] * uNew[first + (below < cells ? below : period - 1 - below) * stride];
            down += coefficients.Tails[distance] * uNew[first + (above < cells ? above : period - 1 - above) * stride];
        }

        return (up - down) * along.Widths[0];
    }
}
