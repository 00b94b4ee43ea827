using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>
/// What the cross correction gives the parabolic remap in the plane: its orders, and that the theorems stay (docs/remap.md, 8).
/// </summary>
[TestClass]
public sealed class RemapPlaneTests
{
    private const double End = 1;

    private static readonly double[] StartMean = [0.5, 0.4];

    private static Mixture ThreeGaussians => Mixture.Gaussians([-1.5, 1.2, 0.3], [-0.5, 0.9, -1.4], [0.15, 0.15, 0.15], [0.5, 0.3, 0.2]);

    /// <summary>v(0) on [−8, 8]² from v_T = N((0.5, 0.4), 2.58 I) at T = 1, u in closed form, steps geometric in t + 0.075.</summary>
    private static (Grid Grid, double[] V) Generate(Mixture data, int cells, int steps, double epsilon, WorkerTeam team)
    {
        var axis = Axis.Uniform(-8, 8, cells, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        var v = new double[grid.CellCount];
        Mixture.Gaussian(StartMean, 2.58).CellAverages(grid, v);
        Generate(grid, new ClosedFormSweeps(grid, data, team), v, steps, epsilon, team);
        return (grid, v);
    }

    private static void Generate(Grid grid, ClosedFormSweeps forward, double[] v, int steps, double epsilon, WorkerTeam team)
    {
        var times = new TimeLevels(0, End, steps, TimeSpacing.Geometric, 0.075, 1, []);
        double[] later = new double[v.Length], earlier = new double[v.Length];
        forward.Evaluate(End, later);
        double divergence = Density.KullbackLeibler(grid, v, later), mass = Density.Mass(grid, v);
        var scheme = new RemapScheme(grid, epsilon, true, forward, team);
        for (int level = steps - 1; level >= 0; level--)
        {
            forward.Evaluate(times[level], earlier);
            scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), level & 1));
            double next = Density.KullbackLeibler(grid, v, earlier);
            Assert.IsTrue(next <= divergence * (1 + 1e-13), "KL falls at every step");
            divergence = next;
            (later, earlier) = (earlier, later);
        }

        Assert.AreEqual(mass, Density.Mass(grid, v), 1e-13);
        if (grid.Dimension == 2)
            Assert.AreEqual(1, scheme.Counts.CrossFluxKept / scheme.Counts.CrossFlux, 1e-9, "a resolved problem is not cut");
    }

    private static double ErrorOfThreeGaussians(int cells, int steps, double epsilon, WorkerTeam team)
    {
        (Grid grid, double[] v) = Generate(ThreeGaussians, cells, steps, epsilon, team);
        Reference reference = epsilon == 1
            ? new HeatRatioReference(ThreeGaussians, 1, End, StartMean, 2.58)
            : new CharacteristicsReference(ThreeGaussians, 0, End, StartMean, 2.58);
        var exact = new double[v.Length];
        reference.CellAverages(0, grid, exact);
        return Density.Distance(grid, v, exact, 1);
    }

    /// <summary>Without the correction the errors at 192² are 6.6e-5 and 1.1e-4, and the order is 2.</summary>
    [TestMethod]
    [DataRow(1.0, 4, 5e-6)]
    public void TheErrorFallsFasterThanThirdOrder(double epsilon, int cellsAStep, double figure)
    {
        using var team = new WorkerTeam(1);
        double coarse = ErrorOfThreeGaussians(96, 96 / cellsAStep, epsilon, team),
            fine = ErrorOfThreeGaussians(192, 192 / cellsAStep, epsilon, team);
        Assert.IsTrue(fine <= figure, $"{fine:E2}");
        Assert.IsTrue(Math.Log2(coarse / fine) >= 3, $"{coarse:E2} to {fine:E2}");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void WithoutNoiseTheErrorFallsFasterThanThirdOrderToo() => TheErrorFallsFasterThanThirdOrder(0, 1, 4e-5);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(1.0, 4, 8e-7)]
    [DataRow(0.0, 1, 5e-6)]
    public void TheErrorOnAFineGridReachesItsFigure(double epsilon, int cellsAStep, double figure)
    {
        using var team = new WorkerTeam(1);
        double error = ErrorOfThreeGaussians(384, 384 / cellsAStep, epsilon, team);
        Assert.IsTrue(error <= figure, $"{error:E2}");
    }

    /// <summary>
    /// Every ε has an exact solution where all is a product in coordinates turned by 30°: u0 two Gaussians on the turned first axis, v =
    /// v1(x') v2(y') with v2 a Gaussian and v1 from a line of 16 times as many cells.
    /// </summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void WithSomeNoiseTheErrorFallsFasterThanThirdOrderToo()
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 96, 192 }.Select(cells => ErrorOfTurnedPair(cells, team))];
        Assert.IsTrue(Math.Log2(errors[0] / errors[1]) >= 3, $"{errors[0]:E2} to {errors[1]:E2}");
        Assert.IsTrue(errors[1] <= 2e-5, $"{errors[1]:E2}");
    }

    private static double ErrorOfTurnedPair(int cells, WorkerTeam team)
    {
        const double epsilon = 0.2, variance = 0.15, distance = 1, startVariance = 2.58;
        double cos = Math.Cos(Math.PI / 6), sin = Math.Sin(Math.PI / 6), width = 16.0 / cells;
        double curvature = distance * distance * sin * cos / (variance * variance);
        Assert.IsTrue(cells > 96 || curvature * width * width > 0.05, "the sweeps alone would miss what they are asked for");
        var data = Mixture.Gaussians([-distance * cos, distance * cos], [-distance * sin, distance * sin], [variance, variance],
            [0.5, 0.5]);
        (Grid grid, double[] v) = Generate(data, cells, cells, epsilon, team);

        var line = new Grid(Axis.Uniform(-8, 8, 16 * cells, Boundary.NoFlux));
        var along = new double[line.CellCount];
        Mixture.Gaussian([StartMean[0] * cos + StartMean[1] * sin], startVariance).CellAverages(line, along);
        Generate(line, new ClosedFormSweeps(line, Mixture.Gaussians([-distance, distance], [variance, variance]), team), along,
            4 * cells, epsilon, team);

        double ratio = variance / (variance + 2 * End), offset = StartMean[1] * cos - StartMean[0] * sin;
        double mean = offset * Math.Pow(ratio, 0.5 * (1 + epsilon));
        double spread = variance + (startVariance - variance - 2 * End) * Math.Pow(ratio, 1 + epsilon);
        double[] nodes = [-Math.Sqrt(0.15), 0, Math.Sqrt(0.15)], weights = [5 / 18.0, 8 / 18.0, 5 / 18.0], exact = new double[v.Length];
        for (int cell = 0; cell < v.Length; cell++)
        {
            for (int node = 0; node < 9; node++)
            {
                double x = grid.Centre(cell, 0) + width * nodes[node % 3], y = grid.Centre(cell, 1) + width * nodes[node / 3];
                double turned = y * cos - x * sin - mean;
                exact[cell] += weights[node % 3] * weights[node / 3] * PointValue(line, along, x * cos + y * sin)
                    * Math.Exp(-turned * turned / (2 * spread)) / Math.Sqrt(2 * Math.PI * spread);
            }
        }

        return Density.Distance(grid, v, exact, 1);
    }

    /// <summary>The parabola through three averages, which has their means.</summary>
    private static double PointValue(Grid line, double[] averages, double x)
    {
        int cell = line.X.CellAt(x);
        if (cell < 1 || cell > line.CellCount - 2)
            return 0;
        double z = (x - line.Centre(cell, 0)) / line.X.Widths[cell], bend = averages[cell + 1] - 2 * averages[cell] + averages[cell - 1];
        return averages[cell] + 0.5 * z * (averages[cell + 1] - averages[cell - 1]) + (0.5 * z * z - 1 / 24.0) * bend;
    }

    /// <summary>Smooth data, on which the correction acts: mass, v ≥ 0, bounds on w and KL, to rounding.</summary>
    [TestMethod]
    public void TheTheoremsHoldForRandomMixtures()
    {
        using var team = new WorkerTeam(1);
        int cut = 0, acted = 0;
        Gen<Axis> anyAxis =
            from boundary in Gen.OneOf(Boundary.NoFlux, Boundary.Periodic)
            from cells in Gen.Int[3, 40]
            from strength in Gen.OneOf(0.0, 1.5, 3)
            select strength == 0 ? Axis.Uniform(-3, 3, cells, boundary) : Gradings.Sinh(-3, 3, cells, 0.3, strength, boundary);
        var any =
            from x in anyAxis
            from y in anyAxis
            from means in Gen.Double[-2, 2].Array[6]
            from variances in Gen.Double[-3, 0].Array[3]
            from start in Gen.Double[-1.5, 1.5].Array[2]
            from width in Gen.Double[0.3, 6]
            from epsilon in Gen.OneOf(0.0, 0.2, 1, 2)
            from end in Gen.Double[-2, 1]
            from steps in Gen.Int[1, 8]
            select (Grid: new Grid(x, y), Means: means, Variances: variances, Start: start, Width: width, Epsilon: epsilon,
                End: Math.Pow(10, end), Steps: steps);
        any.Sample(
            problem =>
            {
                Grid grid = problem.Grid;
                var data = Mixture.Gaussians(
                    problem.Means.AsSpan(0, 3), problem.Means.AsSpan(3),
                    [.. problem.Variances.Select(power => Math.Pow(10, power))], [0.5, 0.3, 0.2]);
                var forward = new ClosedFormSweeps(grid, data, team);
                var times = new TimeLevels(0.01 * problem.End, problem.End, problem.Steps, TimeSpacing.Geometric, 0, 1, []);
                double[] later = new double[grid.CellCount], earlier = new double[grid.CellCount], v = new double[grid.CellCount];
                forward.Evaluate(problem.End, later);
                Mixture.Gaussian(problem.Start, problem.Width).CellAverages(grid, v);
                double mass = Density.Mass(grid, v);
                (double lowest, double highest) = Density.RatioRange(v, later);
                double divergence = Density.KullbackLeibler(grid, v, later);
                var scheme = new RemapScheme(grid, problem.Epsilon, true, forward, team);
                double stiffness = grid.Axes.Max(axis => 1 / Math.Pow(axis.Widths.ToArray().Min(), 2));
                double rounding = 32 * Math.Pow(2, -53) * (1 + 2 * problem.End * stiffness) * 80;
                for (int level = problem.Steps - 1; level >= 0; level--)
                {
                    forward.Evaluate(times[level], earlier);
                    scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), level & 1));
                    Assert.IsTrue(v.All(value => value >= 0), "v >= 0");
                    Assert.AreEqual(1, Density.Mass(grid, v) / mass, rounding * problem.Steps, "mass");
                    (double least, double most) = Density.RatioRange(v, earlier);
                    Assert.IsTrue(least >= lowest * (1 - 1e-12) && most <= highest * (1 + 1e-12), "bounds on w");
                    double next = Density.KullbackLeibler(grid, v, earlier);
                    Assert.IsTrue(next <= divergence + rounding * mass * (1 + Math.Abs(Math.Log(highest))),
                        $"KL rose from {divergence:R} to {next:R}");
                    divergence = next;
                    (later, earlier) = (earlier, later);
                }

                Interlocked.Add(ref acted, scheme.Counts.CrossFlux > 0 ? 1 : 0);
                Interlocked.Add(ref cut, scheme.Counts.CrossFluxKept < 0.99 * scheme.Counts.CrossFlux ? 1 : 0);
            },
            iter: 1000);
        Assert.IsTrue(acted > 900, $"the correction acted in {acted} of 1000");
        Assert.IsTrue(cut > 20, $"and was cut in {cut}");
    }

    [TestMethod]
    public void WhatWasCountedAndTheStepsThatFollowSurviveACheckpoint()
    {
        using var team = new WorkerTeam(1);
        var axis = Axis.Uniform(-3, 3, 40, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        var forward = new ClosedFormSweeps(grid, ThreeGaussians, team);
        var times = new TimeLevels(0, End, 6, TimeSpacing.Geometric, 0.075, 1, []);
        double[] v = new double[grid.CellCount], copy = [];
        Mixture.Gaussian(StartMean, 2.58).CellAverages(grid, v);
        double[][] u = [.. Enumerable.Range(0, 7).Select(_ => new double[v.Length])];
        for (int level = 0; level <= 6; level++)
            forward.Evaluate(times[level], u[level]);
        RemapScheme whole = new(grid, 0.2, true, forward, team), resumed = new(grid, 0.2, true, forward, team);
        using var state = new MemoryStream();
        for (int level = 5; level >= 0; level--)
        {
            if (level == 2)
            {
                whole.Save(new BinaryWriter(state));
                copy = [.. v];
                state.Position = 0;
                resumed.Restore(new BinaryReader(state));
                Assert.AreEqual(whole.Counts, resumed.Counts);
            }

            whole.Step(new GenerationStep(u[level + 1], u[level], v, null, times[level + 1], times.Step(level), level & 1));
            if (level <= 2)
                resumed.Step(new GenerationStep(u[level + 1], u[level], copy, null, times[level + 1], times.Step(level), level & 1));
        }

        CollectionAssert.AreEqual(v, copy);
        Assert.AreEqual(whole.Counts, resumed.Counts);
    }
}
