namespace PdeDiffusion.Grids;

/// <summary>Axes whose cell widths follow a formula, or the data.</summary>
public static class Gradings
{
    /// <summary>The largest ratio of the widths of two neighbours in <see cref="OfData"/>.</summary>
    public const double LargestRatio = 1.2;

    /// <summary>
    /// Faces x(k) = c + a sinh(2 s k/N − p), with a and p such that they run from <paramref name="from"/> to <paramref name="to"/>. Cells
    /// are narrowest at c = <paramref name="centre"/>; if it is the middle of the axis, p = s and the end cells are about cosh(s) times as
    /// wide.
    /// </summary>
    /// <param name="strength">s &gt; 0, half the range of the sinh's argument.</param>
    /// <exception cref="ArgumentException">No cells, a centre outside the axis, s ≤ 0, or faces that are not distinct.</exception>
    public static Axis Sinh(double from, double to, int cells, double centre, double strength, Boundary boundary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        if (!(from < to && centre >= from && centre <= to))
            throw new ArgumentException($"the centre {centre:R} of the grading must lie on an axis from {from:R} to {to:R}",
                nameof(centre));
        if (!(strength > 0))
            throw new ArgumentException($"the strength of the grading must be > 0, but is {strength:R}", nameof(strength));

        // a sinh(p) = left and a sinh(2s − p) = right, solved for p without a difference of large numbers.
        double left = centre - from, right = to - centre;
        double p = 0.5 * Math.Log((right + left * Math.Exp(2 * strength)) / (right + left * Math.Exp(-2 * strength)));
        double a = left >= right ? left / Math.Sinh(p) : right / Math.Sinh(2 * strength - p);
        var faces = new double[cells + 1];
        for (int face = 0; face <= cells; face++)
            faces[face] = centre + a * Math.Sinh(2 * strength * ((double)face / cells) - p);
        return Between(faces, from, to, boundary);
    }

    /// <summary>
    /// Each cell is <paramref name="ratio"/> times as wide as the one before: x(k) = from + (to − from) (r^k − 1)/(r^N − 1).
    /// </summary>
    /// <exception cref="ArgumentException">No cells, a ratio that is not positive, or faces that are not distinct.</exception>
    public static Axis Geometric(double from, double to, int cells, double ratio, Boundary boundary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        if (!(ratio > 0 && double.IsFinite(ratio)))
            throw new ArgumentException($"the ratio of the grading must be > 0, but is {ratio:R}", nameof(ratio));

        // e^y − 1 = 2 e^{y/2} sinh(y/2) keeps its digits when the ratio is close to 1.
        double half = 0.5 * Math.Log(ratio);
        var faces = new double[cells + 1];
        for (int face = 0; face <= cells; face++)
        {
            double share = half == 0 ? (double)face / cells
                : Math.Exp((face - cells) * half) * (Math.Sinh(face * half) / Math.Sinh(cells * half));
            faces[face] = from + (to - from) * share;
        }

        return Between(faces, from, to, boundary);
    }

    /// <summary>
    /// Cells that follow the data: within three deviations of each position no wider than a quarter of the deviation, but not narrower than
    /// <paramref name="finest"/>; growing from there by a factor <see cref="LargestRatio"/> from cell to cell at most, up to
    /// <paramref name="coarsest"/>. All are made narrower by one factor, less than a cell in all, so that the faces meet both ends.
    /// </summary>
    /// <param name="positions">Means of the data's components; those outside the axis count too.</param>
    /// <param name="deviations">√(σ² + 2 t_min) of each.</param>
    /// <exception cref="ArgumentException">An empty axis, not 0 &lt; finest ≤ coarsest, widths below the rounding of the positions, or more
    /// cells than an array can contain.</exception>
    public static Axis OfData(
        double from, double to, ReadOnlySpan<double> positions, ReadOnlySpan<double> deviations, double finest, double coarsest,
        Boundary boundary)
    {
        if (!(from < to && double.IsFinite(to - from)))
            throw new ArgumentException($"the axis from {from:R} to {to:R} is empty", nameof(to));
        if (!(finest > 0 && finest <= coarsest && double.IsFinite(coarsest)))
            throw new ArgumentException($"the grading requires 0 < finest <= coarsest, not {finest:R} and {coarsest:R}", nameof(finest));
        var requests = new List<(double From, double To, double Width)>(positions.Length);
        for (int k = 0; k < positions.Length; k++)
        {
            double width = Math.Max(finest, 0.25 * deviations[k]), reach = 3 * deviations[k];
            if (!(positions[k] + width > positions[k] && positions[k] - width < positions[k]))
            {
                throw new ArgumentException(
                    $"cells of width {width:R} at {positions[k]:R} have faces that are one in double precision", nameof(finest));
            }

            for (int turn = boundary == Boundary.Periodic ? -1 : 0; turn <= (boundary == Boundary.Periodic ? 1 : 0); turn++)
            {
                double at = positions[k] + turn * (to - from);
                if (width < coarsest)
                    requests.Add((at - reach, at + reach, width));
            }
        }

        var sizes = new SizeFunction(from, to, requests, coarsest, Math.Log(LargestRatio) * (1 - 1e-9));
        double cells = Math.Ceiling(sizes.Length * (1 - 1e-12));
        if (!(cells < Array.MaxLength))
            throw new ArgumentException($"the grading of an axis from {from:R} to {to:R} means {cells:R} cells", nameof(finest));
        return Between(sizes.Faces((int)Math.Max(1, cells)), from, to, boundary);
    }

    private static Axis Between(double[] faces, double from, double to, Boundary boundary)
    {
        faces[0] = from;
        faces[^1] = to;
        return Axis.Graded(faces, boundary);
    }
}
