namespace PdeDiffusion.Particles;

/// <summary>A vertex of a polygon.</summary>
public readonly record struct Vertex(double X, double Y);

/// <summary>
/// γ-Voronoi cores of points x_1 … x_N in a box, γ ≥ 0: core i is {x : |x − x_j|² − |x − x_i|² ≥ γ for all j ≠ i}. γ = 0 gives the
/// Voronoi cells, which fill the box; cores shrink as γ grows. Inside core i, at time t, the weight of x_j in the empirical score
/// relative to x_i is at most exp(−γ/4t) times a_j/a_i. A core is convex: the intersection of the half-planes 2 (x − (x_i + x_j)/2)·(x_i
/// − x_j) ≥ γ. The cores of points that coincide are empty for γ &gt; 0, and for γ = 0 they all have the same cell; the core of a single
/// point is the whole box.
/// </summary>
public sealed class VoronoiCores
{
    private readonly double[] x;
    private readonly double[] y;
    private readonly double left, right, bottom, top;

    /// <summary>Points on a line, in an interval.</summary>
    /// <exception cref="ArgumentException">No points, a point that is not finite, or an empty interval.</exception>
    public VoronoiCores(ReadOnlySpan<double> x, double from, double to)
        : this(x, [], from, to, -0.5, 0.5)
    {
    }

    /// <summary>Points in the plane, in a box.</summary>
    /// <exception cref="ArgumentException">No points, lengths that differ, a point that is not finite, or an empty box.</exception>
    public VoronoiCores(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double left, double right, double bottom, double top)
    {
        if (x.IsEmpty)
            throw new ArgumentException("Voronoi cores require at least one point", nameof(x));
        if (!y.IsEmpty && y.Length != x.Length)
            throw new ArgumentException($"points require as many second as first coordinates, not {y.Length} and {x.Length}", nameof(y));
        if (!(left < right && bottom < top && double.IsFinite(right - left) && double.IsFinite(top - bottom)))
            throw new ArgumentException("the box of Voronoi cores must be finite and not empty", nameof(left));
        this.x = x.ToArray();
        this.y = y.IsEmpty ? new double[x.Length] : y.ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            if (!double.IsFinite(this.x[i]) || !double.IsFinite(this.y[i]))
                throw new ArgumentException($"point {i} is not finite", nameof(x));
        }

