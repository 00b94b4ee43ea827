using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles;

/// <summary>Scores without closed form, at points.</summary>
[TestClass]
public sealed class PointScoreTests
{
    private static readonly Grid Plane =
        new(Axis.Uniform(-2, 2, 8, Boundary.NoFlux), Axis.Graded([-1, -0.7, 0, 0.1, 1], Boundary.NoFlux));

    /// <summary>A Dirac's score is linear in space and 2t times it constant in time: exact, beyond the box as well.</summary>
    [TestMethod]
    public void ADiracsScoreIsExactEverywhere()
    {
        double[][][] values = [At(0.01), At(1)];
        var score = new TabulatedPointScore(Plane, new TableTimes([0.01, 1]), values);
        foreach (double time in new[] { 0.01, 0.05, 1 })
        {
            score.SetTime(time);
            foreach ((double x, double y) in new[] { (0.0, 0.0), (-1.75, 0.35), (1.3, -0.85), (1.9, 0.99), (5.0, -3.0), (-2.5, 0.2) })
            {
                score.Evaluate(x, y, out double scoreX, out double scoreY);
                Assert.AreEqual((0.3 - x) / (2 * time), scoreX, 1e-13 * (1 + Math.Abs(x)) / time);
                Assert.AreEqual((-0.2 - y) / (2 * time), scoreY, 1e-13 * (1 + Math.Abs(y)) / time);
            }
        }

        static double[][] At(double time) =>
        [
            [.. Enumerable.Range(0, Plane.CellCount).Select(cell => (0.3 - Plane.Centre(cell, 0)) / (2 * time))],
            [.. Enumerable.Range(0, Plane.CellCount).Select(cell => (-0.2 - Plane.Centre(cell, 1)) / (2 * time))],
        ];
    }

    [TestMethod]
    public void APeriodicAxisIsWrapped()
    {
        var circle = new Grid(Axis.Uniform(0, 4, 4, Boundary.Periodic));
        var score = new TabulatedPointScore(circle, new TableTimes([0.5, 1]), [[[1, 2, 3, 4]], [[1, 2, 3, 4]]]);
        score.SetTime(1);
        (double X, double Expected)[] places =
            [(0.5, 1), (1, 1.5), (3.5, 4), (4, 2.5), (0, 2.5), (4.5, 1), (-0.25, 3.25), (9.5, 2)];
        foreach ((double x, double expected) in places)
        {
            score.Evaluate(x, 0, out double actual, out double none);
            Assert.AreEqual(expected, actual, 1e-12, $"x = {x}");
            Assert.AreEqual(0, none);
        }
    }

    [TestMethod]
    public void APerturbedScoreIsTheSameAtPointsAndAtFaces()
    {
        // Wide: at faces the walls reflect the mixture.
        var grid = new Grid(Axis.Uniform(-12, 12, 24, Boundary.NoFlux), Axis.Uniform(-10, 10, 14, Boundary.NoFlux));
        Mixture law = Mixture.Gaussians([0.5, -0.5], [0.1, 0], [0.2, 0.3], [0.5, 0.5]);
        using var team = new WorkerTeam(1);
        var faces = new PerturbedFaceScore(grid, new MixtureFaceScore(grid, law, team), 1.2, [0.3, -0.1], 0.7, 5);
        var points = new PerturbedPointScore(grid, new MixturePointScore(MixtureComponents.Of(law)), 1.2, [0.3, -0.1], 0.7, 5);
        points.SetTime(0.1);
        var normal = new double[grid.CellCount];
        for (int axis = 0; axis < 2; axis++)
        {
            faces.Evaluate(axis, 0.1, [], normal);
            for (int cell = 0; cell < grid.CellCount; cell++)
            {
                if (grid.Position(cell, axis) >= grid.Axes[axis].Links)
                    continue;
                int column = cell % grid.Columns, row = cell / grid.Columns;
                double x = axis == 0 ? grid.X.Faces[column + 1] : grid.X.Centres[column];
                double y = axis == 1 ? grid.Axes[1].Faces[row + 1] : grid.Axes[1].Centres[row];
                points.Evaluate(x, y, out double scoreX, out double scoreY);
                double expected = axis == 0 ? scoreX : scoreY;
                if (Math.Abs(x) + Math.Abs(y) < 10)
                    Assert.AreEqual(expected, normal[cell], 1e-11 * (1 + Math.Abs(expected)));
            }
        }
    }

    /// <summary>
    /// A Dirac's table moves particles onto it: the exponential step with a = 2t scales the distance by √(t'/t) exactly; Dormand–Prince in
    /// log a to fifth order, (1.6/32)⁵ here.
    /// </summary>
    [TestMethod]
    [DataRow(ParticleScheme.Exponential, 1, 1e-12)]
    [DataRow(ParticleScheme.DormandPrince, 32, 1e-7)]
    public void TheStepsFollowAGivenScore(ParticleScheme scheme, int steps, double tolerance)
    {
        var line = new Grid(Axis.Uniform(-4, 4, 16, Boundary.NoFlux));
        double[][] At(double time) => [[.. line.X.Centres.ToArray().Select(x => (0.3 - x) / (2 * time))]];
        using var team = new WorkerTeam(1);
        var flow = new ParticleFlow(
            () => new TabulatedPointScore(line, new TableTimes([0.01, 1]), [At(0.01), At(1)]), scheme, 0, 1, team);
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(100, [0], 2, 1);
        double[] before = particles.X.ToArray();
        double[] times = [.. Enumerable.Range(0, steps).Select(step => Math.Pow(0.04, (double)step / steps)), 0.04];
        for (int step = 0; step < steps; step++)
            flow.Step(particles, step, times[step], times[step + 1]);
        for (int p = 0; p < 100; p++)
            Assert.AreEqual(0.3 + 0.2 * (before[p] - 0.3), particles.X[p], tolerance * (1 + Math.Abs(before[p])));
        Assert.ThrowsExactly<ArgumentException>(() => flow.Step(particles, steps, 0.04, 0));
    }
}
