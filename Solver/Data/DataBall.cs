using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>
/// The smallest ball around bounded data, or around the means of Gaussians of one common variance (docs/numerics.md, 5.1), and the
/// smallest box with sides along the axes.
/// </summary>
/// <param name="Radius">R.</param>
/// <param name="Variance">σ², 0 for bounded data.</param>
public sealed record DataBall(double Radius, double Variance)
{
    /// <summary>Smallest coordinate along each axis.</summary>
    public required IReadOnlyList<double> From { get; init; }

    /// <summary>Largest coordinate along each axis.</summary>
    public required IReadOnlyList<double> To { get; init; }

    /// <summary>The ball of data; null for Gaussians of several variances or with covariances.</summary>
    public static DataBall? Of(InitialData data, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(grid);
        if (data.ClosedForm is { } mixture)
        {
            return mixture.IsIsotropic && !mixture.Variances.ContainsAnyExcept(mixture.Variances[0])
                ? Around(mixture.X, mixture.Y, mixture.Variances[0], mixture.Dimension)
                : null;
        }

        // The corners of the cells with mass.
        double[] averages = data.CellAverages(grid);
        List<double> x = [], y = [];
        for (int cell = 0; cell < averages.Length; cell++)
        {
            if (averages[cell] <= 0)
                continue;
            int column = cell % grid.Columns, row = cell / grid.Columns;
            for (int corner = 0; corner < 4; corner++)
            {
                x.Add(grid.X.Faces[column + corner % 2]);
                y.Add(grid.Dimension == 1 ? 0 : grid.Axes[1].Faces[row + corner / 2]);
            }
        }

        return Around([.. x], [.. y], 0, grid.Dimension);
    }

    private static DataBall Around(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double variance, int dimension)
    {
        double[] from = [Least(x), Least(y)], to = [Greatest(x), Greatest(y)];
        return new DataBall(RadiusOf([.. new ConvexHull(x, y).Vertices]), variance) { From = from[..dimension], To = to[..dimension] };
    }

    private static double Least(ReadOnlySpan<double> values)
    {
        double least = values[0];
        foreach (double value in values)
            least = Math.Min(least, value);
        return least;
    }

    private static double Greatest(ReadOnlySpan<double> values)
    {
        double greatest = values[0];
        foreach (double value in values)
            greatest = Math.Max(greatest, value);
        return greatest;
    }

    /// <summary>
    /// The radius of the smallest circle around points (Welzl's move-to-front in its incremental form: a point outside the circle so far
    /// lies on the next one).
    /// </summary>
    internal static double RadiusOf((double X, double Y)[] points)
    {
        const double Margin = 1 + 1e-13;
        (double X, double Y, double R) circle = (points[0].X, points[0].Y, 0);
        for (int i = 1; i < points.Length; i++)
        {
            if (Contains(circle, points[i]))
                continue;
            circle = (points[i].X, points[i].Y, 0);
            for (int j = 0; j < i; j++)
            {
                if (Contains(circle, points[j]))
                    continue;
                circle = OfTwo(points[i], points[j]);
                for (int k = 0; k < j; k++)
                {
                    if (!Contains(circle, points[k]))
                        circle = OfThree(points[i], points[j], points[k]);
                }
            }
        }

        return circle.R;

        static bool Contains((double X, double Y, double R) circle, (double X, double Y) point) =>
            Math.Sqrt(Math.Pow(point.X - circle.X, 2) + Math.Pow(point.Y - circle.Y, 2)) <= circle.R * Margin;
    }

    private static (double X, double Y, double R) OfTwo((double X, double Y) a, (double X, double Y) b) => (
        0.5 * (a.X + b.X), 0.5 * (a.Y + b.Y), 0.5 * Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2)));

    private static (double X, double Y, double R) OfThree((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
    {
        double bx = b.X - a.X, by = b.Y - a.Y, cx = c.X - a.X, cy = c.Y - a.Y, twice = 2 * (bx * cy - by * cx);
        if (twice == 0)
        {
            // On one line: the two farthest apart.
            (double X, double Y, double R)[] pairs = [OfTwo(a, b), OfTwo(b, c), OfTwo(a, c)];
            return pairs.MaxBy(pair => pair.R);
        }

        double square1 = bx * bx + by * by, square2 = cx * cx + cy * cy;
        double x = (cy * square1 - by * square2) / twice, y = (bx * square2 - cx * square1) / twice;
        return (a.X + x, a.Y + y, Math.Sqrt(x * x + y * y));
    }
}
