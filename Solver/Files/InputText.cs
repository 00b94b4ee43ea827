using System.Text.Unicode;
using System.Text;

namespace PdeDiffusion.Files;

/// <summary>Opens input files with a message instead of a stack trace, and bounds what is read of them.</summary>
internal static class InputText
{
    /// <summary>Most bytes of a JSON file.</summary>
    public const int MaxJsonBytes = 64 << 20;

    /// <summary>What a test does to a file right before it is opened; null otherwise. It follows the calls of the test as <see cref="AtomicFile.Disk"/> does.</summary>
    internal static readonly AsyncLocal<Action<string>?> Opening = new();

    /// <summary>Opens a file for reading; what it throws is the file system's.</summary>
    public static FileStream Open(string path)
    {
        Opening.Value?.Invoke(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <param name="name">The file as messages call it.</param>
    /// <exception cref="InputException">It is missing, a folder, or not readable.</exception>
    public static FileStream Open(string path, string name)
    {
        try
        {
            if (Directory.Exists(path))
                throw Wrong(name, "is a folder, not a file");
            return Open(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Wrong(name, "there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw Wrong(name, "may not be read (permission denied)");
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or NotSupportedException)
        {
            throw Wrong(name, "cannot be opened: " + OneLine(fault.Message));
        }
    }

    /// <summary>The bytes of a JSON file as UTF-8 without a byte order mark; UTF-16 with one is converted.</summary>
    /// <exception cref="InputException">The file cannot be read, is empty, too large or not text.</exception>
    public static byte[] ReadJson(string path, string name)
    {
        using FileStream stream = Open(path, name);
        using var content = new MemoryStream();
        try
        {
            // Counted while reading: a device or a pipe has no length.
            var block = new byte[1 << 16];
            for (int count; (count = stream.Read(block)) > 0;)
            {
                content.Write(block, 0, count);
                if (content.Length > MaxJsonBytes)
                    throw Wrong(name, $"is larger than {MaxJsonBytes >> 20} MB, the limit for JSON; put points and scores into CSV files");
            }
        }
        catch (IOException fault)
        {
            throw Wrong(name, "cannot be read: " + OneLine(fault.Message));
        }

        return ToUtf8(content.ToArray(), name);
    }

    /// <summary>The bytes of JSON text as UTF-8 without a byte order mark.</summary>
    /// <exception cref="InputException">The text is empty or not Unicode.</exception>
    public static byte[] ToUtf8(byte[] bytes, string name)
    {
        byte[] text = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => bytes[3..],
            [0xFF, 0xFE, ..] => Convert(Encoding.Unicode, bytes),
            [0xFE, 0xFF, ..] => Convert(Encoding.BigEndianUnicode, bytes),
            _ => bytes,
        };
        if (text.AsSpan().IndexOf((byte)0) >= 0 || !Utf8.IsValid(text))
            throw Wrong(name, "is not UTF-8 text");
        if (text.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
            throw Wrong(name, "is empty");
        return text;
    }

    /// <summary>A name for a file in messages: relative to the current folder where it lies below it.</summary>
    public static string NameOf(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative;
    }

    /// <summary>An exception with one problem that concerns a whole file or one of its lines.</summary>
    public static InputException Wrong(string name, string message, int? line = null) => new(new InputProblem(name, null, line, message));

    private static byte[] Convert(Encoding encoding, byte[] bytes) =>
        Encoding.UTF8.GetBytes(encoding.GetString(bytes, 2, bytes.Length - 2));

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
