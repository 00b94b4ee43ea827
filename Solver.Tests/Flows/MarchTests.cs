using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Flows;

/// <summary>The one loop: what it refuses, and in which order it shows levels to watchers.</summary>
[TestClass]
public sealed class MarchTests : IDisposable
{
    private const int Steps = 6;

    private readonly WorkerTeam team = new(1);
    private readonly Grid grid = new(Axis.Uniform(-2, 2, 16, Boundary.NoFlux));
    private readonly TimeLevels times = new(0.1, 1, Steps, TimeSpacing.Uniform, 0, 3, []);
    private readonly List<int> seen = [];

    public void Dispose() => team.Dispose();

    [TestMethod]
    public void Levels_are_shown_from_T_down_and_without_generation_from_stop_up()
    {
        March march = Marching(Generating());
        Assert.IsTrue(Run(march, CancellationToken.None));
        CollectionAssert.AreEqual(Enumerable.Range(0, Steps + 1).Reverse().ToArray(), seen);
        Assert.AreEqual((Steps, Steps, 0.1), (march.StepsDone, march.StepCount, march.Time));

        seen.Clear();
        Assert.IsTrue(Marching(null).Advance(CancellationToken.None));
        CollectionAssert.AreEqual(Enumerable.Range(0, Steps + 1).ToArray(), seen);
    }

