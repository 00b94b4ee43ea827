using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Problems;

/// <summary>A part of what a run or a study takes.</summary>
/// <param name="Name">As messages call it.</param>
internal readonly record struct SizePart(string Name, double Bytes);

/// <summary>What a run takes in memory, part by part, in bytes; its files are listed by <c>Runs/RunFileList.cs</c>.</summary>
internal static class RunSize
{
    public const int BytesOfParticle = 64;

    /// <summary>A place of a trajectory.</summary>
    public const int BytesOfPlace = 16;

    private const int BytesOfReading = 80, BytesOfLevel = 32;

    /// <summary>Without figures, snapshots are kept only until they are written: one being written, one that waits.</summary>
    private const int MostWaiting = 2;

    /// <summary>Bytes per cell of a snapshot: u, v, w, the driving score with its divergence, and those of u if it is another.</summary>
    public static int BytesOfSnapshotCell(int dimension, bool isOwnScore) =>
        sizeof(double) * (3 + (dimension + 1) * (isOwnScore ? 1 : 2));

    /// <summary>Bytes of a level with its readings.</summary>
    /// <param name="lp">Number of exponents of the L^p norms; null without monitors.</param>
    public static int BytesOfStep(int? lp) => BytesOfLevel + (lp is { } count ? BytesOfReading * MonitorRegistry.MostReadings(count) : 0);

    /// <summary>What is in memory at once; levels of u beyond the first take what memory is left.</summary>
    public static IReadOnlyList<SizePart> Memory(RunConfig config, Grid grid) =>
        [new("grid", MeshRules.BytesOfGrid(grid.Dimension, grid.CellCount)), .. BesideGrid(config, grid)];

    /// <summary>The same without the grid, its levels and the scheme.</summary>
    public static IReadOnlyList<SizePart> BesideGrid(RunConfig config, Grid grid)
    {
        double snapshots = config.Output.Plots ? Snapshots(config) : Math.Min(MostWaiting, Snapshots(config));
        int cell = BytesOfSnapshotCell(grid.Dimension, config.Generation is not { Score: not GridScore });
        double places = (config.Particles?.Steps ?? config.Time.Steps) + 1 + Snapshots(config);
        return
        [
            new("steps", (double)config.Time.Steps * BytesOfStep(config.Monitors.Enabled ? config.Monitors.Lp.Count : null)),
            new(config.Output.Plots ? "snapshots for figures" : "snapshots", snapshots * cell * grid.CellCount),
            new("particles", (config.Particles?.Count ?? 0) * (double)BytesOfParticle),
            new("trajectories", (config.Particles?.Trajectories ?? 0) * places * BytesOfPlace),
        ];
    }

    /// <summary>A sum with its parts, as messages show it.</summary>
    /// <param name="of">Of what: memory, or disk space.</param>
    public static string Sum(IReadOnlyList<SizePart> parts, string of) =>
        $"{MeshRules.Bytes(parts.Sum(part => part.Bytes))} of {of} ("
        + string.Join(", ", parts.Where(part => part.Bytes > 0).Select(part => $"{part.Name} {MeshRules.Bytes(part.Bytes)}")) + ")";

    /// <summary>What is wrong if the disk of a folder has less space than files need; null if it suffices, or is not known.</summary>
    /// <param name="disk">The files by kind.</param>
    public static string? Shortage(IReadOnlyList<SizePart> disk, string folder) =>
        DiskSpace.FreeAt(folder) is { } free && disk.Sum(part => part.Bytes) > free
            ? $"the files would need about {Sum(disk, "disk space")}, but the disk of {Printable.Of(folder)} has "
                + $"{MeshRules.Bytes(free)} free"
            : null;

    private static double Snapshots(RunConfig config) => config.Output.Snapshots?.Count ?? 2;
}
