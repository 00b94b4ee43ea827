using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tables;

/// <summary>
/// <c>snapshots/NNN.nc</c> while a run computes, <c>snapshots.nc</c> with all times once it has finished: NetCDF-3 with 64-bit offsets,
/// which xarray, netCDF4, scipy and ParaView read. The record dimension is <c>time</c>; fields have dimensions (time, x) or (time, y, x).
/// </summary>
internal sealed class NetcdfFormat : ISnapshotFormat
{
    /// <summary>The file of all snapshots, in the folder of the run.</summary>
    public const string SeriesFile = "snapshots.nc";

    /// <summary>True if a path ends in <c>.nc</c>, in any case.</summary>
    public static bool IsNamed(string path) => Path.GetExtension(path.AsSpan()).Equals(".nc", StringComparison.OrdinalIgnoreCase);

    public SnapshotKind Kind => SnapshotKind.Netcdf;

    public string Extension => "nc";

    public void Write(Stream stream, Snapshot snapshot, SnapshotOrigin origin)
    {
        Grid grid = snapshot.Grid;
        var variables = new List<NetcdfVariable>
        {
            new("time", ["time"], [("long_name", "forward time t"), ("units", "length^2")], [snapshot.Time]),
            new("sigma", ["time"], [("long_name", "noise level sigma = sqrt(2 t)"), ("units", "length")],
                [NoiseLevel.Sigma(snapshot.Time)]),
        };
        var dimensions = new List<(string, int)> { ("time", 0) };
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            string name = SnapshotField.AxisNames[axis], faces = name + "_faces";
            dimensions.Add((name, along.Cells));
            dimensions.Add((faces, along.Cells + 1));
            variables.Add(new(name, [name], [("long_name", $"cell centres along {name}"), ("units", "length")], along.Centres.ToArray()));
            variables.Add(new(faces, [faces], [("long_name", $"cell faces along {name}"), ("units", "length")], along.Faces.ToArray()));
        }

        string[] axes = grid.Dimension == 1 ? ["time", "x"] : ["time", "y", "x"];
        variables.AddRange(SnapshotField.Of(snapshot).Select(field => new NetcdfVariable(
            field.Name, axes, [("long_name", field.LongName), ("units", field.Units)], field.Values)));
        NetcdfWriter.Write(
            stream, dimensions,
            [("Conventions", "CF-1.8"), ("source", "PdeDiffusion " + origin.Version), ("config", origin.Config)], variables);
    }

    /// <summary>A field of one value per cell; of several times that of the last.</summary>
    /// <exception cref="InputException">The file is of another grid, or has no such field.</exception>
    public static double[] ReadField(string path, string name, Grid grid)
    {
        using var file = new NetcdfFile(path);
        CheckAxes(file, grid);
        return ReadField(file, name, grid, file.Records - 1);
    }

    /// <summary>A score, or another prediction, with all its times, increasing.</summary>
    /// <exception cref="InputException">The file is of another grid, or damaged.</exception>
    public static ScoreTable ReadScores(string path, Grid grid)
    {
        using var file = new NetcdfFile(path);
        CheckAxes(file, grid);
        double[] times = file.ReadAll("time");
        if (times.Length == 0)
            throw InputText.Wrong(file.Name, "has no times");
        int[] order = [.. Enumerable.Range(0, times.Length).OrderBy(level => times[level])];
        string first = file.Has(grid.Dimension == 1 ? "value" : "value_x") ? "value" : "score";
        string[] names = grid.Dimension == 1 ? [first] : [first + "_x", first + "_y"];
        double[][][] values = [.. order.Select(level => names.Select(name => Finite(name, level)).ToArray())];
        double[] increasing = [.. order.Select(level => times[level])];
        for (int level = 0; level < increasing.Length; level++)
        {
            if (!(increasing[level] >= 0 && double.IsFinite(increasing[level]))
                || (level > 0 && increasing[level] <= increasing[level - 1]))
                throw InputText.Wrong(file.NameOf("time"), $"times must be >= 0 and different, but one is {increasing[level]:R}");
        }

        return new ScoreTable(increasing, values) { Name = file.Name };

        double[] Finite(string name, int level)
        {
            double[] field = ReadField(file, name, grid, level);
            int bad = Array.FindIndex(field, value => !double.IsFinite(value));
            return bad < 0 ? field : throw InputText.Wrong(
                file.NameOf(name), $"must be finite numbers, but at time {times[level]:R} value {bad} is {field[bad]:R}");
        }
    }

    private static double[] ReadField(NetcdfFile file, string name, Grid grid, int record)
    {
        long[] shape = file.ShapeWithin(name);
        long[] expected = [.. SnapshotField.Shape(grid).Select(length => (long)length)];
        return shape.SequenceEqual(expected) ? file.Read(name, record)
            : throw InputText.Wrong(
                file.NameOf(name), $"has shape {NumpyHeader.Text(shape)}, but the grid has shape {NumpyHeader.Text(expected)}");
    }

    private static void CheckAxes(NetcdfFile file, Grid grid)
    {
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            string name = SnapshotField.AxisNames[axis];
            ScoreTableReader.CheckCentres(file.NameOf(name), file.ReadAll(name), grid.Axes[axis]);
        }
    }
}
