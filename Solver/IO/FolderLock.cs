namespace PdeDiffusion.IO;

/// <summary>
/// Keeps a second run or study out of a folder: a file that one process holds open and no other can. The system lets go of it when the process
/// ends, however it ends; the empty file that a killed one leaves behind locks nobody out.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string FileName = ".pde-diffusion.lock";

    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="InputException">Another run or study, of this process or another, has it; the message says what to do.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static FolderLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            // Gone once its owner ends. Who opened the file before that and got it after holds no name, and tries again.
            while (true)
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                if (File.Exists(path))
                    return new FolderLock(file);
                file.Dispose();
            }
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            throw new InputException(new InputProblem(
                folder, null, null, "is being written to by another run or study: wait for its end, or name another folder with --out"));
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException failure) =>
        OperatingSystem.IsWindows() ? failure.HResult == unchecked((int)0x80070020)
        : failure.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
