using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Tests.Monitors;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes;

/// <summary>Noise ε(t) that varies: schemes, particles, monitors and the Gaussian reference.</summary>
[TestClass]
public sealed class VaryingNoiseTests
{
    private static readonly TimeFunction Noise = new([0.05, 0.3, 0.8], [0, 2.5, 0.2]);

    private static readonly TimeFunction Constant = new([0.1, 1], [0.3, 0.3]);

    [TestMethod]
    [DataRow(true, 1)]
    [DataRow(true, 2)]
    [DataRow(false, 1)]
    [DataRow(false, 2)]
    public void AConstantTableHasTheBitsOfTheNumber(bool remap, int dimension)
    {
        using var team = new WorkerTeam(1);
        List<Reading> number = Scenario.Of("gaussians", dimension, 0.3, remap, 24, 6).Watch(team);
        List<Reading> table = Scenario.Of("gaussians", dimension, Constant, remap, 24, 6).Watch(team);
        CollectionAssert.AreEqual(number, table);
    }

    /// <summary>Particles, and the Gaussian reference: the same numbers for a constant table.</summary>
    [TestMethod]
    public void AConstantTableMovesParticlesAsTheNumberDoes()
    {
        using var team = new WorkerTeam(1);
        MixtureComponents law = MixtureComponents.Of(Mixture.Gaussians([-1, 1], [0.1, 0.2]));
        foreach (ParticleScheme scheme in new[] { ParticleScheme.EulerMaruyama, ParticleScheme.Exponential })
        {
            double[] With(TimeFunction epsilon)
            {
                ParticleEnsemble particles = ParticleEnsemble.Gaussian(100, [0], 2, 1);
                new ParticleFlow(law, scheme, epsilon, 1, ScoreSummation.Plain, team).Run(particles, [1, 0.5, 0.1], 0);
                return particles.X.ToArray();
            }

            CollectionAssert.AreEqual(With(0.3), With(Constant));
            CollectionAssert.AreNotEqual(With(0.3), With(Noise));
        }
    }

    /// <summary>Every guaranteed inequality is one of a step: none is violated, whatever ε does from step to step.</summary>
    [TestMethod]
    [DataRow("gaussians", 1, true)]
    [DataRow("gaussians", 1, false)]
    [DataRow("gaussians", 2, true)]
    [DataRow("dirac", 2, false)]
    [DataRow("box", 1, true)]
    public void EveryGuaranteeHolds(string data, int dimension, bool remap)
    {
        using var team = new WorkerTeam(1);
        foreach (bool parabolic in remap ? new[] { true, false } : [false])
        {
            for (int seed = 0; seed < 4; seed++)
            {
                var random = new Random(seed);
                double[] times = [.. Enumerable.Range(0, 5).Select(row => Math.Pow(10, -1.6 + 0.35 * (row + random.NextDouble())))];
                var noise = new TimeFunction(times, [.. times.Select(_ => random.Next(3) == 0 ? 0 : 4 * random.NextDouble())]);
                Scenario scenario = Scenario.Of(data, dimension, noise, remap, 26, 10) with { Parabolic = parabolic };
                List<Reading> readings = scenario.Watch(team);
                Assert.IsGreaterThan(50, readings.Count(reading => reading.Status == ReadingStatus.Guaranteed));
                foreach (Reading reading in readings)
                {
                    Assert.IsFalse(Violation.Is(reading), $"{reading} with {noise}");

                    // The continuum's bounds too: the sums over steps are those of ε(t).
                    if (reading.Monitor.StartsWith("lp-stability", StringComparison.Ordinal) && dimension == 1 && data == "gaussians")
                        Assert.AreNotEqual(Verdict.Violated, reading.Verdict, $"{reading}");
                }
            }
        }
    }

    /// <summary>A wrong score: the budget holds with the weight of each step, and is not applicable from a step with ε = 0 on.</summary>
    [TestMethod]
    public void TheBudgetOfAWrongScoreTakesTheWeightOfEachStep()
    {
        using var team = new WorkerTeam(1);
        List<Reading> Budget(TimeFunction epsilon, IReadOnlyList<double> bias) =>
        [
            .. (Scenario.Of("gaussians", 1, epsilon, false, 120, 60) with
            {
                Score = scenario => new PerturbedFaceScore(scenario.Grid, new GridScore(scenario.Grid), 1, [.. bias], 0, 0),
            }).Watch(team).Where(reading => reading.Monitor == "score-error-budget"),
        ];
        var positive = new TimeFunction([0.05, 0.3, 0.8], [0.1, 2.5, 0.2]);
        List<Reading> varying = Budget(positive, [0.5]);
        Assert.IsTrue(varying.TrueForAll(reading => reading.Verdict == Verdict.Held));
        Assert.IsGreaterThan(10, varying.Count(reading => reading.Measured > 1.01 * varying[0].Measured));

        // Bias b: E|e|² = b², so the bound grows by b² Σ Δt (1+ε)²/4ε.
        var times = new TimeLevels(0.02, 1, 60, TimeSpacing.Geometric, 0, 32, []);
        double cost = Enumerable.Range(0, 60).Sum(level =>
            times.Step(level) * ScoreErrorBudget.Weight(positive.Mean(times[level], times[level + 1])));
        Assert.AreEqual(0.25 * cost, varying[^1].Bound - varying[0].Bound, 0.01 * cost);

        var off = new TimeFunction([0.1, 0.3], [0, 1]);
        List<Reading> zero = Budget(off, [0.5]);
        foreach (Reading reading in zero)
            Assert.AreEqual(reading.Time < 0.094 ? Verdict.NotApplicable : Verdict.Held, reading.Verdict, $"{reading}");
    }

