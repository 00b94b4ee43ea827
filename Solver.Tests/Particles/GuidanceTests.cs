using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles;

/// <summary>Where the paths of mixed scores of finite sets end, as docs/guidance.md predicts.</summary>
[TestClass]
public sealed class GuidanceTests
{
    private static readonly double[][] Experts = [[0, 3], [1, 4]];

    private static readonly double[][] Outside = [[0], [1]];

    [TestMethod]
    public void TheLimitPointsOfTheKnownCases()
    {
        AssertLimits(Experts, 0.5, (0.5, false), (2, false), (3.5, false));
        AssertLimits(Outside, 2, (-1, false));
        AssertLimits([[1], [0]], -1, (-1, false));
        AssertLimits([[0], [-1, 1]], 2, (0, true));
        AssertLimits([[0, 2], [0, 1, 2, 3]], 2, (0, false), (2, false));
        AssertLimits([[0, 2], [0, 1, 2, 3]], 1, (0, false), (2, false));
    }

    /// <summary>In the plane: a centre of three points of B, equally near; and a gradient descent of Φ_λ from a thousand places.</summary>
    [TestMethod]
    public void DescentsOfThePotentialEndAtTheLimitPoints()
    {
        (double X, double Y)[] triangle = [(1, 0), (-0.5, Math.Sqrt(0.75)), (-0.5, -Math.Sqrt(0.75))];
        LimitPoint centre = LimitPoints.Of([(0, 0)], triangle, 2)!.Single();
        Assert.AreEqual(new LimitPoint(0, 0, true), centre with { X = Math.Round(centre.X, 12) + 0.0, Y = Math.Round(centre.Y, 12) + 0.0 });

        var random = new Random(3);
        for (int trial = 0; trial < 60; trial++)
        {
            (double X, double Y)[] first = Places(), second = Places();
            double weight = -1 + 4 * random.NextDouble();
            IReadOnlyList<LimitPoint> limits = LimitPoints.Of(first, second, weight)!;
            Assert.IsNotEmpty(limits);
            foreach (LimitPoint limit in limits)
            {
                // A minimum: no place nearby is lower.
                double own = LimitPoints.Potential((limit.X, limit.Y), first, second, weight);
                for (int direction = 0; direction < 16; direction++)
                {
                    (double sine, double cosine) = Math.SinCos(0.1 + direction * Math.PI / 8);
                    double near = LimitPoints.Potential((limit.X + 1e-4 * cosine, limit.Y + 1e-4 * sine), first, second, weight);
                    Assert.IsGreaterThan(own, near, $"{limit} of weight {weight}");
                }
            }

            // The lowest of many places is no lower than the lowest limit.
            double least = limits.Min(limit => LimitPoints.Potential((limit.X, limit.Y), first, second, weight));
            for (int place = 0; place < 2000; place++)
            {
                (double, double) at = (-12 + 24 * random.NextDouble(), -12 + 24 * random.NextDouble());
                Assert.IsGreaterThanOrEqualTo(least - 1e-9, LimitPoints.Potential(at, first, second, weight));
            }
        }

        (double X, double Y)[] Places() =>
            [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (4 * random.NextDouble() - 2, 4 * random.NextDouble() - 2))];
    }

    /// <summary>
    /// ε = 0: |X − c| ≤ 1.2 |X_T − c| √(t/T) for 98 % of the particles, and |X − c| falls by 10 while t falls by 100. Those near the edge
    /// of a basin arrive later: T of the experts is small against the squared distance of their limit points.
    /// </summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PathsEndAtTheLimitPointsAsTheRootOfT(bool experts)
    {
        double[][] sets = experts ? Experts : Outside;
        double weight = experts ? 0.5 : 2, end = experts ? 0.05 : 1;
        double[] limits = experts ? [0.5, 2, 3.5] : [-1];
        ParticleEnsemble start = ParticleEnsemble.Gaussian(1000, [experts ? 2 : 0], 1.1, 3), last = start.Copy();
        ParticleEnsemble middle = Move(sets, weight, 0, last, end, 1e-4 * end, 400, 200);
        int within = 0;
        for (int p = 0; p < 1000; p++)
        {
            double limit = limits.MinBy(c => Math.Abs(last.X[p] - c)), distance = Math.Abs(last.X[p] - limit);
            within += distance <= 1.2 * Math.Abs(start.X[p] - limit) * 1e-2 ? 1 : 0;
            if (distance > 1e-12)
                Assert.AreEqual(10, Math.Abs(middle.X[p] - limit) / distance, 0.5);
        }

        Assert.IsGreaterThanOrEqualTo(980, within);
    }

    /// <summary>ε > 0: (X − c)/√t → N(0, 2), so the root mean square is √(2t).</summary>
    [TestMethod]
    [DataRow(true, 1.0)]
    [DataRow(false, 1.0)]
    [DataRow(false, 0.7)]
    public void WithNoiseTheSpreadIsThatOfTheHeatKernel(bool experts, double epsilon)
    {
        double[][] sets = experts ? Experts : Outside;
        double[] limits = experts ? [0.5, 2, 3.5] : [-1];
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(8000, [experts ? 2 : 0], 1.1, 4);
        Move(sets, experts ? 0.5 : 2, epsilon, particles, 0.1, 1e-6, 400, 1);
        double square = particles.X.ToArray().Select(x => Math.Pow(x - limits.MinBy(c => Math.Abs(x - c)), 2)).Average();
        Assert.AreEqual(1, Math.Sqrt(square / 2e-6), 0.05);
    }

    /// <summary>The same per axis in the plane: experts on the corners of two squares, which are products of those on the line.</summary>
    [TestMethod]
    public void WithNoiseTheSpreadInThePlaneIsThatOfTheHeatKernelPerAxis()
    {
        using var team = new WorkerTeam(2);
        Mixture Square(double low, double high) => Mixture.Points([low, low, high, high], [low, high, low, high], []);
        Mixture first = Square(0, 3), second = Square(1, 4);
        var flow = new ParticleFlow(
            () => new MixedPointScore(
                [new MixturePointScore(MixtureComponents.Of(first)), new MixturePointScore(MixtureComponents.Of(second))], [0.5, 0.5]),
            ParticleScheme.Exponential, 0.6, 7, team);
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(6000, [2, 2], 1.1, 4);
        const int Steps = 300;
        double At(int step) => 0.1 * Math.Pow(1e-5, (double)step / Steps);
        for (int step = 0; step < Steps; step++)
            flow.Step(particles, step, At(step), At(step + 1));
        double[] limits = [0.5, 2, 3.5];
        foreach (double[] coordinates in new[] { particles.X.ToArray(), particles.Y.ToArray() })
        {
            double square = coordinates.Average(x => Math.Pow(x - limits.MinBy(c => Math.Abs(x - c)), 2));
            Assert.AreEqual(1, Math.Sqrt(square / 2e-6), 0.05);
        }
    }

    [TestMethod]
    public void PathsEndOnARidgeFasterThanT()
    {
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(1000, [0], 3, 5);
        Move([[0], [-1, 1]], 2, 0, particles, 1, 1e-3, 400, 1);
        Assert.IsLessThanOrEqualTo(1e-3, particles.X.ToArray().Max(Math.Abs));
    }

    /// <summary>True guidance, K1 ⊂ K2: only K1.</summary>
    [TestMethod]
    public void NestedSupportsEndAtTheSmallerOne()
    {
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(1000, [1.5], 3, 5);
        Move([[0, 2], [0, 1, 2, 3]], 2, 0, particles, 1, 1e-4, 400, 1);
        (double[] shares, double rest) = LimitPoints.Shares(
            LimitPoints.Of([(0, 0), (2, 0)], [(0, 0), (1, 0), (2, 0), (3, 0)], 2)!, particles, 3 * Math.Sqrt(2e-4));
        Assert.HasCount(2, shares);
        Assert.IsTrue(shares.All(share => share > 0.2));
        Assert.AreEqual(0, rest, 0.01);
        Assert.AreEqual(1, shares.Sum() + rest, 1e-12);
    }

    private static void AssertLimits(double[][] sets, double weight, params (double X, bool IsRidge)[] expected)
    {
        (double, double)[][] places = [.. sets.Select(set => set.Select(x => (x, 0.0)).ToArray())];
        LimitPoint[] limits = [.. LimitPoints.Of(places[0], places[1], weight)!.OrderBy(limit => limit.X)];
        Assert.HasCount(expected.Length, limits);
        foreach (((double x, bool isRidge), LimitPoint limit) in expected.Zip(limits))
        {
            Assert.AreEqual(x, limit.X, 1e-12);
            Assert.AreEqual(isRidge, limit.IsRidge);
        }
    }

    /// <summary>Moves particles by exponential steps; returns them after some of the steps.</summary>
    private static ParticleEnsemble Move(
        double[][] sets, double weight, double epsilon, ParticleEnsemble particles, double end, double stop, int steps, int kept)
    {
        using var team = new WorkerTeam(2);
        var flow = new ParticleFlow(
            () => new MixedPointScore(
                [.. sets.Select(set => new MixturePointScore(MixtureComponents.Of(Mixture.Points(set))))], [weight, 1 - weight]),
            ParticleScheme.Exponential, epsilon, 7, team);
        ParticleEnsemble copy = particles.Copy();
        double At(int step) => end * Math.Pow(stop / end, (double)step / steps);
        for (int step = 0; step < steps; step++)
        {
            flow.Step(particles, step, At(step), At(step + 1));
            copy = step + 1 == kept ? particles.Copy() : copy;
        }

        return copy;
    }
}
