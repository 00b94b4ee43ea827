using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles;

[TestClass]
public sealed class ParticleFlowTests
{
    private static readonly (double X, double Y)[] Triangle = [(-1, -0.5), (1.2, -0.2), (0.1, 1.4)];

    private static MixtureComponents BlobKernel(int count)
    {
        var (weights, x, y, variances) = Mixtures.Blobs(count, 11, equal: true);
        return new MixtureComponents(weights, x, y, variances);
    }

    private static ParticleEnsemble Generate(
        MixtureComponents kernel, ParticleScheme scheme, double epsilon, ParticleEnsemble start, double[] times, int threads = 2,
        ScoreSummation sum = ScoreSummation.Truncated, ulong seed = 1)
    {
        using var team = new WorkerTeam(threads);
        ParticleEnsemble particles = ParticleEnsemble.At(start.X, start.Dimension == 2 ? start.Y : []);
        new ParticleFlow(kernel, scheme, epsilon, seed, sum, team).Run(particles, times, 0);
        return particles;
    }

    [TestMethod]
    [DataRow(ParticleScheme.EulerMaruyama, 0.2)]
    [DataRow(ParticleScheme.Exponential, 1.0)]
    [DataRow(ParticleScheme.DormandPrince, 0.0)]
    public void ThreadsAndNeighboursDoNotChangeABit(ParticleScheme scheme, double epsilon)
    {
        MixtureComponents kernel = BlobKernel(200);
        double[] times = Mixtures.Falling(1, 1e-3, 12);
        ParticleEnsemble many = ParticleEnsemble.HeatFlow(kernel, 1, 1001, 4), few = ParticleEnsemble.HeatFlow(kernel, 1, 70, 4);
        ParticleEnsemble one = Generate(kernel, scheme, epsilon, many, times, threads: 1);
        ParticleEnsemble two = Generate(kernel, scheme, epsilon, many, times, threads: 3);
        CollectionAssert.AreEqual(one.X.ToArray(), two.X.ToArray());
        CollectionAssert.AreEqual(one.Y.ToArray(), two.Y.ToArray());
        ParticleEnsemble alone = Generate(kernel, scheme, epsilon, few, times, threads: 1);
        CollectionAssert.AreEqual(one.X[..70].ToArray(), alone.X.ToArray());
        ParticleEnsemble other = Generate(kernel, scheme, epsilon, few, times, seed: 2);
        Assert.AreEqual(epsilon == 0, other.X[0] == alone.X[0]);
    }

    [TestMethod]
    public void TheOdeMethodHasOrderFive()
    {
        MixtureComponents kernel = Mixtures.Points(Triangle);
        ParticleEnsemble start = ParticleEnsemble.HeatFlow(kernel, 1, 40, 8);
        ParticleEnsemble Solve(int steps) => Generate(kernel, ParticleScheme.DormandPrince, 0, start, Mixtures.Falling(1, 0.05, steps));
        ParticleEnsemble exact = Solve(1024);
        int[] counts = [48, 96, 192];
        double[] errors = [.. counts.Select(steps =>
        {
            ParticleEnsemble end = Solve(steps);
            return Enumerable.Range(0, end.Count).Max(p => Math.Max(Math.Abs(end.X[p] - exact.X[p]), Math.Abs(end.Y[p] - exact.Y[p])));
        })];
        double slope = Math.Log(errors[0] / errors[2]) / Math.Log((double)counts[2] / counts[0]);
        Assert.IsTrue(slope is > 4.7 and < 5.6, $"order {slope}, errors {string.Join(" ", errors)}");
    }

