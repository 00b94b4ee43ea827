using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>Modes of u and crossings of v and u on a line (docs/numerics.md, 5.2).</summary>
[TestClass]
public sealed class CountTests
{
    private static readonly Gen<Problem> AnyLine = Problem.Any(Gen.OneOf(Problem.AnyAxis, Problem.AnyUniformAxis))
        .Where(problem => problem.Grid.Dimension == 1);

    [TestMethod]
    public void ModesNeverGrowOnRandomLinesInEitherOrderOfReading()
    {
        using var team = new WorkerTeam(1);
        int judged = 0;
        AnyLine.Sample(
            problem =>
            {
                foreach (ForwardKind kind in problem.Grid.IsUniform
                    ? new[] { ForwardKind.ImplicitEuler, ForwardKind.LatticeExact } : [ForwardKind.ImplicitEuler])
                {
                    List<FlowLevel> levels = Levels(problem, kind, team);
                    foreach (bool backward in new[] { false, true })
                        judged += Check(Watch(problem, kind, levels, backward, team), "modes");
                }
            },
            iter: 700, threads: 1);
        Assert.IsGreaterThan(2000, judged);
    }

    [TestMethod]
    public void CrossingsNeverGrowOnRandomLinesWithAnyVariationDiminishingStep()
    {
        using var team = new WorkerTeam(1);
        int judged = 0;
        AnyLine.Sample(
            problem =>
            {
                foreach (bool remap in new[] { false, true })
                {
                    ForwardFlow forward = problem.Solve(team);
                    IScheme scheme = remap
                        ? new RemapScheme(problem.Grid, problem.Epsilon, false, forward.Stepper, team)
                        : new MarkovScheme(problem.Grid, problem.Epsilon, null, team);
                    Assert.IsTrue(scheme.Guarantees.HasFlag(Guarantees.VariationDiminishing));
                    judged += Check(Generate(problem, forward, scheme, team), "crossings");
                }
            },
            iter: 500, threads: 1);
        Assert.IsGreaterThan(1500, judged);
    }

    [TestMethod]
    public void TheParabolicRemapAnotherScoreAndThePlaneClaimNothing()
    {
        using var team = new WorkerTeam(1);
        var line = new Grid(Axis.Uniform(0, 1, 8, Boundary.NoFlux));
        var plane = new Grid(Axis.Uniform(0, 1, 8, Boundary.NoFlux), Axis.Uniform(0, 1, 8, Boundary.NoFlux));
        foreach (IScheme scheme in new IScheme[]
        {
            new RemapScheme(line, 1, true, new ImplicitEuler(line, team), team),
            new MarkovScheme(line, 1, new PdeDiffusion.Scores.GridScore(line), team),
            new RemapScheme(line, 1, false, new ImplicitEuler(line, team), team, new PdeDiffusion.Scores.GridScore(line)),
            new MarkovScheme(plane, 1, null, team),
        })
        {
            Assert.IsFalse(scheme.Guarantees.HasFlag(Guarantees.VariationDiminishing), $"{scheme.GetType().Name}");
        }
    }

