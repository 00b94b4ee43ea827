using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>Points of a CSV file.</summary>
/// <param name="Points">Each [x] or [x, y].</param>
/// <param name="Weights">One per point; null if the file has none.</param>
/// <param name="Lines">1-based line of each point.</param>
internal sealed record PointsTable(IReadOnlyList<double[]> Points, IReadOnlyList<double>? Weights, IReadOnlyList<int> Lines);

/// <summary>Reads points from a CSV file with header <c>x[,y][,weight]</c>.</summary>
internal static class PointsReader
{
    private const int MaxPoints = 1_000_000;

    /// <param name="weighted">False if the file may not have weights.</param>
    /// <exception cref="InputException">
    /// The file is missing or empty, its header is another one, or a row is ragged or not numeric.
    /// </exception>
    public static PointsTable Read(string path, bool weighted)
    {
        using var table = new CsvTable(path);
        if (weighted)
            table.RequireHeader("x", "x,y", "x,weight", "x,y,weight");
        else
            table.RequireHeader("x,y");
        bool hasWeights = table.Header[^1] == "weight";
        int dimension = table.Header.Count - (hasWeights ? 1 : 0);
        var points = new List<double[]>();
        var weights = new List<double>();
        var lines = new List<int>();
        while (table.Read())
        {
            if (points.Count == MaxPoints)
                throw table.Wrong($"more than {MaxPoints} points");
            var point = new double[dimension];
            for (int axis = 0; axis < dimension; axis++)
                point[axis] = table.Number(axis);
            points.Add(point);
            lines.Add(table.Line);
            if (hasWeights)
                weights.Add(table.Number(dimension));
        }

        if (points.Count == 0)
            throw InputText.Wrong(table.Name, "has a header but no points");
        return new PointsTable(points, hasWeights ? weights : null, lines);
    }
}
