using PdeDiffusion.Grids;

namespace PdeDiffusion.Measures;

/// <summary>
/// The quantile function Q of a law on the line, made of straight pieces: pieces of constant density (cells) or points, where Q is
/// constant. On the line W_p(a, b)^p = ∫_0^1 |Q_a − Q_b|^p, so between two such laws it is a sum of integrals in closed form.
/// </summary>
public sealed class QuantileFunction
{
    /// <summary>Mass below the end of each piece, increasing to 1.</summary>
    private readonly double[] masses;
    private readonly double[] starts;
    private readonly double[] ends;

    private QuantileFunction(List<(double Mass, double Start, double End)> pieces)
    {
        double total = pieces.Sum(piece => piece.Mass), below = 0;
        if (!(total > 0 && double.IsFinite(total)))
            throw new ArgumentException("a density requires a finite, positive mass");
        masses = new double[pieces.Count];
        (starts, ends) = ([.. pieces.Select(piece => piece.Start)], [.. pieces.Select(piece => piece.End)]);
        for (int piece = 0; piece < masses.Length; piece++)
            masses[piece] = (below += pieces[piece].Mass) / total;
        masses[^1] = 1;
    }

    /// <summary>The law whose density is constant in each cell; normalised.</summary>
    /// <param name="averages">One per cell, ≥ 0.</param>
    /// <exception cref="ArgumentException">Not one average per cell, a negative one, or no mass.</exception>
    public static QuantileFunction OfCells(Axis axis, ReadOnlySpan<double> averages)
    {
        ArgumentNullException.ThrowIfNull(axis);
        if (averages.Length != axis.Cells)
            throw new ArgumentException($"{averages.Length} averages for {axis.Cells} cells", nameof(averages));
        var pieces = new List<(double, double, double)>(averages.Length);
        for (int cell = 0; cell < averages.Length; cell++)
        {
            if (!(averages[cell] >= 0))
                throw new ArgumentException($"the density of cell {cell} is {averages[cell]:R}", nameof(averages));
            if (averages[cell] > 0)
                pieces.Add((averages[cell] * axis.Widths[cell], axis.Faces[cell], axis.Faces[cell + 1]));
        }

        return new QuantileFunction(pieces);
    }

    /// <summary>The law whose density is constant in each of equal bins; normalised.</summary>
    /// <param name="from">Where the first bin begins.</param>
    /// <param name="width">Of a bin.</param>
    /// <param name="bins">Their masses, ≥ 0.</param>
    /// <exception cref="ArgumentException">No mass.</exception>
    public static QuantileFunction OfBins(double from, double width, ReadOnlySpan<double> bins)
    {
        var pieces = new List<(double, double, double)>(bins.Length);
        for (int bin = 0; bin < bins.Length; bin++)
        {
            if (bins[bin] > 0)
                pieces.Add((bins[bin], from + bin * width, from + (bin + 1) * width));
        }

        return new QuantileFunction(pieces);
    }

    /// <summary>The law of masses that are spread evenly over segments, which may overlap; a segment without length is a point.</summary>
    /// <param name="masses">≥ 0.</param>
    /// <param name="from">One end of each segment.</param>
    /// <param name="to">The other end.</param>
    /// <exception cref="ArgumentException">No mass.</exception>
    public static QuantileFunction OfSegments(ReadOnlySpan<double> masses, ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        var pieces = new List<(double Mass, double Start, double End)>(masses.Length);
        var changes = new List<(double At, double Density, int Count)>(2 * masses.Length);
        for (int segment = 0; segment < masses.Length; segment++)
        {
            double low = Math.Min(from[segment], to[segment]), high = Math.Max(from[segment], to[segment]);
            double density = masses[segment] / (high - low);
            if (!(masses[segment] > 0))
                continue;
            if (double.IsFinite(density))
            {
                changes.Add((low, density, 1));
                changes.Add((high, -density, -1));
                continue;
            }

            // A point divides the pieces around it.
            pieces.Add((masses[segment], low, low));
            changes.Add((low, 0, 0));
        }

        changes.Sort((first, second) => first.At.CompareTo(second.At));
        double sum = 0, before = 0;
        int count = 0;
        foreach ((double at, double density, int ends) in changes)
        {
            if (count > 0 && at > before && sum > 0)
                pieces.Add((sum * (at - before), before, at));
            (sum, count, before) = (sum + density, count + ends, at);
            if (count == 0)
                sum = 0;
        }

        pieces.Sort((first, second) => (first.Start, first.End).CompareTo((second.Start, second.End)));
        return new QuantileFunction(pieces);
    }

    /// <summary>Equal masses at points, in any order.</summary>
    /// <exception cref="ArgumentException">No points.</exception>
    public static QuantileFunction OfPoints(ReadOnlySpan<double> positions)
    {
        double[] sorted = positions.ToArray();
        Array.Sort(sorted);
        return new QuantileFunction([.. sorted.Select(position => (1.0, position, position))]);
    }

    /// <summary>Q at a mass, strictly between 0 and 1.</summary>
    public double At(double mass)
    {
        int piece = Array.BinarySearch(masses, mass);
        return At(piece < 0 ? Math.Min(~piece, masses.Length - 1) : piece, mass);
    }

    /// <summary>W_1 or W_2 of two laws, exact up to rounding.</summary>
    /// <param name="order">p: 1 or 2.</param>
    public static double Distance(QuantileFunction first, QuantileFunction second, int order)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (order is not (1 or 2))
            throw new ArgumentOutOfRangeException(nameof(order), "must be 1 or 2");
        double sum = 0, below = 0;
        for (int i = 0, j = 0; i < first.masses.Length && j < second.masses.Length;)
        {
            double until = Math.Min(first.masses[i], second.masses[j]);
            if (until > below)
            {
                double atStart = first.At(i, below) - second.At(j, below), atEnd = first.At(i, until) - second.At(j, until);
                sum += (until - below) * (order == 2 ? (atStart * atStart + atStart * atEnd + atEnd * atEnd) / 3
                    : MeanSize(atStart, atEnd));
                below = until;
            }

            bool firstDone = first.masses[i] <= until, secondDone = second.masses[j] <= until;
            i += firstDone ? 1 : 0;
            j += secondDone ? 1 : 0;
        }

        return order == 2 ? Math.Sqrt(sum) : sum;
    }

    /// <summary>Q at a mass within a piece.</summary>
    private double At(int piece, double mass)
    {
        double from = piece == 0 ? 0 : masses[piece - 1], width = masses[piece] - from;
        return width > 0 ? starts[piece] + (ends[piece] - starts[piece]) * Math.Clamp((mass - from) / width, 0, 1) : starts[piece];
    }

    /// <summary>Mean of |z| where z goes straight from one value to another.</summary>
    private static double MeanSize(double from, double to) => from * to >= 0
        ? 0.5 * (Math.Abs(from) + Math.Abs(to)) : 0.5 * (from * from + to * to) / (Math.Abs(from) + Math.Abs(to));
}
