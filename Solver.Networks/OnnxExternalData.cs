using System.Text;

namespace PdeDiffusion.Networks;

/// <summary>
/// The places of external data in an ONNX file: entries "location" of TensorProto.external_data (field 13), wherever tensors stand. ONNX is
/// a protocol buffer: fields of a number and a wire type, https://protobuf.dev/programming-guides/encoding.
/// </summary>
internal static class OnnxExternalData
{
    private const int MaxDepth = 32;
    private const long MaxBytes = int.MaxValue;

    // The paths of fields from ModelProto that lead to tensors: graph, node, attribute, subgraphs, initializers.
    private static readonly HashSet<(string Message, int Field)> Messages =
    [
        ("model", 7), ("graph", 1), ("graph", 5), ("node", 5), ("attribute", 5), ("attribute", 6), ("attribute", 10), ("attribute", 11),
        ("tensor", 13), ("model", 25), ("function", 7),
    ];

    /// <summary>Locations as written; empty for a file that is no protocol buffer, which ONNX Runtime refuses itself.</summary>
    /// <exception cref="ArgumentException">Larger than a protocol buffer can be.</exception>
    public static IReadOnlyList<string> Locations(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new ArgumentException($"{Path.GetFileName(path)} is larger than 2 GB, the limit of a protocol buffer");
        var found = new List<string>();
        Scan(File.ReadAllBytes(path), "model", 0, found);
        return found;
    }

    /// <summary>The files of external data, each once.</summary>
    /// <exception cref="ArgumentException">Larger than a protocol buffer can be, or data outside its folder.</exception>
    public static IReadOnlyList<string> Paths(string path)
    {
        string[] locations = [.. Locations(path).Distinct(StringComparer.Ordinal)];
        foreach (string location in locations)
        {
            if (Path.IsPathRooted(location) || location.Split('/', '\\').Contains(".."))
                throw new ArgumentException($"{Path.GetFileName(path)} has external data at \"{location}\", outside its folder");
        }

        return [.. locations.Select(location => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, location))];
    }

    private static string? Child(string message, int field) => !Messages.Contains((message, field)) ? null : (message, field) switch
    {
        ("model", 7) or ("attribute", 6) or ("attribute", 11) => "graph",
        ("model", _) => "function",
        ("graph", 1) or ("function", _) => "node",
        ("node", _) => "attribute",
        ("tensor", _) => "entry",
        _ => "tensor",
    };

    private static void Scan(ReadOnlySpan<byte> bytes, string message, int depth, List<string> found)
    {
        string? key = null, value = null;
        int at = 0;
        while (depth < MaxDepth && at < bytes.Length)
        {
            if (!Varint(bytes, ref at, out ulong tag))
                return;
            int field = (int)Math.Min(tag >> 3, int.MaxValue);
            ulong length = 0;
            bool whole = (tag & 7) switch
            {
                0 => Varint(bytes, ref at, out _),
                1 => Skip(bytes, ref at, 8),
                2 => Varint(bytes, ref at, out length),
                5 => Skip(bytes, ref at, 4),
                _ => false,
            };
            if (!whole || length > (ulong)(bytes.Length - at))
                return;
            ReadOnlySpan<byte> content = bytes.Slice(at, (int)length);
            at += (int)length;
            if ((tag & 7) != 2)
                continue;
            if (message == "entry")
                (key, value) = field == 1 ? (Encoding.UTF8.GetString(content), value) : (key, Encoding.UTF8.GetString(content));
            else if (Child(message, field) is { } child)
                Scan(content, child, depth + 1, found);
        }

        if (key == "location" && value is not null)
            found.Add(value);
    }

    private static bool Skip(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        at += count;
        return at <= bytes.Length;
    }

    private static bool Varint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
