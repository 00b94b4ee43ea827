using PdeDiffusion.Flows;

namespace PdeDiffusion.Tables;

/// <summary>A file format for one snapshot.</summary>
public interface ISnapshotFormat
{
    /// <summary>Ending of its files, without the dot.</summary>
    string Extension { get; }

    /// <exception cref="IOException">The stream cannot be written.</exception>
    void Write(Stream stream, Snapshot snapshot);
}

/// <summary>The formats that a run writes its snapshots in.</summary>
public static class SnapshotFormats
{
    /// <summary>CSV first: it is the format that is read back.</summary>
    public static IReadOnlyList<ISnapshotFormat> All { get; } = [new Csv()];

    private sealed class Csv : ISnapshotFormat
    {
        public string Extension => SnapshotWriter.Extension;

        public void Write(Stream stream, Snapshot snapshot) => SnapshotWriter.Write(stream, snapshot);
    }
}