    [TestMethod]
    public void CellAveragesOfAClosedFormCanGainAMode()
    {
        // Two Diracs and two Gaussians, h = 1: 1 → 2 modes at t = 0.0068; the monitor observes and does not guarantee.
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-6, 8, 14, Boundary.NoFlux));
        Mixture mixture = Mixture.Gaussians([1.903, 0.043, 2.956, -0.837], [0, 0, 0.128, 0.242], [.218, .255, .38, .147]);
        var times = new TimeLevels(1e-5, 0.0136, 8, TimeSpacing.Uniform, 0, 1, []);
        var flow = new ForwardFlow(grid, times, new ClosedFormSweeps(grid, mixture, team), [], 0, keep: false);
        var monitors = new MonitorSet(new MonitorSetup(grid, times, ForwardKind.ClosedForm, null, team));
        var readings = new List<Reading>();
        while (flow.Advance())
        {
            if (flow.Level.Index >= 0)
                monitors.Read(flow.Level, readings);
        }

        Reading[] modes = [.. readings.Where(reading => reading.Monitor == "modes")];
        Assert.AreEqual(1.0, modes[0].Measured);
        Reading grown = modes.First(reading => reading.Measured == 2);
        Assert.AreEqual((ReadingStatus.Observed, Verdict.Violated), (grown.Status, grown.Verdict));
        Assert.AreEqual(0.0068, grown.Time, 0.002);
    }

    [TestMethod]
    public void TwoGaussiansMergeAtTheTimeThatIsKnown()
    {
        // ½N(−a, σ²) + ½N(a, σ²) has two modes while 2t < a² − σ².
        using var team = new WorkerTeam(1);
        foreach (ForwardKind kind in new[] { ForwardKind.LatticeExact, ForwardKind.ClosedForm })
        {
            double a = 1.5, variance = 0.25, exact = 0.5 * (a * a - variance);
            var grid = new Grid(Axis.Uniform(-8, 8, 320, Boundary.NoFlux));
            Mixture mixture = Mixture.Gaussians([-a, a], [variance, variance]);
            var times = new TimeLevels(0.01, 2, 400, TimeSpacing.Uniform, 0, 1, []);
            IForwardSweeps sweeps =
                kind == ForwardKind.ClosedForm ? new ClosedFormSweeps(grid, mixture, team) : new LatticeExact(grid, team);
            var flow = new ForwardFlow(
                grid, times, sweeps, kind == ForwardKind.ClosedForm ? [] : mixture.CellAverages(grid), 0, keep: false);
            var monitors = new MonitorSet(new MonitorSetup(grid, times, kind, null, team) { DataVariance = variance });
            var readings = new List<Reading>();
            while (flow.Advance())
            {
                if (flow.Level.Index >= 0)
                    monitors.Read(flow.Level, readings);
            }

            Speciation merged = Speciation.Of(monitors.Rows<Mode>()).Single();
            Assert.AreEqual((2, 1), (merged.Before, merged.After));

            // The cells add h²/12 to the variance, and two modes less than a cell apart are one.
            Assert.AreEqual(exact, merged.High, 0.02, $"{kind}: {merged}");
            Mode[] early = [.. monitors.Rows<Mode>().Where(mode => mode.Step == 0)];
            Assert.AreEqual(-a, early[0].X, 2e-3);
            Assert.AreEqual(a, early[1].X, 2e-3);
        }
    }

    [TestMethod]
    public void TheExtremesAreThoseOfAllChoices()
    {
        Gen.Select(Gen.OneOf<sbyte>(1, -1, 0, 2).Array[0, 9], Gen.Bool).Sample(
            (signs, cyclic) =>
            {
                int[] free = [.. Enumerable.Range(0, signs.Length).Where(place => signs[place] == 2)];
                int most = 0;
                for (int choice = 0; choice < 1 << free.Length; choice++)
                {
                    sbyte[] chosen = [.. signs];
                    for (int place = 0; place < free.Length; place++)
                        chosen[free[place]] = (choice >> place & 1) == 1 ? (sbyte)1 : (sbyte)-1;
                    most = Math.Max(most, SignChanges.Least(chosen, cyclic));
                    Assert.IsLessThanOrEqualTo(SignChanges.Least(chosen, cyclic), SignChanges.Least(signs, cyclic));
                }

                Assert.AreEqual(most, SignChanges.Most(signs, cyclic), string.Join(' ', signs));
            },
            iter: 3000);
    }

    [TestMethod]
    public void AnAlteredLevelViolatesModesAndCrossings()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-4, 4, 80, Boundary.NoFlux));
        var problem = new Problem(
            grid, Mixture.Gaussians([-1, 1.2], [0.1, 0.1]).CellAverages(grid), Mixture.Gaussian([0.2], 1.5).CellAverages(grid), 0.3,
            new TimeLevels(0.05, 1, 12, TimeSpacing.Geometric, 0, 8, []));
        ForwardFlow forward = problem.Solve(team);
        List<Reading> Run(Action<FlowLevel>? tamper) =>
            Generate(problem, forward, new MarkovScheme(grid, 0.3, null, team), team, tamper);
        Assert.IsFalse(Run(null).Any(reading => reading.Verdict == Verdict.Violated && reading.Status == ReadingStatus.Guaranteed));

        // A level with a mode too many makes the next one, closer to the data, have too few.
        Reading[] modes = [.. Run(level => Altered(level, 10, level.U)).Where(Fired("modes"))];
        Assert.AreEqual(9, modes[0].Step);
        Reading[] crossings = [.. Run(level => Altered(level, 5, level.V!)).Where(Fired("crossings"))];
        Assert.AreEqual(5, crossings.Single().Step);

        static void Altered(FlowLevel level, int index, double[] values)
        {
            for (int cell = 2; level.Index == index && cell < values.Length; cell += 8)
                values[cell] *= 1.5;
        }

        static Func<Reading, bool> Fired(string name) => reading =>
            reading.Monitor == name && reading is { Verdict: Verdict.Violated, Status: ReadingStatus.Guaranteed };
    }

    private static int Check(List<Reading> readings, string monitor)
    {
        int judged = 0;
        foreach (Reading reading in readings.Where(reading => reading.Monitor == monitor))
        {
            Assert.AreEqual((ReadingStatus.Guaranteed, false), (reading.Status, reading.Verdict == Verdict.Violated), $"{reading}");
            judged += reading.Verdict == Verdict.Held ? 1 : 0;
        }

        return judged;
    }

    private static List<FlowLevel> Levels(Problem problem, ForwardKind kind, WorkerTeam team)
    {
        IForwardSweeps sweeps =
            kind == ForwardKind.LatticeExact ? new LatticeExact(problem.Grid, team) : new ImplicitEuler(problem.Grid, team);
        var flow = new ForwardFlow(problem.Grid, problem.Times, sweeps, problem.U0, 0, keep: false);
        var levels = new List<FlowLevel>();
        while (flow.Advance())
        {
            if (flow.Level.Index >= 0)
                levels.Add(Scenario.Copy(flow.Level));
        }

        return levels;
    }

    private static List<Reading> Watch(Problem problem, ForwardKind kind, List<FlowLevel> levels, bool backward, WorkerTeam team)
    {
        var monitors = new MonitorSet(new MonitorSetup(problem.Grid, problem.Times, kind, backward ? 1 : null, team));
        var readings = new List<Reading>();
        foreach (FlowLevel level in backward ? levels.AsEnumerable().Reverse() : levels)
        {
            level.V = backward ? level.U : null;
            monitors.Read(level, readings);
        }

        return readings;
    }

    private static List<Reading> Generate(
        Problem problem, ForwardFlow forward, IScheme scheme, WorkerTeam team, Action<FlowLevel>? tamper = null)
    {
        var backward = new BackwardFlow(forward, scheme, [.. problem.Start], propagateOne: false);
        var monitors =
            new MonitorSet(new MonitorSetup(problem.Grid, problem.Times, ForwardKind.ImplicitEuler, problem.Epsilon, team));
        var readings = new List<Reading>();
        do
        {
            FlowLevel level = Scenario.Copy(backward.Level);
            tamper?.Invoke(level);
            monitors.Read(level, readings);
        }
        while (backward.Advance());
        return readings;
    }
}
