using PdeDiffusion.Data;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class CurveTests
{
    [TestMethod]
    public void LengthsAreTheKnownOnes()
    {
        // 5.2441151085842396… = 2ϖ, twice the lemniscate constant; the spiral's by its antiderivative ½(θ√(1+θ²) + asinh θ).
        Assert.AreEqual(5.2441151085842396209 * 2, Curve.Lemniscate(2).Length, 4e-15);
        Assert.AreEqual(2 * Math.PI * 3, Curve.Circle(3).Length, 1e-14);
        Assert.AreEqual(3, Curve.Segment(1.5).Length, 1e-15);
        Assert.AreEqual(2 * Math.PI * 0.5, Curve.TwoMoons(0.5).Length, 4e-15);
        double turns = 4 * Math.PI, spiral = 0.5 * (turns * Math.Sqrt(1 + turns * turns) + Math.Asinh(turns)) / turns;
        Assert.AreEqual(spiral, Curve.Spiral(1).Length, 1e-14);
        Assert.AreEqual(7, Curve.Polyline([0, 3, 3, 3], [0, 0, 0, 4]).Length, 1e-15);
    }

    [TestMethod]
    public void NodesLieOnTheCurve()
    {
        Mixture nodes = Curve.Lemniscate(2).Nodes(999);
        for (int k = 0; k < nodes.Count; k++)
        {
            double x = nodes.X[k], y = nodes.Y[k], square = x * x + y * y;
            Assert.AreEqual(4 * (x * x - y * y), square * square, 1e-13);
            Assert.AreEqual(1.0 / 999, nodes.Weights[k], 1e-18);
        }

        nodes = Curve.TwoMoons(1).Nodes(100);
        for (int k = 0; k < nodes.Count; k++)
        {
            double side = k < 50 ? -1 : 1;
            Assert.AreEqual(1, double.Hypot(nodes.X[k] - 0.5 * side, nodes.Y[k] - 0.25 * side), 1e-15);
            Assert.IsTrue(side * (nodes.Y[k] - 0.25 * side) < 0);
        }
    }

    [TestMethod]
    public void NodesAreEvenlySpacedInArcLength()
    {
        // On the lemniscate r² = cos 2φ, the arc from the tip is s = ∫_r^1 dρ/√(1 − ρ⁴): in terms of the angle θ of the parametrisation
        // the speed is 1/√(1 + sin²θ). Compare with a fine midpoint sum, which converges geometrically over full periods and is exact to
        // 1e-9 here.
        Curve curve = Curve.Lemniscate(1);
        const int fine = 400_000;
        double length = 0;
        int next = 0;
        (double X, double Y)[] expected = new (double, double)[10];
        for (int k = 0; k < fine; k++)
        {
            double angle = 2 * Math.PI * (k + 0.5) / fine, piece = 2 * Math.PI / fine / Math.Sqrt(1 + Math.Sin(angle) * Math.Sin(angle));
            double target = curve.Length * (next + 0.5) / 10;
            if (next < 10 && length + piece >= target)
            {
                double at = angle + ((target - length) / piece - 0.5) * 2 * Math.PI / fine;
                (double sine, double cosine) = Math.SinCos(at);
                expected[next++] = (cosine / (1 + sine * sine), sine * cosine / (1 + sine * sine));
            }

            length += piece;
        }

        Mixture nodes = curve.Nodes(10);
        for (int k = 0; k < 10; k++)
        {
            Assert.AreEqual(expected[k].X, nodes.X[k], 1e-9);
            Assert.AreEqual(expected[k].Y, nodes.Y[k], 1e-9);
        }
    }

    [TestMethod]
    public void TheInverseOfTheArcLengthIsExactOnTheSpiral()
    {
        Curve spiral = Curve.Spiral(3);
        double growth = 3 / (4 * Math.PI);
        for (double length = 0; length < spiral.Length; length += 0.1)
        {
            (double x, double y) = spiral.At(length);
            double angle = double.Hypot(x, y) / growth;
            Assert.AreEqual(length, growth * 0.5 * (angle * Math.Sqrt(1 + angle * angle) + Math.Asinh(angle)), 1e-12);
        }
    }

    [TestMethod]
    public void ASampleDependsOnSeedAndIndexOnly()
    {
        Mixture few = Curve.Circle(1).Sample(10, 4), many = Curve.Circle(1).Sample(2000, 4), other = Curve.Circle(1).Sample(10, 5);
        CollectionAssert.AreEqual(few.X.ToArray(), many.X[..10].ToArray());
        CollectionAssert.AreNotEqual(few.X.ToArray(), other.X.ToArray());

        // Five deviations: cos of a uniform angle has variance ½.
        double mean = 0;
        foreach (double x in many.X)
            mean += x / 2000;
        Assert.AreEqual(0, mean, 5 * Math.Sqrt(0.5 / 2000));
    }

    [TestMethod]
    public void ACurveWithNoLengthIsRefused()
    {
        foreach (Func<Curve> make in new Func<Curve>[]
                 {
                     () => Curve.Lemniscate(0), () => Curve.Circle(-1), () => Curve.Segment(double.NaN), () => Curve.Polyline([1], [2]),
                     () => Curve.Polyline([1, 1], [2, 2]), () => Curve.Polyline([], []),
                 })
        {
            Assert.Contains("no length", Assert.ThrowsExactly<ArgumentException>(make).Message);
        }
    }
}
