using System.Globalization;
using PdeDiffusion.Files;
using PdeDiffusion.Json;

namespace PdeDiffusion.Tables;

/// <summary>Points of a file.</summary>
/// <param name="Points">Each [x] or [x, y].</param>
/// <param name="Weights">One per point; null if the file has none.</param>
/// <param name="Lines">1-based line of each point; 0 in a file without lines.</param>
/// <param name="Unused">Names of the columns that are not read, if they have names.</param>
internal sealed record PointsTable(
    IReadOnlyList<double[]> Points, IReadOnlyList<double>? Weights, IReadOnlyList<int> Lines, IReadOnlyList<string> Unused);

/// <summary>A column by its name, or by its number from 1.</summary>
internal readonly record struct ColumnKey(string? Name, int Number)
{
    /// <summary>As messages show it.</summary>
    public override string ToString() => Name is null ? Number.ToString(CultureInfo.InvariantCulture) : SourceValue.Quote(Name);
}

/// <summary>Which part of a file holds the points.</summary>
/// <param name="Coordinates">The columns of x and, in the plane, y; null for those named so.</param>
/// <param name="Weight">
/// The column of the weights; null for the one named so if <paramref name="Coordinates"/> is null, and for no weights otherwise.
/// </param>
/// <param name="Array">The array of a <c>.npz</c>; null for its only one.</param>
/// <param name="IsPolyline">True for corners, which have two coordinates and no weights.</param>
internal sealed record PointsPlace(IReadOnlyList<ColumnKey>? Coordinates, ColumnKey? Weight, string? Array, bool IsPolyline);

/// <summary>Reads points from a CSV file, with or without a header, or from an array N × d of NumPy.</summary>
internal static class PointsReader
{
    private const int MaxPoints = 1_000_000;

    /// <summary>Largest number of values of an array of which some columns are points.</summary>
    private const long MaxValues = 64L * MaxPoints;

    /// <exception cref="InputException">
    /// The file is missing or empty, has no such columns or array, or a row is ragged or not numeric.
    /// </exception>
    public static PointsTable Read(string path, PointsPlace place) =>
        NumpyFile.IsNamed(path) ? ReadArray(path, place) : ReadCsv(path, place);

    private static PointsTable ReadCsv(string path, PointsPlace place)
    {
        using var table = new CsvTable(path, ofUser: true);
        if (place.Array is not null)
            throw InputText.Wrong(table.Name, "is a CSV file; array belongs to files of NumPy: omit it");
        int[] columns = place.Coordinates is { } keys ? Chosen(table, keys, place.Weight) : Named(table, place.IsPolyline);
        int? weight = place.Weight is { } key ? At(table, key)
            : place.Coordinates is null && !place.IsPolyline ? table.TryFind("weight") : null;
        if (weight is { } shared && columns.Contains(shared))
            throw table.Wrong($"column {place.Weight} cannot hold both a coordinate and the weights");
        string[] unused = !table.HasNames ? []
            : [.. table.Header.Where((_, column) => !columns.Contains(column) && column != weight)];
        var points = new List<double[]>();
        var weights = new List<double>();
        var lines = new List<int>();
        while (table.Read())
        {
            if (points.Count == MaxPoints)
                throw table.Wrong($"more than {MaxPoints} points");
            points.Add([.. columns.Select(table.Number)]);
            lines.Add(table.Line);
            if (weight is { } column)
                weights.Add(table.Number(column));
        }

        if (points.Count == 0)
            throw InputText.Wrong(table.Name, "has a header but no points");
        return new PointsTable(points, weight is null ? null : weights, lines, unused);
    }

