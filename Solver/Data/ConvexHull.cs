namespace PdeDiffusion.Data;

/// <summary>The convex hull of points in the plane (Andrew's monotone chain): a polygon, a segment or a point.</summary>
public sealed class ConvexHull
{
    private readonly (double X, double Y)[] vertices;

    /// <param name="x">First coordinates, at least one point.</param>
    /// <param name="y">Second coordinates.</param>
    public ConvexHull(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var points = new (double X, double Y)[x.Length];
        for (int k = 0; k < points.Length; k++)
            points[k] = (x[k], y[k]);
        Array.Sort(points);

        var chain = new List<(double X, double Y)>();
        foreach ((double X, double Y) point in points)
            Extend(chain, point, 1);
        int lower = chain.Count;
        for (int k = points.Length - 2; k >= 0; k--)
            Extend(chain, points[k], lower);
        if (chain.Count > 1)
            chain.RemoveAt(chain.Count - 1);
        vertices = [.. chain];
    }

    /// <summary>Vertices, counter-clockwise, no three on a line.</summary>
    public IReadOnlyList<(double X, double Y)> Vertices => vertices;

    /// <summary>dist(x, hull)², 0 inside.</summary>
    public double SquaredDistance(double x, double y)
    {
        bool inside = vertices.Length > 2;
        double nearest = double.PositiveInfinity;
        for (int k = 0; k < vertices.Length; k++)
        {
            (double X, double Y) a = vertices[k], b = vertices[(k + 1) % vertices.Length];
            inside &= Cross(a, b, (x, y)) >= 0;
            double alongX = b.X - a.X, alongY = b.Y - a.Y, length = alongX * alongX + alongY * alongY;
            double share = length == 0 ? 0 : Math.Clamp(((x - a.X) * alongX + (y - a.Y) * alongY) / length, 0, 1);
            double dx = x - (a.X + share * alongX), dy = y - (a.Y + share * alongY);
            nearest = Math.Min(nearest, dx * dx + dy * dy);
        }

        return inside ? 0 : nearest;
    }

    private static void Extend(List<(double X, double Y)> chain, (double X, double Y) point, int least)
    {
        while (chain.Count > least && Cross(chain[^2], chain[^1], point) <= 0)
            chain.RemoveAt(chain.Count - 1);
        if (chain.Count == 0 || chain[^1] != point)
            chain.Add(point);
    }

    /// <summary>Twice the signed area of the triangle: positive if c lies to the left of the line from a to b.</summary>
    private static double Cross((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) =>
        (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
}
