using System.Security.Cryptography;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Studies;

/// <summary>
/// What the rows of an unfinished study were computed with, and the SHA-256 of each row of its table: only a row listed here is kept on
/// resume. Written before the rows, so that a row on disk is always listed.
/// </summary>
/// <param name="Identity">The program, the study and its input files.</param>
/// <param name="Rows">Hashes of the rows.</param>
public sealed record RowRecord(RunIdentity Identity, IReadOnlySet<string> Rows)
{
    /// <summary>The record of some rows, as <see cref="StudyFolder.WriteTable"/> writes them.</summary>
    public static RowRecord Of(RunIdentity identity, IEnumerable<IReadOnlyList<object>> rows) =>
        new(identity, rows.Select(Hash).ToHashSet());

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream) => JsonText.Write(stream, json =>
    {
        Identity.Write(json);
        json.WriteStartArray("rows");
        foreach (string row in Rows)
            json.WriteStringValue(row);
        json.WriteEndArray();
    });

    /// <summary>The record in a file; null if there is none, or a damaged one.</summary>
    /// <param name="study">The resolved study that its folder is known to hold.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RowRecord? Read(string path, string study)
    {
        using JsonDocument? found = File.Exists(path) ? JsonText.ReadRecord(path) : null;
        return found?.RootElement is { } root && RunIdentity.Read(root, study) is { } identity
            && root.TryGetProperty("rows", out JsonElement rows) && rows.ValueKind == JsonValueKind.Array
            ? new RowRecord(identity, rows.EnumerateArray().Select(row => row.ToString()).ToHashSet())
            : null;
    }

    /// <summary>True if a row is as it was written.</summary>
    public bool Contains(IReadOnlyList<object> row) => Rows.Contains(Hash(row));

    private static string Hash(IReadOnlyList<object> fields)
    {
        using var row = new MemoryStream();
        TableWriter.Write(row, [], [fields]);
        return Convert.ToHexStringLower(SHA256.HashData(row.GetBuffer().AsSpan(0, (int)row.Length)));
    }
}
