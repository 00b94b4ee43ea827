using PdeDiffusion.Grids;

namespace PdeDiffusion.Library;

/// <summary>Boxes of equal cells, the grids of the common case; <see cref="Grid"/> and <see cref="Axis"/> make any other.</summary>
public static class Box
{
    /// <summary>The interval [from, to] in equal cells.</summary>
    /// <exception cref="ArgumentException">No cells, or an interval that is empty or not finite.</exception>
    public static Grid Line(double from, double to, int cells, Boundary boundary = Boundary.NoFlux) =>
        new(Axis.Uniform(from, to, cells, boundary));

    /// <summary>The square [from, to]² in cells × cells equal squares.</summary>
    /// <inheritdoc cref="Line"/>
    public static Grid Square(double from, double to, int cells, Boundary boundary = Boundary.NoFlux) =>
        new(Axis.Uniform(from, to, cells, boundary), Axis.Uniform(from, to, cells, boundary));
}
