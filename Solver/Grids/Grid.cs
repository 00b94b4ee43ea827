namespace PdeDiffusion.Grids;

/// <summary>
/// A tensor-product grid of one or two axes. Cell (i, j) has the memory index j · Nx + i: x runs fastest. A grid of one axis is a grid of
/// two whose second axis has a single cell of width 1, so that every loop serves both.
/// </summary>
public sealed class Grid
{
    private readonly Axis[] axes;

    /// <exception cref="ArgumentException">Not one or two axes, or more cells than an array can hold.</exception>
    public Grid(params ReadOnlySpan<Axis> axes)
    {
        if (axes.Length is < 1 or > 2)
            throw new ArgumentException("a grid has one or two axes", nameof(axes));
        this.axes = axes.ToArray();
        long cells = (long)Columns * Rows;
        if (cells > Array.MaxLength)
            throw new ArgumentException($"a grid of {cells} cells is too large", nameof(axes));
        CellCount = (int)cells;
    }

    /// <summary>1 or 2.</summary>
    public int Dimension => axes.Length;

    public IReadOnlyList<Axis> Axes => axes;

    public Axis X => axes[0];

    /// <summary>Number of cells along x, which is the length of a row in memory.</summary>
    public int Columns => axes[0].Cells;

    /// <summary>Number of rows: cells along y, 1 on a grid of one axis.</summary>
    public int Rows => axes.Length == 2 ? axes[1].Cells : 1;

    public int CellCount { get; }

    /// <summary>True if every axis is uniform.</summary>
    public bool IsUniform => axes.All(axis => axis.IsUniform);

    /// <summary>Height of row <paramref name="row"/>: the cell width along y, 1 on a grid of one axis.</summary>
    public double RowHeight(int row) => axes.Length == 2 ? axes[1].Widths[row] : 1;

    /// <summary>Volume |i| of a cell (length in 1D, area in 2D).</summary>
    public double Volume(int cell) => axes[0].Widths[cell % Columns] * RowHeight(cell / Columns);

    /// <summary>Index of a cell along one axis: its column for axis 0, its row for axis 1.</summary>
    public int Position(int cell, int axis) => axis == 0 ? cell % Columns : cell / Columns;

    /// <summary>Distance in memory between neighbours along one axis: 1 along x, a row along y.</summary>
    public int Stride(int axis) => axis == 0 ? 1 : Columns;

    /// <summary>
    /// Distance in memory from a cell to its upper neighbour along one axis; from the last position to the first, whether or not there
    /// is a link.
    /// </summary>
    public int ToUpper(int position, int axis) => (position == axes[axis].Cells - 1 ? 1 - axes[axis].Cells : 1) * Stride(axis);

    /// <summary>As <see cref="ToUpper"/>, to the lower neighbour; from the first position to the last.</summary>
    public int ToLower(int position, int axis) => (position == 0 ? axes[axis].Cells - 1 : -1) * Stride(axis);

    /// <summary>Centre of a cell along one axis.</summary>
    public double Centre(int cell, int axis) => axes[axis].Centres[Position(cell, axis)];

    /// <summary>The cell that contains a point, or −1 outside the box; see <see cref="Axis.CellAt"/> for points on faces.</summary>
    /// <param name="y">Ignored on a grid of one axis.</param>
    public int CellAt(double x, double y)
    {
        int column = axes[0].CellAt(x), row = axes.Length == 2 ? axes[1].CellAt(y) : 0;
        return column < 0 || row < 0 ? -1 : row * Columns + column;
    }
}
