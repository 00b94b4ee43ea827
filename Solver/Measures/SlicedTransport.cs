using PdeDiffusion.Grids;

namespace PdeDiffusion.Measures;

/// <summary>
/// Sliced W_2 in the plane: S² = 2 · mean over directions θ of W_2² between the projections on θ, each exact by quantiles (Rabin, Peyré,
/// Delon, Bernot 2011). With the factor 2 = d, S ≤ W_2, with equality where the projections of one coupling are optimal in every direction:
/// for a shift and for two isotropic Gaussians. The directions are equally spaced over a half turn, at π(k + ½)/K.
/// </summary>
public sealed class SlicedTransport
{
    private readonly (double Cosine, double Sine)[] directions;

    /// <param name="count">Number of directions, at least 2: then the mean of cos² is ½ exactly.</param>
    public SlicedTransport(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        directions =
            [.. Enumerable.Range(0, count).Select(k => Math.SinCos(Math.PI * (k + 0.5) / count)).Select(pair => (pair.Cos, pair.Sin))];
    }

    /// <summary>Between equally weighted points.</summary>
    /// <exception cref="ArgumentException">No points, or coordinates that differ in number.</exception>
    public double Distance(
        ReadOnlySpan<double> firstX, ReadOnlySpan<double> firstY, ReadOnlySpan<double> secondX, ReadOnlySpan<double> secondY)
    {
        double sum = 0;
        foreach ((double Cosine, double Sine) direction in directions)
        {
            double distance = QuantileFunction.Distance(
                QuantileFunction.OfPoints(Project(firstX, firstY, direction)),
                    QuantileFunction.OfPoints(Project(secondX, secondY, direction)), 2);
            sum += distance * distance;
        }

        return Math.Sqrt(2 * sum / directions.Length);
    }

    /// <summary>The projections of a density, to which points are compared.</summary>
    /// <param name="averages">Cell averages.</param>
    /// <exception cref="ArgumentException">A grid of one axis, or no mass.</exception>
    public SlicedLaw Of(Grid grid, ReadOnlySpan<double> averages) => new(grid, averages, directions);

    /// <summary>Between densities on one grid of two axes.</summary>
    public GridSlices On(Grid grid) => new(grid, directions);

    /// <summary>The coordinates of points along a direction.</summary>
    internal static double[] Project(ReadOnlySpan<double> x, ReadOnlySpan<double> y, (double Cosine, double Sine) direction)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} first and {y.Length} second coordinates", nameof(x));
        var projected = new double[x.Length];
        for (int point = 0; point < projected.Length; point++)
            projected[point] = direction.Cosine * x[point] + direction.Sine * y[point];
        return projected;
    }
}

/// <summary>
/// Sliced W_2 between densities on one grid, the mass of each cell at its centre: no sampling, and an error below the cells' diameter,
/// which cancels where both densities vary slowly. The order of the cells along each direction is found once.
/// </summary>
public sealed class GridSlices
{
    private readonly Grid grid;
    private readonly int[][] orders;
    private readonly double[][] positions;

    internal GridSlices(Grid grid, IReadOnlyList<(double Cosine, double Sine)> directions)
    {
        if (grid.Dimension != 2)
            throw new ArgumentException("sliced distances require two axes; on one axis use the quantile function", nameof(grid));
        this.grid = grid;
        orders = new int[directions.Count][];
        positions = new double[directions.Count][];
        for (int direction = 0; direction < orders.Length; direction++)
        {
            (double cosine, double sine) = directions[direction];
            int[] order = [.. Enumerable.Range(0, grid.CellCount)];
            double[] position = [.. order.Select(cell => cosine * grid.Centre(cell, 0) + sine * grid.Centre(cell, 1))];
            Array.Sort(position, order);
            (orders[direction], positions[direction]) = (order, position);
        }
    }

    /// <param name="first">Cell averages; their mass is normalised here.</param>
    /// <param name="second">Cell averages.</param>
    public double Distance(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double ofFirst = Density.Mass(grid, first), ofSecond = Density.Mass(grid, second), sum = 0;
        for (int direction = 0; direction < orders.Length; direction++)
            sum += Squared(orders[direction], positions[direction], first, ofFirst, second, ofSecond);
        return Math.Sqrt(2 * sum / orders.Length);
    }

    /// <summary>W_2² along one direction: the mass is moved in the order of the cells.</summary>
    private double Squared(
        int[] order, double[] position, ReadOnlySpan<double> first, double ofFirst, ReadOnlySpan<double> second, double ofSecond)
    {
        double sum = 0, left = 0, wanted = 0;
        int from = -1, to = -1;
        while (true)
        {
            while (left <= 0 && from < order.Length - 1)
                left = grid.Volume(order[++from]) * first[order[from]] / ofFirst;
            while (wanted <= 0 && to < order.Length - 1)
                wanted = grid.Volume(order[++to]) * second[order[to]] / ofSecond;
            double moved = Math.Min(left, wanted), distance = position[Math.Max(from, 0)] - position[Math.Max(to, 0)];
            if (!(moved > 0))
                return sum;
            sum += moved * distance * distance;
            left -= moved;
            wanted -= moved;
        }
    }
}
