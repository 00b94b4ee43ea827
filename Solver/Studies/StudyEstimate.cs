using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Studies;

/// <summary>
/// What a study will take, from timed steps of a few of its runs; the others take time and memory in proportion to their work and cells.
/// Nothing is written.
/// </summary>
/// <param name="Runs">Number of runs.</param>
/// <param name="Cells">Least and greatest number of cells of a run.</param>
/// <param name="Steps">Least and greatest number of steps of a run, forward and generation together.</param>
/// <param name="Updates">Cells × steps of all runs together, with particle steps and runs at lower resolution.</param>
/// <param name="Seconds">Wall time, small runs in parallel.</param>
/// <param name="Memory">Bytes of the runs that are in memory at a time, with those of the process.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Of all files together.</param>
public sealed record StudyEstimate(
    int Runs, (int Least, int Greatest) Cells, (long Least, long Greatest) Steps, double Updates, double Seconds, double Memory, int Files,
    double Bytes)
{
    /// <summary>Runs whose steps are timed, spread evenly over the work.</summary>
    private const int MostTimed = 5;

    /// <summary>Sizes of files as committed studies have them: a row of a table and of study.json, a figure, a sheet of panels.</summary>
    private const double GridRow = 2800, SweepRow = 900, FigureBytes = 80e3, SheetBytes = 350e3, SvgShare = 0.4;

    /// <summary>Figures of a grid, about, and how many of them are sheets of panels.</summary>
    private const int GridFigures = 16, GridSheets = 2;

    /// <summary>Seconds that a panel takes to draw, about, and panels of a sheet.</summary>
    private const double PanelSeconds = 0.1;

    private const int PanelsOfSheet = 10;

    /// <exception cref="InputException">A run cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public static StudyEstimate Measure(StudyRun study, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(study);
        Problem[] problems = [.. study.Problems.OrderBy(LevelRunner.Work)];
        double[] work = [.. problems.Select(LevelRunner.Work)], seconds = new double[work.Length], memory = new double[work.Length];
        int timed = Math.Min(MostTimed, problems.Length), from = 0;
        for (int one = 0; one < timed; one++)
        {
            // The runs up to the next one that is timed; the greatest is timed itself.
            int to = (int)((long)(one + 1) * problems.Length / timed);
            Problem problem = problems[to - 1];
            double before = Environment.WorkingSet;
            using var team = new WorkerTeam(IsSmall(problem) && problems.Count(IsSmall) > 1 ? 1 : threads);
            RunEstimate estimate = RunEstimate.Measure(problem, team, cancellation);
            for (; from < to; from++)
            {
                seconds[from] = estimate.Seconds * work[from] / work[to - 1];
                memory[from] = Math.Max(0, estimate.Memory - before) * problems[from].Grid.CellCount / problem.Grid.CellCount;
            }
        }

        int[] small = [.. Enumerable.Range(0, problems.Length).Where(run => IsSmall(problems[run]))];
        int[] large = [.. Enumerable.Range(0, problems.Length).Except(small)];
        int beside = Math.Max(1, Math.Min(threads, small.Length));
        double together = small.Length == 0 ? 0 : Math.Max(small.Sum(run => seconds[run]) / beside, small.Max(run => seconds[run]));
        double held = Math.Max(
            small.Select(run => memory[run]).OrderDescending().Take(beside).Sum(),
            large.Select(run => memory[run]).DefaultIfEmpty(0).Max());
        (int files, double bytes) = FilesOf(study, problems.Length);
        long[] steps = [.. problems.Select(StepsOf)];
        int[] cells = [.. problems.Select(problem => problem.Grid.CellCount)];
        return new StudyEstimate(
            problems.Length, (cells.Min(), cells.Max()), (steps.Min(), steps.Max()), work.Sum(),
            together + large.Sum(run => seconds[run]) + DrawingOf(study), Environment.WorkingSet + held, files, bytes);
    }

    /// <summary>The estimate in lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"cells x steps  {Range(Cells.Least, Cells.Greatest)} x {Range(Steps.Least, Steps.Greatest)}, {Runs} runs: "
            + $"{Quoted.Number(Updates)} in all";
        yield return $"time           about {Quoted.Span(Seconds)}, from timed steps";
        yield return $"memory         about {Quoted.Bytes(Memory)}";
        yield return $"files          about {Files}, {Quoted.Bytes(Bytes)}";
    }

    private static string Range(long least, long greatest) =>
        least == greatest ? Quoted.Count(least) : $"{Quoted.Count(least)} to {Quoted.Count(greatest)}";

    private static bool IsSmall(Problem problem) => problem.Grid.CellCount < LevelRunner.LargeGrid;

    private static long StepsOf(Problem problem) =>
        problem.Times.Warmup + (problem.Config.Generation is null ? 1L : 2L) * problem.Times.Last;

    private static int FiguresOf(Study study) => !study.Config.Output.Plots ? 0
        : study.IsGrid ? GridFigures : study.Series.Count > 1 ? study.Series.Count + 1 : 1;

    private static double DrawingOf(StudyRun run)
    {
        int figures = FiguresOf(run.Study), sheets = figures > 0 && run.Study.IsGrid ? GridSheets : 0;
        return PanelSeconds * (figures - sheets + PanelsOfSheet * sheets);
    }

    private static (int Files, double Bytes) FilesOf(StudyRun run, int runs)
    {
        Study study = run.Study;
        int figures = FiguresOf(study), formats = study.Config.Output.FilesPerFigure;
        double drawn = figures * FigureBytes + (figures > 0 && study.IsGrid ? GridSheets * (SheetBytes - FigureBytes) : 0);
        double tables = study.Json.Length + runs * (study.IsGrid ? GridRow : SweepRow);
        return (2 + formats * figures, tables + drawn * (1 + (formats - 1) * SvgShare));
    }
}
