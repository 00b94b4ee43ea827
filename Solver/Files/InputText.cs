using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace PdeDiffusion.Files;

/// <summary>JSON as it was read.</summary>
/// <param name="Name">Where from, as messages call it.</param>
/// <param name="Folder">What its relative paths are relative to.</param>
/// <param name="Utf8">Text that is not empty.</param>
internal sealed record JsonInput(string Name, string Folder, byte[] Utf8);

/// <summary>Opens input files and limits how much is read; failures become <see cref="InputException"/>s.</summary>
internal static class InputText
{
    /// <summary>Largest size of a JSON file in bytes.</summary>
    public const int MaxJsonBytes = 64 << 20;

    /// <summary>
    /// What a test does to a file right before it is opened; null otherwise. It follows the calls of the test as
    /// <see cref="OpenFolder.Disk"/> does.
    /// </summary>
    internal static readonly AsyncLocal<Action<string>?> Opening = new();

    /// <summary>
    /// Opens a regular file for reading. Other kinds of file are refused before they are opened, or, if the file is replaced meanwhile,
    /// before they are read.
    /// </summary>
    /// <exception cref="IOException">It is missing, not readable, or not a regular file.</exception>
    public static FileStream Open(string path)
    {
        Opening.Value?.Invoke(path);
        if (!OperatingSystem.IsLinux() || LinuxCalls.StatusOf(path) is not { } status)
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        if (status.Kind != EntryKind.File)
            throw new IOException($"'{path}' is {NounOf(status.Kind)}, not a regular file");
        SafeFileHandle? file = LinuxCalls.OpenToRead(path);
        if (file is null)
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        if (LinuxCalls.StatusOf(file)?.Kind == EntryKind.File)
            return new FileStream(file, FileAccess.Read, 1 << 16);
        file.Dispose();
        throw new IOException($"'{path}' was replaced while it was opened");
    }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="name">The file as messages call it.</param>
    /// <exception cref="InputException">It is missing, not a regular file, or not readable.</exception>
    public static FileStream Open(string path, string name) => Try(name, () =>
    {
        EntryKind kind = KindOf(path);
        return kind is EntryKind.File or EntryKind.Missing ? Open(path)
            : throw Wrong(name, $"is {NounOf(kind)}, not a file");
    });

    /// <summary>The bytes of a JSON file as UTF-8 without a byte order mark; UTF-16 with one is converted.</summary>
    /// <exception cref="InputException">The file cannot be read, is empty, too large or not text.</exception>
    public static byte[] ReadJson(string path, string name)
    {
        using FileStream stream = Open(path, name);
        return ToUtf8(Try(name, () => ReadBounded(stream, name)), name);
    }

    /// <summary>
    /// The JSON that a verb is given: a file, a pipe, or <c>-</c> for standard input. A pipe is read once; waiting for it can be cancelled.
    /// </summary>
    /// <exception cref="InputException">It cannot be read, is empty, too large or not text.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static JsonInput ReadArgument(string path, CancellationToken cancellation)
    {
        if (path.Length == 0)
            throw Wrong("\"\"", "cannot be opened: the path of a file is empty");
        bool isStandard = path == "-";
        if (!isStandard && KindOf(path) != EntryKind.Pipe)
        {
            byte[] utf8 = ReadJson(path, path);
            return new JsonInput(path, Path.GetDirectoryName(Path.GetFullPath(path))!, utf8);
        }

        string shown = isStandard ? "standard input" : path;
        // On a separate thread: a blocked read cannot be cancelled, so it is abandoned.
        Task<byte[]> reading = Task.Factory.StartNew(
            () =>
            {
                using Stream stream = isStandard ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read);
                return ReadBounded(stream, shown);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        byte[] bytes = Try(shown, () =>
        {
            Task.WaitAny([reading], cancellation);
            return reading.GetAwaiter().GetResult();
        });
        return new JsonInput(shown, Environment.CurrentDirectory, ToUtf8(bytes, shown));
    }

    /// <summary>What a path refers to, following links; pipes and devices are recognised on Linux only.</summary>
    private static EntryKind KindOf(string path) =>
        OperatingSystem.IsLinux() ? LinuxCalls.StatusOf(path)?.Kind ?? EntryKind.Missing
        : Directory.Exists(path) ? EntryKind.Folder : EntryKind.File;

    private static string NounOf(EntryKind kind) => kind switch
    {
        EntryKind.Folder => "a folder",
        EntryKind.Pipe => "a pipe",
        _ => "a device or a socket",
    };

    private static byte[] ReadBounded(Stream stream, string name)
    {
        using var content = new MemoryStream();
        // Counted while reading: a pipe has no length, and a file may grow.
        var block = new byte[1 << 16];
        for (int count; (count = stream.Read(block)) > 0;)
        {
            content.Write(block, 0, count);
            if (content.Length > MaxJsonBytes)
                throw Wrong(name, $"is larger than {MaxJsonBytes >> 20} MB, the limit for JSON; put points and scores into CSV files");
        }

        return content.ToArray();
    }

    /// <summary>Converts an exception of the file system into a message about the file.</summary>
    private static T Try<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Wrong(name, "there is no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw Wrong(name, "cannot be read (permission denied)");
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or NotSupportedException)
        {
            throw Wrong(name, "cannot be opened or read: " + OneLine(fault.Message));
        }
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
