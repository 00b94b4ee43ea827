using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Problems;

/// <summary>Notes on a valid run: peaks that the mesh does not resolve, and mass outside the box.</summary>
internal static class RunNotes
{
    /// <summary>Mass outside the box that is negligible against discretization errors.</summary>
    private const double LeastMass = 1e-6;

    /// <summary>Mass outside the box from which a run differs visibly from one on R^d.</summary>
    private const double VisibleMass = 0.01;

    /// <summary>
    /// The snapshots at which a component of u(t) is narrower than its cell, √(σ² + 2t) &lt; h, h the largest width of the cell at its mean
    /// along an axis; null if there is none.
    /// </summary>
    public static string? Unresolved(Grid grid, Mixture data, IReadOnlyList<double> snapshots)
    {
        double critical = 0, width = 0, variance = 0;
        for (int k = 0; k < data.Count; k++)
        {
            double cell = Width(grid, data, k), from = 0.5 * (cell * cell - data.Variances[k]);
            if (from > critical)
                (critical, width, variance) = (from, cell, data.Variances[k]);
        }

        double[] early = [.. snapshots.Where(time => time < critical).Distinct().Order()];
        if (early.Length == 0)
            return null;
        string times = early.Length == 1 ? NoiseLevel.Text(early[0])
            : FormattableString.Invariant($"{early.Length} snapshots, from {NoiseLevel.Text(early[0])} to {NoiseLevel.Text(early[^1])},");
        double deviation = Math.Sqrt(variance + 2 * early[0]);
        return FormattableString.Invariant(
            $"at {times} peaks of u are narrower than a cell: sqrt(sigma^2 + 2t) = {deviation:G3} < h = {width:G3}; ")
            + "KL, score and Li-Yau there describe the grid, not the data: use "
            + (deviation > 0 ? FormattableString.Invariant($"cells of {deviation:G2} or less at the data, or ") : "")
            + FormattableString.Invariant($"time.stop of {critical:G3} (σ = {NoiseLevel.Sigma(critical):G3}) or more");
    }

    /// <summary>
    /// The mass of u(T) and of v_T that lies beyond the walls of a box, which reflect it. Null if it is negligible: below what an exact
    /// solution on R^d would show, or a per cent where there is none to compare with.
    /// </summary>
    /// <param name="start">v_T; null if it is u(T), or has no closed form.</param>
    /// <param name="hasReference">True if the run is compared with a solution on R^d.</param>
    public static string? BeyondWalls(Grid grid, Mixture data, Mixture? start, double end, bool hasReference)
    {
        double ofData = Outside(grid, data, 2 * end), ofStart = start is null ? 0 : Outside(grid, start, 0);
        if (Math.Max(ofData, ofStart) <= (hasReference ? LeastMass : VisibleMass))
            return null;
        string masses = FormattableString.Invariant($"{ofData:G3} of u(T)'s mass")
            + (start is null ? "" : FormattableString.Invariant($" and {ofStart:G3} of v_T's"));
        string remedy = $"widen the box, to {Box(grid, data, start, end)} to hold all of it, or stop noising earlier";
        return hasReference
            ? $"the reference is exact on R^d, but {masses} lie outside the box: errors near that size are those of the box; {remedy}"
            : $"{masses} would lie outside the box on R^d; its walls reflect it: the theorems hold for the box, not for R^d; {remedy}";
    }

    /// <summary>The cell at the mean of a component: its larger width.</summary>
    public static double Width(Grid grid, Mixture data, int component)
    {
        double width = grid.X.Widths[grid.X.CellAt(data.X[component])];
        return grid.Dimension == 1 ? width : Math.Max(width, grid.Axes[1].Widths[grid.Axes[1].CellAt(data.Y[component])]);
    }

    /// <summary>A component's variance along an axis.</summary>
    public static double Variance(Mixture mixture, int component, int axis) => mixture.IsIsotropic ? mixture.Variances[component]
        : axis == 0 ? mixture.Covariances[component].XX : mixture.Covariances[component].YY;

    /// <summary>Means ± 6 deviations of u(T), √(σ² + 2T), and of v_T along an axis: 2e-9 of their mass lies outside.</summary>
    /// <param name="start">v_T; null if it is u(T), or has no closed form.</param>
    public static (double From, double To) Reach(Mixture data, Mixture? start, int axis, double end)
    {
        (double from, double to) = Reach(data, axis, 2 * end);
        if (start is null)
            return (from, to);
        (double startFrom, double startTo) = Reach(start, axis, 0);
        return (Math.Min(from, startFrom), Math.Max(to, startTo));
    }

    /// <summary>The box of <see cref="Reach(Mixture, Mixture, int, double)"/> in words; periodic axes as they are.</summary>
    public static string Box(Grid grid, Mixture data, Mixture? start, double end) => string.Join(" x ", grid.Axes.Select((along, axis) =>
    {
        (double from, double to) = along.IsPeriodic ? (along.From, along.To) : Reach(data, start, axis, end);
        return FormattableString.Invariant($"[{from:G3}, {to:G3}]");
    }));

    /// <summary>At most the mass outside the box: the sum over the walls.</summary>
    public static double Outside(Grid grid, Mixture mixture, double extraVariance)
    {
        double sum = 0;
        for (int k = 0; k < mixture.Count; k++)
        {
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                Axis along = grid.Axes[axis];
                double mean = axis == 0 ? mixture.X[k] : mixture.Y[k], variance = Variance(mixture, k, axis) + extraVariance;
                if (variance > 0 && !along.IsPeriodic)
                {
                    sum += mixture.Weights[k] * (GaussianInterval.Mass(along.To, double.PositiveInfinity, mean, variance)
                        + GaussianInterval.Mass(double.NegativeInfinity, along.From, mean, variance));
                }
            }
        }

        return Math.Min(1, sum);
    }

    private static (double From, double To) Reach(Mixture mixture, int axis, double extraVariance)
    {
        double from = double.PositiveInfinity, to = double.NegativeInfinity;
        for (int k = 0; k < mixture.Count; k++)
        {
            if (mixture.Weights[k] == 0)
                continue;
            double mean = axis == 0 ? mixture.X[k] : mixture.Y[k], reach = 6 * Math.Sqrt(Variance(mixture, k, axis) + extraVariance);
            (from, to) = (Math.Min(from, mean - reach), Math.Max(to, mean + reach));
        }

        return (from, to);
    }
}
