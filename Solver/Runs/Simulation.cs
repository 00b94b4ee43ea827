using System.Diagnostics;
using PdeDiffusion.Schemes;
using System.Globalization;
using System.Runtime.InteropServices;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Stopped">True if a violated guarantee ended the run before its last level.</param>
/// <param name="Final">v (u without generation) at stop, cell averages; null if the run did not get there.</param>
public sealed record RunResult(
    RunSummary Summary, IReadOnlyList<Reading> Readings, bool Stopped, double[]? Final)
{
    /// <summary>The particle view; null in a run without particles, or that stopped.</summary>
    public ParticleOutcome? Particles { get; init; }
}

/// <summary>
/// One run: the forward flow from 0 to T, generation from T down to stop, and at every level the monitors, the snapshots and a look for
/// values
/// that are not finite. Without generation the levels are watched on the way forward.
/// </summary>
public sealed class Simulation : IDisposable
{
    /// <summary>Where u is below this, nothing is known of v/u.</summary>
    private const double NearFloor = Snapshot.FloorMargin * DensityFloor.Value;

    /// <summary>Snapshots and checkpoints that may wait while one is written: each is several arrays of the grid's size.</summary>
    private const int WaitingWrites = 1;

    /// <summary>Share of v_T's mass that may lie where u_T is at its floor.</summary>
    private const double LargestMassAtFloor = 1e-12;

    private readonly RunConfig config;
    private readonly RunBuilder builder;
    private readonly RunFolder? folder;
    private readonly Progress progress;
    private readonly bool reproducible;
    private readonly MonitorSet? monitors;
    private readonly bool[] snapshotLevels;
    private readonly List<Reading> readings = [];
    private readonly Action<Snapshot>? taken;
    private readonly OrderedWriter output = new(WaitingWrites);
    private readonly ForwardFlow forward;
    private readonly WorkerTeam team;
    private readonly Checkpointing? checkpointing;
    private BackwardFlow? generation;
    private double[]? final;
    private long monitorTicks;
    private long outputTicks;
    private int snapshotCount;

    /// <param name="folder">Where the run is written; null for a run that is only computed, as a level of a study.</param>
    /// <param name="identity">What checkpoints say of the run; null with the folder.</param>
    /// <param name="taken">Told every snapshot as it is taken, those before a checkpoint included; null if nobody asks.</param>
    public Simulation(
        RunConfig config, RunBuilder builder, ForwardFlow forward, RunFolder? folder, RunIdentity? identity, WorkerTeam team, Progress progress, bool reproducible,
        Action<Snapshot>? taken = null)
    {
        (this.config, this.builder, this.forward, this.folder, this.team, this.progress, this.reproducible, this.taken) =
            (config, builder, forward, folder, team, progress, reproducible, taken);
        monitors = config.Monitors.Enabled ? builder.Monitors(team) : null;
        checkpointing = folder is null ? null : new Checkpointing(config.Checkpoint, identity!, folder, monitors);
        snapshotLevels = new bool[builder.Times.Last + 1];
        foreach (double time in builder.SnapshotTimes)
            snapshotLevels[builder.Times.IndexOf(time)] = true;
    }

