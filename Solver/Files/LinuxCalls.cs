using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PdeDiffusion.Files;

/// <summary>Kind and identity of a file: device and inode identify it independently of its path.</summary>
internal readonly record struct FileStatus(EntryKind Kind, ulong Device, ulong Inode, long Length)
{
    public bool IsSameAs(FileStatus other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>System calls of Linux that .NET does not offer: names relative to an open folder, links not followed, identities.</summary>
internal static partial class LinuxCalls
{
    private const int WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, NonBlocking = 0x800, CloseOnExec = 0x80000;
    private const int CurrentFolder = -100, NotFound = 2, Exists = 17, WouldBlock = 11;
    private const int ExclusiveLock = 2, LockNow = 4;
    private const int AllCanReadAndWrite = 0x1B6, AllCanEnter = 0x1FF;

    /// <summary>The two flags whose values depend on the processor.</summary>
    private static readonly int Folder = IsArm ? 0x4000 : 0x10000, NoLink = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static SafeFileHandle? OpenFolder(string path) => Handle(OpenAt(CurrentFolder, path, Folder | CloseOnExec, 0));

    public static SafeFileHandle? OpenFolderAt(SafeFileHandle folder, string name) =>
        Handle(OpenAt(folder, name, Folder | NoLink | CloseOnExec, 0));

    /// <summary>A new file; an existing name, links included, fails.</summary>
    public static SafeFileHandle? CreateNew(SafeFileHandle folder, string name) =>
        Handle(OpenAt(folder, name, WriteOnly | Create | Exclusive | NoLink | CloseOnExec, AllCanReadAndWrite));

    /// <summary>A file to lock, created if missing. Links are not followed; opening a pipe does not block.</summary>
    public static SafeFileHandle? OpenLock(SafeFileHandle folder, string name) =>
        Handle(OpenAt(folder, name, ReadWrite | Create | NoLink | NonBlocking | CloseOnExec, AllCanReadAndWrite));

    /// <summary>A file to read. Opening a pipe does not block; the caller checks the status.</summary>
    public static SafeFileHandle? OpenToRead(string path) => Handle(OpenAt(CurrentFolder, path, NonBlocking | CloseOnExec, 0));

    public static bool Unlink(SafeFileHandle folder, string name) =>
        UnlinkAt(folder, name, 0) == 0 || Marshal.GetLastPInvokeError() == NotFound;

    /// <summary>True if the folder is there afterwards.</summary>
    public static bool MakeFolder(SafeFileHandle folder, string name) =>
        MakeFolderAt(folder, name, AllCanEnter) == 0 || Marshal.GetLastPInvokeError() == Exists;

    public static bool Rename(SafeFileHandle folder, string from, string to) => RenameAt(folder, from, folder, to) == 0;

    /// <summary>False on a file system that does not support this; nothing more can be done then.</summary>
    public static bool Flush(SafeFileHandle folder) => Synchronise(folder) == 0;

    /// <summary>False if another process holds the lock. True on a file system without locks.</summary>
    public static bool TryLock(SafeFileHandle file) =>
        LockFile(file, ExclusiveLock | LockNow) == 0 || Marshal.GetLastPInvokeError() != WouldBlock;

    /// <summary>The status of what a path leads to, links followed; null if it leads nowhere.</summary>
    public static FileStatus? StatusOf(string path) => Status(CurrentFolder, path, 0);

    public static FileStatus? StatusOf(SafeFileHandle file)
    {
        const int OfTheDescriptor = 0x1000;
        return Status((int)file.DangerousGetHandle(), "", OfTheDescriptor);
    }

    /// <summary>The status of a name in a folder, a link's own; null if there is none.</summary>
    public static FileStatus? StatusAt(SafeFileHandle folder, string name)
    {
        const int OfTheLink = 0x100;
        return Status((int)folder.DangerousGetHandle(), name, OfTheLink);
    }

    /// <summary>The exception for the last call that failed.</summary>
    public static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'");
    }

    private static SafeFileHandle? Handle(int descriptor) => descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);

    private static FileStatus? Status(int folder, string path, int flags)
    {
        const uint BasicStatus = 0x7FF;
        const int KindMask = 0xF000;
        // struct statx: the same places on every processor.
        Span<byte> status = stackalloc byte[256];
        if (StatusX(folder, path, flags, BasicStatus, status) != 0)
            return null;
        EntryKind kind = (BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) & KindMask) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xA000 => EntryKind.Link,
            0x1000 => EntryKind.Pipe,
            _ => EntryKind.Other,
        };
        ulong device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[136..]) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(status[140..]);
        return new FileStatus(
            kind, device, BinaryPrimitives.ReadUInt64LittleEndian(status[32..]), BinaryPrimitives.ReadInt64LittleEndian(status[40..]));
    }

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenAt(int folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenAt(SafeFileHandle folder, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "unlinkat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeFolderAt(SafeFileHandle folder, string path, int mode);

    [LibraryImport("libc", EntryPoint = "renameat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatusX(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LockFile(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronise(SafeFileHandle folder);
}
