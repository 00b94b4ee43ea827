using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Schemes;

[TestClass]
public sealed class TimeLevelsTests
{
    [TestMethod]
    public void GeometricLevelsHaveOneRatioAndLandOnBothEnds()
    {
        var times = new TimeLevels(0.001, 1, 30, TimeSpacing.Geometric, 0, 128, []);
        Assert.AreEqual(30, times.Last);
        Assert.AreEqual(0.001, times[0]);
        Assert.AreEqual(1.0, times[30]);
        for (int level = 0; level < 30; level++)
            Assert.AreEqual(Math.Pow(10, 0.1), times[level + 1] / times[level], 1e-13);
        Assert.AreEqual(128, times.Warmup);
        Assert.AreEqual(0.001 / 128, times.WarmupStep);
    }

    [TestMethod]
    public void AShiftMakesGeometricLevelsReachZero()
    {
        var times = new TimeLevels(0, 1, 25, TimeSpacing.Geometric, 0.125, 128, []);
        Assert.AreEqual(0, times.Warmup);
        Assert.AreEqual(0.0, times[0]);
        Assert.AreEqual(0.125 * Math.Pow(9, 0.4) - 0.125, times[10], 1e-15);
    }

    [TestMethod]
    public void ExtraTimesBecomeLevelsUnlessTheyAreOne()
    {
        var times = new TimeLevels(1, 3, 2, TimeSpacing.Uniform, 0, 1, [2.5, 2 * (1 + 1e-13), 1, 3]);
        Assert.AreEqual(3, times.Last);
        Assert.AreEqual(2.5, times[2]);
        Assert.AreEqual(1, times.IndexOf(2));
        Assert.AreEqual(2, times.IndexOf(2.5));
        Assert.AreEqual(-1, times.IndexOf(2.6));
    }

    [TestMethod]
    public void ARequestedTimeWinsOverTheLevelNextToIt()
    {
        const double near = 0.3 * (1 + 1e-13);
        var times = new TimeLevels(0.1, 0.5, 4, TimeSpacing.Uniform, 0, 1, [near, 0.1 * (1 + 1e-14), 0.5 * (1 - 1e-14)]);
        Assert.AreEqual(4, times.Last);
        Assert.AreEqual(near, times[2]);
        Assert.AreEqual(0.1, times[0], "stop stays");
        Assert.AreEqual(0.5, times[4], "end stays");
    }

    [TestMethod]
    [DataRow(1, 1, 3, 0)]
    [DataRow(-1, 1, 3, 0)]
    [DataRow(0.1, double.PositiveInfinity, 3, 0)]
    [DataRow(double.NaN, 1, 3, 0)]
    [DataRow(0, 1, 3, 0)]
    [DataRow(0.1, 1, 0, 0)]
    [DataRow(1, 1 + 1e-15, 100, 0)]
    public void ImpossibleLevelsAreRefused(double stop, double end, int steps, double shift) =>
        Assert.Throws<ArgumentException>(() => new TimeLevels(stop, end, steps, TimeSpacing.Geometric, shift, 1, []));

    [TestMethod]
    public void AnExtraTimeOutsideIsRefused() =>
        Assert.Throws<ArgumentException>(() => new TimeLevels(0.1, 1, 3, TimeSpacing.Uniform, 0, 1, [1.1]));
}
