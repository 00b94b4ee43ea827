using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Tests.Data;

/// <summary>Gaussians with covariances of their own: cell averages against quadrature and products, scores against differences.</summary>
[TestClass]
public sealed class CovarianceTests
{
    private static readonly Mixture Turned = Mixture.Gaussians(
        [-0.4, 0.6], [0.3, -0.2], [Rotated(0.09, 0.5, Math.PI / 6), Rotated(0.7, 0.04, 1.1)], [0.4, 0.6]);

    [TestMethod]
    [DataRow(12)]
    [DataRow(40)]
    public void CellAveragesAreThoseOfTheDensityByQuadratureInTheTailsToo(int cells)
    {
        // Walls beyond the range of a double: no image counts.
        Axis FarWalls(double half) => Axis.Graded(
            [-200, .. Enumerable.Range(0, cells + 1).Select(face => half * (2.0 * face / cells - 1)), 200], Boundary.NoFlux);
        var grid = new Grid(FarWalls(9), FarWalls(8));
        var averages = new double[grid.CellCount];
        Turned.CellAverages(grid, 0.02, 0.02, averages);
        for (int cell = 0; cell < averages.Length; cell += 23)
        {
            int column = cell % grid.Columns, row = cell / grid.Columns;
            if (column == 0 || column > cells || row == 0 || row > cells)
                continue;
            double expected = Quadrature(grid, column, row, 0.01);
            if (expected > 1e-290)
                Assert.AreEqual(1, averages[cell] / expected, 2e-12, $"cell {column}, {row}: {expected:E3}");
        }
    }

    [TestMethod]
    [DataRow(Boundary.NoFlux, Boundary.NoFlux)]
    [DataRow(Boundary.Periodic, Boundary.NoFlux)]
    [DataRow(Boundary.Periodic, Boundary.Periodic)]
    public void WithoutCorrelationTheyAreTheProductOfTheAxesToTheLastDigits(Boundary alongX, Boundary alongY)
    {
        var grid = new Grid(Axis.Uniform(-1, 2, 23, alongX), Gradings.Sinh(0, 2, 18, 0.7, 1.2, alongY));
        foreach ((double xx, double yy) in new[] { (0.02, 0.3), (1.0, 0.05), (0.001, 0.002), (90, 0.1), (4.0, 60) })
        {
            double[] averages = new double[grid.CellCount], x = new double[23], y = new double[18];
            Mixture.Gaussian([1.1, 0.3], new Covariance(xx, 0, yy)).CellAverages(grid, averages);
            BoxImages.CellMasses(grid.X, 1.1, xx, x);
            BoxImages.CellMasses(grid.Axes[1], 0.3, yy, y);
            for (int cell = 0; cell < averages.Length; cell++)
            {
                double expected = x[cell % 23] * y[cell / 23] / grid.Volume(cell);
                if (expected > 1e-290)
                    Assert.AreEqual(1, averages[cell] / expected, 1e-12);
            }
        }
    }

    [TestMethod]
    public void ImagesFlipTheSignOfTheCorrelationAtWallsAndKeepItOnCircles()
    {
        // Another formula: the reflections written out as a mixture on a box whose walls are far.
        Covariance c = Rotated(0.3, 0.02, 0.5);
        var grid = new Grid(Axis.Uniform(0, 1, 20, Boundary.NoFlux), Axis.Uniform(0, 1, 20, Boundary.Periodic));
        var averages = new double[400];
        Mixture.Gaussian([0.3, 0.6], c).CellAverages(grid, averages);
        for (int cell = 0; cell < 400; cell += 3)
        {
            double sum = 0;
            for (int i = -4; i <= 4; i++)
            {
                for (int j = -6; j <= 6; j++)
                {
                    sum += DensityMass(grid, cell, 0.3 + 2 * i, 0.6 + j, c);
                    sum += DensityMass(grid, cell, -0.3 + 2 * i, 0.6 + j, c.Reflected());
                }
            }

            Assert.AreEqual(sum / grid.Volume(cell), averages[cell], 1e-12);
        }
    }

    [TestMethod]
    public void MassIsOneForAnyCovarianceAndBoundary() =>
        Gen.Select(Gen.Double[-3, 2], Gen.Double[-3, 2], Gen.Double[0, 3.2], Gen.Bool, Gen.Bool).Sample(
            (first, second, angle, wrapX, wrapY) =>
        {
            var grid = new Grid(
                Axis.Uniform(-2, 3, 19, wrapX ? Boundary.Periodic : Boundary.NoFlux),
                Axis.Uniform(-1, 1, 13, wrapY ? Boundary.Periodic : Boundary.NoFlux));
            var averages = new double[grid.CellCount];
            double large = Math.Pow(10, first), small = large * Math.Pow(10, Math.Max(-3, Math.Min(0, second)));
            Mixture.Gaussian([0.4, 0.1], Rotated(large, small, angle)).CellAverages(grid, averages);
            Assert.AreEqual(1, Density.Mass(grid, averages), 1e-12);
            Assert.IsTrue(averages.All(value => value >= 0));
        }, iter: 60);

    [TestMethod]
    public void TheDensityIsTheProductOfTheEigenaxes()
    {
        Mixture turned = Mixture.Gaussian([0.2, -0.1], Rotated(0.5, 0.08, Math.PI / 6));
        (double sine, double cosine) = Math.SinCos(Math.PI / 6);
        foreach ((double x, double y) in new[] { (0.0, 0.0), (1.3, -0.7), (-2.0, 3.0) })
        {
            double along = cosine * (x - 0.2) + sine * (y + 0.1), across = -sine * (x - 0.2) + cosine * (y + 0.1);
            double expected = Mixture.Gaussian([0.0], 0.5).LogDensity(0.1, along, 0)
                + Mixture.Gaussian([0.0], 0.08).LogDensity(0.1, across, 0);
            Assert.AreEqual(expected, turned.LogDensity(0.1, x, y), 1e-12);
        }
    }

