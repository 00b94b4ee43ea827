using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>The result of a run.</summary>
/// <param name="Stopped">True if a violated guarantee ended the run before its last level.</param>
/// <param name="Final">v (u without generation) at stop, cell averages; null if the run did not reach it.</param>
public sealed record RunResult(
    RunSummary Summary, IReadOnlyList<Reading> Readings, bool Stopped, double[]? Final)
{
    /// <summary>What the monitors recorded of every level; null without monitors or output.</summary>
    public RunSeries? Series { get; init; }

    /// <summary>The particle view; null in a run without particles, or that stopped.</summary>
    public ParticleOutcome? Particles { get; init; }

    /// <summary>What a page and an animation show over time; null if neither is wanted.</summary>
    public FrameSet? Frames { get; init; }
}

/// <summary>
/// A run: the march with its monitors, snapshots and checkpoints, then the errors against an exact solution and the particles. Without an
/// output, as for a level of a study, it is only computed.
/// </summary>
public sealed class Simulation : IDisposable
{
    /// <summary>Snapshots and checkpoints that may wait while one is written: each is several arrays of the grid's size.</summary>
    private const int WaitingWrites = 1;

    private readonly PreparedRun run;
    private readonly RunOutput? output;
    private readonly IRunProgress progress;
    private readonly OrderedWriter writer = new(WaitingWrites);
    private readonly List<Reading> readings = [];
    private readonly MonitorSet? monitors;
    private readonly MonitorWatcher? monitoring;
    private readonly FrameWatcher? frames;
    private readonly Checkpointing? checkpointing;
    private readonly March march;
    private double[]? final;
    private long outputTicks;
    private int snapshotCount;

    /// <param name="output">Null for a run that is only computed.</param>
    /// <exception cref="InputException">The memory is too small for the levels that generation requires.</exception>
    public Simulation(PreparedRun run, RunOutput? output, IRunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(run);
        (this.run, this.output, this.progress) = (run, output, progress);
        var watchers = new List<IWatcher>();
        if (output is not null)
        {
            HashSet<int> levels = [.. run.Problem.SnapshotTimes.Select(run.Problem.Times.IndexOf)];
            watchers.Add(new LevelWatcher(levels.Contains, TakeSnapshot));
        }

        // What is compared with the reference and with the particles: the density at stop.
        watchers.Add(new LevelWatcher(level => level == 0, level => final = [.. level.V ?? level.U]));
        monitors = Config.Monitors.Enabled ? run.Method.Monitors() : null;
        if (monitors is not null)
            watchers.Add(monitoring = new MonitorWatcher(monitors, Config.Monitors.OnViolation, readings));
        if (output is not null && (Config.Output.Report != false || Config.Output.Animation is not null))
            watchers.Add(frames = new FrameWatcher(run.Problem, run.Method.Score, Write));
        if (output is not null)
            watchers.Add(checkpointing = new Checkpointing(Config.Checkpoint, output, monitors, readings, frames, Write));
        march = run.Method.March(run.Forward, watchers, progress, Config.Generation is null ? null : Folder?.From?.Step);
    }

    private RunConfig Config => run.Problem.Config;

    private RunFolder? Folder => output?.Folder;

