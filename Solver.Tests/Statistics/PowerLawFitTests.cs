using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tests.Statistics;

[TestClass]
public sealed class PowerLawFitTests
{
    [TestMethod]
    public void A_power_law_is_found_and_its_interval_covers_it_as_often_as_it_says()
    {
        int covered = 0;
        var noise = new RandomStream(5, 0);
        for (int trial = 0; trial < 400; trial++)
        {
            double[] x = [20, 20, 100, 100, 500, 500], y = [.. x.Select(n => 3 * Math.Pow(n, -0.7) * Math.Exp(0.2 * noise.NextGaussian()))];
            PowerLawFit fit = PowerLawFit.Of(x, y);
            covered += Math.Abs(fit.Exponent + 0.7) <= fit.HalfWidth ? 1 : 0;
        }

        // 380 expected, standard deviation 4.4.
        Assert.AreEqual(380, covered, 18);
    }

    [TestMethod]
    public void An_exact_power_law_is_found_without_an_error()
    {
        PowerLawFit exact = PowerLawFit.Of([2, 4, 8], [1.5 * 4, 1.5 * 16, 1.5 * 64]);
        Assert.AreEqual(2, exact.Exponent, 1e-12);
        Assert.AreEqual(0, exact.StandardError, 1e-12);
        Assert.AreEqual(1.5 * 9, exact.At(3), 1e-9);
        Assert.IsTrue(double.IsNaN(PowerLawFit.Of([3, 3], [1, 2]).Exponent));
    }
}
