using System.Diagnostics;

namespace PdeDiffusion.Files;

/// <summary>The kind of a directory entry; symbolic links are not followed.</summary>
internal enum EntryKind
{
    Missing,
    File,
    Folder,
    Link,

    Pipe,

    /// <summary>A socket or a device.</summary>
    Other,
}

/// <summary>
/// A folder that is held open. Names are resolved in the folder that was opened, even if its path now refers to another one, and symbolic
/// links are not followed. On Linux there is no gap between check and use (openat, renameat); elsewhere the path is checked before each
/// step.
/// </summary>
internal abstract class OpenFolder : IDisposable
{
    /// <summary>Suffix of the temporary name of a file that is being written; a killed process may leave one such file.</summary>
    public const string TemporaryEnding = ".part";

    /// <summary>
    /// A hook with which a test makes writes fail; null otherwise. It applies to the calls of the test and the threads that they start.
    /// </summary>
    public static readonly AsyncLocal<Func<string, Stream, Stream>?> Disk = new();

    /// <summary>What a test makes of each new file, by its final path, to see when it is flushed to disk; as <see cref="Disk"/>.</summary>
    public static readonly AsyncLocal<Func<string, FileStream, FileStream>?> Created = new();

    /// <summary>What a test is told when a folder has been flushed to disk, with the folder's path; as <see cref="Disk"/>.</summary>
    public static readonly AsyncLocal<Action<string>?> FolderFlushed = new();

    private static int writesUnderWay;
    private static long lastWrite;

    protected OpenFolder(string path) => Path = path;

    /// <summary>Time since a file was last written anywhere in the process; zero while one is being written.</summary>
    public static TimeSpan SinceLastWrite =>
        Volatile.Read(ref writesUnderWay) > 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Volatile.Read(ref lastWrite));

    /// <summary>Absolute path, as it was when the folder was opened.</summary>
    public string Path { get; }

    /// <summary>Opens a folder that exists.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static OpenFolder Open(string path) => OperatingSystem.IsLinux() ? LinuxFolder.Open(path) : new PortableFolder(path, null);

    /// <summary>
    /// Writes a file atomically: the content goes to a new file under a temporary name, is flushed to disk and renamed over the target;
    /// then the folder is flushed, so that the rename survives a power failure. A symbolic or hard link under either name is replaced; its
    /// target is not changed. On failure the old file is kept and the temporary one is deleted.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written, or the folder is no longer where it was.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write here.</exception>
    public void Write(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string temporary = name + TemporaryEnding;
        Interlocked.Increment(ref writesUnderWay);
        try
        {
            WriteWhole(name, temporary, write);
        }
        finally
        {
            Volatile.Write(ref lastWrite, Stopwatch.GetTimestamp());
            Interlocked.Decrement(ref writesUnderWay);
        }
    }

    private void WriteWhole(string name, string temporary, Action<Stream> write)
    {
        EnsureInPlace();
        Delete(temporary);
        try
        {
            FileStream created = Create(temporary);
            using (FileStream stream = Created.Value?.Invoke(PathOf(name), created) ?? created)
            {
                write(Disk.Value?.Invoke(PathOf(name), stream) ?? stream);
                stream.Flush(flushToDisk: true);
            }

            EnsureInPlace();
            Rename(temporary, name);
            Flush();
        }
        catch (ArgumentOutOfRangeException failure) when (failure.ParamName == "value")
        {
            // How the runtime reports a file beyond the limit of the process or of the file system (EFBIG).
            Discard(temporary);
            throw new IOException($"{PathOf(name)} would exceed the largest file size allowed here", failure);
        }
        catch (IOException failure) when (!failure.Message.Contains(name, StringComparison.Ordinal))
        {
            Discard(temporary);
            throw new IOException($"{failure.Message.TrimEnd('.')} : '{PathOf(name)}'", failure);
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>The kind of an entry.</summary>
    public abstract EntryKind Find(string name);

    /// <summary>Names of all entries.</summary>
    public IEnumerable<string> Names() =>
        Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).ToArray();

    /// <summary>Deletes an entry that is not a folder; the target of a link is kept. Does nothing if there is no such entry.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public abstract void Delete(string name);

    /// <summary>Opens a subfolder; creates it if it is missing.</summary>
    /// <exception cref="IOException">It is a link or no folder, or cannot be made.</exception>
    public abstract OpenFolder Subfolder(string name);

    /// <summary>Takes a file that only one process can hold; null if another one does. The system frees it with the process.</summary>
    /// <exception cref="IOException">The file is no regular one, or cannot be made.</exception>
    public abstract IDisposable? Lock(string name);

    /// <summary>Checks that the folder's path still leads to the folder that was opened.</summary>
    /// <exception cref="IOException">It leads elsewhere or nowhere.</exception>
    public abstract void EnsureInPlace();

    public abstract void Dispose();

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a new file; fails if the name exists, links included.</summary>
    public abstract FileStream Create(string name);

    protected abstract void Rename(string from, string to);

    /// <summary>Flushes the directory to disk, where the file system supports it.</summary>
    protected abstract void Flush();

    protected IOException NotInPlace() =>
        new($"{Path} is no longer the folder that was being written to: it was moved, deleted or replaced");

    /// <summary>Deletes the temporary file; a failure here is ignored, since the original one is reported.</summary>
    private void Discard(string temporary)
    {
        try
        {
            Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
