using PdeDiffusion.Library;

namespace PdeDiffusion.Samples;

internal static class Sweep
{
    /// <summary>What is left of the wrong start at the end, over the noise level.</summary>
    public static void Run()
    {
        foreach (double epsilon in new[] { 0, 0.1, 0.2, 0.5, 1 })
        {
            Level[] levels = [.. Generation.Run(Box.Line(-8, 8, 400), Datum.Points(-5, 0, 5), new() { Epsilon = epsilon })];
            Console.WriteLine($"epsilon = {epsilon:G3}   KL(v|u) from {levels[0].Kl:G3} to {levels[^1].Kl:G3}");
        }
    }
}
