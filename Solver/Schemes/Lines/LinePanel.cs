using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Lines;

/// <summary>Copies lines of the grid to panels (<see cref="Panel"/>) and back.</summary>
internal static unsafe class LinePanel
{
    /// <summary>Loads consecutive groups of lines, each into its own panel.</summary>
    /// <param name="apart">Distance between the panels, in doubles.</param>
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
                Panel.Load(source + group * TLanes.Count * lines.LineStride, lines.LineStride, TLanes.Count, lines.Axis.Cells,
                    panel + group * apart);
        }
    }

    /// <summary>The reverse of <see cref="Load{TLanes}(in LineLayout, double[], int, int, double*, nint)"/>.</summary>
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
                Panel.Store(panel + group * apart, TLanes.Count, lines.Axis.Cells, target + group * TLanes.Count * lines.LineStride,
                    lines.LineStride);
        }
    }

    public static void Load<TLanes>(in LineLayout lines, double[] values, int line, double* panel)
        where TLanes : struct, ILanes<TLanes> => Load<TLanes>(lines, values, line, 1, panel, 0);

    public static void Store<TLanes>(in LineLayout lines, double* panel, int line, double[] values)
        where TLanes : struct, ILanes<TLanes> => Store<TLanes>(lines, panel, line, 1, 0, values);

    [MethodImpl(KernelMethod.Own)]
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

    [MethodImpl(KernelMethod.Own)]
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

    /// <summary>Index modulo the number of cells, for integers from −N to 3N − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Wrap<TLanes>(TLanes place, int cells)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes period = TLanes.Create(cells), half = TLanes.Create(0.5), twice = TLanes.Create(2 * cells);
        TLanes above =
            TLanes.IfPositive(place - twice + half, place - twice, TLanes.IfPositive(place - period + half, place - period, place));
        return TLanes.IfPositive(TLanes.Create(-0.5) - place, place + period, above);
    }

    /// <summary>Layout of a kernel's lanes, as a type argument: the same cell of neighbouring lines.</summary>
    public readonly struct Beside;

    /// <summary>Neighbouring cells of a single line, for loops without a recurrence from cell to cell.</summary>
    public readonly struct Along;
}
