namespace PdeDiffusion.Schemes;

/// <summary>Theorems that a scheme satisfies for any step size, up to rounding error (docs/numerics.md).</summary>
[Flags]
public enum Guarantees
{
    None = 0,

    /// <summary>∫ v is conserved.</summary>
    Mass = 1,

    /// <summary>v ≥ 0.</summary>
    Positivity = 2,

    /// <summary>min w_T ≤ v/u ≤ max w_T, and v = u if v_T = u_T.</summary>
    RatioBounds = 4,

    /// <summary>KL(v|u) does not increase.</summary>
    KlContraction = 8,

    /// <summary>‖v^n‖_p ≤ R_n^{1−1/p} ‖v^{n+1}‖_p with R_n = max P 1: the step is linear and Markov.</summary>
    LpCertificate = 16,

    /// <summary>On one axis v/u − c changes its sign no more often from step to step, for any constant c.</summary>
    VariationDiminishing = 32,
}
