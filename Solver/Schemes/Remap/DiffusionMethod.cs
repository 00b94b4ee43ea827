namespace PdeDiffusion.Schemes.Remap;

/// <summary>How a step of the reversible diffusion is taken.</summary>
internal enum DiffusionMethod
{
    /// <summary>Implicit Euler: Markov for any step.</summary>
    ImplicitEuler,

    /// <summary>Second order in time; fourth in h on a uniform axis (docs/remap.md, 3).</summary>
    SecondOrder,
}
