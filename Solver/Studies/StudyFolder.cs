using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Studies;

/// <summary>
/// The files of a study in the folder that it has claimed, all writes to the folder go through it. The same study, finished or not, is
/// replaced file by file; anything else is refused unless force is given.
/// </summary>
public sealed class StudyFolder : IDisposable
{
    /// <summary>The config, state and results of a study: the first and the last file written.</summary>
    public const string RecordName = "study.json";

    /// <summary>Tables whose rows an unfinished study keeps; the names of its other files begin with that of its table.</summary>
    private static readonly string[] RowTables = ["tradeoff", "samplers"];

    private const string Remedy = "choose another folder with --out, or use --force to overwrite";

    private static readonly FolderContents Contents = new(
        "study", RecordName, ["convergence.csv", "grid.csv", .. RowTables.Select(ResumeOf), RunFolder.ReportName], [], IsOfStudy);

    private readonly string study;
    private readonly RunClock? clock;

    private StudyFolder(FolderClaim claim, string study, RunClock? clock, bool isRepeat) =>
        (Claim, this.study, this.clock, IsRepeat) = (claim, study, clock, isRepeat);

    /// <summary>Absolute path.</summary>
    public string Path => Claim.Path;

    /// <summary>The claim, for the figures, which are written separately.</summary>
    public FolderClaim Claim { get; }

    /// <summary>True if the folder contains the same study, finished; its files are kept until they are replaced.</summary>
    public bool IsRepeat { get; }

    /// <summary>
    /// Claims the folder for a study: clears it if required and marks it unfinished, unless it contains the same finished study.
    /// </summary>
    /// <param name="path">The folder; created, with its parents, if missing.</param>
    /// <param name="study">The resolved study as JSON.</param>
    /// <param name="clock">Null in a reproducible study.</param>
    /// <param name="force">Delete the files of an earlier run.</param>
    /// <param name="unfit">Why the unfinished study in a folder cannot be resumed; null if it can, or need not.</param>
    /// <exception cref="InputException">The folder contains other files or is not writable; the message says what to do.</exception>
    public static StudyFolder Open(string path, string study, RunClock? clock, bool force, Func<string, string?>? unfit = null)
    {
        bool isRepeat = false;
        FolderClaim claim = FolderClaim.Take(path, Contents, force, file =>
        {
            string? conflict = Conflict(file, study, out bool isFinished);
            isRepeat = conflict is null && isFinished;
            return conflict ?? (isFinished ? null : unfit?.Invoke(System.IO.Path.GetDirectoryName(file)!));
        });
        try
        {
            var folder = new StudyFolder(claim, study, clock, isRepeat);
            claim.Clear();
            if (!isRepeat)
                folder.WriteRecord(finished: false, null, null);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            claim.Dispose();
            throw claim.CannotBeWritten(failure);
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => Claim.Dispose();

    /// <summary>What an unfinished study resumes from, beside the rows of a table.</summary>
    public static string ResumeOf(string table) => table + "-resume.json";

    /// <summary>Writes a table; numbers that are infinite or undefined are empty.</summary>
    /// <param name="rows">Numbers, whole numbers or texts, as many per row as the header has.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteTable(string name, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object>> rows) =>
        Claim.Write(name, stream => TableWriter.Write(stream, header, rows));

    /// <summary>Writes a text file atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteText(string name, string text) => Claim.WriteText(name, text);

    /// <summary>Marks the study finished, the last write.</summary>
    /// <param name="results">Writes what the study found, as members of an object.</param>
    public void Finish(TimeSpan wall, Action<Utf8JsonWriter> results)
    {
        WriteRecord(finished: true, wall, results);
        foreach (string table in RowTables)
            Claim.Delete(ResumeOf(table));
        Dispose();
    }

    /// <summary>Restores the folder for a study that was refused after writing only its record.</summary>
    public void Abandon()
    {
        if (!IsRepeat)
            Claim.Delete(RecordName);
        Dispose();
    }

    private void WriteRecord(bool finished, TimeSpan? wall, Action<Utf8JsonWriter>? results) =>
        Claim.Write(RecordName, stream => JsonText.Write(stream, json =>
        {
            json.WriteBoolean("finished", finished);
            RunRecord.WriteOrigin(json, clock is null ? null : clock with { Wall = wall });
            json.WritePropertyName("study");
            using var config = JsonDocument.Parse(study);
            config.RootElement.WriteTo(json);
            if (results is null)
                return;
            json.WriteStartObject("results");
            results(json);
            json.WriteEndObject();
        }));

    private static string? Conflict(string record, string study, out bool isFinished)
    {
        isFinished = false;
        using JsonDocument? found = JsonText.ReadRecord(record);
        if (found is null || !found.RootElement.TryGetProperty("study", out JsonElement other))
            return $"contains a {RecordName} that does not belong to a study: {Remedy}";
        using var mine = JsonDocument.Parse(study);
        isFinished = found.RootElement.TryGetProperty("finished", out JsonElement finished) && finished.ValueKind == JsonValueKind.True;
        return JsonElement.DeepEquals(mine.RootElement, other) ? null : $"contains a different study: {Remedy}";
    }

    private static bool IsOfStudy(string name) =>
        name is RecordName or "convergence.csv" or "grid.csv" or RunFolder.ReportName || RowTables.Any(table => name == ResumeOf(table))
        || (System.IO.Path.GetExtension(name) is ".csv" or ".txt" or ".png" or ".svg" or ".pdf"
            && RowTables.Any(table => name.StartsWith(table, StringComparison.Ordinal)))
        || (System.IO.Path.GetExtension(name) is ".png" or ".svg" or ".pdf"
            && (name.StartsWith("convergence", StringComparison.Ordinal) || name.StartsWith("grid", StringComparison.Ordinal)));
}
