using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The exact semi-discrete heat flow e^{tL} along one uniform axis for any t: convolution of every line and its images with the lattice
/// heat kernel (<see cref="LatticeCoefficients"/>). All terms are positive, so tails keep their relative accuracy. The sum is truncated
/// where, given the steepest ratio of neighbours in a group of lines, further terms are below rounding error. A group is eight lines
/// whatever the width of a register, so that every processor truncates alike. Eight cells of a few lines are accumulated at once, as in
/// a matrix product.
/// </summary>
internal sealed unsafe class LatticeSweep : IBlockWork
{
    private const int CellsAtOnce = 8;
    private const int LinesPerGroup = 8;
    private const double Negligible = 1.0 / (1L << 55);

    // A single line: this many cells in registers, and per thread block. The last group may overlap the one before.
    private const int FewestInSingle = 64;
    private const int SingleBlock = 1024;

    private readonly LineLayout lines;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly int reach;
    private readonly bool single;
    private double[] source = [], target = [];
    private int singleRadius;

    /// <exception cref="ArgumentException">The axis is not uniform.</exception>
    public LatticeSweep(Grid grid, int axis, WorkerTeam team)
    {
        lines = new LineLayout(grid, axis);
        if (!lines.Axis.IsUniform)
            throw new ArgumentException("the exact lattice flow requires uniform axes", nameof(grid));
        this.team = team;
        Coefficients = new LatticeCoefficients(lines.Axis);
        reach = Coefficients.Folded.Length - 1;
        int rows = lines.Axis.Cells + CellsAtOnce;
        single = lines.Count == 1 && lines.CellStride == 1 && lines.Axis.Cells >= FewestInSingle;
        scratch = Scratch.ForWorkers(team.Threads,
            (long)(rows + 2 * reach) * LinesPerGroup + (long)rows * LinesPerGroup + 2 * (reach + CellsAtOnce) + 1);
    }

    public LatticeCoefficients Coefficients { get; }

    /// <summary>x = e^{tL} d; the two arrays may be the same.</summary>
    public void Apply(double[] d, double[] x, double timeStep)
    {
        Coefficients.Prepare(timeStep);
        source = d;
        target = x;
        team.Run(this, single ? PrepareSingle() : lines.Blocks);
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (single)
        {
            if (RegisterWidth.IsEight)
                ConvolveSingle<Lanes8>(block);
            else
                ConvolveSingle<Lanes4>(block);
            return;
        }

        int end = Math.Min((block + 1) * LineLayout.PerBlock, lines.Count);
        for (int line = block * LineLayout.PerBlock; line < end;)
        {
            if (end - line >= LinesPerGroup)
            {
                if (RegisterWidth.IsEight)
                    Process<Lanes8>(line, 1, worker);
                else
                    Process<Lanes4>(line, 2, worker);
                line += LinesPerGroup;
            }
            else if (end - line >= 4)
            {
                Process<Lanes4>(line, 1, worker);
                line += 4;
            }
            else
            {
                Process<Lane>(line, 1, worker);
                line++;
            }
        }
    }

    /// <summary>Convolves a group of lines, truncated alike.</summary>
    /// <param name="registers">Registers of the group.</param>
    private void Process<TLanes>(int line, int registers, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells, rows = cells + CellsAtOnce;
        nint lanes = TLanes.Count, size = (rows + 2 * reach) * lanes;
        double* inner = scratch[worker].Start + reach * lanes, result = scratch[worker].Start + registers * size;
        double* weights = result + rows * lanes;
        double ratio = 1, span = 1;
        fixed (double* from = &source[line * lines.LineStride], to = &target[line * lines.LineStride])
        {
            for (int register = 0; register < registers; register++)
            {
                Load<TLanes>(from + register * lanes * lines.LineStride, inner + register * size);
                Measure<TLanes>(inner + register * size, ref ratio, ref span);
            }

            int radius = Cutoff(ratio, span);
            Spread(weights, radius);
            for (int register = 0; register < registers; register++)
            {
                double* values = inner + register * size;
                Extend<TLanes>(values, radius);
                for (int cell = 0; cell < cells; cell += CellsAtOnce)
                    Convolve<TLanes>(values + cell * lanes, weights, radius, result + cell * lanes);
                Store<TLanes>(result, to + register * lanes * lines.LineStride);
            }
        }
    }

