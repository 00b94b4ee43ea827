using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;
using static PdeDiffusion.Schemes.Lines.LongLine;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The step of <see cref="HeatSweep"/> on a single long line (<see cref="LongLine"/>): the segments are eliminated in parallel lanes, like
/// lines, and shared among threads. The cells before a separator are also linked to the separator on their left, as on a periodic line, so
/// every coefficient remains a sum of positive terms. The separators are solved by <see cref="SeparatorSystem"/>.
/// </summary>
internal sealed unsafe class HeatSegments : IBlockWork
{
    private readonly Axis axis;
    private readonly WorkerTeam team;
    private readonly bool periodic;
    private readonly int length;

    // Panels (cell, segment) of the factors. Upward: ŷ_i = carry_i ŷ_{i−1} + scale_i d_i, and given_i ŷ_i goes to the separator on the
    // left; downward: x_i = ŷ_i + upper_i x_{i+1} + wrap_i x_left.
    private readonly Scratch factors;
    private readonly Scratch panel;

    // The reduced system: separators, then the cells left over.
    private readonly int rows;
    private readonly SeparatorSystem reduced;
    private double[] source = [], target = [];
    private bool upward;

    public HeatSegments(Axis axis, WorkerTeam team)
    {
        this.axis = axis;
        this.team = team;
        periodic = axis.IsPeriodic;
        length = axis.Cells / Segments;
        rows = Segments + axis.Cells % Segments;
        reduced = new SeparatorSystem(rows, periodic, sides: 1);
        factors = new Scratch(5L * length * Segments);
        panel = new Scratch((long)(length + 1) * Segments);
    }

    private double* Carry => factors.Start;

    private double* Scale => factors.Start + (nint)length * Segments;

    private double* Given => factors.Start + (nint)2 * length * Segments;

    private double* Upper => factors.Start + (nint)3 * length * Segments;

    private double* Wrap => factors.Start + (nint)4 * length * Segments;

    public void Apply(double[] d, double[] x)
    {
        source = d;
        target = x;
        upward = true;
        team.Run(this, Groups);
        GatherSides();
        reduced.Solve(1, byColumns: false);
        upward = false;
        team.Run(this, Groups);
        for (int row = Segments; row < rows; row++)
            target[axis.Cells - rows + row] = reduced.Values[0][row];
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (RegisterWidth.IsEight)
            Process<LanePair<Lanes8>>(block);
        else
            Process<LanePair<LanePair<Lanes4>>>(block);
    }

    private void Process<TLanes>(int block)
        where TLanes : struct, ILanes<TLanes>
    {
        // The panel of a group stores the rows of one cell contiguously, and one more row for the contributions to the separators on the
        // left.
        int first = block * PerGroup;
        double* group = panel.Start + (nint)first * (length + 1);
        nint offset = (nint)first * length;
        if (upward)
        {
            fixed (double* from = source)
                Panel.Load(from + offset, length, PerGroup, length, group);
            Up<TLanes>(group, offset);
            return;
        }

        double[] values = reduced.Values[0];
        double* left = group + (nint)length * PerGroup, separators = left - PerGroup;
        for (int lane = 0; lane < PerGroup; lane++)
        {
            int segment = first + lane;
            separators[lane] = values[segment];
            left[lane] = segment > 0 ? values[segment - 1] : periodic ? values[rows - 1] : 0;
        }

        Down<TLanes>(group, offset);
        fixed (double* to = target)
            Panel.Store(group, PerGroup, length, to + offset, length);
    }

    [MethodImpl(KernelMethod.Own)]
    private void Up<TLanes>(double* group, nint offset)
        where TLanes : struct, ILanes<TLanes>
    {
        double* carries = Carry + offset, scales = Scale + offset, gifts = Given + offset, end = group + (nint)(length - 1) * PerGroup;
        TLanes y = TLanes.Create(0), handed = y;
        for (double* at = group; at < end; at += PerGroup, carries += PerGroup, scales += PerGroup, gifts += PerGroup)
        {
            y = TLanes.Fused(TLanes.Load(carries), y, TLanes.Load(scales) * TLanes.Load(at));
            y.Store(at);
            handed = TLanes.Fused(TLanes.Load(gifts), y, handed);
        }

        // The separator is not divided yet: its scale is 1.
        TLanes.Fused(TLanes.Load(carries), y, TLanes.Load(end)).Store(end);
        handed.Store(end + PerGroup);
    }

