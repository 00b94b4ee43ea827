using PdeDiffusion.Library;

namespace PdeDiffusion.Samples;

internal static class OwnMonitor
{
    /// <summary>A monitor of your own: symmetric data and a symmetric start leave half of the mass on either side.</summary>
    public static void Run()
    {
        var half = Inequality.Equal("right-half", level => level.Mean((x, _) => x > 0 ? 1 : 0), _ => 0.5);
        foreach (Level level in Generation.Run(Box.Line(-8, 8, 400), Datum.Points(-2, 2), new() { Also = [half] }))
        {
            var reading = level.Readings.Single(reading => reading.Monitor == "right-half");
            Console.WriteLine($"t = {level.Time:G3}   {reading.Measured:R}: {reading.Verdict}");
        }
    }
}
