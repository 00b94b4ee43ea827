using PdeDiffusion.Statistics;

namespace PdeDiffusion.Studies;

/// <summary>Observed orders of convergence: e ≈ C x^p with x = h or Δt. NaN where a logarithm is undefined.</summary>
public static class Orders
{
    /// <summary>Order from one level to the next, log(e_{k−1}/e_k) / log(x_{k−1}/x_k); NaN for the first level.</summary>
    /// <param name="x">h or Δt, from the coarsest level to the finest.</param>
    /// <param name="errors">As many errors.</param>
    public static double[] Successive(ReadOnlySpan<double> x, ReadOnlySpan<double> errors)
    {
        var orders = new double[x.Length];
        for (int level = 0; level < x.Length; level++)
        {
            orders[level] = level > 0 && IsUsable(errors[level]) && IsUsable(errors[level - 1])
                ? Math.Log(errors[level - 1] / errors[level]) / Math.Log(x[level - 1] / x[level]) : double.NaN;
        }

        return orders;
    }

    /// <summary>Least-squares fit of log e on log x over the levels with positive errors that are not left out.</summary>
    /// <param name="x">Distinct.</param>
    /// <param name="left">True for levels that are left out; none if empty.</param>
    public static PowerLawFit Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> errors, ReadOnlySpan<bool> left = default)
    {
        List<double> sizes = [], usable = [];
        for (int level = 0; level < x.Length; level++)
        {
            if (!(IsUsable(errors[level]) && IsUsable(x[level])) || (left.Length > 0 && left[level]))
                continue;
            sizes.Add(x[level]);
            usable.Add(errors[level]);
        }

        return PowerLawFit.Of([.. sizes], [.. usable]);
    }

    /// <summary>
    /// The levels at a floor of the error. At rounding: an error of at most <paramref name="rounding"/>, negative ones included. Stalled:
    /// the finest levels with a successive order below both ½ and a quarter of the greatest one before; the three coarsest never are, so
    /// that an order is left out only where it has been seen twice.
    /// </summary>
    /// <param name="x">h or Δt, from the coarsest level to the finest.</param>
    /// <param name="errors">As many errors.</param>
    /// <param name="rounding">As many errors of rounding.</param>
    public static bool[] AtFloor(ReadOnlySpan<double> x, ReadOnlySpan<double> errors, ReadOnlySpan<double> rounding)
    {
        const int Coarsest = 3;
        const double Least = 0.5, Fraction = 0.25;
        double[] orders = Successive(x, errors);
        var atFloor = new bool[x.Length];
        for (int level = 0; level < x.Length; level++)
            atFloor[level] = errors[level] <= rounding[level];
        for (int level = x.Length - 1; level >= Coarsest; level--)
        {
            if (double.IsNaN(errors[level]) || atFloor[level])
                continue;
            double greatest = orders[..level].Where(double.IsFinite).DefaultIfEmpty(0).Max();
            if (!(orders[level] < Math.Min(Least, Fraction * greatest)))
                break;
            atFloor[level] = true;
        }

        return atFloor;
    }

    private static bool IsUsable(double value) => value > 0 && double.IsFinite(value);
}
