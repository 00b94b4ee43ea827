using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;
using PdeDiffusion.Tests.Monitors.Measuring;
using PdeDiffusion.Threads;
using MonitorsConfig = PdeDiffusion.Configs.MonitorsConfig;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>The theorems of the continuum and their discrete forms on the data that the paper is about.</summary>
[TestClass]
public sealed class TheoremTests
{
    public static IEnumerable<object[]> Runs() =>
        from data in Scenario.Names
        from dimension in new[] { 1, 2 }
        from remap in new[] { false, true }
        select new object[] { data, dimension, remap };

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void NoGuaranteedTheoremIsViolatedAndTheContinuumsHoldUpToDiscretization(string data, int dimension, bool remap)
    {
        using var team = new WorkerTeam(1);
        foreach (double epsilon in new[] { 0, 0.2, 1, 2 })
        {
            Scenario scenario = Scenario.Of(data, dimension, epsilon, remap) with { Parabolic = epsilon < 1 };
            List<Reading> readings = scenario.Watch(team);
            foreach (Reading reading in readings)
            {
                if (reading.Status == ReadingStatus.Guaranteed || reading.Monitor is "concentration" or "kl-dissipation")
                    Assert.AreNotEqual(Verdict.Violated, reading.Verdict, $"epsilon {epsilon}: {reading}");
            }

            bool isNear = data != "gaussians";
            Assert.AreEqual(isNear, readings.Any(reading => reading.Monitor == "concentration" && reading.Verdict == Verdict.Held));
            Assert.AreEqual(isNear && epsilon == 0, readings.Any(reading => reading.Monitor == "support-concentration"));
            Assert.AreEqual(data is "dirac" or "lemniscate", readings.Any(reading => reading.Monitor == "score-identity"));
        }
    }

