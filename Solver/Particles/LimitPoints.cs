using PdeDiffusion.Grids;

namespace PdeDiffusion.Particles;

/// <summary>A point at which paths of a mixed score end as t → 0.</summary>
/// <param name="IsRidge">True where the nearest points of one set are several, so that Φ_λ has a kink there.</param>
public readonly record struct LimitPoint(double X, double Y, bool IsRidge);

/// <summary>
/// Where the paths of ŝ = λ ∇log u_1 + (1−λ) ∇log u_2 end, u_1 and u_2 the heat flows of finite sets A and B (docs/guidance.md): as
/// t → 0, ŝ ≈ −∇Φ_λ/4t with Φ_λ = λ d_A² + (1−λ) d_B², and the paths end at its minima. These are the points c = λ a + (1−λ) b that
/// have a and b as their nearest points, and, for λ &gt; 1, the ridge points c = λ a + (1−λ) b̄, b̄ a mean of points of B equally near
/// to c; for λ &lt; 0 with the sets exchanged.
/// </summary>
public static class LimitPoints
{
    /// <summary>Most combinations of points that are tried.</summary>
    private const double MostTried = 4e6;

    private const double Rounding = 1e-9;

    /// <summary>All minima; null where there are too many points to try.</summary>
    /// <param name="first">A: places with a second coordinate of 0 on the line.</param>
    /// <param name="second">B.</param>
    /// <param name="weight">λ.</param>
    public static IReadOnlyList<LimitPoint>? Of(
        IReadOnlyList<(double X, double Y)> first, IReadOnlyList<(double X, double Y)> second, double weight)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (weight < 0)
            return Of(second, first, 1 - weight);
        bool inPlane = first.Concat(second).Any(place => place.Y != 0);
        double pairs = (double)first.Count * second.Count * (weight > 1 ? second.Count * (inPlane ? second.Count : 1.0) : 1);
        if (pairs > MostTried)
            return null;
        double scale = first.Concat(second).Max(place => Math.Abs(place.X) + Math.Abs(place.Y)) * (1 + weight) + 1;
        var found = new List<LimitPoint>();
        foreach ((double X, double Y) a in first)
        {
            for (int j = 0; j < second.Count; j++)
            {
                Try(a, [second[j]], Mixed(a, second[j]));
                for (int k = j + 1; weight > 1 && k < second.Count; k++)
                {
                    Try(a, [second[j], second[k]], OnBisector(a, second[j], second[k]));
                    for (int l = k + 1; inPlane && l < second.Count; l++)
                        Try(a, [second[j], second[k], second[l]], AtCentre(a, second[j], second[k], second[l]));
                }
            }
        }

        return found;

        (double X, double Y) Mixed((double X, double Y) a, (double X, double Y) b) =>
            (weight * a.X + (1 - weight) * b.X, weight * a.Y + (1 - weight) * b.Y);

        // b̄ = b_k + θ (b_j − b_k), 0 < θ < 1, with c on the bisector of the two.
        (double X, double Y)? OnBisector((double X, double Y) a, (double X, double Y) one, (double X, double Y) two)
        {
            double nx = one.X - two.X, ny = one.Y - two.Y, square = nx * nx + ny * ny;
            if (!(square > 0))
                return null;
            double middle = 0.5 * ((one.X + two.X) * nx + (one.Y + two.Y) * ny);
            (double X, double Y) from = Mixed(a, two);
            double share = (middle - from.X * nx - from.Y * ny) / ((1 - weight) * square);
            return share > 0 && share < 1 ? Mixed(a, (two.X + share * nx, two.Y + share * ny)) : null;
        }

        // The circumcentre of three points, if (c − λ a)/(1−λ) lies within their triangle.
        (double X, double Y)? AtCentre(
            (double X, double Y) a, (double X, double Y) one, (double X, double Y) two, (double X, double Y) three)
        {
            double px = two.X - one.X, py = two.Y - one.Y, qx = three.X - one.X, qy = three.Y - one.Y, area = px * qy - py * qx;
            if (Math.Abs(area) <= Rounding * scale * scale)
                return null;
            double p = 0.5 * (px * px + py * py), q = 0.5 * (qx * qx + qy * qy);
            (double X, double Y) centre = (one.X + (p * qy - q * py) / area, one.Y + (q * px - p * qx) / area);
            double mx = (centre.X - weight * a.X) / (1 - weight) - one.X, my = (centre.Y - weight * a.Y) / (1 - weight) - one.Y;
            double second = (mx * qy - my * qx) / area, third = (px * my - py * mx) / area;
            return second > 0 && third > 0 && second + third < 1 ? centre : null;
        }

