using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>Entropy, Fisher information and the least losses (docs/numerics.md, 5.3).</summary>
[TestClass]
public sealed class InformationTests
{
    [TestMethod]
    public void EntropyAndInformationObeyTheirBoundsOnRandomProblems()
    {
        using var team = new WorkerTeam(1);
        int entropy = 0, fisher = 0;
        Problem.Any(Gen.OneOf(Problem.AnyAxis, Problem.AnyUniformAxis)).Sample(
            problem =>
            {
                foreach (ForwardKind kind in problem.Grid.IsUniform
                    ? new[] { ForwardKind.ImplicitEuler, ForwardKind.LatticeExact } : [ForwardKind.ImplicitEuler])
                {
                    foreach (Reading reading in Watch(problem, kind, team))
                    {
                        if (reading.Monitor is not ("de-bruijn" or "fisher-bound"))
                            continue;
                        Assert.AreNotEqual(Verdict.Violated, reading.Verdict, $"{kind}: {reading}");
                        int held = reading is { Verdict: Verdict.Held, Status: ReadingStatus.Guaranteed } ? 1 : 0;
                        (entropy, fisher) =
                            reading.Monitor == "de-bruijn" ? (entropy + held, fisher) : (entropy, fisher + held);
                    }
                }
            },
            iter: 700, threads: 1);
        Assert.IsGreaterThan(1500, entropy);
        Assert.IsGreaterThan(1500, fisher);
    }

    [TestMethod]
    public void TheBoundIsSharpForADiracAndTheLatticeExceedsTheContinuums()
    {
        // 2t I_h = 1.053 at 2t = h².
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-40.5, 40.5, 81, Boundary.NoFlux));
        double[] u0 = new double[81];
        u0[40] = 1;
        var problem = new Problem(grid, u0, u0, 1, new TimeLevels(0.5, 4, 3, TimeSpacing.Geometric, 0, 1, []));
        List<Reading> readings = Watch(problem, ForwardKind.LatticeExact, team);
        Reading first = readings.First(reading => reading.Monitor == "fisher-bound");
        Assert.AreEqual(1.053, first.Measured, 5e-4);
        Assert.AreEqual(Verdict.Held, first.Verdict);
        Reading continuum = readings.First(reading => reading.Monitor == "fisher-continuum");
        Assert.AreEqual((1.0, Verdict.Discretization), (continuum.Bound, continuum.Verdict));
    }

    [TestMethod]
    public void TheGrowthOfEntropyIsTheIntegralOfTheInformation()
    {
        // Lattice semigroup: dH/dt = I exactly, so the one-sided differences close like the steps.
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-6, 6, 60, Boundary.NoFlux), Axis.Uniform(-6, 6, 50, Boundary.Periodic));
        double[] u0 = Mixture.Gaussians([-1, 1], [0.2, 0], [0.3, 0.5], []).CellAverages(grid);
        double[] gaps = [.. new[] { 20, 40, 80 }.Select(steps =>
        {
            var problem = new Problem(grid, u0, u0, 1, new TimeLevels(0.1, 1, steps, TimeSpacing.Uniform, 0, 1, []));
            return Watch(problem, ForwardKind.LatticeExact, team)
                .Where(reading => reading is { Monitor: "de-bruijn", Verdict: Verdict.Held })
                .Sum(reading => reading.Measured - reading.Bound);
        })];
        Assert.AreEqual(2, gaps[0] / gaps[1], 0.1);
        Assert.AreEqual(2, gaps[1] / gaps[2], 0.05);
    }

    [TestMethod]
    public void AnAlteredLevelViolatesBoth()
    {
        using var team = new WorkerTeam(1);
        foreach (int dimension in new[] { 1, 2 })
        {
            Axis[] axes = [.. Enumerable.Range(0, dimension).Select(axis => Axis.Uniform(-4, 4, 40 + 8 * axis, Boundary.NoFlux))];
            var grid = new Grid(axes);
            double[] u0 = Mixture.Gaussian(new double[dimension], 0.3).CellAverages(grid);
            var problem = new Problem(grid, u0, u0, 1, new TimeLevels(0.05, 1, 12, TimeSpacing.Geometric, 0, 8, []));
            foreach ((string monitor, int step) in new[] { ("de-bruijn", 5), ("fisher-bound", 5) })
            {
                Reading[] fired = [.. Watch(problem, ForwardKind.ImplicitEuler, team, level =>
                {
                    for (int cell = 0; level.Index == 5 && cell < level.U.Length; cell++)
                        level.U[cell] *= 1 + (monitor == "de-bruijn" ? 0.6 : 0.9) * (1 - 2 * (cell % 2));
                }).Where(reading => reading.Monitor == monitor && Violation.Is(reading))];
                Assert.AreEqual(step, fired.FirstOrDefault(new Reading { Step = -1 }).Step, $"{monitor} in {dimension} dimensions");
            }
        }
    }

    private static List<Reading> Watch(Problem problem, ForwardKind kind, WorkerTeam team, Action<FlowLevel>? tamper = null)
    {
        IForwardSweeps sweeps =
            kind == ForwardKind.LatticeExact ? new LatticeExact(problem.Grid, team) : new ImplicitEuler(problem.Grid, team);
        var flow = new ForwardFlow(problem.Grid, problem.Times, sweeps, problem.U0, 0, keep: false);
        var monitors =
            new MonitorSet(new MonitorSetup(problem.Grid, problem.Times, kind, null, team) { Also = ["fisher-continuum"] });
        var readings = new List<Reading>();
        while (flow.Advance())
        {
            if (flow.Level.Index < 0)
                continue;
            FlowLevel level = Scenario.Copy(flow.Level);
            tamper?.Invoke(level);
            monitors.Read(level, readings);
        }

        return readings;
    }
}
