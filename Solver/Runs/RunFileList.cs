using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>Files of one kind that a run writes.</summary>
/// <param name="Bytes">Of all of them together.</param>
public sealed record RunFiles(string Name, int Count, double Bytes);

/// <summary>Bytes of one of each thing that a run writes: at most, from its config, or as timed steps wrote them.</summary>
/// <param name="Snapshot">A snapshot in all its formats.</param>
/// <param name="ReadingsOfLevel">The rows of readings.csv of a level.</param>
/// <param name="SeriesOfLevel">A row of information.csv, and of modes.csv a few.</param>
/// <param name="Records">run.json, summary.json and snapshots.csv.</param>
/// <param name="Number">A number of a table with its comma.</param>
/// <param name="Numbering">Particle, step and time before a place of a trajectory.</param>
/// <param name="FieldOfFrame">A field of a frame of the page.</param>
/// <param name="Figures">What the sizes of figures are multiplied by.</param>
/// <param name="Monitors">Monitors that have a figure; null for all that may.</param>
internal sealed record FileUnits(
    double Snapshot, double ReadingsOfLevel, double SeriesOfLevel, double Records, double Number, double Numbering, double FieldOfFrame,
    double Figures, int? Monitors)
{
    /// <summary>A number of full length, −1.2345678901234567E−308, with its comma; and a row of readings.csv of such numbers.</summary>
    private const int LongNumber = 25, LongReading = 160, LongSeries = 40 * LongNumber;

    /// <summary>Upper bounds.</summary>
    public static FileUnits Most(RunConfig config, Grid grid, double cellsOfFrame)
    {
        int columns = SnapshotWriter.Header(grid.Dimension).Split(',').Length;
        double snapshot = grid.CellCount * (double)SnapshotFormats.Of(config.Output).Sum(format => format.Kind switch
        {
            SnapshotKind.Csv => columns * LongNumber,
            // Two copies while the files of the snapshots are joined.
            SnapshotKind.Netcdf => 2 * sizeof(double) * columns,
            _ => sizeof(double) * (columns + grid.Dimension),
        });
        return new FileUnits(
            snapshot, LongReading * MonitorRegistry.MostReadings(config.Monitors.Lp.Count), LongSeries, 1e5, LongNumber, 3 * LongNumber,
            Math.Min(FrameField.MostBytes, 2 * sizeof(short) * cellsOfFrame), 3, null);
    }

    /// <summary>As runs write them: a number that round-trips has 18 characters or so, a cell of a frame half a byte.</summary>
    public static FileUnits Measured(StepProbe probe, double cellsOfFrame) =>
        new(probe.SnapshotBytes, probe.ReadingBytesPerLevel, 300, 1e4, 19, 28, 0.5 * cellsOfFrame, 1, probe.Monitors);
}

/// <summary>The files of a run, by kind: the one list for what is required of the disk and for what an estimate says.</summary>
internal static class RunFileList
{
    /// <summary>The scripts of the page, and the fields of a frame.</summary>
    private const double PageScripts = 2e5, FieldsOfFrame = 4;

    /// <summary>A picture of an animation, roughly.</summary>
    private const double Picture = 5e4;

    /// <summary>Checkpoints: two slots, and the new file that replaces one of them; a reading in one.</summary>
    private const int Checkpoints = 3, SavedReading = 100;

    /// <summary>What its folder contains at most at once.</summary>
    public static IReadOnlyList<SizePart> Most(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        RunConfig config = problem.Config;
        double readings = config.Monitors.Enabled
            ? (problem.Times.Last + 1.0) * MonitorRegistry.MostReadings(config.Monitors.Lp.Count) : 0;
        return
        [
            .. Of(problem, FileUnits.Most(config, problem.Grid, CellsOfFrame(problem.Grid)))
                .Select(files => new SizePart(files.Name, files.Bytes)),
            new("checkpoints", Checkpoints * (sizeof(double) * (double)problem.Grid.CellCount + SavedReading * readings)),
        ];
    }

    /// <summary>What a finished run leaves.</summary>
    public static IReadOnlyList<RunFiles> Expected(Problem problem, StepProbe probe) =>
        Of(problem, FileUnits.Measured(probe, CellsOfFrame(problem.Grid)));

    private static List<RunFiles> Of(Problem problem, FileUnits unit)
    {
        RunConfig config = problem.Config;
        bool isMonitored = config.Monitors.Enabled, isLine = problem.Grid.Dimension == 1;
        int snapshots = problem.SnapshotTimes.Count;
        double levels = problem.Times.Last + 1.0;
        var files = new List<RunFiles>
        {
            new("snapshots", snapshots, snapshots * unit.Snapshot),
            // summary.json, run.json, snapshots.csv; information.csv and, on a line, modes.csv.
            new("records", 3 + (!isMonitored ? 0 : isLine ? 2 : 1), unit.Records + (isMonitored ? unit.SeriesOfLevel * levels : 0)),
        };
        if (isMonitored)
            files.Add(new RunFiles("readings", 1, unit.ReadingsOfLevel * levels));
        if (config.Particles is { } particles)
        {
            int dimension = problem.Grid.Dimension;
            double paths = Math.Min(particles.Trajectories, particles.Count);
            double places = paths * (problem.LevelsOf(particles.Steps ?? config.Time.Steps).Last + (particles.ToZero ? 2.0 : 1));
            files.Add(new RunFiles("particles", 1, unit.Number * dimension * particles.Count));
            if (paths > 0)
                files.Add(new RunFiles("trajectories", 1, places * (unit.Number * dimension + unit.Numbering)));
        }

        int frames = FrameLevels.Of(problem.Times).Length;
        double page = PageScripts + frames * FieldsOfFrame * unit.FieldOfFrame;
        if (config.Output.Report != false)
            files.Add(new RunFiles("page", 1, page));
        if (config.Output.Animation is not null)
            files.Add(new RunFiles("of the animation", 2, page + unit.Figures * frames * Picture));

        if (config.Output.Plots)
        {
            FigureCount figures = FigureCount.Of(problem, config.Particles is not null, unit.Monitors);
            int formats = config.Output.FilesPerFigure;
            files.Add(new RunFiles("figures", formats * figures.All, formats * unit.Figures * figures.Bytes));
        }

        return files;
    }

    private static double CellsOfFrame(Grid grid) =>
        new FrameGrid(grid).Faces.Aggregate(1.0, (product, faces) => product * (faces.Length - 1));
}
