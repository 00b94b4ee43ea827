
namespace PdeDiffusion.Files;

/// <summary>
/// Keeps a second run or study out of a folder: a file that one process holds open and no other can. The system lets go of it when the process
/// ends, however it ends; the file that a killed one leaves behind locks nobody out.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string FileName = ".pde-diffusion.lock";

    private readonly FileStream file;
    private readonly string path;

    private FolderLock(FileStream file, string path) => (this.file, this.path) = (file, path);

    /// <summary>Takes the folder.</summary>
    /// <exception cref="InputException">Another run or study, of this process or another, has it; the message says what to do.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            // Gone once its owner ends. Who opened the file before that and got it after holds a file that has lost its name, to another one perhaps, and tries again.
            while (true)
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
                if (IsNamed(file, path))
                    return new FolderLock(file, path);
                file.Dispose();
            }
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            throw new InputException(new InputProblem(
                folder, null, null, "is being written to by another run or study: wait for its end, or name another folder with --out"));
        }
    }

    public void Dispose()
    {
        // Where an open file can be removed it goes first: nobody can have taken it in between. Elsewhere the next owner's file is in use and stays.
        if (OperatingSystem.IsWindows())
            file.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
            // A file that stays locks nobody out.
        }

        file.Dispose();
    }

    /// <summary>
    /// Whether the path still leads to an open file: a time that is written to the one is read from the other (to open it once more would ask for its lock). On Windows a file
    /// that is open does not lose its name.
    /// </summary>
    private static bool IsNamed(FileStream file, string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow.AddTicks(-Random.Shared.NextInt64(TimeSpan.TicksPerDay)));
        return File.GetLastWriteTimeUtc(path) == File.GetLastWriteTimeUtc(file.SafeFileHandle);
    }

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException failure) =>
        OperatingSystem.IsWindows() ? failure.HResult == unchecked((int)0x80070020)
        : failure.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
