using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data.References;

/// <summary>
/// An exact solution known at points only: cell averages by Gauss–Legendre points on each axis of each cell, as many as the narrowest
/// feature of v asks for (relative error below 1e-10 out to four deviations where cells are no wider than a deviation or so; 20 points at
/// most).
/// </summary>
public abstract class QuadratureReference : Reference
{
    private protected QuadratureReference(Mixture data, double end, ReadOnlySpan<double> mean, double variance)
        : base(data, end, mean, variance)
    {
    }

    /// <summary>v at the quadrature points of one line: v(t, x_i, y) for all x_i at one y.</summary>
    private protected abstract void Line(double t, int row, ReadOnlySpan<double> x, double y, Span<double> values);

    /// <summary>Called with the points of both axes before the first <see cref="Line"/>.</summary>
    private protected abstract void Prepare(double t, double[] x, double[] y);

    /// <inheritdoc/>
    public override void CellAverages(double t, Grid grid, Span<double> averages)
    {
        Require(t, grid);

        // The narrowest component of u, and what becomes of the start with it: V(t) ≥ a(t) min(1, V_T/a(T)) by 4.1, for every ε.
        double scale = Math.Sqrt(LeastVariance(t) * Math.Min(1, Start.Variances[0] / LeastVariance(End)));
        (double[] x, double[] weightsX) = Points(grid.X, scale);
        (double[] y, double[] weightsY) = grid.Dimension == 2 ? Points(grid.Axes[1], scale) : ([0], [1]);
        Prepare(t, x, y);

        averages.Clear();
        var values = new double[x.Length];
        int perColumn = x.Length / grid.Columns, perRow = y.Length / grid.Rows;
        for (int j = 0; j < y.Length; j++)
        {
            Line(t, j, x, y[j], values);
            int row = j / perRow * grid.Columns;
            for (int i = 0; i < x.Length; i++)
                averages[row + i / perColumn] += weightsX[i] * weightsY[j] * values[i];
        }
    }

    private static (double[] Points, double[] Weights) Points(Axis axis, double scale)
    {
        double widest = 0;
        foreach (double width in axis.Widths)
            widest = Math.Max(widest, width);
        (double[] nodes, double[] weights) = GaussLegendre.Points(PointCount(widest / scale));
        var points = new double[axis.Cells * nodes.Length];
        var shares = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            int cell = i / nodes.Length, node = i % nodes.Length;
            points[i] = axis.Faces[cell] + (axis.Faces[cell + 1] - axis.Faces[cell]) * nodes[node];
            shares[i] = weights[node];
        }

        return (points, shares);
    }

    /// <summary>
    /// Least n for which the remainder (n!)⁴/((2n+1)(2n)!³) h^{2n} f^{(2n)} of a Gaussian on a cell of <paramref name="width"/>
    /// deviations is below 1e-12 at its centre, f^{(2n)} ≈ √(2n)!, and below 1e-10 of f four deviations out, f^{(2n)} ≈ 4^{2n} f.
    /// </summary>
    private static int PointCount(double width)
    {
        double remainder = 1, factorial = 1;
        for (int n = 1; n < 20; n++)
        {
            // (n!)⁴/(2n)!³ from the value before: n⁴ / ((2n)(2n−1))³.
            double pair = 2.0 * n * (2 * n - 1);
            remainder *= Math.Pow(n, 4) / (pair * pair * pair) * width * width;
            factorial *= pair;
            double bound = remainder / (2 * n + 1);
            if (n >= 2 && bound * Math.Sqrt(factorial) < 1e-12 && bound * Math.Pow(16, n) < 1e-10)
                return n;
        }

        return 20;
    }
}
