using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Flows;

[TestClass]
public sealed class FlowTests
{
    private static Problem Blob(int columns, int rows, int steps)
    {
        var grid = new Grid(Axis.Uniform(-4, 4, columns, Boundary.NoFlux), Axis.Uniform(-4, 4, rows, Boundary.NoFlux));
        double[] Gaussian(double x, double y, double variance) =>
            Problem.Normalise(grid, [.. Enumerable.Range(0, grid.CellCount).Select(cell =>
            Math.Exp(-(Math.Pow(grid.Centre(cell, 0) - x, 2) + Math.Pow(grid.Centre(cell, 1) - y, 2)) / (2 * variance)))]);
        return new Problem(grid, Gaussian(0.3, -0.2, 0.2), Gaussian(0, 0, 2), 0.2,
            new TimeLevels(0.01, 1, steps, TimeSpacing.Geometric, 0, 10, [0.5]));
    }

    [TestMethod]
    public void LevelsComputedAgainHaveTheSameBits()
    {
        using var team = new WorkerTeam(1);
        Problem problem = Blob(20, 24, 37);
        ForwardFlow all = problem.Solve(team);
        long bytes = 8L * problem.Grid.CellCount;
        foreach (long arrays in new long[] { 12, 13, 20, 30 })
        {
            ForwardFlow some = problem.Solve(team, arrays * bytes);
            for (int level = problem.Times.Last; level > 0; level--)
            {
                double[] old = some.At(level);
                double[] next = some.At(level - 1);
                CollectionAssert.AreEqual(all.At(level), old, $"level {level} lent beside its neighbour, {arrays} arrays");
                CollectionAssert.AreEqual(all.At(level - 1), next, $"level {level - 1}, {arrays} arrays");
            }
        }

        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => problem.Solve(team, 5 * bytes));
        StringAssert.Contains(error.Message, "require at least");
    }

    /// <summary>With stop &gt; 0 and stop = 0; levels are asked for from T down, as generation does, without the steps before.</summary>
    [TestMethod]
    [DataRow(0.01, 1)]
    [DataRow(0.01, 7)]
    [DataRow(0, 1)]
    public void AClosedFormAtTAtOnceHasTheBitsOfOneInSteps(double stop, int warmup)
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-4, 4, 20, Boundary.NoFlux), Axis.Uniform(-4, 4, 24, Boundary.NoFlux));
        var times = new TimeLevels(stop, 1, 9, TimeSpacing.Geometric, 0.05, warmup, [0.5]);
        var data = Mixture.Gaussian([0.3, -0.2], 0.2);
        double[] initial = stop > 0 ? [] : data.CellAverages(grid);
        ForwardFlow Flow(bool keep) => new(grid, times, new ClosedFormSweeps(grid, data, team), initial, memory: 0, keep);
        ForwardFlow inSteps = Flow(keep: false), atOnce = Flow(keep: true);
        var levels = new List<double[]>();
        if (inSteps.Level.Index == 0)
            levels.Add([.. inSteps.Level.U]);
        while (inSteps.Advance())
        {
            if (inSteps.Level.Index >= 0)
                levels.Add([.. inSteps.Level.U]);
        }

        Assert.IsTrue(atOnce.Hasten());
        Assert.IsFalse(atOnce.Hasten());
        Assert.AreEqual(times.Last, atOnce.Level.Index);
        Assert.AreEqual(inSteps.StepsDone, atOnce.StepsDone);
        CollectionAssert.AreEqual(levels[^1], atOnce.Level.U);
        for (int level = times.Last; level > 0; level--)
        {
            double[] old = atOnce.At(level), next = atOnce.At(level - 1);
            CollectionAssert.AreEqual(levels[level], old, $"level {level} beside its neighbour");
            CollectionAssert.AreEqual(levels[level - 1], next, $"level {level - 1}");
        }
    }

    [TestMethod]
    public void TheStepLoopAllocatesNothing()
    {
        using var team = new WorkerTeam(2);
        Problem problem = Blob(40, 50, 60);
        long taken = Allocations.LeastOf(4, Noising, flow =>
        {
            while (flow.Advance())
            {
            }
        });
        Assert.AreEqual(0, taken, "forward");
        ForwardFlow forward = problem.Solve(team);
        taken = Allocations.LeastOf(4, Generation, flow =>
        {
            while (flow.Advance())
            {
            }
        });
        Assert.AreEqual(0, taken, "backward");

        ForwardFlow Noising()
        {
            var flow = new ForwardFlow(problem.Grid, problem.Times, ForwardKind.ImplicitEuler, problem.U0, team, 1 << 30, keep: true);
            for (int warm = 0; warm < 3; warm++)
                flow.Advance();
            return flow;
        }

        BackwardFlow Generation()
        {
            var flow = new BackwardFlow(forward, new MarkovScheme(problem.Grid, 0.2, null, team), [.. problem.Start], propagateOne: true);
            for (int warm = 0; warm < 3; warm++)
                flow.Advance();
            return flow;
        }
    }

    [TestMethod]
    public void AForwardRunEndsAtTheLastLevelAndKeepsMass()
    {
        using var team = new WorkerTeam(1);
        Problem problem = Blob(16, 16, 5);
        var flow = new ForwardFlow(problem.Grid, problem.Times, ForwardKind.ImplicitEuler, problem.U0, team, 0, keep: false);
        Assert.AreEqual(-1, flow.Level.Index);
        var seen = new List<int>();
        while (flow.Advance())
        {
            if (flow.Level.Index >= 0)
                seen.Add(flow.Level.Index);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, problem.Times.Last + 1).ToArray(), seen);
        Assert.AreEqual(flow.StepCount, flow.StepsDone);
        Assert.AreEqual(1, Density.Mass(problem.Grid, flow.Level.U), 1e-13);
        Assert.ThrowsExactly<ArgumentException>(
            () => new BackwardFlow(flow, new MarkovScheme(problem.Grid, 0, null, team), problem.Start, false));
    }
}
