namespace PdeDiffusion.Particles;

/// <summary>How EDM's stochastic sampler raises σ before a step (Karras et al. 2022, algorithm 2).</summary>
/// <param name="Amount">S_churn.</param>
/// <param name="Least">S_tmin.</param>
/// <param name="Greatest">S_tmax; ∞ for no limit.</param>
/// <param name="Factor">S_noise, on the added noise.</param>
/// <param name="Steps">N, the number of steps, that to σ = 0 included.</param>
public sealed record Churn(double Amount, double Least, double Greatest, double Factor, int Steps)
{
    /// <summary>γ of a step from σ: min(S_churn/N, √2 − 1) between S_tmin and S_tmax, else 0.</summary>
    public double Growth(double sigma) =>
        sigma >= Least && sigma <= Greatest ? Math.Min(Amount / Steps, Math.Sqrt(2) - 1) : 0;

    /// <summary>
    /// The noise level that a step from σ to σ′ amounts to, σ² (2γ + γ²)/(σ² − σ′²): the noise that it adds is that of ε over it.
    /// </summary>
    public double NoiseLevel(double sigma, double next)
    {
        double growth = Growth(sigma);
        return sigma * sigma * growth * (2 + growth) / (sigma * sigma - next * next);
    }
}
