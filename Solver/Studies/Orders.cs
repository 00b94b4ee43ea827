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

    /// <summary>Least-squares slope of log e on log x; NaN with fewer than two points at which both are positive.</summary>
    /// <param name="x">Distinct.</param>
    public static double Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> errors)
    {
        List<double> sizes = [], usable = [];
        for (int level = 0; level < x.Length; level++)
        {
            if (!(IsUsable(errors[level]) && IsUsable(x[level])))
                continue;
            sizes.Add(x[level]);
            usable.Add(errors[level]);
        }

        return PowerLawFit.Of([.. sizes], [.. usable]).Exponent;
    }

    private static bool IsUsable(double value) => value > 0 && double.IsFinite(value);
}
