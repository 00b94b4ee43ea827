using CsCheck;
using PdeDiffusion.Data;

namespace PdeDiffusion.Tests.Data;

[TestClass]
public sealed class MixtureScoreTests
{
    private static readonly double[] X = [0.1, -0.3, 0.9, -1.1, 0.4];
    private static readonly double[] Y = [0.2, 0.7, -0.6, -0.2, 1.3];
    private static readonly double[] Weights = [1, 2, 3, 4, 5];

    // Values with 60 digits of log u, s and div s for the doubles given.
    [TestMethod]
    [DataRow(
        1e-6, -0.1, 0.45, -25615.32495160143491052, -33333.33333376508083871, 41666.66666720634179653, 22776777777.7040186363,
        DisplayName = "Between two points, t = 1e-6")]
    [DataRow(
        1e-6, -0.1000021, 0.4500037, -25614.93546482154052473, -76947.84349189379194281, 96184.26686486722206725, 10451098712.83128656238,
        DisplayName = "Near the ridge, t = 1e-6")]
    [DataRow(
        1e-6, 1000.0, -2000.0, -1248950292490.32500813, -499550000.0000000225945, 999700000.0000000452494, -1000000.000000000045252,
        DisplayName = "Far away, t = 1e-6")]
    [DataRow(
        1.0, 1000.0, -2000.0, -1248954.432962159403402, -499.5499999999999999889, 999.7000000000000000111, -1.0,
        DisplayName = "Far away, t = 1")]
    public void PointsAgreeWithHighPrecision(
        double t, double x, double y, double logDensity, double scoreX, double scoreY, double divergence)
    {
        Mixture mixture = Mixture.Points(X, Y, Weights);
        (double actualX, double actualY) = mixture.Score(t, x, y);

        // Relative to the size of the terms summed: diameter/2t for the score, its square for the divergence.
        double size = Math.Abs(scoreX) + Math.Abs(scoreY) + 2.6 / (2 * t);
        Assert.AreEqual(logDensity, mixture.LogDensity(t, x, y), 4e-16 * Math.Abs(logDensity));
        Assert.AreEqual(scoreX, actualX, 1e-15 * size);
        Assert.AreEqual(scoreY, actualY, 1e-15 * size);
        Assert.AreEqual(divergence, mixture.DivScore(t, x, y), 2e-15 * (Math.Abs(divergence) + Math.Abs(scoreX) + 2 / (2 * t)));
    }

    [TestMethod]
    public void ADistantPointNearTheRidgeKeepsItsDigits()
    {
        Mixture pair = Mixture.Points([-1.0, 1.0], [0.5, 0.5], []);
        (double x, double y) = pair.Score(1e-6, 1e-7, 1000);
        Assert.AreEqual(24979.13747893998722955, x, 1e-15 * 5e5);
        Assert.AreEqual(-499750000.0000000226146, y, 1e-7);
        Assert.AreEqual(249375040192.8919903909, pair.DivScore(1e-6, 1e-7, 1000), 1e-15 * 2.5e11);
    }

    [TestMethod]
    [DataRow(1e-6, -0.998, 3.949156868407053455491, -999.9388009493115714728, -499908.0497691372593654)]
    [DataRow(0.3, 40.0, -693.7165243478631033727, -35.45454545454545526114, -0.9090909090909091092599)]
    public void UnequalVariancesOnTheLineAgreeWithHighPrecision(double t, double x, double logDensity, double score, double divergence)
    {
        Mixture mixture = Mixture.Gaussians([-1.0, 1.0, 0.25], [0.0, 0.5, 0.125], [0.5, 0.25, 0.25]);
        Assert.AreEqual(logDensity, mixture.LogDensity(t, x, 0), 1e-15 * Math.Abs(logDensity));
        Assert.AreEqual(score, mixture.Score(t, x, 0).X, 1e-15 * Math.Abs(score));
        Assert.AreEqual(0, mixture.Score(t, x, 99).Y);
        Assert.AreEqual(divergence, mixture.DivScore(t, x, 0), 2e-15 * Math.Abs(divergence));
    }

