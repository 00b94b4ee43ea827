using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The mass of each component of a mixture that crosses a face of one axis in a step of the exact heat flow. In the plane it is the same
/// for all lines along that axis, which differ by the components' weights only: it is computed once per face and step.
/// </summary>
internal sealed class ComponentCrossings(Axis axis, double[] means, double[] variances)
{
    // Images further away than this many standard deviations contribute less than the floor.
    private const double Reach = 38;

    /// <summary>Images of a component whose masses are computed together.</summary>
    private const int Together = 60;

    private readonly Lock gate = new();
    private readonly double[]?[] known = new double[]?[axis.Cells];
    private readonly (double Start, double End)[] steps = new (double, double)[axis.Cells];

    /// <summary>The crossings of all components at a face; valid until the next step. May be called by several threads.</summary>
    public double[] All(int face, double start, double end)
    {
        lock (gate)
        {
            double[] moved = known[face] ??= new double[means.Length];
            if (steps[face] == (start, end))
                return moved;
            for (int component = 0; component < means.Length; component++)
                moved[component] = Of(component, face, start, end);
            steps[face] = (start, end);
            return moved;
        }
    }

    /// <summary>Mass below a face at the start of a forward sweep minus that at its end, computed from the side with less mass.</summary>
    public double Of(int component, int face, double start, double end)
    {
        double mean = means[component], narrow = variances[component] + 2 * start, wide = variances[component] + 2 * end;
        double at = axis.Faces[face];
        if (axis.IsPeriodic)
            return Wrapped(mean, narrow, at) - Wrapped(mean, wide, at);
        double below = Folded(mean, wide, axis.From, at);
        return below < 0.5
            ? Folded(mean, narrow, axis.From, at) - below
            : Folded(mean, wide, at, axis.To) - Folded(mean, narrow, at, axis.To);
    }

    /// <summary>Mass below a face of a periodic axis on the line of all images, up to a constant: a sum of signed tails.</summary>
    private double Wrapped(double mean, double variance, double at)
    {
        double length = axis.To - axis.From, spread = Math.Sqrt(2 * variance), sum = 0;
        int images = (int)Math.Min(1e6, Math.Ceiling(Reach * spread / length)) + 1;
        for (int image = -images; image <= images; image++)
        {
            double distance = at - mean - image * length;
            sum += distance > 0
                ? -0.5 * MathNet.Numerics.SpecialFunctions.Erfc(distance / spread)
                : 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-distance / spread);
        }

        return sum;
    }

    /// <summary>Mass of one component and its images in [low, high].</summary>
    private double Folded(double mean, double variance, double low, double high)
    {
        Walls walls = axis.Walls;
        int images = (int)Math.Min(1e6, Math.Ceiling(Reach * Math.Sqrt(variance) / walls.Period)) + 1, count = 0;
        Span<double> places = stackalloc double[Together];
        double sum = 0;
        for (int image = -images; image <= images; image++)
        {
            places[count++] = walls.Translate(mean, image);
            places[count++] = walls.Reflect(mean, image);
            if (count == Together || image == images)
            {
                sum = Plus(sum, places[..count], variance, low, high);
                count = 0;
            }
        }

        return sum;
    }

    /// <summary>The sum and the masses in [low, high] of Gaussians at some places, added in their order.</summary>
    private static double Plus(double sum, ReadOnlySpan<double> places, double variance, double low, double high)
    {
        Span<double> from = stackalloc double[places.Length], to = stackalloc double[places.Length];
        Span<double> same = stackalloc double[places.Length], masses = stackalloc double[places.Length];
        from.Fill(low);
        to.Fill(high);
        same.Fill(variance);
        GaussianInterval.Masses(from, to, places, same, masses);
        foreach (double mass in masses)
            sum += mass;
        return sum;
    }
}
