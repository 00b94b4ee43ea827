using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>A density given by its cell averages on a grid, normalised to mass 1: a snapshot's column, for example.</summary>
public sealed class GridDensity : InitialData
{
    private readonly Grid grid;
    private readonly double[] averages;
    private readonly List<int> rim = [];

    /// <param name="averages">CellCount values ≥ 0, not all 0; copied.</param>
    /// <exception cref="ArgumentException">Not one value per cell, a value that is negative or not finite, or no mass.</exception>
    public GridDensity(Grid grid, ReadOnlySpan<double> averages)
    {
        if (averages.Length != grid.CellCount)
            throw new ArgumentException($"{averages.Length} values for a grid of {grid.CellCount} cells", nameof(averages));
        for (int cell = 0; cell < averages.Length; cell++)
        {
            if (!(averages[cell] >= 0 && double.IsFinite(averages[cell])))
                throw new ArgumentException(
                    $"the density is {averages[cell]:R} in cell {cell}; it must be finite and not negative", nameof(averages));
        }

        this.grid = grid;
        this.averages = averages.ToArray();
        Mass = Density.Normalise(grid, this.averages);
        for (int cell = 0; cell < averages.Length; cell++)
        {
            if (averages[cell] > 0 && HasEmptyNeighbour(grid, averages, cell))
                rim.Add(cell);
        }
    }

    /// <summary>The mass that was given, before it was normalised.</summary>
    public double Mass { get; }

    /// <inheritdoc/>
    public override int Dimension => grid.Dimension;

    /// <inheritdoc/>
    public override bool HasDensity => true;

    /// <inheritdoc/>
    public override Support Support => Support.Region;

    /// <inheritdoc/>
    public override void RequireInside(Grid grid) => RequireSame(this.grid, grid, "the density");

    /// <inheritdoc/>
    public override string? NormalisationNote(string key) =>
        Math.Abs(Mass - 1) <= 1e-12 ? null : FormattableString.Invariant($"{key} has mass {Mass:R} and is normalised to 1");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Another grid than the density's own: the message says where they differ.</exception>
    public override void CellAverages(Grid grid, Span<double> averages)
    {
        RequireInside(grid);
        this.averages.CopyTo(averages);
    }

    /// <inheritdoc/>
    /// <remarks>K is the union of the cells with mass. From outside the grid, cells on its border count too.</remarks>
    public override double SquaredDistance(double x, double y)
    {
        int own = grid.CellAt(x, y);
        if (own >= 0 && averages[own] > 0)
            return 0;
        double nearest = double.PositiveInfinity;
        foreach (int cell in rim)
        {
            double dx = Outside(grid.X, cell % grid.Columns, x);
            double dy = grid.Dimension == 2 ? Outside(grid.Axes[1], cell / grid.Columns, y) : 0;
            nearest = Math.Min(nearest, dx * dx + dy * dy);
        }

        return nearest;
    }

    /// <exception cref="ArgumentException">The grids differ in dimension, cells, boundaries or faces (beyond 1e-12 of the axis's
    /// length).</exception>
    internal static void RequireSame(Grid own, Grid other, string what)
    {
        if (own.Dimension != other.Dimension)
            throw new ArgumentException($"{what} has {own.Dimension} dimension(s), the grid has {other.Dimension}");
        for (int axis = 0; axis < own.Dimension; axis++)
        {
            Axis a = own.Axes[axis], b = other.Axes[axis];
            if (a.Cells != b.Cells)
                throw new ArgumentException($"{what} has {a.Cells} cells along axis {axis}, the grid has {b.Cells}");
            if (a.Boundary != b.Boundary)
                throw new ArgumentException($"{what} is {a.Boundary} along axis {axis}, the grid is {b.Boundary}");
            for (int face = 0; face <= a.Cells; face++)
            {
                if (Math.Abs(a.Faces[face] - b.Faces[face]) > 1e-12 * (a.To - a.From))
                    throw new ArgumentException(
                        $"{what} has face {face} of axis {axis} at {a.Faces[face]:R}, the grid at {b.Faces[face]:R}");
            }
        }
    }

    private static double Outside(Axis axis, int cell, double position) =>
        Math.Max(0, Math.Max(axis.Faces[cell] - position, position - axis.Faces[cell + 1]));

    private static bool HasEmptyNeighbour(Grid grid, ReadOnlySpan<double> averages, int cell)
    {
        int column = cell % grid.Columns, row = cell / grid.Columns;
        return column == 0 || column == grid.Columns - 1 || averages[cell - 1] == 0 || averages[cell + 1] == 0
            || (grid.Dimension == 2 && (row == 0 || row == grid.Rows - 1
                || averages[cell - grid.Columns] == 0 || averages[cell + grid.Columns] == 0));
    }
}
