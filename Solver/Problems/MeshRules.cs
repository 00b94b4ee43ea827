using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Rules for a mesh beyond types and ranges; sizes are checked before memory is allocated.</summary>
internal static class MeshRules
{
    /// <summary>Densities and work arrays of a run with generation, one double per cell each (an upper estimate).</summary>
    private const int Arrays = 16;

    /// <summary>The same on one axis, where the segments of the line also store their geometry and elimination.</summary>
    private const int ArraysOfALine = 32;

    /// <summary>Longest axis: squares of lengths, and 100 times as much, stay finite.</summary>
    private const double LongestAxis = 1e150;

    /// <summary>The grid, or null if something is wrong with it, which is reported.</summary>
    public static Grid? Check(MeshConfig mesh, string path, InputReport report)
    {
        string axes = path.Length == 0 ? "axes" : $"{path}.axes";
        if (!report.Sound(axes))
            return null;
        bool good = true;
        double cells = 1;
        for (int axis = 0; axis < mesh.Axes.Count; axis++)
        {
            good &= CheckAxis(mesh.Axes[axis], $"{axes}[{axis}]", report);
            cells *= mesh.Axes[axis].Cells ?? (mesh.Axes[axis].Faces?.Count ?? 2) - 1;
        }

        int arrays = mesh.Axes.Count == 1 ? ArraysOfALine : Arrays;
        string how = $"8 bytes × cells × {arrays} arrays";
        if (!good || !CheckMemory(axes, $"a grid of {cells:R} cells", cells, sizeof(double) * arrays, how, report))
            return null;
        try
        {
            return MeshFile.Build(mesh);
        }
        catch (ArgumentException fault)
        {
            report.Add(axes, WithoutParameter(fault));
            return null;
        }
    }

    /// <summary>Bytes of the densities and work arrays on a grid of so many cells.</summary>
    public static double BytesOfGrid(int axes, double cells) => sizeof(double) * cells * (axes == 1 ? ArraysOfALine : Arrays);

    /// <summary>Reports sizes that require more memory than the machine has, or more than one array can contain.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="bytesEach">Bytes per item, over all arrays.</param>
    public static bool CheckMemory(string path, string what, double count, double bytesEach, string how, InputReport report)
    {
        double bytes = count * bytesEach, available = MachineMemory.Total;
        if (bytes <= available && count <= Array.MaxLength)
            return true;
        report.Add(path, $"{what} would require about {Bytes(bytes)} of memory ({how}), but "
            + (bytes > available ? $"this machine has {Bytes(available)}" : $"an array holds at most {Array.MaxLength}"));
        return false;
    }

    /// <summary>A number of bytes in the unit that suits it.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
        int unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++)
            bytes /= 1000;
        return bytes.ToString("G3", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>The message of a library's refusal, without the name of its parameter.</summary>
    public static string WithoutParameter(ArgumentException fault) =>
        fault.ParamName is { } name
            ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal).ReplaceLineEndings(" ") : fault.Message;

    private static bool CheckAxis(AxisConfig axis, string path, InputReport report)
    {
        int before = report.Problems.Count;
        if (axis.Faces is { } faces)
        {
            if (axis.From is not null || axis.To is not null || axis.Cells is not null || axis.Grading is not null)
                report.Add($"{path}.faces", "replaces from, to, cells and grading: give only faces");
            for (int face = 1; face < faces.Count; face++)
            {
                if (faces[face] > faces[face - 1])
                    continue;
                report.Add($"{path}.faces[{face}]", $"faces must increase, but {faces[face]:R} follows {faces[face - 1]:R}");
                break;
            }

            if (report.Problems.Count == before && faces.Count > 1)
                CheckLength(faces[^1] - faces[0], $"{path}.faces", report);
            return report.Problems.Count == before;
        }

        // The faces of a run's data grading are known before; what is left has been reported, or waits for other keys.
        if (axis.Grading is DataGrading)
            return false;
        foreach ((string key, bool given) in (ReadOnlySpan<(string, bool)>)
            [("from", axis.From.HasValue), ("to", axis.To.HasValue), ("cells", axis.Cells.HasValue)])
        {
            if (!given)
                report.Add($"{path}.{key}", "required, but missing: an axis requires from, to and cells, or faces");
        }

        if (report.Problems.Count > before)
            return false;
        if (!(axis.To > axis.From))
            report.Add($"{path}.to", $"must be > from = {axis.From:R}, but is {axis.To:R}");
        else if (!CheckLength(axis.To!.Value - axis.From!.Value, $"{path}.to", report))
            return false;
        else if (axis.Grading is SinhGrading sinh && !(sinh.Centre >= axis.From && sinh.Centre <= axis.To))
            report.Add($"{path}.grading.centre", $"must lie within [{axis.From:R}, {axis.To:R}], but is {sinh.Centre:R}");
        return report.Problems.Count == before;
    }

    private static bool CheckLength(double length, string path, InputReport report)
    {
        if (length <= LongestAxis)
            return true;
        report.Add(path, string.Create(
            CultureInfo.InvariantCulture,
            $"the axis is {length:G3} long, but at most {LongestAxis:G3} is possible: squares of lengths would overflow"));
        return false;
    }
}
