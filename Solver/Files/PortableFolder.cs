namespace PdeDiffusion.Files;

/// <summary>
/// An open folder with .NET alone, for macOS and Windows: before each operation it checks for links and compares the creation time of the
/// folder. A replacement between check and use is not detected.
/// </summary>
internal sealed class PortableFolder : OpenFolder
{
    private readonly DateTime created;
    private readonly PortableFolder? parent;

    public PortableFolder(string path, PortableFolder? parent) : base(path)
    {
        this.parent = parent;
        created = Directory.GetCreationTimeUtc(path);
    }

    public override EntryKind Find(string name)
    {
        var file = new FileInfo(PathOf(name));
        return file.LinkTarget is not null ? EntryKind.Link : file.Exists ? EntryKind.File
            : Directory.Exists(file.FullName) ? EntryKind.Folder : EntryKind.Missing;
    }

    public override void Delete(string name) => File.Delete(PathOf(name));

    public override OpenFolder Subfolder(string name)
    {
        if (Find(name) == EntryKind.Link)
            throw new IOException($"{PathOf(name)} is a link");
        Directory.CreateDirectory(PathOf(name));
        return new PortableFolder(PathOf(name), this);
    }

    public override IDisposable? Lock(string name)
    {
        try
        {
            // The owner deletes the lock file on release: a process that opened it before and locked it after holds an unlinked file and
            // must retry.
            while (true)
            {
                var file = new FileStream(PathOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
                if (IsNamed(file, PathOf(name)))
                    return file;
                file.Dispose();
            }
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            return null;
        }
    }

    public override void EnsureInPlace()
    {
        parent?.EnsureInPlace();
        if (!Directory.Exists(Path) || Directory.GetCreationTimeUtc(Path) != created
            || (parent is not null && new DirectoryInfo(Path).LinkTarget is not null))
        {
            throw NotInPlace();
        }
    }

    public override void Dispose()
    {
    }

    public override FileStream Create(string name) =>
        new(PathOf(name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);

    protected override void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    protected override void Flush()
    {
        // Windows cannot flush a folder, and .NET offers no way to do so on macOS.
    }

    /// <summary>
    /// Whether the path still leads to an open file: a time that is written to the one is read from the other (to open it once more would
    /// ask for its lock). On Windows a file that is open does not lose its name.
    /// </summary>
    private static bool IsNamed(FileStream file, string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow.AddTicks(-Random.Shared.NextInt64(TimeSpan.TicksPerDay)));
        return new FileInfo(path).LinkTarget is null && File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(file.SafeFileHandle);
    }

    /// <summary>EWOULDBLOCK of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException failure) =>
        failure.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : 35);
}