    /// <summary>
    /// Runs to the last level, or to the first violated guarantee if the config says stop, and writes all but the figures.
    /// </summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite. The readings up to then are written.</exception>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor; the folder is unchanged.</exception>
    /// <exception cref="IOException">A file cannot be written; earlier ones are complete.</exception>
    public RunResult Run(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        bool stopped;
        try
        {
            stopped = !(Config.Generation is null ? RunForward(cancellation) : RunBoth(cancellation));
        }
        catch (RunFailedException failure)
        {
            progress.Clear();

            // Write everything that the message counts.
            writer.Drain();
            Folder?.Write(readings);
            if (failure is RunInterruptedException && Folder is { } folder)
            {
                throw new RunFailedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failure.Message}; {snapshotCount} snapshots and {readings.Count} readings are in {folder.Path}: "
                    + $"use --resume to continue"));
            }

            throw;
        }

        progress.Clear();
        long monitorTicks = monitoring?.Ticks ?? 0, solveTicks = Stopwatch.GetTimestamp() - start - monitorTicks - outputTicks;
        Write(() => Folder!.Write(readings));
        start = Stopwatch.GetTimestamp();
        ErrorNorms? errors = stopped || final is null || run.Problem.ExactAverages() is not { } exact ? null
            : ErrorNorms.Between(run.Problem.Grid, final, exact);
        outputTicks += Stopwatch.GetTimestamp() - start;
        ParticleOutcome? particles = null;
        ParticleSummary? sampled = null;
        if (run.Particles is { } particleRun && !stopped)
        {
            start = Stopwatch.GetTimestamp();
            particles = Moved(particleRun, cancellation);
            progress.Clear();
            sampled = particleRun.Summarise(particles, final);
            solveTicks += Stopwatch.GetTimestamp() - start;
            Write(() => Folder!.Write(particles));
        }

        start = Stopwatch.GetTimestamp();
        RunSeries? series = output is null || monitors is null ? null : RunSeries.Of(run.Problem, monitors);
        outputTicks += Stopwatch.GetTimestamp() - start;
        if (series is not null)
            Write(() => Folder!.Write(series));
        start = Stopwatch.GetTimestamp();
        writer.Drain();
        outputTicks += Stopwatch.GetTimestamp() - start;
        start = Stopwatch.GetTimestamp();
        bool estimates = !stopped && final is not null && output?.Companions is not null;
        ErrorEstimate? estimated = estimates ? Estimated(output!.Companions!, final!, cancellation) : null;
        var timings = new RunTimings(
            Seconds(solveTicks), Seconds(monitorTicks), Seconds(outputTicks),
            estimates ? Seconds(Stopwatch.GetTimestamp() - start) : 0);
        if (output is not null && timings.Monitors + timings.Output > Math.Max(timings.Solve, 1))
        {
            progress.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"note: monitors took {timings.Monitors:0.0} s and output {timings.Output:0.0} s, "
                + $"more than the solve's {timings.Solve:0.0} s"));
        }

        var summary = new RunSummary(RunSummary.Summarise(readings), errors, output is null or { Reproducible: true } ? null : timings)
        {
            Estimated = estimated,
            Accuracy = output?.Accuracy,
            Particles = sampled,
            Mixed = MixedSummary.Of(run.Problem, readings, stopped ? null : final, particles),
            Concentration = monitors?.Concentration(readings),
            Concavity = monitors?.Latest<Concavity>(),
            Speciation = Speciation.Of(monitors?.Rows<Mode>() ?? []),
        };
        summary = summary with { Findings = Findings.Of(summary, readings, Config) };
        Folder?.Write(summary);
        return new RunResult(summary, readings, stopped, final) { Particles = particles, Series = series, Frames = frames?.All() };
    }

    /// <summary>Writes a checkpoint of the last level, from which the figures of a run are drawn that was interrupted meanwhile.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep()
    {
        if (march.Backward is { } backward)
            checkpointing?.Save(CheckpointPhase.Generation, backward.Level.Index, backward.Level.V!, backward);
        else
            checkpointing?.Save(CheckpointPhase.Forward, march.StepsDone, march.Level.U, null);
        writer.Drain();
    }

    /// <summary>Discards the pending writes of a failed run.</summary>
    public void Dispose() => writer.Dispose();

    /// <summary>
    /// Queues a write if the run has an output; time spent waiting counts as output.
    /// </summary>
    private void Write(Action write)
    {
        if (output is null)
            return;
        long start = Stopwatch.GetTimestamp();
        writer.Add(write);
        outputTicks += Stopwatch.GetTimestamp() - start;
    }

    /// <summary>The estimated error; a run interrupted here resumes at its last level, and its companions where they were.</summary>
    private ErrorEstimate? Estimated(CompanionRuns companions, double[] result, CancellationToken cancellation)
    {
        if (Config.Checkpoint is not null)
            Keep();
        try
        {
            Resolution own = Resolution.Of(run.Problem);
            return companions.Estimate(new Solution(own, run.Problem.Grid, result), cancellation);
        }
        catch (RunInterruptedException interrupted)
        {
            Keep();
            throw new RunFailedException($"{interrupted.Message}: use --resume to continue");
        }
    }

    /// <summary>The particles at stop; a run interrupted here resumes at the end of generation.</summary>
    private ParticleOutcome Moved(ParticleRun particles, CancellationToken cancellation)
    {
        try
        {
            return particles.Move(run.Team, progress, frames?.Points(particles.Levels), cancellation);
        }
        catch (RunFailedException interrupted) when (cancellation.IsCancellationRequested && checkpointing is not null)
        {
            checkpointing.Save(CheckpointPhase.Generation, 0, final!, march.Backward);
            writer.Drain();
            throw new RunFailedException($"{interrupted.Message}: use --resume to continue");
        }
    }

    /// <summary>The forward flow alone; false if a violated guarantee stopped it.</summary>
    private bool RunForward(CancellationToken cancellation)
    {
        Folder?.Take();
        if (Folder?.From is { } checkpoint)
        {
            SayWhereFrom(checkpoint, CheckpointPhase.Forward, march.StepCount);
            Restore(checkpoint, () => march.Resume(checkpoint.Step, checkpoint.Density));
        }

        return march.Advance(cancellation);
    }

    /// <summary>
    /// Noising and generation; false if a violated guarantee stopped it. Generation needs u at every level, so a resumed run computes
    /// the forward flow again, and only v comes from the checkpoint.
    /// </summary>
    private bool RunBoth(CancellationToken cancellation)
    {
        if (Folder?.From is { } from)
            SayWhereFrom(from, CheckpointPhase.Generation, run.Problem.Times.Last);
        march.Noise(cancellation);
        if (Folder?.From is { } checkpoint)
        {
            Restore(checkpoint, () => march.Resume(CellValues.Copy(checkpoint.Density)));
            return march.Generate(cancellation);
        }

        try
        {
            run.Method.Begin(march);
        }
        catch (InputException)
        {
            progress.Clear();
            Folder?.Abandon();
            throw;
        }

        Folder?.Take();
        return march.Generate(cancellation);
    }

    /// <summary>Says where a run goes on, before anything is computed.</summary>
    private void SayWhereFrom(Checkpoint checkpoint, CheckpointPhase phase, int steps)
    {
        RunFolder folder = Folder!;
        Grid grid = run.Problem.Grid;
        if (checkpoint.Phase != phase || checkpoint.Step < 0 || checkpoint.Step > steps || checkpoint.Density.Length != grid.CellCount)
        {
            throw new InputException(new InputProblem(
                folder.Path, null, null, "contains a checkpoint that belongs to a different run: use --force to start over"));
        }

        bool isForward = phase == CheckpointPhase.Forward;
        progress.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"resuming after {(isForward ? "forward" : "generation")} step {(isForward ? checkpoint.Step : steps - checkpoint.Step)} of "
            + $"{steps}{(isForward ? "" : "; the forward flow is computed again first")}"));
    }

    /// <summary>Restores the state from a checkpoint.</summary>
    private void Restore(Checkpoint checkpoint, Action resume)
    {
        RunFolder folder = Folder!;
        resume();
        checkpointing!.Restore(checkpoint, march.Backward);
        if (march.Level.Index == 0)
            final = [.. march.Level.V ?? march.Level.U];
        else if (checkpoint.Phase == CheckpointPhase.Forward && march.Level.Index > 0)
            final = AtStop();
        snapshotCount = folder.SnapshotCount;
        frames?.Restore(folder.ReadFrames());
        for (int number = 0; output!.Taken is not null && number < snapshotCount; number++)
            output.Taken(folder.ReadSnapshot(number, run.Problem.Grid));
    }

    /// <summary>u at stop again, which a forward flow that is resumed later has passed.</summary>
    private double[] AtStop()
    {
        ForwardFlow flow = run.Method.Forward();
        while (flow.Level.Index < 0)
            _ = flow.Advance();
        return [.. flow.Level.U];
    }

    private void TakeSnapshot(FlowLevel level)
    {
        long start = Stopwatch.GetTimestamp();
        Snapshot snapshot = Snapshot.Take(level, run.Method.Score, snapshotCount++);
        outputTicks += Stopwatch.GetTimestamp() - start;
        Write(() => Folder!.Write(snapshot));
        output!.Taken?.Invoke(snapshot);
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
