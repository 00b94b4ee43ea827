using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Studies;

/// <summary>The result of one run of a study.</summary>
/// <param name="Final">v (u without generation) at stop; null if a violated guarantee stopped the run before.</param>
/// <param name="Errors">Against the reference; null if there is none.</param>
/// <param name="Violated">Whether a guaranteed theorem is violated; null without monitors.</param>
/// <param name="Seconds">Wall time of the run, while others run in parallel; the only number that depends on the machine.</param>
public sealed record LevelOutcome(Grid Grid, double[]? Final, ErrorNorms? Errors, bool? Violated, double Seconds)
{
    /// <summary>What the runs of a grid of parameters are compared by.</summary>
    public IReadOnlyList<RunMeasure> Measures { get; init; } = [];
}

/// <summary>
/// Runs levels: small ones in parallel with one thread each, large ones alone with all threads. The results are the same bits in any
/// schedule.
/// </summary>
/// <param name="measured">True if the errors against the reference are wanted.</param>
/// <param name="isGrid">True for a grid of parameters, whose runs are compared by their measures, particles included.</param>
public sealed class LevelRunner(int threads, bool measured, bool isGrid, StudyProgress progress)
{
    /// <summary>Number of cells above which one level uses all threads.</summary>
    public const int LargeGrid = 100_000;

    /// <summary>Runs all levels.</summary>
    /// <param name="finished">Called with the index and the result of each level when it is there, by several threads.</param>
    /// <exception cref="RunFailedException">A level failed, or the study was interrupted.</exception>
    /// <exception cref="InputException">A level was refused during the study.</exception>
    public LevelOutcome[] Run(IReadOnlyList<StudyLevel> levels, Action<int, LevelOutcome>? finished, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(levels);
        double[] work = [.. levels.Select(level => Work(level.Problem.With(Reduced(level.Config, measured, isGrid))))];
        int[] cells = [.. levels.Select(level => level.Problem.Grid.CellCount)];
        progress.Begin(levels.Count, work.Sum());
        var outcomes = new LevelOutcome[levels.Count];
        int[] small = [.. Enumerable.Range(0, levels.Count).Where(level => cells[level] < LargeGrid)
            .OrderByDescending(level => work[level])];
        int[] large = [.. Enumerable.Range(0, levels.Count).Except(small)];
        int beside = Math.Max(1, Math.Min(threads, small.Length));
        try
        {
            Measure(beside, small, beside == 1 ? threads : 1);
            Measure(1, large, threads);
        }
        finally
        {
            progress.Clear();
        }

        return outcomes;

        void Measure(int sharing, int[] some, int own) => StudyParts.Measure(
            sharing, some, (level, ending) =>
            {
                outcomes[level] = Run(levels[level], own, sharing, ending);
                finished?.Invoke(level, outcomes[level]);
                progress.FinishLevel();
            }, level => levels[level].Name, cancellation, remedy: "");
    }

    private LevelOutcome Run(StudyLevel level, int own, int sharing, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        RunConfig config = Reduced(level.Config, measured, isGrid);
        if (config.Memory is null && sharing > 1)
            config = config with { Memory = Math.Max(1, MachineMemory.Free) / (2 * sharing) };
        using var team = new WorkerTeam(own);
        Problem problem = level.Problem.With(config);
        var levelProgress = new LevelProgress(progress);
        using var simulation = new Simulation(new PreparedRun(problem, team), null, levelProgress);
        RunResult result = simulation.Run(cancellation);
        if (config.ErrorEstimate == true && result.Final is { } final)
        {
            ErrorEstimate? estimated = new CompanionRuns(problem, team, null, levelProgress)
                .Estimate(new Solution(Resolution.Of(problem), problem.Grid, final), cancellation);
            result = result with { Summary = result.Summary with { Estimated = estimated } };
        }

        foreach (string note in problem.Notes())
            progress.Note("note: " + note);
        return new LevelOutcome(
            problem.Grid, result.Final, result.Summary.Errors, result.Summary.Monitors.Count == 0 ? null : result.Summary.Violated,
            Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            Measures = isGrid ? RunMeasure.Of(result) : [],
        };
    }

    /// <summary>
    /// The config of a run within a study: no checkpoints and figures. The particles of a grid are moved, and its errors are estimated if
    /// asked for, and where there is no reference unless declined.
    /// </summary>
    public static RunConfig Reduced(RunConfig config, bool measured, bool isGrid)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with
        {
            ErrorEstimate = isGrid && (config.ErrorEstimate ?? config.Reference is null),
            Particles = isGrid && config.Particles is { } particles ? particles with { Trajectories = 0 } : null,
            Checkpoint = null,
            Reference = measured ? config.Reference : null,
            Output = config.Output with { Plots = false },
        };
    }

    /// <summary>Cell updates and particle steps of a run within a study, those of its runs at lower resolution included.</summary>
    internal static double Work(Problem problem)
    {
        RunConfig config = problem.Config;
        double steps = problem.Times.Warmup + (config.Generation is null ? 1 : 2) * (double)config.Time.Steps;
        double moves = config.Particles is { } particles ? (double)particles.Count * (particles.Steps ?? config.Time.Steps) : 0;
        int halved = 1 << (config.Mesh.Axes.Count + 1);
        double companions = config.ErrorEstimate == true ? 1.0 / halved + 1.0 / (halved * halved) : 0;
        return problem.Grid.CellCount * steps * (1 + companions) + moves;
    }
}
