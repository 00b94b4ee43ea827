using System.Globalization;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>The uniform distribution on a box [from, to] of one or two dimensions.</summary>
public sealed class UniformBox : InitialData
{
    private readonly double[] from;
    private readonly double[] to;

    /// <exception cref="ArgumentException">Not one or two coordinates, or not from &lt; to, finite, on each axis.</exception>
    public UniformBox(ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        if (from.Length is < 1 or > 2 || to.Length != from.Length)
            throw new ArgumentException($"a box has one or two coordinates at either end, not {from.Length} and {to.Length}");
        for (int axis = 0; axis < from.Length; axis++)
        {
            if (!(double.IsFinite(to[axis] - from[axis]) && from[axis] < to[axis]))
                throw new ArgumentException($"the box is empty along axis {axis}: from {Text(from[axis])} to {Text(to[axis])}");
        }

        this.from = from.ToArray();
        this.to = to.ToArray();
    }

    /// <inheritdoc/>
    public override int Dimension => from.Length;

    /// <inheritdoc/>
    public override bool HasDensity => true;

    /// <inheritdoc/>
    public override Support Support => Support.Region;

    /// <inheritdoc/>
    public override void RequireInside(Grid grid)
    {
        if (grid.Dimension != Dimension)
            throw new ArgumentException($"the data have {Dimension} dimension(s), the grid has {grid.Dimension}", nameof(grid));
        for (int axis = 0; axis < Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            if (from[axis] >= along.From && to[axis] <= along.To)
                continue;
            double outside = from[axis] < along.From ? from[axis] : to[axis];
            throw new ArgumentException(
                $"the box reaches {Text(outside)} along axis {axis}, outside the grid's [{Text(along.From)}, {Text(along.To)}]",
                nameof(grid));
        }
    }

    /// <inheritdoc/>
    /// <remarks>The overlap of each cell with the box.</remarks>
    public override void CellAverages(Grid grid, Span<double> averages)
    {
        RequireInside(grid);
        double[] alongX = Shares(grid, 0), alongY = Dimension == 2 ? Shares(grid, 1) : [1];
        for (int cell = 0; cell < grid.CellCount; cell++)
            averages[cell] = alongX[cell % grid.Columns] * alongY[cell / grid.Columns] / grid.Volume(cell);
    }

    /// <inheritdoc/>
    public override double SquaredDistance(double x, double y)
    {
        double outsideX = Outside(0, x), outsideY = Dimension == 2 ? Outside(1, y) : 0;
        return outsideX * outsideX + outsideY * outsideY;
    }

    private double Outside(int axis, double position) => Math.Max(0, Math.Max(from[axis] - position, position - to[axis]));

    /// <summary>Mass per cell of one axis.</summary>
    private double[] Shares(Grid grid, int axis)
    {
        Axis along = grid.Axes[axis];
        var shares = new double[along.Cells];
        for (int cell = 0; cell < shares.Length; cell++)
        {
            double overlap = Math.Min(along.Faces[cell + 1], to[axis]) - Math.Max(along.Faces[cell], from[axis]);
            shares[cell] = Math.Max(0, overlap) / (to[axis] - from[axis]);
        }

        return shares;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
