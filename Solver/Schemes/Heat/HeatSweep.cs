using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// One implicit Euler step of the heat equation along one axis, (I − Δt L) x = d on every line, (L x)_i = (1/|i|) Σ_j (A/δ)(x_j − x_i). The
/// rows, with a_i, c_i = Δt/(|i| δ) of the lower and upper link, are eliminated without subtraction (docs/numerics.md, 3.2; Grassmann,
/// Taksar and Heyman 1985): with g_0 = 1, p = g_{i−1} + c_{i−1}, g_i = 1 + a_i g_{i−1}/p every quantity is a sum of positive terms and
/// keeps its relative accuracy at any Δt/h². The factors depend on the axis and Δt only, so a sweep costs one fused multiply-add per cell
/// upward and one downward.
/// </summary>
internal sealed unsafe class HeatSweep : IBlockWork
{
    private readonly LineLayout lines;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly HeatSegments? segments;

    // Upward: y_i = carry_i y_{i−1} + scale_i d_i; downward: x_i = y_i + upper_i x_{i+1} (+ wrap_i x_{N−1}).
    private readonly double[] carry;
    private readonly double[] scale;
    private readonly double[] upper;
    private readonly double[] wrap;

    // Periodic lines: the contribution of each cell to the last one, y_{N−1} += last_i y_i.
    private readonly double[] last;
    private double factoredStep = double.NaN;
    private double[] source = [];
    private double[] target = [];

    public HeatSweep(Grid grid, int axis, WorkerTeam team)
    {
        lines = new LineLayout(grid, axis);
        this.team = team;
        if (LongLine.Suits(lines))
            segments = new HeatSegments(lines.Axis, team);

        // A line that is cut keeps its factors by segment.
        int cells = segments is null ? lines.Axis.Cells : 0;
        carry = new double[cells];
        scale = new double[cells];
        upper = new double[cells];
        wrap = new double[cells];
        last = new double[cells];
        scratch = Scratch.ForWorkers(team.Threads, lines.IsContiguous ? (long)cells * lines.MostLanes : 0);
    }

    /// <summary>Lines per block.</summary>
    private int PerBlock => lines.IsContiguous ? LineLayout.PerBlock : RegisterWidth.HeatColumns;

    /// <summary>x = (I − Δt L)^{-1} d; the two arrays may be the same.</summary>
    public void Apply(double[] d, double[] x, double timeStep)
    {
        if (timeStep != factoredStep && segments is not null)
            segments.Factor(timeStep);
        else if (timeStep != factoredStep)
            Factor(timeStep);
        factoredStep = timeStep;
        if (segments is not null)
        {
            segments.Apply(d, x);
            return;
        }

        source = d;
        target = x;
        team.Run(this, (lines.Count + PerBlock - 1) / PerBlock);
    }

    void IBlockWork.Run(int block, int worker)
    {
        int line = block * PerBlock;
        int end = Math.Min(line + PerBlock, lines.Count);
        while (line < end)
        {
            int count = end - line == PerBlock && !lines.IsContiguous ? PerBlock : lines.SideBySide(end - line);
            if (count == 1)
                Process<Lane>(line, worker);
            else if (RegisterWidth.IsEight)
                Process<Lanes8>(line, count, worker);
            else
                Process<Lanes4>(line, count, worker);
            line += count;
        }
    }

    /// <summary>A group of 8, 16, 32 or 64 lines, in registers of <typeparamref name="TRegister"/>.</summary>
    private void Process<TRegister>(int line, int count, int worker)
        where TRegister : struct, ILanes<TRegister>
    {
        int registers = count / TRegister.Count;
        if (registers == 8)
            Process<LanePair<LanePair<LanePair<TRegister>>>>(line, worker);
        else if (registers == 4)
            Process<LanePair<LanePair<TRegister>>>(line, worker);
        else if (registers == 2)
            Process<LanePair<TRegister>>(line, worker);
        else
            Process<TRegister>(line, worker);
    }

    private void Process<TLanes>(int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        fixed (double* from = &source[line * lines.LineStride], to = &target[line * lines.LineStride])
        {
            if (lines.IsContiguous && TLanes.Count > 1)
            {
                double* panel = scratch[worker].Start;
                Panel.Load(from, lines.LineStride, TLanes.Count, cells, panel);
                Solve<TLanes>(panel, panel, TLanes.Count, cells);
                Panel.Store(panel, TLanes.Count, cells, to, lines.LineStride);
            }
            else
            {
                Solve<TLanes>(from, to, lines.CellStride, cells);
            }
        }
    }

