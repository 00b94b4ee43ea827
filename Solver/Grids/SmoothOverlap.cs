namespace PdeDiffusion.Grids;

/// <summary>
/// Cell averages of a smooth function on another grid of the same box: its cumulative integral, known at the source faces, is interpolated
/// by polynomials of degree five, so that averages are exact for polynomials of degree four and the total is kept. Where a target face is a
/// source face the overlap is exact, so nested grids lose nothing. <see cref="CellOverlap"/>, whose functions are constant in each source
/// cell, has an error of order h where faces do not match, more than the differences that an error estimate is made of.
/// </summary>
public static class SmoothOverlap
{
    /// <summary>Degree of the polynomials.</summary>
    private const int Degree = 5;

    /// <summary>The averages on <paramref name="target"/>, x fastest.</summary>
    /// <param name="values">Cell averages on <paramref name="source"/>, x fastest.</param>
    /// <exception cref="ArgumentException">The grids do not cover the same box.</exception>
    public static double[] Average(Grid source, ReadOnlySpan<double> values, Grid target) =>
        CellOverlap.Apply(source, values, target, Shares);

    /// <summary>Values at the cell centres of another grid, interpolated by polynomials of degree five.</summary>
    /// <param name="values">Values at the centres of <paramref name="source"/>, x fastest.</param>
    /// <exception cref="ArgumentException">The grids do not cover the same box.</exception>
    public static double[] AtCentres(Grid source, ReadOnlySpan<double> values, Grid target) =>
        CellOverlap.Apply(source, values, target, CentreShares);

    private static CellOverlap.Share[][] CentreShares(Axis source, Axis target)
    {
        var shares = new CellOverlap.Share[target.Cells][];
        int count = Math.Min(Degree + 1, source.Cells);
        Span<double> basis = stackalloc double[Degree + 1];
        for (int cell = 0; cell < shares.Length; cell++)
        {
            double centre = target.Centres[cell];
            int above = source.Centres.BinarySearch(centre) is var at && at >= 0 ? at : ~at;
            int first = Math.Clamp(above - count / 2, 0, source.Cells - count);
            Lagrange(source.Centres.Slice(first, count), centre, basis);
            shares[cell] = new CellOverlap.Share[count];
            for (int node = 0; node < count; node++)
                shares[cell][node] = new CellOverlap.Share(first + node, basis[node]);
        }

        return shares;
    }

    /// <summary>For each target cell the source cells and their weights, which sum to 1.</summary>
    private static CellOverlap.Share[][] Shares(Axis source, Axis target)
    {
        var shares = new CellOverlap.Share[target.Cells][];
        for (int cell = 0; cell < shares.Length; cell++)
        {
            (int lower, double below) = Place(source, target.Faces[cell]);
            (int upper, double above) = Place(source, target.Faces[cell + 1]);

            // ∫ over the cell = ∫ from face lower to face upper − ∫ from lower to the cell's own face + ∫ from upper to its own.
            var weights = new SortedDictionary<int, double>();
            for (int part = lower; part < upper; part++)
                weights[part] = source.Widths[part];
            AddPart(source, lower, below, -1, weights);
            AddPart(source, upper, above, 1, weights);
            double total = weights.Values.Sum();
            shares[cell] = [.. weights.Select(one => new CellOverlap.Share(one.Key, one.Value / total))];
        }

        return shares;
    }

    /// <summary>The last source face at or below a position, and the position beyond it; 0 where it is the face itself.</summary>
    private static (int Face, double Beyond) Place(Axis source, double position)
    {
        int at = source.Faces.BinarySearch(position), face = at >= 0 ? at : Math.Max(0, ~at - 1);
        double near = 1e-12 * source.Length;
        if (face < source.Cells && source.Faces[face + 1] - position <= near)
            face++;
        double beyond = position - source.Faces[face];
        return (face, Math.Abs(beyond) <= near ? 0 : beyond);
    }

    /// <summary>Adds sign · ∫ from a face to a position beyond it, as weights of the cells of its stencil.</summary>
    private static void AddPart(Axis source, int face, double beyond, double sign, SortedDictionary<int, double> weights)
    {
        if (beyond == 0)
            return;
        int count = Math.Min(Degree, source.Cells), first = Math.Clamp(face - count / 2, 0, source.Cells - count);
        Span<double> basis = stackalloc double[Degree + 1];
        Lagrange(source.Faces.Slice(first, count + 1), source.Faces[face] + beyond, basis);

        // The integral from the face: a cell above it counts at all nodes above the cell, one below with −1 at all nodes below.
        for (int cell = first; cell < first + count; cell++)
        {
            double weight = 0;
            for (int node = 0; node <= count; node++)
                weight += cell >= face ? (first + node > cell ? basis[node] : 0) : first + node <= cell ? -basis[node] : 0;
            weights[cell] = weights.GetValueOrDefault(cell) + sign * weight * source.Widths[cell];
        }
    }

    /// <summary>The Lagrange polynomials of some nodes at a position.</summary>
    private static void Lagrange(ReadOnlySpan<double> nodes, double position, Span<double> basis)
    {
        for (int node = 0; node < nodes.Length; node++)
        {
            basis[node] = 1;
            for (int other = 0; other < nodes.Length; other++)
            {
                if (other != node)
                    basis[node] *= (position - nodes[other]) / (nodes[node] - nodes[other]);
            }
        }
    }
}
