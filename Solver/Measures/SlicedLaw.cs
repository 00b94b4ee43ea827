using PdeDiffusion.Grids;

namespace PdeDiffusion.Measures;

/// <summary>
/// A density in the plane, constant in each cell, by its projections on the directions of a <see cref="SlicedTransport"/>. The
/// projection of a cell on θ is the sum of two independent uniforms of widths h_x |cos θ| and h_y |sin θ|, a trapezoid; its mass is
/// distributed over equal bins of half the least cell width.
/// </summary>
public sealed class SlicedLaw
{
    private const int MostBins = 20_000;

    private readonly (double Cosine, double Sine)[] directions;
    private readonly QuantileFunction[] projections;

    internal SlicedLaw(Grid grid, ReadOnlySpan<double> averages, (double Cosine, double Sine)[] directions)
    {
        if (grid.Dimension != 2)
            throw new ArgumentException("sliced distances require two axes; on one axis use the quantile function", nameof(grid));
        this.directions = directions;
        projections = new QuantileFunction[directions.Length];
        for (int direction = 0; direction < directions.Length; direction++)
            projections[direction] = Projection(grid, averages, directions[direction]);
    }

    /// <summary>
    /// Sliced W_1 and W_2 to equally weighted points: (π/2) · mean over θ of W_1, and √(2 · mean of W_2²). The factors make them those of a
    /// shift, and at most W_1 and W_2.
    /// </summary>
    /// <exception cref="ArgumentException">No points, or coordinates that differ in number.</exception>
    public (double W1, double W2) Distances(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double first = 0, second = 0;
        for (int direction = 0; direction < directions.Length; direction++)
            Add(direction, QuantileFunction.OfPoints(SlicedTransport.Project(x, y, directions[direction])), ref first, ref second);
        return Mean(first, second);
    }

    /// <summary>The same to another density, projected on the same directions.</summary>
    public (double W1, double W2) Distances(SlicedLaw other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!other.directions.AsSpan().SequenceEqual(directions))
            throw new ArgumentException("the laws are projected on different directions", nameof(other));
        double first = 0, second = 0;
        for (int direction = 0; direction < directions.Length; direction++)
            Add(direction, other.projections[direction], ref first, ref second);
        return Mean(first, second);
    }

    /// <summary>Adds W_1 and W_2² along a direction.</summary>
    private void Add(int direction, QuantileFunction other, ref double first, ref double second)
    {
        first += QuantileFunction.Distance(projections[direction], other, 1);
        double distance = QuantileFunction.Distance(projections[direction], other, 2);
        second += distance * distance;
    }

    private (double W1, double W2) Mean(double first, double second) =>
        (0.5 * Math.PI * first / directions.Length, Math.Sqrt(2 * second / directions.Length));

    private static QuantileFunction Projection(Grid grid, ReadOnlySpan<double> averages, (double Cosine, double Sine) direction)
    {
        (Axis along, Axis across) = (grid.X, grid.Axes[1]);
        double cosine = Math.Abs(direction.Cosine), sine = Math.Abs(direction.Sine), low = double.PositiveInfinity, high = -low;
        foreach (double x in (ReadOnlySpan<double>)[along.From, along.To])
        {
            foreach (double y in (ReadOnlySpan<double>)[across.From, across.To])
            {
                double at = direction.Cosine * x + direction.Sine * y;
                (low, high) = (Math.Min(low, at), Math.Max(high, at));
            }
        }

        double least = Math.Min(Least(along), Least(across));
        int count = (int)Math.Clamp(Math.Ceiling((high - low) / (0.5 * least)), 1, MostBins);
        double width = (high - low) / count;
        var bins = new double[count];
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double mass = averages[cell] * grid.Volume(cell);
            if (!(mass > 0))
                continue;
            double centre = direction.Cosine * grid.Centre(cell, 0) + direction.Sine * grid.Centre(cell, 1) - low;
            double a = cosine * along.Widths[cell % grid.Columns], b = sine * across.Widths[cell / grid.Columns];
            int first = Math.Max(0, (int)((centre - 0.5 * (a + b)) / width));
            int last = Math.Min(count - 1, (int)((centre + 0.5 * (a + b)) / width));
            double below = 0;
            for (int bin = first; bin <= last; bin++)
            {
                double upTo = bin == last ? 1 : Below((bin + 1) * width - centre, a, b);
                bins[bin] += mass * Math.Max(0, upTo - below);
                below = upTo;
            }
        }

        return QuantileFunction.OfBins(low, width, bins);
    }

    /// <summary>The mass below s of the sum of two independent uniforms of widths a and b about 0.</summary>
    private static double Below(double s, double a, double b)
    {
        (double larger, double smaller) = (Math.Max(a, b), Math.Min(a, b));
        if (smaller <= 1e-9 * larger)
            return Math.Clamp(s / larger + 0.5, 0, 1);
        double sum = Ramp(s + 0.5 * (larger + smaller)) - Ramp(s + 0.5 * (larger - smaller)) - Ramp(s - 0.5 * (larger - smaller))
            + Ramp(s - 0.5 * (larger + smaller));
        return Math.Clamp(sum / (larger * smaller), 0, 1);
    }

    private static double Ramp(double z) => z > 0 ? 0.5 * z * z : 0;

    private static double Least(Axis axis)
    {
        double least = double.PositiveInfinity;
        foreach (double width in axis.Widths)
            least = Math.Min(least, width);
        return least;
    }
}