        void Try((double X, double Y) a, ReadOnlySpan<(double X, double Y)> nearest, (double X, double Y)? place)
        {
            if (place is not { } c || !IsNearest(c, a, first) || !IsNearest(c, nearest[0], second))
                return;
            if (!found.Exists(other => Math.Abs(other.X - c.X) + Math.Abs(other.Y - c.Y) <= Rounding * scale))
                found.Add(new LimitPoint(c.X, c.Y, nearest.Length > 1));
        }

        bool IsNearest((double X, double Y) c, (double X, double Y) candidate, IReadOnlyList<(double X, double Y)> set)
        {
            double own = Distance(c, candidate);
            return set.All(other => Distance(c, other) >= own - Rounding * scale);
        }

        static double Distance((double X, double Y) one, (double X, double Y) two) => Math.Sqrt(
            (one.X - two.X) * (one.X - two.X) + (one.Y - two.Y) * (one.Y - two.Y));
    }

    /// <summary>Φ_λ at a place.</summary>
    public static double Potential(
        (double X, double Y) at, IReadOnlyList<(double X, double Y)> first, IReadOnlyList<(double X, double Y)> second, double weight)
    {
        return weight * Squared(first) + (1 - weight) * Squared(second);

        double Squared(IReadOnlyList<(double X, double Y)> set) => set.Min(place =>
            (at.X - place.X) * (at.X - place.X) + (at.Y - place.Y) * (at.Y - place.Y));
    }

    /// <summary>
    /// The share of the particles within a box of half width <paramref name="radius"/> about each limit point, the nearest where boxes
    /// overlap, and of the rest.
    /// </summary>
    public static (double[] Shares, double Elsewhere) Shares(IReadOnlyList<LimitPoint> limits, ParticleEnsemble particles, double radius)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(particles);
        var counts = new int[limits.Count];
        int near = 0;
        for (int p = 0; p < particles.Count; p++)
        {
            int best = -1;
            double least = radius;
            for (int limit = 0; limit < limits.Count; limit++)
            {
                double distance = Math.Max(Math.Abs(particles.X[p] - limits[limit].X), Math.Abs(particles.Y[p] - limits[limit].Y));
                if (distance <= least)
                    (best, least) = (limit, distance);
            }

            if (best >= 0)
            {
                counts[best]++;
                near++;
            }
        }

        return ([.. counts.Select(count => (double)count / particles.Count)], 1 - (double)near / particles.Count);
    }

    /// <summary>
    /// The share of a density within the boxes of <see cref="Shares(IReadOnlyList{LimitPoint}, ParticleEnsemble, double)"/>, and of the
    /// rest. The density is constant in each cell; a cell belongs to the limit point nearest to its centre.
    /// </summary>
    /// <param name="averages">Cell averages; their mass is normalised here.</param>
    public static (double[] Shares, double Elsewhere) Shares(
        IReadOnlyList<LimitPoint> limits, Grid grid, ReadOnlySpan<double> averages, double radius)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(grid);
        var shares = new double[limits.Count];
        double total = 0;
        for (int cell = 0; cell < averages.Length; cell++)
        {
            total += grid.Volume(cell) * averages[cell];
            int best = -1;
            double least = double.PositiveInfinity;
            for (int limit = 0; limit < limits.Count; limit++)
            {
                double distance = Math.Abs(grid.Centre(cell, 0) - limits[limit].X);
                if (grid.Dimension == 2)
                    distance = Math.Max(distance, Math.Abs(grid.Centre(cell, 1) - limits[limit].Y));
                if (distance < least)
                    (best, least) = (limit, distance);
            }

            if (best >= 0)
            {
                double within = Within(grid, cell, 0, limits[best].X, radius)
                    * (grid.Dimension == 2 ? Within(grid, cell, 1, limits[best].Y, radius) : grid.RowHeight(cell / grid.Columns));
                shares[best] += within * averages[cell];
            }
        }

        return ([.. shares.Select(share => share / total)], 1 - shares.Sum() / total);
    }

    /// <summary>Length of the part of a cell's side that lies within a radius of a coordinate.</summary>
    private static double Within(Grid grid, int cell, int axis, double coordinate, double radius)
    {
        int position = grid.Position(cell, axis);
        double from = grid.Axes[axis].Faces[position], to = grid.Axes[axis].Faces[position + 1];
        return Math.Max(0, Math.Min(to, coordinate + radius) - Math.Max(from, coordinate - radius));
    }
}
