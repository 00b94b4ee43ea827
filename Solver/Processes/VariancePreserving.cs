using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Processes;

/// <summary>
/// The integral of the linear rate β(τ) = β_min + (β_max − β_min) τ, that is B(τ) = β_min τ + ½ (β_max − β_min) τ², and its inverse.
/// </summary>
internal readonly struct LinearRate
{
    private readonly double least;
    private readonly double rise;

    /// <exception cref="ArgumentException">Not 0 ≤ β_min ≤ β_max, 0 &lt; β_max &lt; ∞.</exception>
    public LinearRate(double betaMin, double betaMax)
    {
        if (!(betaMin >= 0 && betaMax >= betaMin && betaMax > 0 && double.IsFinite(betaMax)))
            throw new ArgumentException("the rate requires 0 <= betaMin <= betaMax and betaMax > 0");
        (least, rise) = (betaMin, betaMax - betaMin);
    }

    public double At(double time) => least + rise * time;

    public double Integral(double time) => time * (least + 0.5 * rise * time);

    /// <summary>τ of B(τ) = B ≥ 0, without cancellation.</summary>
    public double Inverse(double integral) => integral == 0 ? 0 : 2 * integral / (least + Math.Sqrt(least * least + 2 * rise * integral));
}

/// <summary>A process with α² + σ² = 1, so that α = 1/√(1 + 2t).</summary>
public abstract class UnitVarianceProcess : Process
{
    /// <inheritdoc/>
    protected sealed override (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma)
    {
        double alpha = 1 / Math.Sqrt(1 + sigma * sigma), cube = alpha * alpha * alpha;
        return (alpha, -sigma * cube, cube);
    }
}

/// <summary>Variance preserving: α = e^{−B/2}, σ = √(1 − e^{−B}), t = (e^B − 1)/2 (Song et al. 2021).</summary>
/// <inheritdoc cref="LinearRate(double, double)"/>
public sealed class VariancePreserving(double betaMin, double betaMax) : UnitVarianceProcess
{
    private readonly LinearRate rate = new(betaMin, betaMax);

    /// <inheritdoc/>
    public override double OwnTime(double heatTime) => rate.Inverse(NearZero.LogOnePlus(2 * heatTime));

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime) => 0.5 * NearZero.ExpMinusOne(rate.Integral(ownTime));

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime) => (0.5 + heatTime) * rate.At(ownTime);
}

/// <summary>Sub-VP: α = e^{−B/2}, σ = 1 − e^{−B}, t = 2 sinh²(B/2), so that 1/α = √(t/2) + √(1 + t/2) (Song et al. 2021).</summary>
/// <inheritdoc cref="LinearRate(double, double)"/>
public sealed class SubVariancePreserving(double betaMin, double betaMax) : Process
{
    private readonly LinearRate rate = new(betaMin, betaMax);

    /// <inheritdoc/>
    public override double OwnTime(double heatTime) => rate.Inverse(2 * Math.Asinh(Math.Sqrt(0.5 * heatTime)));

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime)
    {
        double sinh = Math.Sinh(0.5 * rate.Integral(ownTime));
        return 2 * sinh * sinh;
    }

    /// <inheritdoc/>
    protected override (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma)
    {
        double root = Math.Sqrt(1 + 0.25 * sigma * sigma), alpha = 1 / (0.5 * sigma + root);
        return (alpha, -0.5 * alpha / root, alpha * alpha / root);
    }

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime) => rate.At(ownTime) * Math.Sqrt(heatTime * (2 + heatTime));
}

/// <summary>
/// Cosine: with a(τ) = ½π (τ + s)/(1 + s), s the offset, α = cos a(τ)/cos a(0) and α² + σ² = 1. For s = 0, α = cos(πτ/2), σ = sin(πτ/2)
/// and t = ½ tan²(πτ/2); for s = 0.008 the schedule of Nichol and Dhariwal (2021, eq. 17). t(1) = ∞.
/// </summary>
public sealed class CosineProcess : UnitVarianceProcess
{
    private readonly double offset;
    private readonly double rate;
    private readonly double first;

