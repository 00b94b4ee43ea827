namespace PdeDiffusion.Grids;

/// <summary>
/// Integrals of cell averages over a grid: mass, L^p norms, Kullback–Leibler divergence. Sums run row by row with compensation, in an order
/// that depends on the grid only. Used for data, errors and tests; the monitors use a fused pass of their own.
/// </summary>
public static class Density
{
    /// <summary>∫ f = Σ |i| f_i.</summary>
    public static double Mass(Grid grid, ReadOnlySpan<double> values) => Sum(grid, values, values, static (value, _) => value);

    /// <summary>Scales a density to mass 1 in place: f_i ← f_i / Σ |j| f_j.</summary>
    /// <param name="averages">CellCount cell averages, overwritten.</param>
    /// <returns>The mass before.</returns>
    /// <exception cref="ArgumentException">The mass is not positive and finite; the averages are then unchanged.</exception>
    public static double Normalise(Grid grid, Span<double> averages)
    {
        double mass = Mass(grid, averages);
        if (!(mass > 0 && double.IsFinite(mass)))
            throw new ArgumentException($"the density has mass {mass:R}; it must be positive and finite", nameof(averages));
        for (int cell = 0; cell < averages.Length; cell++)
            averages[cell] /= mass;
        return mass;
    }

    /// <summary>‖f‖_p = (Σ |i| |f_i|^p)^{1/p}; the maximum for p = ∞.</summary>
    public static double Norm(Grid grid, ReadOnlySpan<double> values, double p) => Distance(grid, values, [], p);

    /// <summary>‖f − g‖_p, with an empty <paramref name="other"/> read as 0.</summary>
    public static double Distance(Grid grid, ReadOnlySpan<double> values, ReadOnlySpan<double> other, double p)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        double largest = 0;
        for (int cell = 0; cell < values.Length; cell++)
            largest = Math.Max(largest, Math.Abs(values[cell] - (other.IsEmpty ? 0 : other[cell])));
        if (double.IsPositiveInfinity(p) || largest == 0 || !double.IsFinite(largest))
            return largest;

        // Divided by the largest value first, so that a high power neither overflows nor vanishes.
        double sum = 0, carry = 0;
        for (int cell = 0; cell < values.Length; cell++)
        {
            double value = Math.Abs(values[cell] - (other.IsEmpty ? 0 : other[cell])) / largest;
            Add(ref sum, ref carry, grid.Volume(cell) * (p == 1 ? value : Math.Pow(value, p)));
        }

        return largest * Math.Pow(sum + carry, 1 / p);
    }

    /// <summary>
    /// KL(v|u) = ∫ v log(v/u) ≥ 0 for two densities of mass 1; cells with v = 0 contribute 0; infinite where v &gt; 0 = u.
    /// </summary>
    public static double KullbackLeibler(Grid grid, ReadOnlySpan<double> v, ReadOnlySpan<double> u) =>
        Sum(grid, v, u, static (value, base_) => value == 0 ? 0 : value * (Math.Log(value) - Math.Log(base_)));

    /// <summary>min and max of v/u over all cells, u &gt; 0.</summary>
    public static (double Least, double Greatest) RatioRange(ReadOnlySpan<double> v, ReadOnlySpan<double> u)
    {
        double least = double.PositiveInfinity, greatest = 0;
        for (int cell = 0; cell < u.Length; cell++)
        {
            double ratio = v[cell] / u[cell];
            least = Math.Min(least, ratio);
            greatest = Math.Max(greatest, ratio);
        }

        return (least, greatest);
    }

    /// <summary>
    /// The level c of the highest-density region {v ≥ c} that contains a fraction of the mass of v: the largest cell average c for which
    /// the cells with v ≥ c contain at least that fraction.
    /// </summary>
    /// <param name="share">Strictly between 0 and 1, e.g. 0.95.</param>
    public static double HighestDensityLevel(Grid grid, ReadOnlySpan<double> v, double share)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (!(share > 0 && share < 1))
            throw new ArgumentException($"a share lies strictly between 0 and 1, but is {share:R}", nameof(share));
        double[] falling = v.ToArray();
        var cells = new int[falling.Length];
        for (int cell = 0; cell < cells.Length; cell++)
            (cells[cell], falling[cell]) = (cell, -falling[cell]);
        Array.Sort(falling, cells);
        double wanted = share * Mass(grid, v), held = 0;
        foreach (int cell in cells)
        {
            held += grid.Volume(cell) * v[cell];
            if (held >= wanted)
                return v[cell];
        }

        return v[cells[^1]];
    }

    private static double Sum(Grid grid, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Func<double, double, double> term)
    {
        double sum = 0, carry = 0;
        ReadOnlySpan<double> widths = grid.X.Widths;
        for (int row = 0, cell = 0; row < grid.Rows; row++)
        {
            double height = grid.RowHeight(row);
            for (int column = 0; column < widths.Length; column++, cell++)
                Add(ref sum, ref carry, widths[column] * height * term(first[cell], second[cell]));
        }

        return sum + carry;
    }

    /// <summary>Neumaier's compensated addition.</summary>
    private static void Add(ref double sum, ref double carry, double term)
    {
        double total = sum + term;
        if (!double.IsFinite(total))
        {
            (sum, carry) = (total, 0);
            return;
        }

        carry += Math.Abs(sum) >= Math.Abs(term) ? sum - total + term : term - total + sum;
        sum = total;
    }
}
