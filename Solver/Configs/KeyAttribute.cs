namespace PdeDiffusion.Configs;

/// <summary>
/// How a string that names a file or folder is resolved; relative paths are relative to the file that contains the value.
/// </summary>
public enum PathRole
{
    /// <summary>Not a path.</summary>
    None,

    /// <summary>A file that must exist; its absolute path once read.</summary>
    File,

    /// <summary>A folder that may be absent; its absolute path once read.</summary>
    Folder,

    /// <summary>The value itself, or the path of a JSON file that holds it.</summary>
    ValueOrFile,
}

/// <summary>
/// Meaning and range of a config key: the single source for messages about ranges and for the JSON Schema. Bounds hold for every number of
/// the value, items of arrays included.
/// </summary>
/// <param name="meaning">One sentence for editors.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;

    /// <summary>The key as written, where it is not the property's name in camel case.</summary>
    public string? Name { get; init; }

    /// <summary>Inclusive lower bound; NaN if there is none.</summary>
    public double AtLeast { get; init; } = double.NaN;

    /// <summary>Exclusive lower bound; NaN if there is none.</summary>
    public double Above { get; init; } = double.NaN;

    /// <summary>Inclusive upper bound; NaN if there is none.</summary>
    public double AtMost { get; init; } = double.NaN;

    /// <summary>Least number of bytes per unit of the number, for the message if the number is too large; 0 if it is not a size.</summary>
    public double Bytes { get; init; }

    /// <summary>True if <c>"inf"</c> stands for ∞.</summary>
    public bool Infinite { get; init; }

    /// <summary>True for forward times, which may also be given as <c>{ "sigma": σ }</c>, an array as <c>{ "sigma": [σ, …] }</c>.</summary>
    public bool Sigma { get; init; }

    /// <summary>
    /// Keys of the same object, separated by spaces, that replace this one: it must not be given beside them and is required only without
    /// them; a resolved config is written without it.
    /// </summary>
    public string? ReplacedBy { get; init; }

    /// <summary>True if a whole number ≥ 1 may stand for a string.</summary>
    public bool OrNumber { get; init; }

    /// <summary>Fewest items of an array; 0 if it may be empty.</summary>
    public int MinItems { get; init; }

    /// <summary>Most items of an array; 0 if there is no limit.</summary>
    public int MaxItems { get; init; }

    /// <summary>The words that a string may be, separated by spaces; null for any string.</summary>
    public string? Words { get; init; }

    /// <summary>Whether a string is a path, and to what.</summary>
    public PathRole Path { get; init; }
}
