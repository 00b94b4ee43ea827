namespace PdeDiffusion.Processes;

/// <summary>The heat flow itself: α = 1, σ = √(2t), τ = t.</summary>
public sealed class HeatProcess : Process
{
    /// <inheritdoc/>
    public override double To => double.PositiveInfinity;

    /// <inheritdoc/>
    public override double OwnTime(double heatTime) => heatTime;

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime) => ownTime;

    /// <inheritdoc/>
    protected override (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma) => (1, 0, 1);

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime) => 1;
}

/// <summary>Variance exploding: α = 1, σ = σ_min (σ_max/σ_min)^τ (Song et al. 2021).</summary>
public sealed class VarianceExploding : Process
{
    private readonly double least;
    private readonly double logRatio;

    /// <exception cref="ArgumentException">Not 0 &lt; σ_min &lt; σ_max &lt; ∞.</exception>
    public VarianceExploding(double sigmaMin, double sigmaMax)
    {
        if (!(sigmaMin > 0 && sigmaMax > sigmaMin && double.IsFinite(sigmaMax)))
            throw new ArgumentException("a variance-exploding process requires 0 < sigmaMin < sigmaMax");
        (least, logRatio) = (sigmaMin, Math.Log(sigmaMax / sigmaMin));
    }

    /// <inheritdoc/>
    public override double OwnTime(double heatTime) => Math.Log(NoiseLevel.Sigma(heatTime) / least) / logRatio;

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime) => NoiseLevel.Time(least * Math.Exp(logRatio * ownTime));

    /// <inheritdoc/>
    protected override (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma) => (1, 0, 1);

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime) => 2 * heatTime * logRatio;
}