    private void Load<TLanes>(double* from, double* values)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint lanes = TLanes.Count;
        if (lines.IsContiguous && lanes > 1)
        {
            Panel.Load(from, lines.LineStride, TLanes.Count, cells, values);
            return;
        }

        for (int cell = 0; cell < cells; cell++)
            TLanes.Load(from + cell * lines.CellStride).Store(values + cell * lanes);
    }

    private void Store<TLanes>(double* values, double* to)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint lanes = TLanes.Count;
        if (lines.IsContiguous && lanes > 1)
        {
            Panel.Store(values, TLanes.Count, cells, to, lines.LineStride);
            return;
        }

        for (int cell = 0; cell < cells; cell++)
            TLanes.Load(values + cell * lanes).Store(to + cell * lines.CellStride);
    }

    /// <summary>Extends a single line by its images; neighbouring cells take the place of lines. Returns the number of blocks.</summary>
    private int PrepareSingle()
    {
        int cells = lines.Axis.Cells;
        double* inner = scratch[0].Start + reach;
        source.AsSpan(0, cells).CopyTo(new Span<double>(inner, cells));
        double ratio = 1, span = 1;
        Measure<Lane>(inner, ref ratio, ref span);
        singleRadius = Cutoff(ratio, span);
        Extend<Lane>(inner, singleRadius);
        Spread(inner + cells + CellsAtOnce + reach, singleRadius);
        return (cells + SingleBlock - 1) / SingleBlock;
    }

    /// <summary>Adds the terms of each cell in the order of <see cref="Convolve"/>: the same bits.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void ConvolveSingle<TLanes>(int block)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count, group = 8 * lanes, cells = lines.Axis.Cells, radius = singleRadius;
        double* inner = scratch[0].Start + reach, centre = inner + cells + CellsAtOnce + reach + radius + CellsAtOnce - 1;
        nint end = Math.Min((nint)(block + 1) * SingleBlock, cells);
        fixed (double* to = target)
        {
            for (nint first = (nint)block * SingleBlock; first < end; first += group)
            {
                nint cell = Math.Min(first, cells - group);
                TLanes s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
                for (nint offset = radius; offset >= -radius; offset--)
                {
                    TLanes weight = TLanes.Create(centre[offset]);
                    double* value = inner + cell - offset;
                    s0 = TLanes.Fused(weight, TLanes.Load(value), s0);
                    s1 = TLanes.Fused(weight, TLanes.Load(value + lanes), s1);
                    s2 = TLanes.Fused(weight, TLanes.Load(value + 2 * lanes), s2);
                    s3 = TLanes.Fused(weight, TLanes.Load(value + 3 * lanes), s3);
                    s4 = TLanes.Fused(weight, TLanes.Load(value + 4 * lanes), s4);
                    s5 = TLanes.Fused(weight, TLanes.Load(value + 5 * lanes), s5);
                    s6 = TLanes.Fused(weight, TLanes.Load(value + 6 * lanes), s6);
                    s7 = TLanes.Fused(weight, TLanes.Load(value + 7 * lanes), s7);
                }

                s0.Store(to + cell);
                s1.Store(to + cell + lanes);
                s2.Store(to + cell + 2 * lanes);
                s3.Store(to + cell + 3 * lanes);
                s4.Store(to + cell + 4 * lanes);
                s5.Store(to + cell + 5 * lanes);
                s6.Store(to + cell + 6 * lanes);
                s7.Store(to + cell + 7 * lanes);
            }
        }
    }

    /// <summary>Raises the steepest ratio of neighbours and the largest ratio of any two cells to those of some lines.</summary>
    private void Measure<TLanes>(double* inner, ref double ratio, ref double span)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        int cells = lines.Axis.Cells;
        TLanes least = TLanes.Load(inner), most = least, before = least, steepest = TLanes.Create(1);
        for (int cell = 1; cell < cells; cell++)
        {
            TLanes here = TLanes.Load(inner + cell * lanes);
            steepest = TLanes.Max(steepest, TLanes.Max(here, before) / TLanes.Min(here, before));
            least = TLanes.Min(least, here);
            most = TLanes.Max(most, here);
            before = here;
        }

        if (lines.Axis.IsPeriodic)
        {
            TLanes first = TLanes.Load(inner);
            steepest = TLanes.Max(steepest, TLanes.Max(first, before) / TLanes.Min(first, before));
        }

        TLanes range = most / least;
        double* values = stackalloc double[2 * LinesPerGroup];
        steepest.Store(values);
        range.Store(values + LinesPerGroup);
        for (int lane = 0; lane < lanes; lane++)
        {
            ratio = Math.Max(ratio, values[lane]);
            span = Math.Max(span, values[LinesPerGroup + lane]);
        }
    }

    /// <summary>The truncation radius R: 2 Σ_{k &gt; R} f_k min(r^k, span) ≤ 2⁻⁵⁵ f_0, with r the steepest ratio of neighbours.</summary>
    private int Cutoff(double ratio, double span)
    {
        double[] folded = Coefficients.Folded;
        if (!double.IsFinite(ratio) || !double.IsFinite(span))
            return Coefficients.Radius;
        double room = 0.5 * Negligible * folded[0], step = Math.Log(ratio), top = Math.Log(span);
        int radius = Coefficients.Radius;
        double dropped = 0;
        while (radius > 0)
        {
            dropped += folded[radius] * Math.Exp(Math.Min(radius * step, top));
            if (!(dropped <= room))
                break;
            radius--;
        }

        return radius;
    }

    /// <summary>Fills the images on both sides, and zeros where the last group of cells reads beyond them.</summary>
    private void Extend<TLanes>(double* inner, int radius)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        int cells = lines.Axis.Cells;
        for (int ghost = 1; ghost <= radius; ghost++)
        {
            int below = lines.Axis.IsPeriodic ? (cells - ghost % cells) % cells : ghost - 1;
            int above = lines.Axis.IsPeriodic ? (ghost - 1) % cells : cells - ghost;
            TLanes.Load(inner + below * lanes).Store(inner - ghost * lanes);
            TLanes.Load(inner + above * lanes).Store(inner + (cells - 1 + ghost) * lanes);
        }

        TLanes zero = TLanes.Create(0);
        for (int cell = cells + radius; cell < cells + radius + CellsAtOnce && cell < cells + CellsAtOnce + reach; cell++)
            zero.Store(inner + cell * lanes);
    }

    /// <summary>The coefficients as a function of the signed offset, zero beyond the radius.</summary>
    private void Spread(double* weights, int radius)
    {
        double* centre = weights + radius + CellsAtOnce - 1;
        for (int offset = -radius - CellsAtOnce + 1; offset <= radius + CellsAtOnce - 1; offset++)
        {
            int size = Math.Abs(offset);
            centre[offset] = size > radius ? 0 : Coefficients.Folded[size];
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Convolve<TLanes>(double* values, double* weights, int radius, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        TLanes s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;

        // Cell r of the group takes value j with the weight of r − j.
        double* weight = weights + 2 * radius + CellsAtOnce - 1;
        double* value = values - radius * lanes;
        for (int offset = -radius; offset < radius + CellsAtOnce; offset++)
        {
            TLanes here = TLanes.Load(value);
            s0 = TLanes.Fused(TLanes.Create(weight[0]), here, s0);
            s1 = TLanes.Fused(TLanes.Create(weight[1]), here, s1);
            s2 = TLanes.Fused(TLanes.Create(weight[2]), here, s2);
            s3 = TLanes.Fused(TLanes.Create(weight[3]), here, s3);
            s4 = TLanes.Fused(TLanes.Create(weight[4]), here, s4);
            s5 = TLanes.Fused(TLanes.Create(weight[5]), here, s5);
            s6 = TLanes.Fused(TLanes.Create(weight[6]), here, s6);
            s7 = TLanes.Fused(TLanes.Create(weight[7]), here, s7);
            weight--;
            value += lanes;
        }

        s0.Store(result);
        s1.Store(result + lanes);
        s2.Store(result + 2 * lanes);
        s3.Store(result + 3 * lanes);
        s4.Store(result + 4 * lanes);
        s5.Store(result + 5 * lanes);
        s6.Store(result + 6 * lanes);
        s7.Store(result + 7 * lanes);
    }
}
