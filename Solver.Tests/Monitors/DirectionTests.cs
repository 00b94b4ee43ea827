using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Tests.Monitors.Measuring;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>The sharp Li–Yau bounds along the axes and the diagonals (docs/numerics.md, 5.1).</summary>
[TestClass]
public sealed class DirectionTests
{
    private static readonly string[] Names = ["li-yau-axis[x]", "li-yau-axis[y]", "li-yau-diagonal"];

    [TestMethod]
    public void NoDirectionFallsBelowItsBoundOnRandomProblemsOfAnyForwardKind()
    {
        using var team = new WorkerTeam(1);
        int held = 0;
        Gen.Select(Problem.Any(Problem.AnyUniformAxis), Gen.OneOf(ForwardKind.ImplicitEuler, ForwardKind.LatticeExact)).Sample(
            (problem, kind) => held += Check(Watch(problem.Grid, problem.Times, kind, Sweeps(kind, problem.Grid, team), problem.U0, team)),
            iter: 600, threads: 1);
        Assert.IsGreaterThan(3000, held);
    }

    [TestMethod]
    public void NoDirectionFallsBelowItsBoundForCellAveragesOfRandomMixtures()
    {
        using var team = new WorkerTeam(1);
        int held = 0;
        (from problem in Problem.Any(Problem.AnyUniformAxis)
         from x in Gen.Double[-0.9, 1.9].Array[3]
         from y in Gen.Double[-0.9, 1.9].Array[3]
         from variance in Gen.OneOf(Gen.Const(0.0), Gen.Double[0.001, 2]).Array[3]
         select (problem, x, y, variance)).Sample(
            each =>
            {
                Mixture mixture = each.problem.Grid.Dimension == 1
                    ? Mixture.Gaussians(each.x, each.variance)
                    : Mixture.Gaussians(each.x, each.y, each.variance, []);
                IForwardSweeps sweeps = new ClosedFormSweeps(each.problem.Grid, mixture, team);
                held += Check(Watch(
                    each.problem.Grid, each.problem.Times, ForwardKind.ClosedForm, sweeps, [], team, mixture.LeastVariance));
            },
            iter: 300, threads: 1);
        Assert.IsGreaterThan(1500, held);
    }

