using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Concentration in mean about the data's support K (docs/numerics.md, 2.5): <c>concentration</c>, the continuum's
/// E_v dist² ≤ (4t/λ)(KL − (d/2) log(1 − λ)) at its best λ, and <c>concentration-discrete</c>, E_v φ ≤ KL + log Σ|i| u e^φ with
/// φ = λ min(dist²/4t, 500) (Donsker–Varadhan), which holds for any densities on any grid, at the best λ of a geometric list.
/// </summary>
/// <remarks>
/// For a v whose mass m is 1 only to rounding the discrete bound is exactly KL + m log(Σ/m). Both readings are in units of dist²: the
/// discrete one is multiplied by 4t/λ.
/// </remarks>
internal sealed class ConcentrationMonitors(int dimension) : IMonitor, IMeasures<MeanSquaredDistance>
{
    public static readonly MonitorDescriptor Continuum = new(
        "concentration", "v lies near the data: mean squared distance", "mean dist², of v", "continuum bound", "length²",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("concentration in mean", "numerics 2.5"),
        Help = new MonitorHelp(
            "v lies farther from the data than its KL permits",
            "u on the grid has heavier tails than the heat kernel (implicit-euler)",
            "concentration-discrete; forward of kind closed-form or lattice-exact"),
    };

    private static readonly MonitorDescriptor Discrete = new(
        "concentration-discrete", "v lies near the data: exact on this grid", "mean dist², capped", "discrete bound", "length²",
        Relation.AtMost, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("concentration in mean, discrete form", "numerics 2.5"),
        Help = MonitorHelp.OfGuarantee("v is not a density"),
    };

    public static MonitorKind Kind { get; } =
        new([Continuum, Discrete], setup => setup.Epsilon is null ? null : new ConcentrationMonitors(setup.Grid.Dimension));

    // e^φ after seven squarings: 2^7 (2 + φ/2^7) roundings at most, twice over for φ's own.
    private const double OfTiltedMass = 2 * (256 + SegmentKernels.LargestScaledDistance) * Rounding.Unit;

    public MeanSquaredDistance? Latest { get; private set; }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        Latest = null;
        if (!level.HasGeneration)
            return;
        if (!level.HasDistances)
        {
            readings.Add(Judge.NotApplicable(level, Continuum, double.NaN, guaranteed: false));
            readings.Add(Judge.NotApplicable(level, Discrete, double.NaN, guaranteed: true));
            return;
        }

        double least = double.PositiveInfinity, atLeast = 1;
        for (int tilt = 0; tilt < LevelStatistics.Tilts; tilt++)
        {
            double lambda = LevelStatistics.Tilt(tilt);
            double bound = (level.Divergence + level.MassV * Math.Log(level.TiltedMass(tilt) / level.MassV)) / lambda;
            if (bound < least)
                (least, atLeast) = (bound, lambda);
        }

        double fourTimes = 4 * level.Time;
        double absolute = (16 * Rounding.Unit * level.DivergenceWeight + OfTiltedMass + Rounding.Sum) / atLeast
            + Rounding.Sum * level.MeanCappedDistance;
        Reading discrete = Judge.Read(
            level, Discrete, fourTimes * level.MeanCappedDistance, fourTimes * least, fourTimes * absolute / Judge.Scale(fourTimes * least),
            guaranteed: true);

        double measured = level.MeanSquaredDistance, paper = fourTimes * BestContinuumBound(Math.Max(level.Divergence, 0), dimension);
        Reading continuum = Judge.Read(level, Continuum, measured, paper, Rounding.Sum, guaranteed: false);
        readings.Add(Judge.Excuse(continuum, discrete.Verdict == Verdict.Held));
        readings.Add(discrete);
        Latest = new MeanSquaredDistance(measured, paper);
    }

    /// <summary>
    /// min over 0 &lt; λ &lt; 1 of (K − (d/2) log(1 − λ))/λ, K ≥ 0. The derivative vanishes where g(λ) = (d/2)(λ/(1 − λ) + log(1 − λ))
    /// equals K; g grows from 0 to ∞: bisection in y = −log(1 − λ), where g = (d/2)(e^y − 1 − y).
    /// </summary>
    public static double BestContinuumBound(double divergence, int dimension)
    {
        double half = 0.5 * dimension;
        if (divergence / half < 1e-14)
            return half + Math.Sqrt(2 * half * divergence);
        double low = 0, high = 700;
        for (int halving = 0; halving < 100; halving++)
        {
            double y = 0.5 * (low + high);
            if (half * (Math.Exp(y) - 1 - y) < divergence)
                low = y;
            else
                high = y;
        }

        return (divergence + half * high) / (2 * Math.Exp(-0.5 * high) * Math.Sinh(0.5 * high));
    }
}
