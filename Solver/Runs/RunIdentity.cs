using System.Collections;
using System.Security.Cryptography;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Runs;

/// <summary>A file that a run reads besides its config, and the SHA-256 of what was in it.</summary>
public sealed record InputFile(string Path, string Sha256);

/// <summary>What must agree for a run to be resumed: the program, the resolved config and the files that it names.</summary>
/// <param name="Build">Version and commit; another build may round differently.</param>
/// <param name="ConfigJson">The resolved config as canonical JSON, without the folder it is written to.</param>
/// <param name="Inputs">Files whose content is not part of the config's text.</param>
public sealed record RunIdentity(string Build, string ConfigJson, IReadOnlyList<InputFile> Inputs)
{
    /// <summary>The identity of a run of a resolved config by this program, now.</summary>
    /// <exception cref="InputException">A file that the config names cannot be read.</exception>
    public static RunIdentity Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        string json = ConfigFile.Write(config with { Output = config.Output with { Directory = null } });
        return new RunIdentity(ThisBuild, json, [.. FilesOf(config).Distinct().Order(StringComparer.Ordinal).Select(Hashed)]);
    }

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
        foreach (InputFile file in Inputs)
        {
            if (!other.Inputs.Contains(file))
                return $"{file.Path} has changed since";
        }

        return null;
    }

    private static string ThisBuild =>
        RunRecord.Build.Commit is { } commit ? $"{RunRecord.Build.Version}+{commit}" : RunRecord.Build.Version;

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

    private static InputFile Hashed(string path)
    {
        string name = InputText.NameOf(path);
        using FileStream stream = InputText.Open(path, name);
        try
        {
            return new InputFile(path, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (IOException fault)
        {
            throw InputText.Wrong(name, "cannot be read: " + fault.Message.ReplaceLineEndings(" "));
        }
    }
}
