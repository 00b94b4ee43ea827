using PdeDiffusion.Grids;

namespace PdeDiffusion.Particles;

/// <summary>
/// Two finite sets A and B whose scores are mixed with weights λ and 1 − λ: the potential Φ_λ = λ d_A² + (1−λ) d_B², its limit points and
/// their basins, the places from which the descent dX/ds = −∇Φ_λ/4 ends there (docs/guidance.md).
/// </summary>
/// <param name="First">A; places with a second coordinate of 0 on the line.</param>
/// <param name="Second">B.</param>
/// <param name="Weight">λ.</param>
public sealed record GuidedSets(IReadOnlyList<(double X, double Y)> First, IReadOnlyList<(double X, double Y)> Second, double Weight)
{
    /// <summary>
    /// The share of the way to the minimum of a quadratic piece of Φ that a descent goes beyond a kink: along a ridge it moves by steps of
    /// this length.
    /// </summary>
    private const double BeyondKink = 0.01;

    /// <summary>Largest number of pieces of a descent; one along a ridge shrinks by e in 100 of them.</summary>
    private const int MostPieces = 2000;

    /// <summary>Largest number of distances in the descents from all cells of a grid or from all particles.</summary>
    private const double MostDistances = 4e9;

    private readonly Lazy<IReadOnlyList<LimitPoint>?> limits = new(() => LimitPoints.Of(First, Second, Weight));

    /// <summary>The limit points; null where there are too many points to try.</summary>
    public IReadOnlyList<LimitPoint>? Limits => limits.Value;

    /// <summary>Φ_λ.</summary>
    public double Potential(double x, double y) => LimitPoints.Potential((x, y), First, Second, Weight);

    /// <summary>
    /// The limit point whose basin contains a place; −1 if its descent ends at none, as on the border of two basins. Within a pair of
    /// Voronoi cells of A and B the descent is a straight line to λa + (1−λ)b.
    /// </summary>
    public int BasinOf(double x, double y)
    {
        if (Limits is not { Count: > 0 } found)
            return -1;
        for (int piece = 0; piece < MostPieces; piece++)
        {
            (double X, double Y) a = Nearest(First, x, y), b = Nearest(Second, x, y);
            double alongX = Weight * a.X + (1 - Weight) * b.X - x, alongY = Weight * a.Y + (1 - Weight) * b.Y - y;
            double length = Math.Abs(alongX) + Math.Abs(alongY);
            double kink = Math.Min(Leaving(First, a, x, y, alongX, alongY), Leaving(Second, b, x, y, alongX, alongY));
            if (kink >= 1)
                return At(found, x + alongX, y + alongY, 1e-6 * (1 + length));
            double share = Math.Min(1, kink + BeyondKink);
            (x, y) = (x + share * alongX, y + share * alongY);
            if (AtRidge(found, x, y, 2 * BeyondKink * length) is >= 0 and var ridge)
                return ridge;
        }

        return -1;
    }

    /// <summary>The share of a density in each basin and in none, by the cells' centres; null if that takes too long.</summary>
    /// <param name="averages">Cell averages; their mass is normalised here.</param>
    public (double[] Shares, double Elsewhere)? BasinShares(Grid grid, ReadOnlySpan<double> averages)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (Limits is not { } found || IsTooLong(grid.CellCount))
            return null;
        var shares = new double[found.Count];
        double total = 0, elsewhere = 0;
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double mass = grid.Volume(cell) * averages[cell];
            if (!(mass > 0))
                continue;
            total += mass;
            int basin = BasinOf(grid.Centre(cell, 0), grid.Dimension == 2 ? grid.Centre(cell, 1) : 0);
            if (basin >= 0)
                shares[basin] += mass;
            else
                elsewhere += mass;
        }

        return ([.. shares.Select(share => share / total)], elsewhere / total);
    }

    /// <summary>The share of particles in each basin and in none; null if that takes too long.</summary>
    public (double[] Shares, double Elsewhere)? BasinShares(ParticleEnsemble particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        if (Limits is not { } found || IsTooLong(particles.Count))
            return null;
        var counts = new int[found.Count];
        int inside = 0;
        for (int p = 0; p < particles.Count; p++)
        {
            int basin = BasinOf(particles.X[p], particles.Y[p]);
            if (basin < 0)
                continue;
            counts[basin]++;
            inside++;
        }

        return ([.. counts.Select(count => (double)count / particles.Count)], 1 - (double)inside / particles.Count);
    }

    /// <summary>Descents along ridges take many pieces; without ridges a descent crosses few kinks.</summary>
    private bool IsTooLong(double places) =>
        places * (First.Count + Second.Count) * (Weight is < 0 or > 1 ? 500 : 20) > MostDistances;

    private static (double X, double Y) Nearest(IReadOnlyList<(double X, double Y)> set, double x, double y)
    {
        (double X, double Y) nearest = set[0];
        double least = double.PositiveInfinity;
        for (int point = 0; point < set.Count; point++)
        {
            double dx = x - set[point].X, dy = y - set[point].Y, square = dx * dx + dy * dy;
            if (square < least)
                (nearest, least) = (set[point], square);
        }

        return nearest;
    }

    /// <summary>The share s of the way along at which another point of the set becomes as near as its nearest; ∞ if none does.</summary>
    private static double Leaving(
        IReadOnlyList<(double X, double Y)> set, (double X, double Y) own, double x, double y, double alongX, double alongY)
    {
        double least = double.PositiveInfinity;
        for (int point = 0; point < set.Count; point++)
        {
            double dx = set[point].X - own.X, dy = set[point].Y - own.Y, approach = 2 * (alongX * dx + alongY * dy);
            if (!(approach > 0))
                continue;
            double gap = dx * (set[point].X + own.X - 2 * x) + dy * (set[point].Y + own.Y - 2 * y);
            least = Math.Min(least, Math.Max(0, gap) / approach);
        }

        return least;
    }

    private static int At(IReadOnlyList<LimitPoint> limits, double x, double y, double within)
    {
        for (int limit = 0; limit < limits.Count; limit++)
        {
            if (Math.Abs(limits[limit].X - x) + Math.Abs(limits[limit].Y - y) <= within)
                return limit;
        }

        return -1;
    }

    private static int AtRidge(IReadOnlyList<LimitPoint> limits, double x, double y, double within)
    {
        for (int limit = 0; limit < limits.Count; limit++)
        {
            if (limits[limit].IsRidge && Math.Abs(limits[limit].X - x) + Math.Abs(limits[limit].Y - y) <= within)
                return limit;
        }

        return -1;
    }
}
