using System.Globalization;
using System.Text.Json;
using System.Text;
using CsvHelper.Configuration;
using CsvHelper;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>
/// The folder that a study writes to, and the only way to write there. An absent or empty folder is used, one of the same study, finished
/// or not, is replaced file by file; anything else is in the way unless force clears it, and force deletes only files that a study writes.
/// One study at a time has the folder, until it finishes or is disposed of.
/// </summary>
public sealed class StudyFolder : IDisposable
{
    /// <summary>What a study is, whether it has finished, and what it found: the first file written and the last.</summary>
    public const string RecordName = "study.json";

    private readonly bool created;
    private readonly string study;
    private readonly RunClock? clock;
    private readonly FolderLock held;

    private StudyFolder(string path, string study, RunClock? clock, bool created, FolderLock held) =>
        (Path, this.study, this.clock, this.created, this.held) = (path, study, clock, created, held);

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Takes the folder for a study: clears it if need be and marks it unfinished.</summary>
    /// <param name="path">The folder; made, with its parents, if absent.</param>
    /// <param name="study">The resolved study as JSON.</param>
    /// <param name="clock">Null in a reproducible study.</param>
    /// <param name="force">Clear what is in the way.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be written; the message says what to do.</exception>
    public static StudyFolder Open(string path, string study, RunClock? clock, bool force)
    {
        path = System.IO.Path.GetFullPath(path);
        FolderLock? held = null;
        try
        {
            bool absent = !Directory.Exists(path);
            if (absent && File.Exists(path))
                throw InTheWay(path, "is a file, but a study needs a folder: name another with --out");
            Directory.CreateDirectory(path);
            held = FolderLock.Take(path);
            if (!absent && Obstacle(path, study) is { } obstacle)
            {
                if (!force)
                    throw InTheWay(path, obstacle);
                foreach (string file in Directory.GetFiles(path).Where(file => IsOfStudy(System.IO.Path.GetFileName(file))))
                    File.Delete(file);
            }

            var folder = new StudyFolder(path, study, clock, absent, held);
            folder.WriteRecord(finished: false, null, null);
            return folder;
        }
        catch (Exception failure)
        {
            held?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
                throw InTheWay(path, $"cannot be written: {failure.Message} Name another folder with --out or output.directory.");
            throw;
        }
    }

    /// <summary>Lets another study have the folder.</summary>
    public void Dispose() => held.Dispose();

    /// <summary>Writes a table; numbers that are infinite or undefined are empty.</summary>
    /// <param name="rows">Numbers, whole numbers or texts, as many a row as the header has.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteTable(string name, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object>> rows) =>
        AtomicFile.Write(PathOf(name), stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true);
            using var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
            foreach (string column in header)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (IReadOnlyList<object> row in rows)
            {
                foreach (object field in row)
                {
                    csv.WriteField(field is double number && !double.IsFinite(number) ? ""
                        : Convert.ToString(field, CultureInfo.InvariantCulture));
                }

                csv.NextRecord();
            }
        });

    /// <summary>Writes a text file whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteText(string name, string text) => AtomicFile.WriteText(PathOf(name), text);

    /// <summary>Marks the study finished: the last thing that is written.</summary>
    /// <param name="results">Writes what the study found, as members of an object.</param>
    public void Finish(TimeSpan wall, Action<Utf8JsonWriter> results)
    {
        WriteRecord(finished: true, wall, results);
        Dispose();
    }

    /// <summary>Gives the folder back as it was found, for a study that was refused before it wrote anything but its record.</summary>
    public void Abandon()
    {
        File.Delete(PathOf(RecordName));
        Dispose();
        if (created && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    private void WriteRecord(bool finished, TimeSpan? wall, Action<Utf8JsonWriter>? results) => JsonText.Write(PathOf(RecordName), json =>
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
    });

    private static string? Obstacle(string path, string study)
    {
        string file = System.IO.Path.Combine(path, RecordName);
        if (!File.Exists(file))
        {
            // What a study leaves that was killed before its record was there is not in the way.
            return Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).Any(
                name => name is not (FolderLock.FileName or RecordName + AtomicFile.TemporaryEnding))
                ? "holds files but no study: name another folder with --out, or let --force write here (it deletes only a study's files)"
                : null;
        }

        const string Remedy = "name another folder with --out, or replace it with --force";
        try
        {
            using FileStream stream = InputText.Open(file);
            using var found = JsonDocument.Parse(stream);
            using var mine = JsonDocument.Parse(study);
            if (found.RootElement.ValueKind == JsonValueKind.Object && found.RootElement.TryGetProperty("study", out JsonElement other))
                return JsonElement.DeepEquals(mine.RootElement, other) ? null : $"holds another study: {Remedy}";
        }
        catch (JsonException)
        {
            // Said below.
        }

        return $"holds a {RecordName} that is not a study's: {Remedy}";
    }

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private static bool IsOfStudy(string name)
    {
        if (name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal))
            name = name[..^AtomicFile.TemporaryEnding.Length];
        return name is RecordName or "convergence.csv" or "grid.csv"
            || (System.IO.Path.GetExtension(name) is ".csv" or ".txt" or ".png" or ".svg" && name.StartsWith("tradeoff", StringComparison.Ordinal))
            || (System.IO.Path.GetExtension(name) is ".png" or ".svg" && name.StartsWith("convergence", StringComparison.Ordinal));
    }

    private static InputException InTheWay(string path, string message) => new(new InputProblem(path, null, null, message));
}
