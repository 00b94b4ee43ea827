using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;
using PdeDiffusion.Tables;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>
/// Times a few steps of a run: the same grid, data, scheme, score and monitors over the last levels before T, in memory. Particles are
/// timed also at small times, where sums over the data are shorter.
/// </summary>
internal sealed class StepProbe(Problem problem, WorkerTeam team)
{
    private const int Levels = 6;

    /// <summary>Short runs are repeated up to this time, so that code that has just been compiled is not what is timed.</summary>
    private const double Seconds = 0.3;

    private readonly Dictionary<string, List<double>> steps = [];

    /// <summary>The particle view of the whole run; null without particles.</summary>
    public ParticleRun? Particles { get; } = problem.Config.Particles is null ? null : new PreparedRun(problem, team).Particles;

    /// <summary>Bytes that scheme, monitors and data take, apart from the levels of u.</summary>
    public double WorkBytes { get; private set; }

    /// <summary>Bytes of one snapshot file, in all formats.</summary>
    public double SnapshotBytes { get; private set; }

    /// <summary>Bytes of the readings of one level.</summary>
    public double ReadingBytesPerLevel { get; private set; }

    /// <summary>Monitors that have a bound at some level, and so a figure.</summary>
    public int Monitors { get; private set; }

    /// <summary>The median over the timed steps; 0 for a phase that the run does not have.</summary>
    public double SecondsPerStep(string phase)
    {
        if (!steps.TryGetValue(phase, out List<double>? timed) || timed.Count == 0)
            return 0;
        double[] sorted = [.. timed.Order()];
        return phase == RunEstimate.Particles ? sorted.Average() : sorted[sorted.Length / 2];
    }

    /// <exception cref="InputException">The problem cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public void Time(CancellationToken cancellation)
    {
        TimeLevels times = problem.Times;
        int first = Math.Max(0, times.Last - Levels);
        RunConfig config = Short(times[first], times[times.Last], times.Last - first);
        long start = Stopwatch.GetTimestamp();
        do
        {
            steps.Clear();
            Run(problem.With(config with { Particles = null }), cancellation);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds);
        if (Particles is not null)
            TimeParticles(cancellation);
    }

    /// <summary>The run between two times, with a monitor at each level and nothing else.</summary>
    private RunConfig Short(double stop, double end, int count) => problem.Config with
    {
        Time = problem.Config.Time with { Stop = stop, End = end, Steps = count, Warmup = Math.Min(2, problem.Config.Time.Warmup) },
        Reference = null,
        Checkpoint = null,
        Output = problem.Config.Output with { Snapshots = [end, stop], Plots = false },
        Monitors = problem.Config.Monitors with { OnViolation = ViolationAction.Report },
    };

    private void Run(Problem part, CancellationToken cancellation)
    {
        long before = GC.GetTotalMemory(forceFullCollection: false);
        var run = new PreparedRun(part, team);
        using var simulation = new Simulation(run, null, new Clock(this, int.MaxValue, null));
        RunResult result = simulation.Run(cancellation);
        double array = 8.0 * part.Grid.CellCount;
        long levels = part.Config.Generation is null ? 1
            : ForwardFlow.ArraysKept(part.ForwardKind, part.Times.Last, part.Times.Last + 1);
        WorkBytes = Math.Max(0, GC.GetTotalMemory(forceFullCollection: false) - before - array * levels);
        using var counted = new CountingStream();
        ReadingsWriter.Write(counted, result.Readings);
        ReadingBytesPerLevel = (double)counted.Length / (part.Times.Last + 1);
        Monitors = result.Summary.Monitors.Count(monitor => monitor.Worst.Verdict != Verdict.NotApplicable);
        if (SnapshotBytes > 0)
            return;
        Snapshot snapshot = Snapshot.Take(
            new FlowLevel(part.Grid, part.Times)
            {
                Index = 0,
                Forward = run.Forward.Stepper.Kind,
                U = run.Forward.At(0),
                V = part.Config.Generation is null ? null : result.Final,
            },
            run.Method.Score, 0);
        using var rows = new CountingStream();
        foreach (ISnapshotFormat format in SnapshotFormats.Of(part.Config.Output))
            format.Write(rows, snapshot, SnapshotOrigin.None);
        SnapshotBytes = rows.Length;
    }

    /// <summary>Steps at T, and, from exact draws of u where there are any, at the geometric middle and at stop.</summary>
    private void TimeParticles(CancellationToken cancellation)
    {
        TimeLevels levels = Particles!.Levels;
        TimeParticles(Particles, cancellation);
        if (problem.Data.ClosedForm is null || levels.Last < 3 * Levels)
            return;
        foreach (int top in new[] { levels.Last / 2, Levels })
        {
            RunConfig config = Short(levels[top - Levels], levels[top], Levels);
            Problem part = problem.With(config with
            {
                Generation = config.Generation! with { Start = new ForwardStart() },
                Particles = config.Particles! with { Steps = Levels, Trajectories = 0 },
            });
            TimeParticles(new PreparedRun(part, team).Particles!, cancellation);
        }
    }

    private void TimeParticles(ParticleRun particles, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            particles.Move(team, new Clock(this, 3, enough), enough.Token);
        }
        catch (RunFailedException) when (!cancellation.IsCancellationRequested && enough.IsCancellationRequested)
        {
            // Enough steps have been timed.
        }
    }

    /// <summary>Notes how long each step takes, but for the first of several of a phase; ends the run after so many.</summary>
    private sealed class Clock(StepProbe probe, int most, CancellationTokenSource? enough) : IRunProgress
    {
        private List<double> timed = [];
        private long before;
        private int count;
        private bool isOnly;

        /// <inheritdoc/>
        public void Begin(string name, long steps, long later, int cellCount)
        {
            if (!probe.steps.TryGetValue(name, out List<double>? found))
                probe.steps[name] = found = [];
            (timed, before, count, isOnly) = (found, Stopwatch.GetTimestamp(), 0, steps == 1);
        }

        /// <inheritdoc/>
        public void Step()
        {
            long now = Stopwatch.GetTimestamp();
            if (count++ > 0 || isOnly)
                timed.Add((now - before) / (double)Stopwatch.Frequency);
            before = now;
            if (count >= most)
                enough!.Cancel();
        }

        /// <inheritdoc/>
        public void Note(string text)
        {
        }

        /// <inheritdoc/>
        public void Clear()
        {
        }
    }
}
