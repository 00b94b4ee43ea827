namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// How one long line is cut: into <see cref="Segments"/> segments of one length, solved side by side in groups of <see cref="PerGroup"/>, and the few cells behind them that
/// do not fill another one. A segment's last cell is its separator. The cut depends on the number of cells only, so that the bits do not depend on the threads; a group is one
/// thread's, so at most <see cref="Groups"/> threads share a line.
/// </summary>
internal static class LongLine
{
    public const int Segments = 64;

    public const int PerGroup = 16;

    public const int Groups = Segments / PerGroup;

    private const int FewestCells = 16 * Segments;

    /// <summary>Whether a grid's axis is one line that is long enough to be cut.</summary>
    public static bool Suits(in LineLayout lines) => lines.Count == 1 && lines.CellStride == 1 && lines.Axis.Cells >= FewestCells;
}
