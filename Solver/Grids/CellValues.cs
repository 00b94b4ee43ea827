using System.Runtime.InteropServices;

namespace PdeDiffusion.Grids;

/// <summary>
/// Arrays of one value per cell, on huge pages where the system grants them on request (Linux, <c>madvise</c>): on pages of 4 kB a sweep
/// along y walks the page table once per row.
/// </summary>
public static partial class CellValues
{
    /// <summary>MADV_HUGEPAGE.</summary>
    private const int UseHugePages = 14;

    private const int HugePage = 2 << 20;

    // Below, an array is in the caches whatever its pages are.
    private const int Smallest = 1 << 20;

    /// <summary>A new array of zeros, one value per cell of <paramref name="grid"/>.</summary>
    public static double[] Zeros(Grid grid) => Zeros(grid.CellCount);

    /// <inheritdoc cref="Zeros(Grid)"/>
    public static unsafe double[] Zeros(int cells)
    {
        double[] values = new double[cells];
        if (OperatingSystem.IsLinux() && sizeof(double) * (long)cells >= Smallest)
        {
            // Large arrays seldom move. Their neighbours may share the first and the last page; a refusal changes the speed and nothing
            // else.
            fixed (double* start = values)
            {
                nuint mask = HugePage - 1, first = (nuint)start & ~mask, end = ((nuint)(start + cells) + mask) & ~mask;
                Advise((void*)first, end - first);
            }
        }

        return values;
    }

    /// <summary>A new array with the same values.</summary>
    public static double[] Copy(ReadOnlySpan<double> values)
    {
        double[] copy = Zeros(values.Length);
        values.CopyTo(copy);
        return copy;
    }

    private static unsafe void Advise(void* address, nuint length)
    {
        try
        {
            _ = Advise(address, length, UseHugePages);
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system whose C library has another name goes without.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int Advise(void* address, nuint length, int advice);
}
