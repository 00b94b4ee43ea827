using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>What a shard is: the first and the last file of its folder.</summary>
/// <param name="Failed">Why it ended without a result; null if it did not.</param>
/// <param name="Identity">The program, the study and its input files.</param>
/// <param name="Parts">Numbers of its parts.</param>
internal sealed record ShardRecord(bool Finished, string? Failed, RunIdentity Identity, IReadOnlyList<int> Parts)
{
    /// <summary>Written for the reader; the name of the folder decides.</summary>
    public Shard Shard { get; init; }

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream) => JsonText.Write(stream, json =>
    {
        json.WriteNumber("shard", Shard.Number);
        json.WriteNumber("of", Shard.Count);
        json.WriteBoolean("finished", Finished);
        if (Failed is not null)
            json.WriteString("failed", Failed);
        Identity.Write(json);
        json.WriteStartArray("parts");
        foreach (int part in Parts)
            json.WriteNumberValue(part);
        json.WriteEndArray();
        json.WritePropertyName("study");
        using var study = JsonDocument.Parse(Identity.ConfigJson);
        study.RootElement.WriteTo(json);
    });

    /// <summary>The record in a file; null if it is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ShardRecord? Read(string path)
    {
        using JsonDocument? found = JsonText.ReadRecord(path);
        if (found?.RootElement is not { } root || !root.TryGetProperty("study", out JsonElement study)
            || study.ValueKind != JsonValueKind.Object || RunIdentity.Read(root, study.GetRawText()) is not { } identity
            || !root.TryGetProperty("finished", out JsonElement finished)
            || !root.TryGetProperty("parts", out JsonElement parts) || parts.ValueKind != JsonValueKind.Array
            || parts.EnumerateArray().Any(part => part.ValueKind != JsonValueKind.Number || !part.TryGetInt32(out _)))
        {
            return null;
        }

        string? failed =
            root.TryGetProperty("failed", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        return new ShardRecord(
            finished.ValueKind == JsonValueKind.True, failed, identity, [.. parts.EnumerateArray().Select(part => part.GetInt32())]);
    }
}
