using CsCheck;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>The theorems that the remap keeps for any data and any step (docs/remap.md, 4).</summary>
[TestClass]
public sealed class RemapSchemeTests
{
    private static readonly double[] Exponents = [1, 1.5, 2, 8, double.PositiveInfinity];

    private static BackwardFlow Start(Problem problem, bool parabolic, WorkerTeam team, bool propagateOne = false, double[]? start = null)
    {
        ForwardFlow forward = problem.Solve(team);
        var scheme = new RemapScheme(problem.Grid, problem.Epsilon, parabolic, new ImplicitEuler(problem.Grid, team), team);
        return new BackwardFlow(forward, scheme, start ?? [.. problem.Start], propagateOne);
    }

    /// <summary>
    /// A face's old position comes from a march over up to N cells, each addition and the forward step's own rounding leaving their share,
    /// at every step.
    /// </summary>
    private static double MassTolerance(Problem problem) =>
        problem.MassRounding(problem.LongestStep) * problem.Grid.Axes.Max(axis => axis.Cells) * problem.Times.Last;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void StartedFromUItStaysU(bool parabolic)
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                ForwardFlow forward = problem.Solve(team);
                var scheme = new RemapScheme(problem.Grid, problem.Epsilon, parabolic, new ImplicitEuler(problem.Grid, team), team);
                var backward = new BackwardFlow(forward, scheme, [.. forward.At(problem.Times.Last)], propagateOne: false);
                while (backward.Advance())
                {
                    for (int cell = 0; cell < problem.Grid.CellCount; cell++)
                        Assert.AreEqual(1, backward.Level.V![cell] / backward.Level.U[cell], 1e-13);
                }
            },
            iter: 300);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void MassPositivityBoundsAndKlHoldForAnyDataAndAnyStep(bool parabolic)
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                BackwardFlow backward = Start(problem, parabolic, team);
                (double lowest, double highest) = Range(backward.Level.U, backward.Level.V!);
                double divergence = Density.KullbackLeibler(problem.Grid, backward.Level.V!, backward.Level.U);
                double tolerance = MassTolerance(problem);
                while (backward.Advance())
                {
                    double[] v = backward.Level.V!;
                    Assert.IsTrue(v.All(value => value >= 0), "v >= 0");
                    Assert.AreEqual(1, Density.Mass(problem.Grid, v), tolerance, "mass");
                    (double least, double most) = Range(backward.Level.U, v);
                    Assert.IsTrue(least >= lowest * (1 - 1e-12), $"min w fell from {lowest:R} to {least:R}");
                    Assert.IsTrue(most <= highest * (1 + 1e-12), $"max w rose from {highest:R} to {most:R}");
                    double next = Density.KullbackLeibler(problem.Grid, v, backward.Level.U);
                    double rounding = tolerance * (1 + Math.Abs(Math.Log(highest)));
                    Assert.IsTrue(next <= divergence + rounding, $"KL rose from {divergence:R} to {next:R}");
                    divergence = next;
                }
            },
            iter: 1000);
    }

    /// <summary>
    /// One step down to data after a warm-up, and down to the data themselves, whose empty cells lie between masses tens of decades apart:
    /// there no mass coordinate tells where faces stood, and the theorems must not depend on it.
    /// </summary>
    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, false)]
    public void WithTheExactLatticeFlowTheTheoremsHoldToo(bool parabolic, bool warm)
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyUniformAxis).Sample(
            problem =>
            {
                Grid grid = problem.Grid;
                var forward = new LatticeExact(grid, team);
                double[] later = new double[grid.CellCount], v = [.. problem.Start];
                double[] earlier = [.. problem.U0.Select(value => value + DensityFloor.Value)];
                double time = problem.LongestStep;
                if (warm)
                    forward.Step(earlier, earlier, 0, problem.Times[0], 0);
                forward.Step(earlier, later, 0, time, 0);
                (double lowest, double highest) = Range(later, v);
                double divergence = Density.KullbackLeibler(grid, v, later), tolerance = MassTolerance(problem);
                new RemapScheme(grid, problem.Epsilon, parabolic, forward, team)
                    .Step(new GenerationStep(later, earlier, v, null, time, time, 0));
                Assert.AreEqual(1, Density.Mass(grid, v), tolerance, "mass");
                (double least, double most) = Range(earlier, v);
                Assert.IsTrue(least >= lowest * (1 - 1e-12) && most <= highest * (1 + 1e-12),
                    $"[{least:R}, {most:R}] is not in [{lowest:R}, {highest:R}]");
                double rounding = tolerance * (1 + Math.Abs(Math.Log(highest)));
                Assert.IsTrue(Density.KullbackLeibler(grid, v, earlier) <= divergence + rounding, "KL");
            },
            iter: 500);
    }

    [TestMethod]
    public void ConstantReconstructionIsAMarkovStepWithItsOwnLpCertificate()
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                BackwardFlow backward = Start(problem, parabolic: false, team, propagateOne: true);
                double tolerance = MassTolerance(problem);
                double[] before = Exponents.Select(p => Density.Norm(problem.Grid, backward.Level.V!, p)).ToArray();
                while (backward.Advance())
                {
                    double growth = backward.Level.GreatestPropagatedOne;
                    for (int index = 0; index < Exponents.Length; index++)
                    {
                        double norm = Density.Norm(problem.Grid, backward.Level.V!, Exponents[index]);
                        double bound = Math.Pow(growth, 1 - 1 / Exponents[index]) * before[index];
                        Assert.IsTrue(norm <= bound * (1 + tolerance), $"p = {Exponents[index]}: {norm:R} > {bound:R}");
                        before[index] = norm;
                    }
                }
            },
            iter: 300);
    }

    [TestMethod]
    public void TheBitsDoNotDependOnTheNumberOfThreadsOrOnTheAxesNames()
    {
        var long1 = Axis.Uniform(-3, 3, 40, Boundary.NoFlux);
        var long2 = Axis.Uniform(-2, 2, 33, Boundary.Periodic);
        double[][] results = new double[3][];
        for (int run = 0; run < 3; run++)
        {
            using var team = new WorkerTeam(run == 1 ? 3 : 1);
            bool swapped = run == 2;
            var grid = swapped ? new Grid(long2, long1) : new Grid(long1, long2);
            double[] u0 = new double[grid.CellCount], start = new double[grid.CellCount];
            for (int cell = 0; cell < u0.Length; cell++)
            {
                double x = grid.Centre(cell, swapped ? 1 : 0), y = grid.Centre(cell, swapped ? 0 : 1);
                u0[cell] = Math.Exp(-4 * (x * x + (y - 0.3) * (y - 0.3))) + 0.5 * Math.Exp(-6 * ((x - 1.7) * (x - 1.7) + y * y));
                start[cell] = 1 + 0.5 * Math.Sin(2 * x + y);
            }

            var times = new TimeLevels(0.01, 0.5, 5, TimeSpacing.Geometric, 0, 4, []);
            var forward = new ForwardFlow(grid, times, ForwardKind.ImplicitEuler, u0, team, 1L << 30, keep: true, swapped ? 1 : 0);
            while (forward.Advance())
            {
            }

            var scheme = new RemapScheme(grid, 0.3, true, new ImplicitEuler(grid, team), team);
            var backward = new BackwardFlow(forward, scheme, start, propagateOne: false);
            while (backward.Advance())
            {
            }

            results[run] = new double[start.Length];
            for (int cell = 0; cell < start.Length; cell++)
                results[run][swapped ? cell / long2.Cells + cell % long2.Cells * long1.Cells : cell] = start[cell];
        }

        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    public void AStepAllocatesNothing()
    {
        using var team = new WorkerTeam(1);
        var axis = Axis.Uniform(-3, 3, 40, Boundary.NoFlux);
        var times = new TimeLevels(0.01, 1, 40, TimeSpacing.Geometric, 0, 4, []);
        var problem = new Problem(new Grid(axis, axis), Bump(40), Bump(40), 0.2, times);
        Assert.AreEqual(0, Allocations.LeastOf(4, Started, backward =>
        {
            while (backward.Advance())
            {
            }
        }));

        BackwardFlow Started()
        {
            BackwardFlow backward = Start(problem, parabolic: true, team);
            backward.Advance();
            return backward;
        }
    }

    private static double[] Bump(int cells) =>
        [.. Enumerable.Range(0, cells * cells).Select(cell => 1 + Math.Sin(cell % cells * 0.3) * Math.Cos(cell / cells * 0.2))];

    private static (double Least, double Most) Range(double[] u, double[] v)
    {
        double[] ratios = [.. v.Zip(u, (value, density) => value / density)];
        return (ratios.Min(), ratios.Max());
    }
}
