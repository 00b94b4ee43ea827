using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;

namespace PdeDiffusion.IO;

/// <summary>
/// The folder that a run writes to, and the only way to write there. An absent or empty folder is used; a finished run of the same resolved
/// config is replaced file by file; anything else is in the way unless force clears it, and force deletes only files that a run writes.
/// </summary>
public sealed class RunFolder
{
    private const string SnapshotFolder = "snapshots";
    private static readonly string[] Tables = ["snapshots.csv", "readings.csv", "summary.json", "particles.csv", "trajectories.csv"];

    /// <summary>What the names of figures begin with; a picture of another name is not the run's.</summary>
    private static readonly string[] Figures =
        ["densities", "log-densities", "score", "div-score", "contact-sheet", "monitor", "particles", "trajectories"];

    private readonly List<double> snapshotTimes = [];
    private readonly bool created;
    private RunRecord record;

    private RunFolder(string path, RunRecord record, bool created)
    {
        Path = path;
        this.record = record;
        this.created = created;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Takes the folder for a run: clears it if need be and marks it unfinished.</summary>
    /// <param name="path">The folder; made, with its parents, if absent.</param>
    /// <param name="force">Clear what is in the way.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be written; the message says what to do.</exception>
    public static RunFolder Open(string path, RunRecord record, bool force)
    {
        ArgumentNullException.ThrowIfNull(record);
        path = System.IO.Path.GetFullPath(path);
        try
        {
            bool absent = !Directory.Exists(path);
            if (absent && File.Exists(path))
                throw InTheWay(path, "is a file, but a run needs a folder: name another with --out");
            Directory.CreateDirectory(path);
            string? obstacle = absent ? null : Obstacle(path, record);
            if (obstacle is not null && !force)
                throw InTheWay(path, obstacle);
            // A link here would lead the snapshots out of the folder.
            string snapshots = System.IO.Path.Combine(path, SnapshotFolder);
            if (new FileInfo(snapshots).LinkTarget is not null)
                throw InTheWay(snapshots, "is a link: nothing is written outside the run's folder");
            if (obstacle is not null)
                Clear(path);
            (record with { Finished = false }).Write(System.IO.Path.Combine(path, RunRecord.FileName));
            Directory.CreateDirectory(snapshots);
            return new RunFolder(path, record, absent);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw InTheWay(path, $"cannot be written: {failure.Message} Name another folder with --out or output.directory.");
        }
    }

    /// <summary>Writes a snapshot, and the index with it. Numbers count up from 0.</summary>
    public void Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNotEqual(snapshot.Number, snapshotTimes.Count);
        SnapshotWriter.Write(System.IO.Path.Combine(Path, SnapshotFolder, SnapshotWriter.FileName(snapshot.Number)), snapshot);
        snapshotTimes.Add(snapshot.Time);
        SnapshotWriter.WriteIndex(PathOf("snapshots.csv"), snapshotTimes);
    }

    /// <summary>Number of snapshots written so far.</summary>
    public int SnapshotCount => snapshotTimes.Count;

    public void Write(IReadOnlyList<Reading> readings) => ReadingsWriter.Write(PathOf("readings.csv"), readings);

    public void Write(RunSummary summary) => SummaryFile.Write(PathOf("summary.json"), summary);

    /// <summary>Writes where the particles are, and their paths if any were recorded.</summary>
    public void Write(ParticleOutcome particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        ParticleWriter.Write(PathOf(ParticleWriter.PositionsFile), particles.End);
        if (particles.Trajectories.Particles > 0)
            ParticleWriter.Write(PathOf(ParticleWriter.TrajectoriesFile), particles.Trajectories);
    }

    /// <summary>Writes a figure: <paramref name="name"/>.png, and .svg if there is one.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void WriteFigure(string folder, string name, byte[] png, string? svg)
    {
        AtomicFile.WriteBytes(System.IO.Path.Combine(folder, name + ".png"), png);
        if (svg is not null)
            AtomicFile.WriteText(System.IO.Path.Combine(folder, name + ".svg"), svg);
    }

    /// <summary>Marks the run finished: the last thing that is written.</summary>
    public void Finish(TimeSpan wall)
    {
        record = record with { Finished = true, Clock = record.Clock is null ? null : record.Clock with { Wall = wall } };
        record.Write(PathOf(RunRecord.FileName));
    }

    /// <summary>Gives the folder back as it was found, for a run that was refused before it wrote anything but its record.</summary>
    public void Abandon()
    {
        File.Delete(PathOf(RunRecord.FileName));
        RemoveIfEmpty(PathOf(SnapshotFolder));
        if (created)
            RemoveIfEmpty(Path);
    }

    /// <summary>Path of a file of this folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>True if a file name is one that a run writes into its folder itself.</summary>
    internal static bool IsOfRun(string name)
    {
        if (name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))
            name = name[..^AtomicFile.TemporaryEnding.Length];
        return name == RunRecord.FileName || Tables.Contains(name)
            || (System.IO.Path.GetExtension(name) is ".png" or ".svg"
                && Array.Exists(Figures, figure => name.StartsWith(figure, StringComparison.Ordinal)));
    }

    private static bool IsSnapshot(string name)
    {
        if (name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))
            name = name[..^AtomicFile.TemporaryEnding.Length];
        return name.EndsWith(".csv", StringComparison.Ordinal) && name.Length >= 7
            && name.AsSpan(0, name.Length - 4).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>What is in the way of a run; null if nothing is.</summary>
    private static string? Obstacle(string path, RunRecord record)
    {
        string file = System.IO.Path.Combine(path, RunRecord.FileName);
        if (!File.Exists(file))
        {
            return Directory.EnumerateFileSystemEntries(path).Any()
                ? "holds files but no run: name another folder with --out, or let --force write here (it deletes only a run's files)"
                : null;
        }

        const string Remedy = "name another folder with --out, or replace it with --force";
        return RunRecord.Read(file) is not { } found ? $"holds a {RunRecord.FileName} that is not a run's: {Remedy}"
            : !found.Finished ? $"holds an unfinished run: {Remedy}"
            : !found.IsSameRun(record) ? $"holds a finished run of another config: {Remedy}"
            : null;
    }

    /// <summary>The record goes first, so that a folder cleared by half never passes for a finished run.</summary>
    private static void Clear(string path)
    {
        File.Delete(System.IO.Path.Combine(path, RunRecord.FileName));
        foreach (string file in Directory.GetFiles(path).Where(file => IsOfRun(System.IO.Path.GetFileName(file))))
            File.Delete(file);
        string snapshots = System.IO.Path.Combine(path, SnapshotFolder);
        if (!Directory.Exists(snapshots))
            return;
        foreach (string file in Directory.GetFiles(snapshots).Where(file => IsSnapshot(System.IO.Path.GetFileName(file))))
            File.Delete(file);
        RemoveIfEmpty(snapshots);
    }

    private static void RemoveIfEmpty(string path)
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            Directory.Delete(path);
    }

    private static InputException InTheWay(string path, string message) => new(new InputProblem(path, null, null, message));
}
