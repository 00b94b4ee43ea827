using System.Buffers;
using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>
/// The files of a run in the folder that it has claimed; all writes to the folder go through it. A finished run of the same resolved config
/// is replaced file by file; anything else is refused unless force is given.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>The page of a run.</summary>
    public const string ReportName = "report.html";

    /// <summary>The animations of a run.</summary>
    public const string GifName = "animation.gif", ApngName = "animation.png";

    /// <summary>The frames that animations are drawn from.</summary>
    public const string FramesName = "frames.dat";

    private const string SnapshotFolder = "snapshots";
    private const string Remedy = "choose another folder with --out, or use --force to start over";
    private static readonly string[] Tables =
    [
        "snapshots.csv", "readings.csv", "summary.json", InformationTable.File, InformationTable.ModesFile, AttemptTable.FileName,
        "particles.csv", "trajectories.csv", NetcdfFormat.SeriesFile, VtkFormat.SeriesFile, ReportName,
        GifName, ApngName, FramesName,
    ];

    /// <summary>Names of figures, besides those of monitors; images with other names do not belong to the run.</summary>
    private static readonly string[] Figures =
    [
        "accuracy", "densities", "log-densities", "score", "div-score", "contact-sheet", "particles", "trajectories", "least-loss", "modes",
        "guidance",
    ];

    private const string CompanionStart = "companion-";
    private const string FramesStart = "frames-";
    private const string CompanionEnd = ".bin";
    private const string FramesEnd = ".dat";
    private static readonly SearchValues<char> ResolutionCharacters = SearchValues.Create("0123456789x-");

    private static readonly FolderContents Contents = new(
        "run", RunRecord.FileName, [.. Tables, .. CheckpointFile.Slots], [SnapshotFolder], IsOfRun);

    private readonly List<double> snapshotTimes = [];
    private readonly List<FileHash> written = [];
    private readonly FolderClaim claim;
    private RunRecord record;
    private bool taken;
    private long nextCheckpoint;

    private RunFolder(FolderClaim claim, RunRecord record) => (this.claim, this.record) = (claim, record);

    /// <summary>Absolute path.</summary>
    public string Path => claim.Path;

    /// <summary>The claim, for the figures, which are written separately.</summary>
    public FolderClaim Claim => claim;

    /// <summary>
    /// Claims a folder for a run and checks that it is writable. Its content is kept until <see cref="Take"/> or the first write, so a run
    /// that is refused later leaves the previous run intact.
    /// </summary>
    /// <param name="path">The folder; created, with its parents, if missing.</param>
    /// <param name="force">Delete the files of an earlier run.</param>
    /// <exception cref="InputException">The folder contains other files or is not writable; the message says what to do.</exception>
    public static RunFolder Open(string path, RunRecord record, bool force)
    {
        ArgumentNullException.ThrowIfNull(record);
        const string Replace = "choose another folder with --out, or use --force to overwrite";
        return new RunFolder(
            FolderClaim.Take(path, Contents, force, file => RunRecord.Read(file) is not { } found
                ? $"contains a {RunRecord.FileName} that does not belong to a run: {Replace}"
                : !found.Finished ? "contains an unfinished run: continue it with --resume, or overwrite it with --force"
                : !found.IsSameRun(record) ? $"contains a finished run of a different config: {Replace}" : null),
            record);
    }

    /// <summary>Claims the folder of a finished run to draw its figures again.</summary>
    /// <param name="record">What the run was.</param>
    /// <exception cref="InputException">It contains no finished run, or is not writable.</exception>
    public static FolderClaim OpenFinished(string path, out RunRecord record)
    {
        RunRecord? found = null;
        // Checked first: a claim would create a missing folder.
        if (path.Length == 0 || !Directory.Exists(path))
            throw new InputException(new InputProblem(Printable.Of(path), null, null, "there is no such folder"));
        FolderClaim claim = FolderClaim.Reopen(path, Contents, claim =>
        {
            if (!claim.HasRecord)
                throw claim.Wrong($"contains no run: it has no {RunRecord.FileName}");
            found = RunRecord.Read(claim.PathOf(RunRecord.FileName));
            if (found is not { Finished: true })
                throw claim.Wrong("contains no finished run: run its config first");
        });
        record = found!;
        return claim;
    }

    /// <summary>Takes over the folder: deletes the files that force permits, and marks the run unfinished.</summary>
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
    /// Takes over the folder to resume its run from the newest complete checkpoint, or from the beginning if there is none. An absent or
    /// empty folder is treated as by <see cref="Open"/>.
    /// </summary>
    /// <param name="run">What the run must agree with.</param>
    /// <param name="note">Receives the notes on where the run resumes, one line each.</param>
    /// <exception cref="InputException">The folder contains a different run or is not writable; the message says what differs.</exception>
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
                ?? throw claim.Wrong($"contains a {RunRecord.FileName} that does not belong to a run: {Remedy}");
            if (ConfigDifference.Between(found.IdentityJson, record.IdentityJson) is { } keys)
                throw claim.Wrong($"contains a run of a different config; --resume requires the same one: {keys}; {Remedy}");
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

    /// <summary>Releases the folder; if nothing was written, the disk is unchanged.</summary>
    public void Dispose() => claim.Dispose();

    /// <summary>The checkpoint that the run resumes from; null to start from the beginning.</summary>
    public Checkpoint? From { get; private set; }

    /// <summary>True if the run to resume has already finished.</summary>
    public bool IsFinished { get; private init; }

    /// <summary>Overwrites the older of the two checkpoints.</summary>
    /// <exception cref="IOException">It cannot be written; the newer checkpoint is intact.</exception>
    public void Write(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Take();
        claim.Write(CheckpointFile.Slots[nextCheckpoint % 2], stream => CheckpointFile.Write(stream, nextCheckpoint, checkpoint));
        nextCheckpoint++;
    }

    /// <summary>Keeps the state of a companion run; one per resolution.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(Resolution resolution, Checkpoint state)
    {
        Take();
        claim.Write(NameOf(resolution), stream => CheckpointFile.Write(stream, 0, state));
    }

    /// <summary>The state of a companion run that was interrupted or has finished; null if there is none that belongs to it.</summary>
    public Checkpoint? Read(Resolution resolution, RunIdentity companion)
    {
        ArgumentNullException.ThrowIfNull(companion);
        string name = NameOf(resolution);
        if (!taken || !claim.Has(name))
            return null;
        try
        {
            Checkpoint found = CheckpointFile.Read(claim.PathOf(name)).Content;
            return companion.DifferenceFrom(found.Run) is null ? found : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>A snapshot of this run, read back.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public Snapshot ReadSnapshot(int number, Grids.Grid grid) =>
        SnapshotReader.ReadSnapshot(claim.PathOf(NameOf(number, ReadBack)), grid, number, snapshotTimes[number]);

    /// <summary>Writes a snapshot, and the index with it. Numbers count up from 0.</summary>
    public void Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentOutOfRangeException.ThrowIfNotEqual(snapshot.Number, snapshotTimes.Count);
        Take();
        var origin = new SnapshotOrigin(record.ConfigJson, RunRecord.Build.Version);
        foreach (ISnapshotFormat format in record.Formats)
        {
            written.Add(
                claim.WriteHashed(NameOf(snapshot.Number, format.Extension), stream => format.Write(stream, snapshot, origin)));
        }

        snapshotTimes.Add(snapshot.Time);
        WriteIndex();
    }

    /// <summary>Number of snapshots written so far.</summary>
    public int SnapshotCount => snapshotTimes.Count;

    /// <summary>Their times t, in the order written.</summary>
    public IReadOnlyList<double> SnapshotTimes => snapshotTimes;

    /// <summary>The files of the snapshots and of the frames with the hashes of what was written, by their names in the folder.</summary>
    public IReadOnlyList<FileHash> Written => written;

    /// <summary>Writes the frames since the last checkpoint, before the next; nothing if there are none.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(FrameSet frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Frames.Count == 0)
            return;
        Take();
        string name = string.Create(
            CultureInfo.InvariantCulture, $"{FramesStart}{written.Count(file => IsFrames(file.Path)):000}{FramesEnd}");
        written.Add(claim.WriteHashed(name, stream => FrameFile.Write(stream, frames)));
    }

    /// <summary>Keeps all frames of the run, for animations.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Keep(FrameSet frames)
    {
        Take();
        claim.Write(FramesName, stream => FrameFile.Write(stream, frames));
    }

    /// <summary>The frames that the checkpoint was written with.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public IReadOnlyList<Frame> ReadFrames() =>
        [.. written.Where(file => IsFrames(file.Path)).SelectMany(file => FrameFile.Read(claim.PathOf(file.Path)).Frames)];

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

    /// <summary>Writes what the monitors recorded of every level; a series without rows has no file.</summary>
    public void Write(RunSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Take();
        if (series.Information.Count > 0)
            claim.Write(InformationTable.File, stream => InformationTable.Write(stream, series.Information));
        if (series.Modes.Count > 0)
            claim.Write(InformationTable.ModesFile, stream => InformationTable.Write(stream, series.Modes));
    }

    /// <summary>Writes the attempts, and from now on records the run that they chose.</summary>
    /// <param name="config">Its resolved config.</param>
    public void Write(AccuracyOutcome accuracy, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(accuracy);
        ArgumentNullException.ThrowIfNull(config);
        record = record with { RequestedJson = record.IdentityJson, ConfigJson = RunIdentity.JsonOf(config) };
        Take();
        claim.Write(AttemptTable.FileName, stream => AttemptTable.Write(stream, accuracy));
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

    /// <summary>Marks the run finished, the last write of a run, and deletes the checkpoints.</summary>
    public void Finish(TimeSpan wall)
    {
        Take();
        string[] parts = Has(SnapshotKind.Netcdf)
            ? [.. Enumerable.Range(0, SnapshotCount).Select(number => NameOf(number, SnapshotFormats.All.First(
                format => format.Kind == SnapshotKind.Netcdf).Extension))] : [];
        if (parts.Length > 0)
            claim.Write(NetcdfFormat.SeriesFile, stream => NetcdfWriter.Join(stream, [.. parts.Select(claim.PathOf)]));
        record = record with { Finished = true, Clock = record.Clock is null ? null : record.Clock with { Wall = wall } };
        claim.Write(RunRecord.FileName, record.Write);
        DeleteCheckpoints(claim);
        // After the record: until then a resumed run needs them.
        claim.DeleteOwn(name => parts.Contains($"{SnapshotFolder}/{name}"));
        Dispose();
    }

    /// <summary>Releases the folder for a run that is refused before it has written anything; the disk is unchanged.</summary>
    public void Abandon() => Dispose();

    /// <summary>True for the names of files that a run writes, in its folder or in the folder of snapshots.</summary>
    internal static bool IsOfRun(string name) =>
        name == RunRecord.FileName || Tables.Contains(name) || CheckpointFile.Slots.Contains(name) || IsCompanion(name)
        || IsFrames(name)
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
        claim.DeleteOwn(name => IsCompanion(name) || IsFrames(name));
    }

    private static string NameOf(Resolution resolution) => CompanionStart + resolution + CompanionEnd;

    private static bool IsCompanion(string name) =>
        IsBetween(name, CompanionStart, CompanionEnd)
        && name.AsSpan()[CompanionStart.Length..^CompanionEnd.Length].IndexOfAnyExcept(ResolutionCharacters) < 0;

    private static bool IsFrames(string name) =>
        IsBetween(name, FramesStart, FramesEnd)
        && name.AsSpan()[FramesStart.Length..^FramesEnd.Length].IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsBetween(string name, string start, string end) => name.Length >= start.Length + end.Length
        && name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal);

    private void MarkUnfinished()
    {
        claim.Write(RunRecord.FileName, (record with { Finished = false }).Write);
        claim.Prepare(SnapshotFolder);
    }

    /// <summary>Finds the newest complete checkpoint, checks that it belongs to this run, and uses it.</summary>
    private void GoOn(RunIdentity run, Action<string> note)
    {
        From = NewestCheckpoint(note);
        if (From is not { } checkpoint)
        {
            note($"no checkpoint in {Path}: starting from the beginning");
            return;
        }

        if (run.DifferenceFrom(checkpoint.Run) is { } difference)
            throw claim.Wrong($"contains a checkpoint of a different run; --resume requires the same one: {difference}; {Remedy}");
        if (run.NoteOn(checkpoint.Run) is { } processor)
            note(processor);
        RequireAsWritten(checkpoint.Written);
        snapshotTimes.AddRange(checkpoint.SnapshotTimes);
        written.AddRange(checkpoint.Written);
    }

    /// <summary>Rejects files that differ from what was written before the checkpoint, and names all of them.</summary>
    private void RequireAsWritten(IReadOnlyList<FileHash> files)
    {
        const string Advice = "restore it, or use --force to start over";
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

    private bool Has(SnapshotKind kind) => record.Formats.Any(format => format.Kind == kind);

    /// <summary>The ending of the snapshots that are read back.</summary>
    private string ReadBack => record.Formats[0].Extension;

    private void WriteIndex()
    {
        claim.Write("snapshots.csv", stream => SnapshotWriter.WriteIndex(stream, snapshotTimes, ReadBack));
        if (Has(SnapshotKind.Vtk))
            claim.Write(VtkFormat.SeriesFile, stream => VtkFormat.WriteSeries(stream, snapshotTimes));
    }

    /// <summary>The newest complete checkpoint; null if there is none.</summary>
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
            note(kept is null ? slot : $"{slot}; resuming from {kept}");
        return newest;
    }
}
