using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Problems;

/// <summary>
/// Inserts the content of files named in a config into its tree, so that a resolved config is self-contained and every value knows its file
/// and line.
/// </summary>
internal static class FileSplicer
{
    /// <summary>Replaces the <c>file</c> of points and polylines by what it holds.</summary>
    public static void Splice(Type record, SourceValue value, string path, InputReport report)
    {
        if (record == typeof(DdpmSchedule) || record == typeof(DdpmProcessConfig))
        {
            SpliceAlphaBar(value, path, report);
            return;
        }

        string? target = record == typeof(PointsData) ? "points"
            : record == typeof(CurveData) || record == typeof(CurveSampleData) ? "vertices" : null;
        if (target is null || !ColumnKeys.Take(value, path, target == "vertices", report, out PointsPlace? place)
            || !value.Members.TryGetValue("file", out SourceValue? file))
        {
            return;
        }

        string at = path.Length == 0 ? "file" : $"{path}.file";
        foreach (string other in target == "points" ? new[] { "points", "weights" } : ["vertices"])
        {
            if (value.Members.ContainsKey(other))
            {
                report.AddUnread(at, $"replaces {other}: give only one of them");
                return;
            }
        }

        if (file.Kind != JsonValueKind.String)
        {
            report.AddUnread(at, $"must be the path of a CSV, .npy or .npz file, but is {file.Shown()}");
            return;
        }

        if (Resolve(file, at, PathRole.File, report) is not { } full)
            return;
        try
        {
            PointsTable table = PointsReader.Read(full, place);
            var origin = new SourceOrigin(InputText.NameOf(full), Path.GetDirectoryName(full)!, OriginKind.Table);
            value.Members.Remove("file");
            if (table.Unused.Count > 0)
                report.Notes.Add($"{origin.Name}: {ColumnKeys.Unused(table.Unused)}");
            var points = new List<SourceValue>(table.Points.Count);
            var weights = new List<SourceValue>();
            for (int row = 0; row < table.Points.Count; row++)
            {
                int line = table.Lines[row];
                points.Add(SourceValue.ArrayAt(
                    [.. table.Points[row].Select(number => SourceValue.NumberAt(number, origin, line))], origin, line));
                if (table.Weights is not null)
                    weights.Add(SourceValue.NumberAt(table.Weights[row], origin, line));
            }

            value.Members[target] = SourceValue.ArrayAt(points, origin, 0);
            if (table.Weights is not null)
                value.Members["weights"] = SourceValue.ArrayAt(weights, origin, 0);
        }
        catch (InputException fault)
        {
            report.Problems.AddRange(fault.Problems);
            report.MarkUnread(at);
        }
    }

    /// <summary>Replaces the <c>file</c> of a DDPM process by its table of ᾱ.</summary>
    private static void SpliceAlphaBar(SourceValue value, string path, InputReport report)
    {
        const string Target = "alphaBar";
        string at = path.Length == 0 ? "file" : $"{path}.file";
        if (!value.Members.TryGetValue("file", out SourceValue? file) || value.Members.ContainsKey(Target))
            return;
        if (file.Kind != JsonValueKind.String)
        {
            report.AddUnread(at, $"must be the path of a CSV file, but is {file.Shown()}");
            return;
        }

        if (Resolve(file, at, PathRole.File, report) is not { } full)
            return;
        try
        {
            IReadOnlyList<(double Value, int Line)> rows = ColumnReader.Read(full, "alpha_bar");
            var origin = new SourceOrigin(InputText.NameOf(full), Path.GetDirectoryName(full)!, OriginKind.Table);
            value.Members.Remove("file");
            value.Members[Target] = SourceValue.ArrayAt(
                [.. rows.Select(row => SourceValue.NumberAt(row.Value, origin, row.Line))], origin, 0);
        }
        catch (InputException fault)
        {
            report.Problems.AddRange(fault.Problems);
            report.MarkUnread(at);
        }
    }

    /// <summary>
    /// Replaces a path by the JSON file it names; null if the value is not a path, or the file cannot be read (which is reported).
    /// </summary>
    public static SourceValue? SpliceJson(SourceValue parent, string name, string path, InputReport report)
    {
        SourceValue value = parent.Members[name];
        if (value.Kind != JsonValueKind.String || Resolve(value, path, PathRole.File, report) is not { } full)
            return null;
        try
        {
            string shown = InputText.NameOf(full);
            var origin = new SourceOrigin(shown, Path.GetDirectoryName(full)!, OriginKind.Json);
            SourceValue root = SourceParser.Parse(InputText.ReadJson(full, shown), origin, report.Problems);
            if (root.Kind == JsonValueKind.Object)
                root.Members.Remove("$schema");
            parent.Members[name] = root;
            return root;
        }
        catch (InputException fault)
        {
            report.Problems.AddRange(fault.Problems);
            report.MarkUnread(path);
            return null;
        }
    }

    /// <summary>
    /// The absolute path of a string; null, and reported, if it is not a path or a required file does not exist.
    /// </summary>
    public static string? Resolve(SourceValue text, string path, PathRole role, InputReport report)
    {
        if (string.IsNullOrWhiteSpace(text.Text) || text.Text.Contains('\0'))
        {
            report.AddUnread(path, $"must be a path, but is {text.Shown()}");
            return null;
        }

        string full = Path.GetFullPath(Path.Combine(text.Origin.Folder, text.Text));
        if (role == PathRole.File && !File.Exists(full))
        {
            report.AddUnread(path, Directory.Exists(full)
                ? $"{text.Shown()} is a folder, not a file" : $"there is no file {text.Shown()} (looked for {full})");
            return null;
        }

        return full;
    }
}
