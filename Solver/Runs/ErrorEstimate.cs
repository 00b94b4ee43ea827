using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Runs;

/// <summary>The result of a run at one resolution.</summary>
/// <param name="Values">Cell averages of v (of u without generation) at stop.</param>
public sealed record Solution(Resolution Resolution, Grid Grid, double[] Values);

/// <summary>
/// The error of a run, estimated from the same run at about half and a quarter of its resolution (Richardson). With v_h, v_2h and v_4h,
/// the observed order is q = log2(|v_2h − v_4h| / |v_h − v_2h|) and the error of v_h is about |v_h − v_2h| / (2^q − 1), q at least 1 and
/// at most the order of the scheme; norms are taken on the coarser of the two grids. Where the ratio of two resolutions is not 2, q
/// solves the same equation with that ratio.
/// </summary>
/// <param name="L1">Estimated L1 error of v at stop (likewise the other norms).</param>
/// <param name="Order">q in L1; NaN if undefined.</param>
/// <param name="Asymptotic">
/// True if q in L1 and in L2 lies within the orders of the scheme, or if all three agree up to rounding; else the norms are |v_h − v_2h|.
/// </param>
public sealed record ErrorEstimate(double L1, double L2, double Linf, double Order, bool Asymptotic)
{
    /// <summary>Differences of less than this, relative to the norm, are rounding error.</summary>
    public const double Rounding = 1e-13;

    /// <summary>
    /// The largest exponent that the estimate relies on: 1 for schemes of first order in time; for parabolic remap, of order 2 in time
    /// and 3 in space, the mean of the two. A larger observed order comes from errors that cancel or from a part that is about to
    /// dominate: with the observed one the estimate is too small by a factor of up to five, with this one at most two
    /// (ErrorEstimateTests).
    /// </summary>
    private const double FirstOrder = 1, HigherOrder = 2.5;

    /// <summary>By how much an observed order may miss the formal ones.</summary>
    private const double Margin = 0.3;

    /// <summary>True if the three results agree up to rounding error.</summary>
    public bool AgreesToRounding { get; private init; }

    /// <summary>True unless the observed order is too low: then the error may be larger than stated.</summary>
    public bool IsReliable { get; private init; }

    /// <summary>The estimated error in a norm, <c>L1</c>, <c>L2</c> or <c>Linf</c>.</summary>
    public double In(string norm) => norm switch
    {
        "L1" => L1,
        "L2" => L2,
        "Linf" => Linf,
        _ => throw new ArgumentException($"no estimate in the norm {norm}", nameof(norm)),
    };

    /// <summary>The estimate from three results.</summary>
    /// <param name="isFirstOrder">Whether the scheme is of first order in time or space; see <see cref="IsFirstOrder"/>.</param>
    public static ErrorEstimate Of(Solution fine, Solution half, Solution quarter, bool isFirstOrder)
    {
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentNullException.ThrowIfNull(half);
        double inner = fine.Resolution.RatioTo(half.Resolution), outer = half.Resolution.RatioTo(quarter.Resolution);
        double[] near = Differences(fine, half), far = Differences(half, quarter);
        double[] orders = [.. near.Zip(far, (first, second) => ObservedOrder(first, second, inner, outer))];
        bool exact = near[0] <= Rounding;
        double greatest = isFirstOrder ? FirstOrder : HigherOrder;
        bool asymptotic = exact || (IsWithin(orders[0], isFirstOrder) && IsWithin(orders[1], isFirstOrder));
        double[] errors = [.. near.Zip(orders, (difference, order) => !asymptotic || exact || double.IsNaN(order)
            ? difference : difference / (Math.Pow(inner, Math.Clamp(order, FirstOrder, greatest)) - 1))];
        return new ErrorEstimate(errors[0], errors[1], errors[2], orders[0], asymptotic)
        {
            AgreesToRounding = exact,
            IsReliable = asymptotic || Math.Min(orders[0], orders[1]) >= LowestOrder(isFirstOrder),
        };
    }

    /// <summary>The difference of two results in L1, L2 and the maximum norm, on the cells of the coarser.</summary>
    public static double[] Differences(Solution fine, Solution coarse)
    {
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentNullException.ThrowIfNull(coarse);
        double[] restricted = SmoothOverlap.Average(fine.Grid, fine.Values, coarse.Grid);
        return [.. ((double[])[1, 2, double.PositiveInfinity]).Select(p => Density.Distance(coarse.Grid, restricted, coarse.Values, p))];
    }

    /// <summary>
    /// q of an error C h^q, from the differences of three levels: far/near = r^q (R^q − 1)/(r^q − 1), which increases with q, r and R the
    /// ratios of the two finer and of the two coarser levels. NaN unless both differences are positive.
    /// </summary>
    public static double ObservedOrder(double near, double far, double inner, double outer)
    {
        if (!(near > 0 && far > 0 && inner > 1 && outer > 1))
            return double.NaN;
        double wanted = far / near;
        double low = -16, high = 16;
        for (int step = 0; step < 60; step++)
        {
            double middle = 0.5 * (low + high);
            if (Ratio(middle) < wanted)
                low = middle;
            else
                high = middle;
        }

        return 0.5 * (low + high);

        double Ratio(double order)
        {
            double a = order * Math.Log(inner), b = order * Math.Log(outer);
            return Math.Abs(order) < 1e-9 ? Math.Log(outer) / Math.Log(inner)
                : Math.Exp(a) * (Math.Exp(b) - 1) / (Math.Exp(a) - 1);
        }
    }

    /// <summary>Whether a run is of first order in time: by its scheme, or by implicit Euler in its forward flow.</summary>
    public static bool IsFirstOrder(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Forward?.Kind == ForwardKind.ImplicitEuler
            || (config.Generation is not null && config.Scheme is not RemapSchemeConfig { Reconstruction: Reconstruction.Parabolic });
    }

    /// <summary>Orders from 2 to 4, or from 1 to 2, with a margin.</summary>
    private static bool IsWithin(double order, bool isFirstOrder) =>
        order >= LowestOrder(isFirstOrder) && order <= (isFirstOrder ? 2 : 4) + Margin;

    private static double LowestOrder(bool isFirstOrder) => (isFirstOrder ? 1 : 2) - Margin;
}
