using PdeDiffusion.Configs;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Tables;

/// <summary>The run that a snapshot belongs to, for the attributes of its files.</summary>
/// <param name="Config">The resolved config as JSON.</param>
/// <param name="Version">Of this program.</param>
public sealed record SnapshotOrigin(string Config, string Version)
{
    /// <summary>Of a snapshot without a run.</summary>
    public static SnapshotOrigin None { get; } = new("{}", "");
}

/// <summary>A file format for one snapshot.</summary>
public interface ISnapshotFormat
{
    /// <summary>Its word in a config.</summary>
    SnapshotKind Kind { get; }

    /// <summary>Ending of its files, without the dot.</summary>
    string Extension { get; }

    /// <exception cref="IOException">The stream cannot be written.</exception>
    void Write(Stream stream, Snapshot snapshot, SnapshotOrigin origin);
}

/// <summary>The formats that a run can write its snapshots in.</summary>
public static class SnapshotFormats
{
    /// <summary>All of them; those that are read back come first.</summary>
    public static IReadOnlyList<ISnapshotFormat> All { get; } = [new Csv(), new NpzFormat(), new NetcdfFormat(), new VtkFormat()];

    /// <summary>CSV alone, which a run writes by default.</summary>
    public static IReadOnlyList<ISnapshotFormat> Default { get; } = [All[0]];

    /// <summary>The formats of a run, the first being the one that is read back.</summary>
    public static IReadOnlyList<ISnapshotFormat> Of(OutputConfig output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return [.. All.Where(format => format.Kind == SnapshotKind.Csv ? output.Csv != false
            : output.Formats?.Contains(format.Kind) == true)];
    }

    private sealed class Csv : ISnapshotFormat
    {
        public SnapshotKind Kind => SnapshotKind.Csv;

        public string Extension => SnapshotWriter.Extension;

        public void Write(Stream stream, Snapshot snapshot, SnapshotOrigin origin) => SnapshotWriter.Write(stream, snapshot);
    }
}
