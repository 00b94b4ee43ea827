using PdeDiffusion.Files;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tables;

/// <summary>A score, or another prediction, given at cell centres and times.</summary>
/// <param name="Times">Increasing, as the file has them.</param>
/// <param name="Values">[time][axis][cell], x fastest.</param>
public sealed record ScoreTable(double[] Times, double[][][] Values)
{
    /// <summary>The file as messages call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>1-based line at which each time begins; empty if the file has no lines.</summary>
    public IReadOnlyList<int> Lines { get; init; } = [];

    /// <summary>The exception for a time of the table.</summary>
    public InputException Wrong(int level, string message) =>
        Lines.Count > 0 ? InputText.Wrong(Name, message, Lines[level]) : InputText.Wrong(Name, message);
}

/// <summary>
/// Reads a tabulated score. A CSV has the header <c>time,x,score</c> or <c>time,x,y,score_x,score_y</c>, or <c>value</c> in place of
/// <c>score</c>; times increase, one row per time and cell, x fastest. A <c>.npz</c> has arrays <c>time</c> (n), <c>x</c> (N_x), in the
/// plane <c>y</c> (N_y), and <c>values</c> (n, N_x), in the plane (n, N_y, N_x, 2).
/// </summary>
public static class ScoreTableReader
{
    private const long MostTimes = 1_000_000;

    /// <exception cref="InputException">The file is missing, of another grid, or damaged.</exception>
    public static ScoreTable Read(string path, Grid grid) => NumpyFile.IsNamed(path) ? ReadArrays(path, grid) : ReadRows(path, grid);

    private static ScoreTable ReadRows(string path, Grid grid)
    {
        using var table = new CsvTable(path);
        if (grid.Dimension == 1)
            table.RequireHeader("time,x,score", "time,x,value");
        else
            table.RequireHeader("time,x,y,score_x,score_y", "time,x,y,value_x,value_y");
        var times = new List<double>();
        var lines = new List<int>();
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
                lines.Add(table.Line);
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
        return new ScoreTable([.. times], [.. values]) { Name = table.Name, Lines = lines };
    }

    private static ScoreTable ReadArrays(string path, Grid grid)
    {
        using var file = new NumpyFile(path);
        double[] times = Vector(file, "time", MostTimes);
        for (int level = 0; level < times.Length; level++)
        {
            if (!(times[level] >= 0 && double.IsFinite(times[level])) || (level > 0 && times[level] <= times[level - 1]))
                throw InputText.Wrong(file.NameOf("time"), $"times must be >= 0 and increase, but time {level} is {times[level]:R}");
        }

        string[] axes = grid.Dimension == 1 ? ["x"] : ["x", "y"];
        for (int axis = 0; axis < axes.Length; axis++)
            CheckCentres(file, axes[axis], grid.Axes[axis]);
        NumpyArray values = file.Read("values", (long)times.Length * grid.CellCount * grid.Dimension);
        int[] expected = grid.Dimension == 1 ? [times.Length, grid.Columns] : [times.Length, grid.Rows, grid.Columns, 2];
        if (!values.Shape.SequenceEqual(expected))
        {
            throw InputText.Wrong(
                file.NameOf("values"), $"must have shape ({string.Join(", ", expected)}), but has shape {values.ShapeText}");
        }

        int bad = Array.FindIndex(values.Values, value => !double.IsFinite(value));
        if (bad >= 0)
            throw InputText.Wrong(file.NameOf("values"), $"must be finite numbers, but value {bad} is {values.Values[bad]:R}");
        var levels = new double[times.Length][][];
        for (int level = 0; level < times.Length; level++)
        {
            int first = level * grid.CellCount;
            levels[level] = [.. Enumerable.Range(0, grid.Dimension).Select(axis => Enumerable.Range(0, grid.CellCount)
                .Select(cell => values.Values[(first + cell) * grid.Dimension + axis]).ToArray())];
        }

        return new ScoreTable(times, levels) { Name = file.Name };
    }

    private static double[] Vector(NumpyFile file, string name, long most)
    {
        NumpyArray array = file.Read(name, most);
        return array.Shape.Count == 1 ? array.Values
            : throw InputText.Wrong(file.NameOf(name), $"must have one axis, but has shape {array.ShapeText}");
    }

    private static void CheckCentres(NumpyFile file, string name, Axis axis)
    {
        double[] centres = Vector(file, name, MostTimes + axis.Cells);
        if (centres.Length != axis.Cells)
            throw InputText.Wrong(file.NameOf(name), $"must have one value per cell, {axis.Cells}, but has {centres.Length}");
        for (int cell = 0; cell < centres.Length; cell++)
        {
            if (!(Math.Abs(centres[cell] - axis.Centres[cell]) <= SnapshotReader.CentreTolerance * axis.Widths[cell]))
            {
                throw InputText.Wrong(
                    file.NameOf(name),
                    $"value {cell} is {centres[cell]:R}, but the cell's centre on this grid is {axis.Centres[cell]:R}");
            }
        }
    }
}
