using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// A panel contains a few interleaved lines: value (cell, line) is at cell · lines + line. Lines along y have this layout in the grid's own
/// memory; lines along x (rows) are transposed into a panel that fits in the L2 cache.
/// </summary>
internal static unsafe class Panel
{
    /// <summary>Transposes rows into a panel.</summary>
    /// <param name="rows">The first row; rows are <c>rowStride</c> values apart.</param>
    /// <param name="lines">Number of rows, a multiple of 4.</param>
    /// <param name="cells">Values per row.</param>
    [MethodImpl(KernelMethod.Own)]
    public static void Load(double* rows, nint rowStride, int lines, int cells, double* panel)
    {
        int tile = Tile(lines);
        for (int line = 0; line < lines; line += tile)
            Transpose<Plain>(rows + line * rowStride, rowStride, tile, cells, panel + line, lines, null);
    }

    /// <summary>The reverse of <see cref="Load"/>.</summary>
    public static void Store(double* panel, int lines, int cells, double* rows, nint rowStride) =>
        Store<Plain>(panel, lines, cells, null, rows, rowStride);

    /// <summary>
    /// The reverse of <see cref="Load"/>, each value multiplied by the factor at the same place of <paramref name="factors"/>, which has
    /// the layout of the rows.
    /// </summary>
    public static void StoreProduct(double* panel, int lines, int cells, double* factors, double* rows, nint rowStride) =>
        Store<Product>(panel, lines, cells, factors, rows, rowStride);

    [MethodImpl(KernelMethod.Own)]
    private static void Store<TFactor>(double* panel, int lines, int cells, double* factors, double* rows, nint rowStride)
        where TFactor : struct
    {
        int tile = Tile(lines);
        // A few rows at a time: rows a power of two apart share cache sets, so a cache line would be evicted before its second half is
        // written.
        for (int line = 0; line < lines; line += tile)
        {
            for (int cell = 0; cell < cells; cell += tile)
            {
                nint at = line * rowStride + cell;
                Transpose<TFactor>(panel + (nint)cell * lines + line, lines, Math.Min(tile, cells - cell), tile, rows + at, rowStride,
                    factors + at);
            }
        }
    }

    /// <summary>
    /// The maximum of <paramref name="rows"/> rows of <paramref name="count"/> values, <paramref name="stride"/> apart; ∞ if a value is
    /// NaN.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static double Greatest(double* values, nint stride, int count, int rows)
    {
        Vector256<double> most = Vector256.Create(double.NegativeInfinity);
        double largest = double.NegativeInfinity;
        for (int row = 0; row < rows; row++, values += stride)
        {
            int done = 0;
            for (; done + 4 <= count; done += 4)
                most = Vector256.Max(most, Vector256.Load(values + done));
            for (; done < count; done++)
                largest = Math.Max(largest, values[done]);
        }

        return Greatest(most, largest);
    }

    /// <summary>The maximum of the values that <see cref="StoreProduct"/> would store; ∞ if one is NaN.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static double GreatestProduct(double* panel, int lines, int cells, double* factors, nint rowStride)
    {
        Vector256<double> most = Vector256.Create(double.NegativeInfinity);
        double largest = double.NegativeInfinity;
        for (int line = 0; line < lines; line += 4)
        {
            double* factor = factors + line * rowStride, from = panel + line;
            int cell = 0;
            for (; Avx.IsSupported && cell + 4 <= cells; cell += 4, from += 4 * (nint)lines, factor += 4)
            {
                Transpose4(from, lines, out Vector256<double> r0, out Vector256<double> r1, out Vector256<double> r2,
                    out Vector256<double> r3);
                Vector256<double> first = Vector256.Max(r0 * Vector256.Load(factor), r1 * Vector256.Load(factor + rowStride));
                Vector256<double> second =
                    Vector256.Max(r2 * Vector256.Load(factor + 2 * rowStride), r3 * Vector256.Load(factor + 3 * rowStride));
                most = Vector256.Max(most, Vector256.Max(first, second));
            }

            for (; cell < cells; cell++, from += lines, factor++)
            {
                for (int row = 0; row < 4; row++)
                    largest = Math.Max(largest, from[row] * factor[row * rowStride]);
            }
        }

        return Greatest(most, largest);
    }

