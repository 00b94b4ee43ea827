using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class AxisTests
{
    [TestMethod]
    public void LinksJoinNeighboursAndOnAPeriodicAxisTheEnds()
    {
        double[] faces = [0, 1, 3, 4];
        Axis open = Axis.Graded(faces, Boundary.NoFlux), ring = Axis.Graded(faces, Boundary.Periodic);
        CollectionAssert.AreEqual(new[] { 1.5, 1.5 }, open.Distances.ToArray());
        CollectionAssert.AreEqual(new[] { 1.5, 1.5, 1.0 }, ring.Distances.ToArray());
        Assert.AreEqual(0, Axis.Uniform(0, 1, 1, Boundary.Periodic).Links);
    }

    [TestMethod]
    public void UniformCellsHaveOneWidthToTheBit()
    {
        var axis = Axis.Uniform(-0.7, 1.1, 1001, Boundary.NoFlux);
        Assert.AreEqual(1, axis.Widths.ToArray().Distinct().Count());
        Assert.AreEqual(axis.Widths[0], axis.Distances[77]);
        Assert.AreEqual(1.1, axis.To);
    }

    [TestMethod]
    [DataRow(-0.1, -1)]
    [DataRow(0.0, 0)]
    [DataRow(0.99, 0)]
    [DataRow(1.0, 1)]
    [DataRow(4.0, 2)]
    [DataRow(4.1, -1)]
    [DataRow(double.NaN, -1)]
    public void ACellIsFoundByItsPosition(double position, int cell) =>
        Assert.AreEqual(cell, Axis.Graded([0, 1, 3, 4], Boundary.NoFlux).CellAt(position));

    [TestMethod]
    [DataRow(new double[] { 0 })]
    [DataRow(new double[] { 0, 1, 1 })]
    [DataRow(new double[] { 0, 1, 0.5 })]
    [DataRow(new double[] { 0, double.NaN })]
    [DataRow(new double[] { 0, double.PositiveInfinity })]
    public void FacesThatDoNotIncreaseAreRefused(double[] faces) =>
        Assert.Throws<ArgumentException>(() => Axis.Graded(faces, Boundary.NoFlux));
}
