using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;

namespace PdeDiffusion.Tests.Particles;

[TestClass]
public sealed class ParticleEnsembleTests
{
    private const int Count = 20_000;

    /// <summary>Largest distance between the distribution function of a sample and the expected one.</summary>
    private static double Distance(IEnumerable<double> sample, Func<double, double> distribution) =>
        sample.Order().Select((value, rank) => Math.Max(
            Math.Abs(distribution(value) - (double)rank / Count), Math.Abs(distribution(value) - (double)(rank + 1) / Count))).Max();

    /// <summary>Kolmogorov and Smirnov: a sample strays farther with probability 1e-4.</summary>
    private static double Critical => Math.Sqrt(-0.5 * Math.Log(0.5e-4) / Count);

    private static double Normal(double value) => 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-value / Math.Sqrt(2));

    [TestMethod]
    public void GaussianStartsAreIndependentNormalPairs()
    {
        ParticleEnsemble start = ParticleEnsemble.Gaussian(Count, [1, -2], 4, 17);
        double[] x = [.. start.X.ToArray().Select(v => (v - 1) / 2)], y = [.. start.Y.ToArray().Select(v => (v + 2) / 2)];
        Assert.IsTrue(Distance(x, Normal) < Critical);
        Assert.IsTrue(Distance(y, Normal) < Critical);

        // Independence within a pair: every turned coordinate is normal and the squared radius exponential; between neighbours: so is
        // their sum.
        Assert.IsTrue(Distance(x.Zip(y, (a, b) => 0.6 * a - 0.8 * b), Normal) < Critical);
        Assert.IsTrue(Distance(x.Zip(y, (a, b) => a * a + b * b), square => 1 - Math.Exp(-square / 2)) < Critical);
        Assert.IsTrue(Distance(x.Select((a, p) => (a + x[(p + 1) % Count]) / Math.Sqrt(2)), Normal) < Critical);
    }

    [TestMethod]
    public void HeatFlowDrawsFollowTheMixture()
    {
        var mixture = new MixtureComponents([1, 0, 3], [-1, 50, 2], [], [0, 1, 0.5]);
        ParticleEnsemble start = ParticleEnsemble.HeatFlow(mixture, 0.3, Count, 4);
        Assert.AreEqual(1, start.Dimension);
        double Expected(double v) => 0.25 * Normal((v + 1) / Math.Sqrt(0.6)) + 0.75 * Normal((v - 2) / Math.Sqrt(1.1));
        Assert.IsTrue(Distance(start.X.ToArray(), Expected) < Critical);
    }

    [TestMethod]
    public void DrawsOfCellsFollowTheirMassesAndKeepOutOfEmptyCells()
    {
        var grid = new Grid(Axis.Graded([0, 1, 3, 4], Boundary.NoFlux), Axis.Uniform(-1, 1, 2, Boundary.NoFlux));
        double[] averages = [3, 0, 1, 0, 2, 0];
        const int Count = 20_000;
        var counts = new ParticleDensity(grid, ParticleEnsemble.FromCells(grid, averages, Count, 4)).Counts;
        double total = Density.Mass(grid, averages);
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double share = grid.Volume(cell) * averages[cell] / total;
            Assert.AreEqual(Count * share, counts[cell], 5 * Math.Sqrt(Count * share * (1 - share)), $"cell {cell}");
        }

        Assert.ThrowsExactly<ArgumentException>(() => ParticleEnsemble.FromCells(grid, new double[6], 10, 1));
    }
}
