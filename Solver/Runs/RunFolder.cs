using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>
/// The folder that a run writes to, and the only way to write there. An absent or empty folder is used; a finished run of the same resolved
/// config is replaced file by file; anything else is in the way unless force clears it, and force deletes only files that a run writes.
/// One run at a time has the folder, until it finishes or is disposed of.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string SnapshotFolder = "snapshots";
    private static readonly string[] Tables = ["snapshots.csv", "readings.csv", "summary.json", "particles.csv", "trajectories.csv"];

    /// <summary>Names of figures, besides those of monitors; a picture of another name is not the run's.</summary>
    private static readonly string[] Figures =
        ["densities", "log-densities", "score", "div-score", "contact-sheet", "particles", "trajectories"];

    private readonly List<double> snapshotTimes = [];
    private readonly bool created;
    private readonly FolderLock held;
    private RunRecord record;
    private bool isInTheWay;
    private bool taken;
    private long nextCheckpoint;

    private RunFolder(string path, RunRecord record, bool created, FolderLock held)
    {
        this.held = held;
        Path = path;
        this.record = record;
        this.created = created;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>
    /// Finds a folder for a run and makes sure that it can be written. What is in it stays until <see cref="Take"/>, or the first write: a run
    /// that is refused late leaves the run before it alone.
    /// </summary>
    /// <param name="path">The folder; made, with its parents, if absent.</param>
    /// <param name="force">Clear what is in the way.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be written; the message says what to do.</exception>
    public static RunFolder Open(string path, RunRecord record, bool force)
    {
        ArgumentNullException.ThrowIfNull(record);
        path = System.IO.Path.GetFullPath(path);
        FolderLock? held = null;
        try
        {
            bool absent = !Directory.Exists(path);
            if (absent && File.Exists(path))
                throw InTheWay(path, "is a file, but a run needs a folder: name another with --out");
            Directory.CreateDirectory(path);
            held = FolderLock.Take(path);
            string? obstacle = absent ? null : Obstacle(path, record);
            if (obstacle is not null && !force)
                throw InTheWay(path, obstacle);
            RefuseLinkedSnapshots(path);
            string probe = System.IO.Path.Combine(path, RunRecord.FileName + AtomicFile.TemporaryEnding);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new RunFolder(path, record, absent, held) { isInTheWay = obstacle is not null };
        }
        catch (Exception failure)
        {
            held?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
                throw CannotBeWritten(path, failure);
            throw;
        }
    }

    /// <summary>Takes the folder: clears what force was given for, and marks the run unfinished.</summary>
    /// <exception cref="IOException">A file cannot be deleted or written.</exception>
    public void Take()
    {
        if (taken)
            return;
        taken = true;
        if (isInTheWay)
            Clear(Path);
        DeleteCheckpoints(Path);
        (record with { Finished = false }).Write(PathOf(RunRecord.FileName));
        Directory.CreateDirectory(PathOf(SnapshotFolder));
    }

    /// <summary>
    /// Takes the folder to go on with the run that it holds, from its newest whole checkpoint or else from the beginning. An absent or empty
    /// folder is taken as by <see cref="Open"/>.
    /// </summary>
    /// <param name="run">What the run must agree with.</param>
    /// <param name="note">Told where the run goes on from, one line at a time.</param>
    /// <exception cref="InputException">The folder holds another run, or cannot be written; the message says what differs.</exception>
    public static RunFolder Resume(string path, RunRecord record, RunIdentity run, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(note);
        path = System.IO.Path.GetFullPath(path);
        string file = System.IO.Path.Combine(path, RunRecord.FileName);
        if (!File.Exists(file))
        {
            RunFolder fresh = Open(path, record, force: false);
            note($"no checkpoint in {path}: starting from the beginning");
            return fresh;
        }

        FolderLock? held = null;
        try
        {
            held = FolderLock.Take(path);
            const string Remedy = "name another folder with --out, or start anew with --force";
            RunRecord found = RunRecord.Read(file) ?? throw InTheWay(path, $"holds a {RunRecord.FileName} that is not a run's: {Remedy}");
            if (ConfigDifference.Between(found.ConfigJson, record.ConfigJson) is { } keys)
                throw InTheWay(path, $"holds a run of another config, and --resume goes on with the same one only: {keys}; {Remedy}");
            RefuseLinkedSnapshots(path);
            var folder = new RunFolder(path, record, created: false, held) { taken = true };
            if (found.Finished)
            {
                DeleteCheckpoints(path);
                note($"the run in {path} is finished: nothing to resume");
                folder.IsFinished = true;
                return folder;
            }

            folder.From = folder.NewestCheckpoint(note);
            if (folder.From is { } checkpoint)
                folder.GoOn(checkpoint, run, Remedy);
            else
                note($"no checkpoint in {path}: starting from the beginning");
            DeleteTemporaries(path);
            (record with { Finished = false }).Write(file);
            Directory.CreateDirectory(System.IO.Path.Combine(path, SnapshotFolder));
            return folder;
        }
        catch (Exception failure)
        {
            held?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
                throw CannotBeWritten(path, failure);
            throw;
        }
    }

    /// <summary>Lets another run have the folder.</summary>
    public void Dispose() => held.Dispose();

    /// <summary>The checkpoint that the run goes on from; null from the beginning.</summary>
    public Checkpoint? From { get; private set; }

    /// <summary>True if the folder was taken to go on with a run that has finished: there is nothing to do.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Writes a checkpoint in the place of the older one of two.</summary>
    /// <exception cref="IOException">It cannot be written; the newer one is whole.</exception>
    public void Write(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Take();
        CheckpointFile.Write(PathOf(CheckpointFile.Slots[nextCheckpoint % 2]), nextCheckpoint, checkpoint);
        nextCheckpoint++;
    }

    /// <summary>A snapshot of this run, read back.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public Snapshot ReadSnapshot(int number, Grids.Grid grid) => SnapshotReader.ReadSnapshot(
        System.IO.Path.Combine(Path, SnapshotFolder, SnapshotWriter.FileName(number)), grid, number, snapshotTimes[number]);

    /// <summary>Writes a snapshot, and the index with it. Numbers count up from 0.</summary>
    public void Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNotEqual(snapshot.Number, snapshotTimes.Count);
        Take();
        SnapshotWriter.Write(System.IO.Path.Combine(Path, SnapshotFolder, SnapshotWriter.FileName(snapshot.Number)), snapshot);
        snapshotTimes.Add(snapshot.Time);
        SnapshotWriter.WriteIndex(PathOf("snapshots.csv"), snapshotTimes);
    }

    /// <summary>Number of snapshots written so far.</summary>
    public int SnapshotCount => snapshotTimes.Count;

    /// <summary>Their times t, in the order written.</summary>
    public IReadOnlyList<double> SnapshotTimes => snapshotTimes;

    public void Write(IReadOnlyList<Reading> readings)
    {
        Take();
        ReadingsWriter.Write(PathOf("readings.csv"), readings);
    }

    public void Write(RunSummary summary)
    {
        Take();
        SummaryFile.Write(PathOf("summary.json"), summary);
    }

    /// <summary>Writes where the particles are, and their paths if any were recorded.</summary>
    public void Write(ParticleOutcome particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        Take();
        ParticleWriter.Write(PathOf(ParticleWriter.PositionsFile), particles.End);
        if (particles.Trajectories.Particles > 0)
            ParticleWriter.Write(PathOf(ParticleWriter.TrajectoriesFile), particles.Trajectories);
    }

    /// <summary>Marks the run finished: the last thing that is written. Then the checkpoints have served.</summary>
    public void Finish(TimeSpan wall)
    {
        Take();
        record = record with { Finished = true, Clock = record.Clock is null ? null : record.Clock with { Wall = wall } };
        record.Write(PathOf(RunRecord.FileName));
        DeleteCheckpoints(Path);
        Dispose();
    }

    /// <summary>Leaves the folder as it was found, for a run that is refused before it has written anything.</summary>
    public void Abandon()
    {
        Dispose();
        if (created && !taken)
            RemoveIfEmpty(Path);
    }

    /// <summary>Path of a file of this folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>True if a file name is one that a run writes into its folder itself.</summary>
    internal static bool IsOfRun(string name)
    {
        if (name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))
            name = name[..^AtomicFile.TemporaryEnding.Length];
        return name is RunRecord.FileName or FolderLock.FileName || Tables.Contains(name) || CheckpointFile.Slots.Contains(name)
            || (System.IO.Path.GetExtension(name) is ".png" or ".svg"
                && IsFigure(System.IO.Path.GetFileNameWithoutExtension(name)));
    }

    /// <summary>A figure's name, alone or with a snapshot's number; or that of a monitor.</summary>
    private static bool IsFigure(string name) =>
        name == "monitors" || name.StartsWith("monitor-", StringComparison.Ordinal)
        || Array.Exists(Figures, figure => name.StartsWith(figure, StringComparison.Ordinal)
            && (name.Length == figure.Length
                || (name.Length == figure.Length + 4 && name[figure.Length] == '-'
                    && name.AsSpan(figure.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0)));

    private static bool IsSnapshot(string name)
    {
        if (name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))
            name = name[..^AtomicFile.TemporaryEnding.Length];
        return name.EndsWith(".csv", StringComparison.Ordinal) && name.Length == 7
            && name.AsSpan(0, name.Length - 4).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>What is in the way of a run; null if nothing is.</summary>
    private static string? Obstacle(string path, RunRecord record)
    {
        string file = System.IO.Path.Combine(path, RunRecord.FileName);
        if (!File.Exists(file))
        {
            return Directory.EnumerateFileSystemEntries(path).Any(entry => !IsBeginning(entry))
                ? "holds files but no run: name another folder with --out, or let --force write here (it deletes only a run's files)"
                : null;
        }

        const string Remedy = "name another folder with --out, or replace it with --force";
        return RunRecord.Read(file) is not { } found ? $"holds a {RunRecord.FileName} that is not a run's: {Remedy}"
            : !found.Finished ? $"holds an unfinished run: go on with it with --resume, or replace it with --force"
            : !found.IsSameRun(record) ? $"holds a finished run of another config: {Remedy}"
            : null;
    }

    /// <summary>True for what a run leaves that was killed before its record was there.</summary>
    private static bool IsBeginning(string path) =>
        System.IO.Path.GetFileName(path) is FolderLock.FileName or RunRecord.FileName + AtomicFile.TemporaryEnding && !Directory.Exists(path);

    private static InputException CannotBeWritten(string path, Exception failure) =>
        InTheWay(path, $"cannot be written: {failure.Message} Name another folder with --out or output.directory.");

    private static void RefuseLinkedSnapshots(string path)
    {
        // A link here would lead the snapshots out of the folder.
        string snapshots = System.IO.Path.Combine(path, SnapshotFolder);
        if (new FileInfo(snapshots).LinkTarget is not null)
            throw InTheWay(snapshots, "is a link: nothing is written outside the run's folder");
    }

    /// <summary>The newer of the checkpoints that are whole; null if there is none.</summary>
    private Checkpoint? NewestCheckpoint(Action<string> note)
    {
        Checkpoint? newest = null;
        string? kept = null;
        var damaged = new List<string>();
        foreach (string slot in CheckpointFile.Slots.Where(slot => File.Exists(PathOf(slot))))
        {
            try
            {
                (long sequence, Checkpoint content) = CheckpointFile.Read(PathOf(slot));
                if (newest is null || sequence >= nextCheckpoint)
                    (newest, kept, nextCheckpoint) = (content, slot, sequence + 1);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                damaged.Add($"{slot} {(failure is InvalidDataException ? failure.Message : "cannot be read: " + failure.Message)}");
            }
        }

        foreach (string slot in damaged)
            note(kept is null ? slot : $"{slot}; going on from {kept}");
        return newest;
    }

    /// <summary>Checks that the state in the folder is that of the run, and takes it over.</summary>
    private void GoOn(Checkpoint checkpoint, RunIdentity run, string remedy)
    {
        if (run.DifferenceFrom(checkpoint.Run) is { } difference)
            throw InTheWay(Path, $"holds a checkpoint of another run, and --resume goes on with the same one only: {difference}; {remedy}");
        for (int number = 0; number < checkpoint.SnapshotTimes.Count; number++)
        {
            string file = System.IO.Path.Combine(Path, SnapshotFolder, SnapshotWriter.FileName(number));
            if (!File.Exists(file))
                throw InTheWay(file, "was written before the checkpoint, but is gone: start anew with --force");
        }

        snapshotTimes.AddRange(checkpoint.SnapshotTimes);
    }

    private static void DeleteCheckpoints(string path)
    {
        foreach (string slot in CheckpointFile.Slots)
            File.Delete(System.IO.Path.Combine(path, slot));
    }

    /// <summary>Deletes what a killed run left under temporary names.</summary>
    private static void DeleteTemporaries(string path)
    {
        string snapshots = System.IO.Path.Combine(path, SnapshotFolder);
        IEnumerable<string> files = Directory.GetFiles(path).Where(file => IsOfRun(System.IO.Path.GetFileName(file)));
        if (Directory.Exists(snapshots))
            files = files.Concat(Directory.GetFiles(snapshots).Where(file => IsSnapshot(System.IO.Path.GetFileName(file))));
        foreach (string file in files.Where(file => file.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal)))
            File.Delete(file);
    }

    /// <summary>The record goes first, so that a folder cleared by half never passes for a finished run.</summary>
    private static void Clear(string path)
    {
        // Without a record there was no run, and nothing here is ours to delete.
        if (!File.Exists(System.IO.Path.Combine(path, RunRecord.FileName)))
            return;
        File.Delete(System.IO.Path.Combine(path, RunRecord.FileName));
        // All but the lock, which is this run's own by now.
        foreach (string file in Directory.GetFiles(path).Where(
            file => System.IO.Path.GetFileName(file) is var name && IsOfRun(name) && name != FolderLock.FileName))
        {
            File.Delete(file);
        }

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
