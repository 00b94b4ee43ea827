using CsCheck;
using PdeDiffusion.Lanes;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;

namespace PdeDiffusion.Tests.Particles.Scores;

[TestClass]
public sealed class HeatFlowScoreTests
{
    private const double Unit = 1.0 / (1L << 53);

    /// <summary>
    /// The log-sum-exp by the letter, and the scale max|s_i − s_j| of its errors: here the range of the s_i along each axis.
    /// </summary>
    private static (double X, double Y, double Scale) Direct(
        (double[] Weights, double[] X, double[] Y, double[] Variances) data, double t, double x, double y)
    {
        int count = data.X.Length;
        double[] exponents = new double[count], sx = new double[count], sy = new double[count];
        for (int k = 0; k < count; k++)
        {
            double a = data.Variances[k] + 2 * t, dx = data.X[k] - x, dy = data.Y[k] - y;
            exponents[k] = Math.Log(data.Weights[k]) - Math.Log(a) - (dx * dx + dy * dy) / (2 * a);
            (sx[k], sy[k]) = (dx / a, dy / a);
        }

        double largest = exponents.Max(), sum = 0, sumX = 0, sumY = 0;
        for (int k = 0; k < count; k++)
        {
            double weight = Math.Exp(exponents[k] - largest);
            sum += weight;
            sumX += weight * sx[k];
            sumY += weight * sy[k];
        }

        return (sumX / sum, sumY / sum, sx.Max() - sx.Min() + sy.Max() - sy.Min());
    }

    private static void AssertSums((double[] Weights, double[] X, double[] Y, double[] Variances) data, double t, double x, double y)
    {
        var level = new HeatFlowScore(new MixtureComponents(data.Weights, data.X, data.Y, data.Variances), t);
        var (exactX, exactY, scale) = Direct(data, t, x, y);
        level.Evaluate(x, y, ScoreSummation.Plain, out double plainX, out double plainY, out _);
        level.Evaluate(x, y, ScoreSummation.Truncated, out double nearX, out double nearY, out _);

        // A squared distance is good to 4 units of rounding, so an exponent E to 4·2⁻⁵³|E| and a weight to that share. Components that
        // matter have exponents within 60 of the least, so the score is good to twice that share of the range of the s_k, in either sum;
        // and each average of M terms rounds by up to M units of the largest |s_k|.
        double smallest = data.Variances.Min() + 2 * t;
        double nearest = data.X.Zip(data.Y, data.Variances).Min(
            c => (Square(c.First - x) + Square(c.Second - y)) / (2 * (c.Third + 2 * t)));
        double reach = Math.Sqrt(data.X.Zip(data.Y).Max(c => Square(c.First - x) + Square(c.Second - y))) / smallest;
        double tolerance = 16 * Unit * ((nearest + 60 + Math.Abs(Math.Log(smallest))) * scale + data.X.Length * reach);
        Assert.AreEqual(exactX, plainX, tolerance, $"plain x, t = {t}, at ({x}, {y})");
        Assert.AreEqual(exactY, plainY, tolerance, $"plain y, t = {t}, at ({x}, {y})");
        Assert.AreEqual(plainX, nearX, 1e-12 * scale + tolerance, $"truncated x, t = {t}, at ({x}, {y})");
        Assert.AreEqual(plainY, nearY, 1e-12 * scale + tolerance, $"truncated y, t = {t}, at ({x}, {y})");
    }