    [TestMethod]
    [DataRow("kl-dissipation")]
    [DataRow("concentration")]
    [DataRow("concentration-discrete")]
    [DataRow("support-concentration")]
    [DataRow("score-error-budget")]
    [DataRow("score-identity")]
    public void AMonitorFiresOnALevelTamperedWithOnItsWay(string monitor)
    {
        using var team = new WorkerTeam(1);
        foreach (int dimension in new[] { 1, 2 })
        {
            // Towards one Dirac support-concentration is an equality, and a cell decides; towards a box there is room.
            bool isSupport = monitor == "support-concentration";
            Scenario scenario = Scenario.Of(isSupport ? "box" : "dirac", dimension, isSupport ? 0 : 0.5, isSupport, cells: 100,
                steps: 20) with
            {
                // The markov scheme's own diffusion at ε = 0 spreads the support: a finding of its own, which the remap does not have.
                Parabolic = true,
                Stop = 0.1,
                Steps = isSupport ? 60 : 20,
                StartVariance = isSupport ? 0.3 : 2.2,
                Score = monitor == "score-error-budget" ? of =>
                    new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1.3, [], 0, 0) : null,
            };
            Reading[] untouched =
                [.. scenario.Watch(team).Where(reading => reading.Monitor == monitor && reading.Verdict == Verdict.Violated)];
            Assert.IsEmpty(untouched, string.Join("\n", untouched));
            Reading[] fired =
            [
                .. scenario.Watch(team, level => Tamper(level, monitor))
                    .Where(reading => reading.Monitor == monitor
                        && reading.Verdict == (monitor == "concentration" ? Verdict.Discretization : Verdict.Violated)),
            ];
            Assert.AreEqual(5, fired.FirstOrDefault(new Reading { Step = -1 }).Step,
                $"{monitor} fires at the level that was tampered with");
        }
    }

    /// <summary>What breaks one theorem at level 5.</summary>
    private static void Tamper(FlowLevel level, string monitor)
    {
        if (level.Index != 5)
            return;
        double[] u = level.U, v = level.V!;
        Grid grid = level.Grid;
        switch (monitor)
        {
            case "concentration-discrete":
                // True of any two densities: only a v that is none can miss it, mass +1 in a far corner and −1 in the middle with little
                // mass around.
                for (int cell = 0; cell < v.Length; cell++)
                    (u[cell], v[cell]) = (u[cell] * 1e-3, v[cell] * 1e-3);
                v[grid.CellCount / 2 + (grid.Dimension - 1) * grid.Columns / 2] -= 10 / grid.Volume(0);
                u[0] = v[0] = 10 / grid.Volume(0);
                break;
            case "score-identity":
                for (int cell = 0; cell < u.Length; cell++)
                    u[cell] *= 1 + 0.5 * (cell % 2);
                break;
            default:
                v[0] += 0.2 / grid.Volume(0);
                break;
        }
    }

    [TestMethod]
    public void TheDiscreteConcentrationBoundIsATheoremForAnyDensities()
    {
        using var team = new WorkerTeam(1);
        var random = new Random(4);
        for (int trial = 0; trial < 200; trial++)
        {
            Scenario scenario = Scenario.Of("dirac", 1 + trial % 2, 1, false, cells: 12);
            DataSupport support = DataSupport.Of(scenario.Data, scenario.Grid, team);
            var times = new TimeLevels(Math.Pow(10, -4 * random.NextDouble()), 2, 2, TimeSpacing.Uniform, 0, 1, []);
            double[] Any(double decades) => Problem.Normalise(
                scenario.Grid, [.. Enumerable.Range(0, scenario.Grid.CellCount).Select(_ => Math.Pow(10, -decades * random.NextDouble()))]);
            double spread = trial % 3 == 0 ? 200 : 10 * random.NextDouble();
            var level = new FlowLevel(scenario.Grid, times) { Index = trial % 3, U = Any(spread), V = Any(spread) };
            var monitors = new MonitorSet(new MonitorSetup(scenario.Grid, times, ForwardKind.ImplicitEuler, 1, team) { Support = support });
            var readings = new List<Reading>();
            monitors.Read(level, readings);
            Reading reading = readings.Single(reading => reading.Monitor == "concentration-discrete");
            Assert.AreEqual(Verdict.Held, reading.Verdict, $"{reading}");
        }
    }

    [TestMethod]
    public void TheDiscreteConcentrationBoundIsSharpForATiltedDensity()
    {
        // Equality in Donsker–Varadhan: v = u e^φ / Σ u e^φ at one of the λ; the slack is then rounding.
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenario.Of("dirac", 2, 1, false);
        DataSupport support = DataSupport.Of(scenario.Data, scenario.Grid, team);
        var times = new TimeLevels(0.5, 1, 1, TimeSpacing.Uniform, 0, 1, []);
        double[] u = new double[scenario.Grid.CellCount];
        Mixture.Gaussian([0, 0], 0.8).CellAverages(scenario.Grid, u);
        double[] v =
            Problem.Normalise(scenario.Grid, [.. u.Select((value, cell) => value * Math.Exp(0.48 * support.SquaredDistances![cell] / 4))]);
        var readings = new List<Reading>();
        new MonitorSet(new MonitorSetup(scenario.Grid, times, ForwardKind.ImplicitEuler, 1, team) { Support = support })
            .Read(new FlowLevel(scenario.Grid, times) { Index = 1, U = u, V = v }, readings);
        Reading reading = readings.Single(reading => reading.Monitor == "concentration-discrete");
        Assert.AreEqual(0, reading.Slack, 1e-12);
        Assert.AreEqual(Verdict.Held, reading.Verdict);
    }

    [TestMethod]
    public void TheBestContinuumBoundIsTheLeastOverLambda()
    {
        foreach (int dimension in new[] { 1, 2 })
        {
            foreach (double divergence in new[] { 0, 1e-20, 1e-9, 0.01, 1, 30, 500 })
            {
                double least = Enumerable.Range(1, 200_000).Min(step =>
                {
                    double gap = Math.Pow(10, -step / 20_000.0 * 12 / 10);
                    return (divergence - 0.5 * dimension * Math.Log(gap)) / (1 - gap);
                });
                double found = ConcentrationMonitors.BestContinuumBound(divergence, dimension);
                Assert.IsLessThanOrEqualTo(least * (1 + 1e-9), found);
                Assert.AreEqual(least, found, 1e-3 * least + 2e-4);
            }
        }

        Assert.AreEqual(0.5, ConcentrationMonitors.BestContinuumBound(0, 1));
    }

    [TestMethod]
    public void TheBalanceOfDissipationClosesAtFirstOrderWithMarkovAndSecondWithRemap()
    {
        // Δt and h halved together; ε = 1, where the rate function adds no diffusion.
        using var team = new WorkerTeam(1);
        foreach ((bool remap, double order) in new[] { (false, 1.0), (true, 2.0) })
        {
            double[] residuals = [.. new[] { 1, 2, 4 }.Select(factor =>
            {
                Axis axis = Axis.Uniform(-8, 8, 80 * factor, Boundary.NoFlux);
                var scenario = new Scenario(new Grid(axis), Mixture.Gaussian([0.2], 0.5), 1, remap, 24 * factor, 0.1)
                {
                    Parabolic = true,
                    StartVariance = 3.4,
                    Warmup = 64 * factor,
                };
                return -scenario.Watch(team).Last(reading => reading.Monitor == "kl-dissipation").Slack;
            })];
            double measured = Math.Log2(residuals[1] / residuals[2]);
            Assert.AreEqual(order, measured, 0.35, $"remap {remap}: {string.Join(", ", residuals)}");
        }
    }

    [TestMethod]
    public void TheScoreIdentityClosesAsTheGridIsRefined()
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 1, 2, 4 }.Select(factor =>
        {
            Axis axis = Axis.Uniform(-6, 6, 96 * factor, Boundary.NoFlux);
            var scenario = new Scenario(new Grid(axis), Mixture.Points([-1, 0.8]), 1, false, 32 * factor * factor,
                0.1) { Warmup = 64 * factor * factor };
            Reading reading = scenario.Watch(team).Last(reading => reading.Monitor == "score-identity");
            Assert.AreEqual(5, reading.Bound, 1e-12, "d/(2t)");
            return reading.Measured;
        })];
        Assert.IsLessThan(0.1, errors[0] / 5);
        Assert.AreEqual(2, 0.5 * Math.Log2(errors[0] / errors[2]), 0.35, string.Join(", ", errors));
    }

    [TestMethod]
    public void OnABoxTheScoreIdentityCountsTheImages()
    {
        // A point near a wall, at a time when its reflection weighs as much: without images the error is of the size of the terms.
        using var team = new WorkerTeam(1);
        foreach (Boundary boundary in new[] { Boundary.NoFlux, Boundary.Periodic })
        {
            var grid = new Grid(Axis.Uniform(0, 8, 320, boundary), Axis.Uniform(0, 8, 64, Boundary.Periodic));
            var scenario = new Scenario(grid, Mixture.Points([0.5], [4.0], []), 1, false, 20, 0.3) { Warmup = 200, StartMean = 1 };
            Reading reading = scenario.Watch(team).Last(reading => reading.Monitor == "score-identity");
            Assert.IsGreaterThan(0.97, reading.Slack, $"{boundary}: {reading}");
            Assert.AreEqual(1, reading.Judged, 0.05);
        }
    }

    [TestMethod]
    public void TheMeasuredScoreErrorIsThatOfPlainLoops()
    {
        using var team = new WorkerTeam(2);
        var random = new Random(8);
        foreach (Grid grid in new[]
        {
            new Grid(Axis.Uniform(0, 3, 37, Boundary.NoFlux)), new Grid(Axis.Uniform(0, 3, 2, Boundary.Periodic)),
            new Grid(Axis.Graded([0, 0.5, 0.8, 1.5, 2.0], Boundary.Periodic),
                Axis.Graded([.. Enumerable.Range(0, 20).Select(face => Math.Pow(face, 1.3))], Boundary.NoFlux)),
            new Grid(Axis.Uniform(0, 3, 41, Boundary.NoFlux), Axis.Uniform(0, 2, 19, Boundary.Periodic)),
        })
        {
            double[] Any() =>
                Problem.Normalise(grid, [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-5 * random.NextDouble()))]);
            var times = new TimeLevels(0.1, 1, 1, TimeSpacing.Uniform, 0, 1, []);
            var level = new FlowLevel(grid, times) { Index = 1, U = Any(), V = Any() };
            var score = new PerturbedFaceScore(grid, new GridScore(grid), 1.4, [], 0.7, 3);
            var statistics = new LevelStatistics(grid, [], team);
            statistics.Measure(level);
            MonitorSetup setup = new MonitorSetup(grid, times, ForwardKind.ImplicitEuler, 0.5, team).WithOwnRounding();
            double found = new ScoreBudgetMonitor(setup, 0.5, score).MeanSquaredError(statistics);

            double expected = 0;
            double[] driving = new double[grid.CellCount], own = new double[grid.CellCount];
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                score.Evaluate(axis, 1, level.U, driving);
                GridScore.Evaluate(grid, axis, level.U, own);
                Faces(grid, axis, (cell, upper, area, distance) => expected +=
                    area * distance * 0.5 * (level.V[cell] + level.V[upper]) * Math.Pow(driving[cell] - own[cell], 2));
            }

            Assert.AreEqual(expected, found, 1e-12 * expected);
        }
    }

    [TestMethod]
    public void TheFisherInformationAndTheMomentsOfTheDistanceAreThoseOfPlainLoops()
    {
        using var team = new WorkerTeam(1);
        foreach (Grid grid in LevelStatisticsTests.Grids.Select(row => (Grid)row[0]).Append(
            new Grid(Axis.Uniform(0, 1, 1030, Boundary.Periodic), Axis.Uniform(0, 1, 35, Boundary.Periodic))))
        {
            var random = new Random(grid.CellCount);
            double[] Any(double spread) => [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-spread * random.NextDouble()))];
            double[] u = Problem.Normalise(grid, Any(20)), v = Problem.Normalise(grid, Any(20)),
                squares = [.. Any(4).Select(value => 30 * value)];
            if (grid.CellCount > 40)
                (u[3], v[20]) = (1e-279, 0);
            var times = new TimeLevels(0.01, 0.4, 1, TimeSpacing.Uniform, 0, 1, []);
            var statistics = new LevelStatistics(grid, [], team, squares);
            statistics.Measure(new FlowLevel(grid, times) { Index = 0, U = u, V = v });

            double[] ratio = [.. v.Select((value, cell) => value / u[cell])];
            double[] logarithm = [.. ratio.Select(value => Math.Log(Math.Max(value, 1e-300)))];
            double fisher = 0;
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                Faces(grid, axis, (cell, upper, area, distance) => fisher += u[cell] < 1e-277 || u[upper] < 1e-277 ? 0
                    : area / distance * 0.5 * (u[cell] + u[upper]) * (ratio[upper] - ratio[cell]) * (logarithm[upper] - logarithm[cell]));
            }

            Assert.AreEqual(fisher, statistics.FisherInformation, 1e-11 * fisher + 1e-300);
            double[] scaled = [.. squares.Select(square => Math.Min(square / 0.04, 500))];
            Assert.AreEqual(Mean(grid, v, squares), statistics.MeanSquaredDistance, 1e-12 * statistics.MeanSquaredDistance);
            Assert.AreEqual(Mean(grid, v, scaled), statistics.MeanCappedDistance, 1e-12 * statistics.MeanCappedDistance);
            for (int tilt = 0; tilt < LevelStatistics.Tilts; tilt++)
            {
                double lambda = 0.96 / Math.Pow(2, 7 - tilt);
                double expected = Mean(grid, u, [.. scaled.Select(value => Math.Exp(lambda * value))]);
                Assert.AreEqual(expected, statistics.TiltedMass(tilt), 1e-12 * expected);
            }
        }
    }

    [TestMethod]
    public void TwoThreadsGiveTheSameBitsAndReadingAllocatesNothing()
    {
        using var one = new WorkerTeam(1);
        using var two = new WorkerTeam(2);
        foreach ((int dimension, double epsilon) in new[] { (2, 0), (2, 0.3), (1, 0.3) })
        {
            Scenario scenario = Scenario.Of("lemniscate", dimension, epsilon, remap: false) with
            {
                Score = of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1.2, [], 0.1, 1),
                Also = MonitorsConfig.Requested.Split(' '),
                GradientBudget = true,
            };
            CollectionAssert.AreEqual(scenario.Watch(one), scenario.Watch(two));

            var times = new TimeLevels(0.1, 1, 3, TimeSpacing.Uniform, 0, 1, []);
            var monitors = new MonitorSet(new MonitorSetup(scenario.Grid, times, ForwardKind.ImplicitEuler, epsilon, two)
            {
                Exponents = [2],
                Support = DataSupport.Of(scenario.Data, scenario.Grid, two),
                Score = scenario.Score!(scenario),
                Also = scenario.Also,
                Ball = DataBall.Of(scenario.Data, scenario.Grid),
                GradientBudget = true,
            });
            double[] density =
                Problem.Normalise(scenario.Grid, [.. Enumerable.Range(1, scenario.Grid.CellCount).Select(cell => 1.0 + cell % 7)]);
            var level = new FlowLevel(scenario.Grid, times) { Index = 3, U = density, V = [.. density] };
            var readings = new List<Reading>(1000);
            monitors.Read(level, readings);
            level.Index = 2;
            monitors.Read(level, readings);
            level.Index = 1;
            Assert.AreEqual(0, Allocations.LeastOf(5, () => monitors.Read(level, readings)));
        }
    }

    private static double Mean(Grid grid, double[] density, double[] of) =>
        Enumerable.Range(0, grid.CellCount).Sum(cell => grid.Volume(cell) * density[cell] * of[cell]);

    [TestMethod]
    public void MonitorsTakenUpFromACheckpointReadTheSameBits()
    {
        using var team = new WorkerTeam(1);
        foreach ((int dimension, double epsilon) in new[] { (2, 0.0), (2, 0.4), (1, 0.4) })
        {
            Scenario scenario = Scenario.Of("box", dimension, epsilon, remap: false);
            var score = new PerturbedFaceScore(scenario.Grid, new GridScore(scenario.Grid), 1.2, [], 0, 0);
            var times = new TimeLevels(0.1, 1, 4, TimeSpacing.Uniform, 0, 1, []);
            DataSupport support = DataSupport.Of(scenario.Data, scenario.Grid, team);
            MonitorSet Fresh() => new(new MonitorSetup(scenario.Grid, times, ForwardKind.ImplicitEuler, epsilon, team)
            {
                Exponents = [2],
                Support = support,
                Score = score,
                Also = MonitorsConfig.Requested.Split(' '),
                Ball = DataBall.Of(scenario.Data, scenario.Grid),
                GradientBudget = true,
            });
            FlowLevel Level(int index) => new(scenario.Grid, times)
            {
                Index = index,
                U = Problem.Normalise(scenario.Grid,
                    [.. Enumerable.Range(0, scenario.Grid.CellCount).Select(cell => 1.0 + cell % (index + 3))]),
                V = Problem.Normalise(scenario.Grid,
                    [.. Enumerable.Range(0, scenario.Grid.CellCount).Select(cell => 1.0 + cell % (index + 5))]),
            };
            MonitorSet whole = Fresh(), first = Fresh(), second = Fresh();
            List<Reading> all = [], parts = [];
            for (int index = 4; index >= 0; index--)
                whole.Read(Level(index), all);
            for (int index = 4; index >= 2; index--)
                first.Read(Level(index), parts);
            using var state = new MemoryStream();
            using var writer = new BinaryWriter(state);
            first.Save(writer);
            state.Position = 0;
            using var reader = new BinaryReader(state);
            second.Restore(reader);
            Assert.AreEqual(state.Length, state.Position);
            for (int index = 1; index >= 0; index--)
                second.Read(Level(index), parts);
            CollectionAssert.AreEqual(all, parts);
            CollectionAssert.AreEqual(whole.Rows<Mode>().ToArray(), second.Rows<Mode>().ToArray());
            CollectionAssert.AreEqual(whole.Rows<InformationLevel>().ToArray(), second.Rows<InformationLevel>().ToArray());
            Assert.AreEqual(dimension == 1, second.Rows<Mode>().Count > 0);
            Assert.HasCount(5, second.Rows<InformationLevel>());
            Assert.AreEqual(whole.Latest<Concavity>(), second.Latest<Concavity>());
        }
    }

    /// <summary>Calls for each face between a cell and its upper neighbour, with area A and centre distance δ.</summary>
    private static void Faces(Grid grid, int axis, Action<int, int, double, double> each)
    {
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            int column = cell % grid.Columns, row = cell / grid.Columns, position = axis == 0 ? column : row;
            if (position >= along.Links)
                continue;
            int next = (position + 1) % along.Cells;
            int upper = axis == 0 ? row * grid.Columns + next : next * grid.Columns + column;
            each(cell, upper, axis == 0 ? grid.RowHeight(row) : grid.X.Widths[column], along.Distances[position]);
        }
    }
}
