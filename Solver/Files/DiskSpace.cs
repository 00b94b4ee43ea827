namespace PdeDiffusion.Files;

/// <summary>Free space of the disk that contains, or would contain, a folder.</summary>
internal static class DiskSpace
{
    /// <summary>
    /// What a test says is free, in bytes; null otherwise. It follows the calls of the test as <see cref="OpenFolder.Disk"/> does.
    /// </summary>
    public static readonly AsyncLocal<double?> Pretended = new();

    /// <summary>Bytes that this user may still write; null where the system does not tell, or the path is none.</summary>
    public static double? FreeAt(string folder)
    {
        if (Pretended.Value is { } pretended)
            return pretended;
        try
        {
            string? at = Path.GetFullPath(folder);
            while (at is not null && !Directory.Exists(at))
                at = Path.GetDirectoryName(at);

            // Elsewhere than on Windows the path of a folder stands for its file system.
            return at is null ? null : new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(at)! : at).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
