using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PdeDiffusion.Schemes;

/// <summary>
/// A panel holds a few lines side by side, cell by cell: value (cell, line) at cell · lines + line. Lines along y lie so in the grid's own memory; lines
/// along x (rows) are transposed into a panel that stays in the second-level cache.
/// </summary>
internal static unsafe class Panel
{
    /// <summary>Copies <paramref name="lines"/> (a multiple of 4) rows of <paramref name="cells"/> values, <paramref name="rowStride"/> apart, into a panel.</summary>
    public static void Load(double* rows, nint rowStride, int lines, int cells, double* panel)
    {
        int tile = Tile(lines);
        for (int line = 0; line < lines; line += tile)
            Transpose(rows + line * rowStride, rowStride, tile, cells, panel + line, lines);
    }

    /// <summary>The reverse of <see cref="Load"/>.</summary>
    public static void Store(double* panel, int lines, int cells, double* rows, nint rowStride)
    {
        int tile = Tile(lines);
        for (int cell = 0; cell < cells; cell += tile)
        {
            int count = Math.Min(tile, cells - cell);
            for (int line = 0; line < lines; line += tile)
                Transpose(panel + (nint)cell * lines + line, lines, count, tile, rows + line * rowStride + cell, rowStride);
        }
    }

    /// <summary>Edge of the squares that are transposed in registers.</summary>
    private static int Tile(int lines) => Avx512F.IsSupported && lines % 8 == 0 ? 8 : 4;

    /// <summary>target[column, row] = source[row, column].</summary>
    private static void Transpose(double* source, nint sourceStride, int rows, int columns, double* target, nint targetStride)
    {
        int done = 0;
        if (Avx512F.IsSupported && rows == 8)
        {
            for (; done + 8 <= columns; done += 8)
                Transpose8(source + done, sourceStride, target + done * targetStride, targetStride);
        }
        else if (Avx.IsSupported && rows == 4)
        {
            for (; done + 4 <= columns; done += 4)
                Transpose4(source + done, sourceStride, target + done * targetStride, targetStride);
        }

        for (int column = done; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
                target[column * targetStride + row] = source[row * sourceStride + column];
        }
    }

    private static void Transpose4(double* source, nint sourceStride, double* target, nint targetStride)
    {
        Vector256<double> r0 = Vector256.Load(source), r1 = Vector256.Load(source + sourceStride);
        Vector256<double> r2 = Vector256.Load(source + 2 * sourceStride), r3 = Vector256.Load(source + 3 * sourceStride);

        // Pairs within 128-bit lanes, then the lanes are exchanged.
        Vector256<double> even01 = Avx.UnpackLow(r0, r1), odd01 = Avx.UnpackHigh(r0, r1);
        Vector256<double> even23 = Avx.UnpackLow(r2, r3), odd23 = Avx.UnpackHigh(r2, r3);
        Avx.Permute2x128(even01, even23, 0x20).Store(target);
        Avx.Permute2x128(odd01, odd23, 0x20).Store(target + targetStride);
        Avx.Permute2x128(even01, even23, 0x31).Store(target + 2 * targetStride);
        Avx.Permute2x128(odd01, odd23, 0x31).Store(target + 3 * targetStride);
    }

    private static void Transpose8(double* source, nint sourceStride, double* target, nint targetStride)
    {
        Vector512<double> r0 = Vector512.Load(source), r1 = Vector512.Load(source + sourceStride);
        Vector512<double> r2 = Vector512.Load(source + 2 * sourceStride), r3 = Vector512.Load(source + 3 * sourceStride);
        Vector512<double> r4 = Vector512.Load(source + 4 * sourceStride), r5 = Vector512.Load(source + 5 * sourceStride);
        Vector512<double> r6 = Vector512.Load(source + 6 * sourceStride), r7 = Vector512.Load(source + 7 * sourceStride);

        // Pairs within 128-bit lanes, then two rounds that exchange the lanes.
        Vector512<double> even01 = Avx512F.UnpackLow(r0, r1), odd01 = Avx512F.UnpackHigh(r0, r1);
        Vector512<double> even23 = Avx512F.UnpackLow(r2, r3), odd23 = Avx512F.UnpackHigh(r2, r3);
        Vector512<double> even45 = Avx512F.UnpackLow(r4, r5), odd45 = Avx512F.UnpackHigh(r4, r5);
        Vector512<double> even67 = Avx512F.UnpackLow(r6, r7), odd67 = Avx512F.UnpackHigh(r6, r7);

        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        Vector512<double> c04Low = Avx512F.Shuffle4x128(even01, even23, Even), c04High = Avx512F.Shuffle4x128(even45, even67, Even);
        Vector512<double> c26Low = Avx512F.Shuffle4x128(even01, even23, Odd), c26High = Avx512F.Shuffle4x128(even45, even67, Odd);
        Vector512<double> c15Low = Avx512F.Shuffle4x128(odd01, odd23, Even), c15High = Avx512F.Shuffle4x128(odd45, odd67, Even);
        Vector512<double> c37Low = Avx512F.Shuffle4x128(odd01, odd23, Odd), c37High = Avx512F.Shuffle4x128(odd45, odd67, Odd);

        Avx512F.Shuffle4x128(c04Low, c04High, Even).Store(target);
        Avx512F.Shuffle4x128(c15Low, c15High, Even).Store(target + targetStride);
        Avx512F.Shuffle4x128(c26Low, c26High, Even).Store(target + 2 * targetStride);
        Avx512F.Shuffle4x128(c37Low, c37High, Even).Store(target + 3 * targetStride);
        Avx512F.Shuffle4x128(c04Low, c04High, Odd).Store(target + 4 * targetStride);
        Avx512F.Shuffle4x128(c15Low, c15High, Odd).Store(target + 5 * targetStride);
        Avx512F.Shuffle4x128(c26Low, c26High, Odd).Store(target + 6 * targetStride);
        Avx512F.Shuffle4x128(c37Low, c37High, Odd).Store(target + 7 * targetStride);
    }
}
