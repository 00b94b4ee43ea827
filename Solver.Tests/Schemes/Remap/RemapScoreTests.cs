using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>The remap driven by a given score (docs/remap.md, 5).</summary>
[TestClass]
public sealed class RemapScoreTests
{
    /// <summary>
    /// u0 = N(0.2, 0.25), v_T = N(0.7, 3.375), T = 1, ŝ the exact score: L1 error at t = 0 against the Gaussian solution.
    /// </summary>
    private static double Error(int cells, double epsilon, bool parabolic, WorkerTeam team)
    {
        var grid = new Grid(Axis.Uniform(-10, 10, cells, Boundary.NoFlux));
        var times = new TimeLevels(0, 1, cells / 4, TimeSpacing.Geometric, 0.125, 1, []);
        var data = Mixture.Gaussian([0.2], 0.25);
        double ratio = 0.25 / 2.25;
        double mean = 0.2 + 0.5 * Math.Pow(ratio, 0.5 * (1 + epsilon)), variance = 0.25 + (3.375 - 2.25) * Math.Pow(ratio, 1 + epsilon);
        double[] v = Averages(grid, [0.7], 3.375), u = new double[cells];
        var scheme = new RemapScheme(
            grid, epsilon, parabolic, new ClosedFormSweeps(grid, data, team), team, new MixtureFaceScore(grid, data, team));
        for (int level = times.Last - 1; level >= 0; level--)
            scheme.Step(new GenerationStep(u, u, v, null, times[level + 1], times.Step(level), 0));
        Assert.AreEqual(1, Density.Mass(grid, v), 1e-9);
        return Density.Distance(grid, v, Averages(grid, [mean], variance), 1);
    }

