using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Scores;

[TestClass]
public sealed class MixtureFaceScoreTests
{
    [TestMethod]
    [DataRow(1e-6)]
    [DataRow(1e-3)]
    [DataRow(0.05)]
    [DataRow(0.7)]
    [DataRow(9)]
    public void FaceScoresAreTheScoreOfAllImages(double t)
    {
        // The oracle: the mixture on R^d of the components and all images that matter at this t, by log-sum-exp.
        using var team = new WorkerTeam(2);
        Gen.Select(
            Gen.Double[-2, 2].Array[5], Gen.Double[-1, 1.5].Array[5], Gen.Double[0, 0.3].Array[5], Gen.Double[0.1, 1].Array[5],
            Gen.Bool, Gen.Bool)
            .Sample((x, y, variances, weights, wrapX, wrapY) =>
            {
                variances[0] = 0;
                Grid grid = Plane(9, 6, wrapX, wrapY);
                Mixture images = Images(grid, x, y, variances, weights, t > 3 ? 18 : t > 0.1 ? 7 : 4);
                var score = new MixtureFaceScore(grid, Mixture.Gaussians(x, y, variances, weights), team);
                var normal = new double[grid.CellCount];
                for (int axis = 0; axis < 2; axis++)
                {
                    score.Evaluate(axis, t, [], normal);
                    for (int cell = 0; cell < normal.Length; cell++)
                    {
                        int column = cell % 9, row = cell / 9;
                        if ((axis == 0 ? column : row) >= grid.Axes[axis].Links)
                        {
                            Assert.AreEqual(0, normal[cell]);
                            continue;
                        }

                        double atX = axis == 0 ? grid.X.Faces[column + 1] : grid.X.Centres[column];
                        double atY = axis == 1 ? grid.Axes[1].Faces[row + 1] : grid.Axes[1].Centres[row];
                        (double sx, double sy) = images.Score(t, atX, atY);

                        // Image positions are rounded: 1e-15 of the box, times 1/2t in the exponents, times diameter/2t in their mean.
                        double size = 5 / (2 * t), exponent = 1 + 5 / (2 * t);
                        Assert.AreEqual(axis == 0 ? sx : sy, normal[cell], 1e-15 * size * Math.Min(exponent, 1e5) + 1e-15);
                    }
                }
            }, iter: 6, threads: 1);
    }

    [TestMethod]
    public void OneAxisIsTheSameFormula()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-40, 40, 16, Boundary.NoFlux));
        Mixture mixture = Mixture.Points([-5.0, 0, 5], [0.7, 0.3, 0.1]);
        var normal = new double[16];
        new MixtureFaceScore(grid, mixture, team).Evaluate(0, 0.5, [], normal);
        for (int link = 0; link < 15; link++)
            Assert.AreEqual(mixture.Score(0.5, grid.X.Faces[link + 1], 0).X, normal[link], 1e-15 * 50);
        Assert.AreEqual(0, normal[15]);
    }

    [TestMethod]
    public void ThreadsAndTranspositionKeepTheBits()
    {
        using var one = new WorkerTeam(1);
        using var two = new WorkerTeam(2);
        Grid grid = Plane(13, 6, true, false), turned = new(grid.Axes[1], grid.X);
        Mixture nodes = Curve.TwoMoons(0.9).Nodes(100), turnedNodes = Mixture.Points(nodes.Y, nodes.X, nodes.Weights);
        double[] alone = new double[78], shared = new double[78], across = new double[78];
        foreach (double t in new[] { 1e-4, 0.01, 1 })
        {
            new MixtureFaceScore(grid, nodes, one).Evaluate(0, t, [], alone);
            new MixtureFaceScore(grid, nodes, two).Evaluate(0, t, [], shared);
            new MixtureFaceScore(turned, turnedNodes, one).Evaluate(1, t, [], across);
            CollectionAssert.AreEqual(alone, shared);
            for (int cell = 0; cell < 78; cell++)
                Assert.AreEqual(alone[cell], across[cell % 13 * 6 + cell / 13]);
        }
    }

    [TestMethod]
    public void EvaluationAllocatesNothing()
    {
        using var team = new WorkerTeam(2);
        Grid grid = Plane(20, 20, true, false);
        var score = new MixtureFaceScore(grid, Curve.Circle(1).Nodes(50), team);
        var normal = new double[400];
        score.Evaluate(0, 0.1, [], normal);
        Assert.AreEqual(0, Allocations.LeastOf(5, () =>
        {
            for (int repeat = 0; repeat < 10; repeat++)
                score.Evaluate(repeat % 2, 0.1, [], normal);
        }));
    }

    [TestMethod]
    public void PointsOutsideTheBoxAreRefused()
    {
        using var team = new WorkerTeam(1);
        Assert.Contains("(9, 0)", Assert.ThrowsExactly<ArgumentException>(
            () => new MixtureFaceScore(Plane(4, 4, true, true), Mixture.Points([9.0], [0.0], []), team)).Message);
    }

    private static Grid Plane(int columns, int rows, bool wrapX, bool wrapY) => new(
        Axis.Uniform(-2, 2, columns, wrapX ? Boundary.Periodic : Boundary.NoFlux),
        Axis.Uniform(-1, 1.5, rows, wrapY ? Boundary.Periodic : Boundary.NoFlux));

    private static Mixture Images(Grid grid, double[] x, double[] y, double[] variances, double[] weights, int count)
    {
        List<double> allX = [], allY = [], allVariances = [], allWeights = [];
        for (int k = 0; k < x.Length; k++)
        {
            foreach (double imageX in Images(grid.X, x[k], count))
            {
                foreach (double imageY in Images(grid.Axes[1], y[k], count))
                {
                    allX.Add(imageX);
                    allY.Add(imageY);
                    allVariances.Add(variances[k]);
                    allWeights.Add(weights[k]);
                }
            }
        }

        return Mixture.Gaussians(allX.ToArray(), allY.ToArray(), allVariances.ToArray(), allWeights.ToArray());
    }

    private static IEnumerable<double> Images(Axis axis, double position, int count)
    {
        double length = axis.To - axis.From;
        for (int k = -count; k <= count; k++)
        {
            yield return axis.IsPeriodic ? position + k * length : position + 2 * k * length;
            if (!axis.IsPeriodic)
                yield return 2 * axis.From - position + 2 * k * length;
        }
    }
}
