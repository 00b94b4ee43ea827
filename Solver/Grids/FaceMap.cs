namespace PdeDiffusion.Grids;

/// <summary>
/// The faces of a graded axis with another number of cells: x(k N/M), k = 0 … M, where x(i) are the given faces and x is the monotone
/// cubic Hermite interpolant between them. Slopes are central differences, limited to three times the narrower neighbour, which keeps x
/// increasing (Fritsch and Carlson 1980); where nothing is limited, a cell is split at the four-point mean (−1, 9, 9, −1)/16. If M
/// divides N, or N divides M, the coarser faces are faces of the finer axis, exactly: pairs of cells are merged, or cells are split.
/// </summary>
public static class FaceMap
{
    /// <summary>The faces of <paramref name="cells"/> cells.</summary>
    /// <param name="faces">N + 1 increasing positions.</param>
    /// <exception cref="ArgumentException">No cells, or fewer than two faces.</exception>
    public static double[] Resample(ReadOnlySpan<double> faces, int cells)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(faces.Length, 2, nameof(faces));
        int given = faces.Length - 1;
        var resampled = new double[cells + 1];
        for (int face = 0; face <= cells; face++)
        {
            long place = (long)face * given;
            int left = (int)(place / cells);
            long rest = place % cells;
            resampled[face] = rest == 0 ? faces[left] : Between(faces, left, (double)rest / cells);
        }

        return resampled;
    }

    /// <summary>x(left + s), 0 &lt; s &lt; 1.</summary>
    private static double Between(ReadOnlySpan<double> faces, int left, double s)
    {
        double width = faces[left + 1] - faces[left], r = 1 - s;
        double from = Slope(faces, left), to = Slope(faces, left + 1);
        return faces[left] + width * s * s * (3 - 2 * s) + s * r * (from * r - to * s);
    }

    /// <summary>dx/di at a face.</summary>
    private static double Slope(ReadOnlySpan<double> faces, int face)
    {
        int last = faces.Length - 1;
        if (last == 1)
            return faces[1] - faces[0];

        // At an end: the parabola through the three faces nearest to it.
        int inner = Math.Clamp(face, 1, last - 1);
        double before = faces[inner] - faces[inner - 1], after = faces[inner + 1] - faces[inner];
        return face == 0 ? Math.Clamp(1.5 * before - 0.5 * after, 0, 3 * before)
            : face == last ? Math.Clamp(1.5 * after - 0.5 * before, 0, 3 * after)
            : Math.Min(0.5 * (before + after), 3 * Math.Min(before, after));
    }
}
