namespace PdeDiffusion.Processes;

/// <summary>
/// A Gaussian path x = α(τ) x0 + σ(τ) ξ, ξ standard normal, with a time τ of its own. It is the heat flow ∂t u = Δu seen through a
/// scaling: x = α y, t = σ²/(2α²), and the density of x is u(t, x/α)/α^d (docs/conventions.md).
/// </summary>
public abstract class Process
{
    /// <summary>Own time of the data, or of least noise.</summary>
    public virtual double From => 0;

    /// <summary>Own time of most noise; less than <see cref="From"/> if the process counts from noise to data.</summary>
    public virtual double To => 1;

    /// <summary>Forward time t = σ²/(2α²) at own time τ; infinite where α = 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">τ outside the process's times.</exception>
    public double HeatTime(double ownTime)
    {
        if (!(ownTime >= Math.Min(From, To) && ownTime <= Math.Max(From, To)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ownTime), FormattableString.Invariant($"time {ownTime:R} lies outside the process's [{From:R}, {To:R}]"));
        }

        return HeatTimeAt(ownTime);
    }

    /// <summary>
    /// Own time τ at forward time t ≥ 0, the inverse of <see cref="HeatTime"/>; beyond its range where the formula goes on.
    /// </summary>
    public abstract double OwnTime(double heatTime);

    /// <summary>The process where the heat flow has forward time t ≥ 0.</summary>
    public ProcessLevel At(double heatTime)
    {
        double own = OwnTime(heatTime), sigma = NoiseLevel.Sigma(heatTime);
        (double alpha, double alphaSlope, double noiseSlope) = Scaling(sigma);
        return new ProcessLevel(own, heatTime, alpha, alphaSlope, noiseSlope, HeatRate(own, heatTime));
    }

    /// <summary>t at own time τ within the range.</summary>
    protected abstract double HeatTimeAt(double ownTime);

    /// <summary>α and the derivatives of α and σ = α √(2t) by √(2t), as functions of √(2t).</summary>
    protected abstract (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma);

    /// <summary>dt/dτ at τ, where the forward time is t.</summary>
    protected abstract double HeatRate(double ownTime, double heatTime);
}

/// <summary>A process at one time.</summary>
/// <param name="OwnTime">τ.</param>
/// <param name="HeatTime">t.</param>
/// <param name="Alpha">α.</param>
/// <param name="AlphaSlope">dα/d√(2t).</param>
/// <param name="NoiseSlope">dσ/d√(2t).</param>
/// <param name="HeatRate">dt/dτ.</param>
public readonly record struct ProcessLevel(
    double OwnTime, double HeatTime, double Alpha, double AlphaSlope, double NoiseSlope, double HeatRate)
{
    /// <summary>σ/α = √(2t), the noise level in the units of the data.</summary>
    public double Sigma => NoiseLevel.Sigma(HeatTime);

    /// <summary>σ, the noise of the scaled variable x = α y.</summary>
    public double Noise => Alpha * Sigma;

    /// <summary>dα/dτ; t > 0.</summary>
    public double AlphaRate => AlphaSlope * HeatRate / Sigma;

    /// <summary>dσ/dτ; t > 0.</summary>
    public double NoiseRate => NoiseSlope * HeatRate / Sigma;
}