    /// <summary>m and V of the reference against dm/dt = (1+ε)(m − μ)/a, dV/dt = 2(1+ε)V/a − 2ε by Runge–Kutta.</summary>
    [TestMethod]
    [DataRow(0.25)]
    [DataRow(0.0)]
    public void TheGaussianReferenceSolvesItsEquations(double variance)
    {
        const double End = 1, Stop = 0.02;
        double mean = 0.7, spread = 2.6;
        const int Steps = 20_000;
        double length = Math.Log(Stop / End) / Steps;
        for (int step = 0; step < Steps; step++)
        {
            double log = Math.Log(End) + step * length;
            (double m1, double v1) = Slope(log, mean, spread);
            (double m2, double v2) = Slope(log + 0.5 * length, mean + 0.5 * length * m1, spread + 0.5 * length * v1);
            (double m3, double v3) = Slope(log + 0.5 * length, mean + 0.5 * length * m2, spread + 0.5 * length * v2);
            (double m4, double v4) = Slope(log + length, mean + length * m3, spread + length * v3);
            mean += length * (m1 + 2 * m2 + 2 * m3 + m4) / 6;
            spread += length * (v1 + 2 * v2 + 2 * v3 + v4) / 6;
        }

        var grid = new Grid(Axis.Uniform(-6, 6, 600, Boundary.NoFlux));
        double[] expected = Mixture.Gaussian([mean], spread).CellAverages(grid), actual = new double[600];
        new GaussianReference(Mixture.Gaussian([0.2], variance), Noise, End, [0.7], 2.6).CellAverages(Stop, grid, actual);
        for (int cell = 0; cell < 600; cell++)
            Assert.AreEqual(expected[cell], actual[cell], 1e-6);

        (double Mean, double Variance) Slope(double log, double m, double v)
        {
            double t = Math.Exp(log), a = variance + 2 * t, epsilon = Noise.At(t);
            return (t * (1 + epsilon) * (m - 0.2) / a, t * (2 * (1 + epsilon) * v / a - 2 * epsilon));
        }
    }

    /// <summary>The mean over the step makes ε(t) second order in Δt, as the remap is; the Markov scheme stays of first order.</summary>
    [TestMethod]
    [DataRow(true, 1.7)]
    [DataRow(false, 0.8)]
    public void TheSchemesConvergeToTheReference(bool remap, double order)
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 16, 32, 64 }.Select(steps => Error(remap, steps, team))];
        for (int level = 1; level < errors.Length; level++)
            Assert.IsGreaterThan(order, Math.Log2(errors[level - 1] / errors[level]), string.Join(", ", errors));
    }

    private static double Error(bool remap, int steps, WorkerTeam team)
    {
        var grid = new Grid(Axis.Uniform(-8, 8, remap ? 400 : 25 * steps, Boundary.NoFlux));
        Mixture data = Mixture.Gaussian([0.2], 0.25);
        var smooth = new TimeFunction([0.05, 0.8], [0.1, 1.5]);
        var times = new TimeLevels(0.1, 0.5, steps, TimeSpacing.Geometric, 0, remap ? 1 : 4 * steps, []);
        IForwardSweeps sweeps = remap ? new ClosedFormSweeps(grid, data, team) : new ImplicitEuler(grid, team);
        var forward = new ForwardFlow(grid, times, sweeps, data.CellAverages(grid), 1L << 30, keep: true);
        while (forward.Advance())
        {
        }

        IScheme scheme = remap ? new RemapScheme(grid, smooth, true, forward.Stepper, team) : new MarkovScheme(grid, smooth, null, team);
        var backward = new BackwardFlow(forward, scheme, Mixture.Gaussian([0.7], 1.8).CellAverages(grid), propagateOne: false);
        while (backward.Advance())
        {
        }

        var exact = new double[grid.CellCount];
        new GaussianReference(data, smooth, 0.5, [0.7], 1.8).CellAverages(0.1, grid, exact);
        return exact.Select((value, cell) => Math.Abs(value - backward.Level.V![cell]) * grid.Volume(cell)).Sum();
    }
}
