using PdeDiffusion.Grids;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Scores;

/// <summary>
/// One component of a smooth random vector field fixed in time: a sum of Fourier modes of the box, up to four waves along an axis, with
/// seeded normal amplitudes, mean 0 and mean square exactly 1 over the box. It depends on the box and the seed, not on the cells.
/// </summary>
public sealed class SmoothField
{
    private const int MostWaves = 4;

    private readonly (double WaveX, double WaveY, double Cosine, double Sine)[] modes;
    private readonly double root;

    /// <param name="axis">The component; its random stream is a function of seed and axis.</param>
    public SmoothField(Grid grid, int axis, ulong seed)
    {
        var random = new RandomStream(seed, (ulong)axis);
        var drawn = new List<(double WaveX, double WaveY, double Cosine, double Sine)>();
        double square = 0;
        for (int wavesY = grid.Dimension == 2 ? -MostWaves : 0; wavesY <= (grid.Dimension == 2 ? MostWaves : 0); wavesY++)
        {
            // One of each pair of opposite wave vectors.
            for (int wavesX = wavesY > 0 ? 0 : 1; wavesX <= MostWaves; wavesX++)
            {
                double cosine = random.NextGaussian(), sine = random.NextGaussian();
                drawn.Add((Wave(grid.X, wavesX), grid.Dimension == 2 ? Wave(grid.Axes[1], wavesY) : 0, cosine, sine));
                square += 0.5 * (cosine * cosine + sine * sine);
            }
        }

        modes = [.. drawn];
        root = Math.Sqrt(square);
    }

    /// <summary>The component at a point.</summary>
    /// <param name="y">0 in one dimension.</param>
    public double At(double x, double y)
    {
        double sum = 0;
        foreach ((double waveX, double waveY, double cosine, double sine) in modes)
        {
            (double s, double c) = Math.SinCos(waveX * x + waveY * y);
            sum += cosine * c + sine * s;
        }

        return sum / root;
    }

    private static double Wave(Axis axis, int waves) => 2 * Math.PI * waves / axis.Length;
}
