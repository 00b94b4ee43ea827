
namespace PdeDiffusion.Grids;

/// <summary>
/// Conservative remapping between two grids over the same box: f̄_i = Σ_j |i ∩ j| f_j / |i|, the mean over the target cell i of the
/// function that is constant on the source cells j. Exact for any function where the source refines the target. Used to compare grids in
/// studies and to draw graded grids as pixels.
/// </summary>
public static class CellOverlap
{
    /// <summary>True if both grids cover the same box.</summary>
    public static bool SameBox(Grid first, Grid second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return first.Dimension == second.Dimension && first.Axes.Zip(second.Axes).All(pair =>
            Near(pair.First.From, pair.Second.From, pair.First) && Near(pair.First.To, pair.Second.To, pair.First));
    }

    /// <summary>The averages f̄ on <paramref name="target"/>, x fastest.</summary>
    /// <param name="values">Cell averages on <paramref name="source"/>, x fastest.</param>
    /// <exception cref="ArgumentException">The grids do not cover the same box.</exception>
    public static double[] Average(Grid source, ReadOnlySpan<double> values, Grid target) => Apply(source, values, target, Shares);

    /// <summary>Averages by weights of the source cells along each axis.</summary>
    /// <param name="sharesOf">For each cell of the second axis the cells of the first and their weights, which sum to 1.</param>
    /// <exception cref="ArgumentException">The grids do not cover the same box.</exception>
    internal static double[] Apply(Grid source, ReadOnlySpan<double> values, Grid target, Func<Axis, Axis, Share[][]> sharesOf)
    {
        if (!SameBox(source, target))
            throw new ArgumentException("the grids must cover the same box", nameof(target));
        int columns = target.Columns;
        var rows = new double[source.Rows * columns];
        Share[][] alongX = sharesOf(source.X, target.X);
        for (int row = 0; row < source.Rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                foreach (Share share in alongX[column])
                    rows[row * columns + column] += share.Weight * values[row * source.Columns + share.Cell];
            }
        }

        if (source.Dimension == 1)
            return rows;
        var averages = new double[target.CellCount];
        Share[][] alongY = sharesOf(source.Axes[1], target.Axes[1]);
        for (int row = 0; row < target.Rows; row++)
        {
            foreach (Share share in alongY[row])
            {
                for (int column = 0; column < columns; column++)
                    averages[row * columns + column] += share.Weight * rows[share.Cell * columns + column];
            }
        }

        return averages;
    }

    /// <summary>A source cell and its weight in an average.</summary>
    internal readonly record struct Share(int Cell, double Weight);

    /// <summary>For each target cell the source cells it overlaps and the shares of its width; they sum to 1.</summary>
    private static Share[][] Shares(Axis source, Axis target)
    {
        var shares = new Share[target.Cells][];
        int first = 0;
        for (int cell = 0; cell < target.Cells; cell++)
        {
            double from = target.Faces[cell], to = target.Faces[cell + 1];
            while (first < source.Cells - 1 && source.Faces[first + 1] <= from)
                first++;
            var parts = new List<Share>();
            double total = 0;
            for (int part = first; part < source.Cells && source.Faces[part] < to; part++)
            {
                double width = Math.Min(to, source.Faces[part + 1]) - Math.Max(from, source.Faces[part]);
                if (width <= 0)
                    continue;
                parts.Add(new Share(part, width));
                total += width;
            }

            shares[cell] = [.. parts.Select(part => part with { Weight = part.Weight / total })];
        }

        return shares;
    }

    private static bool Near(double first, double second, Axis axis) => Math.Abs(first - second) <= 1e-12 * (axis.To - axis.From);
}
