using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary><c>li-yau</c> for exact cell averages on graded axes.</summary>
[TestClass]
public sealed class LiYauGradedTests
{
    /// <summary>Readings at t from 0.01 to 1 of the heat flow of Diracs, in exact cell averages.</summary>
    private static Reading[] Read(Axis axis, double[] points, WorkerTeam team)
    {
        var grid = new Grid(axis);
        var times = new TimeLevels(0.01, 1, 8, TimeSpacing.Geometric, 0, 1, []);
        var data = Mixture.Points(points);
        var monitors = new MonitorSet(new MonitorSetup(grid, times, ForwardKind.ClosedForm, null, team));
        var readings = new List<Reading>();
        for (int level = 0; level <= times.Last; level++)
        {
            double[] u = new double[grid.CellCount];
            data.CellAverages(grid, 2 * times[level], u);
            monitors.Read(new FlowLevel(grid, times) { Index = level, U = u }, readings);
        }

        return [.. readings.Where(reading => reading.Monitor == "li-yau")];
    }

    [TestMethod]
    public void ExactAveragesAreNotBlamedWhereWidthsJumpAndComeWithinAThousandthOfTheBoundWhereTheyDoNot()
    {
        using var team = new WorkerTeam(1);
        var random = new Random(4);
        int beyond = 0;
        for (int number = 0; number < 40; number++)
        {
            double[] points = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => 2 * random.NextDouble() - 1)];
            double[] rough = [.. Enumerable.Range(0, 161).Select(_ => 10 * random.NextDouble() - 5).Append(-5).Append(5).Order()];
            foreach (Reading reading in Read(Axis.Graded(rough, Boundary.NoFlux), points, team))
            {
                Assert.AreEqual(Verdict.NotApplicable, reading.Verdict, $"{reading}");
                beyond += reading.Measured < -1 / (2 * reading.Time) ? 1 : 0;
            }

            double strength = 0.5 + 5 * random.NextDouble();
            double[] smooth =
                [.. Enumerable.Range(0, 401).Select(face => 5 * Math.Sinh(strength * (face / 200.0 - 1)) / Math.Sinh(strength))];
            foreach (Reading reading in Read(Axis.Graded(smooth, Boundary.NoFlux), points, team))
                Assert.IsTrue(reading.Verdict != Verdict.NotApplicable && reading.Slack > -1e-3, $"strength {strength}: {reading}");
        }

        Assert.IsGreaterThan(100, beyond);
    }
}
