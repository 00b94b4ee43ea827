using System.Runtime.CompilerServices;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>The scratch rows of one worker, each with room for a segment and eight values on either side.</summary>
/// <param name="memory">Of <see cref="Allocate"/>: pinned for its lifetime.</param>
internal readonly unsafe struct ScratchRows(double[] memory, int worker)
{
    private const int Pitch = SegmentKernels.LongestSegment + 16;
    private const int RowsPerWorker = 14;

    public static double[] Allocate(int workers) => GC.AllocateArray<double>(workers * RowsPerWorker * Pitch, pinned: true);

    public double* Of(int row) => (double*)Unsafe.AsPointer(ref memory[(worker * RowsPerWorker + row) * Pitch]);

    /// <summary>
    /// The source itself if <paramref name="count"/> is a multiple of eight, else a copy that repeats the last value up to the next
    /// multiple.
    /// </summary>
    public double* Padded(int row, double* source, int count)
    {
        if (count % 8 == 0)
            return source;
        double* target = Of(row);
        new ReadOnlySpan<double>(source, count).CopyTo(new Span<double>(target, count));
        for (int i = count; i % 8 != 0; i++)
            target[i] = source[count - 1];
        return target;
    }
}
