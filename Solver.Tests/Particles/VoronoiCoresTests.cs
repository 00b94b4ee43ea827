using CsCheck;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Tests.Particles;

[TestClass]
public sealed class VoronoiCoresTests
{
    private const double Side = 3;

    private static VoronoiCores Plane(int count, int seed)
    {
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, count).Select(_ => 2 * Side * random.NextDouble() - Side)];
        return new VoronoiCores(x, [.. x.Select(_ => 2 * Side * random.NextDouble() - Side)], -Side, Side, -Side, Side);
    }

    [TestMethod]
    public void VoronoiCellsFillTheBox() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 10_000]).Sample((count, seed) =>
        {
            VoronoiCores cores = Plane(count, seed);
            Assert.AreEqual(4 * Side * Side, Enumerable.Range(0, count).Sum(i => cores.Area(i, 0)), 1e-11 * count);
        }, iter: 200);

    [TestMethod]
    public void CoresShrinkAsGammaGrows()
    {
        VoronoiCores cores = Plane(5, 3);
        for (int i = 0; i < 5; i++)
        {
            double before = double.PositiveInfinity;
            foreach (double gamma in new[] { 0, 0.1, 0.5, 2, 8 })
            {
                double area = cores.Area(i, gamma);
                Assert.IsTrue(area <= before && area >= 0);
                before = area;
            }
        }

        Assert.AreEqual(0, cores.Polygon(0, 1e4).Count);
    }

    [TestMethod]
    public void PolygonsAreTheDefinition() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 9999], Gen.Double[0, 4], Gen.Double[-Side, Side].Array[2]).Sample((count, seed, gamma, at) =>
        {
            VoronoiCores cores = Plane(count, seed);
            int core = cores.IndexOf(at[0], at[1], gamma);
            for (int i = 0; i < count; i++)
                Assert.AreEqual(i == core, Contains(cores.Polygon(i, gamma), at[0], at[1]), $"core {i}");
        }, iter: 2000);

    [TestMethod]
    public void MembershipIsByDistances() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 9999], Gen.Double[0, 4], Gen.Double[-Side, Side].Array[2]).Sample((count, seed, gamma, at) =>
        {
            var random = new Random(seed);
            double[] x = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())], y = [.. x.Select(_ => random.NextDouble())];
            double[] squares = [.. x.Zip(y).Select(p => (p.First - at[0]) * (p.First - at[0]) + (p.Second - at[1]) * (p.Second - at[1]))];
            int expected = Array.FindIndex(squares, own => squares.Count(other => other - own >= gamma) == count - 1);
            if (gamma > 0)
                Assert.AreEqual(expected, new VoronoiCores(x, y, 0, 1, 0, 1).IndexOf(at[0], at[1], gamma));
        }, iter: 1000);

    [TestMethod]
    public void OnALineCoresAreIntervals()
    {
        var cores = new VoronoiCores([0, 2, -1], -4, 4);
        Assert.AreEqual((-0.5, 1.0), cores.Interval(0, 0));
        Assert.AreEqual((-0.25, 0.875), cores.Interval(0, 0.5));
        Assert.AreEqual((1.0, 4.0), cores.Interval(1, 0));
        Assert.AreEqual(8.0, cores.Area(0, 0) + cores.Area(1, 0) + cores.Area(2, 0), 1e-15);
        Assert.AreEqual(0, cores.IndexOf(-0.25, 0, 0.5));
        Assert.AreEqual(-1, cores.IndexOf(-0.26, 0, 0.5));
        Assert.AreEqual(2, cores.Polygon(0, 0.5).Count);
        Assert.AreEqual(0, cores.Polygon(0, 50).Count);
    }

    [TestMethod]
    public void DuplicatesHaveNoCoreAndASinglePointTheWholeBox()
    {
        var twice = new VoronoiCores([0, 0, 1], [0, 0, 1], -2, 2, -2, 2);
        Assert.AreEqual(0, twice.Polygon(0, 0.01).Count);
        Assert.AreEqual(0, twice.Polygon(1, 0.01).Count);
        Assert.AreEqual(twice.Area(0, 0), twice.Area(1, 0));
        Assert.AreEqual(-1, twice.IndexOf(0, 0, 0.01));
        Assert.AreEqual(0.0, new VoronoiCores([1, 1], 0, 2).Area(0, 0.1));
        Assert.AreEqual(16.0, new VoronoiCores([0.3], [0.2], -2, 2, -2, 2).Area(0, 5));
    }

    [TestMethod]
    public void BadPointsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new VoronoiCores([], [], 0, 1, 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new VoronoiCores([0, 1], [0], 0, 1, 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new VoronoiCores([double.NaN], [0], 0, 1, 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new VoronoiCores([0], [0], 1, 1, 0, 1));
    }

    private static bool Contains(IReadOnlyList<Vertex> polygon, double x, double y)
    {
        bool inside = polygon.Count > 2;
        for (int k = 0; k < polygon.Count; k++)
        {
            var (a, b) = (polygon[k], polygon[(k + 1) % polygon.Count]);
            inside &= (b.X - a.X) * (y - a.Y) - (b.Y - a.Y) * (x - a.X) >= 0;
        }

        return inside;
    }
}
