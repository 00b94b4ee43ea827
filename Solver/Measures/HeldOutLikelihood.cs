using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Measures;

/// <summary>
/// Mean log v(t) on draws that nothing was fitted to. v is generated with the score of a mixture whose heat flow is û, and v/û varies
/// slowly (it obeys ∂τ w = ε Δw − (1−ε) ŝ·∇w: its extremes only shrink), so v(x) ≈ û(x) · v_i/û_i with the cell averages of the cell i that
/// holds x: exact where v/û is constant in a cell, however narrow the peaks of v are in it.
/// </summary>
public static class HeldOutLikelihood
{
    /// <summary>Densities below it count as this much: log = −690.8.</summary>
    public const double Least = 1e-300;

    /// <summary>Images farther outside the box than this many standard deviations are negligible.</summary>
    private const double WallReach = 6;

    /// <param name="v">Cell averages.</param>
    /// <param name="model">The mixture whose score drives v.</param>
    /// <param name="time">t.</param>
    /// <param name="x">First coordinates of the draws; one outside the box counts with density <see cref="Least"/>.</param>
    /// <param name="y">Second coordinates; zeros in one dimension.</param>
    public static double Mean(
        Grid grid, ReadOnlySpan<double> v, Mixture model, double time, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(model);
        var averages = new double[grid.CellCount];
        model.CellAverages(grid, 2 * time, averages);
        double[] variances = model.Variances.ToArray();
        double reach = WallReach * Math.Sqrt(variances.Max() + 2 * time), sum = 0, least = Math.Log(Least);
        for (int draw = 0; draw < x.Length; draw++)
        {
            int cell = grid.CellAt(x[draw], y[draw]);
            if (cell < 0 || v[cell] <= 0 || averages[cell] <= 0)
            {
                sum += least;
                continue;
            }

            double density = LogDensity(grid, model, time, x[draw], y[draw], reach);
            sum += Math.Max(least, density + Math.Log(v[cell]) - Math.Log(averages[cell]));
        }

        return sum / x.Length;
    }

    /// <summary>
    /// log û on the box: the sum over the images of the point at the walls that are near, instead of those of the mixture.
    /// </summary>
    private static double LogDensity(Grid grid, Mixture model, double time, double x, double y, double reach)
    {
        var sum = new LogSumExp();
        foreach (double imageX in grid.X.Walls.Images(x, reach))
        {
            foreach (double imageY in grid.Dimension == 2 ? grid.Axes[1].Walls.Images(y, reach) : [0])
                sum.Add(model.LogDensity(time, imageX, imageY));
        }

        return sum.Value;
    }
}
