namespace PdeDiffusion.Processes;

/// <summary>A straight line between data and noise, α + σ = 1, so that α = 1/(1 + √(2t)).</summary>
public abstract class StraightPath : Process
{
    /// <inheritdoc/>
    protected sealed override (double Alpha, double AlphaSlope, double NoiseSlope) Scaling(double sigma)
    {
        double alpha = 1 / (1 + sigma);
        return (alpha, -alpha * alpha, alpha * alpha);
    }
}

/// <summary>
/// Rectified flow: x = (1 − r) x0 + r ξ, t = r²/(2(1 − r)²), velocity ξ − x0 (Liu, Gong and Liu 2023). Own time runs from data, r = 0, to
/// noise, r = 1, where t = ∞.
/// </summary>
public sealed class RectifiedFlow : StraightPath
{
    /// <inheritdoc/>
    public override double OwnTime(double heatTime)
    {
        double sigma = NoiseLevel.Sigma(heatTime);
        return double.IsInfinity(sigma) ? 1 : sigma / (1 + sigma);
    }

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime) => NoiseLevel.Time(ownTime / (1 - ownTime));

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime)
    {
        double sigma = NoiseLevel.Sigma(heatTime);
        return sigma * (1 + sigma) * (1 + sigma);
    }
}

/// <summary>
/// Conditional optimal transport: x = κ x1 + (1 − κ) ξ, velocity x1 − ξ (Lipman et al. 2023). Own time runs from noise, κ = 0, where t = ∞,
/// to data, κ = 1.
/// </summary>
public sealed class ConditionalTransport : StraightPath
{
    /// <inheritdoc/>
    public override double From => 1;

    /// <inheritdoc/>
    public override double To => 0;

    /// <inheritdoc/>
    public override double OwnTime(double heatTime) => 1 / (1 + NoiseLevel.Sigma(heatTime));

    /// <inheritdoc/>
    protected override double HeatTimeAt(double ownTime) => NoiseLevel.Time((1 - ownTime) / ownTime);

    /// <inheritdoc/>
    protected override double HeatRate(double ownTime, double heatTime)
    {
        double sigma = NoiseLevel.Sigma(heatTime);
        return -sigma * (1 + sigma) * (1 + sigma);
    }
}
