namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// Decomposition of a single long line for vector registers and threads: <see cref="Segments"/> segments of equal length, eliminated in
/// parallel lanes in groups of <see cref="PerGroup"/>, and the few remaining cells. The last cell of a segment is its separator; the
/// separators and the remaining cells form the reduced system (<see cref="SeparatorSystem"/>). The decomposition depends on the number of
/// cells only, so the result does not depend on the number of threads; at most <see cref="Groups"/> threads share a line.
/// </summary>
internal static class LongLine
{
    public const int Segments = 64;

    public const int PerGroup = 16;

    public const int Groups = Segments / PerGroup;

    private const int FewestCells = 16 * Segments;

    /// <summary>True if the axis is a single line of the grid that is long enough to be cut.</summary>
    public static bool Suits(in LineLayout lines) => lines.Count == 1 && lines.CellStride == 1 && lines.Axis.Cells >= FewestCells;
}
