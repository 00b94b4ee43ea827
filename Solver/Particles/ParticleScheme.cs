namespace PdeDiffusion.Particles;

/// <summary>How one generation step moves a particle; <see cref="ParticleFlow"/> states the formulas.</summary>
public enum ParticleScheme
{
    /// <summary>X + (1+ε) s Δτ + √(2εΔτ) ξ: weak order 1.</summary>
    EulerMaruyama,

    /// <summary>Exact in law for Gaussian data; weak order 1 for mixtures.</summary>
    Exponential,

    /// <summary>
    /// Dormand and Prince's order 5 for ε = 0, in the variable ½ log(σ² + 2t), where the equation is regular down to t = 0.
    /// </summary>
    DormandPrince,
}
