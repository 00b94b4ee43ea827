using PdeDiffusion.Grids;

namespace PdeDiffusion.Plots;

/// <summary>The cells of a grid that a window shows, with a cell beyond each of its edges where there is one.</summary>
internal sealed class Portion
{
    private readonly Grid whole;
    private readonly (int From, int To)[] cells;

    public Portion(Grid whole, Window window)
    {
        this.whole = whole;
        cells = [.. whole.Axes.Select((axis, index) => Range(axis, window.Axes[index]))];
        Grid = IsWhole ? whole : new Grid([.. whole.Axes.Select((axis, index) => Part(axis, cells[index]))]);
    }

    /// <summary>These cells as a grid of their own.</summary>
    public Grid Grid { get; }

    private bool IsWhole => whole.Axes.Index().All(axis => cells[axis.Index] == (0, axis.Item.Cells));

    /// <summary>The values of these cells, x fastest.</summary>
    /// <param name="values">One per cell of the whole grid.</param>
    public double[] Of(double[] values)
    {
        if (IsWhole)
            return values;
        var part = new double[Grid.CellCount];
        int firstRow = cells.Length == 2 ? cells[1].From : 0;
        for (int row = 0; row < Grid.Rows; row++)
        {
            values.AsSpan((firstRow + row) * whole.Columns + cells[0].From, Grid.Columns)
                .CopyTo(part.AsSpan(row * Grid.Columns, Grid.Columns));
        }

        return part;
    }

    private static (int From, int To) Range(Axis axis, Interval shown)
    {
        int from = 0, to = axis.Cells;
        while (from < axis.Cells - 1 && axis.Faces[from + 1] <= shown.Low)
            from++;
        while (to > from + 1 && axis.Faces[to - 1] >= shown.High)
            to--;
        return (Math.Max(0, from - 1), Math.Min(axis.Cells, to + 1));
    }

    private static Axis Part(Axis axis, (int From, int To) cells) => axis.IsUniform
        ? Axis.Uniform(axis.Faces[cells.From], axis.Faces[cells.To], cells.To - cells.From, Boundary.NoFlux)
        : Axis.Graded(axis.Faces[cells.From..(cells.To + 1)], Boundary.NoFlux);
}
