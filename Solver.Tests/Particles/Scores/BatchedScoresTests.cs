using PdeDiffusion.Lanes;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles.Scores;

[TestClass]
public sealed class BatchedScoresTests
{
    private const int Crowd = 50_000;

    /// <summary>Particles of the heat flow, and some that are nowhere near the data.</summary>
    private static ParticleEnsemble Spread(MixtureComponents kernel, double t, int count)
    {
        ParticleEnsemble law = ParticleEnsemble.HeatFlow(kernel, t, count, 3), wide = ParticleEnsemble.HeatFlow(kernel, 10, 200, 4);
        return ParticleEnsemble.At([.. law.X, .. wide.X], kernel.Dimension == 1 ? [] : [.. law.Y, .. wide.Y]);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.1)]
    [DataRow(0.01)]
    [DataRow(0.003)]
    public void ScoresAreThePlainSumToOneInATrillionOfTheirScale(double t)
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        AssertPlain(new MixtureComponents(weights, x, y, variances), t);
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(0.01)]
    public void WeightsThatDifferAndALineToo(double t)
    {
        var (weights, x, y, _) = Mixtures.Blobs(1000, 6, equal: false);
        AssertPlain(new MixtureComponents(weights, x, y, new double[1000]), t);
        AssertPlain(new MixtureComponents(weights, x, [], new double[1000]), t);
        AssertPlain(new MixtureComponents(weights, x, y, [.. Enumerable.Repeat(0.02, 1000)]), t);
    }

    [TestMethod]
    public void PointsOnALatticeWithFarOnesBetween()
    {
        // Between two far clusters of equal weight the components of one box lie far apart: there it must take the plain sum.
        double[] x = [.. Enumerable.Range(0, 1000).Select(k => (k % 2 == 0 ? -4 : 4) + 0.01 * (k / 2 % 25))];
        double[] y = [.. Enumerable.Range(0, 1000).Select(k => 0.01 * (k / 50))];
        AssertPlain(new MixtureComponents([.. Enumerable.Repeat(1.0, 1000)], x, y, new double[1000]), 0.05);
    }

    [TestMethod]
    [DataRow(0.1, 950)]
    [DataRow(0.01, 3000)]
    [DataRow(0.003, 9000)]
    public void SumsInBoxesThatAreNotCrowdedToo(double t, int expected)
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        AssertPlain(new MixtureComponents(weights, x, y, variances), t, expected);
        (weights, x, y, _) = Mixtures.Blobs(1000, 6, equal: false);
        AssertPlain(new MixtureComponents(weights, x, y, new double[1000]), t, expected);
    }

    [TestMethod]
    public void ComponentsTooFarApartForABoxAreRefusedAndTheirParticlesSumOneByOne()
    {
        double[] x = [.. Enumerable.Range(0, 1000).Select(k => (k % 2 == 0 ? -4 : 4) + 1e-6 * k)];
        var kernel = new MixtureComponents([.. Enumerable.Repeat(1.0, 1000)], x, [], new double[1000]);
        var level = new HeatFlowScore(kernel, 2e-5);
        double half = 0.31 * Math.Sqrt(2 * level.CommonVariance);
        var components = new BoxComponents(kernel.X.Length);
        Assert.IsTrue(level.TryGather<Lanes4>(components, -4, 0, half, half));
        Assert.IsFalse(level.TryGather<Lanes4>(components, 5e-4, 0, half, half));
        using var team = new WorkerTeam(1);
        var boxes = new BatchedScores(kernel, Crowd, team);
        Assert.IsTrue(boxes.Prepare(level));
        boxes.Evaluate(new[] { 5e-4, 1e-3 }, new double[2]);
        level.Evaluate(5e-4, 0, ScoreSummation.Truncated, out double one, out _, out _);
        level.Evaluate(1e-3, 0, ScoreSummation.Truncated, out double other, out _, out _);
        CollectionAssert.AreEqual(new[] { one, other }, boxes.X[..2]);
    }

    private static void AssertPlain(MixtureComponents kernel, double t, int expected = Crowd)
    {
        using var team = new WorkerTeam(2);
        var level = new HeatFlowScore(kernel, t);
        var boxes = new BatchedScores(kernel, expected, team);
        Assert.IsTrue(boxes.Prepare(level), $"boxes pay at t = {t}");
        ParticleEnsemble at = Spread(kernel, t, 3000);
        boxes.Evaluate(at.PositionsX, at.PositionsY);
        double diameter = Math.Sqrt(Square(kernel.Right - kernel.Left) + Square(kernel.Top - kernel.Bottom));
        double variance = level.SmallestVariance, worst = 0;
        for (int p = 0; p < at.Count; p++)
        {
            level.Evaluate(at.X[p], at.Y[p], ScoreSummation.Plain, out double exactX, out double exactY, out _);

            // The plain sum rounds too: exponents of size E to 4·2⁻⁵³ E, and positions to a unit of their own (HeatFlowScoreTests).
            double nearest = Math.Sqrt(Square(Math.Max(0, Math.Max(kernel.Left - at.X[p], at.X[p] - kernel.Right)))
                + Square(Math.Max(0, Math.Max(kernel.Bottom - at.Y[p], at.Y[p] - kernel.Top))));
            double rounding = Math.ScaleB(16, -53) * ((Square(nearest + diameter) / (2 * variance) + 60) * diameter + nearest) / variance;
            double tolerance = 1e-12 * diameter / variance + rounding;
            double error = Math.Max(Math.Abs(boxes.X[p] - exactX), Math.Abs(boxes.Y[p] - exactY));
            worst = Math.Max(worst, error / tolerance);
            Assert.IsLessThanOrEqualTo(tolerance, error, $"t = {t}, at ({at.X[p]}, {at.Y[p]})");
        }

        Assert.IsGreaterThan(0.0, worst, "some boxes did not take the plain sum");
    }

    [TestMethod]
    [DataRow(Crowd)]
    [DataRow(5000)]
    public void AScoreDependsOnItsPlaceOnlyAndNotOnTheThreads(int expected)
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        var kernel = new MixtureComponents(weights, x, y, variances);
        var level = new HeatFlowScore(kernel, 0.02);
        ParticleEnsemble many = Spread(kernel, 0.02, 2000), few = ParticleEnsemble.At(many.X[..37], many.Y[..37]);
        double[][] scores = [.. new[] { (1, many), (3, many), (1, few) }.Select(row =>
        {
            using var team = new WorkerTeam(row.Item1);
            var boxes = new BatchedScores(kernel, expected, team);
            Assert.IsTrue(boxes.Prepare(level));
            boxes.Evaluate(row.Item2.PositionsX, row.Item2.PositionsY);
            return boxes.X[..row.Item2.Count].Concat(boxes.Y[..row.Item2.Count]).ToArray();
        })];
        CollectionAssert.AreEqual(scores[0], scores[1]);
        CollectionAssert.AreEqual(scores[0][..37], scores[2][..37]);
        CollectionAssert.AreEqual(scores[0][many.Count..(many.Count + 37)], scores[2][37..]);
    }

    [TestMethod]
    public void TheWidthOfTheRegistersDoesNotChangeABit()
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        var level = new HeatFlowScore(new MixtureComponents(weights, x, y, variances), 0.05);
        double half = 0.1, reach = half * Math.Sqrt(2);
        int[] order = [.. Enumerable.Range(0, LocalExpansion.Group)];
        double[] atX = [.. order.Select(p => -1.2 + half * Math.Sin(p))], atY = [.. order.Select(p => -0.5 + half * Math.Cos(p))];
        double[] wideX = new double[order.Length], wideY = new double[order.Length];
        double[] narrowX = new double[order.Length], narrowY = new double[order.Length];
        var expansion = new LocalExpansion(2);
        var components = new BoxComponents(1000);
        foreach (bool expanded in new[] { true, false })
        {
            Assert.IsTrue(level.TryGather<Lanes8>(components, -1.2, -0.5, half, reach));
            if (expanded)
            {
                Assert.IsTrue(expansion.TryExpand<Lanes8>(components));
                expansion.Evaluate<LanePair<Lanes8>>(order, atX, atY, wideX, wideY);
            }
            else
            {
                components.Evaluate<Lanes8>(order, atX, atY, wideX, wideY);
            }

            Assert.IsTrue(level.TryGather<Lanes4>(components, -1.2, -0.5, half, reach));
            if (expanded)
            {
                Assert.IsTrue(expansion.TryExpand<Lanes4>(components));
                expansion.Evaluate<LanePair<LanePair<Lanes4>>>(order, atX, atY, narrowX, narrowY);
            }
            else
            {
                components.Evaluate<Lanes4>(order, atX, atY, narrowX, narrowY);
            }

            CollectionAssert.AreEqual(wideX, narrowX);
            CollectionAssert.AreEqual(wideY, narrowY);
        }
    }

    [TestMethod]
    public void StepsWithBoxesAllocateNothing()
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        var kernel = new MixtureComponents(weights, x, y, variances);
        using var team = new WorkerTeam(1);
        var flow = new ParticleFlow(kernel, ParticleScheme.EulerMaruyama, 0.2, 1, ScoreSummation.Truncated, team, Crowd);
        Assert.AreEqual(0, ParticleFlowTests.AllocatedAfterTenSteps(flow, kernel, 500, Mixtures.Falling(1, 1e-3, 60)));
    }

    [TestMethod]
    public void BoxesPayWhereManyParticlesShareOne()
    {
        var (weights, x, y, variances) = Mixtures.Blobs(1000, 5, equal: true);
        var kernel = new MixtureComponents(weights, x, y, variances);
        using var team = new WorkerTeam(1);
        Assert.IsTrue(new BatchedScores(kernel, 10_000, team).Prepare(new HeatFlowScore(kernel, 0.1)));
        Assert.IsFalse(new BatchedScores(kernel, 500, team).Prepare(new HeatFlowScore(kernel, 0.1)), "few particles");
        Assert.IsFalse(new BatchedScores(kernel, 10_000, team).Prepare(new HeatFlowScore(kernel, 1e-4)), "few points to a particle");
    }

    private static double Square(double value) => value * value;
}
