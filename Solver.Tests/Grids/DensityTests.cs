using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class DensityTests
{
    private static readonly Grid Plane = new(Axis.Graded([0, 1, 3], Boundary.NoFlux), Axis.Graded([0, 2, 2.5, 3], Boundary.NoFlux));

    [TestMethod]
    public void IntegralsOfAConstantAreTheVolume()
    {
        double[] three = [.. Enumerable.Repeat(3.0, 6)];
        Assert.AreEqual(27, Density.Mass(Plane, three), 1e-14);
        Assert.AreEqual(3 * Math.Pow(9, 1 / 2.5), Density.Norm(Plane, three, 2.5), 1e-14);
        Assert.AreEqual(3, Density.Norm(Plane, three, double.PositiveInfinity));
    }

    [TestMethod]
    public void HighPowersNeitherOverflowNorVanish()
    {
        var line = new Grid(Axis.Uniform(0, 2, 2, Boundary.NoFlux));
        Assert.AreEqual(Math.Pow(2, 1 / 50.0) * 1e200, Density.Norm(line, [1e200, 1e200], 50), 1e187);
        Assert.AreEqual(Math.Pow(2, 1 / 50.0) * 1e-200, Density.Norm(line, [1e-200, 1e-200], 50), 1e-213);
    }

    [TestMethod]
    public void DivergenceIsThatOfTwoCoins()
    {
        var line = new Grid(Axis.Uniform(0, 2, 2, Boundary.NoFlux));
        double expected = 0.25 * Math.Log(0.25 / 0.5) + 0.75 * Math.Log(0.75 / 0.5);
        Assert.AreEqual(expected, Density.KullbackLeibler(line, [0.25, 0.75], [0.5, 0.5]), 1e-15);
        Assert.AreEqual(Math.Log(2), Density.KullbackLeibler(line, [0, 1], [0.5, 0.5]), 1e-15);
        Assert.AreEqual(double.PositiveInfinity, Density.KullbackLeibler(line, [0.5, 0.5], [0, 1]));
    }

    [TestMethod]
    public void TheSumIsCompensated()
    {
        var line = new Grid(Axis.Uniform(0, 4, 4, Boundary.NoFlux));
        Assert.AreEqual(2.0, Density.Mass(line, [1e16, 1, 1, -1e16]));
    }

    [TestMethod]
    public void NormalisingDividesByTheMassAndReturnsIt()
    {
        double[] values = [3, 1, 0, 2, 5, 4];
        double mass = Density.Mass(Plane, values);
        double[] expected = [.. values.Select(value => value / mass)];
        Assert.AreEqual(mass, Density.Normalise(Plane, values));
        CollectionAssert.AreEqual(expected, values);
        double[] empty = new double[6];
        Assert.ThrowsExactly<ArgumentException>(() => Density.Normalise(Plane, empty));
        Assert.ThrowsExactly<ArgumentException>(() => Density.Normalise(Plane, [double.NaN, 1, 1, 1, 1, 1]));
    }
}
