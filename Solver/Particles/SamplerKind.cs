namespace PdeDiffusion.Particles;

/// <summary>The samplers of the field; <see cref="SamplerFlow"/> states their steps.</summary>
public enum SamplerKind
{
    /// <summary>DDIM with η = √ε (Song, Meng and Ermon 2021); for η = 0 Euler's method in σ, for η &gt; 0 ancestral sampling.</summary>
    Ddim,

    /// <summary>Heun's method in σ (Karras et al. 2022, algorithm 1).</summary>
    Heun,

    /// <summary>DPM-Solver++(2M) (Lu et al. 2022).</summary>
    DpmSolver,

    /// <summary>Heun's method after added noise (Karras et al. 2022, algorithm 2).</summary>
    Churn,
}
