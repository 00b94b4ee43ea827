using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

[TestClass]
public sealed class MonitorSetTests
{
    private static readonly double[] Exponents = [1, 1.5, 2, 8, double.PositiveInfinity];

    private static MonitorSetup Setup(Problem problem, WorkerTeam team) =>
        new(problem.Grid, problem.Times, ForwardKind.ImplicitEuler, problem.Epsilon, team) { Exponents = Exponents };

    private static List<Reading> Watch(Problem problem, WorkerTeam team, Action<FlowLevel>? tamper = null)
    {
        ForwardFlow forward = problem.Solve(team);
        var backward = new BackwardFlow(
            forward, new MarkovScheme(problem.Grid, problem.Epsilon, null, team), [.. problem.Start], propagateOne: true);
        var monitors = new MonitorSet(Setup(problem, team));
        var readings = new List<Reading>();
        do
        {
            FlowLevel level = Copy(backward.Level);
            tamper?.Invoke(level);
            monitors.Read(level, readings);
        }
        while (backward.Advance());
        return readings;
    }

    /// <summary>A copy that a test may tamper with: the flow goes on undisturbed.</summary>
    private static FlowLevel Copy(FlowLevel level) => new(level.Grid, level.Times)
    {
        Index = level.Index,
        U = [.. level.U],
        V = level.V is null ? null : [.. level.V],
        GreatestPropagatedOne = level.GreatestPropagatedOne,
        Guarantees = level.Guarantees,
        Forward = level.Forward,
    };

    private static Problem Smooth(int dimension)
    {
        Axis[] axes = [.. Enumerable.Range(0, dimension).Select(axis => Axis.Uniform(-4, 4, 40 + 8 * axis, Boundary.NoFlux))];
        var grid = new Grid(axes);
        double[] u0 = new double[grid.CellCount], start = new double[grid.CellCount];
        Mixture.Gaussian(new double[dimension], 0.3).CellAverages(grid, u0);
        Mixture.Gaussian(new double[dimension].Select(_ => 0.2).ToArray(), 1.5).CellAverages(grid, start);
        return new Problem(grid, u0, start, 0.3, new TimeLevels(0.05, 1, 12, TimeSpacing.Geometric, 0, 8, []));
    }

