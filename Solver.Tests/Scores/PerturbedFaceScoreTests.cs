using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Tests.Scores;

[TestClass]
public sealed class PerturbedFaceScoreTests
{
    [TestMethod]
    public void ScaleAndBiasActOnTheLinksOnly()
    {
        var grid = new Grid(Axis.Uniform(0, 3, 3, Boundary.NoFlux), Axis.Uniform(0, 2, 2, Boundary.Periodic));
        double[] u = [1, 2, 4, 1, 3, 5], own = new double[6], normal = new double[6];
        var score = new PerturbedFaceScore(grid, new GridScore(grid), 1.5, [0.25, -2], 0, 3);
        for (int axis = 0; axis < 2; axis++)
        {
            GridScore.Evaluate(grid, axis, u, own);
            score.Evaluate(axis, 0.1, u, normal);
            for (int cell = 0; cell < 6; cell++)
                Assert.AreEqual(axis == 0 && cell % 3 == 2 ? 0 : 1.5 * own[cell] + (axis == 0 ? 0.25 : -2), normal[cell]);
        }
    }

    [TestMethod]
    public void NoiseHasMeanZeroAndDeviationOneOverTheBox()
    {
        var grid = new Grid(Axis.Uniform(-3, 3, 32, Boundary.Periodic), Axis.Uniform(-1, 2, 24, Boundary.Periodic));
        foreach (ulong seed in new ulong[] { 1, 2 })
        {
            for (int axis = 0; axis < 2; axis++)
            {
                double[] noise = Noise(grid, axis, seed);
                Assert.AreEqual(0, noise.Average(), 1e-13);
                Assert.AreEqual(4, noise.Average(value => value * value), 1e-12, "the noise level is 2");
            }
        }

        CollectionAssert.AreNotEqual(Noise(grid, 0, 1), Noise(grid, 0, 2));
        CollectionAssert.AreNotEqual(Noise(grid, 0, 1), Noise(grid, 1, 1));
    }

    [TestMethod]
    public void NoiseIsAFieldOfTheBoxNotOfTheCells()
    {
        double[] coarse = Noise(new Grid(Axis.Uniform(0, 1, 8, Boundary.NoFlux)), 0, 5);
        double[] fine = Noise(new Grid(Axis.Uniform(0, 1, 16, Boundary.NoFlux)), 0, 5);
        for (int link = 0; link < 7; link++)
            Assert.AreEqual(coarse[link], fine[2 * link + 1], 1e-14);
    }

    [TestMethod]
    public void ABiasOfTheWrongLengthIsRefused()
    {
        var grid = new Grid(Axis.Uniform(0, 1, 8, Boundary.NoFlux));
        Assert.Contains("2 entries", Assert.ThrowsExactly<ArgumentException>(
            () => new PerturbedFaceScore(grid, new GridScore(grid), 1, [1, 2], 0, 1)).Message);
    }

    private static double[] Noise(Grid grid, int axis, ulong seed)
    {
        double[] u = new double[grid.CellCount], normal = new double[grid.CellCount];
        Array.Fill(u, 1);
        new PerturbedFaceScore(grid, new GridScore(grid), 1, [], 2, seed).Evaluate(axis, 0, u, normal);
        return normal;
    }
}