    [TestMethod]
    public void TheOdeMethodFollowsGaussiansToTimeZero()
    {
        // X − μ is proportional to √a: linear in e^θ, which the method must resolve to its order down to t = 0.
        var kernel = new MixtureComponents([1], [0.4], [-0.3], [0.25]);
        double[] times = [.. Enumerable.Range(0, 41).Select(k => 1 - k / 40.0)];
        ParticleEnsemble end = Generate(kernel, ParticleScheme.DormandPrince, 0, ParticleEnsemble.At([2.4], [1.7]), times);
        double factor = Math.Sqrt(0.25 / 2.25);
        Assert.AreEqual(0.4 + 2 * factor, end.X[0], 1e-8);
        Assert.AreEqual(-0.3 + 2 * factor, end.Y[0], 1e-8);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(3.0)]
    public void TheExponentialStepIsTheExactAffineMapOfGaussianData(double epsilon)
    {
        const double From = 2, To = 0.01, Variance = 0.3;
        var kernel = new MixtureComponents([1], [0.4], [-0.3], [Variance]);
        double start = Variance + 2 * From, end = Variance + 2 * To, ratio = end / start;
        ParticleEnsemble centre = Generate(kernel, ParticleScheme.Exponential, epsilon, ParticleEnsemble.At([0.4], [-0.3]), [From, To]);
        ParticleEnsemble apart = Generate(kernel, ParticleScheme.Exponential, epsilon, ParticleEnsemble.At([5.4], [-7.3]), [From, To]);
        Assert.AreEqual(5 * Math.Pow(ratio, (1 + epsilon) / 2), apart.X[0] - centre.X[0], 1e-14);
        Assert.AreEqual(-7 * Math.Pow(ratio, (1 + epsilon) / 2), apart.Y[0] - centre.Y[0], 1e-14);

        // The same noise, scaled by √V; ε = 1 and a step so long that V/a is 1 − 1e-12 gives the noise itself.
        var dirac = new MixtureComponents([1], [0], [0], [1e-12]);
        ParticleEnsemble noise = Generate(dirac, ParticleScheme.Exponential, 1, ParticleEnsemble.At([0], [0]), [0.5, 0]);
        double deviation = Math.Sqrt(end * (1 - Math.Pow(ratio, epsilon)));
        Assert.AreEqual(0.4 + deviation * noise.X[0] / 1e-6, centre.X[0], 1e-11);
        Assert.AreEqual(-0.3 + deviation * noise.Y[0] / 1e-6, centre.Y[0], 1e-11);
    }

    [TestMethod]
    public void GaussianLawsAreReachedWithinTheSamplingError()
    {
        const int Count = 100_000;
        const double Epsilon = 0.5, From = 1, To = 0.02, Variance = 0.2, StartVariance = 3;
        var kernel = new MixtureComponents([1], [0.2], [-1], [Variance]);
        ParticleEnsemble start = ParticleEnsemble.Gaussian(Count, [1.5, 0.5], StartVariance, 21);
        ParticleEnsemble end = Generate(kernel, ParticleScheme.Exponential, Epsilon, start, Mixtures.Falling(From, To, 5));

        // docs/numerics.md, 4.1. Five standard deviations: a chance of 6e-7 for each of the four numbers, once for this seed.
        double a = Variance + 2 * To, ratio = a / (Variance + 2 * From), factor = Math.Pow(ratio, (1 + Epsilon) / 2);
        double variance = a + (StartVariance - Variance - 2 * From) * factor * factor;
        double[] means = [0.2 + 1.3 * factor, -1 + 1.5 * factor];
        for (int axis = 0; axis < 2; axis++)
        {
            double[] values = (axis == 0 ? end.X : end.Y).ToArray();
            double mean = values.Average();
            Assert.AreEqual(means[axis], mean, 5 * Math.Sqrt(variance / Count));
            Assert.AreEqual(variance, values.Sum(v => (v - mean) * (v - mean)) / Count, 5 * variance * Math.Sqrt(2.0 / Count));
        }
    }

