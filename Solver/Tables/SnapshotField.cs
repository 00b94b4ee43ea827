using PdeDiffusion.Flows;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tables;

/// <summary>A field of a snapshot, as formats with names and units write it.</summary>
/// <param name="Name">As the column of the CSV.</param>
/// <param name="LongName">What it is.</param>
/// <param name="Units">In powers of length.</param>
/// <param name="Values">One per cell, x fastest; NaN where it is undefined.</param>
internal sealed record SnapshotField(string Name, string LongName, string Units, double[] Values)
{
    public static readonly string[] AxisNames = ["x", "y"];

    /// <summary>Name of the figure of a field, without a snapshot's number.</summary>
    public static string FigureOf(string name) => "column-" + name.Replace('_', '-');

    /// <summary>All fields, in the order of the columns of the CSV; v and w in a run with generation only.</summary>
    public static IReadOnlyList<SnapshotField> Of(Snapshot snapshot)
    {
        int dimension = snapshot.Grid.Dimension;
        string density = dimension == 1 ? "1/length" : "1/length^2";
        var fields = new List<SnapshotField> { new("u", "forward density u(t), cell averages", density, snapshot.U) };
        if (snapshot.V is { } v)
            fields.Add(new("v", "generated density v(t), cell averages", density, v));
        if (snapshot.W is { } w)
            fields.Add(new("w", "ratio v/u", "1", w));
        for (int axis = 0; axis < dimension; axis++)
        {
            fields.Add(new(
                "score" + Suffix(dimension, axis), $"driving score of generation, component {AxisNames[axis]}", "1/length",
                snapshot.Score[axis]));
        }

        fields.Add(new("div_score", "divergence of the driving score", "1/length^2", snapshot.DivScore));
        for (int axis = 0; axis < dimension; axis++)
        {
            fields.Add(new(
                "grad_log_u" + Suffix(dimension, axis), $"score of u: gradient of log u, component {AxisNames[axis]}", "1/length",
                snapshot.GradLogU[axis]));
        }

        fields.Add(new("lap_log_u", "Laplacian of log u", "1/length^2", snapshot.LapLogU));
        return fields;
    }

    /// <summary>Lengths of the axes of a field, the last varying fastest: (columns) or (rows, columns).</summary>
    public static int[] Shape(Grid grid) => grid.Dimension == 1 ? [grid.Columns] : [grid.Rows, grid.Columns];

    private static string Suffix(int dimension, int axis) => dimension == 1 ? "" : "_" + AxisNames[axis];
}
