using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>
/// The folder of a shard: its record, and a file for each of its parts, a run or a flow, with a hash. A shard that was killed goes on: what
/// it has kept whole, for the same study and by the same program, is not computed again.
/// </summary>
public sealed class ShardFolder : IDisposable
{
    private const string RecordName = "shard.json", Remedy = "use --force to start the shard over, or choose another folder with --out";

    private static readonly FolderContents Contents = new(
        "shard of a study", RecordName, [], [], name => name == RecordName
            || (name.StartsWith("part-", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)));

    private readonly FolderClaim claim;
    private readonly Shard shard;
    private readonly RunIdentity identity;
    private readonly IReadOnlyList<int> parts;

    private ShardFolder(FolderClaim claim, Shard shard, RunIdentity identity, IReadOnlyList<int> parts) =>
        (this.claim, this.shard, this.identity, this.parts) = (claim, shard, identity, parts);

    /// <summary>Absolute path.</summary>
    public string Path => claim.Path;

    /// <summary>Those of its parts that are there already.</summary>
    public IReadOnlySet<int> Kept { get; private set; } = new HashSet<int>();

    /// <summary>Claims the folder of a shard, and keeps what it contains of the same study.</summary>
    /// <param name="output">The folder of the study's results.</param>
    /// <param name="parts">The parts of this shard.</param>
    /// <param name="force">Start it over, whatever it contains.</param>
    /// <param name="note">Told if another kind of processor computed what is kept.</param>
    /// <exception cref="InputException">It contains another study, or is not writable.</exception>
    public static ShardFolder Open(
        string output, Shard shard, RunIdentity identity, IReadOnlyList<int> parts, bool force, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ShardRecord? found = null;
        FolderClaim claim = FolderClaim.Take(
            System.IO.Path.Combine(Shard.FolderOf(output), shard.FolderName), Contents, force, record =>
            {
                found = ShardRecord.Read(record);
                return found is null ? $"contains a {RecordName} that does not belong to a shard: {Remedy}"
                    : identity.DifferenceFrom(found.Identity) is { } difference
                        ? $"contains {shard} of a study that differs: {difference}; {Remedy}"
                        : null;
            });
        try
        {
            var folder = new ShardFolder(claim, shard, identity, parts);
            claim.Clear();
            if (force)
                claim.DeleteOwn(_ => true);
            else if (found is not null)
                folder.Kept = parts.Where(part => ReadPart(claim.Path, part) is not null).ToHashSet();
            if (folder.Kept.Count > 0 && identity.NoteOn(found!.Identity) is { } processor)
                note?.Invoke(processor);
            folder.WriteRecord(finished: false, null);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            claim.Dispose();
            throw claim.CannotBeWritten(failure);
        }
    }

    /// <summary>Writes a part. Thread-safe.</summary>
    /// <param name="content">Its members.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Keep(int part, Action<Utf8JsonWriter> content)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            content?.Invoke(json);
            json.WriteEndObject();
        }

        claim.Write(NameOf(part), stream => JsonText.Write(stream, json =>
        {
            json.WriteString("sha256", Hash(text.GetBuffer().AsSpan(0, (int)text.Length)));
            json.WritePropertyName("content");
            json.WriteRawValue(text.GetBuffer().AsSpan(0, (int)text.Length));
        }));
    }

    /// <summary>Marks the shard finished, the last write.</summary>
    public void Finish() => WriteRecord(finished: true, null);

    /// <summary>Notes why it failed, for whoever joins the shards.</summary>
    public void Fail(string message) => WriteRecord(finished: false, message);

    /// <summary>Releases the folder.</summary>
    public void Dispose() => claim.Dispose();

    /// <summary>Reads all parts of a study from its shards.</summary>
    /// <param name="output">The folder of the study's results.</param>
    /// <param name="count">Number of parts.</param>
    /// <param name="note">Told of shards that another kind of processor computed.</param>
    /// <returns>The content of each part.</returns>
    /// <exception cref="InputException">Shards or parts are missing, unfinished, or of another study: each is named.</exception>
    public static JsonElement[] Join(string output, RunIdentity identity, int count, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(identity);
        string root = Shard.FolderOf(output);
        Shard[] found = !Directory.Exists(root) ? []
            : [.. Directory.GetDirectories(root).Select(path => Shard.OfFolder(System.IO.Path.GetFileName(path))).OfType<Shard>()];
        int[] counts = [.. found.Select(shard => shard.Count).Distinct().Order()];
        if (counts.Length == 0)
            throw Wrong(root, "contains no shards: compute them with --shard K/N");
        if (counts.Length > 1)
            throw Wrong(root, $"contains shards of {string.Join(" and of ", counts)}: remove those that are not meant");
        var parts = new JsonElement?[count];
        var problems = new List<string>();
        var processors = new SortedSet<string>(StringComparer.Ordinal);
        for (int number = 1; number <= counts[0]; number++)
        {
            var shard = new Shard(number, counts[0]);
            string folder = System.IO.Path.Combine(root, shard.FolderName), file = System.IO.Path.Combine(folder, RecordName);
            ShardRecord? record = File.Exists(file) ? ShardRecord.Read(file) : null;
            if (record is null)
            {
                problems.Add($"{shard} is missing");
                continue;
            }

            processors.Add(record.Identity.Processor);
            if (identity.DifferenceFrom(record.Identity) is { } difference)
            {
                problems.Add($"{shard} is of a study that differs: {difference}");
                continue;
            }

            int there = 0;
            foreach (int part in record.Parts.Where(part => part >= 0 && part < count))
            {
                parts[part] = ReadPart(folder, part);
                there += parts[part] is null ? 0 : 1;
            }

            if (!record.Finished || there < record.Parts.Count)
            {
                problems.Add(string.Create(
                    CultureInfo.InvariantCulture, $"{shard} is not finished: it has {there} of {record.Parts.Count} parts")
                    + (record.Failed is { } failed ? $"; it failed: {failed}" : ""));
            }
        }

        if (problems.Count == 0 && Array.Exists(parts, part => part is null))
            problems.Add("parts are missing that no shard has");
        if (problems.Count > 0)
            throw new InputException([.. problems.Select(problem => new InputProblem(root, null, null, problem))]);
        if (processors.Count > 1 || !processors.Contains(identity.Processor))
        {
            note?.Invoke($"note: the shards were computed on unlike processors ({string.Join("; ", processors)}; "
                + $"here {identity.Processor}): last digits may differ");
        }

        return [.. parts.Select(part => part!.Value)];
    }

    private void WriteRecord(bool finished, string? failed) => claim.Write(
        RecordName, new ShardRecord(finished, failed, identity, parts) { Shard = shard }.Write);

    /// <summary>The content of a part; null if its file is missing or not as it was written.</summary>
    private static JsonElement? ReadPart(string folder, int part)
    {
        string file = System.IO.Path.Combine(folder, NameOf(part));
        if (!File.Exists(file))
            return null;
        using JsonDocument? found = JsonText.ReadRecord(file);
        return found is not null && found.RootElement.TryGetProperty("content", out JsonElement content)
            && found.RootElement.TryGetProperty("sha256", out JsonElement hash) && hash.ValueKind == JsonValueKind.String
            && hash.GetString() == Hash(Encoding.UTF8.GetBytes(content.GetRawText())) ? content.Clone() : null;
    }

    private static string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"part-{part:0000}.json");

    private static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static InputException Wrong(string path, string message) => new(new InputProblem(path, null, null, message));
}
