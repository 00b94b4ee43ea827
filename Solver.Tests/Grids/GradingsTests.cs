using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class GradingsTests
{
    [TestMethod]
    [DataRow(-8, 8, 0, 3)]
    [DataRow(-1, 5, 4.5, 2)]
    [DataRow(0, 1, 0, 5)]
    [DataRow(0, 1, 1, 5)]
    [DataRow(1e6, 2e6, 1.2e6, 1e-3)]
    [DataRow(-1, 1, 0.3, 9)]
    public void SinhFacesLieOnTheFormula(double from, double to, double centre, double strength)
    {
        Axis axis = Gradings.Sinh(from, to, 40, centre, strength, Boundary.NoFlux);
        Assert.AreEqual(from, axis.From);
        Assert.AreEqual(to, axis.To);
        Assert.IsFalse(axis.IsUniform);

        // x'' = x − c up to a constant: (x_{k+1} − 2 x_k + x_{k−1}) = (2 cosh(2s/N) − 2)(x_k − c), whatever a and p are.
        double factor = 4 * Math.Pow(Math.Sinh(strength / 40), 2);
        for (int face = 1; face < 40; face++)
        {
            double second = axis.Faces[face + 1] - 2 * axis.Faces[face] + axis.Faces[face - 1];
            Assert.AreEqual(factor * (axis.Faces[face] - centre), second, 1e-14 * 8 * Math.Max(Math.Abs(from), Math.Abs(to)));
        }
    }

    [TestMethod]
    [DataRow(1.1)]
    [DataRow(0.8)]
    [DataRow(1.0)]
    [DataRow(1 + 1e-9)]
    public void GeometricWidthsHaveTheRatio(double ratio)
    {
        Axis axis = Gradings.Geometric(0, 2, 50, ratio, Boundary.Periodic);
        Assert.AreEqual(2, axis.To);
        for (int cell = 1; cell < 50; cell++)
            Assert.AreEqual(ratio, axis.Widths[cell] / axis.Widths[cell - 1], 1e-15 / axis.Widths[cell - 1] * 10);
    }

    [TestMethod]
    public void GradingsThatMeanNothingAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Gradings.Sinh(0, 1, 10, 2, 1, Boundary.NoFlux));
        Assert.ThrowsExactly<ArgumentException>(() => Gradings.Sinh(0, 1, 10, 0.5, 0, Boundary.NoFlux));
        Assert.ThrowsExactly<ArgumentException>(() => Gradings.Geometric(0, 1, 10, 0, Boundary.NoFlux));
        Assert.ThrowsExactly<ArgumentException>(() => Gradings.Geometric(0, 1, 10_000, 2, Boundary.NoFlux));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Gradings.Geometric(0, 1, 0, 2, Boundary.NoFlux));
    }
}