    // Vector256.Max and Math.Max propagate NaN.
    private static double Greatest(Vector256<double> most, double largest)
    {
        for (int lane = 0; lane < 4; lane++)
            largest = Math.Max(largest, most[lane]);
        return double.IsNaN(largest) ? double.PositiveInfinity : largest;
    }

    /// <summary>Edge of the squares that are transposed in registers.</summary>
    private static int Tile(int lines) => Avx512F.IsSupported && lines % 8 == 0 ? 8 : 4;

    /// <summary>target[column, row] = source[row, column], times the factor that lies as the target does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose<TFactor>(
        double* source, nint sourceStride, int rows, int columns, double* target, nint targetStride, double* factors)
        where TFactor : struct
    {
        int done = 0;
        if (Avx512F.IsSupported && rows == 8)
        {
            for (; done + 8 <= columns; done += 8)
                Transpose8<TFactor>(source + done, sourceStride, target + done * targetStride, targetStride, factors + done * targetStride);
        }
        else if (Avx.IsSupported && rows == 4)
        {
            for (; done + 4 <= columns; done += 4)
                Transpose4<TFactor>(source + done, sourceStride, target + done * targetStride, targetStride, factors + done * targetStride);
        }

        for (int column = done; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                double value = source[row * sourceStride + column];
                target[column * targetStride + row] = typeof(TFactor) == typeof(Product)
                    ? value * factors[column * targetStride + row]
                    : value;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4<TFactor>(double* source, nint sourceStride, double* target, nint targetStride, double* factors)
        where TFactor : struct
    {
        Transpose4(source, sourceStride, out Vector256<double> c0, out Vector256<double> c1, out Vector256<double> c2,
            out Vector256<double> c3);
        Write<TFactor>(c0, target, factors);
        Write<TFactor>(c1, target + targetStride, factors + targetStride);
        Write<TFactor>(c2, target + 2 * targetStride, factors + 2 * targetStride);
        Write<TFactor>(c3, target + 3 * targetStride, factors + 3 * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(
        double* source, nint stride, out Vector256<double> c0, out Vector256<double> c1, out Vector256<double> c2, out Vector256<double> c3)
    {
        Vector256<double> r0 = Vector256.Load(source), r1 = Vector256.Load(source + stride);
        Vector256<double> r2 = Vector256.Load(source + 2 * stride), r3 = Vector256.Load(source + 3 * stride);

        // Pairs within 128-bit lanes, then the lanes are exchanged.
        Vector256<double> even01 = Avx.UnpackLow(r0, r1), odd01 = Avx.UnpackHigh(r0, r1);
        Vector256<double> even23 = Avx.UnpackLow(r2, r3), odd23 = Avx.UnpackHigh(r2, r3);
        c0 = Avx.Permute2x128(even01, even23, 0x20);
        c1 = Avx.Permute2x128(odd01, odd23, 0x20);
        c2 = Avx.Permute2x128(even01, even23, 0x31);
        c3 = Avx.Permute2x128(odd01, odd23, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8<TFactor>(double* source, nint sourceStride, double* target, nint targetStride, double* factors)
        where TFactor : struct
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

        Write<TFactor>(Avx512F.Shuffle4x128(c04Low, c04High, Even), target, factors);
        Write<TFactor>(Avx512F.Shuffle4x128(c15Low, c15High, Even), target + targetStride, factors + targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c26Low, c26High, Even), target + 2 * targetStride, factors + 2 * targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c37Low, c37High, Even), target + 3 * targetStride, factors + 3 * targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c04Low, c04High, Odd), target + 4 * targetStride, factors + 4 * targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c15Low, c15High, Odd), target + 5 * targetStride, factors + 5 * targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c26Low, c26High, Odd), target + 6 * targetStride, factors + 6 * targetStride);
        Write<TFactor>(Avx512F.Shuffle4x128(c37Low, c37High, Odd), target + 7 * targetStride, factors + 7 * targetStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TFactor>(Vector256<double> values, double* target, double* factors)
        where TFactor : struct =>
        (typeof(TFactor) == typeof(Product) ? values * Vector256.Load(factors) : values).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TFactor>(Vector512<double> values, double* target, double* factors)
        where TFactor : struct =>
        (typeof(TFactor) == typeof(Product) ? values * Vector512.Load(factors) : values).Store(target);

    private readonly struct Plain;

    private readonly struct Product;
}