    [TestMethod]
    public void UnequalVariancesInThePlaneAgreeWithHighPrecision()
    {
        Mixture mixture = Mixture.Gaussians(X, Y, [0.1, 0.2, 0.3, 0.05, 0.5], Weights);
        (double x, double y) = mixture.Score(0.01, 0.3, 0.1);
        Assert.AreEqual(-1.950298613841954778562, mixture.LogDensity(0.01, 0.3, 0.1), 1e-15);
        Assert.AreEqual(-0.8196914297874277093328683, x, 4e-15);
        Assert.AreEqual(0.7858806349288712340246, y, 4e-15);
        Assert.AreEqual(-6.535019970471722351354, mixture.DivScore(0.01, 0.3, 0.1), 2e-14);
    }

    [TestMethod]
    public void ScoreAndDivergenceAreDerivativesOfTheLogDensity()
    {
        Gen.Select(Gen.Double[-2, 2], Gen.Double[-2, 2], Gen.Double[0.05, 1], Gen.Double[0, 0.5].Array[5]).Sample((x, y, t, variances) =>
        {
            Mixture mixture = Mixture.Gaussians(X, Y, variances, Weights);
            double Log(double dx, double dy) => mixture.LogDensity(t, x + dx, y + dy);
            (double sx, double sy) = mixture.Score(t, x, y);

            // Richardson's extrapolation of central differences leaves O(h⁴) times sixth derivatives ~ (diameter/2t)⁶ at worst, and
            // rounding/h².
            double h = 0.004 * Math.Sqrt(2 * t);
            double First(Func<double, double> f) => (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
            double Second(Func<double, double> f) => (16 * (f(h) + f(-h)) - f(2 * h) - f(-2 * h) - 30 * f(0)) / (12 * h * h);
            double size = 1 + 2.6 / (2 * t);
            Assert.AreEqual(sx, First(d => Log(d, 0)), 1e-6 * size);
            Assert.AreEqual(sy, First(d => Log(0, d)), 1e-6 * size);
            Assert.AreEqual(mixture.DivScore(t, x, y), Second(d => Log(d, 0)) + Second(d => Log(0, d)), 1e-5 * size * size);
        }, iter: 200);
    }

    [TestMethod]
    public void PointScoreIsTheMeanOfThePosteriorAndItsSlackTheVariance()
    {
        // docs/numerics.md, 2.8, by its own formulas in plain sums.
        Mixture mixture = Mixture.Points(X, Y, Weights);
        Gen.Select(Gen.Double[-2, 2], Gen.Double[-2, 2], Gen.Double[0.1, 2]).Sample((x, y, t) =>
        {
            double total = 0, meanX = 0, meanY = 0, square = 0;
            for (int k = 0; k < X.Length; k++)
            {
                double p = Weights[k] * Math.Exp(-((x - X[k]) * (x - X[k]) + (y - Y[k]) * (y - Y[k])) / (4 * t));
                total += p;
                meanX += p * X[k];
                meanY += p * Y[k];
                square += p * (X[k] * X[k] + Y[k] * Y[k]);
            }

            (meanX, meanY, square) = (meanX / total, meanY / total, square / total);
            (double sx, double sy) = mixture.Score(t, x, y);
            Assert.AreEqual((meanX - x) / (2 * t), sx, 1e-13);
            Assert.AreEqual((meanY - y) / (2 * t), sy, 1e-13);
            double slack = (square - meanX * meanX - meanY * meanY) / (4 * t * t);
            Assert.AreEqual(slack - 1 / t, mixture.DivScore(t, x, y), 1e-12 * (1 + 1 / (t * t)));
        }, iter: 200);
    }

    [TestMethod]
    public void DivergenceOfOnePointIsLiYausBound()
    {
        Assert.AreEqual(-1 / (2 * 0.3), Mixture.Points([0.2]).DivScore(0.3, 7, 0), 1e-15);
        Assert.AreEqual(-1 / 0.3, Mixture.Points([0.2], [0.1], []).DivScore(0.3, 7, -2), 1e-15);
    }

    [TestMethod]
    public void PointsHaveNoScoreAtTimeZero() =>
        Assert.Contains("t = 0", Assert.ThrowsExactly<ArgumentException>(() => Mixture.Points([0.0]).Score(0, 1, 0)).Message);
}
