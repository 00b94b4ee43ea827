using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests;

/// <summary>Moments of densities that tests compare.</summary>
internal static class Moments
{
    /// <summary>∫ x f along one axis, for a density of mass 1.</summary>
    public static double Mean(Grid grid, double[] density, int axis) =>
        Density.Mass(grid, [.. density.Select((value, cell) => value * grid.Centre(cell, axis))]);
}
