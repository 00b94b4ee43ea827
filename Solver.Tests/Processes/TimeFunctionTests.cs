using PdeDiffusion.Processes;

namespace PdeDiffusion.Tests.Processes;

/// <summary>Functions of t that are linear in log t between the times of a table.</summary>
[TestClass]
public sealed class TimeFunctionTests
{
    private static readonly TimeFunction Table = new([0.01, 0.1, 2], [0.5, 0, 3]);

    [TestMethod]
    [DataRow(0, 0.5)]
    [DataRow(0.01, 0.5)]
    [DataRow(0.031622776601683794, 0.25)]
    [DataRow(0.1, 0)]
    [DataRow(0.44721359549995793, 1.5)]
    [DataRow(2, 3)]
    [DataRow(50, 3)]
    public void ItIsLinearInLogTAndConstantOutside(double time, double expected) =>
        Assert.AreEqual(expected, Table.At(time), 1e-14);

    /// <summary>Against the midpoint rule in t, whose error is below 1e-6 here.</summary>
    [TestMethod]
    [DataRow(0, 3)]
    [DataRow(0.004, 0.006)]
    [DataRow(0.02, 0.05)]
    [DataRow(0.05, 0.3)]
    [DataRow(0.0099, 2.5)]
    [DataRow(2.5, 4)]
    public void TheMeanOverAStepIsExact(double from, double to)
    {
        const int Points = 200_000;
        double sum = 0;
        for (int point = 0; point < Points; point++)
            sum += Table.At(from + (to - from) * (point + 0.5) / Points);
        Assert.AreEqual(sum / Points, Table.Mean(from, to), 1e-6);
    }

    /// <summary>A short step: the mean differs from the value in its middle by O(Δ²), and stays within the table's values.</summary>
    [TestMethod]
    public void TheMeanOfAShortStepLosesNoDigits()
    {
        for (double step = 1e-3; step > 1e-12; step *= 0.1)
            Assert.AreEqual(Table.At(0.5 + 0.5 * step), Table.Mean(0.5, 0.5 + step), 0.2 * step * step + 1e-14);
        Assert.AreEqual(Table.At(0.5), Table.Mean(0.5, 0.5));
    }

    [TestMethod]
    public void AConstantTableIsTheNumber()
    {
        var table = new TimeFunction([0.1, 1, 3], [0.3, 0.3, 0.3]);
        Assert.IsTrue(table.Is(0.3));
        Assert.AreEqual(0.3, table.Mean(0.05, 2.7));
        Assert.AreEqual(0.3, table.At(0.77));
        Assert.IsFalse(Table.Is(0));
        Assert.AreEqual((0, 3), (Table.Least, Table.Greatest));
    }

    [TestMethod]
    public void WrongTablesAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new TimeFunction([], []));
        Assert.ThrowsExactly<ArgumentException>(() => new TimeFunction([0.0], [1]));
        Assert.ThrowsExactly<ArgumentException>(() => new TimeFunction([1, 1], [1, 2]));
        Assert.ThrowsExactly<ArgumentException>(() => new TimeFunction([1, 2], [1]));
        Assert.ThrowsExactly<ArgumentException>(() => new TimeFunction([1, 2], [1, double.NaN]));
    }
}
