using System.Text;

namespace PdeDiffusion.Files;

/// <summary>
/// Writes a file atomically, by its path: <see cref="OpenFolder.Write"/> in its folder. A reader sees either the old file or the complete
/// new one, even if the run is killed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Suffix of the temporary name; a killed process may leave one such file.</summary>
    public const string TemporaryEnding = ".part";

    /// <summary>
    /// A hook with which a test makes writes fail; null otherwise. It applies to the calls of the test and the threads that they start.
    /// </summary>
    internal static readonly AsyncLocal<Func<string, Stream, Stream>?> Disk = new();

    /// <summary>What a test makes of each new file, by its final path, to see when it is flushed to disk; as <see cref="Disk"/>.</summary>
    internal static readonly AsyncLocal<Func<string, FileStream, FileStream>?> Created = new();

    /// <summary>What a test is told when a folder has been flushed to disk, with the folder's path; as <see cref="Disk"/>.</summary>
    internal static readonly AsyncLocal<Action<string>?> FolderFlushed = new();

    /// <summary>Writes the output of <paramref name="write"/>.</summary>
    /// <exception cref="IOException">The file cannot be written (disk full, folder gone).</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write here.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        using OpenFolder folder = OpenFolder.Open(Path.GetDirectoryName(path)!);
        folder.Write(Path.GetFileName(path), write);
    }

    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
