using System.Buffers;

namespace PdeDiffusion.Files;

/// <summary>Names of files and folders that are valid on Linux, macOS and Windows and do not look like an option.</summary>
internal static class PortableName
{
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>What is allowed, in words.</summary>
    public const string Rule = "must be 1 to 100 letters, digits, '.', '_' or '-', start with a letter, a digit or '_', not end with '.', "
        + "and not be a device name of Windows (con, nul, com1, ...)";

    /// <summary>True for a name that can be one.</summary>
    public static bool Is(string name) => name.Length is >= 1 and <= 100 && name[0] is not ('.' or '-') && name[^1] != '.'
        && !name.AsSpan().ContainsAnyExcept(Letters) && !IsDevice(name);

    /// <summary>Names that Windows reserves for devices, with any extension.</summary>
    private static bool IsDevice(string name)
    {
        string stem = name.Split('.')[0].ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && char.IsAsciiDigit(stem[3]));
    }
}