    [TestMethod]
    public void AnEulerStepIsItsFormula()
    {
        MixtureComponents kernel = Mixtures.Points(Triangle);
        ParticleEnsemble end = Generate(kernel, ParticleScheme.EulerMaruyama, 0, ParticleEnsemble.At([0.3], [0.9]), [0.5, 0.4]);
        new HeatFlowScore(kernel, 0.5).Evaluate(0.3, 0.9, ScoreSummation.Plain, out double scoreX, out double scoreY, out _);
        Assert.AreEqual(0.3 + 0.1 * scoreX, end.X[0], 1e-14);
        Assert.AreEqual(0.9 + 0.1 * scoreY, end.Y[0], 1e-14);
    }

    [TestMethod]
    public void TrajectoriesOfTwoDiracsEndWhereTheTheorySays()
    {
        MixtureComponents kernel = Mixtures.Points((-1, 0), (1, 0));
        double[] x = [-2, -0.7, -0.2, 0, 0, 0.2, 0.7, 2], y = [1, -1.5, 0.3, 2, -0.4, 0.6, -2, 0];
        double[] times = Mixtures.Falling(1, 1e-5, 300);
        using var team = new WorkerTeam(2);
        ParticleEnsemble particles = ParticleEnsemble.At(x, y);
        Trajectories paths = new ParticleFlow(kernel, ParticleScheme.DormandPrince, 0, 0, ScoreSummation.Plain, team)
            .Run(particles, times, 6);
        Assert.AreEqual(6, paths.Particles);
        Assert.AreEqual(-0.2, paths.X(0)[2]);
        Assert.AreEqual(particles.X[5], paths.X(300)[5]);
        for (int p = 0; p < x.Length; p++)
        {
            // The posterior mean has y = 0, so y = y_T √(t/T). For x: by t = 0.05 all of these are captured, |x − x_i| ≤ 1, and then
            // falls like √t.
            Assert.AreEqual(y[p] * Math.Sqrt(1e-5), particles.Y[p], 1e-9);
            Assert.AreEqual(Math.Sign(x[p]), particles.X[p], x[p] == 0 ? 0 : Math.Sqrt(1e-5 / 0.05));
        }

        foreach (int level in new[] { 10, 150, 300 })
            Assert.AreEqual(0.0, paths.X(level)[3]);
    }

    [TestMethod]
    [DataRow(ParticleScheme.Exponential)]
    [DataRow(ParticleScheme.DormandPrince)]
    public void TheDistanceToTheHullFallsLikeTheSquareRootOfTime(ParticleScheme scheme)
    {
        MixtureComponents kernel = Mixtures.Points(Triangle);
        double[] times = Mixtures.Falling(2, 1e-4, 120);
        using var team = new WorkerTeam(2);
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(200, [0, 0], 6, 2);
        Trajectories paths = new ParticleFlow(kernel, scheme, 0, 0, ScoreSummation.Truncated, team).Run(particles, times, 200);

        // The exponential step obeys the inequality exactly: rounding of positions of size 10, and 1e-12 diameters of truncation a step.
        // The ODE method does up to its error, which for 120 steps is below 1e-7.
        double tolerance = scheme == ParticleScheme.Exponential ? 1e-11 : 1e-7;
        for (int level = 1; level < times.Length; level++)
        {
            for (int p = 0; p < 200; p++)
            {
                double bound = Math.Sqrt(times[level] / times[0]) * DistanceToTriangle(paths.X(0)[p], paths.Y(0)[p]);
                double distance = DistanceToTriangle(paths.X(level)[p], paths.Y(level)[p]);
                Assert.IsTrue(distance <= bound + tolerance, $"particle {p}, level {level}: {distance} > {bound}");
            }
        }
    }

