namespace PdeDiffusion.Data;

/// <summary>The set that a distribution lives on.</summary>
public enum Support
{
    /// <summary>All of R^d: a mixture with at least one Gaussian of positive variance.</summary>
    WholeSpace,

    /// <summary>Finitely many points: a mixture of Diracs.</summary>
    Points,

    /// <summary>A curve in the plane, given by quadrature nodes in their order along it.</summary>
    Curve,

    /// <summary>A set of positive volume: a box, or the cells of a grid that hold mass.</summary>
    Region,
}
