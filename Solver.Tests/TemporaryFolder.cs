using System.Runtime.CompilerServices;

namespace PdeDiffusion.Tests;

/// <summary>
/// Where the tests write. On a disk half of their time is spent in fsync, which runs call after every file: on Linux they write to
/// memory where there is room, to a folder that goes with them. With TMPDIR set, as <c>.ci/extra/slow</c> does, they and the programs
/// that they start write there.
/// </summary>
internal static class TemporaryFolder
{
    private const string Variable = "TMPDIR", InMemory = "/dev/shm";

    /// <summary>The slow tests of long lines write two files of a gigabyte at once.</summary>
    private const long LeastFreeBytes = 4L << 30;

    [ModuleInitializer]
    internal static void Choose()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Variable) is not null || !Directory.Exists(InMemory))
            return;
        var drive = new DriveInfo(InMemory);
        if (drive.DriveFormat == "tmpfs" && drive.AvailableFreeSpace >= LeastFreeBytes
            && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * LeastFreeBytes)
        {
            string folder = Path.Combine(InMemory, $"pde-tests-{Environment.ProcessId}");
            Directory.CreateDirectory(folder);
            Environment.SetEnvironmentVariable(Variable, folder);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(folder);
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A browser that is ending still writes there: that is no failure of a test.
        }
    }
}
