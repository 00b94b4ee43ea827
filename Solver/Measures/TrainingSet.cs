namespace PdeDiffusion.Measures;

/// <summary>How points lie about a training set.</summary>
/// <param name="Distance">Mean distance to the nearest training point.</param>
/// <param name="Memorised">Share within the core of some training point.</param>
public readonly record struct Nearness(double Distance, double Memorised);

/// <summary>
/// Training points x_1 … x_N, and what is near to them. A point x is memorised if it lies in the core of its nearest training
/// point x_i (docs/numerics.md, 2.9), |x − x_j|² − |x − x_i|² ≥ γ_ij for all j ≠ i, with γ_ij = <c>shrink</c> · |x_i − x_j|²: the Voronoi
/// cell of x_i shrunk about it by the factor 1 − <c>shrink</c>. So every training point has a core, however close to others it is, and of
/// uniform draws on a line about the share 1 − <c>shrink</c> lies in one.
/// </summary>
public sealed class TrainingSet
{
    private readonly double[] x;
    private readonly double[] y;
    private readonly double shrink;

    /// <param name="x">First coordinates; a point that is repeated counts once.</param>
    /// <param name="y">Second coordinates; zeros in one dimension.</param>
    /// <param name="shrink">From 0, the whole Voronoi cell, to below 1.</param>
    /// <exception cref="ArgumentException">Fewer than two different points, or shrink outside [0, 1).</exception>
    public TrainingSet(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double shrink)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} first and {y.Length} second coordinates", nameof(x));
        if (!(shrink >= 0 && shrink < 1))
            throw new ArgumentException($"shrink must lie in [0, 1), but is {shrink:R}", nameof(shrink));
        var places = new HashSet<(double X, double Y)>();
        for (int point = 0; point < x.Length; point++)
            places.Add((x[point], y[point]));
        if (places.Count < 2)
            throw new ArgumentException("a training set requires at least two different points", nameof(x));
        this.x = [.. places.Select(place => place.X)];
        this.y = [.. places.Select(place => place.Y)];
        this.shrink = shrink;
    }

    /// <summary>Number of different points.</summary>
    public int Count => x.Length;

    /// <summary>How points lie about the training set.</summary>
    public Nearness Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double distance = 0;
        int memorised = 0;
        for (int point = 0; point < x.Length; point++)
        {
            int nearest = Nearest(x[point], y[point]);
            distance += double.Hypot(x[point] - this.x[nearest], y[point] - this.y[nearest]);
            memorised += IsInCore(nearest, x[point], y[point]) ? 1 : 0;
        }

        return new Nearness(distance / x.Length, (double)memorised / x.Length);
    }

    /// <summary>
    /// (share − fresh)/(1 − fresh): 0 for a law whose draws are memorised as often as fresh ones, 1 where all are. In one dimension, and on
    /// a curve, cores take up a good part of the data's support, so the share alone says little. NaN where all fresh ones are memorised.
    /// </summary>
    public static double Excess(double share, double fresh) => fresh < 1 ? (share - fresh) / (1 - fresh) : double.NaN;

    private int Nearest(double px, double py)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int j = 0; j < x.Length; j++)
        {
            double dx = px - x[j], dy = py - y[j], square = dx * dx + dy * dy;
            if (square < least)
                (nearest, least) = (j, square);
        }

        return nearest;
    }

    /// <summary>(p − x_i)·(x_j − x_i) ≤ ½ (1 − shrink) |x_j − x_i|² for all j: the form that does not subtract squares.</summary>
    private bool IsInCore(int i, double px, double py)
    {
        double alongX = px - x[i], alongY = py - y[i], share = 0.5 * (1 - shrink);
        for (int j = 0; j < x.Length; j++)
        {
            double gapX = x[j] - x[i], gapY = y[j] - y[i];
            if (alongX * gapX + alongY * gapY > share * (gapX * gapX + gapY * gapY))
                return false;
        }

        return true;
    }
}
