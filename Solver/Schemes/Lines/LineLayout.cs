using PdeDiffusion.Grids;

namespace PdeDiffusion.Schemes.Lines;

/// <summary>How the lines of cells along one axis lie in memory, and how they are cut into blocks of neighbours.</summary>
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
    /// How far ahead, in values, a kernel asks for memory: sixteen rows where lines lie side by side, since each row is another page, where no hardware fetches ahead; 0
    /// along x and on lines that are hardly longer.
    /// </summary>
    public nint ValuesAhead => IsContiguous || Axis.Cells <= 32 ? 0 : 16 * CellStride;

    public int Blocks => (Count + PerBlock - 1) / PerBlock;

    /// <summary>The most lines that one kernel call solves side by side.</summary>
    public int MostLanes => SideBySide(Count);

    /// <summary>How many of <paramref name="remaining"/> lines the next kernel call takes: a whole block, 16, 8 or 1.</summary>
    public int SideBySide(int remaining)
    {
        int most = IsContiguous ? 16 : PerBlock;
        return remaining >= most ? most : remaining >= 16 ? remaining & ~15 : remaining >= 8 ? 8 : 1;
    }
}
