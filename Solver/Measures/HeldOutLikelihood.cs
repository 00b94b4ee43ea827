using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Measures;

/// <summary>
/// Mean log v(t) on draws that nothing was fitted to. v is generated with the score of a mixture whose heat flow is û, and v/û varies slowly
/// (it obeys ∂τ w = ε Δw − (1−ε) ŝ·∇w: its extremes only shrink), so v(x) ≈ û(x) · v_i/û_i with the cell averages of the cell i that holds
/// x: exact where v/û is constant in a cell, however narrow the peaks of v are in it.
/// </summary>
public static class HeldOutLikelihood
{
    /// <summary>Densities below it count as this much: log = −690.8.</summary>
    public const double Least = 1e-300;

    /// <summary>Beyond so many standard deviations from a wall its images are nothing.</summary>
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
            int column = grid.X.CellAt(x[draw]), row = grid.Dimension == 2 ? grid.Axes[1].CellAt(y[draw]) : 0;
            int cell = column < 0 || row < 0 ? -1 : row * grid.Columns + column;
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

    /// <summary>log û on the box: the sum over the images of the point at the walls that are near, instead of those of the mixture.</summary>
    private static double LogDensity(Grid grid, Mixture model, double time, double x, double y, double reach)
    {
        double largest = double.NegativeInfinity;
        var parts = new List<double>();
        foreach (double imageX in Images(grid.X, x, reach))
        {
            foreach (double imageY in grid.Dimension == 2 ? Images(grid.Axes[1], y, reach) : [0])
            {
                parts.Add(model.LogDensity(time, imageX, imageY));
                largest = Math.Max(largest, parts[^1]);
            }
        }

        return parts.Count == 1 ? largest : largest + Math.Log(parts.Sum(part => Math.Exp(part - largest)));
    }

    private static List<double> Images(Axis axis, double position, double reach)
    {
        List<double> images = [position];
        double length = axis.To - axis.From;
        if (position - axis.From < reach)
            images.Add(axis.IsPeriodic ? position + length : 2 * axis.From - position);
        if (axis.To - position < reach)
            images.Add(axis.IsPeriodic ? position - length : 2 * axis.To - position);
        return images;
    }
}
