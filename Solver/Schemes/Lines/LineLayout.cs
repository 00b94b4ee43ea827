using PdeDiffusion.Grids;

namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// Memory layout of the lines of cells along one axis: cell i of line l is at i · CellStride + l · LineStride. Lines are processed in
/// blocks of neighbours.
/// </summary>
internal readonly struct LineLayout
{
    public const int PerBlock = 32;

    public LineLayout(Grid grid, int axis)
    {
        Axis = grid.Axes[axis];
        IsContiguous = axis == 0;
        Count = axis == 0 ? grid.Rows : grid.Columns;
        CellStride = axis == 0 ? 1 : grid.Columns;
        LineStride = axis == 0 ? grid.Columns : 1;
    }

    public Axis Axis { get; }

    /// <summary>True along x: the cells of a line are neighbours in memory, and several lines go through a panel.</summary>
    public bool IsContiguous { get; }

    /// <summary>Number of lines.</summary>
    public int Count { get; }

    public nint CellStride { get; }

    public nint LineStride { get; }

    /// <summary>
    /// Prefetch distance of a kernel, in values: sixteen rows along y, where each row is on another page and the hardware does not
    /// prefetch; 0 along x and on short lines.
    /// </summary>
    public nint ValuesAhead => IsContiguous || Axis.Cells <= 32 ? 0 : 16 * CellStride;

    public int Blocks => (Count + PerBlock - 1) / PerBlock;

    /// <summary>The largest number of lines per kernel call.</summary>
    public int MostLanes => SideBySide(Count);

    /// <summary>
    /// Number of the <paramref name="remaining"/> lines that the next kernel call takes: a whole block, a multiple of 16, 8 or 1.
    /// </summary>
    public int SideBySide(int remaining)
    {
        int most = IsContiguous ? 16 : PerBlock;
        return remaining >= most ? most : remaining >= 16 ? remaining & ~15 : remaining >= 8 ? 8 : 1;
    }
}
