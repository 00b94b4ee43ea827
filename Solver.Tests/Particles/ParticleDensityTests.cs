using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles;

[TestClass]
public sealed class ParticleDensityTests
{
    private static double[] GaussianAverages(Grid grid, double variance)
    {
        double[] x = Masses(grid.X, variance), y = grid.Dimension == 2 ? Masses(grid.Axes[1], variance) : [1];
        return [.. Enumerable.Range(0, grid.CellCount).Select(c => x[c % grid.Columns] * y[c / grid.Columns] / grid.Volume(c))];
    }

    private static double[] Masses(Axis axis, double variance)
    {
        double scale = 1 / Math.Sqrt(2 * variance);
        return [.. Enumerable.Range(0, axis.Cells)
            .Select(i => 0.5 * (MathNet.Numerics.SpecialFunctions.Erf(axis.Faces[i + 1] * scale)
                - MathNet.Numerics.SpecialFunctions.Erf(axis.Faces[i] * scale)))];
    }

    [TestMethod]
    public void ParticlesAreTheDensityWithinTheSamplingError()
    {
        const int Count = 20_000;
        var grid = new Grid(Axis.Uniform(-6, 6, 40, Boundary.NoFlux), Axis.Uniform(-6, 6, 30, Boundary.NoFlux));
        var kernel = new MixtureComponents([1], [0], [0], [0.3]);
        ParticleEnsemble particles = ParticleEnsemble.HeatFlow(kernel, 1, Count, 3);
        using var team = new WorkerTeam(2);
        new ParticleFlow(kernel, ParticleScheme.Exponential, 0.2, 9, ScoreSummation.Plain, team)
            .Run(particles, Mixtures.Falling(1, 0.1, 10), 0);
        var density = new ParticleDensity(grid, particles);
        double[] v = GaussianAverages(grid, 0.5);
        double expected = ParticleDensity.ExpectedL1Distance(grid, v, Count);

        // Moving one particle changes the distance by at most 2/N, so it strays from its mean by more than √(2 ln(1e6)/N) with
        // probability 2e-6 (McDiarmid).
        double stray = Math.Sqrt(2 * Math.Log(1e6) / Count);
        Assert.AreEqual(expected, density.L1Distance(v), stray);
        Assert.IsTrue(density.L1Distance(GaussianAverages(grid, 0.7)) > expected + stray, "the test sees another variance");
        Assert.AreEqual(1, Density.Mass(grid, density.Averages) + density.Outside, 1e-12);
        double divergence = density.KullbackLeibler(v);

        // Pinsker's inequality from below; from above the mean of 2N·KL is about the number of occupied cells.
        Assert.IsTrue(divergence >= 0.5 * density.L1Distance(v) * density.L1Distance(v) && divergence < 1200.0 / Count);
    }

    [TestMethod]
    public void ParticlesFallIntoTheirCells()
    {
        var grid = new Grid(Axis.Graded([0, 1, 3], Boundary.NoFlux), Axis.Uniform(0, 1, 2, Boundary.Periodic));
        var density = new ParticleDensity(grid, ParticleEnsemble.At([0.5, 2, 2.5, 9], [0.25, 0.75, 0.75, 0.5]));
        CollectionAssert.AreEqual(new[] { 1, 0, 0, 2 }, density.Counts.ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, 0, 0, 0.5 }, density.Averages.ToArray());
        Assert.AreEqual(0.25, density.Outside);
        Assert.AreEqual(double.PositiveInfinity, density.KullbackLeibler([0.5, 0.5, 0.25, 0.25]));
    }

    [TestMethod]
    public void TheHighestDensityRegionOfAGaussianIsItsCentralInterval()
    {
        var grid = new Grid(Axis.Uniform(-8, 8, 3200, Boundary.NoFlux));
        double level = Density.HighestDensityLevel(grid, GaussianAverages(grid, 1), 0.95);

        // The region ends within one cell, h = 0.005, of ±1.959964: the density there changes by less than h·max|φ'| = h/√(2πe).
        Assert.AreEqual(Math.Exp(-0.5 * 1.959964 * 1.959964) / Math.Sqrt(2 * Math.PI), level, 0.005 / Math.Sqrt(2 * Math.PI * Math.E));
        Assert.ThrowsExactly<ArgumentException>(() => Density.HighestDensityLevel(grid, GaussianAverages(grid, 1), 1));
    }

    [TestMethod]
    public void DimensionsMustAgree() => Assert.ThrowsExactly<ArgumentException>(
        () => new ParticleDensity(new Grid(Axis.Uniform(0, 1, 4, Boundary.NoFlux)), ParticleEnsemble.At([0.5], [0.5])));
}
