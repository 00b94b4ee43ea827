using PdeDiffusion.Monitors;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>The number of readings of a level, which the memory of a run is estimated from.</summary>
[TestClass]
public sealed class ReadingCountTests
{
    [TestMethod]
    public void No_level_has_more_readings_than_the_monitors_say_and_the_fullest_has_as_many()
    {
        using var team = new WorkerTeam(1);
        int most = 0;
        foreach (string data in Scenario.Names)
        {
            foreach (double epsilon in new[] { 0, 0.3 })
            {
                Scenario scenario = Scenario.Of(data, 1, epsilon, remap: true) with { Parabolic = true };
                most = Math.Max(most, scenario.Watch(team).GroupBy(reading => reading.Step).Max(level => level.Count()));
            }
        }

        Assert.AreEqual(MonitorSet.MostReadings(3), most);
    }
}
