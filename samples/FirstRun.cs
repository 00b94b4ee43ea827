using PdeDiffusion.Library;

namespace PdeDiffusion.Samples;

internal static class FirstRun
{
    /// <summary>Noise and generation of three points; KL(v|u) at each level, from noise to data.</summary>
    public static void Run()
    {
        var grid = Box.Line(-8, 8, 400);
        var data = Datum.Points(-5, 0, 5);
        foreach (Level level in Generation.Run(grid, data))
            Console.WriteLine($"t = {level.Time:G3}   KL(v|u) = {level.Kl:G4}");
    }
}