    [TestMethod]
    public void ParticlesInCoresAreMemorised()
    {
        const double Gamma = 0.8;
        var random = new Random(6);
        (double X, double Y)[] points = [.. Enumerable.Range(0, 7).Select(_ => (4 * random.NextDouble() - 2, 4 * random.NextDouble() - 2))];
        MixtureComponents kernel = Mixtures.Points(points);
        var cores = new VoronoiCores(points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), -3, 3, -3, 3);
        double from = Gamma / 160, to = 1e-7;
        double[] x = [.. Enumerable.Range(0, 2000).Select(_ => 6 * random.NextDouble() - 3)];
        double[] y = [.. x.Select(_ => 6 * random.NextDouble() - 3)];
        ParticleEnsemble start = ParticleEnsemble.At(x, y);
        foreach (ParticleScheme scheme in new[] { ParticleScheme.DormandPrince, ParticleScheme.Exponential })
        {
            ParticleEnsemble end = Generate(kernel, scheme, 0, start, Mixtures.Falling(from, to, 60));
            Assert.AreEqual(1.0, cores.MemorisedShare(start, end, Gamma));
            int inside = 0;
            for (int p = 0; p < x.Length; p++)
            {
                int core = cores.IndexOf(x[p], y[p], Gamma);
                if (core < 0)
                    continue;

                // The others weigh at most 6 e^{−40} < 3e-17 together: |X − x_i| falls like √t; 60 steps of Dormand–Prince follow it to
                // 1e-6.
                double first = Distance(x[p], y[p], points[core]), last = Distance(end.X[p], end.Y[p], points[core]);
                Assert.AreEqual(first * Math.Sqrt(to / from), last, 1e-6);
                inside++;
            }

            Assert.IsTrue(inside > 200);
        }
    }

    [TestMethod]
    public void ReverseDiffusionWithTheExactScoreDrawsFromTheHeatFlow()
    {
        const int Count = 5000;
        var kernel = new MixtureComponents([0.5, 0.3, 0.2], [-1.5, 1.2, 0.3], [-0.5, 0.9, -1.4], [0.15, 0.05, 0.1]);
        ParticleEnsemble start = ParticleEnsemble.HeatFlow(kernel, 1, Count, 31);
        ParticleEnsemble exact = ParticleEnsemble.HeatFlow(kernel, 0.01, Count, 32);

        // Kolmogorov–Smirnov, two samples of n: the distance exceeds √(−ln(α/2)/n) with probability α = 1e-3 or less.
        double critical = Math.Sqrt(-Math.Log(0.5e-3) / Count);
        foreach (ParticleScheme scheme in new[] { ParticleScheme.Exponential, ParticleScheme.EulerMaruyama })
        {
            ParticleEnsemble end = Generate(kernel, scheme, 1, start, Mixtures.Falling(1, 0.01, 300));
            foreach (var (a, b) in new[] { (1.0, 0.0), (0.0, 1.0), (0.6, 0.8) })
                Assert.IsTrue(KolmogorovSmirnov(Project(end, a, b), Project(exact, a, b)) < critical, $"{scheme} along ({a}, {b})");
            Assert.IsTrue(KolmogorovSmirnov(Project(start, 1, 0), Project(exact, 1, 0)) > critical, "the test tells T from stop");
        }
    }

    [TestMethod]
    public void OneDimensionStaysOnItsLine()
    {
        var kernel = new MixtureComponents([1, 1], [-1, 1], [], [0, 0]);
        ParticleEnsemble start = ParticleEnsemble.Gaussian(100, [0], 2, 5);
        ParticleEnsemble end = Generate(kernel, ParticleScheme.EulerMaruyama, 0.5, start, Mixtures.Falling(1, 0.01, 20));
        Assert.AreEqual(1, end.Dimension);
        Assert.IsTrue(end.Y.IndexOfAnyExcept(0.0) < 0);
    }

    [TestMethod]
    [DataRow(ParticleScheme.EulerMaruyama, 0.2)]
    [DataRow(ParticleScheme.Exponential, 0.2)]
    [DataRow(ParticleScheme.DormandPrince, 0.0)]
    public void StepsAllocateNothing(ParticleScheme scheme, double epsilon)
    {
        MixtureComponents kernel = BlobKernel(100);
        using var team = new WorkerTeam(1);
        var flow = new ParticleFlow(kernel, scheme, epsilon, 1, ScoreSummation.Truncated, team);
        Assert.AreEqual(0, AllocatedAfterTenSteps(flow, kernel, 300, Mixtures.Falling(1, 0.01, 110)));
    }

    /// <summary>Bytes that the steps of a flow from the eleventh on allocate.</summary>
    internal static long AllocatedAfterTenSteps(ParticleFlow flow, MixtureComponents kernel, int count, double[] times)
    {
        return Allocations.LeastOf(4, Started, particles => Steps(particles, 10, times.Length - 1));

        ParticleEnsemble Started()
        {
            ParticleEnsemble particles = ParticleEnsemble.HeatFlow(kernel, 1, count, 1);
            Steps(particles, 0, 10);
            return particles;
        }

        void Steps(ParticleEnsemble particles, int from, int to)
        {
            for (int k = from; k < to; k++)
                flow.Step(particles, k, times[k], times[k + 1]);
        }
    }

    [TestMethod]
    public void BadRunsAreRefused()
    {
        using var team = new WorkerTeam(1);
        MixtureComponents kernel = Mixtures.Points((0, 0));
        Assert.ThrowsExactly<ArgumentException>(
            () => new ParticleFlow(kernel, ParticleScheme.DormandPrince, 0.1, 0, ScoreSummation.Plain, team));
        Assert.ThrowsExactly<ArgumentException>(
            () => new ParticleFlow(kernel, ParticleScheme.Exponential, -1, 0, ScoreSummation.Plain, team));
        var flow = new ParticleFlow(kernel, ParticleScheme.Exponential, 0, 0, ScoreSummation.Plain, team);
        ParticleEnsemble plane = ParticleEnsemble.At([0], [0]);
        Assert.ThrowsExactly<ArgumentException>(() => flow.Run(plane, [1, 0], 0));
        Assert.ThrowsExactly<ArgumentException>(() => flow.Run(plane, [0.5, 1], 0));
        Assert.ThrowsExactly<ArgumentException>(() => flow.Run(ParticleEnsemble.At([0], []), [1, 0.5], 0));
        Assert.ThrowsExactly<ArgumentException>(() => ParticleEnsemble.At([double.NaN], []));
        Assert.ThrowsExactly<ArgumentException>(() => ParticleEnsemble.At([], []));
    }

    private static double Distance(double x, double y, (double X, double Y) point) =>
        Math.Sqrt((x - point.X) * (x - point.X) + (y - point.Y) * (y - point.Y));

    private static double DistanceToTriangle(double x, double y)
    {
        double least = double.PositiveInfinity;
        bool inside = true;
        for (int k = 0; k < 3; k++)
        {
            var (a, b) = (Triangle[k], Triangle[(k + 1) % 3]);
            var (dx, dy) = (b.X - a.X, b.Y - a.Y);
            inside &= dx * (y - a.Y) - dy * (x - a.X) >= 0;
            double share = Math.Clamp(((x - a.X) * dx + (y - a.Y) * dy) / (dx * dx + dy * dy), 0, 1);
            least = Math.Min(least, Distance(x, y, (a.X + share * dx, a.Y + share * dy)));
        }

        return inside ? 0 : least;
    }

    private static double[] Project(ParticleEnsemble particles, double a, double b)
    {
        var values = new double[particles.Count];
        for (int p = 0; p < values.Length; p++)
            values[p] = a * particles.X[p] + b * particles.Y[p];
        return values;
    }

    private static double KolmogorovSmirnov(double[] first, double[] second)
    {
        Array.Sort(first);
        Array.Sort(second);
        double largest = 0;
        for (int i = 0, j = 0; i < first.Length && j < second.Length;)
        {
            if (first[i] <= second[j])
                i++;
            else
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / first.Length - (double)j / second.Length));
        }

        return largest;
    }
}
