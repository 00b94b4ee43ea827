using System.Globalization;

namespace PdeDiffusion.Json;

/// <summary>One step of a path such as <c>mesh.axes[0].cells</c>: a key, or an index.</summary>
internal readonly record struct PathStep(string? Name, int Index);

/// <summary>Reads paths such as <c>mesh.axes[0].cells</c>.</summary>
internal static class SourcePath
{
    /// <summary>The steps of a path, or null if it is not one.</summary>
    public static List<PathStep>? Parse(string path)
    {
        var steps = new List<PathStep>();
        int position = 0;
        while (position < path.Length)
        {
            if (path[position] == '[')
            {
                int close = path.IndexOf(']', position);
                if (steps.Count == 0 || close < 0
                    || !int.TryParse(path.AsSpan(position + 1, close - position - 1),
                        NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                {
                    return null;
                }

                steps.Add(new PathStep(null, index));
                position = close + 1;
                if (position < path.Length && path[position] is not ('[' or '.'))
                    return null;
                continue;
            }

            if (steps.Count > 0 && path[position++] != '.')
                return null;
            int end = path.AsSpan(position).IndexOfAny('.', '[');
            end = end < 0 ? path.Length : position + end;
            if (end == position)
                return null;
            steps.Add(new PathStep(path[position..end], -1));
            position = end;
        }

        return steps.Count == 0 || path[^1] == '.' ? null : steps;
    }
}
