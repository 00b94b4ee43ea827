using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class MixtureTests
{
    [TestMethod]
    public void MassIsOneToRoundingForAnyVarianceAndBoundary()
    {
        var problems = Gen.Select(Gen.Double[-2, 3].Array[3], Gen.Double[-1, 1].Array[3], Gen.Double[-6, 3], Gen.Bool, Gen.Bool);
        problems.Sample((x, y, log, wrapX, wrapY) =>
        {
            Grid grid = Plane(37, 23, wrapX, wrapY);
            double variance = Math.Pow(10, log);
            var averages = new double[grid.CellCount];
            Mixture.Gaussians(x, y, [0, variance, 0.3 * variance], [0.2, 0.5, 0.3]).CellAverages(grid, averages);
            Assert.AreEqual(1, Density.Mass(grid, averages), 2e-14);
            Assert.IsTrue(averages.All(value => value >= 0));
        }, iter: 200);
    }

    [TestMethod]
    [DataRow(Boundary.NoFlux)]
    [DataRow(Boundary.Periodic)]
    public void AveragesAreTheFourierSeriesOfTheHeatKernelOnTheBox(Boundary boundary)
    {
        // Another formula altogether: images against modes, around the variance where the kernel is called uniform too.
        Axis axis = Axis.Uniform(-1, 2, 24, boundary);
        var grid = new Grid(axis);
        var averages = new double[24];
        foreach (double variance in new[] { 0.3, 1.0, 5.0, 20, 24, 80, 90 })
        {
            const double mean = 1.9;
            Mixture.Gaussian([mean], variance).CellAverages(grid, averages);
            for (int cell = 0; cell < 24; cell++)
            {
                double sum = 1.0 / 3, base_ = (boundary == Boundary.Periodic ? 2 : 1) * Math.PI / 3;
                for (int mode = 1; mode < 60; mode++)
                {
                    double wave = mode * base_, decay = Math.Exp(-wave * wave * variance / 2) * 2 / 3;
                    double from = axis.Faces[cell], to = axis.Faces[cell + 1];
                    sum += boundary == Boundary.Periodic
                        ? decay * (Math.Sin(wave * (to - mean)) - Math.Sin(wave * (from - mean))) / (wave * (to - from))
                        : decay * Math.Cos(wave * (mean + 1))
                            * (Math.Sin(wave * (to + 1)) - Math.Sin(wave * (from + 1))) / (wave * (to - from));
                }

                Assert.AreEqual(sum, averages[cell], 2e-14);
            }
        }
    }

    [TestMethod]
    public void TailsKeepTheirDigits()
    {
        // Masses of N(0.3, 1) in [30.25, 30.5] and [−30.5, −30.25], with 60 digits.
        var grid = new Grid(Axis.Graded([-60, -30.5, -30.25, 0, 30.25, 30.5, 60], Boundary.NoFlux));
        var averages = new double[6];
        Mixture.Points([0.3]).CellAverages(grid, 1, averages);
        Assert.AreEqual(2.198763718142619980881826e-197 * 4, averages[4], 1e-14 * averages[4]);
        Assert.AreEqual(2.825989903062104368521098e-205 * 4, averages[1], 1e-14 * averages[1]);
    }

    [TestMethod]
    public void TheHeatFlowOfGaussiansIsAGaussianOfLargerVariance()
    {
        Grid grid = Plane(20, 16, false, true);
        double[] flow = new double[grid.CellCount], wide = new double[grid.CellCount];
        Mixture.Gaussian([0.5, 0.25], 0.25).CellAverages(grid, 0.5, flow);
        Mixture.Gaussian([0.5, 0.25], 0.75).CellAverages(grid, wide);
        CollectionAssert.AreEqual(wide, flow);
    }

    [TestMethod]
    public void TransposedDataHaveTransposedBits()
    {
        Gen.Select(Gen.Double[-2, 3].Array[40], Gen.Double[-1, 1].Array[40], Gen.Double[0.001, 1].Array[40], Gen.Double[0.01, 1].Array[40])
            .Sample((x, y, variances, weights) =>
            {
                var grid = new Grid(Axis.Uniform(-2, 3, 21, Boundary.Periodic), Axis.Graded([-1, -0.7, 0, 0.2, 1], Boundary.NoFlux));
                var transposed = new Grid(grid.Axes[1], grid.X);
                double[] averages = new double[grid.CellCount], turned = new double[grid.CellCount];
                Mixture.Gaussians(x, y, variances, weights).CellAverages(grid, 0.01, averages);
                Mixture.Gaussians(y, x, variances, weights).CellAverages(transposed, 0.01, turned);
                for (int cell = 0; cell < averages.Length; cell++)
                    Assert.AreEqual(averages[cell], turned[cell % 21 * 4 + cell / 21]);
            }, iter: 20);
    }

    [TestMethod]
    public void APointOnAFaceIsSharedBetweenItsCells()
    {
        var grid = new Grid(Axis.Uniform(0, 4, 4, Boundary.NoFlux), Axis.Uniform(0, 2, 2, Boundary.Periodic));
        var averages = new double[8];
        Mixture.Points([1.0], [1.0], []).CellAverages(grid, averages);
        CollectionAssert.AreEqual(new[] { 0.25, 0.25, 0, 0, 0.25, 0.25, 0, 0 }, averages);

        Mixture.Points([4.0], [0.0], []).CellAverages(grid, averages);
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0.5, 0, 0, 0, 0.5 }, averages, "the wall keeps all, the circle shares");

        Mixture.Points([0.0], [2.0], []).CellAverages(grid, averages);
        CollectionAssert.AreEqual(new[] { 0.5, 0, 0, 0, 0.5, 0, 0, 0 }, averages);
    }

    [TestMethod]
    public void PointsOutsideTheBoxAreNamed()
    {
        var averages = new double[4];
        var line = new Grid(Axis.Uniform(0, 4, 4, Boundary.NoFlux));
        string message = Assert.ThrowsExactly<ArgumentException>(() => Mixture.Points([1.0, 4.5]).CellAverages(line, averages)).Message;
        Assert.Contains("(4.5)", message);
        Assert.Contains("[0, 4]", message);
        var plane = new Grid(Axis.Uniform(0, 1, 2, Boundary.NoFlux), Axis.Uniform(0, 1, 2, Boundary.Periodic));
        message = Assert.ThrowsExactly<ArgumentException>(() => Mixture.Gaussian([0.5, -1], 1).CellAverages(plane, averages)).Message;
        Assert.Contains("mean (0.5, -1)", message);
    }

    [TestMethod]
    public void BadDataAreRefusedWithAReason()
    {
        Assert.Contains("no points", Message(() => Mixture.Points([])));
        Assert.Contains("weight 1 is -1", Message(() => Mixture.Points([0.0, 1.0], [1.0, -1.0])));
        Assert.Contains("zero", Message(() => Mixture.Points([0.0, 1.0], [0.0, 0.0])));
        Assert.Contains("3 weights for 2 points", Message(() => Mixture.Points([0.0, 1.0], [0.0, 1.0, 1.0])));
        Assert.Contains("point 1", Message(() => Mixture.Points([0.0, double.NaN])));
        Assert.Contains("variance 0", Message(() => Mixture.Gaussian([0], -1)));
        static string Message(Action action) => Assert.ThrowsExactly<ArgumentException>(action).Message;
    }

    [TestMethod]
    public void WeightsAreNormalisedAndZeroOnesDropped()
    {
        Mixture mixture = Mixture.Points([-5.0, 0, 5, 9], [0.7, 0.3, 0.1, 0]);
        Assert.AreEqual(3, mixture.Count);
        Assert.AreEqual(0.7 / 1.1, mixture.Weights[0], 4e-16);
        Assert.AreEqual(16, mixture.SquaredDistance(9, 0), "the point without weight is no part of the support");
    }

    [TestMethod]
    public void DistancesAgreeWithBruteForce()
    {
        Gen.Select(Gen.Double[-1, 1].Array[1, 40], Gen.Double[-2, 2], Gen.Double[-2, 2]).Sample((xs, px, py) =>
        {
            double[] ys = [.. xs.Select(x => Math.Sin(9 * x))];
            Mixture points = Mixture.Points(xs, ys, []);
            double nearest = xs.Zip(ys, (x, y) => (x - px) * (x - px) + (y - py) * (y - py)).Min();
            Assert.AreEqual(nearest, points.SquaredDistance(px, py), 1e-15 * (1 + nearest));

            // The distance to the hull is the largest distance to a half-plane that holds all points.
            double furthest = 0;
            for (int direction = 0; direction < 4000; direction++)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * direction / 4000);
                double support = xs.Zip(ys, (x, y) => x * cosine + y * sine).Max();
                furthest = Math.Max(furthest, px * cosine + py * sine - support);
            }

            // Directions 1.6e-3 apart lose at most half of that times the distance of two points, below 4, near a vertex.
            Assert.AreEqual(furthest, Math.Sqrt(points.SquaredDistanceToHull(px, py)), 4e-3);
        }, iter: 20);
        Assert.AreEqual(0, Mixture.Gaussian([0], 0.1).SquaredDistance(9, 0));
        Assert.AreEqual(4, Mixture.Points([0.0, 3.0]).SquaredDistanceToHull(5, 77));
        Assert.AreEqual(0, Mixture.Points([0.0, 3.0]).SquaredDistanceToHull(2, 0));
    }

    [TestMethod]
    public void DrawsFollowTheDistributionAndDependOnTheirIndexOnly()
    {
        Mixture mixture = Mixture.Gaussians([-1.0, 2.0], [0.5, -0.5], [0.25, 0], [0.25, 0.75]);
        (double[] x, double[] y) = mixture.Sample(40_000, 11, 0.125);
        (double[] fewer, _) = mixture.Sample(100, 11, 0.125);
        CollectionAssert.AreEqual(fewer, x[..100]);

        // Five deviations of the means: variance of x is 0.25·0.5 + 0.75·0.25 + 9·0.1875 = 2.
        Assert.AreEqual(1.25, x.Average(), 5 * Math.Sqrt(2.0 / 40_000));
        Assert.AreEqual(-0.25, y.Average(), 5 * Math.Sqrt(0.5 / 40_000));
        Assert.AreEqual(2.0, x.Average(value => (value - 1.25) * (value - 1.25)), 5 * Math.Sqrt(8.0 / 40_000));
        (x, _) = Mixture.Points([-1.0, 2.0]).Sample(50, 3);
        Assert.IsTrue(x.All(value => value is -1 or 2));
    }

    private static Grid Plane(int columns, int rows, bool wrapX, bool wrapY) => new(
        Axis.Uniform(-2, 3, columns, wrapX ? Boundary.Periodic : Boundary.NoFlux),
        Axis.Uniform(-1, 1, rows, wrapY ? Boundary.Periodic : Boundary.NoFlux));
}