    [TestMethod]
    public void A_value_that_is_not_finite_ends_the_run_before_anyone_sees_it()
    {
        March march = Marching(Generating(new Poisoned(2)));
        RunFailedException failure = Assert.ThrowsExactly<RunFailedException>(() => Run(march, CancellationToken.None));
        StringAssert.StartsWith(
            failure.Message, "v is NaN in cell 3 (x = -1.125) after generation step 2, t = 0.7 (σ = 1.18322): the run stops here");
        CollectionAssert.AreEqual(new[] { Steps, Steps - 1 }, seen);

        double[] u0 = Uniform();
        u0[5] = double.PositiveInfinity;
        failure = Assert.ThrowsExactly<RunFailedException>(() => Marching(null, u0).Advance(CancellationToken.None));
        StringAssert.Contains(failure.Message, "after forward step 1, t = 0.0333333", StringComparison.Ordinal);
        double[] start = Uniform();
        start[0] = double.NaN;
        march = Marching(Generating(start: start));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Run(march, CancellationToken.None)).Message, "the density has mass NaN",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_start_with_mass_where_u_is_at_its_floor_is_refused()
    {
        // A Dirac that one lattice step of 0.02 in all carries no farther than ten cells of a line of 400.
        var line = new Grid(Axis.Uniform(-200, 200, 400, Boundary.NoFlux));
        var brief = new TimeLevels(0.01, 0.02, 1, TimeSpacing.Uniform, 0, 1, []);
        double[] dirac = new double[400], start = new double[400];
        dirac[0] = 1;
        start[399] = 1;
        var march = new March(
            new ForwardFlow(line, brief, new LatticeExact(line, team), dirac, 1 << 20, keep: true),
            new Generation(_ => new MarkovScheme(line, 0.2, null, team), () => start, false), [], null);
        march.Noise(CancellationToken.None);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(march.Begin).Message, "a fraction 1 of the mass of v_T is where u(T) is below 1E-277");
    }

    [TestMethod]
    public void A_start_is_normalised_and_that_is_noted()
    {
        var notes = new Notes();
        March march = Marching(Generating(start: [.. Uniform().Select(value => 3 * value)]), progress: notes);
        march.Noise(CancellationToken.None);
        march.Begin();
        Assert.AreEqual(1, Density.Mass(grid, march.Level.V!), 1e-15);
        Assert.AreEqual("note: v_T has mass 3 on the grid and is normalised to 1", notes.Texts.Single());
    }

    [TestMethod]
    public void A_watcher_that_ends_the_run_keeps_those_after_it_from_looking()
    {
        March march = Marching(Generating(), watchers: [new Ending(4), new LevelWatcher(null, level => seen.Add(level.Index))]);
        Assert.IsFalse(Run(march, CancellationToken.None));
        CollectionAssert.AreEqual(new[] { 6, 5 }, seen);
    }

    [TestMethod]
    public void A_cancelled_run_ends_after_a_step_and_its_watchers_know()
    {
        using var source = new CancellationTokenSource();
        var states = new List<bool>();
        March march = Marching(Generating(), watchers:
        [
            new LevelWatcher(level => level == 4, _ => source.Cancel()), new Recorder(states),
        ]);
        RunInterruptedException interrupted = Assert.ThrowsExactly<RunInterruptedException>(() => Run(march, source.Token));
        Assert.AreEqual("interrupted after generation step 2 of 6, t = 0.7 (σ = 1.18322)", interrupted.Message);
        CollectionAssert.AreEqual(new[] { false, false, true }, states);
    }

    [TestMethod]
    public void A_resumed_run_goes_on_with_the_same_bits()
    {
        double[]? half = null, final = null, again = null;
        March whole = Marching(Generating(), watchers:
        [
            new LevelWatcher(level => level == 3, level => half = [.. level.V!]),
            new LevelWatcher(level => level == 0, level => final = [.. level.V!]),
        ]);
        Run(whole, CancellationToken.None);
        var resumed = new March(Flow(Uniform()), Generating(), [new LevelWatcher(null, level => seen.Add(level.Index)),
            new LevelWatcher(level => level == 0, level => again = [.. level.V!])], null)
        { FirstLevel = 3 };
        resumed.Noise(CancellationToken.None);
        resumed.Resume(half!);
        Assert.IsTrue(resumed.Generate(CancellationToken.None));
        CollectionAssert.AreEqual(new[] { 2, 1, 0 }, seen);
        CollectionAssert.AreEqual(final, again);
    }

    [TestMethod]
    public void A_closed_form_reads_no_averages_at_t_0()
    {
        PdeDiffusion.Data.Mixture data = PdeDiffusion.Data.Mixture.Points([-0.5, 1], [0.3, 0.7]);
        double[][] ends = [.. new[] { data.CellAverages(grid), [] }.Select(initial =>
        {
            var flow = new ForwardFlow(grid, times, new ClosedFormSweeps(grid, data, team), initial, 1 << 20, keep: false);
            while (flow.Advance())
            {
            }

            return flow.Level.U;
        })];
        CollectionAssert.AreEqual(ends[0], ends[1]);
    }

    private static bool Run(March march, CancellationToken cancellation)
    {
        march.Noise(cancellation);
        march.Begin();
        return march.Generate(cancellation);
    }

    private March Marching(
        Generation? generation, double[]? u0 = null, IRunProgress? progress = null, IReadOnlyList<IWatcher>? watchers = null) => new(
            Flow(u0 ?? Uniform(), generation is not null), generation,
            watchers ?? [new LevelWatcher(null, level => seen.Add(level.Index))], progress);

    private ForwardFlow Flow(double[] u0, bool keep = true) => new(grid, times, new ImplicitEuler(grid, team), u0, 1 << 20, keep);

    private Generation Generating(IScheme? scheme = null, double[]? start = null) =>
        new(_ => scheme ?? new MarkovScheme(grid, 0.2, null, team),
            () => start ?? [.. Enumerable.Range(0, 16).Select(cell => 0.1 + cell)], false);

    private double[] Uniform() => [.. Enumerable.Repeat(0.25, grid.CellCount)];

    /// <summary>Writes a NaN into cell 3 in one step and does nothing else.</summary>
    private sealed class Poisoned(int step) : IScheme
    {
        private int done;

        public Guarantees Guarantees => Guarantees.None;

        public SchemeOrder Order => default;

        public SchemeCounts Counts => SchemeCounts.None;

        public double Step(in GenerationStep given)
        {
            if (++done == step)
                given.V[3] = double.NaN;
            return double.NaN;
        }
    }

    private sealed class Ending(int level) : IWatcher
    {
        public bool IsDue(March march) => march.Level.Index == level;

        public bool Watch(March march) => false;
    }

    private sealed class Recorder(List<bool> states) : IWatcher
    {
        public bool IsDue(March march) => true;

        public bool Watch(March march)
        {
            states.Add(march.IsCancelled);
            return true;
        }
    }

    private sealed class Notes : IRunProgress
    {
        public List<string> Texts { get; } = [];

        public void Begin(string name, long steps, long later, int cellCount)
        {
        }

        public void Step()
        {
        }

        public void Note(string text) => Texts.Add(text);

        public void Clear()
        {
        }
    }
}
