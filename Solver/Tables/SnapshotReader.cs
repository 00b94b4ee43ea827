using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tables;

/// <summary>A snapshot as <c>snapshots.csv</c> of a run's folder lists it.</summary>
/// <param name="File">Absolute path.</param>
public sealed record SnapshotEntry(int Number, double Time, string File);

/// <summary>
/// Reads snapshots back: one row per cell, x fastest, header <c>x,u,v,w,score,div_score,sigma</c> or
/// <c>x,y,u,v,w,score_x,score_y,div_score,sigma</c>; earlier versions wrote no sigma.
/// </summary>
public static class SnapshotReader
{
    /// <summary>A centre in a file is that of a cell within this fraction of the cell's width.</summary>
    internal const double CentreTolerance = 1e-9;

    /// <summary>
    /// A density, CellCount values ≥ 0: a column of a table that has the columns x and, in the plane, y with the centres of the cells, x
    /// fastest, as a snapshot has. Other columns are not read.
    /// </summary>
    /// <exception cref="InputException">
    /// The table is of another grid, has no such column, or contains values that are not numbers ≥ 0.
    /// </exception>
    public static double[] ReadDensity(string path, string column, Grid grid)
    {
        using var table = new CsvTable(path, ofUser: true);
        int[] centre = grid.Dimension == 1 ? [table.Find("x")] : [table.Find("x"), table.Find("y")];
        int field = table.Find(column);
        double[] values = CellValues.Zeros(grid);
        bool positive = false;
        for (int cell = 0; ReadCell(table, grid, cell, centre); cell++)
        {
            if (table.Text(field).Length == 0)
                throw table.Wrong($"column {column} is empty");
            values[cell] = table.Number(field);
            if (values[cell] < 0)
                throw table.Wrong($"{column} must be >= 0, but is {values[cell]:R}");
            positive |= values[cell] > 0;
        }

        return positive ? values : throw InputText.Wrong(table.Name, $"column {column} is 0 everywhere");
    }

    /// <summary>A whole snapshot, as it was written.</summary>
    /// <exception cref="InputException">The snapshot is of another grid or damaged.</exception>
    public static Snapshot ReadSnapshot(string path, Grid grid, int number, double time)
    {
        using CsvTable table = Open(path, grid);
        int dimension = grid.Dimension;
        int[] centre = dimension == 1 ? [0] : [0, 1];
        var columns = new double[4 + dimension][];
        for (int field = 0; field < columns.Length; field++)
            columns[field] = new double[grid.CellCount];
        for (int cell = 0; ReadCell(table, grid, cell, centre); cell++)
        {
            for (int field = 0; field < columns.Length; field++)
                columns[field][cell] = table.NumberOrNaN(dimension + field);
        }

        bool generated = !Array.TrueForAll(columns[1], double.IsNaN);
        return new Snapshot(
            number, time, grid, columns[0], generated ? columns[1] : null, generated ? columns[2] : null,
                columns[3..(3 + dimension)], columns[^1]);
    }

    /// <summary>The snapshots of a run, in the order written, from the <c>snapshots.csv</c> in its folder.</summary>
    /// <exception cref="InputException">The list is missing or damaged.</exception>
    public static IReadOnlyList<SnapshotEntry> ReadList(string folder)
    {
        using var table = new CsvTable(Path.Combine(folder, "snapshots.csv"));
        table.RequireHeader("number,time,file,sigma", "number,time,file");
        var entries = new List<SnapshotEntry>();
        while (table.Read())
            entries.Add(new SnapshotEntry((int)table.Number(0), table.Number(1), Path.GetFullPath(Path.Combine(folder, table.Text(2)))));
        return entries;
    }

    private static CsvTable Open(string path, Grid grid)
    {
        var table = new CsvTable(path);
        try
        {
            table.RequireHeader(SnapshotWriter.Header(grid.Dimension), SnapshotWriter.HeaderWithoutSigma(grid.Dimension));
            return table;
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Advances to the row of a cell and checks its coordinates; false after the last.</summary>
    private static bool ReadCell(CsvTable table, Grid grid, int cell, ReadOnlySpan<int> centre)
    {
        bool read = table.Read();
        if (!read && cell == grid.CellCount)
            return false;
        if (!read)
            throw InputText.Wrong(table.Name, $"has {cell} rows, but the grid has {grid.CellCount} cells");
        CheckCentre(table, grid, cell, centre);
        return true;
    }

    /// <summary>
    /// Checks that the current row is a cell's: its centre, in one column per axis, within 1e-9 of the cell's width.
    /// </summary>
    /// <exception cref="InputException">It is not.</exception>
    internal static void CheckCentre(CsvTable table, Grid grid, int cell, ReadOnlySpan<int> columns)
    {
        if (cell >= grid.CellCount)
            throw table.Wrong($"more rows than the {grid.CellCount} cells of the grid");
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            double width = grid.Axes[axis].Widths[axis == 0 ? cell % grid.Columns : cell / grid.Columns];
            double position = table.Number(columns[axis]);
            if (Math.Abs(position - grid.Centre(cell, axis)) > CentreTolerance * width)
                throw table.Wrong(
                    $"{table.Header[columns[axis]]} is {position:R}, but the cell's centre on this grid is {grid.Centre(cell, axis):R}");
        }
    }
}
