using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;
using Bessel = MathNet.Numerics.SpecialFunctions;

namespace PdeDiffusion.Tests.Monitors;

[TestClass]
public sealed class LatticeKernelTests
{
    [TestMethod]
    public void AgreesWithTheTrapezoidRuleAtModerateSteps()
    {
        foreach (double end in new[] { 0.02, 1.0, 50 })
        {
            var grid = new Grid(Axis.Uniform(0, 1, 10, Boundary.NoFlux), Axis.Uniform(0, 1, 7, Boundary.NoFlux));
            var times = new TimeLevels(0.2 * end, end, 5, TimeSpacing.Geometric, 0, 3, []);
            double[] bounds = LatticeKernel.CurvatureBounds(grid, times, ForwardKind.ImplicitEuler);
            for (int level = 0; level <= times.Last; level++)
            {
                double expected = Trapezoid(0.1, times, level) + Trapezoid(1.0 / 7, times, level);
                Assert.AreEqual(expected, bounds[level], 1e-13 * Math.Abs(expected));
            }
        }
    }

    [TestMethod]
    public void AgreesWithTheClosedFormOfOneStepAtAnyLength()
    {
        // One implicit step has the kernel p(k) ∝ r^|k|, r = 2λ/(1 + 2λ + √(1 + 4λ)).
        var grid = new Grid(Axis.Uniform(0, 8, 8, Boundary.NoFlux));
        foreach (double lambda in new[] { 1e-200, 1e-20, 1e-6, 1e-2, 0.3, 1, 10, 1e4, 1e8, 1e12, 1e16 })
        {
            var times = new TimeLevels(lambda, 2 * lambda, 1, TimeSpacing.Uniform, 0, 1, []);
            double root = Math.Sqrt(1 + 4 * lambda);

            // 1 − r = (1 + root)/(1 + 2λ + root), r near 1; else log r itself.
            double less = (1 + root) / (1 + 2 * lambda + root);
            double log = lambda > 10 ? -2 * Math.Atanh(less / (2 - less)) : Math.Log(2 * lambda / (1 + 2 * lambda + root));
            Assert.AreEqual(2 * log, LatticeKernel.CurvatureBounds(grid, times, ForwardKind.ImplicitEuler)[0], 4e-15 * Math.Abs(2 * log),
                $"lambda {lambda}");
        }
    }

    [TestMethod]
    public void TheExactFlowsBoundIsTheRatioOfBesselFunctions()
    {
        var grid = new Grid(Axis.Uniform(0, 8, 8, Boundary.NoFlux));
        foreach (double z in new[] { 1e-3, 0.1, 1.0, 5, 40, 300 })
        {
            double expected = 2 * Math.Log(Bessel.BesselI1(z) / Bessel.BesselI0(z));
            var times = new TimeLevels(z / 2, z, 1, TimeSpacing.Uniform, 0, 1, []);
            Assert.AreEqual(expected, LatticeKernel.CurvatureBounds(grid, times, ForwardKind.LatticeExact)[0],
                1e-14 + 1e-13 * Math.Abs(expected));
        }

        foreach (double z in new[] { 1e4, 1e7, 1e12 })
        {
            double lost = 1 / (2 * z) + 1 / (8 * z * z) + 1 / (8 * z * z * z) + 25 / (128 * z * z * z * z);
            var times = new TimeLevels(z / 2, z, 1, TimeSpacing.Uniform, 0, 1, []);
            double expected = -4 * Math.Atanh(lost / (2 - lost));
            Assert.AreEqual(expected, LatticeKernel.CurvatureBounds(grid, times, ForwardKind.LatticeExact)[0], 1e-14 * Math.Abs(expected));
        }
    }

    [TestMethod]
    public void ADiracPushedByTheFlowHasTheBoundAtItsCell()
    {
        using var team = new WorkerTeam(1);
        var line = new Grid(Axis.Uniform(-10, 10, 401, Boundary.NoFlux));
        var plane = new Grid(Axis.Uniform(-6, 6, 121, Boundary.NoFlux), Axis.Uniform(-6, 6, 61, Boundary.NoFlux));
        foreach (Grid grid in new[] { line, plane })
        {
            var times = new TimeLevels(0.01, 0.3, 6, TimeSpacing.Geometric, 0, 5, []);
            double[] bounds = LatticeKernel.CurvatureBounds(grid, times, ForwardKind.ImplicitEuler);
            var dirac = new double[grid.CellCount];
            int cell = grid.Columns / 2 + grid.Rows / 2 * grid.Columns;
            dirac[cell] = 1 / grid.Volume(cell);
            var flow = new ForwardFlow(grid, times, ForwardKind.ImplicitEuler, dirac, team, 0, keep: false);
            var statistics = new LevelStatistics(grid, [], team);
            while (flow.Advance())
            {
                if (flow.Level.Index < 0)
                    continue;
                statistics.Measure(flow.Level);
                Assert.AreEqual(cell, statistics.LeastCurvatureCell);
                Assert.AreEqual(bounds[flow.Level.Index], statistics.LeastCurvature, 1e-9 * Math.Abs(statistics.LeastCurvature));
            }
        }
    }

    [TestMethod]
    public void TheBoundTendsToTheContinuumAsTheGridIsRefined()
    {
        var times = new TimeLevels(0.5, 1, 4000, TimeSpacing.Uniform, 0, 4000, []);
        var grid = new Grid(Axis.Uniform(0, 1, 1000, Boundary.NoFlux));
        Assert.AreEqual(-0.5, LatticeKernel.CurvatureBounds(grid, times, ForwardKind.ImplicitEuler)[times.Last], 2e-4);
        Assert.IsTrue(double.IsNegativeInfinity(
            LatticeKernel.CurvatureBounds(grid, new TimeLevels(0, 1, 2, TimeSpacing.Uniform, 0, 1, []), ForwardKind.ImplicitEuler)[0]));
    }

    private static double Trapezoid(double spacing, TimeLevels times, int level)
    {
        double[] lambdas = [.. Enumerable.Repeat(times.WarmupStep, times.Warmup).Concat(Enumerable.Range(0, level).Select(times.Step))
            .Select(step => step / spacing / spacing)];
        int points = 64 + (int)(45 * Math.Sqrt(lambdas.Max()));
        double whole = 0, defect = 0;
        for (int point = 0; point < points; point++)
        {
            double sine = Math.Sin(Math.PI * point / points), square = sine * sine;
            double transform = lambdas.Aggregate(1.0, (product, lambda) => product / (1 + 4 * lambda * square));
            whole += transform;
            defect += transform * 2 * square;
        }

        double lost = defect / whole;
        return -4 / (spacing * spacing) * Math.Atanh(lost / (2 - lost));
    }
}
