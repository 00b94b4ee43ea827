namespace PdeDiffusion.Schemes;

/// <summary>How u was computed; the sharp discrete Li–Yau bound depends on it.</summary>
public enum ForwardKind
{
    /// <summary>Implicit Euler along each axis.</summary>
    ImplicitEuler,

    /// <summary>The exact semi-discrete heat flow of a uniform axis.</summary>
    LatticeExact,

    /// <summary>Cell averages of the exact solution.</summary>
    ClosedForm,
}
