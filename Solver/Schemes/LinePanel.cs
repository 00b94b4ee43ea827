using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Schemes;

/// <summary>Lines of the grid into panels and back; places on periodic lines.</summary>
internal static unsafe class LinePanel
{
    public static void Load<TLanes>(in Lines lines, double[] values, int line, double* panel)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* source = &values[line * lines.LineStride])
        {
            if (lines.IsContiguous && TLanes.Count > 1)
            {
                Panel.Load(source, lines.LineStride, TLanes.Count, lines.Axis.Cells, panel);
                return;
            }

            for (int cell = 0; cell < lines.Axis.Cells; cell++)
                TLanes.Load(source + cell * lines.CellStride).Store(panel + (nint)cell * TLanes.Count);
        }
    }

    public static void Store<TLanes>(in Lines lines, double* panel, int line, double[] values)
        where TLanes : struct, ILanes<TLanes>
    {
        fixed (double* target = &values[line * lines.LineStride])
        {
            if (lines.IsContiguous && TLanes.Count > 1)
            {
                Panel.Store(panel, TLanes.Count, lines.Axis.Cells, target, lines.LineStride);
                return;
            }

            for (int cell = 0; cell < lines.Axis.Cells; cell++)
                TLanes.Load(panel + (nint)cell * TLanes.Count).Store(target + cell * lines.CellStride);
        }
    }

    /// <summary>The cell of a periodic line that <paramref name="place"/> stands for: whole numbers from −N to 3N − 1.</summary>
    public static TLanes Wrap<TLanes>(TLanes place, int cells)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes period = TLanes.Create(cells), half = TLanes.Create(0.5), twice = TLanes.Create(2 * cells);
        TLanes above = TLanes.IfPositive(place - twice + half, place - twice, TLanes.IfPositive(place - period + half, place - period, place));
        return TLanes.IfPositive(TLanes.Create(-0.5) - place, place + period, above);
    }
}
