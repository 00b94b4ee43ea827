using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>
/// The files of a run in the folder that it has claimed, and the only way to write there. A finished run of the same resolved config is
/// replaced file by file; anything else is in the way unless force clears it.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string SnapshotFolder = "snapshots";
    private const string Remedy = "name another folder with --out, or start anew with --force";
    private static readonly string[] Tables = ["snapshots.csv", "readings.csv", "summary.json", "particles.csv", "trajectories.csv"];

    /// <summary>Names of figures, besides those of monitors; a picture of another name is not the run's.</summary>
    private static readonly string[] Figures =
        ["densities", "log-densities", "score", "div-score", "contact-sheet", "particles", "trajectories"];

    private static readonly FolderContents Contents = new(
        "run", RunRecord.FileName, [.. Tables, .. CheckpointFile.Slots], [SnapshotFolder], IsOfRun);

    private readonly List<double> snapshotTimes = [];
    private readonly List<FileHash> snapshotFiles = [];
    private readonly FolderClaim claim;
    private RunRecord record;
    private bool taken;
    private long nextCheckpoint;

    private RunFolder(FolderClaim claim, RunRecord record) => (this.claim, this.record) = (claim, record);

    /// <summary>Absolute path.</summary>
    public string Path => claim.Path;

    /// <summary>The claim, for what is written beside the run's own files: its figures.</summary>
    public FolderClaim Claim => claim;

    /// <summary>
    /// Finds a folder for a run and makes sure that it can be written. What is in it stays until <see cref="Take"/>, or the first write:
    /// a run that is refused late leaves the run before it alone.
    /// </summary>
    /// <param name="path">The folder; made, with its parents, if absent.</param>
    /// <param name="force">Clear what is in the way.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be written; the message says what to do.</exception>
    public static RunFolder Open(string path, RunRecord record, bool force)
    {
        ArgumentNullException.ThrowIfNull(record);
        const string Replace = "name another folder with --out, or replace it with --force";
        return new RunFolder(
            FolderClaim.Take(path, Contents, force, file => RunRecord.Read(file) is not { } found
                ? $"holds a {RunRecord.FileName} that is not a run's: {Replace}"
                : !found.Finished ? "holds an unfinished run: go on with it with --resume, or replace it with --force"
                : !found.IsSameRun(record) ? $"holds a finished run of another config: {Replace}" : null),
            record);
    }

    /// <summary>Claims the folder of a finished run to draw its figures again.</summary>
    /// <param name="record">What the run was.</param>
    /// <exception cref="InputException">It holds no finished run, or cannot be written.</exception>
    public static FolderClaim OpenFinished(string path, out RunRecord record)
    {
        RunRecord? found = null;
        // Looked for first: to claim a folder that is not there would make it.
        if (path.Length == 0 || !Directory.Exists(path))
            throw new InputException(new InputProblem(Printable.Of(path), null, null, "there is no such folder"));
        FolderClaim claim = FolderClaim.Reopen(path, Contents, claim =>
        {
            if (!claim.HasRecord)
                throw claim.Wrong($"holds no run: it has no {RunRecord.FileName}");
            found = RunRecord.Read(claim.PathOf(RunRecord.FileName));
            if (found is not { Finished: true })
                throw claim.Wrong("holds no finished run: run its config again first");
        });
        record = found!;
        return claim;
    }

    /// <summary>Takes the folder: clears what force was given for, and marks the run unfinished.</summary>
    /// <exception cref="IOException">A file cannot be deleted or written.</exception>
    public void Take()
    {
        if (taken)
            return;
        taken = true;
        claim.Clear();
        DeleteCheckpoints(claim);
        MarkUnfinished();
    }

    /// <summary>
    /// Takes the folder to go on with the run that it holds, from its newest whole checkpoint or else from the beginning. An absent or
    /// empty folder is taken as by <see cref="Open"/>.
    /// </summary>
    /// <param name="run">What the run must agree with.</param>
    /// <param name="note">Told where the run goes on from, one line at a time.</param>
    /// <exception cref="InputException">The folder holds another run, or cannot be written; the message says what differs.</exception>
    public static RunFolder Resume(string path, RunRecord record, RunIdentity run, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(note);
        if (string.IsNullOrEmpty(path) || !File.Exists(System.IO.Path.Combine(path, RunRecord.FileName)))
        {
            RunFolder fresh = Open(path, record, force: false);
            note($"no checkpoint in {fresh.Path}: starting from the beginning");
            return fresh;
        }

        RunFolder? resumed = null;
        FolderClaim claim = FolderClaim.Reopen(path, Contents, claim =>
        {
            RunRecord found = RunRecord.Read(claim.PathOf(RunRecord.FileName))
                ?? throw claim.Wrong($"holds a {RunRecord.FileName} that is not a run's: {Remedy}");
            if (ConfigDifference.Between(found.ConfigJson, record.ConfigJson) is { } keys)
                throw claim.Wrong($"holds a run of another config, and --resume goes on with the same one only: {keys}; {Remedy}");
            resumed = new RunFolder(claim, record) { taken = true, IsFinished = found.Finished };
            if (!found.Finished)
                resumed.GoOn(run, note);
        });
        try
        {
            if (resumed!.IsFinished)
            {
                DeleteCheckpoints(claim);
                note($"the run in {claim.Path} is finished: nothing to resume");
            }
            else
            {
                claim.DeleteTemporaries();
                resumed.MarkUnfinished();

                // No snapshot may be left to write, and so nothing that would write the index again.
                if (resumed.SnapshotCount > 0)
                    resumed.WriteIndex();
            }

            return resumed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            claim.Dispose();
            throw claim.CannotBeWritten(failure);
        }
    }

    /// <summary>Lets another run have the folder; if nothing was written, the disk is as it was before the claim.</summary>
    public void Dispose() => claim.Dispose();

    /// <summary>The checkpoint that the run goes on from; null from the beginning.</summary>
    public Checkpoint? From { get; private set; }

    /// <summary>True if the folder was taken to go on with a run that has finished: there is nothing to do.</summary>
    public bool IsFinished { get; private init; }

    /// <summary>Writes a checkpoint in the place of the older one of two.</summary>
    /// <exception cref="IOException">It cannot be written; the newer one is whole.</exception>
    public void Write(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Take();
        claim.Write(CheckpointFile.Slots[nextCheckpoint % 2], stream => CheckpointFile.Write(stream, nextCheckpoint, checkpoint));
        nextCheckpoint++;
    }

    /// <summary>A snapshot of this run, read back.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public Snapshot ReadSnapshot(int number, Grids.Grid grid) =>
        SnapshotReader.ReadSnapshot(claim.PathOf(NameOf(number)), grid, number, snapshotTimes[number]);

    /// <summary>Writes a snapshot, and the index with it. Numbers count up from 0.</summary>
    public void Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNotEqual(snapshot.Number, snapshotTimes.Count);
        Take();
        foreach (ISnapshotFormat format in SnapshotFormats.All)
            snapshotFiles.Add(claim.WriteHashed(NameOf(snapshot.Number, format.Extension), stream => format.Write(stream, snapshot)));
        snapshotTimes.Add(snapshot.Time);
        WriteIndex();
    }

    /// <summary>Number of snapshots written so far.</summary>
    public int SnapshotCount => snapshotTimes.Count;

    /// <summary>Their times t, in the order written.</summary>
    public IReadOnlyList<double> SnapshotTimes => snapshotTimes;

    /// <summary>Their files with the hashes of what was written, by their names in the folder.</summary>
    public IReadOnlyList<FileHash> SnapshotFiles => snapshotFiles;

    public void Write(IReadOnlyList<Reading> readings)
    {
        Take();
        claim.Write("readings.csv", stream => ReadingsWriter.Write(stream, readings));
    }

    public void Write(RunSummary summary)
    {
        Take();
        claim.Write("summary.json", stream => SummaryFile.Write(stream, summary));
    }

    /// <summary>Writes where the particles are, and their paths if any were recorded.</summary>
    public void Write(ParticleOutcome particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        Take();
        claim.Write(ParticleWriter.PositionsFile, stream => ParticleWriter.Write(stream, particles.End));
        if (particles.Trajectories.Particles > 0)
            claim.Write(ParticleWriter.TrajectoriesFile, stream => ParticleWriter.Write(stream, particles.Trajectories));
    }

    /// <summary>Marks the run finished: the last thing that is written. Then the checkpoints have served.</summary>
    public void Finish(TimeSpan wall)
    {
        Take();
        record = record with { Finished = true, Clock = record.Clock is null ? null : record.Clock with { Wall = wall } };
        claim.Write(RunRecord.FileName, record.Write);
        DeleteCheckpoints(claim);
        Dispose();
    }

    /// <summary>Gives the folder back, for a run that is refused before it has written anything: the disk is as it was.</summary>
    public void Abandon() => Dispose();

    /// <summary>True if a file name is one that a run writes into its folder itself, or into its snapshots' folder.</summary>
    internal static bool IsOfRun(string name) =>
        name == RunRecord.FileName || Tables.Contains(name) || CheckpointFile.Slots.Contains(name)
        || (System.IO.Path.GetExtension(name) is ".png" or ".svg" && IsFigure(System.IO.Path.GetFileNameWithoutExtension(name)))
        || (name.StartsWith(SnapshotFolder + "/", StringComparison.Ordinal) && IsSnapshot(name[(SnapshotFolder.Length + 1)..]));

    /// <summary>A figure's name, alone or with a snapshot's number; or that of a monitor.</summary>
    private static bool IsFigure(string name) =>
        name == "monitors" || name.StartsWith("monitor-", StringComparison.Ordinal)
        || Array.Exists(Figures, figure => name.StartsWith(figure, StringComparison.Ordinal)
            && (name.Length == figure.Length
                || (name.Length == figure.Length + 4 && name[figure.Length] == '-'
                    && name.AsSpan(figure.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0)));

    private static bool IsSnapshot(string name) =>
        SnapshotFormats.All.Any(format => name.Length == 4 + format.Extension.Length && name[3] == '.'
            && name.EndsWith(format.Extension, StringComparison.Ordinal) && name.AsSpan(0, 3).IndexOfAnyExceptInRange('0', '9') < 0);

    private static string NameOf(int snapshot, string extension = SnapshotWriter.Extension) =>
        $"{SnapshotFolder}/{SnapshotWriter.FileName(snapshot, extension)}";

    private static void DeleteCheckpoints(FolderClaim claim)
    {
        foreach (string slot in CheckpointFile.Slots)
            claim.Delete(slot);
    }

    private void MarkUnfinished()
    {
        claim.Write(RunRecord.FileName, (record with { Finished = false }).Write);
        claim.Prepare(SnapshotFolder);
    }

    /// <summary>Finds the newer of the checkpoints that are whole, checks that it is of this run, and takes it over.</summary>
    private void GoOn(RunIdentity run, Action<string> note)
    {
        From = NewestCheckpoint(note);
        if (From is not { } checkpoint)
        {
            note($"no checkpoint in {Path}: starting from the beginning");
            return;
        }

        if (run.DifferenceFrom(checkpoint.Run) is { } difference)
            throw claim.Wrong($"holds a checkpoint of another run, and --resume goes on with the same one only: {difference}; {Remedy}");
        if (run.NoteOn(checkpoint.Run) is { } processor)
            note(processor);
        RequireAsWritten(checkpoint.Written);
        snapshotTimes.AddRange(checkpoint.SnapshotTimes);
        snapshotFiles.AddRange(checkpoint.Written);
    }

    /// <summary>Refuses files that are no longer what was written before the checkpoint, and names all of them.</summary>
    private void RequireAsWritten(IReadOnlyList<FileHash> files)
    {
        const string Advice = "restore it, or start over with --force";
        var problems = new List<InputProblem>();
        foreach (FileHash written in files)
        {
            string path = claim.PathOf(written.Path);
            if (!File.Exists(path))
                problems.Add(new InputProblem(path, null, null, $"was written before the checkpoint, but is missing: {Advice}"));
            else if (FileHash.Of(path).Sha256 != written.Sha256)
                problems.Add(new InputProblem(path, null, null, $"has changed since the checkpoint (SHA-256): {Advice}"));
        }

        if (problems.Count > 0)
            throw new InputException(problems);
    }

    private void WriteIndex() => claim.Write("snapshots.csv", stream => SnapshotWriter.WriteIndex(stream, snapshotTimes));

    /// <summary>The newer of the checkpoints that are whole; null if there is none.</summary>
    private Checkpoint? NewestCheckpoint(Action<string> note)
    {
        Checkpoint? newest = null;
        string? kept = null;
        var damaged = new List<string>();
        foreach (string slot in CheckpointFile.Slots.Where(claim.Has))
        {
            try
            {
                (long sequence, Checkpoint content) = CheckpointFile.Read(claim.PathOf(slot));
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
}