        (this.left, this.right, this.bottom, this.top) = (left, right, bottom, top);
        Dimension = y.IsEmpty ? 1 : 2;
    }

    /// <summary>1 or 2.</summary>
    public int Dimension { get; }

    /// <summary>Number of points.</summary>
    public int Count => x.Length;

    /// <summary>
    /// The core of a point within the box: vertices in counter-clockwise order, none if it is empty. In one dimension: its two ends, as
    /// vertices with y = 0.
    /// </summary>
    public IReadOnlyList<Vertex> Polygon(int point, double gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        if (Dimension == 1)
        {
            var (from, to) = Interval(point, gamma);
            return from < to ? [new Vertex(from, 0), new Vertex(to, 0)] : [];
        }

        List<Vertex> polygon = [new(left, bottom), new(right, bottom), new(right, top), new(left, top)], clipped = [];
        for (int j = 0; j < Count && polygon.Count > 0; j++)
        {
            if (j == point)
                continue;
            Clip(polygon, clipped, point, j, gamma);
            (polygon, clipped) = (clipped, polygon);
        }

        return polygon;
    }

    /// <summary>The core of a point on a line; empty if From ≥ To.</summary>
    /// <exception cref="InvalidOperationException">The points lie in the plane.</exception>
    public (double From, double To) Interval(int point, double gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        if (Dimension != 1)
            throw new InvalidOperationException("cores of points in the plane are polygons, not intervals");
        var (from, to) = (left, right);
        for (int j = 0; j < Count; j++)
        {
            double gap = x[point] - x[j], middle = x[j] + 0.5 * gap;
            if (gap > 0)
                from = Math.Max(from, middle + 0.5 * gamma / gap);
            else if (gap < 0)
                to = Math.Min(to, middle + 0.5 * gamma / gap);
            else if (j != point && gamma > 0)
                to = left;
        }

        return (from, to);
    }

    /// <summary>Area of a core within the box; its length in one dimension.</summary>
    public double Area(int point, double gamma)
    {
        IReadOnlyList<Vertex> polygon = Polygon(point, gamma);
        if (Dimension == 1)
            return polygon.Count == 0 ? 0 : polygon[1].X - polygon[0].X;
        double twice = 0;
        for (int k = 2; k < polygon.Count; k++)
        {
            // Relative to the first vertex, so that a small polygon far from the origin loses nothing.
            twice += (polygon[k - 1].X - polygon[0].X) * (polygon[k].Y - polygon[0].Y)
                - (polygon[k].X - polygon[0].X) * (polygon[k - 1].Y - polygon[0].Y);
        }

        return 0.5 * twice;
    }

    /// <summary>
    /// The point whose core contains a position (the box does not matter); −1 if none does. Where cells touch, γ = 0, the first of the
    /// points.
    /// </summary>
    /// <param name="py">0 in one dimension.</param>
    public int IndexOf(double px, double py, double gamma)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        int nearest = Nearest(px, py);
        for (int j = 0; j < Count; j++)
        {
            if (j != nearest && !(Excess(nearest, j, px, py) >= gamma))
                return -1;
        }

        return nearest;
    }

    /// <summary>The nearest point, the first of several.</summary>
    public int Nearest(double px, double py)
    {
        int nearest = 0;
        for (int j = 1; j < Count; j++)
        {
            if (Excess(nearest, j, px, py) < 0)
                nearest = j;
        }

        return nearest;
    }

    /// <summary>
    /// Memorisation: the share of the particles in some γ-core at the start that are nearest to that core's point at the end; NaN if none
    /// starts in a core.
    /// </summary>
    /// <exception cref="ArgumentException">Ensembles of different size.</exception>
    public double MemorisedShare(ParticleEnsemble start, ParticleEnsemble end, double gamma)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(end);
        if (start.Count != end.Count)
            throw new ArgumentException($"{start.Count} particles cannot end as {end.Count}", nameof(end));
        int inCore = 0, memorised = 0;
        for (int p = 0; p < start.Count; p++)
        {
            int core = IndexOf(start.X[p], start.Y[p], gamma);
            if (core < 0)
                continue;
            inCore++;
            if (Excess(core, Nearest(end.X[p], end.Y[p]), end.X[p], end.Y[p]) >= 0)
                memorised++;
        }

        return (double)memorised / inCore;
    }

    /// <summary>|p − x_j|² − |p − x_i|² = 2 (p − (x_i + x_j)/2)·(x_i − x_j), in the form that does not subtract squares.</summary>
    private double Excess(int i, int j, double px, double py)
    {
        double gapX = x[i] - x[j], gapY = y[i] - y[j];
        return 2 * ((px - (x[j] + 0.5 * gapX)) * gapX + (py - (y[j] + 0.5 * gapY)) * gapY);
    }

    /// <summary>Sutherland and Hodgman's cut of a convex polygon by the half-plane of points i and j.</summary>
    private void Clip(List<Vertex> polygon, List<Vertex> clipped, int i, int j, double gamma)
    {
        clipped.Clear();
        Vertex before = polygon[^1];
        double excessBefore = Excess(i, j, before.X, before.Y) - gamma;
        foreach (Vertex vertex in polygon)
        {
            double excess = Excess(i, j, vertex.X, vertex.Y) - gamma;
            if ((excess > 0 && excessBefore < 0) || (excess < 0 && excessBefore > 0))
            {
                double share = excessBefore / (excessBefore - excess);
                clipped.Add(new Vertex(before.X + share * (vertex.X - before.X), before.Y + share * (vertex.Y - before.Y)));
            }

            if (excess >= 0)
                clipped.Add(vertex);
            (before, excessBefore) = (vertex, excess);
        }
    }
}
