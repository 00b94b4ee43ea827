using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Data.References;

[TestClass]
public sealed class ReferenceTests
{
    private static readonly Grid Line = new(Axis.Uniform(-12, 12, 240, Boundary.NoFlux));
    private static readonly Grid Plane = new(Axis.Uniform(-6, 6, 40, Boundary.NoFlux), Axis.Uniform(-6, 6, 36, Boundary.NoFlux));
    private static readonly Mixture Bimodal = Mixture.Gaussians([-1.5, 1.2], [0.15, 0.25], [0.6, 0.4]);
    private static readonly Mixture Triple = Mixture.Gaussians([-1.5, 1.2, 0.3], [-0.5, 0.9, -1.4], [0.15, 0.15, 0.15], [0.5, 0.3, 0.2]);

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(0.01, 1)]
    [DataRow(0.5, 0)]
    [DataRow(1, 0)]
    public void OnTheLineAllAgreeForOneGaussian(double t, double epsilon)
    {
        Mixture data = Mixture.Gaussian([0.2], 0.25);
        double[] exact = Averages(new GaussianReference(data, epsilon, 1, [0.7], 2.6), t, Line);
        Reference[] others = epsilon == 1
            ? [new HeatRatioReference(data, 1, 1, [0.7], 2.6)]
            : [new MassTransportReference(data, 0, 1, [0.7], 2.6), new CharacteristicsReference(data, 0, 1, [0.7], 2.6)];
        foreach (Reference other in others)
            AssertClose(exact, Averages(other, t, Line), 1e-10);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void InThePlaneAllAgreeForOneGaussian(double epsilon)
    {
        Mixture data = Mixture.Gaussian([0.2, -0.3], 0.25);
        double[] exact = Averages(new GaussianReference(data, epsilon, 1, [0.7, 0.1], 2.6), 0.1, Plane);
        Reference other = epsilon == 1
            ? new HeatRatioReference(data, 1, 1, [0.7, 0.1], 2.6) : new CharacteristicsReference(data, 0, 1, [0.7, 0.1], 2.6);
        AssertClose(exact, Averages(other, 0.1, Plane), 1e-10);
    }

    /// <summary>A point has the covariance 0: V = a (1 − r^ε) I + r^{1+ε} C_T with r = t/T.</summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    [DataRow(1.0)]
    public void APointAndAStartWithACovarianceHaveAnExactSolution(double epsilon)
    {
        const double Time = 0.2;
        Mixture start = Mixture.Gaussian([0.7, 0.1], new Covariance(0.6, 0.4, 0.5));
        double source = 2 * Time * (1 - Math.Pow(Time, epsilon)), factor = Math.Pow(Time, 1 + epsilon), shrink = Math.Sqrt(factor);
        Mixture exact = Mixture.Gaussian([0.2 + 0.5 * shrink, -0.3 + 0.4 * shrink],
            new Covariance(source + 0.6 * factor, 0.4 * factor, source + 0.5 * factor));
        var expected = new double[Plane.CellCount];
        exact.CellAverages(Plane, expected);
        AssertClose(expected, Averages(new GaussianReference(Mixture.Points([0.2], [-0.3], []), epsilon, 1, start), Time, Plane), 1e-10);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    public void TransportAndCharacteristicsAgreeForAMixture(double t)
    {
        double[] transport = Averages(new MassTransportReference(Bimodal, 0, 1, [0.4], 2.5), t, Line);
        double[] characteristics = Averages(new CharacteristicsReference(Bimodal, 0, 1, [0.4], 2.5), t, Line);
        AssertClose(transport, characteristics, 1e-9);
        Assert.AreEqual(1, Density.Mass(Line, transport), 1e-8);
    }

    [TestMethod]
    public void CharacteristicsInThePlaneReduceToTheLine()
    {
        // Data and start that are products, with the same Gaussian in y: the solution is the line's in x times a Gaussian in y.
        Mixture plane = Mixture.Gaussians([-1.5, 1.2], [0.2, 0.2], [0.25, 0.25], [0.6, 0.4]);
        Mixture line = Mixture.Gaussians([-1.5, 1.2], [0.25, 0.25], [0.6, 0.4]);
        double[] full = Averages(new CharacteristicsReference(plane, 0, 1, [0.4, 0.7], 2.6), 0.05, Plane);
        double[] x = Averages(new MassTransportReference(line, 0, 1, [0.4], 2.6), 0.05, new Grid(Plane.X));
        double[] y = Averages(new GaussianReference(Mixture.Gaussian([0.2], 0.25), 0, 1, [0.7], 2.6), 0.05, new Grid(Plane.Axes[1]));
        AssertClose(Product(x, y), full, 1e-9);
    }

    [TestMethod]
    public void TheHeatRatioInThePlaneReducesToTheLine()
    {
        Mixture plane = Mixture.Gaussians([-1.5, 1.2], [0.2, 0.2], [0.25, 0.25], [0.6, 0.4]);
        Mixture line = Mixture.Gaussians([-1.5, 1.2], [0.25, 0.25], [0.6, 0.4]);
        double[] full = Averages(new HeatRatioReference(plane, 1, 1, [0.4, 0.7], 2.6), 0.05, Plane);
        double[] x = Averages(new HeatRatioReference(line, 1, 1, [0.4], 2.6), 0.05, new Grid(Plane.X));
        double[] y = Averages(new GaussianReference(Mixture.Gaussian([0.2], 0.25), 1, 1, [0.7], 2.6), 0.05, new Grid(Plane.Axes[1]));
        AssertClose(Product(x, y), full, 1e-9);
    }

    [TestMethod]
    public void TheHeatRatioOfAMixtureSolvesTheEquation()
    {
        // ∂t v + Δv − 2 div(s v) = 0 for ε = 1, integrated over a cell by the averages at three times and at neighbouring fine cells, is
        // checked in the weak form: the mean of a function f obeys d/dt E_v f = −E_v (Δf + 2 s·∇f); f = sin.
        double Mean(double t, Func<double, double> f)
        {
            double[] v = Averages(new HeatRatioReference(Bimodal, 1, 1, [0.4], 2.5), t, Fine);
            double sum = 0;
            for (int cell = 0; cell < v.Length; cell++)
                sum += v[cell] * f(Fine.X.Centres[cell]) * Fine.X.Widths[cell];
            return sum;
        }

        const double t = 0.3, step = 0.005;
        double near = Mean(t + step, Math.Sin) - Mean(t - step, Math.Sin),
            far = Mean(t + 2 * step, Math.Sin) - Mean(t - 2 * step, Math.Sin);
        double derivative = (8 * near - far) / (12 * step);
        double right = -Mean(t, x => -Math.Sin(x) + 2 * Bimodal.Score(t, x, 0).X * Math.Cos(x));

        // Midpoints of cells 0.02 wide err by h²/24 times second derivatives of f s v, about 2e-5 times a few.
        Assert.AreEqual(derivative, right, 3e-4);
    }

    [TestMethod]
    public void TransposedProblemsHaveTheTransposedSolution()
    {
        Mixture turned = Mixture.Gaussians(Triple.Y, Triple.X, Triple.Variances, Triple.Weights);
        var grid = new Grid(Plane.Axes[1], Plane.X);
        double[] v = Averages(new CharacteristicsReference(Triple, 0, 1, [0.5, 0.4], 2.58), 0.1, Plane);
        double[] w = Averages(new CharacteristicsReference(turned, 0, 1, [0.4, 0.5], 2.58), 0.1, grid);
        Assert.AreEqual(1, Density.Mass(Plane, v), 1e-6);
        double largest = v.Max();
        for (int cell = 0; cell < v.Length; cell++)
            Assert.AreEqual(v[cell], w[cell % 40 * 36 + cell / 40], 1e-10 * largest);
    }

    [TestMethod]
    public void StartingFromTheExactDensityGivesIt()
    {
        // v_T = u_T for one Gaussian: v(t) = u(t) for every ε.
        Mixture data = Mixture.Points([0.5]);
        double[] u = new double[Line.CellCount];
        data.CellAverages(Line, 0.2, u);
        foreach (double epsilon in new[] { 0, 0.3, 1, 4 })
            AssertClose(u, Averages(new GaussianReference(data, epsilon, 2, [0.5], 4), 0.1, Line), 1e-13);
        AssertClose(u, Averages(new MassTransportReference(data, 0, 2, [0.5], 4), 0.1, Line), 1e-12);
    }

    [TestMethod]
    public void AReferenceThatDoesNotApplyNamesThoseThatDo()
    {
        string message = Refusal(() => new GaussianReference(Bimodal, 0, 1, [0], 1));
        Assert.Contains("mass-transport, characteristics", message);
        Assert.Contains("these do: heat-ratio", Refusal(() => new MassTransportReference(Bimodal, 1, 1, [0], 1)));
        Assert.Contains("no exact solution", Refusal(() => new HeatRatioReference(Bimodal, 0.5, 1, [0], 1)));
        Assert.Contains("characteristics", Refusal(() => new MassTransportReference(Triple, 0, 1, [0, 0], 1)));
        Assert.Contains("no exact solution", Refusal(() => new CharacteristicsReference(new UniformBox([0], [1]), 0, 1, [0], 1)));
        Assert.Contains("variance", Refusal(() => new GaussianReference(Mixture.Points([0.0]), 0, 1, [0], 0)));
        Assert.Contains("entries", Refusal(() => new GaussianReference(Mixture.Points([0.0]), 0, 1, [0, 1], 1)));
        Assert.Contains("t = 0", Refusal(() => Averages(new GaussianReference(Mixture.Points([0.0]), 0, 1, [0], 1), 0, Line)));
        Assert.Contains("beyond", Refusal(() => Averages(new GaussianReference(Mixture.Points([0.0]), 0, 1, [0], 1), 2, Line)));
        static string Refusal(Func<object> action) => Assert.ThrowsExactly<ArgumentException>(action).Message;
    }

    private static Grid Fine { get; } = new(Axis.Uniform(-12, 12, 1200, Boundary.NoFlux));

    private static double[] Product(double[] x, double[] y)
    {
        var product = new double[x.Length * y.Length];
        for (int cell = 0; cell < product.Length; cell++)
            product[cell] = x[cell % x.Length] * y[cell / x.Length];
        return product;
    }

    private static double[] Averages(Reference reference, double t, Grid grid)
    {
        var averages = new double[grid.CellCount];
        reference.CellAverages(t, grid, averages);
        return averages;
    }

    /// <summary>Equal to <paramref name="tolerance"/> of the largest value.</summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        double largest = expected.Max();
        for (int cell = 0; cell < expected.Length; cell++)
            Assert.AreEqual(expected[cell], actual[cell], tolerance * largest, $"cell {cell}");
    }
}