    [TestMethod]
    public void NoGuaranteedReadingIsViolatedOnRandomProblems()
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Gen.OneOf(Problem.AnyAxis, Problem.AnyUniformAxis)).Sample(
            problem =>
            {
                foreach (Reading reading in Watch(problem, team).Where(reading => reading.Status == ReadingStatus.Guaranteed))
                    Assert.AreNotEqual(Verdict.Violated, reading.Verdict, $"{reading}");
            },
            iter: 1500);
    }

    [TestMethod]
    public void TheSharpBoundIsAnEqualityAtADirac()
    {
        // Far from the walls, on one and two axes, for any steps: slack 0 to 1e-9 of the bound.
        using var team = new WorkerTeam(1);
        foreach (double end in new[] { 1e-6, 0.01, 3 })
        {
            foreach (int dimension in new[] { 1, 2 })
            {
                Axis[] axes = [.. Enumerable.Range(0, dimension).Select(_ => Axis.Uniform(-40, 40, 401, Boundary.NoFlux))];
                var grid = new Grid(axes);
                double[] u0 = new double[grid.CellCount];
                int middle = grid.CellCount / 2;
                u0[middle] = 1 / grid.Volume(middle);
                var times = new TimeLevels(0.1 * end, end, 4, TimeSpacing.Geometric, 0, 3, []);
                var flow = new ForwardFlow(grid, times, ForwardKind.ImplicitEuler, u0, team, 0, keep: false);
                var monitors = new MonitorSet(new MonitorSetup(grid, times, ForwardKind.ImplicitEuler, null, team));
                var readings = new List<Reading>();
                while (flow.Advance())
                {
                    if (flow.Level.Index >= 0)
                        monitors.Read(flow.Level, readings);
                }

                Reading[] sharp = [.. readings.Where(reading => reading.Monitor == "li-yau-discrete")];
                Assert.HasCount(5, sharp);
                foreach (Reading reading in sharp)
                {
                    Assert.AreEqual(0, reading.Slack, 1e-9, $"{reading}");
                    Assert.AreEqual(middle, reading.Cell);
                    Assert.AreEqual(Verdict.Held, reading.Verdict);
                }

                // Three warm-up steps of the length of h² or more miss the continuum bound: the grid's fault, not the scheme's. Shorter
                // ones see single cells.
                if (end == 3)
                    Assert.AreEqual(Verdict.Discretization, readings.First(reading => reading.Monitor == "li-yau").Verdict);
            }
        }
    }

    [TestMethod]
    [DataRow("mass[u]")]
    [DataRow("mass[v]")]
    [DataRow("positivity")]
    [DataRow("ratio-bounds[min]")]
    [DataRow("ratio-bounds[max]")]
    [DataRow("kl-contraction")]
    [DataRow("li-yau-discrete")]
    [DataRow("lp-certificate[2]")]
    [DataRow("lp-certificate[inf]")]
    public void AMonitorFiresOnALevelTamperedWithOnItsWay(string monitor)
    {
        using var team = new WorkerTeam(1);
        foreach (int dimension in new[] { 1, 2 })
        {
            Problem problem = Smooth(dimension);
            Assert.IsTrue(Watch(problem, team).All(reading => reading.Verdict != Verdict.Violated));
            int cell = problem.Grid.CellCount / 2 + problem.Grid.Columns / 2 * (dimension - 1);
            List<Reading> readings = Watch(problem, team, level =>
            {
                if (level.Index != 5)
                    return;
                double[] v = level.V!;
                switch (monitor)
                {
                    case "mass[u]":
                        level.U[cell] *= 1 + 1e-6;
                        break;
                    case "mass[v]":
                        v[cell] *= 1 + 1e-6;
                        break;
                    case "positivity":
                        v[cell] = -1e-300;
                        break;
                    case "ratio-bounds[min]":
                        v[cell] = 0;
                        break;
                    case "li-yau-discrete":
                        level.U[cell] *= 1.5;
                        break;
                    case "lp-certificate[2]" or "lp-certificate[inf]":
                        level.GreatestPropagatedOne = 0.9;
                        break;
                    default:
                        v[0] += 0.5 / problem.Grid.Volume(0);
                        break;
                }
            });

            Reading[] fired = [.. readings.Where(reading => reading.Verdict == Verdict.Violated && reading.Monitor == monitor)];
            Assert.AreEqual(5, fired.FirstOrDefault().Step, $"{monitor} fires at the level that was tampered with");
            Assert.AreEqual(ReadingStatus.Guaranteed, fired[0].Status);
        }
    }

    [TestMethod]
    public void AWrongRateIsCaught()
    {
        // A reference step of this test's own, explicit upwind with the rates of the two directions exchanged: mass stays, the rest does
        // not.
        using var team = new WorkerTeam(1);
        Problem problem = Smooth(1);
        ForwardFlow forward = problem.Solve(team);
        var monitors = new MonitorSet(Setup(problem, team) with { Exponents = [2] });
        var readings = new List<Reading>();
        double[] v = [.. problem.Start];
        for (int index = problem.Times.Last; index >= 0; index--)
        {
            double[] u = forward.At(index);
            monitors.Read(
                new FlowLevel(problem.Grid, problem.Times)
                {
                    Index = index,
                    U = u,
                    V = v,
                    Guarantees = Guarantees.Mass | Guarantees.Positivity | Guarantees.KlContraction | Guarantees.RatioBounds,
                },
                readings);
            double step = index == 0 ? 0 : problem.Times.Step(index - 1) / Math.Pow(problem.Grid.X.Widths[0], 2);
            double[] next = [.. v];
            for (int cell = 0; cell + 1 < v.Length; cell++)
            {
                double ratio = u[cell] / u[cell + 1];
                double flux = Math.Min(0.2, step) * 0.5 * ((ratio - 1) > 0 ? (ratio - 1) * v[cell] : (ratio - 1) * v[cell + 1]);
                double moved = Math.Clamp(flux, -0.4 * v[cell + 1], 0.4 * v[cell]);
                next[cell] -= moved;
                next[cell + 1] += moved;
            }

            v = next;
        }

        string[] fired = [.. readings.Where(reading => reading.Verdict == Verdict.Violated).Select(reading => reading.Monitor).Distinct()];
        CollectionAssert.Contains(fired, "kl-contraction");
        CollectionAssert.Contains(fired, "ratio-bounds[max]");
        CollectionAssert.DoesNotContain(fired, "mass[v]");
    }

    [TestMethod]
    public void AtTheFloorNothingIsHiddenAndNothingIsUndefined()
    {
        // A Dirac after one tiny step on a long line: most cells are at the floor, and the readings say which share was judged.
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(0, 1, 2000, Boundary.NoFlux));
        double[] u0 = new double[2000], start = [.. Enumerable.Repeat(1.0, 2000)];
        u0[1000] = 2000;
        var times = new TimeLevels(1e-9, 1, 30, TimeSpacing.Geometric, 0, 2, []);
        List<Reading> readings = Watch(new Problem(grid, u0, start, 0.2, times), team);
        Assert.IsTrue(readings.All(reading => reading.Verdict != Verdict.Violated || reading.Status == ReadingStatus.Observed));
        Assert.IsTrue(readings.Where(reading => reading.Verdict is Verdict.Held or Verdict.Violated)
            .All(reading => double.IsFinite(reading.Measured)));
        Assert.IsLessThan(0.6, readings.Last(reading => reading.Monitor == "ratio-bounds[min]").Judged);
        Assert.AreEqual(1.0, readings.First(reading => reading.Monitor == "ratio-bounds[min]").Judged);
    }

    [TestMethod]
    public void ReadingAllocatesNothingAndThreadsChangeNoBit()
    {
        using var one = new WorkerTeam(1);
        using var two = new WorkerTeam(2);
        Problem problem = Smooth(2);
        CollectionAssert.AreEqual(Watch(problem, one), Watch(problem, two));

        ForwardFlow forward = problem.Solve(two);
        var backward = new BackwardFlow(forward, new MarkovScheme(problem.Grid, 0.3, null, two), problem.Start, propagateOne: true);
        Mixture points = Mixture.Points([-1, 1], [0.5, 0], []);
        MonitorSet monitors = Of(two);
        List<Reading> readings = new(1000), alone = [];
        monitors.Read(backward.Level, readings);
        Of(one).Read(backward.Level, alone);
        CollectionAssert.AreEqual(alone, readings);
        backward.Advance();
        monitors.Read(backward.Level, readings);
        backward.Advance();
        Assert.AreEqual(0, Allocations.LeastOf(5, () => monitors.Read(backward.Level, readings)));

        MonitorSet Of(WorkerTeam team) => new(Setup(problem, team) with { Support = DataSupport.Of(points, problem.Grid, team) });
    }

    /// <summary>They cost a search per cell and an array of one value per cell, and are judged at ε = 0 alone.</summary>
    [TestMethod]
    public void DistancesToTheConvexHullAreComputedWithoutNoiseOnly()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-2, 2, 250, Boundary.NoFlux), Axis.Uniform(-2, 2, 200, Boundary.NoFlux));
        DataSupport support = DataSupport.Of(Mixture.Points([-1, 1, 0.5], [0.5, 0, 1], []), grid, team);
        var times = new TimeLevels(0.1, 1, 3, TimeSpacing.Uniform, 0, 2, []);
        Assert.IsLessThan(8L * grid.CellCount, Allocated(1));
        Assert.IsGreaterThan(8L * grid.CellCount, Allocated(0));

        long Allocated(double epsilon)
        {
            var setup = new MonitorSetup(grid, times, ForwardKind.ImplicitEuler, epsilon, team) { Support = support };
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = new MonitorSet(setup);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
