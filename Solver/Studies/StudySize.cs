using System.Globalization;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>What a whole study takes in memory and on disk, part by part: upper estimates in bytes.</summary>
internal static class StudySize
{
    /// <summary>What a value of a config takes: in the tree, in the record and in the data built from it.</summary>
    public const int BytesOfValue = 150;

    /// <summary>Beside its values: records, times, an empty problem.</summary>
    private const int BytesOfRun = 20_000;

    /// <summary>Faces, centres, widths and distances of an axis.</summary>
    private const int BytesOfAxisCell = 48;

    /// <summary>On disk: a value in the record, a row of the table, and the figures.</summary>
    private const int BytesOfText = 25, BytesOfRow = 1000, BytesOfFigures = 10_000_000;

    /// <summary>What is in memory at once: all runs as configs with their densities at stop, and those that are being computed.</summary>
    /// <param name="isGrid">True for a grid, whose runs may have particles.</param>
    /// <param name="values">JSON values of all runs, shared parts once.</param>
    public static IReadOnlyList<SizePart> Memory(IReadOnlyList<StudyLevel> levels, bool isGrid, long values)
    {
        double[] small = [.. Working(levels, isGrid, isLarge: false).OrderDescending()];
        double[] large = [.. Working(levels, isGrid, isLarge: true)];
        int beside = Math.Min(small.Length, Environment.ProcessorCount);
        double together = small.Take(beside).Sum(), alone = large.DefaultIfEmpty(0).Max();
        return
        [
            new("configs", BytesOfValue * (double)values + (double)BytesOfRun * levels.Count),
            new("grids", levels.Select(level => level.Problem.Grid).Distinct().Sum(BytesOfAxes)),
            new("densities at stop", levels.Sum(level => BytesAtStop(level.Problem.Grid))),
            new(string.Create(CultureInfo.InvariantCulture, $"{(together > alone ? beside : 1)} at a time"), Math.Max(together, alone)),
        ];
    }

    /// <summary>A density that is kept for the table.</summary>
    public static double BytesAtStop(Grid grid) => sizeof(double) * (double)grid.CellCount;

    /// <summary>A grid, which runs of the same mesh share.</summary>
    public static double BytesOfAxes(Grid grid) => grid.Axes.Sum(axis => (double)BytesOfAxisCell * axis.Cells);

    /// <summary>What its folder contains: the record, the table and the figures.</summary>
    public static IReadOnlyList<SizePart> Disk(Study study) =>
    [
        new("record", study.Json.Length + (double)BytesOfText * study.Series.Sum(one => one.Levels.Count * one.Keys.Count)),
        new("table", (double)BytesOfRow * study.Series.Sum(one => one.Levels.Count)),
        new("figures", study.Config.Output.Plots ? BytesOfFigures : 0),
    ];

    private static IEnumerable<double> Working(IReadOnlyList<StudyLevel> levels, bool isGrid, bool isLarge) => levels
        .Where(level => (level.Problem.Grid.CellCount >= LevelRunner.LargeGrid) == isLarge)
        .Select(level => RunSize.Memory(LevelRunner.Reduced(level.Config, true, isGrid), level.Problem.Grid).Sum(part => part.Bytes));
}