    private static double[] Averages(Grid grid, double[] mean, double variance)
    {
        var values = new double[grid.CellCount];
        Mixture.Gaussian(mean, variance).CellAverages(grid, values);
        return values;
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.05)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void WithTheExactScoreTheErrorFallsAtSecondOrder(double epsilon)
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 100, 200, 400, 800 }.Select(cells => Error(cells, epsilon, parabolic: true, team))];
        string all = string.Join(", ", errors.Select(error => error.ToString("E2", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.IsTrue(Math.Log2(errors[1] / errors[3]) / 2 >= 1.9, all);
        Assert.IsTrue(errors[2] < 0.1 * Error(400, epsilon, parabolic: false, team), all);
    }

    /// <summary>
    /// The exact score, from the closed form or tabulated at 40 times, takes v no farther from the exact solution than ten times the error
    /// of the grid's own, whatever the steps.
    /// </summary>
    [TestMethod]
    [DataRow(0.0, 40)]
    [DataRow(0.4, 40)]
    [DataRow(0.4, 400)]
    [DataRow(1.0, 400)]
    public void TheExactScoreIsAsGoodAsTheGridsOwn(double epsilon, int steps)
    {
        using var team = new WorkerTeam(1);
        var problem = new GivenScoreProblem(epsilon, steps, team);
        double own = problem.Run(null).Error, given = problem.Run(problem.Exact()).Error, tabulated = problem.Run(problem.Table(40)).Error;
        Assert.IsTrue(given <= 10 * own, $"{given:E2} against {own:E2}");
        Assert.IsTrue(tabulated <= 10 * own, $"tabulated {tabulated:E2} against {own:E2}");
    }

    /// <summary>
    /// L1 distance at t = 0.1 from the run with the exact score, of runs with that score tabulated at 2, 3, 5, 9 and 17 times: second order
    /// in the logarithm of their ratio, and at most a tenth of the distance that ŝ linear in t gives.
    /// </summary>
    [TestMethod]
    public void FewTimesOfATableSuffice()
    {
        using var team = new WorkerTeam(1);
        var problem = new GivenScoreProblem(0.4, 40, team);
        double[] exact = problem.Run(problem.Exact()).V;
        int[] counts = [2, 3, 5, 9, 17];
        double[] errors = [.. counts.Select(count => problem.Distance(exact, problem.Run(problem.Table(count)).V))];
        double[] linear = [.. counts.Select(count => problem.Distance(exact, problem.Run(problem.LinearInTime(count)).V))];
        string all = $"{string.Join(", ", errors)}; linear in t {string.Join(", ", linear)}";
        for (int index = 0; index < counts.Length; index++)
        {
            Assert.IsTrue(index == 0 || errors[index - 1] >= 3.5 * errors[index], all);
            Assert.IsTrue(errors[index] <= 0.1 * linear[index], all);
        }
    }

    /// <summary>u0 = N(0.2, 0.1), v_T = N(0.7, 2.5), T = 1, 150 cells on [−8, 8], to t = 0.1.</summary>
    private sealed class GivenScoreProblem(double epsilon, int steps, WorkerTeam team)
    {
        private readonly Grid grid = new(Axis.Uniform(-8, 8, 150, Boundary.NoFlux));
        private readonly Mixture data = Mixture.Gaussian([0.2], 0.1);

        public MixtureFaceScore Exact() => new MixtureFaceScore(grid, data, team);

        public double Distance(double[] v, double[] w) => Density.Distance(grid, v, w, 1);

        /// <summary>The exact score at cell centres and times in geometric progression.</summary>
        public TabulatedFaceScore Table(int count) => Table(Times(count), Slope);

        /// <summary>Such a table interpolated linearly in t, sampled at 300 times.</summary>
        public TabulatedFaceScore LinearInTime(int count)
        {
            double[] nodes = Times(count);
            return Table(Times(300), time =>
            {
                int level = Math.Clamp(Array.FindLastIndex(nodes, node => node <= time), 0, count - 2);
                double share = (time - nodes[level]) / (nodes[level + 1] - nodes[level]);
                return (1 - share) * Slope(nodes[level]) + share * Slope(nodes[level + 1]);
            });
        }

        private static double[] Times(int count) =>
            [.. Enumerable.Range(0, count).Select(level => Math.Pow(10, level / (count - 1.0) - 1))];

        private static double Slope(double time) => -1 / (0.1 + 2 * time);

        private TabulatedFaceScore Table(double[] times, Func<double, double> slope) => new(grid, grid, times,
            [.. times.Select(time => (double[][])[[.. grid.X.Centres.ToArray().Select(x => slope(time) * (x - 0.2))]])]);

        /// <summary>v at t = 0.1, its L1 distance from the exact solution with the exact score, and KL(v|u).</summary>
        public (double[] V, double Error, double Divergence) Run(IFaceScore? score)
        {
            var forward = new ClosedFormSweeps(grid, data, team);
            var times = new TimeLevels(0.1, 1, steps, TimeSpacing.Geometric, 0.05, 1, []);
            double ratio = 0.3 / 2.1;
            double[] exact = Averages(grid, [0.2 + 0.5 * Math.Pow(ratio, 0.5 * (1 + epsilon))],
                0.3 + (2.5 - 2.1) * Math.Pow(ratio, 1 + epsilon));
            double[] v = Averages(grid, [0.7], 2.5), later = new double[150], earlier = new double[150];
            var scheme = new RemapScheme(grid, epsilon, true, forward, team, score);
            forward.Evaluate(1, later);
            for (int level = steps - 1; level >= 0; level--)
            {
                forward.Evaluate(times[level], earlier);
                scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), 0));
                (later, earlier) = (earlier, later);
            }

            return (v, Distance(v, exact), Density.KullbackLeibler(grid, v, later));
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MassAndPositivityHoldForAnyScoreAnyDataAndAnyStep(bool parabolic)
    {
        using var team = new WorkerTeam(1);
        Gen.Select(Problem.Any(Problem.AnyAxis), Gen.Double[-2, 3], Gen.Double[-5, 5], Gen.Double[0, 20], Gen.ULong).Sample(
            (problem, scale, bias, noise, seed) =>
            {
                Grid grid = problem.Grid;
                ForwardFlow forward = problem.Solve(team);
                var score = new PerturbedFaceScore(
                    grid, new GridScore(grid), scale, [.. Enumerable.Repeat(bias, grid.Dimension)], noise, seed);
                var scheme = new RemapScheme(
                    grid, problem.Epsilon, parabolic, new ImplicitEuler(grid, team), team, score);
                var backward = new BackwardFlow(forward, scheme, [.. problem.Start], propagateOne: !parabolic);

                // The explicit half of Crank–Nicolson carries Δt/h² times a cell's mass through each face; steep faces have none.
                double tolerance = problem.MassRounding(problem.LongestStep) * grid.Axes.Max(axis => axis.Cells) * problem.Times.Last;
                double before = Density.Norm(grid, backward.Level.V!, 2);
                while (backward.Advance())
                {
                    double[] v = backward.Level.V!;
                    Assert.IsTrue(v.All(value => value >= 0), "v >= 0");
                    Assert.AreEqual(1, Density.Mass(grid, v), tolerance, "mass");
                    if (parabolic)
                        continue;
                    double growth = backward.Level.GreatestPropagatedOne, norm = Density.Norm(grid, v, 2);
                    Assert.IsTrue(norm <= Math.Sqrt(growth) * before * (1 + tolerance), "L2 certificate");
                    before = norm;
                }
            },
            iter: 1000);
    }

    /// <summary>ŝ = 0 and ε = 0 move nothing; a constant ŝ on a periodic line moves everything by ŝ Δt.</summary>
    [TestMethod]
    public void AConstantScoreOnAPeriodicLineShiftsByWholeCells()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(0, 3, 30, Boundary.Periodic));
        var nothing = new TabulatedFaceScore(grid, grid, [0.1, 1], [[new double[30]], [new double[30]]]);
        var score = new PerturbedFaceScore(grid, nothing, 1, [2.0], 0, 1);
        double[] v = [.. Enumerable.Range(0, 30).Select(cell => cell == 4 ? 10.0 : 1)], u = new double[30], expected = [.. v];
        var scheme = new RemapScheme(grid, 0, true, new ImplicitEuler(grid, team), team, score);
        scheme.Step(new GenerationStep(u, u, v, null, 1, 0.45, 0));
        for (int cell = 0; cell < 30; cell++)
            Assert.AreEqual(expected[(cell + 30 - 9) % 30], v[cell], 1e-12);
    }

    /// <summary>
    /// Two axes: against the grid's own score on smooth data, whose error is far smaller, the difference falls at second order.
    /// </summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    public void InThePlaneItMeetsTheGridsOwnScoreAtSecondOrder(double epsilon)
    {
        using var team = new WorkerTeam(1);
        double Difference(int cells)
        {
            var axis = Axis.Uniform(-8, 8, cells, Boundary.NoFlux);
            var grid = new Grid(axis, axis);
            var data = Mixture.Gaussians([-1.5, 1.2, 0.3], [-0.5, 0.9, -1.4], [0.4, 0.4, 0.4], [0.5, 0.3, 0.2]);
            var times = new TimeLevels(0, 1, cells / 4, TimeSpacing.Geometric, 0.2, 1, []);
            double[] own = Averages(grid, [0.5, 0.4], 2.9), given = [.. own], later = new double[own.Length],
                earlier = new double[own.Length];
            var forward = new ClosedFormSweeps(grid, data, team);
            forward.Evaluate(1, later);
            var reference = new RemapScheme(grid, epsilon, true, forward, team);
            var scheme = new RemapScheme(grid, epsilon, true, forward, team, new MixtureFaceScore(grid, data, team));
            for (int level = times.Last - 1; level >= 0; level--)
            {
                forward.Evaluate(times[level], earlier);
                reference.Step(new GenerationStep(later, earlier, own, null, times[level + 1], times.Step(level), level & 1));
                scheme.Step(new GenerationStep(later, earlier, given, null, times[level + 1], times.Step(level), level & 1));
                (later, earlier) = (earlier, later);
            }

            return Density.Distance(grid, own, given, 1);
        }

        double coarse = Difference(64), fine = Difference(128);
        Assert.IsTrue(Math.Log2(coarse / fine) >= 1.9, $"{coarse:E2} to {fine:E2}");
    }
}
