using System.Runtime.Intrinsics;

namespace PdeDiffusion.Threads;

/// <summary>Scratch memory of one worker: 64-byte aligned, at a fixed address, allocated once.</summary>
internal sealed unsafe class Scratch
{
    // Eight doubles an element: an array holds at most 2³¹ of them.
    private readonly Vector512<double>[] memory;

    public Scratch(long doubles)
    {
        memory = GC.AllocateUninitializedArray<Vector512<double>>(checked((int)(doubles / 8 + 2)), pinned: true);
        fixed (Vector512<double>* start = memory)
            Start = (double*)(((nuint)start + 63) & ~(nuint)63);
    }

    public double* Start { get; }

    /// <summary>One scratch per worker.</summary>
    public static Scratch[] ForWorkers(int workers, long doubles)
    {
        var all = new Scratch[workers];
        for (int worker = 0; worker < workers; worker++)
            all[worker] = new Scratch(doubles);
        return all;
    }
}
