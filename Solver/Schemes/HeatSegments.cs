using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes;

/// <summary>
/// The step of <see cref="HeatSweep"/> on one long line: it is cut into <see cref="Segments"/> segments that are eliminated side by side, as if they were
/// lines, and shared among threads. A segment's last cell is its separator; the cells before it are eliminated with a link to the separator on their
/// left, as on a periodic line, so that every coefficient stays a sum of positive terms. What is left is a tridiagonal system of the separators and
/// of the few cells that do not fill a segment. The cut depends on the number of cells only: same bits for any number of threads.
/// </summary>
internal sealed unsafe class HeatSegments : IBlockWork
{
    private const int Segments = 64;
    private const int PerGroup = 16;
    private const int FewestCells = 16 * Segments;

    private readonly Axis axis;
    private readonly WorkerTeam team;
    private readonly bool periodic;
    private readonly int length;

    // Cells of one segment by segments: ŷ_i = carry_i ŷ_{i−1} + scale_i d_i, given_i ŷ_i to the separator on the left; x_i = ŷ_i + upper_i x_{i+1} + wrap_i x_left.
    private readonly Scratch factors;
    private readonly Scratch panel;

    // The reduced system: separators, then the cells left over.
    private readonly int rows;
    private readonly double[] rests, lowers, uppers, sides, pivots, wraps, values;
    private double[] source = [], target = [];
    private bool upward;

    public HeatSegments(Axis axis, WorkerTeam team)
    {
        this.axis = axis;
        this.team = team;
        periodic = axis.IsPeriodic;
        length = axis.Cells / Segments;
        rows = Segments + axis.Cells % Segments;
        (rests, lowers, uppers, sides) = (new double[rows], new double[rows], new double[rows], new double[rows]);
        (pivots, wraps, values) = (new double[rows], new double[rows], new double[rows]);
        factors = new Scratch(5L * length * Segments);
        panel = new Scratch((long)(length + 1) * Segments);
    }

    /// <summary>Whether a grid's axis is one line that is long enough to be cut.</summary>
    public static bool Suits(in Lines lines) => lines.Count == 1 && lines.CellStride == 1 && lines.Axis.Cells >= FewestCells;

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
        team.Run(this, Segments / PerGroup);
        SolveReduced();
        upward = false;
        team.Run(this, Segments / PerGroup);
        for (int row = Segments; row < rows; row++)
            target[axis.Cells - rows + row] = values[row];
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (Vector512.IsHardwareAccelerated)
            Process<Twice<Lanes8>>(block);
        else
            Process<Twice<Twice<Lanes4>>>(block);
    }

    private void Process<TLanes>(int block)
        where TLanes : struct, ILanes<TLanes>
    {
        // A group's panel has its rows of one cell side by side, and one row more for what the separators on the left get.
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Separators and left-over cells by the same elimination without subtraction; a periodic line's last row is linked to the first.</summary>
    private void SolveReduced()
    {
        int top = rows - 1;
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
            sides[segment == 0 ? top : segment - 1] += group[(nint)length * PerGroup];
        }

        if (periodic)
            SolveRing();
        else
            SolveChain();
    }

    /// <summary>Rows (rest + lower + upper) x_i − lower x_{i−1} − upper x_{i+1} = side.</summary>
    private void SolveChain()
    {
        // pivots[i] is what is left of row i's excess, plus its link upward.
        double rest = rests[0];
        pivots[0] = rest + uppers[0];
        for (int row = 1; row < rows; row++)
        {
            double share = lowers[row] / pivots[row - 1];
            rest = Math.FusedMultiplyAdd(share, rest, rests[row]);
            sides[row] = Math.FusedMultiplyAdd(share, sides[row - 1], sides[row]);
            pivots[row] = rest + uppers[row];
        }

        values[rows - 1] = sides[rows - 1] / pivots[rows - 1];
        for (int row = rows - 2; row >= 0; row--)
            values[row] = Math.FusedMultiplyAdd(uppers[row], values[row + 1], sides[row]) / pivots[row];
    }

    /// <summary>The same with a link from the last row up to the first and back: each row is also linked to the last.</summary>
    private void SolveRing()
    {
        int top = rows - 1;
        double rest = rests[0], toLast = lowers[0], fromLast = uppers[top], lastRest = rests[top], lastSide = sides[top];
        for (int row = 0; row < top; row++)
        {
            pivots[row] = rest + toLast + uppers[row];
            wraps[row] = toLast;
            if (row == top - 1)
            {
                toLast += uppers[row];
                fromLast += lowers[top];
            }

            lastRest = Math.FusedMultiplyAdd(fromLast / pivots[row], rest, lastRest);
            lastSide = Math.FusedMultiplyAdd(fromLast / pivots[row], sides[row], lastSide);
            if (row == top - 1)
                break;
            double share = lowers[row + 1] / pivots[row];
            toLast *= share;
            fromLast *= uppers[row] / pivots[row];
            rest = Math.FusedMultiplyAdd(share, rest, rests[row + 1]);
            sides[row + 1] = Math.FusedMultiplyAdd(share, sides[row], sides[row + 1]);
        }

        values[top] = lastSide / lastRest;
        for (int row = top - 1; row >= 0; row--)
        {
            double known = Math.FusedMultiplyAdd(wraps[row], values[top], sides[row]);
            values[row] = Math.FusedMultiplyAdd(uppers[row], values[row + 1], known) / pivots[row];
        }
    }

    /// <summary>Factors for a step Δt; they are kept until the next call.</summary>
    public void Factor(double timeStep)
    {
        ReadOnlySpan<double> widths = axis.Widths, distances = axis.Distances;
        int cells = axis.Cells;
        Array.Fill(rests, 1);
        Array.Clear(lowers);
        Array.Clear(uppers);
        for (int row = Segments; row < rows; row++)
        {
            int cell = cells - rows + row;
            lowers[row] = timeStep / (distances[cell - 1] * widths[cell]);
            uppers[row] = cell < cells - 1 || periodic ? timeStep / (distances[cell] * widths[cell]) : 0;
        }

        for (int segment = 0; segment < Segments; segment++)
        {
            int start = segment * length;
            int below = start > 0 ? start - 1 : cells - 1;
            bool linked = start > 0 || periodic;
            double toLeft = linked ? timeStep / (distances[below] * widths[start]) : 0;
            double fromLeft = linked ? timeStep / (distances[below] * widths[below]) : 0;
            double rest = 1, down = 0, leftRest = 0;
            nint at = (nint)(segment / PerGroup * PerGroup) * length + segment % PerGroup;
            for (int cell = start; cell < start + length - 1; cell++, at += PerGroup)
            {
                double up = timeStep / (distances[cell] * widths[cell]);
                double pivot = rest + toLeft + up;
                Carry[at] = down / pivot;
                Scale[at] = 1 / pivot;
                Upper[at] = up / pivot;
                Wrap[at] = toLeft / pivot;
                Given[at] = fromLeft;

                double share = rest / pivot;
                leftRest += fromLeft * share;
                down = timeStep / (distances[cell] * widths[cell + 1]);
                rest = 1 + down * share;
                toLeft *= down / pivot;
                fromLeft *= up / pivot;
            }

            int separator = start + length - 1, left = segment > 0 ? segment - 1 : rows - 1;
            Carry[at] = down;
            rests[segment] += rest - 1;
            lowers[segment] = toLeft;
            if (linked)
            {
                rests[left] += leftRest;
                uppers[left] = fromLeft;
            }

            if (separator == cells - 1 - (rows - Segments) && rows > Segments)
                uppers[segment] = timeStep / (distances[separator] * widths[separator]);
        }
    }
}
