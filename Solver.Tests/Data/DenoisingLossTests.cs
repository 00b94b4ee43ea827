using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class DenoisingLossTests
{
    [TestMethod]
    public void TwoDiracsHaveTheKnownLossWhereDifferencesCancel()
    {
        // Points ±1, t = 0.02: Var = 1/cosh²(x/2t) in the mean over u, 8.9e-7.
        double t = 0.02, expected = 0, step = 1e-4;
        for (double x = -4; x < 4; x += step)
            expected += step * Math.Exp(-(x - 1) * (x - 1) / (4 * t)) / Math.Sqrt(4 * Math.PI * t) / Math.Pow(Math.Cosh(x / (2 * t)), 2);
        Assert.AreEqual(8.9e-7, expected, 1e-8);
        Assert.AreEqual(expected, DenoisingLoss.Of(Mixture.Points([-1, 1]), t)!.Value, 1e-3 * expected);
        double plane = DenoisingLoss.Of(Mixture.Points([-0.6, 0.6], [-0.8, 0.8], []), t)!.Value;
        Assert.AreEqual(expected, plane, 0.02 * expected);
    }

    [TestMethod]
    public void OneGaussianHasItsPosteriorVariance()
    {
        foreach (double t in new[] { 1e-6, 0.1, 40 })
        {
            Assert.AreEqual(2 * t * 0.3 / (0.3 + 2 * t), DenoisingLoss.Of(Mixture.Gaussian([0.4], 0.3), t)!.Value, 1e-12);
            Assert.AreEqual(4 * t * 0.3 / (0.3 + 2 * t), DenoisingLoss.Of(Mixture.Gaussian([0.4, 1], 0.3), t)!.Value, 1e-12);
        }

        Assert.AreEqual(double.NaN, DenoisingLoss.Of(Mixture.Points([-1, 1]), 1e-3), "beyond the reach of the rule");
        Assert.IsNull(DenoisingLoss.Of(Mixture.Gaussian([0.4], 0.3), 0));
        Assert.IsNull(DenoisingLoss.Of(null, 1));
    }

    [TestMethod]
    public void GaussiansOfDifferentVariancesAgreeWithTheFisherInformation()
    {
        // 2td − 4t²I by quadrature of s² u on a fine line, where it does not cancel.
        Mixture mixture = Mixture.Gaussians([-1, 0.5, 2], [0.04, 0.3, 0.1], [0.3, 0.5, 0.2]);
        double t = 0.2, information = 0, step = 1e-3;
        for (double x = -8; x < 8; x += step)
        {
            double density = 0, slope = 0;
            for (int k = 0; k < 3; k++)
            {
                double a = mixture.Variances[k] + 2 * t, z = x - mixture.X[k];
                double term = mixture.Weights[k] * Math.Exp(-z * z / (2 * a)) / Math.Sqrt(2 * Math.PI * a);
                density += term;
                slope -= term * z / a;
            }

            information += step * slope * slope / density;
        }

        Assert.AreEqual(2 * t - 4 * t * t * information, DenoisingLoss.Of(mixture, t)!.Value, 1e-9);
    }

    [TestMethod]
    public void TheVarianceOfDataIsThatOfTheirLaw()
    {
        var grid = new Grid(Axis.Uniform(-2, 2, 400, Boundary.NoFlux));
        Assert.AreEqual(1.3, DenoisingLoss.DataVariance(Mixture.Gaussians([-1, 1], [0.3, 0.3]), grid), 1e-12);
        Assert.AreEqual(1.0 / 12, DenoisingLoss.DataVariance(new UniformBox([0.25], [1.25]), grid), 1e-5);
    }
}
