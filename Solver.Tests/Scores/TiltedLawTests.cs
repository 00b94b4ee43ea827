using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Scores;

/// <summary>q = Π u_k^{w_k}/Z, and KL of a density against it.</summary>
[TestClass]
public sealed class TiltedLawTests
{
    private static readonly Grid Line = new(Axis.Uniform(-14, 14, 560, Boundary.NoFlux));

    private static readonly Grid Plane =
        new(Axis.Uniform(-12, 12, 96, Boundary.NoFlux), Axis.Uniform(-12, 12, 90, Boundary.NoFlux));

    /// <summary>Of Gaussians N(m_k, a_k I) it is one: precision P = Σ w_k/a_k, mean Σ w_k m_k/(a_k P). Three terms, one negative.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void OfGaussiansItIsAGaussian(int dimension)
    {
        using var team = new WorkerTeam(2);
        (double Mean, double Variance, double Weight)[] laws = [(0.6, 0.4, 1.5), (-0.8, 1.1, -0.7), (0.3, 0.2, 0.2)];
        Grid grid = dimension == 1 ? Line : Plane;
        const double Time = 0.3;
        double precision = laws.Sum(law => law.Weight / (law.Variance + 2 * Time));
        double mean = laws.Sum(law => law.Weight * law.Mean / (law.Variance + 2 * Time)) / precision;
        var tilted = new TiltedLaw(
            grid, [.. laws.Select(law => new MixedTerm(Gaussian(law.Mean, law.Variance), law.Weight))], team);
        double[] logs = tilted.LogDensity(Time).ToArray();
        for (int cell = 0; cell < logs.Length; cell++)
        {
            // At a wall the image counts as much as the law.
            if (Enumerable.Range(0, dimension).Any(axis => Math.Abs(grid.Centre(cell, axis)) > 8))
                continue;
            double square = Enumerable.Range(0, dimension).Sum(axis => Math.Pow(grid.Centre(cell, axis) - mean, 2));
            double expected = 0.5 * dimension * Math.Log(precision / (2 * Math.PI)) - 0.5 * precision * square;
            Assert.AreEqual(expected, logs[cell], 1e-10 * (1 + Math.Abs(expected)));
        }

        // KL of N(b, c) against it: ½ d (cP − 1 − log cP) + ½ d P (b − mean)². Sums of smooth functions over cells are exact.
        const double Centre = 0.2, Spread = 0.7;
        double[] v = [.. Enumerable.Range(0, grid.CellCount).Select(cell =>
        {
            double square = Enumerable.Range(0, dimension).Sum(axis => Math.Pow(grid.Centre(cell, axis) - Centre, 2));
            return Math.Exp(-square / (2 * Spread)) / Math.Pow(2 * Math.PI * Spread, 0.5 * dimension);
        })];
        double ratio = Spread * precision;
        double divergence = 0.5 * dimension * (ratio - 1 - Math.Log(ratio) + precision * Math.Pow(Centre - mean, 2));
        Assert.AreEqual(divergence, tilted.KullbackLeibler(Time, v), 1e-10);

        Mixture Gaussian(double at, double variance) =>
            Mixture.Gaussian(Enumerable.Repeat(at, dimension).ToArray(), variance);
    }

    /// <summary>One term of weight 1 is u, on periodic boxes with its images; a density has KL 0 against itself up to h².</summary>
    [TestMethod]
    public void OfOneTermItIsTheHeatFlow()
    {
        using var team = new WorkerTeam(1);
        foreach (Grid grid in new[]
        {
            Line, Plane, new Grid(Axis.Uniform(-1, 1, 200, Boundary.Periodic)),
            new Grid(
                Axis.Graded([-1, -0.9, -0.75, -0.5, 0, 0.4, 0.7, 0.9, 1], Boundary.NoFlux), Axis.Uniform(-1, 1, 40, Boundary.Periodic)),
        })
        {
            Mixture data = grid.Dimension == 1 ? Mixture.Points([-0.5, 0.9], [0.7, 0.3]) : Mixture.Points([-0.5, 0.9], [0.1, -0.95], []);
            double[] u = new double[grid.CellCount];
            data.CellAverages(grid, 0.6, u);
            double width = grid.Axes.Max(axis => axis.Widths.ToArray().Max());
            var tilted = new TiltedLaw(grid, [new MixedTerm(data, 1)], team);
            Assert.AreEqual(0, tilted.KullbackLeibler(0.3, u), 0.02 * Math.Pow(width, 4) + 1e-12);
        }
    }

    /// <summary>At t = 1e-7 the densities are e^{−1e8}: log q is −Φ/4t up to constants, and KL stays finite.</summary>
    [TestMethod]
    public void ItNeitherOverflowsNorVanishes()
    {
        using var team = new WorkerTeam(1);
        const double Time = 1e-7;
        var tilted = new TiltedLaw(Line, [new MixedTerm(Mixture.Points([0.0]), 2), new MixedTerm(Mixture.Points([1.0]), -1)], team);
        double[] logs = tilted.LogDensity(Time).ToArray();
        for (int cell = 1; cell < logs.Length; cell++)
        {
            double expected = -(Phi(Line.Centre(cell, 0)) - Phi(Line.Centre(cell - 1, 0))) / (4 * Time);
            Assert.AreEqual(expected, logs[cell] - logs[cell - 1], 1e-9 * Math.Abs(logs[cell]) + 1e-6);
        }

        double[] v = Mixture.Gaussian([0.5], 0.2).CellAverages(Line);
        double divergence = tilted.KullbackLeibler(Time, v);
        Assert.IsTrue(double.IsFinite(divergence) && divergence > 1e5, $"{divergence}");

        static double Phi(double x) => 2 * x * x - (x - 1) * (x - 1);
    }

    /// <summary>Weights are taken at the time, and a term of weight 0 is not asked: points have no density at t = 0.</summary>
    [TestMethod]
    public void WeightsMayVary()
    {
        using var team = new WorkerTeam(1);
        var until = new TimeFunction([0.1, 0.2], [0, 2]);
        var tilted = new TiltedLaw(Line, [new MixedTerm(Mixture.Points([0.0]), until), new MixedTerm(Mixture.Gaussian([1], 0.5), 1)], team);
        Assert.IsTrue(tilted.HasDensity(0));
        CollectionAssert.AreEqual(
            new TiltedLaw(Line, [new MixedTerm(Mixture.Gaussian([1], 0.5), 1)], team).LogDensity(0).ToArray(),
            tilted.LogDensity(0).ToArray());
        Assert.IsFalse(new TiltedLaw(Line, [new MixedTerm(Mixture.Points([0.0]), 1)], team).HasDensity(0));
    }

    [TestMethod]
    public void TermsWithoutItAreRefused()
    {
        using var team = new WorkerTeam(1);
        var covariance = Mixture.Gaussians([0], [0], [new Covariance(1, 0.2, 2)], []);
        Assert.ThrowsExactly<ArgumentException>(() => new TiltedLaw(Plane, [new MixedTerm(covariance, 1)], team));
        Assert.ThrowsExactly<ArgumentException>(() => new TiltedLaw(Line, [], team));
        Assert.ThrowsExactly<ArgumentException>(() => new TiltedLaw(Line, [new MixedTerm(Mixture.Points([20.0]), 1)], team));
    }
}
