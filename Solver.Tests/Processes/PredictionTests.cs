using PdeDiffusion.Data;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tests.Processes;

/// <summary>
/// The table of outputs in docs/conventions.md: what a perfect network returns at x = α y, from the posterior means of a mixture, becomes
/// the closed-form score of the heat flow.
/// </summary>
[TestClass]
public sealed class PredictionTests
{
    private static readonly double[] Means = [-1.5, 0.25, 2.0], Variances = [0.04, 0.3, 0.01], Weights = [0.2, 0.5, 0.3];
    private static readonly double[] Positions = [-4.0, -1.45, -0.3, 0, 0.7, 1.99, 5.5];
    private static readonly Mixture Law = Mixture.Gaussians(Means, Variances, Weights);

    private static IEnumerable<object[]> Pairs() =>
        from predicts in Enum.GetValues<Predicts>()
        from process in Processes()
        select new object[] { predicts, process };

    private static IEnumerable<Process> Processes() =>
    [
        new HeatProcess(), new VarianceExploding(0.002, 80), new VariancePreserving(0.1, 20), new SubVariancePreserving(0.1, 20),
        new CosineProcess(0), new CosineProcess(0.008), new AlphaBarProcess([0.999, 0.97, 0.6, 0.2, 0.01]), new RectifiedFlow(),
        new ConditionalTransport(),
    ];

    /// <summary>E[x0 | y] and E[ξ | y] with y = x0 + √(2t) ξ, from the components.</summary>
    private static (double Data, double Noise) Posterior(double time, double y)
    {
        var log = new double[Means.Length];
        for (int k = 0; k < log.Length; k++)
        {
            double total = Variances[k] + 2 * time;
            log[k] = Math.Log(Weights[k]) - 0.5 * Math.Log(total) - (y - Means[k]) * (y - Means[k]) / (2 * total);
        }

        double most = log.Max(), sum = 0, data = 0, noise = 0;
        for (int k = 0; k < log.Length; k++)
        {
            double share = Math.Exp(log[k] - most), total = Variances[k] + 2 * time;
            sum += share;
            data += share * (2 * time * Means[k] + Variances[k] * y) / total;
            noise += share * Math.Sqrt(2 * time) * (y - Means[k]) / total;
        }

        return (data / sum, noise / sum);
    }

    /// <summary>∇log p(x) of the mixture of the scaled variable, from its own components N(α μ, α² s² + σ²).</summary>
    private static double ScaledScore(double alpha, double noise, double x)
    {
        var scaled = Mixture.Gaussians(
            [.. Means.Select(mean => alpha * mean)], [.. Variances.Select(variance => alpha * alpha * variance + noise * noise)], Weights);
        return scaled.Score(0, x, 0).X;
    }

    private static double Output(Predicts predicts, in ProcessLevel level, double y)
    {
        (double data, double noise) = Posterior(level.HeatTime, y);
        double sigma = level.Sigma, sigmaData = Prediction.SigmaDataOfEdm, total = sigma * sigma + sigmaData * sigmaData;
        return predicts switch
        {
            Predicts.Score => ScaledScore(level.Alpha, level.Noise, level.Alpha * y),
            Predicts.Noise => noise,
            Predicts.Data => data,
            Predicts.V => level.Alpha * noise - level.Noise * data,
            Predicts.Velocity => level.AlphaRate * data + level.NoiseRate * noise,
            Predicts.EdmRaw => (data - sigmaData * sigmaData / total * y) / (sigma * sigmaData / Math.Sqrt(total)),
            _ => throw new ArgumentOutOfRangeException(nameof(predicts)),
        };
    }

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void APerfectNetworkGivesTheScore(Predicts predicts, Process process)
    {
        foreach (double time in new[] { 0.001, 0.02, 0.5, 5 })
        {
            ProcessLevel level = process.At(time);
            Prediction map = Prediction.At(predicts, level);
            double[] inputs = new double[Positions.Length], scores = new double[Positions.Length];
            map.Scale(Positions, inputs);
            double[] outputs = [.. Positions.Select(y => Output(predicts, level, y))];
            map.Score(Positions, outputs, scores);
            for (int index = 0; index < Positions.Length; index++)
            {
                double y = Positions[index], exact = Law.Score(time, y, 0).X;

                // Relative to the terms that are added: |y|/2t where the output is not the score itself.
                double size = Math.Abs(exact) + Math.Abs(y) / (2 * time);
                Assert.AreEqual(exact, scores[index], 1e-12 * size, $"t = {time}, y = {y}");
                double scale = predicts == Predicts.EdmRaw ? 1 / Math.Sqrt(2 * time + 0.25) : level.Alpha;
                Assert.AreEqual(scale * y, inputs[index], 1e-15 * Math.Abs(y), $"input at t = {time}, y = {y}");
            }
        }
    }

    /// <summary>The formulas of the two flows, which differ in sign and in the direction of time.</summary>
    [TestMethod]
    public void TheTwoFlowsDifferInSignAndInTheDirectionOfTime()
    {
        const double Time = 0.3;
        double sigma = Math.Sqrt(2 * Time), r = sigma / (1 + sigma), kappa = 1 - r;
        Prediction rectified = Prediction.At(Predicts.Velocity, new RectifiedFlow().At(Time));
        Prediction transport = Prediction.At(Predicts.Velocity, new ConditionalTransport().At(Time));
        foreach ((double y, double v) in new[] { (0.7, 0.2), (-1.2, 3.0) })
        {
            Assert.AreEqual(-(1 - r) * (1 - r) / r * (y + v), rectified.Score(y, v), 1e-13);
            Assert.AreEqual(-kappa * kappa / (1 - kappa) * (y - v), transport.Score(y, v), 1e-13);
            Assert.AreEqual(rectified.Score(y, v), transport.Score(y, -v), 1e-13);
        }
    }

    [TestMethod]
    public void WithoutNoiseOnlyAScoreIsAScore()
    {
        Assert.AreEqual(1, Prediction.At(Predicts.Score, new HeatProcess().At(0)).OfOutput);
        foreach (Predicts predicts in Enum.GetValues<Predicts>().Where(predicts => predicts != Predicts.Score))
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Prediction.At(predicts, new HeatProcess().At(0)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Prediction.At(Predicts.Score, new RectifiedFlow().At(double.PositiveInfinity)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Prediction.At(Predicts.EdmRaw, new HeatProcess().At(1), sigmaData: 0));
    }
}
