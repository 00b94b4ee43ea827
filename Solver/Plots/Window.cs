using PdeDiffusion.Flows;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Plots;

/// <summary>The part of the box that figures show: an interval per axis.</summary>
internal sealed record Window(IReadOnlyList<Interval> Axes)
{
    /// <summary>The fraction of the mass of u, and of v, that may lie outside the part that is shown.</summary>
    public const double LeftOut = 1e-4;

    /// <summary>Least number of cells along an axis.</summary>
    private const int LeastCells = 12;

    /// <summary>A part as long as this fraction of the box gives way to the box.</summary>
    private const double NearlyAll = 0.9;

    private const double Padding = 0.04;

    public Interval X => Axes[0];

    public Interval Y => Axes[1];

    /// <summary>The whole box.</summary>
    public static Window Box(Grid grid) => new([.. grid.Axes.Select(axis => Interval.Of(axis.From, axis.To))]);

    /// <summary>
    /// The smallest part, up to whole cells, outside of which each tail along each axis has at most a share LeftOut/(2d) of the mass of u
    /// and of v, in every snapshot; padded, within the box. In the plane its sides differ by a factor of 4 at most where the box allows.
    /// </summary>
    /// <param name="snapshots">At least one, on one grid.</param>
    public static Window OfMass(IReadOnlyList<Snapshot> snapshots)
    {
        Grid grid = snapshots[0].Grid;
        Interval[] found = [.. Enumerable.Range(0, grid.Dimension).Select(axis => Along(snapshots, axis))];
        if (found.Length == 2)
        {
            double least = Math.Max(found[0].Span, found[1].Span) / 4;
            for (int axis = 0; axis < 2; axis++)
                found[axis] = Within(found[axis].Low - Missing(axis), found[axis].High + Missing(axis), grid.Axes[axis]);

            double Missing(int axis) => Math.Max(0, 0.5 * (least - found[axis].Span));
        }

        return new Window(found);
    }

    private static Interval Along(IReadOnlyList<Snapshot> snapshots, int axis)
    {
        Grid grid = snapshots[0].Grid;
        Axis own = grid.Axes[axis];
        double tail = LeftOut / (2 * grid.Dimension);
        int from = own.Cells, to = 0;
        foreach (double[] density in snapshots.SelectMany(snapshot => new[] { snapshot.U, snapshot.V }).OfType<double[]>())
        {
            double[] masses = Masses(grid, density, axis);
            double all = masses.Sum(), sum = 0;
            if (!(all > 0) || !double.IsFinite(all))
                return Interval.Of(own.From, own.To);
            int first = 0, last = own.Cells;
            while (first < own.Cells - 1 && (sum += masses[first]) <= tail * all)
                first++;
            sum = 0;
            while (last > first + 1 && (sum += masses[last - 1]) <= tail * all)
                last--;
            (from, to) = (Math.Min(from, first), Math.Max(to, last));
        }

        int missing = Math.Max(0, LeastCells - (to - from));
        from = Math.Max(0, from - (missing + 1) / 2);
        to = Math.Min(own.Cells, to + (missing + 1) / 2);
        double low = own.Faces[from], high = own.Faces[to], padding = Padding * (high - low);
        return high - low >= NearlyAll * (own.To - own.From) ? Interval.Of(own.From, own.To)
            : Within(low - padding, high + padding, own);
    }

    private static Interval Within(double low, double high, Axis axis) => Interval.Of(Math.Max(low, axis.From), Math.Min(high, axis.To));

    /// <summary>The mass in each slice across an axis; what is not a positive number counts as 0.</summary>
    private static double[] Masses(Grid grid, double[] density, int axis)
    {
        var masses = new double[grid.Axes[axis].Cells];
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            double mass = grid.Volume(cell) * density[cell];
            if (mass > 0)
                masses[grid.Position(cell, axis)] += mass;
        }

        return masses;
    }
}
