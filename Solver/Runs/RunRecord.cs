using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using PdeDiffusion.Json;

namespace PdeDiffusion.Runs;

/// <summary>When and where a run ran; left out of a reproducible run.</summary>
/// <param name="Threads">Threads of the solver.</param>
/// <param name="Start">When the run began, UTC.</param>
/// <param name="Wall">How long it took; null while it runs.</param>
public sealed record RunClock(int Threads, DateTime Start, TimeSpan? Wall);

/// <summary>
/// <c>run.json</c>: what a run is and whether it has finished. It is the first file that a run writes and the last, so the folder of an
/// interrupted run is recognised.
/// </summary>
/// <param name="ConfigJson">The resolved config as canonical JSON, without the folder it is written to: the location is not part of the
/// identity of a run.</param>
/// <param name="Clock">Null in a reproducible run.</param>
public sealed record RunRecord(string ConfigJson, bool Finished, RunClock? Clock)
{
    public const string FileName = "run.json";

    /// <summary>The config that was asked for, as canonical JSON, where cells and steps were chosen by its accuracy; else null.</summary>
    public string? RequestedJson { get; init; }

    /// <summary>Version of this program, and the commit it was built from if the build knew it.</summary>
    public static (string Version, string? Commit) Build { get; } = ReadBuild();

    /// <summary>What the run was asked for: what two runs have in common if one may replace or resume the other.</summary>
    public string IdentityJson => RequestedJson ?? ConfigJson;

    /// <summary>True if the other record is a run of the same resolved config.</summary>
    public bool IsSameRun(RunRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var mine = JsonDocument.Parse(IdentityJson);
        using var others = JsonDocument.Parse(other.IdentityJson);
        return JsonElement.DeepEquals(mine.RootElement, others.RootElement);
    }

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream) => JsonText.Write(stream, json =>
    {
        json.WriteBoolean("finished", Finished);
        WriteOrigin(json, Clock);
        json.WritePropertyName("config");
        using var config = JsonDocument.Parse(ConfigJson);
        config.RootElement.WriteTo(json);
        if (RequestedJson is null)
            return;
        json.WritePropertyName("requested");
        using var requested = JsonDocument.Parse(RequestedJson);
        requested.RootElement.WriteTo(json);
    });

    /// <summary>Writes version and commit and, if there is a clock, machine, threads and times.</summary>
    internal static void WriteOrigin(Utf8JsonWriter json, RunClock? made)
    {
        json.WriteString("version", Build.Version);
        if (Build.Commit is { } commit)
            json.WriteString("commit", commit);
        if (made is { } clock)
        {
            json.WriteStartObject("machine");
            json.WriteString("system", RuntimeInformation.OSDescription);
            json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
            json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
            json.WriteNumber("processors", Environment.ProcessorCount);
            json.WriteEndObject();
            json.WriteNumber("threads", clock.Threads);
            json.WriteString("start", clock.Start);
            if (clock.Wall is { } wall)
                json.WriteNumber("wallSeconds", wall.TotalSeconds);
        }
    }

    /// <summary>Reads the config and the state of the run; null if the file is not a run record. The clock is not read back.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RunRecord? Read(string path)
    {
        using JsonDocument? json = JsonText.ReadRecord(path);
        return json is not null && json.RootElement.TryGetProperty("finished", out JsonElement finished)
            && finished.ValueKind is JsonValueKind.True or JsonValueKind.False
            && json.RootElement.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.Object
            ? new RunRecord(config.GetRawText(), finished.GetBoolean(), null)
            {
                RequestedJson = json.RootElement.TryGetProperty("requested", out JsonElement requested) ? requested.GetRawText() : null,
            }
            : null;
    }

    private static (string Version, string? Commit) ReadBuild()
    {
        var attribute = typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        string version = attribute?.InformationalVersion ?? "unknown";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (version, null) : (version[..plus], version[(plus + 1)..]);
    }
}