    private void Solve<TLanes>(double* d, double* x, nint stride, int cells)
        where TLanes : struct, ILanes<TLanes>
    {
        if (lines.Axis.IsPeriodic && cells > 1)
            Solve<TLanes, Periodic>(d, x, stride, cells);
        else
            Solve<TLanes, NoFlux>(d, x, stride, cells);
    }

    [MethodImpl(KernelMethod.Own)]
    private void Solve<TLanes, TWalls>(double* d, double* x, nint stride, int cells)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls
    {
        fixed (double* carries = carry, scales = scale, uppers = upper, wraps = wrap, lasts = last)
        {
            nint ahead = TLanes.Count > LineLayout.PerBlock ? 0 : lines.ValuesAhead;
            TLanes y = TLanes.Create(0);
            TLanes handed = TLanes.Create(0);
            double* source = d, target = x;
            for (nint cell = 0; cell < cells; cell++, source += stride, target += stride)
            {
                for (nint lane = 0; Sse.IsSupported && ahead > 0 && lane < TLanes.Count; lane += 8)
                    Sse.Prefetch0(source + ahead + lane);
                TLanes right = TLanes.Load(source);
                if (typeof(TWalls) == typeof(Periodic) && cell == cells - 1)
                    right += handed;
                y = TLanes.Fused(TLanes.Create(carries[cell]), y, TLanes.Create(scales[cell]) * right);
                y.Store(target);
                if (typeof(TWalls) == typeof(Periodic) && cell < cells - 2)
                    handed = TLanes.Fused(TLanes.Create(lasts[cell]), y, handed);
            }

            TLanes end = y;
            target -= stride;
            for (nint cell = cells - 2; cell >= 0; cell--)
            {
                target -= stride;
                for (nint lane = 0; Sse.IsSupported && ahead > 0 && lane < TLanes.Count; lane += 8)
                    Sse.Prefetch0(target - ahead + lane);
                TLanes above = TLanes.Load(target);
                if (typeof(TWalls) == typeof(Periodic))
                    above = TLanes.Fused(TLanes.Create(wraps[cell]), end, above);
                y = TLanes.Fused(TLanes.Create(uppers[cell]), y, above);
                y.Store(target);
            }
        }
    }

    /// <summary>
    /// Eliminates cells 0 to N − 2 in turn. The stored y_i is already divided by the pivot p_i, so that back substitution needs no
    /// division: carry_i = a_i/p_i, scale_i = 1/p_i, upper_i = c_i/p_i. On a periodic line every cell has one more link, to the last cell.
    /// </summary>
    private void Factor(double timeStep)
    {
        ReadOnlySpan<double> widths = lines.Axis.Widths;
        ReadOnlySpan<double> distances = lines.Axis.Distances;
        int cells = widths.Length;
        bool periodic = lines.Axis.IsPeriodic && cells > 1;

        double rest = 1, lastRest = 1;
        double down = 0;
        double toLast = periodic ? timeStep / (distances[cells - 1] * widths[0]) : 0;
        double fromLast = periodic ? timeStep / (distances[cells - 1] * widths[cells - 1]) : 0;
        for (int cell = 0; cell < cells - 1; cell++)
        {
            double up = timeStep / (distances[cell] * widths[cell]);
            double pivot = rest + toLast + up;
            carry[cell] = down / pivot;
            scale[cell] = 1 / pivot;
            upper[cell] = up / pivot;
            wrap[cell] = toLast / pivot;
            last[cell] = fromLast;

            double share = rest / pivot;
            down = timeStep / (distances[cell] * widths[cell + 1]);
            rest = 1 + down * share;
            if (cell < cells - 2)
            {
                lastRest += fromLast * share;
                toLast *= down / pivot;
                fromLast *= up / pivot;
            }
            else if (periodic)
            {
                // The last cell's two links meet: the direct one to cell N − 2 and what is left of the wrap.
                down += fromLast;
                rest = lastRest + down * share;
            }
        }

        carry[cells - 1] = down / rest;
        scale[cells - 1] = 1 / rest;
    }
}
