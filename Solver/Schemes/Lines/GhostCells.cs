namespace PdeDiffusion.Schemes.Lines;

/// <summary>Two cells beyond each end of a line: mirror images (no-flux) or the cells of the other end (periodic).</summary>
internal static unsafe class GhostCells
{
    public const int Count = 2;

    /// <summary>The cell whose value stands at <paramref name="cell"/>, −2 … N + 1.</summary>
    public static int Source(int cell, int cells, bool periodic)
    {
        if (periodic)
            return (cell + 2 * cells) % cells;
        int mirrored = cell < 0 ? -1 - cell : cell >= cells ? 2 * cells - 1 - cell : cell;
        return Math.Clamp(mirrored, 0, cells - 1);
    }

    /// <summary>Fills the ghost cells of a panel whose first cell is at <paramref name="panel"/>.</summary>
    public static void Fill(double* panel, int cells, int lanes, bool periodic)
    {
        for (int ghost = 1; ghost <= Count; ghost++)
        {
            double* below = panel + (nint)Source(-ghost, cells, periodic) * lanes;
            double* above = panel + (nint)Source(cells - 1 + ghost, cells, periodic) * lanes;
            for (int lane = 0; lane < lanes; lane++)
            {
                panel[-ghost * lanes + lane] = below[lane];
                panel[(nint)(cells - 1 + ghost) * lanes + lane] = above[lane];
            }
        }
    }
}
