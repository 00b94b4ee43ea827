using System.Buffers;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data;

/// <summary>
/// The mass in cells of N(mean, C), reflected or wrapped at a box of two axes: ∫ φ(x) P(y0 &lt; Y &lt; y1 | x) dx over a cell, φ the normal
/// density of x and the interval mass that of Y given x, N(m_y + (C_xy/C_xx)(x − m_x), det C/C_xx), by Gauss–Legendre in x. The
/// logarithm of the integrand is concave; a cell is cut into pieces on which it changes by little enough for a relative error of 1e-13
/// or so, in the tails as well.
/// </summary>
internal sealed class CovarianceCells
{
    private const double SqrtTwoPi = 2.5066282746310005024;

    /// <summary>Nothing counts farther than this many deviations √C_xx from the densest point of a cell: e^(−9.3²/2) &lt; 2⁻⁶².</summary>
    private const double Significant = 9.3;

    /// <summary>
    /// Rules and the greatest change D of the integrand's logarithm for which the remainder of the n-point rule, (n!)⁴/((2n+1)(2n)!³)
    /// D^{2n}, stays below 1e-15.
    /// </summary>
    private static readonly (double Change, double[] Nodes, double[] Weights)[] Rules =
        [Rule(0.19, 4), Rule(1.1, 6), Rule(3, 8), Rule(9, 12)];

    private readonly Grid grid;
    private readonly CovarianceImage[] images = [];
    private readonly double[]? alongX;
    private readonly double[]? alongY;

    /// <param name="grid">A grid of two axes.</param>
    /// <param name="covariance">Positive definite.</param>
    public CovarianceCells(Grid grid, double x, double y, in Covariance covariance)
    {
        this.grid = grid;
        if (CovarianceImages.IsUniform(grid, 0, covariance) || CovarianceImages.IsUniform(grid, 1, covariance))
        {
            // Uniform along one axis to rounding: then the two coordinates are independent.
            alongX = new double[grid.Columns];
            alongY = new double[grid.Rows];
            BoxImages.CellMasses(grid.X, x, covariance.XX, alongX);
            BoxImages.CellMasses(grid.Axes[1], y, covariance.YY, alongY);
        }
        else
        {
            images = CovarianceImages.Of(grid, x, y, covariance);
        }
    }

    /// <summary>Adds a multiple of the masses in a row of cells.</summary>
    /// <param name="masses">One value per column.</param>
    public void AddRow(int row, double factor, Span<double> masses)
    {
        if (alongX is not null)
        {
            for (int column = 0; column < masses.Length; column++)
                masses[column] += factor * alongY![row] * alongX[column];
            return;
        }

        int[] active = ArrayPool<int>.Shared.Rent(images.Length);
        int count = Active(row, row + 1, 0, grid.Columns, active);
        for (int column = 0; column < masses.Length; column++)
            masses[column] += factor * Mass(active.AsSpan(0, count), column, column + 1, row, row + 1);
        ArrayPool<int>.Shared.Return(active);
    }

    /// <summary>The mass in a block of cells, from a column (a row) up to but not including another.</summary>
    public double Mass(int fromColumn, int toColumn, int fromRow, int toRow)
    {
        if (alongX is not null)
            return Sum(alongX.AsSpan(fromColumn, toColumn - fromColumn)) * Sum(alongY.AsSpan(fromRow, toRow - fromRow));
        int[] active = ArrayPool<int>.Shared.Rent(images.Length);
        int count = Active(fromRow, toRow, fromColumn, toColumn, active);
        double mass = Mass(active.AsSpan(0, count), fromColumn, toColumn, fromRow, toRow);
        ArrayPool<int>.Shared.Return(active);
        return mass;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }

