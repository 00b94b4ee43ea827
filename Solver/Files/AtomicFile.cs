using System.Runtime.InteropServices;
using System.Text;

namespace PdeDiffusion.Files;

/// <summary>
/// Writes a file whole or not at all: the content goes to a temporary name in the same folder, is flushed to disk and renamed over the
/// target; then the folder is flushed, so that the new name outlasts a power cut where the platform lets a folder be flushed (not on
/// Windows). A reader, and a run that is killed at any moment, sees the old file or the new one, never a torn one.
/// </summary>
public static partial class AtomicFile
{
    /// <summary>Ending of the temporary name; a killed process may leave one such file behind.</summary>
    public const string TemporaryEnding = ".part";

    /// <summary>
    /// What a test puts between a file and the disk to make writes fail; null otherwise. It follows the calls of the test, onto the threads
    /// that they start, and reaches no other test.
    /// </summary>
    internal static readonly AsyncLocal<Func<string, Stream, Stream>?> Disk = new();

    /// <summary>
    /// Writes what <paramref name="write"/> puts into the stream. If anything fails, the old file stays and the temporary one is removed.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written (disk full, folder gone).</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write here.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = path + TemporaryEnding;
        // Deleted, then created anew: a link planted under the temporary name is replaced, never followed.
        File.Delete(temporary);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(Disk.Value?.Invoke(path, stream) ?? stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (ArgumentOutOfRangeException failure) when (failure.ParamName == "value")
        {
            // How the runtime reports a file beyond the limit of the process or of the file system (EFBIG).
            Discard(temporary);
            throw new IOException($"{path} would become longer than a file may be here", failure);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    public static void WriteBytes(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <summary>Writes a folder's list of names to disk. Some file systems refuse; then there is nothing more to be done.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        _ = Flush(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    /// <summary>Removes the temporary file; the failure that led here is the one to report, so a second one is not.</summary>
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
