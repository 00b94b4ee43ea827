using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Problems;

/// <summary>Notes on a valid run: peaks that the mesh does not resolve, and mass outside the box.</summary>
internal static class RunNotes
{
    /// <summary>Mass outside the box that is negligible against discretization errors.</summary>
    private const double LeastMass = 1e-10;

    /// <summary>
    /// The snapshots at which a component of u(t) is narrower than its cell, √(σ² + 2t) &lt; h, h the largest width of the cell at its mean
    /// along an axis; null if there is none.
    /// </summary>
    public static string? Unresolved(Grid grid, Mixture data, IReadOnlyList<double> snapshots)
    {
        double critical = 0, width = 0, variance = 0;
        for (int k = 0; k < data.Count; k++)
        {
            double cell = grid.X.Widths[grid.X.CellAt(data.X[k])];
            if (grid.Dimension == 2)
                cell = Math.Max(cell, grid.Axes[1].Widths[grid.Axes[1].CellAt(data.Y[k])]);
            double from = 0.5 * (cell * cell - data.Variances[k]);
            if (from > critical)
                (critical, width, variance) = (from, cell, data.Variances[k]);
        }

        double[] early = [.. snapshots.Where(time => time < critical).Distinct().Order()];
        if (early.Length == 0)
            return null;
        string times = early.Length == 1 ? FormattableString.Invariant($"t = {early[0]:R}")
            : FormattableString.Invariant($"{early.Length} snapshots, from t = {early[0]:R} to {early[^1]:R},");
        return FormattableString.Invariant(
            $"at {times} peaks of u are narrower than a cell: ")
            + FormattableString.Invariant($"sqrt(sigma^2 + 2t) = {Math.Sqrt(variance + 2 * early[0]):G3} < h = {width:G3}; ")
            + "KL, score and Li-Yau there describe the grid, not the data: use narrower cells at the data, or a later stop";
    }

    /// <summary>
    /// The mass of u(T) and of v_T that lies beyond the walls of a box: an exact solution on R^d differs from the grid's by about that
    /// much. Null if it is negligible.
    /// </summary>
    public static string? BeyondWalls(Grid grid, Mixture data, Mixture start, double end)
    {
        double ofData = Outside(grid, data, 2 * end), ofStart = Outside(grid, start, 0);
        return Math.Max(ofData, ofStart) <= LeastMass ? null : FormattableString.Invariant(
            $"the reference is exact on R^d, but {ofData:G3} of u(T)'s mass and {ofStart:G3} of v_T's lie outside the box; ")
            + "errors cannot fall below about this value (widen the box, or reduce time.end)";
    }

    /// <summary>At most the mass outside the box: the sum over the walls.</summary>
    private static double Outside(Grid grid, Mixture mixture, double extraVariance)
    {
        double sum = 0;
        for (int k = 0; k < mixture.Count; k++)
        {
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                Axis along = grid.Axes[axis];
                double mean = axis == 0 ? mixture.X[k] : mixture.Y[k], variance = mixture.Variances[k] + extraVariance;
                if (variance > 0)
                    sum += mixture.Weights[k] * (GaussianInterval.Mass(along.To, double.PositiveInfinity, mean, variance)
                        + GaussianInterval.Mass(double.NegativeInfinity, along.From, mean, variance));
            }
        }

        return Math.Min(1, sum);
    }
}