    /// <summary>
    /// The images that may count in some cell of a block: none is farther than the Gaussian itself is from its farthest cell.
    /// </summary>
    private int Active(int fromRow, int toRow, int fromColumn, int toColumn, Span<int> active)
    {
        ReadOnlySpan<double> x = grid.X.Faces, y = grid.Axes[1].Faces;
        double farthest = 0;
        CovarianceImage own = images[0];
        foreach (double cornerX in (ReadOnlySpan<double>)[x[fromColumn], x[toColumn]])
        {
            foreach (double cornerY in (ReadOnlySpan<double>)[y[fromRow], y[toRow]])
                farthest = Math.Max(farthest, own.Covariance.SquaredNorm(cornerX - own.X, cornerY - own.Y));
        }

        double reach = Math.Min(CovarianceImages.Underflow, farthest + CovarianceImages.Reach);
        int count = 0;
        for (int image = 0; image < images.Length; image++)
        {
            if (CovarianceImages.Nearest(images[image], x[fromColumn], x[toColumn], y[fromRow], y[toRow]).Square <= reach)
                active[count++] = image;
        }

        return count;
    }

    private double Mass(ReadOnlySpan<int> active, int fromColumn, int toColumn, int fromRow, int toRow)
    {
        double x0 = grid.X.Faces[fromColumn], x1 = grid.X.Faces[toColumn];
        double y0 = grid.Axes[1].Faces[fromRow], y1 = grid.Axes[1].Faces[toRow];
        if (active.Length == 1)
        {
            (double square, double x, double y) = CovarianceImages.Nearest(images[active[0]], x0, x1, y0, y1);
            return square > CovarianceImages.Underflow ? 0 : Mass(images[active[0]], x0, x1, y0, y1, x, y);
        }

        double least = CovarianceImages.Underflow - CovarianceImages.Reach, sum = 0;
        foreach (int image in active)
            least = Math.Min(least, CovarianceImages.Nearest(images[image], x0, x1, y0, y1).Square);
        foreach (int image in active)
        {
            (double square, double x, double y) = CovarianceImages.Nearest(images[image], x0, x1, y0, y1);
            if (square <= least + CovarianceImages.Reach)
                sum += Mass(images[image], x0, x1, y0, y1, x, y);
        }

        return sum;
    }

    /// <param name="image">A Gaussian.</param>
    /// <param name="nearX">The densest point of the rectangle, relative to the mean.</param>
    /// <param name="nearY">Its second coordinate.</param>
    private static double Mass(in CovarianceImage image, double x0, double x1, double y0, double y1, double nearX, double nearY)
    {
        Covariance c = image.Covariance;
        double reachX = Significant * Math.Sqrt(c.XX), reachY = Significant * Math.Sqrt(c.YY);
        double from = Math.Max(x0 - image.X, nearX - reachX), to = Math.Min(x1 - image.X, nearX + reachX);
        double bottom = Math.Max(y0 - image.Y, nearY - reachY), top = Math.Min(y1 - image.Y, nearY + reachY);

        // ∂x log of the integrand is a mean of (C⁻¹(x − m))_x over the cell's y; that is linear, so a corner has the largest.
        double steepest = Math.Max(
            Math.Max(Math.Abs(c.Solve(from, bottom).X), Math.Abs(c.Solve(from, top).X)),
            Math.Max(Math.Abs(c.Solve(to, bottom).X), Math.Abs(c.Solve(to, top).X)));
        double change = (to - from) * (steepest + 3 / Math.Sqrt(c.ConditionalX));
        int pieces = (int)Math.Max(1, Math.Ceiling(change / Rules[^1].Change)), rule = 0;
        while (change > pieces * Rules[rule].Change * (1 + 1e-12))
            rule++;

        double[] nodes = Rules[rule].Nodes, weights = Rules[rule].Weights;
        double length = (to - from) / pieces, slope = c.Slope, variance = c.ConditionalY, sum = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            for (int node = 0; node < nodes.Length; node++)
            {
                double x = from + length * (piece + nodes[node]), height = Math.Exp(-0.5 * x * x / c.XX);
                if (height > 0)
                    sum += weights[node] * height * GaussianInterval.Mass(y0, y1, image.Y + slope * x, variance);
            }
        }

        return sum * length / (SqrtTwoPi * Math.Sqrt(c.XX));
    }

    private static (double Change, double[] Nodes, double[] Weights) Rule(double change, int count)
    {
        (double[] nodes, double[] weights) = GaussLegendre.Points(count);
        return (change, nodes, weights);
    }
}
