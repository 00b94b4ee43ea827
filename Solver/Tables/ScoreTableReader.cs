using PdeDiffusion.Files;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tables;

/// <summary>A score given at cell centres and times.</summary>
/// <param name="Times">Forward times, increasing.</param>
/// <param name="Values">[time][axis][cell], x fastest.</param>
public sealed record ScoreTable(double[] Times, double[][][] Values);

/// <summary>
/// Reads a tabulated score: header <c>time,x,score</c> or <c>time,x,y,score_x,score_y</c>; times increasing, one row per time and cell, x
/// fastest.
/// </summary>
public static class ScoreTableReader
{
    /// <exception cref="InputException">The file is missing, of another grid, or damaged.</exception>
    public static ScoreTable Read(string path, Grid grid)
    {
        using var table = new CsvTable(path);
        table.RequireHeader(grid.Dimension == 1 ? "time,x,score" : "time,x,y,score_x,score_y");
        var times = new List<double>();
        var values = new List<double[][]>();
        int cell = grid.CellCount;
        while (table.Read())
        {
            double time = table.Number(0);
            if (cell == grid.CellCount)
            {
                if (time < 0 || (times.Count > 0 && time <= times[^1]))
                    throw table.Wrong($"times must be >= 0 and increase, but {time:R} follows {(times.Count > 0 ? times[^1] : 0):R}");
                times.Add(time);
                values.Add([.. grid.Axes.Select(_ => new double[grid.CellCount])]);
                cell = 0;
            }
            else if (time != times[^1])
            {
                throw table.Wrong($"time {times[^1]:R} has {cell} rows, but the grid has {grid.CellCount} cells");
            }

            SnapshotReader.CheckCentre(table, grid, cell, grid.Dimension == 1 ? [1] : [1, 2]);
            for (int axis = 0; axis < grid.Dimension; axis++)
                values[^1][axis][cell] = table.Number(1 + grid.Dimension + axis);
            cell++;
        }

        if (times.Count == 0)
            throw InputText.Wrong(table.Name, "has a header but no rows");
        if (cell < grid.CellCount)
            throw InputText.Wrong(table.Name, $"time {times[^1]:R} has {cell} rows, but the grid has {grid.CellCount} cells");
        return new ScoreTable([.. times], [.. values]);
    }
}
