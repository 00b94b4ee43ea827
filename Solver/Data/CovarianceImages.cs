using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>One image of a Gaussian in the plane: its mean and covariance.</summary>
internal readonly record struct CovarianceImage(double X, double Y, Covariance Covariance);

/// <summary>
/// The images of N(mean, C) on a box of two axes: a reflection in one wall flips the sign of the covariance's off-diagonal entry, a
/// translate keeps it.
/// </summary>
internal static class CovarianceImages
{
    /// <summary>
    /// An image counts where (x − m)·C⁻¹(x − m) exceeds the least of all images by at most this much: twice <see cref="BoxImages.Reach"/>.
    /// </summary>
    public const double Reach = 2 * BoxImages.Reach;

    /// <summary>Beyond this (x − m)·C⁻¹(x − m) the density is 0 in double precision.</summary>
    public const double Underflow = 1490;

    /// <summary>
    /// True if the law on the box is uniform along an axis to rounding: every Fourier mode that varies along it has decayed. The least
    /// decay over the other axis's modes is that of the conditional variance.
    /// </summary>
    public static bool IsUniform(Grid grid, int axis, in Covariance covariance) =>
        BoxImages.IsUniform(grid.Axes[axis], axis == 0 ? covariance.ConditionalX : covariance.ConditionalY);

    /// <summary>The Gaussian itself, first, and every image that may count in some cell of the box.</summary>
    public static CovarianceImage[] Of(Grid grid, double x, double y, in Covariance covariance)
    {
        Axis alongX = grid.X, alongY = grid.Axes[1];
        double farthest = 0;
        foreach (double cornerX in new[] { alongX.From, alongX.To })
        {
            foreach (double cornerY in new[] { alongY.From, alongY.To })
                farthest = Math.Max(farthest, covariance.SquaredNorm(cornerX - x, cornerY - y));
        }

        double reach = Math.Min(Underflow, farthest + Reach);
        var images = new List<CovarianceImage> { new(x, y, covariance) };
        foreach ((double imageX, bool flippedX) in Positions(alongX, x, Math.Sqrt(reach * covariance.XX)))
        {
            foreach ((double imageY, bool flippedY) in Positions(alongY, y, Math.Sqrt(reach * covariance.YY)))
            {
                // A mean on a wall has its reflection in the same place.
                var image = new CovarianceImage(imageX, imageY, flippedX == flippedY ? covariance : covariance.Reflected());
                bool isOwn = !flippedX && !flippedY && (imageX, imageY) == (x, y);
                if (!isOwn && Nearest(image, alongX.From, alongX.To, alongY.From, alongY.To).Square <= reach)
                    images.Add(image);
            }
        }

        return [.. images];
    }

    /// <summary>The least (x − m)·C⁻¹(x − m) over a rectangle, and where it is taken, relative to the mean.</summary>
    public static (double Square, double X, double Y) Nearest(in CovarianceImage image, double fromX, double toX, double fromY, double toY)
    {
        double left = fromX - image.X, right = toX - image.X, bottom = fromY - image.Y, top = toY - image.Y;
        bool insideX = left <= 0 && right >= 0, insideY = bottom <= 0 && top >= 0;
        if (insideX && insideY)
            return (0, 0, 0);
        Covariance covariance = image.Covariance;
        (double Square, double X, double Y) nearest = (double.PositiveInfinity, 0, 0);
        if (!insideX)
        {
            double x = left > 0 ? left : right, y = Math.Clamp(covariance.Slope * x, bottom, top);
            nearest = (covariance.SquaredNorm(x, y), x, y);
        }

        if (!insideY)
        {
            double y = bottom > 0 ? bottom : top, x = Math.Clamp(covariance.XY / covariance.YY * y, left, right);
            double square = covariance.SquaredNorm(x, y);
            if (square < nearest.Square)
                nearest = (square, x, y);
        }

        return nearest;
    }

    /// <summary>The positions on one axis within a distance of the box; true for a reflection.</summary>
    public static IEnumerable<(double Position, bool IsFlipped)> Positions(Axis axis, double mean, double distance)
    {
        Walls walls = axis.Walls;
        int most = (int)Math.Min(1e6, Math.Ceiling(distance / walls.Period)) + 1;
        for (int image = -most; image <= most; image++)
        {
            yield return (walls.Translate(mean, image), false);
            if (!axis.IsPeriodic)
                yield return (walls.Reflect(mean, image), true);
        }
    }
}
