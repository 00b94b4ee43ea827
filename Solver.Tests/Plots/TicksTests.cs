using System.Globalization;
using PdeDiffusion.Plots;
using ScottPlot;

namespace PdeDiffusion.Tests.Plots;

[TestClass]
public sealed class TicksTests
{
    [TestMethod]
    [DataRow(0.0, 8.0)]
    [DataRow(100_000.0, 8.0)]
    [DataRow(-100_008.0, 8.0)]
    [DataRow(10_000.0, 13.0)]
    [DataRow(123_456.7, 0.01)]
    [DataRow(0.5, 0.0001)]
    [DataRow(-3.0, 6.0)]
    public void The_labels_of_a_linear_axis_are_its_numbers_at_any_offset(double from, double length)
    {
        Tick[] ticks = [.. new LinearTicks().Within(new CoordinateRange(from, from + length), 8)];
        Assert.IsGreaterThan(3, ticks.Length);
        CollectionAssert.AllItemsAreUnique(ticks.Select(tick => tick.Label).ToArray());
        foreach (Tick tick in ticks)
            Assert.AreEqual(tick.Position, double.Parse(tick.Label.Replace('−', '-'), CultureInfo.InvariantCulture), 1e-9 * length + 1e-10);
    }

    [TestMethod]
    public void A_log_axis_has_at_least_two_labels()
    {
        for (double from = -3; from < 3; from += 0.07)
        {
            for (double length = 0.5; length < 12; length += 0.11)
            {
                foreach (double room in new[] { 2, 3.5, 6, 12 })
                {
                    int labels = new LogTicks().Within(new CoordinateRange(from, from + length), room)
                        .Count(tick => tick.Label.Length > 0);
                    Assert.IsGreaterThan(1, labels, $"{from} + {length}");
                }
            }
        }
    }
}