    [TestMethod]
    public void TheScoreIsTheGradientAndItsDivergenceTheLaplacian()
    {
        const double h = 1e-3, t = 0.03;
        foreach ((double x, double y) in new[] { (0.1, 0.2), (-1.0, 0.5), (1.2, -0.9) })
        {
            double At(int i, int j) => Turned.LogDensity(t, x + i * h, y + j * h);
            double First(double back2, double back, double on, double on2) => (back2 - 8 * back + 8 * on - on2) / (12 * h);
            (double scoreX, double scoreY) = Turned.Score(t, x, y);
            Assert.AreEqual(First(At(-2, 0), At(-1, 0), At(1, 0), At(2, 0)), scoreX, 1e-8);
            Assert.AreEqual(First(At(0, -2), At(0, -1), At(0, 1), At(0, 2)), scoreY, 1e-8);
            double laplacian = (16 * (At(1, 0) + At(-1, 0) + At(0, 1) + At(0, -1)) - (At(2, 0) + At(-2, 0) + At(0, 2) + At(0, -2))
                - 60 * At(0, 0)) / (12 * h * h);
            Assert.AreEqual(laplacian, Turned.DivScore(t, x, y), 1e-6);
        }
    }

    [TestMethod]
    public void DrawsHaveTheCovariance()
    {
        Covariance c = Rotated(0.5, 0.08, 0.7).Plus(0.2, 0.2);
        (double[] x, double[] y) = Mixture.Gaussian([1, -2], Rotated(0.5, 0.08, 0.7)).Sample(40_000, 5, 0.1);
        Assert.AreEqual(c.XX, x.Average(value => (value - 1) * (value - 1)), 5 * c.XX * Math.Sqrt(2.0 / 40_000));
        Assert.AreEqual(c.YY, y.Average(value => (value + 2) * (value + 2)), 5 * c.YY * Math.Sqrt(2.0 / 40_000));
        Assert.AreEqual(c.XY, x.Zip(y, (a, b) => (a - 1) * (b + 2)).Average(), 5 * Math.Sqrt((c.XX * c.YY + c.XY * c.XY) / 40_000));
    }

    [TestMethod]
    public void MultiplesOfTheIdentityAreTheIsotropicMixtureToTheBit()
    {
        Mixture round = Mixture.Gaussians([0.1, 0.4], [0.2, -0.3], new Covariance[] { new(0.3, 0, 0.3), new(0.1, 0, 0.1) }, [1, 2]);
        Mixture given = Mixture.Gaussians([0.1, 0.4], [0.2, -0.3], [0.3, 0.1], [1, 2]);
        Assert.IsTrue(round.IsIsotropic);
        Assert.AreEqual(given.LogDensity(0.1, 0.7, 0.2), round.LogDensity(0.1, 0.7, 0.2));
    }

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(1, 2, 1)]
    [DataRow(-1, 0, -1)]
    [DataRow(0, 0, 1)]
    [DataRow(double.NaN, 0, 1)]
    [DataRow(double.PositiveInfinity, 0, 1)]
    public void ACovarianceThatIsNotPositiveDefiniteIsRefused(double xx, double xy, double yy) =>
        Assert.Contains("covariance 0", Assert.ThrowsExactly<ArgumentException>(
            () => Mixture.Gaussian([0, 0], new Covariance(xx, xy, yy))).Message);

    /// <summary>[[cos, −sin], [sin, cos]] diag(first, second) [[cos, sin], [−sin, cos]].</summary>
    internal static Covariance Rotated(double first, double second, double angle)
    {
        (double sine, double cosine) = Math.SinCos(angle);
        return new Covariance(
            first * cosine * cosine + second * sine * sine, (first - second) * sine * cosine,
            first * sine * sine + second * cosine * cosine);
    }

    /// <summary>The mean of u(t) over a cell, by 20 × 20 points on each of 8 × 8 parts.</summary>
    private static double Quadrature(Grid grid, int column, int row, double t)
    {
        const int parts = 8;
        (double[] nodes, double[] weights) = GaussLegendre.Points(20);
        double x0 = grid.X.Faces[column], y0 = grid.Axes[1].Faces[row], sum = 0;
        for (int i = 0; i < parts * 20; i++)
        {
            double x = x0 + grid.X.Widths[column] * (i / 20 + nodes[i % 20]) / parts;
            for (int j = 0; j < parts * 20; j++)
            {
                double y = y0 + grid.Axes[1].Widths[row] * (j / 20 + nodes[j % 20]) / parts;
                sum += weights[i % 20] * weights[j % 20] * Math.Exp(Turned.LogDensity(t, x, y));
            }
        }

        return sum / (parts * parts);
    }

    private static double DensityMass(Grid grid, int cell, double x, double y, Covariance c)
    {
        double x0 = grid.X.Faces[cell % 20], y0 = grid.Axes[1].Faces[cell / 20], sum = 0;
        (double[] nodes, double[] weights) = GaussLegendre.Points(16);
        for (int i = 0; i < 16; i++)
        {
            for (int j = 0; j < 16; j++)
            {
                double square = c.SquaredNorm(x0 + 0.05 * nodes[i] - x, y0 + 0.05 * nodes[j] - y);
                sum += weights[i] * weights[j] * Math.Exp(-0.5 * square);
            }
        }

        return sum * 0.0025 / (2 * Math.PI * Math.Sqrt(c.Determinant));
    }
}
