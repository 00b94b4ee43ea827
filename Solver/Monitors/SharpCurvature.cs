using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Sharp lower bounds of the second difference of log u along each uniform axis (docs/numerics.md, 3.3 and 5.1), and their tolerances:
/// (1/h²) Δ_e log u ≥ Λ_e, Λ_e = (2/h²) log(p(1)/p(0)) with the lattice kernel p of that axis's steps, or −1/(σ² + 2t) for cell averages
/// of a closed form whose components have variances of at least σ².
/// </summary>
internal sealed class SharpCurvature
{
    private readonly double[]?[] bounds;
    private readonly double[]?[] tolerances;

    public SharpCurvature(MonitorSetup setup)
    {
        TimeLevels times = setup.Times;
        int[] levels = [.. Enumerable.Range(0, times.Last + 1)];
        bounds = [.. setup.Grid.Axes.Select(axis => !axis.IsUniform ? null
            : setup.Forward == ForwardKind.ClosedForm
                ? [.. levels.Select(level => -1 / (setup.DataVariance + 2 * times[level]))]
                : LatticeKernel.OfAxis(axis, times, setup.Forward))];
        tolerances = [.. setup.Grid.Axes.Select(axis => !axis.IsUniform ? null
            : (double[]?)[.. levels.Select(level => 2 / (axis.Widths[0] * axis.Widths[0]) * Units(axis, setup, level) * Rounding.Unit)])];
    }

    /// <summary>Λ of an axis at a level; −∞ at t = 0, NaN on a graded axis.</summary>
    public double Bound(int axis, int level) => bounds[axis]?[level] ?? double.NaN;

    /// <summary>Absolute tolerance on (1/h²) Δ_e log u along an axis; NaN on a graded one.</summary>
    public double Tolerance(int axis, int level) => tolerances[axis]?[level] ?? double.NaN;

    /// <summary>
    /// Relative rounding of u that a second difference sees, in units of 2⁻⁵³. Implicit Euler: 8(n + 8), n steps. Lattice-exact: a step
    /// sums at most 64 + 13√λ positive terms per cell (the kernel to 2⁻⁵⁵), four cells in a second difference. Closed form: an average
    /// carries 4e-15; a face is off by at most 3 units of M, the axis's largest coordinate, a cell's width by 6, its log average by
    /// 6 M (1/h + |s|) units, of which a second difference takes two pairs; |s| ≤ 36/√a in every cell that is judged (u ≥ 1e-277).
    /// </summary>
    public static double Units(Axis axis, MonitorSetup setup, int level)
    {
        TimeLevels times = setup.Times;
        double h = axis.Widths[0], units = 8 * (times.Warmup + level + 8);
        if (setup.Forward == ForwardKind.LatticeExact)
        {
            for (int step = 0; step < level; step++)
                units += 4 * (64 + 13 * Math.Sqrt(times.Step(step)) / h);
            units += 4 * times.Warmup * (64 + 13 * Math.Sqrt(times.WarmupStep) / h);
        }
        else if (setup.Forward == ForwardKind.ClosedForm)
        {
            double largest = Math.Max(Math.Abs(axis.From), Math.Abs(axis.To)), variance = setup.DataVariance + 2 * times[level];
            units += 300 + 12 * largest * (1 / h + 36 / Math.Sqrt(variance));
        }

        return units;
    }
}
