using Microsoft.Win32.SafeHandles;

namespace PdeDiffusion.Files;

/// <summary>An open folder of Linux: every name is resolved by the kernel relative to the folder's descriptor.</summary>
internal sealed class LinuxFolder : OpenFolder
{
    private const int MostTries = 1000;

    private readonly SafeFileHandle handle;
    private readonly FileStatus status;
    private readonly LinuxFolder? parent;

    private LinuxFolder(string path, SafeFileHandle handle, LinuxFolder? parent) : base(path)
    {
        this.handle = handle;
        this.parent = parent;
        status = LinuxCalls.StatusOf(handle) ?? throw LinuxCalls.Failure(path);
    }

    /// <summary>Opens a folder; its path may lead through links, as a user's may.</summary>
    public static new LinuxFolder Open(string path) => new(path, LinuxCalls.OpenFolder(path) ?? throw LinuxCalls.Failure(path), null);

    public override EntryKind Find(string name) => LinuxCalls.StatusAt(handle, name)?.Kind ?? EntryKind.Missing;

    public override void Delete(string name)
    {
        if (!LinuxCalls.Unlink(handle, name))
            throw LinuxCalls.Failure(PathOf(name));
    }

    public override OpenFolder Subfolder(string name)
    {
        if (!LinuxCalls.MakeFolder(handle, name))
            throw LinuxCalls.Failure(PathOf(name));
        return new LinuxFolder(PathOf(name), LinuxCalls.OpenFolderAt(handle, name) ?? throw LinuxCalls.Failure(PathOf(name)), this);
    }

    public override IDisposable? Lock(string name)
    {
        // The owner deletes the lock file on release: a process that opened it before and locked it after holds an unlinked file and must
        // retry.
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            SafeFileHandle file = LinuxCalls.OpenLock(handle, name) ?? throw LinuxCalls.Failure(PathOf(name));
            FileStatus? opened = LinuxCalls.StatusOf(file);
            if (opened?.Kind != EntryKind.File)
            {
                file.Dispose();
                throw new IOException($"{PathOf(name)} is not a regular file");
            }

            if (!LinuxCalls.TryLock(file))
            {
                file.Dispose();
                return null;
            }

            if (LinuxCalls.StatusAt(handle, name) is { } named && named.IsSameAs(opened.Value))
                return file;
            file.Dispose();
        }

        throw new IOException($"{PathOf(name)} is being replaced repeatedly");
    }

    public override void EnsureInPlace()
    {
        parent?.EnsureInPlace();
        FileStatus? now = parent is null ? LinuxCalls.StatusOf(Path) : LinuxCalls.StatusAt(parent.handle, System.IO.Path.GetFileName(Path));
        if (now is not { } found || !found.IsSameAs(status))
            throw NotInPlace();
    }

    public override void Dispose() => handle.Dispose();

    public override FileStream Create(string name) => new(
        LinuxCalls.CreateNew(handle, name) ?? throw LinuxCalls.Failure(PathOf(name)), FileAccess.Write, bufferSize: 1 << 16);

    protected override void Rename(string from, string to)
    {
        if (!LinuxCalls.Rename(handle, from, to))
            throw LinuxCalls.Failure(PathOf(to));
    }

    protected override void Flush()
    {
        if (LinuxCalls.Flush(handle))
            FolderFlushed.Value?.Invoke(Path);
    }
}