    /// <summary>The columns that are named by the user; a file is without a header if these have a number in its first row.</summary>
    private static int[] Chosen(CsvTable table, IReadOnlyList<ColumnKey> keys, ColumnKey? weight)
    {
        ColumnKey[] all = weight is { } own ? [.. keys, own] : [.. keys];
        if (Array.Exists(all, key => key.Name is null && key.Number <= table.Header.Count && table.IsNumber(key.Number - 1)))
            table.TakeHeaderAsRow();
        int[] columns = [.. keys.Select(key => At(table, key))];
        return columns.Distinct().Count() == columns.Length ? columns
            : throw table.Wrong($"column {keys[^1]} is given for two coordinates");
    }

    /// <summary>The columns x and, if there is one or one is required, y.</summary>
    private static int[] Named(CsvTable table, bool isPolyline)
    {
        if (table.TryFind("x") is not { } x)
        {
            throw table.Wrong(Enumerable.Range(0, table.Header.Count).All(table.IsNumber)
                ? "there is no header: give the columns of the coordinates by their numbers, such as \"columns\": "
                    + (table.Header.Count == 1 ? "[1]" : "[1, 2]")
                : $"there is no column \"x\"; {table.Listed()}: name those of the coordinates with \"columns\"");
        }

        return isPolyline ? [x, table.Find("y")] : table.TryFind("y") is { } y ? [x, y] : [x];
    }

    private static int At(CsvTable table, ColumnKey key)
    {
        if (key.Name is null)
        {
            return key.Number <= table.Header.Count ? key.Number - 1
                : throw table.Wrong($"there is no column {key}: the file has {table.Header.Count}");
        }

        return table.HasNames ? table.Find(key.Name)
            : throw table.Wrong($"there is no column {key}: the first row holds numbers, so give all columns by their numbers");
    }

    private static PointsTable ReadArray(string path, PointsPlace place)
    {
        using var file = new NumpyFile(path);
        if (place.Array is null && file.Names.Count > 1)
            throw InputText.Wrong(file.Name, $"has the arrays {file.Listed()}: name one of them with \"array\"");
        string own = place.Array ?? file.Names[0], name = file.NameOf(own);
        NumpyArray array = file.Read(own, MaxValues);
        (int rows, int width) = array.AsMatrix(name);
        int[] columns = place.Coordinates is { } keys ? [.. keys.Select(key => At(key, width, name))] : [.. Enumerable.Range(0, width)];
        int? weight = place.Weight is { } last ? At(last, width, name) : null;
        int most = 2, least = place.IsPolyline ? 2 : 1;
        if (columns.Length < least || columns.Length > most)
        {
            throw InputText.Wrong(
                name, $"must have {(least == most ? "2" : "1 or 2")} columns, but has shape {array.ShapeText}: "
                    + "choose those of the coordinates with \"columns\", such as [1, 2]");
        }

        if (columns.Distinct().Count() < columns.Length || (weight is { } shared && columns.Contains(shared)))
            throw InputText.Wrong(name, "columns and weightColumn must be different columns");
        if (rows == 0)
            throw InputText.Wrong(name, $"has shape {array.ShapeText}: no points");
        if (rows > MaxPoints)
            throw InputText.Wrong(name, $"more than {MaxPoints} points");
        var points = new double[rows][];
        for (int row = 0; row < rows; row++)
            points[row] = [.. columns.Select(column => Value(row, column))];
        return new PointsTable(
            points, weight is { } of ? [.. Enumerable.Range(0, rows).Select(row => Value(row, of))] : null, new int[rows], []);

        double Value(int row, int column)
        {
            double value = array.Values[row * width + column];
            return double.IsFinite(value) ? value
                : throw InputText.Wrong(name, string.Create(
                    CultureInfo.InvariantCulture, $"must hold finite numbers, but [{row}, {column}] is {value}"));
        }
    }

    private static int At(ColumnKey key, int width, string name)
    {
        if (key.Name is not null)
            throw InputText.Wrong(name, $"has no column {key}: columns of an array have no names, give their numbers from 1");
        return key.Number <= width ? key.Number - 1 : throw InputText.Wrong(name, $"has no column {key}: it has {width}");
    }
}
