using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tables;

/// <summary>
/// <c>snapshots/NNN.npz</c> for NumPy: <c>time</c>, <c>sigma</c>; centres and faces of the cells, <c>x</c>, <c>x_faces</c>, in the plane
/// <c>y</c>, <c>y_faces</c>; each field with shape (N_x) or (N_y, N_x); and the texts <c>fields</c>, <c>units</c>, <c>long_names</c> (one
/// per field), <c>config</c> and <c>version</c>.
/// </summary>
internal sealed class NpzFormat : ISnapshotFormat
{
    public SnapshotKind Kind => SnapshotKind.Npz;

    public string Extension => "npz";

    public void Write(Stream stream, Snapshot snapshot, SnapshotOrigin origin)
    {
        Grid grid = snapshot.Grid;
        IReadOnlyList<SnapshotField> fields = SnapshotField.Of(snapshot);
        var arrays = new List<(string, NumpyArray)>
        {
            ("time", new NumpyArray([], [snapshot.Time])), ("sigma", new NumpyArray([], [NoiseLevel.Sigma(snapshot.Time)])),
        };
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            arrays.Add((SnapshotField.AxisNames[axis], new NumpyArray([along.Cells], along.Centres.ToArray())));
            arrays.Add((SnapshotField.AxisNames[axis] + "_faces", new NumpyArray([along.Cells + 1], along.Faces.ToArray())));
        }

        int[] shape = SnapshotField.Shape(grid);
        arrays.AddRange(fields.Select(field => (field.Name, new NumpyArray(shape, field.Values))));
        NumpyFile.Write(stream, arrays,
        [
            new NumpyText("fields", [.. fields.Select(field => field.Name)]),
            new NumpyText("units", [.. fields.Select(field => field.Units)]),
            new NumpyText("long_names", [.. fields.Select(field => field.LongName)]),
            new NumpyText("config", [origin.Config], IsSingle: true), new NumpyText("version", [origin.Version], IsSingle: true),
        ]);
    }

    /// <summary>A whole snapshot, as it was written.</summary>
    /// <exception cref="InputException">The file is of another grid or damaged.</exception>
    public static Snapshot Read(string path, Grid grid, int number)
    {
        using var file = new NumpyFile(path);
        CheckAxes(file, grid);
        double[] time = file.Read("time", 1).Values;
        if (time.Length != 1)
            throw InputText.Wrong(file.NameOf("time"), "must be one number");
        double[][] score = grid.Dimension == 1 ? [Field("score")] : [Field("score_x"), Field("score_y")];
        bool generated = file.Names.Contains("v");
        return Snapshot.Of(
            number, time[0], grid, Field("u"), generated ? Field("v") : null, generated ? Field("w") : null, score, Field("div_score"));

        double[] Field(string name) => ReadField(file, name, grid);
    }

    /// <summary>A field of one value per cell.</summary>
    /// <exception cref="InputException">It is missing, or of another shape.</exception>
    public static double[] ReadField(NumpyFile file, string name, Grid grid)
    {
        NumpyArray array = file.Read(name, grid.CellCount);
        int[] shape = SnapshotField.Shape(grid);
        return array.Shape.SequenceEqual(shape) ? array.Values
            : throw InputText.Wrong(
                file.NameOf(name), $"has shape {array.ShapeText}, but the grid has shape {new NumpyArray(shape, []).ShapeText}");
    }

    /// <summary>Checks that x and y are the centres of the grid's cells.</summary>
    /// <exception cref="InputException">They are not.</exception>
    public static void CheckAxes(NumpyFile file, Grid grid)
    {
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            string name = SnapshotField.AxisNames[axis];
            ScoreTableReader.CheckCentres(file.NameOf(name), file.Read(name, int.MaxValue / 8).Values, grid.Axes[axis]);
        }
    }
}
