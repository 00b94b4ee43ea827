using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Problems;

/// <summary>A part of what a run or a study takes.</summary>
/// <param name="Name">As messages call it.</param>
internal readonly record struct SizePart(string Name, double Bytes);

/// <summary>What a run takes in memory and on disk, part by part: upper estimates, in bytes, of what depends on its config.</summary>
internal static class RunSize
{
    /// <summary>u, v, w, both scores and their divergences, of each snapshot that the figures are drawn from at the end.</summary>
    public const int BytesOfDrawnCell = 72;

    public const int BytesOfParticle = 64;

    /// <summary>A place of a trajectory.</summary>
    public const int BytesOfPlace = 16;

    private const int BytesOfReading = 80, BytesOfLevel = 32;

    /// <summary>On disk: a number with its comma (−1.2345678901234567E−308), a row of readings, a reading in a checkpoint.</summary>
    private const int BytesOfField = 25, BytesOfReadingRow = 160, BytesOfSavedReading = 100;

    /// <summary>Two slots, and the new file that replaces one of them.</summary>
    private const int Checkpoints = 3;

    /// <summary>Records, the index, the summary, and the figures of a run beyond those of its snapshots.</summary>
    private const double BytesOfRest = 1e5, BytesOfFigure = 4e5;

    private const int FiguresOfSnapshot = 3, OtherFigures = 30;

    /// <summary>Bytes of a level with its readings.</summary>
    /// <param name="lp">Number of exponents of the L^p norms; null without monitors.</param>
    public static int BytesOfStep(int? lp) => BytesOfLevel + (lp is { } count ? BytesOfReading * MonitorRegistry.MostReadings(count) : 0);

    /// <summary>What is in memory at once.</summary>
    public static IReadOnlyList<SizePart> Memory(RunConfig config, Grid grid) =>
    [
        new("grid", MeshRules.BytesOfGrid(grid.Dimension, grid.CellCount)),
        new("steps", (double)config.Time.Steps * BytesOfStep(config.Monitors.Enabled ? config.Monitors.Lp.Count : null)),
        new("snapshots for figures", config.Output.Plots ? Snapshots(config) * BytesOfDrawnCell * grid.CellCount : 0),
        new("particles", (config.Particles?.Count ?? 0) * (double)BytesOfParticle),
        new("trajectories", (config.Particles?.Trajectories ?? 0) * Places(config) * BytesOfPlace),
    ];

    /// <summary>What its folder contains at most at once.</summary>
    public static IReadOnlyList<SizePart> Disk(RunConfig config, Grid grid)
    {
        double cells = grid.CellCount, levels = config.Time.Steps + 1 + Snapshots(config);
        double readings = config.Monitors.Enabled ? levels * MonitorRegistry.MostReadings(config.Monitors.Lp.Count) : 0;
        double particles = config.Particles?.Count ?? 0, paths = config.Particles?.Trajectories ?? 0;
        int columns = SnapshotWriter.Header(grid.Dimension).Split(',').Length;
        double figures = config.Output.Plots ? OtherFigures + FiguresOfSnapshot * Snapshots(config) : 0;
        return
        [
            new("snapshots", Snapshots(config) * cells * SnapshotFormats.Of(config.Output).Sum(format => format.Kind switch
            {
                SnapshotKind.Csv => columns * BytesOfField,
                // Two copies while the files of the snapshots are joined.
                SnapshotKind.Netcdf => 2 * sizeof(double) * columns,
                _ => sizeof(double) * (columns + grid.Dimension),
            })),
            new("checkpoints", Checkpoints * (sizeof(double) * cells + BytesOfSavedReading * readings)),
            new("readings", BytesOfReadingRow * readings),
            new("particles", particles * grid.Dimension * BytesOfField),
            new("trajectories", paths * Places(config) * (2 + grid.Dimension) * BytesOfField),
            new("figures", figures * BytesOfFigure),
            new("records", BytesOfRest),
        ];
    }

    /// <summary>A sum with its parts, as messages show it.</summary>
    /// <param name="of">Of what: memory, or disk space.</param>
    public static string Sum(IReadOnlyList<SizePart> parts, string of) =>
        $"{MeshRules.Bytes(parts.Sum(part => part.Bytes))} of {of} ("
        + string.Join(", ", parts.Where(part => part.Bytes > 0).Select(part => $"{part.Name} {MeshRules.Bytes(part.Bytes)}")) + ")";

    /// <summary>What is wrong if the disk of a folder has less space than files need; null if it suffices, or is not known.</summary>
    /// <param name="disk">From <see cref="Disk"/>.</param>
    public static string? Shortage(IReadOnlyList<SizePart> disk, string folder) =>
        DiskSpace.FreeAt(folder) is { } free && disk.Sum(part => part.Bytes) > free
            ? $"the files would need about {Sum(disk, "disk space")}, but the disk of {Printable.Of(folder)} has "
                + $"{MeshRules.Bytes(free)} free"
            : null;

    private static double Snapshots(RunConfig config) => config.Output.Snapshots?.Count ?? 2;

    private static double Places(RunConfig config) => (config.Particles?.Steps ?? config.Time.Steps) + 1 + Snapshots(config);
}
