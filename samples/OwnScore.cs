using PdeDiffusion.Library;

namespace PdeDiffusion.Samples;

internal static class OwnScore
{
    /// <summary>Scores of your own on a line and in the plane: here that of a Gaussian, a tenth too weak.</summary>
    public static void Run()
    {
        var wrong = Score.Of((t, x) => -0.9 * x / (0.25 + 2 * t));
        Level last = Generation.Run(
            Box.Line(-8, 8, 400), Datum.Gaussians([0], [0.25]), new() { Score = wrong, Stop = 0.02 }).Last();
        Console.WriteLine($"line: variance {last.Mean((x, _) => x * x):G4}, of the noised data {0.25 + 2 * last.Time:G4}");

        var plane = Score.Of((t, x, y) => (-0.9 * x / (0.25 + 2 * t), -y / (0.25 + 2 * t)));
        last = Generation.Run(
            Box.Square(-6, 6, 64), Datum.Gaussians([(0, 0)], [0.25]), new() { Score = plane, Stop = 0.05 }).Last();
        Console.WriteLine($"plane: variance {last.Mean((x, _) => x * x):G4} along x, {last.Mean((_, y) => y * y):G4} along y");
    }
}
