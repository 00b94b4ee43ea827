namespace PdeDiffusion.Grids;

/// <summary>The boundary condition at both ends of an axis.</summary>
public enum Boundary
{
    /// <summary>No flux through the end faces; paths are reflected.</summary>
    NoFlux,

    /// <summary>The last cell is a neighbour of the first.</summary>
    Periodic,
}

/// <summary>
/// One axis of a grid: N cells between N + 1 strictly increasing faces. A <em>link</em> joins two neighbouring cells: link i joins cell i
/// and cell i + 1; on a periodic axis link N − 1 joins cell N − 1 and cell 0. An axis of one cell has no links.
/// </summary>
public sealed class Axis
{
    private readonly double[] faces;
    private readonly double[] widths;
    private readonly double[] centres;
    private readonly double[] distances;

    private Axis(double[] faces, Boundary boundary, bool uniform)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(faces.Length, 2, nameof(faces));
        for (int face = 0; face < faces.Length; face++)
        {
            if (!double.IsFinite(faces[face]) || (face > 0 && !(faces[face] > faces[face - 1])))
                throw new ArgumentException($"faces must be finite and strictly increasing, but face {face} is {faces[face]:R}",
                    nameof(faces));
        }

        this.faces = faces;
        Boundary = boundary;
        IsUniform = uniform;
        int cells = faces.Length - 1;
        widths = new double[cells];
        centres = new double[cells];
        double spacing = (faces[cells] - faces[0]) / cells;
        for (int cell = 0; cell < cells; cell++)
        {
            widths[cell] = uniform ? spacing : faces[cell + 1] - faces[cell];
            centres[cell] = 0.5 * (faces[cell] + faces[cell + 1]);
        }

        distances = new double[cells == 1 ? 0 : boundary == Boundary.Periodic ? cells : cells - 1];
        for (int link = 0; link < distances.Length; link++)
            distances[link] = uniform ? spacing : 0.5 * (widths[link] + widths[(link + 1) % cells]);
    }

    public int Cells => widths.Length;

    public Boundary Boundary { get; }

    public bool IsPeriodic => Boundary == Boundary.Periodic;

    /// <summary>True if all cells have the same width; then the sharp discrete Li–Yau bound and the lattice kernels apply.</summary>
    public bool IsUniform { get; }

    public double From => faces[0];

    public double To => faces[^1];

    /// <summary>To − From.</summary>
    public double Length => faces[^1] - faces[0];

    /// <summary>The two ends, and the images of points at them.</summary>
    internal Walls Walls => new(From, To, IsPeriodic);

    /// <summary>Positions of the N + 1 faces.</summary>
    public ReadOnlySpan<double> Faces => faces;

    /// <summary>Cell widths |i|, N values.</summary>
    public ReadOnlySpan<double> Widths => widths;

    /// <summary>Cell centres, N values.</summary>
    public ReadOnlySpan<double> Centres => centres;

    /// <summary>Centre distances δ of the links: N − 1 values, N on a periodic axis, none on an axis of one cell.</summary>
    public ReadOnlySpan<double> Distances => distances;

    public int Links => distances.Length;

    /// <summary>An axis of <paramref name="cells"/> equal cells from <paramref name="from"/> to <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">No cells, or an interval that is empty, not finite, or too short for distinct faces.</exception>
    public static Axis Uniform(double from, double to, int cells, Boundary boundary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        var faces = new double[cells + 1];
        for (int face = 0; face <= cells; face++)
            faces[face] = from + (to - from) * ((double)face / cells);
        faces[cells] = to;
        return new Axis(faces, boundary, uniform: true);
    }

    /// <summary>An axis with the given faces, positions in increasing order.</summary>
    /// <exception cref="ArgumentException">Fewer than two faces, or faces not finite or not strictly increasing.</exception>
    public static Axis Graded(ReadOnlySpan<double> faces, Boundary boundary) => new(faces.ToArray(), boundary, uniform: false);

    /// <summary>
    /// The cell that contains <paramref name="position"/>, or −1 outside. A position on an inner face belongs to the cell above it.
    /// </summary>
    public int CellAt(double position)
    {
        if (!(position >= From && position <= To))
            return -1;
        int index = Array.BinarySearch(faces, position);
        return Math.Min(index >= 0 ? index : ~index - 1, Cells - 1);
    }
}
