using System.Text;

namespace PdeDiffusion.Files;

/// <summary>
/// Writes a file whole or not at all, by its path: <see cref="OpenFolder.Write"/> in the folder that holds it. A reader, and a run that is
/// killed at any moment, sees the old file or the new one, never a torn one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Ending of the temporary name; a killed process may leave one such file behind.</summary>
    public const string TemporaryEnding = ".part";

    /// <summary>
    /// What a test puts between a file and the disk to make writes fail; null otherwise. It follows the calls of the test, onto the threads
    /// that they start, and reaches no other test.
    /// </summary>
    internal static readonly AsyncLocal<Func<string, Stream, Stream>?> Disk = new();

    /// <summary>What a test makes of each new file, by its final path, to see when it is flushed to disk; as <see cref="Disk"/>.</summary>
    internal static readonly AsyncLocal<Func<string, FileStream, FileStream>?> Created = new();

    /// <summary>What a test is told when a folder has been flushed to disk, with the folder's path; as <see cref="Disk"/>.</summary>
    internal static readonly AsyncLocal<Action<string>?> FolderFlushed = new();

    /// <summary>Writes what <paramref name="write"/> puts into the stream.</summary>
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
