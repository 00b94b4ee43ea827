using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>A probability distribution on R^d, d = 1 or 2, for u0 or v_T.</summary>
public abstract class InitialData
{
    /// <summary>1 or 2.</summary>
    public abstract int Dimension { get; }

    /// <summary>True if it has a density at t = 0 (no Dirac part), so that a flow may stop at t = 0.</summary>
    public abstract bool HasDensity { get; }

    /// <summary>The support of the distribution.</summary>
    public abstract Support Support { get; }

    /// <summary>The distribution as a mixture, whose heat flow and score are known in closed form; null if it is not a mixture.</summary>
    public virtual Mixture? ClosedForm => null;

    /// <summary>Checks that the distribution lies on a grid's box, as <see cref="CellAverages(Grid, Span{double})"/> needs.</summary>
    /// <exception cref="ArgumentException">Another dimension, or support outside the box; the message names the point.</exception>
    public abstract void RequireInside(Grid grid);

    /// <summary>A note on a normalisation to mass 1; null if it had mass 1 up to rounding error.</summary>
    /// <param name="key">Where the distribution stands in the config.</param>
    public virtual string? NormalisationNote(string key) => null;

    /// <inheritdoc cref="CellAverages(Grid, Span{double})"/>
    /// <returns>CellCount values.</returns>
    public double[] CellAverages(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        double[] averages = CellValues.Zeros(grid);
        CellAverages(grid, averages);
        return averages;
    }

    /// <summary>
    /// Exact cell averages: (1/|i|) times the mass in cell i. The mass of a Dirac is split linearly between the two nearest cells of each
    /// axis, which keeps its first moment. Gaussians are reflected (no-flux axes) or wrapped (periodic axes) at the box. The mass on the
    /// grid is 1 to rounding.
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