    /// <summary>
    /// Runs to the last level, or to the first violated guarantee if the config says stop, and writes all but the figures.
    /// </summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite. What had been read until then is written.</exception>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor; the folder is left as it was found.</exception>
    /// <exception cref="IOException">A file cannot be written; those before it are whole.</exception>
    public RunResult Run(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        bool stopped;
        if (config.Generation is null)
            folder?.Take();
        try
        {
            stopped = !(config.Generation is null ? RunForward(cancellation) : RunBoth(cancellation));
        }
        catch (RunFailedException)
        {
            progress.Clear();
            output.Drain();
            folder?.Write(readings);
            throw;
        }

        progress.Clear();
        long solveTicks = Stopwatch.GetTimestamp() - start - monitorTicks - outputTicks;
        Write(() => folder!.Write(readings));
        start = Stopwatch.GetTimestamp();
        ErrorNorms? errors = stopped ? null : Errors();
        outputTicks += Stopwatch.GetTimestamp() - start;
        ParticleOutcome? particles = null;
        ParticleSummary? sampled = null;
        if (builder.Particles is { } particleRun && !stopped)
        {
            start = Stopwatch.GetTimestamp();
            particles = Moved(particleRun, cancellation);
            progress.Clear();
            sampled = particleRun.Summarise(particles.End, final);
            solveTicks += Stopwatch.GetTimestamp() - start;
            Write(() => folder!.Write(particles));
        }

        start = Stopwatch.GetTimestamp();
        output.Drain();
        outputTicks += Stopwatch.GetTimestamp() - start;
        var timings = new RunTimings(Seconds(solveTicks), Seconds(monitorTicks), Seconds(outputTicks));
        if (timings.Monitors + timings.Output > Math.Max(timings.Solve, 1))
        {
            progress.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"note: monitors took {timings.Monitors:0.0} s and output {timings.Output:0.0} s, "
                + $"more than the solve's {timings.Solve:0.0} s"));
        }

        var summary = new RunSummary(RunSummary.Summarise(readings), errors, reproducible ? null : timings)
        {
            Particles = sampled,
            Concentration = ConcentrationRate.Fit(readings, builder.Grid.Axes.Max(axis => axis.Widths.ToArray().Max())),
        };
        folder?.Write(summary);
        return new RunResult(summary, readings, stopped, final) { Particles = particles };
    }

    /// <summary>Drops what a run that failed had still to write; after a run that did not, nothing waits.</summary>
    public void Dispose() => output.Dispose();

    /// <summary>Asks for a write behind all before it, where the run is written at all; the time it keeps the run waiting is output's.</summary>
    private void Write(Action write)
    {
        if (folder is null)
            return;
        long start = Stopwatch.GetTimestamp();
        output.Add(write);
        outputTicks += Stopwatch.GetTimestamp() - start;
    }

    /// <summary>The particles at stop; a run interrupted while they move goes on from the end of generation.</summary>
    private ParticleOutcome Moved(ParticleRun particles, CancellationToken cancellation)
    {
        try
        {
            return particles.Move(team, progress, cancellation);
        }
        catch (RunFailedException interrupted) when (cancellation.IsCancellationRequested && checkpointing is not null)
        {
            Save(CheckpointPhase.Generation, 0, final!);
            output.Drain();
            throw new RunFailedException($"{interrupted.Message}: --resume goes on with the run");
        }
    }

    /// <summary>The forward flow alone; false if a violated guarantee stopped it.</summary>
    private bool RunForward(CancellationToken cancellation)
    {
        if (folder?.From is { } checkpoint)
        {
            Restore(checkpoint, CheckpointPhase.Forward, forward.StepCount, () => null);
            forward.Resume(checkpoint.Step, checkpoint.Density);
            KeepFinal(forward.Level);
        }

        progress.Begin("forward", forward.StepCount - forward.StepsDone, 0, builder.Grid.CellCount);
        if (folder?.From is null && forward.Level.Index >= 0 && !Watch(forward.Level))
            return false;
        while (forward.Advance())
        {
            progress.Step();
            CheckFinite("u", forward.Level.U, "forward step", forward.StepsDone, ForwardTime);
            if (forward.Level.Index >= 0 && !Watch(forward.Level))
                return false;
            bool cancelled = cancellation.IsCancellationRequested;
            if (checkpointing is not null && (checkpointing.IsDueAfterStep() || cancelled))
                Save(CheckpointPhase.Forward, forward.StepsDone, forward.Level.U);
            if (cancelled)
                throw Interrupted("forward step", forward.StepsDone, forward.StepCount, ForwardTime);
        }

        return true;
    }

    /// <summary>
    /// Noising and generation; false if a violated guarantee stopped it. Generation needs u at every level, so a resumed run computes
    /// the forward flow again, and only v comes from the checkpoint.
    /// </summary>
    private bool RunBoth(CancellationToken cancellation)
    {
        int last = builder.Times.Last;
        progress.Begin("forward", forward.StepCount, folder?.From?.Step ?? last, builder.Grid.CellCount);
        while (forward.Advance())
        {
            progress.Step();
            CheckFinite("u", forward.Level.U, "forward step", forward.StepsDone, ForwardTime);
            if (cancellation.IsCancellationRequested)
                throw Interrupted("forward step", forward.StepsDone, forward.StepCount, ForwardTime);
        }

        BackwardFlow backward = folder?.From is { } checkpoint ? Resume(checkpoint) : Begin();
        generation = backward;

        // Before the first step: the remap keeps v within its bounds and would hide a NaN that it is given.
        CheckFinite("v", backward.Level.V!, "generation step", last - backward.Level.Index, backward.Level.Time);
        progress.Begin("generation", backward.Level.Index, 0, builder.Grid.CellCount);
        if (folder?.From is null && !Watch(backward.Level))
            return false;
        while (Advance(backward))
        {
            FlowLevel level = backward.Level;
            progress.Step();
            CheckFinite("v", level.V!, "generation step", last - level.Index, level.Time);
            if (!Watch(level))
                return false;
            bool cancelled = cancellation.IsCancellationRequested;
            if (checkpointing is not null && (checkpointing.IsDueAfterStep() || cancelled))
                Save(CheckpointPhase.Generation, level.Index, level.V!);
            if (cancelled)
                throw Interrupted("generation step", last - level.Index, last, level.Time);
        }

        return true;
    }

    /// <summary>The next level of generation; false below the last.</summary>
    /// <exception cref="RunFailedException">The driving score is not finite.</exception>
    private bool Advance(BackwardFlow backward)
    {
        int step = builder.Times.Last - backward.Level.Index + 1;
        try
        {
            return backward.Advance();
        }
        catch (NotFiniteNumberException fault)
        {
            throw new RunFailedException($"{fault.Message}, in generation step {step}: the run stops here", fault);
        }
    }

    private BackwardFlow Begin()
    {
        double[] start = builder.Start is { } given ? Normalised(given) : CellValues.Copy(forward.Level.U);
        RefuseMassAtFloor(start, forward.Level.U);
        folder?.Take();
        return builder.Backward(forward, start, team);
    }

    private BackwardFlow Resume(Checkpoint checkpoint)
    {
        BackwardFlow backward = Restore(
            checkpoint, CheckpointPhase.Generation, builder.Times.Last,
            () => builder.Backward(forward, CellValues.Copy(checkpoint.Density), checkpoint.Step, team))!;
        KeepFinal(backward.Level);
        return backward;
    }

    /// <summary>Takes back what a checkpoint holds besides the density.</summary>
    private BackwardFlow? Restore(Checkpoint checkpoint, CheckpointPhase phase, int steps, Func<BackwardFlow?> build)
    {
        if (checkpoint.Phase != phase || checkpoint.Step < 0 || checkpoint.Step > steps
            || checkpoint.Density.Length != builder.Grid.CellCount)
        {
            throw new InputException(new InputProblem(
                folder!.Path, null, null, "holds a checkpoint that is none of this run: start anew with --force"));
        }

        BackwardFlow? flow = build();
        checkpointing!.Restore(checkpoint, readings, flow);
        snapshotCount = folder!.SnapshotCount;
        for (int number = 0; taken is not null && number < snapshotCount; number++)
            taken(folder.ReadSnapshot(number, builder.Grid));
        progress.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"going on after {(phase == CheckpointPhase.Forward ? "forward" : "generation")} step "
            + $"{(phase == CheckpointPhase.Forward ? checkpoint.Step : steps - checkpoint.Step)} of {steps}"));
        return flow;
    }

    private void Save(CheckpointPhase phase, int step, double[] density)
    {
        // Behind the snapshots before it: a checkpoint on disk never tells of one that is not there.
        Write(checkpointing!.Prepare(phase, step, density, readings, generation));
    }

    /// <summary>Reads the monitors of a level and takes its snapshot; false if a violated guarantee ends the run here.</summary>
    private bool Watch(FlowLevel level)
    {
        bool goesOn = true;
        if (monitors is not null)
        {
            long start = Stopwatch.GetTimestamp();
            int before = readings.Count;
            monitors.Read(level, readings);
            goesOn = !EndsHere(config.Monitors.OnViolation, CollectionsMarshal.AsSpan(readings)[before..]);
            monitorTicks += Stopwatch.GetTimestamp() - start;
        }

        if (folder is not null && snapshotLevels[level.Index])
        {
            long start = Stopwatch.GetTimestamp();
            Snapshot snapshot = Snapshot.Take(level, builder.DrivingScore, snapshotCount++);
            outputTicks += Stopwatch.GetTimestamp() - start;
            Write(() => folder.Write(snapshot));
            taken?.Invoke(snapshot);
        }

        KeepFinal(level);
        return goesOn;
    }

    /// <summary>True if the readings of a level end the run there: a guaranteed theorem violated, where the config says stop.</summary>
    internal static bool EndsHere(ViolationAction action, ReadOnlySpan<Reading> level)
    {
        bool violated = false;
        foreach (Reading reading in level)
            violated |= Violation.Is(reading);
        return violated && action == ViolationAction.Stop;
    }

    /// <summary>What is compared with the reference and with the particles: the density at stop.</summary>
    private void KeepFinal(FlowLevel level)
    {
        if (level.Index == 0)
            final = [.. level.V ?? level.U];
    }

    private double ForwardTime => forward.Level.Index >= 0 ? forward.Level.Time : forward.StepsDone * builder.Times.WarmupStep;

    private void CheckFinite(string name, double[] values, string what, int step, double time)
    {
        int cell = FiniteCheck.FirstNonFinite(values);
        if (cell < 0)
            return;
        Grid grid = builder.Grid;
        string place = string.Join(", ", Enumerable.Range(0, grid.Dimension).Select(
            axis => string.Create(CultureInfo.InvariantCulture, $"{(axis == 0 ? 'x' : 'y')} = {grid.Centre(cell, axis):G6}")));
        throw new RunFailedException(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} is {values[cell]} in cell {cell} ({place}) after {what} {step}, t = {time:G6}: the run stops here"));
    }

    private RunFailedException Interrupted(string what, int step, int steps, double time)
    {
        // What the message counts is on disk.
        output.Drain();
        return new(string.Create(CultureInfo.InvariantCulture, $"interrupted after {what} {step} of {steps}, t = {time:G6}")
            + (folder is null ? ""
                : $"; {snapshotCount} snapshots and {readings.Count} readings are in {folder.Path}: --resume goes on with the run"));
    }

    private double[] Normalised(double[] start)
    {
        double mass = Density.Mass(builder.Grid, start);
        if (Math.Abs(mass - 1) > 1e-12)
            progress.Note(string.Create(CultureInfo.InvariantCulture, $"note: v_T has mass {mass:R} on the grid and is normalised to 1"));
        for (int cell = 0; cell < start.Length; cell++)
            start[cell] /= mass;
        return start;
    }

    private void RefuseMassAtFloor(double[] start, double[] u)
    {
        double lost = 0;
        for (int cell = 0; cell < start.Length; cell++)
            lost += u[cell] < NearFloor ? builder.Grid.Volume(cell) * start[cell] : 0;
        if (lost <= LargestMassAtFloor)
            return;
        progress.Clear();
        folder?.Abandon();
        throw builder.Wrong("generation.start", string.Create(
            CultureInfo.InvariantCulture,
            $"{lost:G3} of v_T's mass lies where u at t = end is below {NearFloor:G1}, too little to divide by; "
            + $"at most {LargestMassAtFloor:G1} may: take a later time.end or a start nearer to the data"));
    }

    private ErrorNorms? Errors()
    {
        if (final is null || !builder.HasReference)
            return null;
        Grid grid = builder.Grid;
        var exact = new double[grid.CellCount];
        builder.ExactAverages(builder.Times[0], exact);
        return ErrorNorms.Between(grid, final, exact);
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
