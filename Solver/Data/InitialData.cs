using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>A probability distribution on R^d, d = 1 or 2: what u0 is, and what v_T may be.</summary>
public abstract class InitialData
{
    /// <summary>1 or 2.</summary>
    public abstract int Dimension { get; }

    /// <summary>True if it has a density at t = 0 (no Dirac part), so that a flow may stop at t = 0.</summary>
    public abstract bool HasDensity { get; }

    /// <summary>
    /// Exact cell averages: (1/|i|) times the mass in cell i. The mass of a Dirac is split linearly between the two nearest cells of each
    /// axis, which keeps its first moment. Gaussians are reflected (no-flux axes) or wrapped (periodic axes) at the box. The mass on the
    /// grid is 1 to
    /// rounding.
    /// </summary>
    /// <param name="averages">CellCount values, overwritten.</param>
    /// <exception cref="ArgumentException">Support outside the box; the message names the point.</exception>
    public abstract void CellAverages(Grid grid, Span<double> averages);

    /// <summary>
    /// dist(x, K)², K the support of the distribution (means of a mixture of Diracs, the box of a box); 0 everywhere for data whose
    /// support is the whole space.
    /// </summary>
    public abstract double SquaredDistance(double x, double y);
}
