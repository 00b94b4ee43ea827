using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Audits;

/// <summary>
/// The files of an audit in the folder that it has claimed. The same audit, finished, is replaced file by file; anything else is refused
/// unless force is given.
/// </summary>
public sealed class AuditFolder : IDisposable
{
    /// <summary>Config, state and results: the first and the last file written.</summary>
    public const string RecordName = "audit.json";

    /// <summary>The sentences as a page.</summary>
    public const string ReportName = "audit.md";

    /// <summary>The figure, without ending.</summary>
    public const string FigureName = "audit";

    private static readonly FolderContents Contents = new(
        "audit", RecordName, [AuditLevel.File, ReportName, RunFolder.ReportName], [], IsOfAudit);

    private readonly string config;
    private readonly RunClock? clock;

    private AuditFolder(FolderClaim claim, string config, RunClock? clock) => (Claim, this.config, this.clock) = (claim, config, clock);

    /// <summary>The claim, for the figure.</summary>
    public FolderClaim Claim { get; }

    /// <summary>Absolute path.</summary>
    public string Path => Claim.Path;

    /// <summary>Claims the folder.</summary>
    /// <param name="config">The resolved config as JSON.</param>
    /// <param name="clock">Null in a reproducible audit.</param>
    /// <param name="force">Delete the files of an earlier audit.</param>
    /// <exception cref="InputException">The folder contains other files or is not writable; the message says what to do.</exception>
    public static AuditFolder Open(string path, string config, RunClock? clock, bool force) => new(
        FolderClaim.Take(path, Contents, force, file => Conflict(file, config)), config, clock);

    /// <summary>Writes the table and the sentences.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(AuditResult result, IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(result);
        Claim.Write(AuditLevel.File, stream => AuditLevel.Write(stream, result.Levels));
        Claim.WriteText(ReportName, "# Audit\n\n" + string.Concat(sentences.Select(sentence => $"- {sentence}\n"))
            + $"\nLevel by level: [{AuditLevel.File}]({AuditLevel.File}), figure [audit.png](audit.png), "
            + $"numbers [{RecordName}]({RecordName}).\n");
    }

    /// <summary>Marks the audit finished, with its results: the last write.</summary>
    /// <exception cref="IOException">The record cannot be written.</exception>
    public void Finish(AuditResult result, IReadOnlyList<string> sentences, TimeSpan wall)
    {
        ArgumentNullException.ThrowIfNull(result);
        WriteRecord(finished: true, wall, json => WriteResults(json, result, sentences));
    }

    /// <summary>Deletes what force permits, and marks the audit unfinished.</summary>
    /// <exception cref="IOException">A file cannot be deleted or written.</exception>
    public void Take()
    {
        Claim.Clear();
        WriteRecord(finished: false, null, null);
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => Claim.Dispose();

    private void WriteRecord(bool finished, TimeSpan? wall, Action<Utf8JsonWriter>? results) =>
        Claim.Write(RecordName, stream => JsonText.Write(stream, json =>
        {
            json.WriteBoolean("finished", finished);
            RunRecord.WriteOrigin(json, clock is null ? null : clock with { Wall = wall });
            json.WritePropertyName("config");
            using var parsed = JsonDocument.Parse(config);
            parsed.RootElement.WriteTo(json);
            results?.Invoke(json);
        }));

    private static void WriteResults(Utf8JsonWriter json, AuditResult result, IReadOnlyList<string> sentences)
    {
        json.WriteStartArray("findings");
        foreach (string sentence in sentences)
            json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteStartObject("results");
        json.WriteString("mistake", result.Mistake?.Text);
        foreach ((string name, double value) in new[]
        {
            ("KL", result.Divergence), ("budget", result.Budget), ("gradientBudget", result.GradientBudget),
            ("curl", result.LargestCurl), ("liYau", result.LargestLiYau), ("W2", result.Samples.Transport),
            ("distance", result.Samples.Distance), ("distanceOfData", result.Samples.DistanceOfData),
            ("nearest", result.Samples.Nearest), ("memorised", result.Samples.Memorised),
            ("memorisedFresh", result.Samples.MemorisedFresh),
        })
        {
            json.WriteNumberOrNull(name, value);
        }

        json.WriteEndObject();
    }

    private static string? Conflict(string record, string config)
    {
        const string Remedy = "choose another folder with --out, or use --force to overwrite";
        using JsonDocument? found = JsonText.ReadRecord(record);
        if (found is null || !found.RootElement.TryGetProperty("config", out JsonElement other))
            return $"contains an {RecordName} that does not belong to an audit: {Remedy}";
        using var mine = JsonDocument.Parse(config);
        return JsonElement.DeepEquals(mine.RootElement, other) ? null : $"contains a different audit: {Remedy}";
    }

    private static bool IsOfAudit(string name) =>
        name is RecordName or ReportName or AuditLevel.File or RunFolder.ReportName or FigureName + ".png" or FigureName + ".svg";
}