    private static double Square(double value) => value * value;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PlainAndTruncatedSumsAreTheLogSumExp(bool equal) =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 1000], Gen.Double[-6, 1], Gen.Double[-3, 3], Gen.Double[-3, 3])
            .Sample((count, seed, logTime, x, y) => AssertSums(Mixtures.Blobs(count, seed, equal), Math.Pow(10, logTime), x, y), iter: 300);

    [TestMethod]
    [DataRow(true, 1e-6)]
    [DataRow(true, 1e-3)]
    [DataRow(false, 1e-6)]
    [DataRow(false, 1e-2)]
    public void SumsHoldForManyPointsAndDeepTrees(bool equal, double t)
    {
        var data = Mixtures.Blobs(6000, 5, equal);
        var kernel = new MixtureComponents(data.Weights, data.X, data.Y, data.Variances);
        var level = new HeatFlowScore(kernel, t);
        ParticleEnsemble at = ParticleEnsemble.HeatFlow(kernel, t, 200, 3);
        for (int p = 0; p < at.Count; p++)
        {
            var (exactX, exactY, scale) = Direct(data, t, at.X[p], at.Y[p]);
            foreach (ScoreSummation sum in Enum.GetValues<ScoreSummation>())
            {
                level.Evaluate(at.X[p], at.Y[p], sum, out double scoreX, out double scoreY, out _);
                Assert.AreEqual(exactX, scoreX, 2e-12 * scale);
                Assert.AreEqual(exactY, scoreY, 2e-12 * scale);
            }
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheWidthOfTheRegistersDoesNotChangeABit(bool equal)
    {
        var data = Mixtures.Blobs(700, 8, equal);
        var kernel = new MixtureComponents(data.Weights, data.X, data.Y, data.Variances);
        foreach (double t in new[] { 1, 0.02, 1e-4 })
        {
            var level = new HeatFlowScore(kernel, t);
            ParticleEnsemble at = ParticleEnsemble.HeatFlow(kernel, t, 100, 3);
            for (int p = 0; p < at.Count; p++)
            {
                foreach (ScoreSummation sum in Enum.GetValues<ScoreSummation>())
                {
                    level.Evaluate<Lanes4>(at.X[p], at.Y[p], sum, out double narrowX, out double narrowY, out double narrow);
                    level.Evaluate<Lanes8>(at.X[p], at.Y[p], sum, out double wideX, out double wideY, out double wide);
                    Assert.AreEqual((narrowX, narrowY, narrow), (wideX, wideY, wide));
                }
            }
        }
    }

    [TestMethod]
    public void FarOutsideTheScorePointsAtTheNearestPoint()
    {
        var level = new HeatFlowScore(Mixtures.Points((-1, 0), (1, 0), (1, 0)), 1e-6);
        foreach (ScoreSummation sum in Enum.GetValues<ScoreSummation>())
        {
            level.Evaluate(1e6, 3, sum, out double scoreX, out double scoreY, out double inverse);
            Assert.AreEqual((1 - 1e6) / 2e-6, scoreX, 1e-15 * 1e12);
            Assert.AreEqual(-3 / 2e-6, scoreY, 1e-15 * 1e7);
            Assert.AreEqual(1 / 2e-6, inverse);
        }
    }

    [TestMethod]
    public void TheLineBetweenTwoPointsIsKeptExactly()
    {
        foreach (double t in new[] { 1, 1e-2, 1e-6 })
        {
            foreach (ScoreSummation sum in Enum.GetValues<ScoreSummation>())
            {
                new HeatFlowScore(Mixtures.Points((-1, 0), (1, 0)), t).Evaluate(0, 0.7, sum, out double scoreX, out double scoreY, out _);
                Assert.AreEqual(0.0, scoreX);
                Assert.AreEqual(-0.7 / (2 * t), scoreY, 4 * Unit / t);
            }
        }
    }

    [TestMethod]
    public void PointsInOneDimensionLieOnALine()
    {
        var line = new HeatFlowScore(new MixtureComponents([2, 1, 1], [-1, 0, 2], [], [0.1, 0, 0.3]), 0.2);
        line.Evaluate(0.3, 0, ScoreSummation.Plain, out double score, out double across, out _);
        double[] a = [0.5, 0.4, 0.7], means = [-1, 0, 2], weights = [2, 1, 1];
        double[] p = [.. Enumerable.Range(0, 3).Select(k => weights[k] / Math.Sqrt(a[k]) * Math.Exp(-Square(0.3 - means[k]) / (2 * a[k])))];
        Assert.AreEqual(Enumerable.Range(0, 3).Sum(k => p[k] * (means[k] - 0.3) / a[k]) / p.Sum(), score, 1e-14);
        Assert.AreEqual(0.0, across);
    }

    [TestMethod]
    public void BadMixturesAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new MixtureComponents([], [], [], []));
        Assert.ThrowsExactly<ArgumentException>(() => new MixtureComponents([1, 1], [0], [0], [0]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixtureComponents([0], [0], [0], [0]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixtureComponents([1], [double.NaN], [0], [0]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixtureComponents([1], [0], [0], [-1]));
        Assert.ThrowsExactly<ArgumentException>(() => new HeatFlowScore(Mixtures.Points((0, 0)), 0));
    }
}
