using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data;

/// <summary>
/// The heat kernel of one axis by the method of images (<see cref="Walls"/>): cell masses are sums over images, taken until the next pair
/// changes no cell by a relative 2⁻⁶⁰. Between reflecting walls and on a circle the kernel tends to 1/L, which replaces the sum once the
/// two agree to rounding error.
/// </summary>
internal static class BoxImages
{
    /// <summary>An image counts where its exponent is at most this much more negative than the point's own: e^−45 &lt; 2⁻⁶⁴.</summary>
    public const double Reach = 45;

    /// <summary>
    /// True if the heat kernel is uniform on the box up to rounding error: it deviates from 1/L by at most 2 exp(−π² a/2L²) between walls
    /// and 2 exp(−2π² a/L²) on a circle, and where it is, the images would be many.
    /// </summary>
    public static bool IsUniform(Axis axis, double variance) =>
        variance > UniformFrom(axis.IsPeriodic) * axis.Length * axis.Length;

    /// <summary>The variance, over L², from which the kernel is uniform.</summary>
    public static double UniformFrom(bool isPeriodic) => isPeriodic ? 2.4 : 9.5;

    /// <summary>
    /// Writes the mass in each cell of N(mean, variance), reflected or wrapped at the box; a point mass if the variance is 0, split between
    /// the two nearest cells (<see cref="DiracSplit"/>).
    /// </summary>
    /// <param name="masses">One value per cell, overwritten; their sum is 1 up to rounding error.</param>
    public static void CellMasses(Axis axis, double mean, double variance, Span<double> masses)
    {
        masses.Clear();
        if (variance == 0)
        {
            DiracSplit.Add(axis, mean, masses);
            return;
        }

        if (IsUniform(axis, variance))
        {
            for (int cell = 0; cell < masses.Length; cell++)
                masses[cell] = (axis.Faces[cell + 1] - axis.Faces[cell]) / axis.Length;
            return;
        }

        AddImage(axis, mean, mean, variance, masses);
        double lower = mean, upper = mean;
        bool matters = true;
        while (matters)
        {
            (lower, upper) = axis.Walls.Next(lower, upper);
            matters = AddImage(axis, lower, mean, variance, masses) | AddImage(axis, upper, mean, variance, masses);
        }
    }

    /// <summary>Adds an image's mass to the cells where it matters; false if there are none.</summary>
    private static bool AddImage(Axis axis, double image, double mean, double variance, Span<double> masses)
    {
        if (image == mean)
        {
            GaussianInterval.AddCells(axis.Faces, mean, variance, masses);
            return true;
        }

        ReadOnlySpan<double> faces = axis.Faces;
        double most = 2 * Reach * variance;
        int first = 0;
        bool matters = false;
        for (int cell = 0; cell <= masses.Length; cell++)
        {
            if (cell < masses.Length && Excess(faces[cell], faces[cell + 1], image, mean) <= most)
                continue;
            if (cell > first)
            {
                GaussianInterval.AddCells(faces[first..(cell + 1)], image, variance, masses[first..cell]);
                matters = true;
            }

            first = cell + 1;
        }

        return matters;
    }

    /// <summary>By how much the squared distance of a cell from an image exceeds that from the point itself.</summary>
    private static double Excess(double from, double to, double image, double mean)
    {
        double own = Distance(from, to, mean), other = Distance(from, to, image);
        return (other - own) * (other + own);
    }

    private static double Distance(double from, double to, double position) =>
        from > position ? from - position : to < position ? position - to : 0;
}
