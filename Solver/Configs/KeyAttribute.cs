namespace PdeDiffusion.Configs;

/// <summary>
/// How a text value that names a file or folder is resolved; relative paths are relative to the file that holds the value.
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
/// What a key of a config means and which values it takes: the one source of the range messages and of the JSON Schema. Bounds hold for
/// every number of the value, items of arrays included.
/// </summary>
/// <param name="meaning">One sentence for editors.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;

    /// <summary>Inclusive lower bound; NaN if there is none.</summary>
    public double AtLeast { get; init; } = double.NaN;

    /// <summary>Exclusive lower bound; NaN if there is none.</summary>
    public double Above { get; init; } = double.NaN;

    /// <summary>Inclusive upper bound; NaN if there is none.</summary>
    public double AtMost { get; init; } = double.NaN;

    /// <summary>Bytes of memory that one of a number takes at the least, said where the number is too large; 0 if it is no size.</summary>
    public double Bytes { get; init; }

    /// <summary>True if <c>"inf"</c> stands for ∞.</summary>
    public bool Infinite { get; init; }

    /// <summary>Fewest items of an array; 0 if it may be empty.</summary>
    public int MinItems { get; init; }

    /// <summary>Most items of an array; 0 if there is no limit.</summary>
    public int MaxItems { get; init; }

    /// <summary>The words a text may be, separated by spaces; null for any text.</summary>
    public string? Words { get; init; }

    /// <summary>Whether a text is a path, and to what.</summary>
    public PathRole Path { get; init; }
}
