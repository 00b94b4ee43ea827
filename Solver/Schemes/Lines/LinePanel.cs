using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Lines;

/// <summary>Lines of the grid into panels and back; places on periodic lines.</summary>
internal static unsafe class LinePanel
{
    /// <summary>Loads groups of lines side by side, each into a panel of its own, <paramref name="apart"/> doubles from one to the next.</summary>
    public static void Load<TLanes>(in LineLayout lines, double[] values, int line, int groups, double* panel, nint apart)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* source = &values[line * lines.LineStride])
        {
            if (TLanes.Count == 1 && groups == 1 && lines.IsContiguous)
            {
                new ReadOnlySpan<double>(source, lines.Axis.Cells).CopyTo(new Span<double>(panel, lines.Axis.Cells));
                return;
            }

            if (!lines.IsContiguous || TLanes.Count == 1)
            {
                Gather<TLanes>(source, lines, groups, panel, apart);
                return;
            }

            for (int group = 0; group < groups; group++)
                Panel.Load(source + group * TLanes.Count * lines.LineStride, lines.LineStride, TLanes.Count, lines.Axis.Cells, panel + group * apart);
        }
    }

    /// <summary>The reverse.</summary>
    public static void Store<TLanes>(in LineLayout lines, double* panel, int line, int groups, nint apart, double[] values)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* target = &values[line * lines.LineStride])
        {
            if (TLanes.Count == 1 && groups == 1 && lines.IsContiguous)
            {
                new ReadOnlySpan<double>(panel, lines.Axis.Cells).CopyTo(new Span<double>(target, lines.Axis.Cells));
                return;
            }

            if (!lines.IsContiguous || TLanes.Count == 1)
            {
                Spread<TLanes>(panel, apart, groups, target, lines);
                return;
            }

            for (int group = 0; group < groups; group++)
                Panel.Store(panel + group * apart, TLanes.Count, lines.Axis.Cells, target + group * TLanes.Count * lines.LineStride, lines.LineStride);
        }
    }

    public static void Load<TLanes>(in LineLayout lines, double[] values, int line, double* panel)
        where TLanes : struct, ILanes<TLanes> => Load<TLanes>(lines, values, line, 1, panel, 0);

    public static void Store<TLanes>(in LineLayout lines, double* panel, int line, double[] values)
        where TLanes : struct, ILanes<TLanes> => Store<TLanes>(lines, panel, line, 1, 0, values);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Gather<TLanes>(double* source, in LineLayout lines, int groups, double* panel, nint apart)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint stride = lines.CellStride, groupStride = TLanes.Count * lines.LineStride, ahead = lines.ValuesAhead;
        for (int cell = 0; cell < cells; cell++)
        {
            for (nint column = 0; Sse.IsSupported && ahead > 0 && column < groups * TLanes.Count; column += 8)
                Sse.Prefetch0(source + cell * stride + ahead + column);
            for (int group = 0; group < groups; group++)
                TLanes.Load(source + cell * stride + group * groupStride).Store(panel + group * apart + (nint)cell * TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Spread<TLanes>(double* panel, nint apart, int groups, double* target, in LineLayout lines)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint stride = lines.CellStride, groupStride = TLanes.Count * lines.LineStride;
        for (int cell = 0; cell < cells; cell++)
        {
            for (int group = 0; group < groups; group++)
                TLanes.Load(panel + group * apart + (nint)cell * TLanes.Count).Store(target + cell * stride + group * groupStride);
        }
    }

    /// <summary>The cell of a periodic line that <paramref name="place"/> stands for: whole numbers from −N to 3N − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Wrap<TLanes>(TLanes place, int cells)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes period = TLanes.Create(cells), half = TLanes.Create(0.5), twice = TLanes.Create(2 * cells);
        TLanes above = TLanes.IfPositive(place - twice + half, place - twice, TLanes.IfPositive(place - period + half, place - period, place));
        return TLanes.IfPositive(TLanes.Create(-0.5) - place, place + period, above);
    }

    // How a kernel's lanes lie: neighbouring lines, cell by cell; or neighbouring cells of one line, for what does not pass from cell to cell.
    public readonly struct Beside;

    public readonly struct Along;
}
