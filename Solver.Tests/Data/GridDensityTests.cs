using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class GridDensityTests
{
    private static readonly Grid Plane = new(Axis.Uniform(0, 3, 3, Boundary.NoFlux), Axis.Uniform(0, 2, 2, Boundary.Periodic));

    [TestMethod]
    public void AveragesComeBackNormalised()
    {
        var density = new GridDensity(Plane, [1, 0, 0, 0, 3, 0]);
        var averages = new double[6];
        density.CellAverages(Plane, averages);
        CollectionAssert.AreEqual(new[] { 0.25, 0, 0, 0, 0.75, 0 }, averages);
        Assert.AreEqual(4, density.Mass);
    }

    [TestMethod]
    public void DistancesAreThoseToTheCellsThatHoldMass()
    {
        var density = new GridDensity(Plane, [1, 0, 0, 0, 3, 0]);
        Assert.AreEqual(0, density.SquaredDistance(1.5, 1.5));
        Assert.AreEqual(0.25, density.SquaredDistance(2.5, 1.5));
        Assert.AreEqual(0.25, density.SquaredDistance(0.25, 1.5), "half a unit above the first cell");
        Assert.AreEqual(1 + 4, density.SquaredDistance(-1, -2));
    }

    [TestMethod]
    public void AnotherGridIsRefusedWithTheDifference()
    {
        var density = new GridDensity(Plane, [1, 0, 0, 0, 3, 0]);
        Assert.Contains("3 cells along axis 0, the grid has 4", Refusal(new Grid(Axis.Uniform(0, 3, 4, Boundary.NoFlux), Plane.Axes[1])));
        Assert.Contains("face 1", Refusal(new Grid(Axis.Graded([0, 1.1, 2, 3], Boundary.NoFlux), Plane.Axes[1])));
        Assert.Contains("Periodic", Refusal(new Grid(Plane.X, Axis.Uniform(0, 2, 2, Boundary.NoFlux))));
        Assert.Contains("dimension", Refusal(new Grid(Plane.X)));
        string Refusal(Grid other) => Assert.ThrowsExactly<ArgumentException>(() => density.CellAverages(other, new double[8])).Message;
    }

    [TestMethod]
    public void NegativeValuesAndNoMassAreRefused()
    {
        Assert.Contains("-1 in cell 2", Assert.ThrowsExactly<ArgumentException>(() => new GridDensity(Plane, [0, 0, -1, 0, 0, 0])).Message);
        Assert.Contains("mass 0", Assert.ThrowsExactly<ArgumentException>(() => new GridDensity(Plane, new double[6])).Message);
    }
}
