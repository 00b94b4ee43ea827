using PdeDiffusion.Library;

namespace PdeDiffusion.Samples;

internal static class OwnDatum
{
    /// <summary>A density of your own: a ring in the plane. It need not be normalised.</summary>
    public static void Run()
    {
        var ring = Datum.Density((x, y) => Math.Exp(-Math.Pow(Math.Sqrt(x * x + y * y) - 2, 2) / 0.08));
        foreach (Level level in Generation.Run(Box.Square(-6, 6, 96), ring, new() { Epsilon = 0.2, Steps = 20, Stop = 0.02 }))
            Console.WriteLine($"t = {level.Time:G3}   mean radius {level.Mean((x, y) => Math.Sqrt(x * x + y * y)):G4}");
    }
}
