using System.Collections;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>What must agree for a run to be resumed: the program, the resolved config and the files that it names.</summary>
/// <param name="Build">Version, commit and build; another build may round differently.</param>
/// <param name="ConfigJson">The resolved config as canonical JSON, without the folder it is written to.</param>
/// <param name="Inputs">Files whose content is not part of the config's text.</param>
public sealed record RunIdentity(string Build, string ConfigJson, IReadOnlyList<FileHash> Inputs)
{
    /// <summary>
    /// The kind of processor: system, architecture, and whether it has a fused multiply-add. The bits of this program's own kernels do not
    /// depend on it, but those of the system's exponentials and logarithms may.
    /// </summary>
    public string Processor { get; init; } = ThisProcessor;

    /// <summary>The identity of a run of a resolved config by this program, now.</summary>
    /// <exception cref="InputException">A file that the config names cannot be read.</exception>
    public static RunIdentity Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Of(JsonOf(config), config);
    }

    /// <summary>A resolved config as canonical JSON, without the folder that it is written to.</summary>
    public static string JsonOf(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return ConfigFile.Write(config with { Output = config.Output with { Directory = null } });
    }

    /// <summary>The identity of what is computed from resolved configs.</summary>
    /// <param name="json">All of them as canonical JSON.</param>
    /// <exception cref="InputException">A file that a config names cannot be read.</exception>
    public static RunIdentity Of(string json, params object[] configs) => new(
        ThisBuild, json, [.. configs.SelectMany(FilesOf).Distinct().Order(StringComparer.Ordinal).Select(FileHash.Of)]);

    /// <summary>The difference between another run and this one, in words; null if the other can be resumed as this one.</summary>
    public string? DifferenceFrom(RunIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        try
        {
            if (ConfigDifference.Between(other.ConfigJson, ConfigJson) is { } keys)
                return keys;
        }
        catch (JsonException)
        {
            return "its config cannot be read";
        }

        if (other.Build != Build)
            return $"it was written by version {other.Build} of the program; this is version {Build}";
        string[] changed = [.. Inputs.Except(other.Inputs).Select(file => file.Path)];
        return changed.Length == 0 ? null : $"{string.Join(", ", changed)} {(changed.Length == 1 ? "has" : "have")} changed since";
    }

    /// <summary>A note if another kind of processor wrote the other record; null if not.</summary>
    public string? NoteOn(RunIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Processor == Processor ? null
            : $"note: what is resumed was computed on another kind of processor ({other.Processor}, "
                + $"here {Processor}): last digits may differ";
    }

    /// <summary>Writes it as members of an object, but for the config.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("build", Build);
        json.WriteString("processor", Processor);
        json.WriteStartObject("inputs");
        foreach (FileHash file in Inputs)
            json.WriteString(file.Path, file.Sha256);
        json.WriteEndObject();
    }

    /// <summary>What <see cref="Write"/> wrote; null if a member is missing.</summary>
    internal static RunIdentity? Read(JsonElement record, string config) =>
        Text(record, "build") is not { } build || Text(record, "processor") is not { } processor
            || !record.TryGetProperty("inputs", out JsonElement inputs) || inputs.ValueKind != JsonValueKind.Object ? null
            : new RunIdentity(
                build, config, [.. inputs.EnumerateObject().Select(file => new FileHash(file.Name, file.Value.ToString()))])
            {
                Processor = processor,
            };

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The module's identifier is a hash of the code: it tells builds of one commit with other changes apart.
    private static string ThisBuild { get; } = RunRecord.Build.Version
        + (RunRecord.Build.Commit is { } commit ? $"+{commit}" : "") + $" (build {typeof(RunIdentity).Module.ModuleVersionId:N})";

    private static string ThisProcessor { get; } = string.Join(
        ' ', OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : OperatingSystem.IsLinux() ? "Linux" : "other",
        RuntimeInformation.ProcessArchitecture, Fma.IsSupported || AdvSimd.Arm64.IsSupported ? "with FMA" : "without FMA");

    /// <summary>The paths among a record's values, at any depth.</summary>
    private static IEnumerable<string> FilesOf(object record)
    {
        foreach (ConfigKey key in ConfigKeys.Of(record.GetType()))
        {
            object? value = key.Property.GetValue(record);
            if (value is string text)
            {
                if (key.Meaning.Path == PathRole.File)
                    yield return text;
                continue;
            }

            // Of the values of a config, only records have keys of their own; lists of records are looked into.
            IEnumerable items = value is IEnumerable list and not IReadOnlyList<double> ? list : new[] { value };
            foreach (object? item in items)
            {
                if (item is null || item.GetType().Namespace != typeof(RunConfig).Namespace || item is Enum)
                    continue;
                foreach (string file in FilesOf(item))
                    yield return file;
            }
        }
    }
}