    [MethodImpl(KernelMethod.Own)]
    private void Down<TLanes>(double* group, nint offset)
        where TLanes : struct, ILanes<TLanes>
    {
        nint last = (nint)(length - 2) * PerGroup;
        double* ups = Upper + offset + last, wraps = Wrap + offset + last, end = group + (nint)(length - 1) * PerGroup;
        TLanes x = TLanes.Load(end), left = TLanes.Load(end + PerGroup);
        for (double* at = end - PerGroup; at >= group; at -= PerGroup, ups -= PerGroup, wraps -= PerGroup)
        {
            x = TLanes.Fused(TLanes.Load(ups), x, TLanes.Fused(TLanes.Load(wraps), left, TLanes.Load(at)));
            x.Store(at);
        }
    }

    /// <summary>
    /// Right-hand sides of the separators, including the contribution of the segment to the right of each, and of the remaining cells.
    /// </summary>
    private void GatherSides()
    {
        double[] sides = reduced.Sides[0];
        for (int segment = 0; segment < Segments; segment++)
        {
            double* group = panel.Start + (nint)(segment / PerGroup * PerGroup) * (length + 1) + segment % PerGroup;
            sides[segment] = group[(nint)(length - 1) * PerGroup];
        }

        for (int row = Segments; row < rows; row++)
            sides[row] = source[axis.Cells - rows + row];
        for (int segment = periodic ? 0 : 1; segment < Segments; segment++)
        {
            double* group = panel.Start + (nint)(segment / PerGroup * PerGroup) * (length + 1) + segment % PerGroup;
            sides[segment == 0 ? rows - 1 : segment - 1] += group[(nint)length * PerGroup];
        }
    }

    /// <summary>Computes the factors for a step Δt.</summary>
    public void Factor(double timeStep)
    {
        ReadOnlySpan<double> widths = axis.Widths, distances = axis.Distances;
        int cells = axis.Cells;
        double[] rests = reduced.Rests, up = reduced.Up, down = reduced.Down;
        Array.Fill(rests, 1);
        Array.Clear(up);
        Array.Clear(down);
        for (int row = Segments; row < rows; row++)
        {
            int cell = cells - rows + row;
            down[row - 1] = timeStep / (distances[cell - 1] * widths[cell]);
            up[row] = cell < cells - 1 || periodic ? timeStep / (distances[cell] * widths[cell]) : 0;
        }

        for (int segment = 0; segment < Segments; segment++)
        {
            int start = segment * length;
            int below = start > 0 ? start - 1 : cells - 1;
            bool linked = start > 0 || periodic;
            double toLeft = linked ? timeStep / (distances[below] * widths[start]) : 0;
            double fromLeft = linked ? timeStep / (distances[below] * widths[below]) : 0;
            double rest = 1, lower = 0, leftRest = 0;
            nint at = (nint)(segment / PerGroup * PerGroup) * length + segment % PerGroup;
            for (int cell = start; cell < start + length - 1; cell++, at += PerGroup)
            {
                double upper = timeStep / (distances[cell] * widths[cell]);
                double pivot = rest + toLeft + upper;
                Carry[at] = lower / pivot;
                Scale[at] = 1 / pivot;
                Upper[at] = upper / pivot;
                Wrap[at] = toLeft / pivot;
                Given[at] = fromLeft;

                double share = rest / pivot;
                leftRest += fromLeft * share;
                lower = timeStep / (distances[cell] * widths[cell + 1]);
                rest = 1 + lower * share;
                toLeft *= lower / pivot;
                fromLeft *= upper / pivot;
            }

            int separator = start + length - 1, left = segment > 0 ? segment - 1 : rows - 1;
            Carry[at] = lower;
            rests[segment] += rest - 1;
            if (linked)
            {
                rests[left] += leftRest;
                (up[left], down[left]) = (fromLeft, toLeft);
            }

            if (separator == cells - 1 - (rows - Segments) && rows > Segments)
                up[segment] = timeStep / (distances[separator] * widths[separator]);
        }
    }
}
