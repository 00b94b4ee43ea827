using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Statistics;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Particles;

/// <summary>The samplers of the field against closed forms, with their weak orders.</summary>
[TestClass]
public sealed class SamplerFlowTests
{
    private const double End = 2, Stop = 0.02;

    private static readonly Mixture Gaussian = Mixture.Gaussian([0.3], 0.25);

    /// <summary>Of variance 2: at 0.25 two terms of the error of DPM-Solver++(2M) cancel over these steps.</summary>
    private static readonly Mixture Wide = Mixture.Gaussian([0.3], 2);

    private static readonly Mixture Bimodal = Mixture.Gaussians([-1.2, 0.9], [0.15, 0.3]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void DdimIsExactForADirac(int steps)
    {
        using var team = new WorkerTeam(1);
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(200, [0], 4, 1);
        double[] before = particles.X.ToArray();
        Run(Mixture.Points([0.7]), SamplerKind.Ddim, 0, null, particles, steps, false, team);
        for (int p = 0; p < 200; p++)
            Assert.AreEqual(0.7 + Math.Sqrt(Stop / End) * (before[p] - 0.7), particles.X[p], 1e-13 * (1 + Math.Abs(before[p])));
    }

    /// <summary>
    /// Euler in σ, x + (σ′ − σ)(x − D)/σ, and ancestral sampling as k-diffusion writes it, with the same noise, are DDIM.
    /// </summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.36)]
    [DataRow(1.0)]
    public void EulerAndAncestralSamplingAreDdim(double epsilon)
    {
        using var team = new WorkerTeam(1);
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(64, [0], 4, 1);
        double[] x = particles.X.ToArray(), noise = new double[64], none = new double[64];
        Run(Bimodal, SamplerKind.Ddim, epsilon, null, particles, 6, false, team);
        double[] times = Times(6);
        var score = new MixturePointScore(MixtureComponents.Of(Bimodal));
        double eta = Math.Sqrt(epsilon);
        for (int step = 0; step < 6; step++)
        {
            double sigma = Math.Sqrt(2 * times[step]), next = Math.Sqrt(2 * times[step + 1]);
            double up = Math.Min(next, eta * Math.Sqrt(next * next * (sigma * sigma - next * next) / (sigma * sigma)));
            double down = Math.Sqrt(next * next - up * up);
            score.SetTime(times[step]);
            ParticleNoise.Fill(1, step, 0, noise, none);
            for (int p = 0; p < 64; p++)
            {
                score.Evaluate(x[p], 0, out double s, out _);
                x[p] += -sigma * s * (down - sigma) + up * noise[p];
            }
        }

        for (int p = 0; p < 64; p++)
            Assert.AreEqual(x[p], particles.X[p], 1e-12 * (1 + Math.Abs(x[p])));
    }

    /// <summary>Of one Gaussian in closed form, of a mixture against Dormand and Prince in many steps.</summary>
    [TestMethod]
    [DataRow(SamplerKind.Ddim, 0.9, 1.2)]
    [DataRow(SamplerKind.Heun, 1.8, 2.5)]
    [DataRow(SamplerKind.DpmSolver, 1.8, 2.4)]
    public void TheOrdersAreTheirs(SamplerKind kind, double least, double most)
    {
        using var team = new WorkerTeam(1);
        foreach (Mixture law in new[] { Wide, Bimodal })
        {
            ParticleEnsemble start = ParticleEnsemble.HeatFlow(MixtureComponents.Of(law), End, 200, 3), exact = start.Copy();
            new ParticleFlow(MixtureComponents.Of(law), ParticleScheme.DormandPrince, 0, 0, ScoreSummation.Plain, team)
                .Run(exact, Times(400), 0);
            if (law == Wide)
            {
                double factor = Math.Sqrt((2 + 2 * Stop) / (2 + 2 * End));
                for (int p = 0; p < 200; p++)
                    Assert.AreEqual(0.3 + factor * (start.X[p] - 0.3), exact.X[p], 1e-12);
            }

            int[] steps = [64, 128, 256];
            double[] errors = [.. steps.Select(count =>
            {
                ParticleEnsemble moved = start.Copy();
                Run(law, kind, 0, null, moved, count, false, team);
                double[] at = moved.X.ToArray();
                return Math.Sqrt(at.Select((x, p) => (x - exact.X[p]) * (x - exact.X[p])).Average());
            })];
            for (int level = 1; level < 3; level++)
            {
                double order = Math.Log2(errors[level - 1] / errors[level]);
                Assert.IsTrue(order > least && order < most, $"{kind}, {law.Count}: order {order}, {string.Join(", ", errors)}");
            }
        }
    }

    /// <summary>
    /// A step of DDIM(1) on a Gaussian is linear, x′ = A x + b + σ_up ξ: its variance by recursion, A from two paths of one noise, against
    /// V = a (1 − r) + V_T r² of ε = 1. Weak order 1.
    /// </summary>
    [TestMethod]
    public void AncestralSamplingConvergesToTheReverseSde()
    {
        using var team = new WorkerTeam(1);
        double a = 0.25 + 2 * Stop, ratio = a / (0.25 + 2 * End), exact = a * (1 - ratio) + 1.5 * ratio * ratio;
        double[] errors = [.. new[] { 40, 80, 160 }.Select(steps =>
        {
            double[] times = Times(steps);
            double variance = 1.5;
            for (int step = 0; step < steps; step++)
            {
                double sigma = Math.Sqrt(2 * times[step]), next = Math.Sqrt(2 * times[step + 1]);
                ParticleEnsemble one = ParticleEnsemble.At([0.0], []), two = ParticleEnsemble.At([1.0], []);
                SamplerFlow flow = Flow(Gaussian, SamplerKind.Ddim, 1, null, team);
                flow.Step(one, step, times[step], times[step + 1]);
                flow.Step(two, step, times[step], times[step + 1]);
                double slope = two.X[0] - one.X[0], up = next * Math.Sqrt(1 - next * next / (sigma * sigma));
                variance = slope * slope * variance + up * up;
            }

            return Math.Abs(variance - exact);
        })];
        for (int level = 1; level < 3; level++)
            Assert.AreEqual(1, Math.Log2(errors[level - 1] / errors[level]), 0.15, string.Join(", ", errors));
    }

    [TestMethod]
    public void ChurnOfNothingIsHeun()
    {
        using var team = new WorkerTeam(1);
        ParticleEnsemble one = ParticleEnsemble.Gaussian(100, [0], 4, 1), two = one.Copy(), three = one.Copy();
        Run(Bimodal, SamplerKind.Heun, 0, null, one, 9, true, team);
        Run(Bimodal, SamplerKind.Churn, 0, new Churn(0, 0, 80, 1, 10), two, 9, true, team);
        Run(Bimodal, SamplerKind.Churn, 0, new Churn(5, 90, 100, 1, 10), three, 9, true, team);
        CollectionAssert.AreEqual(one.X.ToArray(), two.X.ToArray());
        CollectionAssert.AreEqual(one.X.ToArray(), three.X.ToArray(), "no σ lies within [S_tmin, S_tmax]");
    }

    /// <summary>Churn keeps u: from draws of u_T the variance at stop is that of u. γ is at most √2 − 1.</summary>
    [TestMethod]
    public void ChurnKeepsTheLaw()
    {
        using var team = new WorkerTeam(2);
        const int Count = 100_000, Steps = 60;
        ParticleEnsemble particles = ParticleEnsemble.HeatFlow(MixtureComponents.Of(Gaussian), End, Count, 5);
        Run(Gaussian, SamplerKind.Churn, 0, new Churn(20, 0, 80, 1, Steps), particles, Steps, false, team);
        double mean = 0, square = 0;
        foreach (double x in particles.X)
            (mean, square) = (mean + x / Count, square + (x - 0.3) * (x - 0.3) / Count);
        double variance = 0.25 + 2 * Stop;

        // Four standard errors, √(2/Count) of the variance, and Heun's error, (0.077)² here.
        Assert.AreEqual(variance, square, variance * (4 * Math.Sqrt(2.0 / Count) + 6e-3));
        Assert.AreEqual(0.3, mean, 4 * Math.Sqrt(variance / Count) + 1e-3);
        var churn = new Churn(1000, 0.1, 10, 1, 10);
        Assert.AreEqual(Math.Sqrt(2) - 1, churn.Growth(1), 1e-15);
        Assert.AreEqual(0, churn.Growth(0.05));
        Assert.AreEqual(1 / (1 - 0.25), churn.NoiseLevel(1, 0.5), 1e-14, "σ̂² = 2σ²");
    }

    [TestMethod]
    [DataRow(SamplerKind.Ddim, 6)]
    [DataRow(SamplerKind.Heun, 11)]
    [DataRow(SamplerKind.DpmSolver, 6)]
    [DataRow(SamplerKind.Churn, 11)]
    public void TheStepToZeroEndsAtTheDenoiser(SamplerKind kind, int calls)
    {
        using var team = new WorkerTeam(1);
        Churn? churn = kind == SamplerKind.Churn ? new Churn(3, 0.5, 80, 1, 6) : null;
        ParticleEnsemble particles = ParticleEnsemble.Gaussian(50, [0], 4, 1), atStop = particles.Copy();
        long counted = Run(Bimodal, kind, 0, churn, particles, 5, true, team);
        Run(Bimodal, kind, 0, churn, atStop, 5, false, team);
        Assert.AreEqual(calls, counted);
        var score = new MixturePointScore(MixtureComponents.Of(Bimodal));
        score.SetTime(Stop);
        for (int p = 0; p < 50; p++)
        {
            score.Evaluate(atStop.X[p], 0, out double s, out _);
            Assert.AreEqual(atStop.X[p] + 2 * Stop * s, particles.X[p], 1e-12);
        }
    }

    [TestMethod]
    public void WrongInputIsRefused()
    {
        using var team = new WorkerTeam(1);
        Assert.ThrowsExactly<ArgumentException>(() => Flow(Gaussian, SamplerKind.Ddim, 1.5, null, team));
        Assert.ThrowsExactly<ArgumentException>(() => Flow(Gaussian, SamplerKind.Heun, 0.5, null, team));
        Assert.ThrowsExactly<ArgumentException>(() => Flow(Gaussian, SamplerKind.Churn, 0, null, team));
        Assert.ThrowsExactly<ArgumentException>(() => Flow(Gaussian, SamplerKind.Heun, 0, new Churn(1, 0, 1, 1, 1), team));
        SamplerFlow flow = Flow(Gaussian, SamplerKind.Heun, 0, null, team);
        Assert.ThrowsExactly<ArgumentException>(() => flow.Step(ParticleEnsemble.At([0.0], []), 0, 0.1, 0.2));
        Assert.ThrowsExactly<ArgumentException>(() => flow.Step(ParticleEnsemble.At([0.0], [0.0]), 0, 0.2, 0.1));
    }

    private static double[] Times(int steps) =>
        [.. Enumerable.Range(0, steps + 1).Select(step => End * Math.Pow(Stop / End, (double)step / steps))];

    private static SamplerFlow Flow(Mixture law, SamplerKind kind, double epsilon, Churn? churn, WorkerTeam team) =>
        new(() => new MixturePointScore(MixtureComponents.Of(law)), kind, epsilon, churn, 1, team);

    private static long Run(
        Mixture law, SamplerKind kind, double epsilon, Churn? churn, ParticleEnsemble particles, int steps, bool toZero, WorkerTeam team)
    {
        SamplerFlow flow = Flow(law, kind, epsilon, churn, team);
        double[] times = toZero ? [.. Times(steps), 0] : Times(steps);
        for (int step = 0; step + 1 < times.Length; step++)
            flow.Step(particles, step, times[step], times[step + 1]);
        return flow.Calls;
    }
}
