using System.Security.Cryptography;
using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// What the cells of an unfinished trade-off were computed with, and the SHA-256 of each row of <c>tradeoff.csv</c>: only a row listed here
/// is kept on resume. Written before the rows, so that a row on disk is always listed.
/// </summary>
/// <param name="Identity">The program, the study and its input files.</param>
/// <param name="Rows">Hashes of the rows.</param>
public sealed record TradeoffRecord(RunIdentity Identity, IReadOnlySet<string> Rows)
{
    /// <summary>What a resumed trade-off must agree with.</summary>
    /// <exception cref="InputException">A file that the study names cannot be read.</exception>
    public static RunIdentity IdentityOf(Tradeoff tradeoff)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        return RunIdentity.Of(tradeoff.Json, tradeoff.Base, tradeoff.Config);
    }

    /// <summary>The record of some cells.</summary>
    public static TradeoffRecord Of(RunIdentity identity, IReadOnlyList<TradeoffCell> cells) =>
        new(identity, cells.Select(Hash).ToHashSet());

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream) => JsonText.Write(stream, json =>
    {
        Identity.Write(json);
        json.WriteStartArray("rows");
        foreach (string row in Rows)
            json.WriteStringValue(row);
        json.WriteEndArray();
    });

    /// <summary>The record in a folder; null if there is none, or a damaged one.</summary>
    /// <param name="study">The resolved study that the folder is known to hold.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TradeoffRecord? Read(string folder, string study)
    {
        string path = Path.Combine(folder, StudyFolder.ResumeName);
        using JsonDocument? found = File.Exists(path) ? JsonText.ReadRecord(path) : null;
        return found?.RootElement is { } root && RunIdentity.Read(root, study) is { } identity
            && root.TryGetProperty("rows", out JsonElement rows) && rows.ValueKind == JsonValueKind.Array
            ? new TradeoffRecord(identity, rows.EnumerateArray().Select(row => row.ToString()).ToHashSet())
            : null;
    }

    /// <summary>Those of some cells that are as they were written, and in <paramref name="changed"/> the others.</summary>
    public IReadOnlyList<TradeoffCell> Keep(IReadOnlyList<TradeoffCell> cells, out IReadOnlyList<TradeoffCell> changed)
    {
        ILookup<bool, TradeoffCell> isKept = cells.ToLookup(cell => Rows.Contains(Hash(cell)));
        changed = [.. isKept[false]];
        return [.. isKept[true]];
    }

    private static string Hash(TradeoffCell cell)
    {
        using var row = new MemoryStream();
        TableWriter.Write(row, [], [cell.Row]);
        return Convert.ToHexStringLower(SHA256.HashData(row.GetBuffer().AsSpan(0, (int)row.Length)));
    }
}
