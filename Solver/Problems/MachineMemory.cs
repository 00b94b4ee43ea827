namespace PdeDiffusion.Problems;

/// <summary>The memory that this process may use, in bytes: of the machine, of its container, or of <c>GCHeapHardLimit</c>.</summary>
public static class MachineMemory
{
    /// <summary>All of it.</summary>
    public static double Total => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>What nobody uses yet, at least 0.</summary>
    public static double Free
    {
        get
        {
            GCMemoryInfo memory = GC.GetGCMemoryInfo();

            // The load is that of the machine; a limit of the heap may be far below it, and is met by the heap alone.
            double machine = Math.Max(memory.TotalAvailableMemoryBytes, memory.HighMemoryLoadThresholdBytes) - memory.MemoryLoadBytes;
            double own = memory.TotalAvailableMemoryBytes - memory.TotalCommittedBytes;
            return Math.Max(0, Math.Min(machine, own));
        }
    }
}
