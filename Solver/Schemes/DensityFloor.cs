namespace PdeDiffusion.Schemes;

/// <summary>The floor η that the forward flow adds to the data u0 in every cell (docs/numerics.md, 3.2).</summary>
public static class DensityFloor
{
    /// <summary>
    /// η, a density. Constants solve the discrete heat equation, so every theorem holds unchanged, u ≥ η, and v/u stays finite where the
    /// tail of the data lies below the range of a double.
    /// </summary>
    public const double Value = 1e-280;
}