    [TestMethod]
    [DataRow(ForwardKind.ImplicitEuler)]
    [DataRow(ForwardKind.LatticeExact)]
    public void EveryBoundIsAnEqualityAtADiracInACentre(ForwardKind kind)
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-40, 40, 401, Boundary.NoFlux), Axis.Uniform(-30, 30, 201, Boundary.NoFlux));
        double[] u0 = new double[grid.CellCount];
        int middle = grid.CellCount / 2;
        u0[middle] = 1 / grid.Volume(middle);
        var times = new TimeLevels(0.3, 3, 4, TimeSpacing.Geometric, 0, 3, []);
        List<Reading> readings = Watch(grid, times, kind, Sweeps(kind, grid, team), u0, team);
        Reading[] sharp = [.. readings.Where(reading => Names.Contains(reading.Monitor))];
        Assert.HasCount(15, sharp);
        foreach (Reading reading in sharp)
        {
            Assert.AreEqual(0, reading.Slack, 1e-9, $"{reading}");
            Assert.IsTrue(reading.Monitor == Names[1] || grid.Position(reading.Cell, 0) == 200, $"{reading}");
            Assert.IsTrue(reading.Monitor == Names[0] || grid.Position(reading.Cell, 1) == 100, $"{reading}");
            Assert.AreEqual(Verdict.Held, reading.Verdict);
        }

        // Their sum over the axes is li-yau-discrete; steps of the length of h² exceed the continuum bounds.
        Reading trace = readings.First(reading => reading.Monitor == "li-yau-discrete");
        Assert.AreEqual(trace.Bound, sharp[0].Bound + sharp[1].Bound, 1e-12 * Math.Abs(trace.Bound));
        foreach (string name in new[] { "hamilton[x]", "hamilton[y]", "hamilton[diagonal]" })
        {
            Reading continuum = readings.First(reading => reading.Monitor == name);
            Assert.AreEqual(-0.5 / 0.3, continuum.Bound, 1e-12);
            Assert.AreEqual((ReadingStatus.Observed, Verdict.Discretization), (continuum.Status, continuum.Verdict), $"{continuum}");
        }
    }

    [TestMethod]
    public void AnAxisIsWatchedWhereTheOtherOneIsGraded()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(
            Axis.Uniform(-40, 40, 201, Boundary.Periodic),
            Axis.Graded([.. Enumerable.Range(0, 20).Select(face => Math.Pow(face, 1.3))], Boundary.NoFlux));
        double[] u0 = new double[grid.CellCount];
        u0[grid.CellCount / 2] = 1 / grid.Volume(grid.CellCount / 2);
        var times = new TimeLevels(0.05, 1, 6, TimeSpacing.Geometric, 0, 3, []);
        List<Reading> readings =
            Watch(grid, times, ForwardKind.ImplicitEuler, new ImplicitEuler(grid, team), u0, team);
        Assert.IsTrue(readings.Where(reading => reading.Monitor == Names[0]).All(reading => reading.Verdict == Verdict.Held));
        Assert.IsTrue(readings.Where(reading => reading.Monitor == Names[0]).All(reading => Math.Abs(reading.Slack) < 1e-9), "sharp");
        Assert.IsTrue(readings.Where(reading => reading.Monitor == Names[1] || reading.Monitor == Names[2])
            .All(reading => reading.Verdict == Verdict.NotApplicable));
    }

    [TestMethod]
    public void OneAlteredCellViolatesTheDirectionItLiesIn()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-4, 4, 40, Boundary.NoFlux), Axis.Uniform(-4, 4, 48, Boundary.NoFlux));
        double[] u0 = new double[grid.CellCount];
        Mixture.Gaussian([0, 0], 0.3).CellAverages(grid, u0);
        var times = new TimeLevels(0.05, 1, 12, TimeSpacing.Geometric, 0, 8, []);
        int cell = grid.CellCount / 2 + 20;
        foreach ((string name, int[] raised) in new[]
        {
            ("li-yau-axis[x]", new[] { cell }), ("li-yau-axis[y]", [cell]), ("li-yau-diagonal", [cell]),

            // Two neighbours along y raised alike: no second difference along y is as negative as the one along x.
            ("li-yau-axis[x]", [cell - 40, cell, cell + 40]),
        })
        {
            Reading[] fired =
            [
                .. Watch(grid, times, ForwardKind.ImplicitEuler, new ImplicitEuler(grid, team), u0, team, tamper: level =>
                {
                    foreach (int each in raised)
                        level.U[each] *= level.Index == 5 ? 1.8 : 1;
                }).Where(reading => reading.Verdict == Verdict.Violated && reading.Monitor == name),
            ];
            Assert.AreEqual((5, ReadingStatus.Guaranteed), (fired.FirstOrDefault().Step, fired.FirstOrDefault().Status), name);
            Assert.HasCount(1, fired);
        }
    }

    [TestMethod]
    public void TheSmallestSecondDifferencesAreThoseOfPlainLoops()
    {
        using var team = new WorkerTeam(2);
        foreach (Grid grid in LevelStatisticsTests.Grids.Select(row => (Grid)row[0]).Append(
            new Grid(Axis.Uniform(0, 1, 1030, Boundary.Periodic), Axis.Uniform(0, 1, 35, Boundary.Periodic))))
        {
            foreach (double spread in new[] { 2.0, 12, 600 })
            {
                var random = new Random(grid.CellCount);
                double[] u = [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-spread * random.NextDouble()))];
                var times = new TimeLevels(0.01, 0.4, 1, TimeSpacing.Uniform, 0, 1, []);
                var statistics = new LevelStatistics(grid, [], team);
                statistics.Measure(new FlowLevel(grid, times) { Index = 0, U = u });
                double[] least = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity];
                double entropy = 0, information = 0;
                for (int cell = 0; cell < u.Length; cell++)
                {
                    entropy -= grid.Volume(cell) * u[cell] * Math.Log(u[cell]);
                    foreach ((int x, int y, int direction) in new[] { (1, 0, 0), (0, 1, 1), (1, 1, 2), (1, -1, 2) })
                    {
                        int upper = Moved(grid, cell, x, y), lower = Moved(grid, cell, -x, -y);
                        least[direction] = Math.Min(least[direction], Math.Log(u[upper] / u[cell]) + Math.Log(u[lower] / u[cell]));
                        if (direction < grid.Dimension && grid.Position(cell, direction) < grid.Axes[direction].Links)
                        {
                            double area = grid.Volume(cell) / grid.Axes[direction].Widths[grid.Position(cell, direction)];
                            information += area / grid.Axes[direction].Distances[grid.Position(cell, direction)] * (u[upper] - u[cell])
                                * Math.Log(u[upper] / u[cell]);
                        }
                    }
                }

                Assert.AreEqual(entropy, statistics.Entropy, 1e-12 * statistics.EntropyWeight);
                Assert.AreEqual(information, statistics.Information, 1e-12 * information + 1e-300);
                Assert.IsGreaterThanOrEqualTo(information, statistics.InformationWeight * (1 + 1e-12));
                for (int direction = 0; direction < (grid.Dimension == 1 ? 1 : 3); direction++)
                {
                    (double value, int place) = statistics.LeastSecondDifference(direction);
                    if (grid.Dimension == 1 && !grid.X.IsUniform)
                        Assert.AreEqual(double.NaN, value);
                    else
                        Assert.AreEqual(least[direction], value, 1e-12 * Math.Abs(value) + 1e-14, $"{grid.Columns} × {grid.Rows}: {place}");
                }
            }
        }
    }

    private static int Moved(Grid grid, int cell, int x, int y)
    {
        int column = Place(grid.X, cell % grid.Columns + x), row = grid.Dimension == 1 ? 0 : Place(grid.Axes[1], cell / grid.Columns + y);
        return row * grid.Columns + column;
    }

    private static int Place(Axis axis, int place) =>
        axis.IsPeriodic ? (place + axis.Cells) % axis.Cells : Math.Clamp(place, 0, axis.Cells - 1);

    private static int Check(List<Reading> readings)
    {
        Reading[] own = [.. readings.Where(reading => Names.Contains(reading.Monitor))];
        foreach (Reading reading in own)
            Assert.AreEqual((ReadingStatus.Guaranteed, false), (reading.Status, reading.Verdict == Verdict.Violated), $"{reading}");
        return own.Count(reading => reading.Verdict == Verdict.Held);
    }

    private static IForwardSweeps Sweeps(ForwardKind kind, Grid grid, WorkerTeam team) =>
        kind == ForwardKind.LatticeExact ? new LatticeExact(grid, team) : new ImplicitEuler(grid, team);

    private static List<Reading> Watch(
        Grid grid, TimeLevels times, ForwardKind kind, IForwardSweeps sweeps, double[] u0, WorkerTeam team, double variance = 0,
        Action<FlowLevel>? tamper = null)
    {
        var flow = new ForwardFlow(grid, times, sweeps, u0, 0, keep: false);
        var monitors = new MonitorSet(
            new MonitorSetup(grid, times, kind, null, team) { DataVariance = variance, Also = ["hamilton"] });
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
