using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Tests.Data;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Heat;

/// <summary>Data with covariances through the solver: forward states, exact solutions, scores and particles.</summary>
[TestClass]
public sealed class CovarianceSweepsTests
{
    private static readonly Covariance Shape = CovarianceTests.Rotated(0.8, 0.1, Math.PI / 6);
    private static readonly Covariance Wide = new(2.6, 0.2, 2.3);

    [TestMethod]
    public void HalfASweepKeepsEveryLinesMassAndTheCrossingIsWhatMoved()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-2, 2, 30, Boundary.NoFlux), Gradings.Sinh(-2, 3, 24, 0, 1, Boundary.NoFlux));
        Mixture mixture = Mixture.Gaussians([-1, 0.8], [0.5, -1.2], [Shape, CovarianceTests.Rotated(0.02, 0.05, 1)], [0.3, 0.7]);
        var sweeps = new CovarianceSweeps(grid, mixture, team);
        double[] earlier = new double[grid.CellCount], between = new double[grid.CellCount], later = new double[grid.CellCount];
        for (int first = 0; first < 2; first++)
        {
            sweeps.Step(earlier, earlier, 0, 0.01, first);
            sweeps.Step(later, later, 0.01, 0.03, first);
            var step = new GenerationStep(later, earlier, [], null, 0.04, 0.03, first);
            sweeps.Prepare(step);
            sweeps.Between(step, between);
            int columns = grid.Columns, rows = grid.Rows;
            for (int row = 0; row < rows; row++)
            {
                (double[] start, double[] end) = first == 0 ? (earlier, between) : (between, later);
                double moved = 0, total = 0;
                for (int column = 0; column < columns; column++)
                {
                    moved += (start[row * columns + column] - end[row * columns + column]) * grid.X.Widths[column];
                    total += end[row * columns + column] * grid.X.Widths[column];
                    if (column + 1 < columns)
                        Assert.AreEqual(moved, sweeps.Crossing(0, row, column + 1, end, start, step), 1e-12 * (1 + total));
                }

                Assert.AreEqual(0, moved, 1e-12 * (1 + total));
            }

            for (int column = 0; column < columns; column += 5)
            {
                (double[] start, double[] end) = first == 1 ? (earlier, between) : (between, later);
                double moved = 0, total = 0;
                for (int row = 0; row < rows; row++)
                {
                    moved += (start[row * columns + column] - end[row * columns + column]) * grid.RowHeight(row);
                    total += end[row * columns + column] * grid.RowHeight(row);
                    if (row + 1 < rows)
                        Assert.AreEqual(moved, sweeps.Crossing(1, column, row + 1, end, start, step), 1e-12 * (1 + total));
                }

                Assert.AreEqual(0, moved, 1e-12 * (1 + total));
            }
        }
    }

    /// <summary>
    /// The exact solution against a run of the default scheme: second order at least, for every ε; the start does not commute.
    /// </summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    public void TheGaussianReferenceIsWhatRunsConvergeTo(double epsilon)
    {
        using var team = new WorkerTeam(2);
        double Error(int cells)
        {
            Axis axis = Axis.Uniform(-10, 10, cells, Boundary.NoFlux);
            var grid = new Grid(axis, axis);
            Mixture data = Mixture.Gaussian([0.2, -0.3], Shape), start = Mixture.Gaussian([0.6, 0.1], Wide);
            var times = new TimeLevels(0.02, 1, cells / 3, TimeSpacing.Geometric, 0.2, 1, []);
            double[] v = new double[grid.CellCount], later = new double[v.Length], earlier = new double[v.Length];
            var exact = new double[v.Length];
            start.CellAverages(grid, v);
            var forward = new CovarianceSweeps(grid, data, team);
            forward.Step(later, later, 0, 1, 0);
            var scheme = new RemapScheme(grid, epsilon, true, forward, team);
            for (int level = times.Last - 1; level >= 0; level--)
            {
                forward.Step(earlier, earlier, 0, times[level], 0);
                scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), level & 1));
                (later, earlier) = (earlier, later);
            }

            new GaussianReference(data, epsilon, 1, start).CellAverages(0.02, grid, exact);
            return Density.Distance(grid, v, exact, 1);
        }

        double coarse = Error(45), fine = Error(90);
        Assert.IsTrue(fine < 3e-2 && Math.Log2(coarse / fine) >= 1.8, $"{coarse:E2} to {fine:E2}");
    }

    [TestMethod]
    public void CharacteristicsGiveTheSameSolution()
    {
        Axis axis = Axis.Uniform(-3, 3, 10, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        Mixture data = Mixture.Gaussian([0.2, -0.3], Shape), start = Mixture.Gaussian([0.6, 0.1], Wide);
        double[] closed = new double[100], followed = new double[100];
        new CharacteristicsReference(data, 0, 1, start).CellAverages(0.05, grid, followed);
        new GaussianReference(data, 0, 1, start).CellAverages(0.05, new Grid(Wider(axis), Wider(axis)), closed = new double[900]);
        for (int cell = 0; cell < 100; cell++)
            Assert.AreEqual(closed[(cell / 10 + 10) * 30 + cell % 10 + 10], followed[cell], 1e-9);

        static Axis Wider(Axis axis) => Axis.Uniform(axis.From - 6, axis.To + 6, 30, Boundary.NoFlux);
    }

    /// <summary>A correlation of 1e-20 is none: the images and sums of the isotropic score.</summary>
    [TestMethod]
    [DataRow(Boundary.NoFlux, Boundary.NoFlux)]
    [DataRow(Boundary.Periodic, Boundary.NoFlux)]
    public void TheFaceScoreOfRoundCovariancesIsTheMixtures(Boundary alongX, Boundary alongY)
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(0, 2, 17, alongX), Gradings.Sinh(-1, 1, 12, 0, 1, alongY));
        Mixture round = Mixture.Gaussians([0.3, 2.0], [0.4, -1.0], [0.1, 0.02], [0.4, 0.6]);
        Mixture given = Mixture.Gaussians(
            [0.3, 2.0], [0.4, -1.0], new Covariance[] { new(0.1, 1e-20, 0.1), new(0.02, 0, 0.02) }, [0.4, 0.6]);
        Assert.IsFalse(given.IsIsotropic);
        double[] expected = new double[grid.CellCount], actual = new double[grid.CellCount];
        foreach (double time in new[] { 0, 0.01, 0.7, 30 })
        {
            for (int axis = 0; axis < 2; axis++)
            {
                new MixtureFaceScore(grid, round, team).Evaluate(axis, time, [], expected);
                new CovarianceFaceScore(grid, given, team).Evaluate(axis, time, [], actual);
                for (int cell = 0; cell < expected.Length; cell++)
                    Assert.AreEqual(expected[cell], actual[cell], 1e-10 * (1 + Math.Abs(expected[cell])),
                        $"t = {time}, axis {axis}, {cell}");
            }
        }
    }

    [TestMethod]
    public void TheFaceScoreFarFromTheWallsIsTheScoreOnThePlane()
    {
        using var team = new WorkerTeam(1);
        Axis axis = Axis.Uniform(-12, 12, 24, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        Mixture mixture = Mixture.Gaussians([-1, 0.8], [0.5, -1.2], [Shape, CovarianceTests.Rotated(0.2, 0.5, 1)], [0.3, 0.7]);
        var normal = new double[grid.CellCount];
        var score = new CovarianceFaceScore(grid, mixture, team);
        score.Evaluate(0, 0.1, [], normal);
        Assert.AreEqual(mixture.Score(0.1, 1, 1.5).X, normal[13 * 24 + 12], 1e-12);
        score.Evaluate(1, 0.1, [], normal);
        Assert.AreEqual(mixture.Score(0.1, -0.5, 2).Y, normal[13 * 24 + 11], 1e-12);
    }

    /// <summary>The probability-flow ODE carries N(m_T, V_T) to the Gaussian of the reference.</summary>
    [TestMethod]
    public void ParticlesFollowTheCovariance()
    {
        using var team = new WorkerTeam(1);
        Mixture data = Mixture.Gaussian([0.2, -0.3], Shape);
        MixtureComponents kernel = Kernel(data);
        var level = new HeatFlowScore(kernel, 0.1);
        level.Evaluate(1.3, -0.4, ScoreSummation.Truncated, out double scoreX, out double scoreY, out _);
        Assert.AreEqual(data.Score(0.1, 1.3, -0.4).X, scoreX, 1e-13);
        Assert.AreEqual(data.Score(0.1, 1.3, -0.4).Y, scoreY, 1e-13);

        const int count = 8_000;
        ParticleEnsemble particles = ParticleEnsemble.HeatFlow(Kernel(Mixture.Gaussian([0.6, 0.1], Wide)), 0, count, 3);
        var flow = new ParticleFlow(kernel, ParticleScheme.DormandPrince, 0, 3, ScoreSummation.Truncated, team, count);
        double[] times = [.. Enumerable.Range(0, 31).Select(k => Math.Pow(0.05, k / 30.0))];
        flow.Run(particles, times, 0);

        Axis axis = Axis.Uniform(-8, 8, 80, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        var exact = new double[grid.CellCount];
        new GaussianReference(data, 0, 1, Mixture.Gaussian([0.6, 0.1], Wide)).CellAverages(0.05, grid, exact);
        double meanX = Moments.Mean(grid, exact, 0), meanY = Moments.Mean(grid, exact, 1), mixed = 0;
        for (int cell = 0; cell < exact.Length; cell++)
            mixed += exact[cell] * grid.Volume(cell) * (grid.Centre(cell, 0) - meanX) * (grid.Centre(cell, 1) - meanY);
        double[] x = particles.X.ToArray(), y = particles.Y.ToArray();
        double error = 5 / Math.Sqrt(count);
        Assert.AreEqual(meanX, x.Average(), error);
        Assert.AreEqual(meanY, y.Average(), error);
        Assert.AreEqual(mixed, x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Average(), error);
    }

    private static MixtureComponents Kernel(Mixture mixture) => MixtureComponents.Of(mixture);
}
