using PdeDiffusion.Particles.Scores;

namespace PdeDiffusion.Tests.Particles;

/// <summary>Mixtures and times that the tests share.</summary>
internal static class Mixtures
{
    public static MixtureComponents Points(params (double X, double Y)[] points) => new(
        Enumerable.Repeat(1.0, points.Length).ToArray(), points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(),
        new double[points.Length]);

    /// <summary>Two Gaussian blobs of variance 0.1, or, with variances, a scatter of Gaussians of unequal weight.</summary>
    public static (double[] Weights, double[] X, double[] Y, double[] Variances) Blobs(int count, int seed, bool equal)
    {
        var random = new Random(seed);
        double[] weights = new double[count], x = new double[count], y = new double[count], variances = new double[count];
        for (int k = 0; k < count; k++)
        {
            (double a, double b) = Normals(random);
            x[k] = (k % 2 == 0 ? -1.2 : 1.3) + Math.Sqrt(0.1) * a;
            y[k] = (k % 2 == 0 ? -0.5 : 0.7) + Math.Sqrt(0.1) * b;
            weights[k] = equal ? 1 : Math.Pow(10, -6 * random.NextDouble());
            variances[k] = equal ? 0 : Math.Pow(10, -4 + 3 * random.NextDouble());
        }

        return (weights, x, y, variances);
    }

    public static (double A, double B) Normals(Random random)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())), angle = 2 * Math.PI * random.NextDouble();
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }

    /// <summary>n + 1 times, falling geometrically.</summary>
    public static double[] Falling(double from, double to, int steps) =>
        [.. Enumerable.Range(0, steps + 1).Select(k => k == steps ? to : from * Math.Pow(to / from, (double)k / steps))];
}