    /// <exception cref="ArgumentException">The offset is negative or not finite.</exception>
    public CosineProcess(double offset)
    {
        if (!(offset >= 0 && double.IsFinite(offset)))
            throw new ArgumentException("the offset of a cosine process must be >= 0");
        this.offset = offset;
        rate = 0.5 * Math.PI / (1 + offset);
        first = rate * offset;
    }

    /// <inheritdoc/>
    public override double OwnTime(double heatTime)
    {
        // a − a(0) from sin(a − a0) sin(a + a0) = 2t cos² a, without the difference of two angles.
        double sine = Math.Sin(first), cosine = Math.Cos(first);
        double angle = Math.Atan2(Math.Sqrt(2 * heatTime + sine * sine), cosine);
        if (heatTime == 0 || offset == 0)
            return (angle - first) / rate;
        double cos = Math.Cos(angle);
        double difference = 2 * heatTime * cos * cos / Math.Sin(angle + first);
        return (difference < 0.5 ? Math.Asin(difference) : angle - first) / rate;
    }

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime)
    {
        if (ownTime == 1)
            return double.PositiveInfinity;
        double angle = rate * ownTime, cos = Math.Cos(angle + first);
        return 0.5 * Math.Sin(angle) * Math.Sin(angle + 2 * first) / (cos * cos);
    }

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime) =>
        (1 + 2 * heatTime) * Math.Tan(rate * ownTime + first) * rate;
}

/// <summary>
/// A table ᾱ_0 > … > ᾱ_{N−1} of DDPM: α = √ᾱ, σ = √(1 − ᾱ), t = (1 − ᾱ)/(2ᾱ) at the rows k, and log t linear in k between them, as
/// k-diffusion interpolates. Own time is the fractional row.
/// </summary>
public sealed class AlphaBarProcess : UnitVarianceProcess
{
    private readonly double[] logTimes;
    private readonly double[] times;

    /// <exception cref="ArgumentException">Fewer than two rows, a value outside (0, 1), or values that do not fall.</exception>
    public AlphaBarProcess(ReadOnlySpan<double> alphaBar)
    {
        if (alphaBar.Length < 2)
            throw new ArgumentException("a table of alpha-bar requires at least two rows");
        times = new double[alphaBar.Length];
        for (int row = 0; row < times.Length; row++)
        {
            if (!(alphaBar[row] > 0 && alphaBar[row] < 1))
                throw new ArgumentException($"alpha-bar must lie in (0, 1), but is {alphaBar[row]:R} in row {row}");
            times[row] = 0.5 * (1 - alphaBar[row]) / alphaBar[row];
            if (row > 0 && !(times[row] > times[row - 1]))
                throw new ArgumentException($"alpha-bar must fall, but {alphaBar[row]:R} in row {row} follows {alphaBar[row - 1]:R}");
        }

        logTimes = Array.ConvertAll(times, Math.Log);
    }

    /// <inheritdoc/>
    public override double To => times.Length - 1;

    /// <inheritdoc/>
    public override double OwnTime(double heatTime)
    {
        int found = Array.BinarySearch(times, heatTime);
        if (found >= 0)
            return found;
        int row = Math.Clamp(~found - 1, 0, times.Length - 2);
        return row + (Math.Log(heatTime) - logTimes[row]) / (logTimes[row + 1] - logTimes[row]);
    }

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime)
    {
        int row = Math.Min((int)ownTime, times.Length - 2);
        double share = ownTime - row;
        return share == 0 ? times[row] : share == 1 ? times[row + 1]
            : Math.Exp(logTimes[row] + share * (logTimes[row + 1] - logTimes[row]));
    }

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime)
    {
        int row = Math.Clamp((int)ownTime, 0, times.Length - 2);
        return heatTime * (logTimes[row + 1] - logTimes[row]);
    }
}
