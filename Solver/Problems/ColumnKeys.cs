using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Problems;

/// <summary>The keys beside <c>file</c> that say where in it the points are: <c>columns</c>, <c>weightColumn</c>, <c>array</c>.</summary>
internal static class ColumnKeys
{
    private static readonly string[] Names = ["columns", "weightColumn", "array"];

    /// <summary>Reads the keys and takes them out of a tree, because the points replace them.</summary>
    /// <returns>False if one of them is wrong, which is reported.</returns>
    public static bool Take(SourceValue value, string path, bool isPolyline, InputReport report, [NotNullWhen(true)] out PointsPlace? place)
    {
        int before = report.Problems.Count;
        string at = path.Length == 0 ? "" : path + ".";
        IReadOnlyList<ColumnKey>? columns = null;
        ColumnKey? weight = null;
        string? array = null;
        foreach (string name in Names)
        {
            if (!value.Members.TryGetValue(name, out SourceValue? given) || (isPolyline && name == "weightColumn"))
                continue;
            if (!value.Members.ContainsKey("file"))
                report.AddUnread(at + name, "says where in file the points are, but there is no file");
            else if (name == "columns")
                columns = Columns(given, at + name, isPolyline, report);
            else if (name == "weightColumn")
                weight = Column(given, at + name, report);
            else if (given.Kind == JsonValueKind.String)
                array = given.Text;
            else
                report.AddUnread(at + name, $"must be the name of an array, but is {given.Shown()}");
        }

        foreach (string name in Names.Where(name => !isPolyline || name != "weightColumn"))
            value.Members.Remove(name);
        place = report.Problems.Count > before ? null : new PointsPlace(columns, weight, array, isPolyline);
        return place is not null;
    }

    /// <summary>A note on columns that are not read.</summary>
    public static string Unused(IReadOnlyList<string> columns)
    {
        const int most = 8;
        string shown = string.Join(", ", columns.Take(most).Select(SourceValue.Quote))
            + (columns.Count > most ? $" and {columns.Count - most} more" : "");
        return columns.Count == 1 ? $"the column {shown} is not used" : $"the columns {shown} are not used";
    }

    private static List<ColumnKey>? Columns(SourceValue given, string path, bool isPolyline, InputReport report)
    {
        if (given.Kind != JsonValueKind.Array || given.Items.Count > 2 || given.Items.Count < (isPolyline ? 2 : 1))
        {
            report.AddUnread(path, $"must be an array of {(isPolyline ? "2" : "1 or 2")} columns, each a name or a number from 1"
                + (given.Kind == JsonValueKind.Array ? $", but has {given.Items.Count}" : $", but is {given.Shown()}"));
            return null;
        }

        var columns = new List<ColumnKey>();
        for (int index = 0; index < given.Items.Count; index++)
        {
            if (Column(given.Items[index], $"{path}[{index}]", report) is not { } column)
                return null;
            if (columns.Contains(column))
            {
                report.AddUnread($"{path}[{index}]", $"column {column} is listed twice");
                return null;
            }

            columns.Add(column);
        }

        return columns;
    }

    private static ColumnKey? Column(SourceValue given, string path, InputReport report)
    {
        if (given.Kind == JsonValueKind.String && !string.IsNullOrWhiteSpace(given.Text))
            return new ColumnKey(given.Text.Trim(), 0);
        if (given.Kind == JsonValueKind.Number && given.Number >= 1 && given.Number <= int.MaxValue
            && given.Number == Math.Floor(given.Number))
        {
            return new ColumnKey(null, (int)given.Number);
        }

        report.AddUnread(path, $"must be the name of a column, or its number from 1, but is {given.Shown()}");
        return null;
    }
}
