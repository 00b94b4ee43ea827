using System.Runtime.InteropServices;

namespace PdeDiffusion.Commands;

/// <summary>
/// Refuses a process with too few file handles (ulimit -n) before the runtime itself fails for want of one. It needs no handle: the limit
/// is asked of the system, and the message goes to descriptor 2 by write(2). Linux only.
/// </summary>
internal static unsafe partial class HandleLimit
{
    private const int Files = 7, StandardError = 2;

    /// <summary>What a run with figures opens at most, assemblies and fonts included, is about 90.</summary>
    private const ulong Least = 128;

    /// <summary>True if the limit is too low, which has been reported.</summary>
    public static bool IsTooLow()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        ulong* limits = stackalloc ulong[2];
        if (ReadLimit(Files, limits) != 0 || limits[0] >= Least)
            return false;
        ReadOnlySpan<byte> message = "too few file handles: at least 128 are needed (ulimit -n)\n"u8;
        fixed (byte* bytes = message)
            _ = Write(StandardError, bytes, message.Length);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int ReadLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nint count);
}
