using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>
/// The cell masses of a Dirac on one axis: linear interpolation between the two cells whose centres enclose it, which keeps the mass and
/// the first moment, so that the grid's heat flow converges at second order. Beyond the last centre before a wall the reflected Dirac fills
/// the end cell up to the whole mass; a periodic axis wraps. Mirrored positions give mirrored masses, bit for bit.
/// </summary>
internal static class DiracSplit
{
    /// <summary>Adds a unit mass at a position within the axis to the cells around it.</summary>
    /// <param name="masses">One value per cell.</param>
    public static void Add(Axis axis, double position, Span<double> masses)
    {
        if (axis.IsUniform)
            AddUniform(axis, position, masses);
        else
            AddGraded(axis, position, masses);
    }

    /// <summary>Counts cells from the nearer end, because rounded faces are not symmetric.</summary>
    private static void AddUniform(Axis axis, double position, Span<double> masses)
    {
        double below = position - axis.From, above = axis.To - position;
        double place = Math.Min(below, above) / axis.Widths[0] - 0.5;
        int near = (int)Math.Floor(place), last = masses.Length - 1;
        double share = place - near;
        bool fromBelow = below <= above;
        masses[Cell(axis, fromBelow ? near : last - near)] += 1 - share;
        masses[Cell(axis, fromBelow ? near + 1 : last - near - 1)] += share;
    }

    private static void AddGraded(Axis axis, double position, Span<double> masses)
    {
        ReadOnlySpan<double> centres = axis.Centres;
        int cell = axis.CellAt(position), last = masses.Length - 1;
        int lower = position < centres[cell] ? cell - 1 : cell;
        double toLower, toUpper;
        if (lower >= 0 && lower < last)
        {
            (toLower, toUpper) = (position - centres[lower], centres[lower + 1] - position);
        }
        else
        {
            double first = centres[0] - axis.From, end = axis.To - centres[last];
            (toLower, toUpper) = lower < 0
                ? (position - axis.From + end, centres[0] - position) : (position - centres[last], axis.To - position + first);
        }

        double distance = toLower + toUpper;
        masses[Cell(axis, lower)] += toUpper / distance;
        masses[Cell(axis, lower + 1)] += toLower / distance;
    }

    /// <summary>The cell for an index beyond an end: the end cell at a wall, the cell at the other end on a periodic axis.</summary>
    private static int Cell(Axis axis, int index) =>
        axis.IsPeriodic ? (index + axis.Cells) % axis.Cells : Math.Clamp(index, 0, axis.Cells - 1);
}
