using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.IO;
using PdeDiffusion.Monitors;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Snapshots">The snapshots written, for the figures; empty if the config wants none.</param>
/// <param name="Stopped">True if a violated guarantee ended the run before its last level.</param>
public sealed record RunResult(
    RunSummary Summary, IReadOnlyList<Snapshot> Snapshots, IReadOnlyList<Reading> Readings, bool Stopped);

/// <summary>
/// One run: the forward flow from 0 to T, generation from T down to stop, and at every level the monitors, the snapshots and a look for
/// values
/// that are not finite. Without generation the levels are watched on the way forward.
/// </summary>
public sealed class Simulation
{
    /// <summary>Where u is below this, nothing is known of v/u.</summary>
    private const double NearFloor = Snapshot.FloorMargin * ForwardFlow.Floor;

    /// <summary>Share of v_T's mass that may lie where u_T is at its floor.</summary>
    private const double LargestMassAtFloor = 1e-12;

    private readonly RunConfig config;
    private readonly RunBuilder builder;
    private readonly RunFolder folder;
    private readonly Progress progress;
    private readonly bool reproducible;
    private readonly MonitorSet? monitors;
    private readonly bool[] snapshotLevels;
    private readonly List<Reading> readings = [];
    private readonly List<Snapshot> snapshots = [];
    private readonly ForwardFlow forward;
    private readonly WorkerTeam team;
    private double[]? final;
    private long monitorTicks;
    private long outputTicks;

    public Simulation(
        RunConfig config, RunBuilder builder, ForwardFlow forward, RunFolder folder, WorkerTeam team, Progress progress, bool reproducible)
    {
        (this.config, this.builder, this.forward, this.folder, this.team, this.progress, this.reproducible) =
            (config, builder, forward, folder, team, progress, reproducible);
        monitors = config.Monitors.Enabled ? builder.Monitors(team) : null;
        snapshotLevels = new bool[builder.Times.Last + 1];
        foreach (double time in builder.SnapshotTimes)
            snapshotLevels[builder.Times.IndexOf(time)] = true;
    }

    /// <summary>
    /// Runs to the last level, or to the first violated guarantee if the config says stop, and writes all but the figures.
    /// </summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite. What had been read until then is written.</exception>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor; the folder is left as it was found.</exception>
    public RunResult Run(CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        bool stopped;
        try
        {
            stopped = !(config.Generation is null ? RunForward(cancellation) : RunBoth(cancellation));
        }
        catch (RunFailedException)
        {
            progress.Clear();
            folder.Write(readings);
            throw;
        }

        progress.Clear();
        long solveTicks = Stopwatch.GetTimestamp() - start - monitorTicks - outputTicks;
        start = Stopwatch.GetTimestamp();
        folder.Write(readings);
        ErrorNorms? errors = stopped ? null : Errors();
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
            Concentration = ConcentrationRate.Fit(readings, builder.Grid.Axes.Max(axis => axis.Widths.ToArray().Max())),
        };
        folder.Write(summary);
        return new RunResult(summary, snapshots, readings, stopped);
    }

    /// <summary>The forward flow alone; false if a violated guarantee stopped it.</summary>
    private bool RunForward(CancellationToken cancellation)
    {
        progress.Begin("forward", forward.StepCount, 0, builder.Grid.CellCount);
        if (forward.Level.Index >= 0 && !Watch(forward.Level))
            return false;
        while (forward.Advance())
        {
            CheckForward(cancellation);
            if (forward.Level.Index >= 0 && !Watch(forward.Level))
                return false;
        }

        return true;
    }

    /// <summary>Noising and generation; false if a violated guarantee stopped it.</summary>
    private bool RunBoth(CancellationToken cancellation)
    {
        progress.Begin("forward", forward.StepCount, builder.Times.Last, builder.Grid.CellCount);
        while (forward.Advance())
            CheckForward(cancellation);

        double[] start = builder.Start is { } given ? Normalised(given) : [.. forward.Level.U];
        RefuseMassAtFloor(start, forward.Level.U);
        BackwardFlow backward = builder.Backward(forward, start, team);
        progress.Begin("generation", builder.Times.Last, 0, builder.Grid.CellCount);
        if (!Watch(backward.Level))
            return false;
        while (backward.Advance())
        {
            FlowLevel level = backward.Level;
            progress.Step();
            CheckFinite("v", level.V!, "generation step", builder.Times.Last - level.Index, level.Time);
            ThrowIfCancelled("generation step", builder.Times.Last - level.Index, builder.Times.Last, level.Time, cancellation);
            if (!Watch(level))
                return false;
        }

        return true;
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
            for (int index = before; index < readings.Count && config.Monitors.OnViolation == ViolationAction.Stop; index++)
                goesOn &= readings[index] is not { Status: ReadingStatus.Guaranteed, Verdict: Verdict.Violated };
            monitorTicks += Stopwatch.GetTimestamp() - start;
        }

        if (snapshotLevels[level.Index])
        {
            long start = Stopwatch.GetTimestamp();
            Snapshot snapshot = Snapshot.Take(level, builder.DrivingScore, folder.SnapshotCount);
            folder.Write(snapshot);
            if (config.Output.Plots)
                snapshots.Add(snapshot);
            outputTicks += Stopwatch.GetTimestamp() - start;
        }

        if (level.Index == 0 && builder.HasReference)
            final = [.. level.V ?? level.U];
        return goesOn;
    }

    private void CheckForward(CancellationToken cancellation)
    {
        progress.Step();
        double time = forward.Level.Index >= 0 ? forward.Level.Time : forward.StepsDone * builder.Times.WarmupStep;
        CheckFinite("u", forward.Level.U, "forward step", forward.StepsDone, time);
        ThrowIfCancelled("forward step", forward.StepsDone, forward.StepCount, time, cancellation);
    }

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

    private void ThrowIfCancelled(string what, int step, int steps, double time, CancellationToken cancellation)
    {
        if (!cancellation.IsCancellationRequested)
            return;
        throw new RunFailedException(string.Create(
            CultureInfo.InvariantCulture,
            $"interrupted after {what} {step} of {steps}, t = {time:G6}; "
            + $"{folder.SnapshotCount} snapshots and {readings.Count} readings are in {folder.Path}"));
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
        folder.Abandon();
        throw builder.Wrong("generation.start", string.Create(
            CultureInfo.InvariantCulture,
            $"{lost:G3} of v_T's mass lies where u at t = end is below {NearFloor:G1}, too little to divide by; "
            + $"at most {LargestMassAtFloor:G1} may: take a later time.end or a start nearer to the data"));
    }

    private ErrorNorms? Errors()
    {
        if (final is null)
            return null;
        Grid grid = builder.Grid;
        var exact = new double[grid.CellCount];
        builder.ExactAverages(builder.Times[0], exact);
        return new ErrorNorms(
            Density.Distance(grid, final, exact, 1), Density.Distance(grid, final, exact, 2),
            Density.Distance(grid, final, exact, double.PositiveInfinity), Density.KullbackLeibler(grid, final, exact));
    }

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
