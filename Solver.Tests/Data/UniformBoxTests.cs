using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class UniformBoxTests
{
    [TestMethod]
    public void AveragesAreOverlaps()
    {
        var grid = new Grid(Axis.Uniform(0, 4, 4, Boundary.NoFlux), Axis.Graded([0, 1, 3], Boundary.NoFlux));
        var averages = new double[8];
        new UniformBox([0.5, 0], [2, 2]).CellAverages(grid, averages);
        double[] expected = [0.5 / 3, 1 / 3.0, 0, 0, 0.25 / 3, 0.5 / 3, 0, 0];
        for (int cell = 0; cell < 8; cell++)
            Assert.AreEqual(expected[cell], averages[cell], 1e-16);
        Assert.AreEqual(1, Density.Mass(grid, averages), 4e-16);
    }

    [TestMethod]
    public void DistancesAreThoseToTheBox()
    {
        var box = new UniformBox([0, 0], [1, 2]);
        Assert.AreEqual(0, box.SquaredDistance(0.5, 2));
        Assert.AreEqual(9 + 16, box.SquaredDistance(4, -4));
        Assert.AreEqual(1, box.SquaredDistance(-1, 1));
        Assert.AreEqual(4, new UniformBox([0], [1]).SquaredDistance(3, 99));
    }

    [TestMethod]
    public void ABoxOutsideTheGridOrWithoutVolumeIsRefused()
    {
        var grid = new Grid(Axis.Uniform(0, 4, 4, Boundary.NoFlux));
        var box = new UniformBox([1], [4.5]);
        string message = Assert.ThrowsExactly<ArgumentException>(() => box.CellAverages(grid, new double[4])).Message;
        Assert.Contains("4.5", message);
        Assert.Contains("[0, 4]", message);
        Assert.Contains("empty", Assert.ThrowsExactly<ArgumentException>(() => new UniformBox([1], [1])).Message);
    }
}
