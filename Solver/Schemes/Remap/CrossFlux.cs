using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// One explicit step of ∂τ v = −div F, F = (1+ε)/12 u ∂²_xy log u (h_y² ∂_y w, h_x² ∂_x w), w = v/u, the flux that sweeps along rows and
/// columns do not contain (docs/numerics.md, 3.6). It is gathered at the corners of cells: with cells a, b below and c, d above, u ∂²_xy
/// log u = 4 (ad − bc)/((a+b+c+d) δx δy), ∂_y w = (w_c + w_d − w_a − w_b)/2δy; each face takes from both its corners, weighted so that
/// derivatives at the middle of an unequal row stay second order. There is no flux through a wall, and the flux is exactly 0 where w is
/// constant. The fluxes are limited as by Zalesak (1979), so that w keeps its bounds. Rows pass through a few buffers in memory order; each
/// block recomputes what it requires from its neighbours.
/// </summary>
internal sealed unsafe class CrossFlux : IBlockWork
{
    /// <summary>
    /// Upper limit on |(1+ε)/12 ∂²_xy log u| times the step; explicit steps amplify the grid scale by at most 1 + 2 times this value.
    /// </summary>
    public const double MostMoved = 0.25;

    private const int RowsPerBlock = 64;

    // Rows that a panel keeps. Sums are eight, one for each place in eight neighbours, whatever the register's width.
    private const int Kept = 4, Places = 8;

    private const double Tiny = 1e-300;

    // Of two scaled densities at a corner: below, one of them is hardly above the floor of u.
    private const double LeastProduct = 1e-150;

    // Less than all of the room, so that rounding does not lead out of it.
    private const double Room = 1 - 1.0 / (1L << 48);

    // Panels of a few rows each: u scaled, v, w; what the corners move through faces along x and along y; what a cell gains; the shares of
    // gains and of losses that it has room for. Behind them one row of the new v and one of its w.
    private const int Density = 0, Value = 1, Ratio = 2, Along = 3, Across = 4, Gain = 5, Gains = 6, Losses = 7, Panels = 8;

    private readonly int columns, rows, blocks;
    private readonly bool periodicColumns, periodicRows;
    private readonly nint pitch;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly bool[][] crowded;
    private readonly AxisWeights x, y;
    private readonly double scale;
    private readonly Sums[] sums;
    private double[] u = [], from = [], to = [];
    private double rate, lowest, highest;
    private bool measureBefore, measureAfter, measureExactly;

    public CrossFlux(Grid grid, WorkerTeam team)
    {
        this.team = team;
        (columns, rows) = (grid.Columns, grid.Rows);
        (periodicColumns, periodicRows) = (grid.X.IsPeriodic, grid.Axes[1].IsPeriodic);
        (x, y) = (new AxisWeights(grid.X), new AxisWeights(grid.Axes[1]));
        pitch = (columns + Places - 1) / Places * Places + 2 * Places;
        long size = (Panels * Kept + 2) * pitch;
        scratch = Scratch.ForWorkers(team.Threads, size);
        foreach (Scratch memory in scratch)
            new Span<double>(memory.Start, checked((int)size)).Clear();
        crowded = [.. scratch.Select(_ => new bool[Kept])];
        blocks = (rows + RowsPerBlock - 1) / RowsPerBlock;
        sums = new Sums[blocks];

        // A power of two that brings densities near 1: products of two of them neither overflow nor vanish where there is mass.
        double area = Math.Log2(grid.X.To - grid.X.From) + Math.Log2(grid.Axes[1].To - grid.Axes[1].From);
        scale = Math.ScaleB(1, (int)Math.Round(Math.Clamp(area, -500, 500)));
    }

    /// <summary>Registers of eight in place of four; the bits are the same.</summary>
    public bool UsesEightLanes { get; init; } = RegisterWidth.IsEight;

    /// <summary>Sums of the last step over the whole grid; those not requested are 0.</summary>
    public Sums Total { get; private set; }

    /// <summary>One step from v in <paramref name="before"/> to v in <paramref name="after"/>, a different array, with u frozen.</summary>
    /// <param name="density">u, cell averages.</param>
    /// <param name="strength">(1+ε)/12 times the duration of the step.</param>
    /// <param name="first">Measure KL of the input.</param>
    /// <param name="last">Measure KL of the result.</param>
    /// <param name="exactly">Measure KL of the result with exact logarithms too.</param>
    public void Step(
        double[] density, double[] before, double[] after, double strength, double lowestRatio, double highestRatio, bool first, bool last,
        bool exactly = false)
    {
        (u, from, to) = (density, before, after);
        (rate, lowest, highest) = (strength, lowestRatio, highestRatio);
        (measureBefore, measureAfter, measureExactly) = (first, last, exactly);
        team.Run(this, blocks);
        Sums total = default;
        foreach (Sums part in sums)
            total = total.With(part);
        Total = total;
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (UsesEightLanes)
            Run<Lanes8>(block, worker);
        else
            Run<Lanes4>(block, worker);
    }

    private void Run<TLanes>(int block, int worker)
        where TLanes : struct, IRegister<TLanes>
    {
        int first = block * RowsPerBlock, end = Math.Min(first + RowsPerBlock, rows);
        var space = new Space(scratch[worker].Start, pitch);
        bool[] full = crowded[worker];
        Sums sum = default;
        Load<TLanes>(space, first - 2);
        Load<TLanes>(space, first - 1);
        Corners<TLanes>(space, first - 2);
        Load<TLanes>(space, first);
        Corners<TLanes>(space, first - 1);
        Balance<TLanes>(space, first - 1, full);
        for (int row = first; row <= end; row++)
        {
            Load<TLanes>(space, row + 1);
            double clamped = Corners<TLanes>(space, row), wanted = Balance<TLanes>(space, row, full);
            if (row < end)
            {
                sum.Clamped += clamped;
                sum.Wanted += 0.5 * wanted;
                if (measureBefore)
                    sum.Before = sum.Before.With(Measure<TLanes>(space[Value, row], space[Ratio, row], row));
            }

            if (row > first)
                Finish<TLanes>(space, row - 1, full, ref sum);
        }

        sums[block] = sum;
    }

    /// <summary>The row of the grid for a ghost row beyond the first or the last.</summary>
    private int Source(int row)
    {
        if (periodicRows)
            return ((row % rows) + rows) % rows;
        return Math.Clamp(row < 0 ? -1 - row : row >= rows ? 2 * rows - 1 - row : row, 0, rows - 1);
    }

    private double RowWeight(double[] weights, int row) => weights[Source(row)];

    private void Load<TLanes>(Space space, int row)
        where TLanes : struct, IRegister<TLanes>
    {
        nint start = (nint)Source(row) * columns;
        double* density = space[Density, row], value = space[Value, row], ratio = space[Ratio, row];
        fixed (double* us = u, vs = from)
        {
            nint side = columns & ~(TLanes.Count - 1);
            Load<TLanes>(us + start, vs + start, 0, side, scale, density, value, ratio);
            Load<Lane>(us + start, vs + start, side, columns, scale, density, value, ratio);
        }

        foreach (int panel in (ReadOnlySpan<int>)[Density, Value, Ratio])
        {
            double* cells = space[panel, row];
            cells[-1] = cells[periodicColumns ? columns - 1 : 0];
            double beyond = cells[periodicColumns ? 0 : columns - 1];
            for (nint cell = columns; cell < pitch - Places; cell++)
                cells[cell] = beyond;
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Load<TLanes>(double* u, double* v, nint from, nint to, double scale, double* density, double* value, double* ratio)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint at = from; at < to; at += TLanes.Count)
        {
            TLanes here = TLanes.Load(u + at), mine = TLanes.Load(v + at);
            (here * TLanes.Create(scale)).Store(density + at);
            mine.Store(value + at);
            (mine / here).Store(ratio + at);
        }
    }

    /// <summary>
    /// The flux at the corners between a row and the next, for each h³ of a face's row (<see cref="AxisWeights"/>): corner k is the one on
    /// the left of cell k. Returns the part removed by <see cref="MostMoved"/>.
    /// </summary>
    private double Corners<TLanes>(Space space, int row)
        where TLanes : struct, IRegister<TLanes>
    {
        fixed (double* gaps = x.Gaps, reach = x.Reach)
        {
            var one = new CornerRow(rate, RowWeight(y.GapsAbove, row), 0.25 / scale, RowWeight(y.ReachAbove, row), gaps, reach);
            double* below = space[Density, row], above = space[Density, row + 1], ratioBelow = space[Ratio, row],
                ratioAbove = space[Ratio, row + 1];
            return Corners<TLanes>(below, above, ratioBelow, ratioAbove, columns + 1, one, space[Along, row], space[Across, row])
                ? Clamped<TLanes>(below, above, ratioBelow, ratioAbove, columns + 1, one)
                : 0;
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static bool Corners<TLanes>(
        double* below, double* above, double* ratioBelow, double* ratioAbove, int count, in CornerRow row, double* along, double* across)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes most = TLanes.Create(MostMoved), least = TLanes.Create(-MostMoved);
        TLanes gapY = TLanes.Create(row.Gap), rate = TLanes.Create(16 * row.Rate), mean = TLanes.Create(row.Mean),
            greatest = TLanes.Create(0);
        for (nint at = 0; at < count; at += TLanes.Count)
        {
            TLanes a = TLanes.Load(below + at - 1), b = TLanes.Load(below + at), c = TLanes.Load(above + at - 1),
                d = TLanes.Load(above + at);
            TLanes sum = (a + d) + (b + c);
            TLanes moved = Moved(a, b, c, d, sum) * (TLanes.Load(row.Gaps + at) * gapY * rate);
            TLanes flow = sum * mean * TLanes.Max(least, TLanes.Min(most, moved));
            greatest = TLanes.Max(greatest, TLanes.Abs(moved));
            a = TLanes.Load(ratioBelow + at - 1);
            b = TLanes.Load(ratioBelow + at);
            c = TLanes.Load(ratioAbove + at - 1);
            d = TLanes.Load(ratioAbove + at);
            (flow * ((c + d) - (a + b))).Store(along + at);
            (flow * ((b + d) - (a + c))).Store(across + at);
        }

        return TLanes.AnyPositive(greatest - most);
    }

    /// <summary>(ad − bc)/(a+b+c+d)², a sixteenth of δx δy ∂²_xy log u; 0 next to nearly empty cells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Moved<TLanes>(TLanes a, TLanes b, TLanes c, TLanes d, TLanes sum)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes up = a * d, down = b * c, least = TLanes.Create(LeastProduct);
        return TLanes.IfPositive(TLanes.Min(up, down) - least, (up - down) / TLanes.Fused(sum, sum, least), TLanes.Create(0));
    }

    /// <summary>The flux removed from the corners of a row by <see cref="MostMoved"/>, summed over faces.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static double Clamped<TLanes>(double* below, double* above, double* ratioBelow, double* ratioAbove, int count, in CornerRow row)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes most = TLanes.Create(MostMoved), zero = TLanes.Create(0);
        TLanes gapY = TLanes.Create(row.Gap), rate = TLanes.Create(16 * row.Rate), mean = TLanes.Create(row.Mean),
            reachY = TLanes.Create(row.Reach);
        double lost = 0;
        for (int place = 0; place < Places; place += TLanes.Count)
        {
            TLanes clamped = zero;
            for (nint at = place; at < count; at += Places)
            {
                TLanes a = TLanes.Load(below + at - 1), b = TLanes.Load(below + at), c = TLanes.Load(above + at - 1),
                    d = TLanes.Load(above + at);
                TLanes sum = (a + d) + (b + c);
                TLanes moved = Moved(a, b, c, d, sum) * (TLanes.Load(row.Gaps + at) * gapY * rate);
                TLanes wa = TLanes.Load(ratioBelow + at - 1), wb = TLanes.Load(ratioBelow + at);
                TLanes wc = TLanes.Load(ratioAbove + at - 1), wd = TLanes.Load(ratioAbove + at);
                TLanes slopeY = (wc + wd) - (wa + wb), slopeX = (wb + wd) - (wa + wc);
                TLanes reach = TLanes.Fused(TLanes.Abs(slopeY), reachY, TLanes.Abs(slopeX) * TLanes.Load(row.ReachAlong + at));
                clamped = TLanes.Fused(TLanes.Max(TLanes.Abs(moved) - most, zero) * (sum * mean), reach, clamped);
            }

            lost += TLanes.Sum(clamped);
        }

        return lost;
    }

    /// <summary>
    /// The gain of each cell of a row, and the fractions of inflow and outflow that its bounds permit, where one is below 1. Returns Σ
    /// |flux| of its faces.
    /// </summary>
    private double Balance<TLanes>(Space space, int row, bool[] full)
        where TLanes : struct, IRegister<TLanes>
    {
        fixed (double* plus = x.Plus, minus = x.Minus, inside = x.Inside, beyond = x.Beyond, widths = x.Widths)
        {
            var faces = new Faces(space, row, RowWeight(y.Plus, row), RowWeight(y.Minus, row), plus, minus);
            double* density = space[Density, row], value = space[Value, row], gains = space[Gains, row], losses = space[Losses, row];
            double height = RowWeight(y.Widths, row);
            bool tight = false;
            double wanted = Balance<TLanes>(
                faces, columns, inside, beyond, widths, height, density, value, lowest / scale, highest / scale, space[Gain, row],
                    ref tight);
            full[row & (Kept - 1)] = tight;
            if (tight)
                FindRoom<TLanes>(faces, columns, widths, height, density, value, lowest / scale, highest / scale, gains, losses);
            return wanted;
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static double Balance<TLanes>(
        in Faces faces, int count, double* inside, double* beyond, double* widths, double height, double* density, double* value,
            double lowest,
        double highest, double* gain, ref bool tight)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes least = TLanes.Create(lowest), most = TLanes.Create(highest), high = TLanes.Create(height), part = TLanes.Create(Room),
            zero = TLanes.Create(0);
        double total = 0;
        TLanes excess = TLanes.Create(-1);
        for (int place = 0; place < Places; place += TLanes.Count)
        {
            TLanes moved = zero;
            for (nint at = place; at < count; at += Places)
            {
                faces.At(at, out TLanes left, out TLanes right, out TLanes bottom, out TLanes top);
                TLanes net = (left - right) + (bottom - top);
                TLanes all = (TLanes.Abs(left) + TLanes.Abs(right)) + (TLanes.Abs(bottom) + TLanes.Abs(top));
                net.Store(gain + at);
                moved = TLanes.Fused(all, TLanes.Load(inside + at), moved);

                // What comes and what goes are at most all that moves: the shares are worked out only where even that has no room.
                TLanes u = TLanes.Load(density + at), v = TLanes.Load(value + at), room = TLanes.Load(widths + at) * high * part;
                TLanes space = TLanes.Min(TLanes.Fused(most, u, zero - v), v - least * u);
                excess = TLanes.Max(excess, all - TLanes.Fused(space, room, TLanes.Load(beyond + at)));
            }

            total += TLanes.Sum(moved);
        }

        tight = TLanes.AnyPositive(excess);
        return total;
    }

    [MethodImpl(KernelMethod.Own)]
    private static void FindRoom<TLanes>(
        in Faces faces, int count, double* widths, double height, double* density, double* value, double lowest, double highest,
            double* gains, double* losses)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes least = TLanes.Create(lowest), most = TLanes.Create(highest), high = TLanes.Create(height), part = TLanes.Create(Room),
            zero = TLanes.Create(0);
        TLanes one = TLanes.Create(1), tiny = TLanes.Create(Tiny);
        for (nint at = 0; at < count; at += TLanes.Count)
        {
            faces.At(at, out TLanes left, out TLanes right, out TLanes bottom, out TLanes top);

            // Summed apart: what comes may be the last bit of what goes.
            TLanes come = (TLanes.Max(left, zero) + TLanes.Max(zero - right, zero))
                + (TLanes.Max(bottom, zero) + TLanes.Max(zero - top, zero));
            TLanes go = (TLanes.Max(zero - left, zero) + TLanes.Max(right, zero))
                + (TLanes.Max(zero - bottom, zero) + TLanes.Max(top, zero));
            TLanes u = TLanes.Load(density + at), v = TLanes.Load(value + at), room = TLanes.Load(widths + at) * high * part;
            TLanes above = TLanes.Max(zero, TLanes.Fused(most, u, zero - v) * room), below = TLanes.Max(zero, (v - least * u) * room);
            TLanes.Min(one, above / TLanes.Max(come, tiny)).Store(gains + at);
            TLanes.Min(one, below / TLanes.Max(go, tiny)).Store(losses + at);
        }
    }

    /// <summary>
    /// Writes the new v of a row: with the gains as they are, or, where the bounds of a cell or its neighbours require it, with limited
    /// fluxes.
    /// </summary>
    private void Finish<TLanes>(Space space, int row, bool[] full, ref Sums sum)
        where TLanes : struct, IRegister<TLanes>
    {
        fixed (double* plus = x.Plus, minus = x.Minus, inside = x.Inside, inverse = x.Inverses)
        {
            if (full[row & (Kept - 1)] || full[(row - 1) & (Kept - 1)] || full[(row + 1) & (Kept - 1)])
            {
                for (int near = row - 1; near <= row + 1; near++)
                    CompleteShares(space, near, full[near & (Kept - 1)]);
                var faces = new Faces(space, row, RowWeight(y.Plus, row), RowWeight(y.Minus, row), plus, minus);
                sum.Limited += 0.5 * Limit<TLanes>(faces, space, row, columns, inside, space[Gain, row]);
            }

            nint side = columns & ~(TLanes.Count - 1);
            double inverseHeight = 1 / RowWeight(y.Widths, row);
            fixed (double* target = &to[(nint)row * columns])
            {
                Add<TLanes>(space[Value, row], space[Gain, row], inverse, inverseHeight, 0, side, target);
                Add<Lane>(space[Value, row], space[Gain, row], inverse, inverseHeight, side, columns, target);
                if (!measureAfter)
                    return;
                Divide<TLanes>(target, space[Density, row], scale, 0, side, space.Result, space.ResultRatio);
                Divide<Lane>(target, space[Density, row], scale, side, columns, space.Result, space.ResultRatio);
            }
        }

        sum.After = sum.After.With(Measure<TLanes>(space.Result, space.ResultRatio, row));
        if (!measureExactly)
            return;
        fixed (double* widths = x.Widths)
        {
            sum.AfterExact = sum.AfterExact.With(
                CrossBlend.Measure<TLanes>(space.Result, space.ResultRatio, widths, columns).Times(RowWeight(y.Widths, row)));
        }
    }

    /// <summary>Fractions of 1 in a row without limiting, and the ghost cells of a row with limiting.</summary>
    private void CompleteShares(Space space, int row, bool isFull)
    {
        foreach (int panel in (ReadOnlySpan<int>)[Gains, Losses])
        {
            double* shares = space[panel, row];
            if (!isFull)
                new Span<double>(shares - 1, columns + 2).Fill(1);
            shares[-1] = shares[periodicColumns ? columns - 1 : 0];
            shares[columns] = shares[periodicColumns ? 0 : columns - 1];
        }
    }

    /// <summary>The gains with limited fluxes. Returns the flux removed.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static double Limit<TLanes>(in Faces faces, Space space, int row, int count, double* inside, double* gain)
        where TLanes : struct, IRegister<TLanes>
    {
        double* gains = space[Gains, row], losses = space[Losses, row];
        double* gainsBelow = space[Gains, row - 1], lossesBelow = space[Losses, row - 1], gainsAbove = space[Gains, row + 1],
            lossesAbove = space[Losses, row + 1];
        double taken = 0;
        for (int place = 0; place < Places; place += TLanes.Count)
        {
            TLanes lost = TLanes.Create(0);
            for (nint at = place; at < count; at += Places)
            {
                faces.At(at, out TLanes left, out TLanes right, out TLanes bottom, out TLanes top);
                TLanes gain0 = TLanes.Load(gains + at), loss0 = TLanes.Load(losses + at);
                TLanes share = Share(left, TLanes.Load(losses + at - 1), gain0, TLanes.Load(gains + at - 1), loss0);
                TLanes limitedLeft = left * share;
                TLanes limitedRight = right * Share(right, loss0, TLanes.Load(gains + at + 1), gain0, TLanes.Load(losses + at + 1));
                TLanes limitedBottom = bottom * Share(bottom, TLanes.Load(lossesBelow + at), gain0, TLanes.Load(gainsBelow + at), loss0);
                TLanes limitedTop = top * Share(top, loss0, TLanes.Load(gainsAbove + at), gain0, TLanes.Load(lossesAbove + at));
                ((limitedLeft - limitedRight) + (limitedBottom - limitedTop)).Store(gain + at);
                TLanes cut = (TLanes.Abs(left - limitedLeft) + TLanes.Abs(right - limitedRight))
                    + (TLanes.Abs(bottom - limitedBottom) + TLanes.Abs(top - limitedTop));
                lost = TLanes.Fused(cut, TLanes.Load(inside + at), lost);
            }

            taken += TLanes.Sum(lost);
        }

        return taken;
    }

    /// <summary>The fraction of a flux permitted by both cells of its face.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Share<TLanes>(TLanes flux, TLanes lossBefore, TLanes gainAfter, TLanes gainBefore, TLanes lossAfter)
        where TLanes : struct, ILanes<TLanes> => TLanes.IfPositive(flux, TLanes.Min(lossBefore, gainAfter),
            TLanes.Min(gainBefore, lossAfter));

    [MethodImpl(KernelMethod.Own)]
    private static void Add<TLanes>(
        double* value, double* gain, double* inverse, double inverseHeight, nint from, nint to, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes height = TLanes.Create(inverseHeight), zero = TLanes.Create(0);
        for (nint at = from; at < to; at += TLanes.Count)
        {
            // Among subnormal numbers a room is not what it says.
            TLanes v = TLanes.Fused(TLanes.Load(gain + at), TLanes.Load(inverse + at) * height, TLanes.Load(value + at));
            TLanes.Max(v, zero).Store(result + at);
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Divide<TLanes>(double* value, double* density, double scale, nint from, nint to, double* copy, double* ratio)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes unit = TLanes.Create(scale);
        for (nint at = from; at < to; at += TLanes.Count)
        {
            TLanes v = TLanes.Load(value + at);
            v.Store(copy + at);
            (v * unit / TLanes.Load(density + at)).Store(ratio + at);
        }
    }

    /// <summary>Σ |i| v L(w) of a row, L the logarithm to a few digits, and Σ |i| v.</summary>
    private Divergence Measure<TLanes>(double* v, double* w, int row)
        where TLanes : struct, IRegister<TLanes>
    {
        fixed (double* widths = x.Widths)
            return Measure<TLanes>(v, w, widths, columns).Times(RowWeight(y.Widths, row));
    }

    [MethodImpl(KernelMethod.Own)]
    private static Divergence Measure<TLanes>(double* v, double* w, double* widths, int count)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes tiny = TLanes.Create(Tiny);
        double total = 0, size = 0;
        for (int place = 0; place < Places; place += TLanes.Count)
        {
            TLanes sum = TLanes.Create(0), sizes = sum;
            for (nint at = place; at < count; at += Places)
            {
                TLanes part = TLanes.Load(v + at) * TLanes.Load(widths + at);
                sum = TLanes.Fused(part, VectorMath.RoughLog(TLanes.Max(TLanes.Load(w + at), tiny)), sum);
                sizes += part;
            }

            total += TLanes.Sum(sum);
            size += TLanes.Sum(sizes);
        }

        return new Divergence(total, size);
    }

    /// <summary>The sums of a step.</summary>
    public struct Sums
    {
        /// <summary>KL of the input and of the result to <see cref="VectorMath.RoughLogError"/> Σ |i| v, and Σ |i| v.</summary>
        public Divergence Before, After;

        /// <summary>KL of the result with exact logarithms, and Σ |i| v (1 + |log w|).</summary>
        public Divergence AfterExact;

        /// <summary>Σ |flux| over all faces of the clamped corners.</summary>
        public double Wanted;

        /// <summary>The parts removed by <see cref="MostMoved"/> and by the limiter.</summary>
        public double Clamped, Limited;

        public readonly Sums With(in Sums other) => new()
        {
            Before = Before.With(other.Before),
            After = After.With(other.After),
            AfterExact = AfterExact.With(other.AfterExact),
            Wanted = Wanted + other.Wanted,
            Clamped = Clamped + other.Clamped,
            Limited = Limited + other.Limited,
        };
    }

    /// <summary>The inputs of a row of corners.</summary>
    private readonly struct CornerRow(double rate, double gap, double mean, double reach, double* gaps, double* reachAlong)
    {
        public readonly double Rate = rate, Gap = gap, Mean = mean, Reach = reach;
        public readonly double* Gaps = gaps, ReachAlong = reachAlong;
    }

    /// <summary>The mass that crosses the four faces of a cell, towards larger x and y.</summary>
    private readonly struct Faces(Space space, int row, double above, double below, double* plus, double* minus)
    {
        private readonly double* alongAbove = space[Along, row], alongBelow = space[Along, row - 1];
        private readonly double* acrossAbove = space[Across, row], acrossBelow = space[Across, row - 1];
        private readonly double above = above, below = below;
        private readonly double* plus = plus, minus = minus;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void At<TLanes>(nint cell, out TLanes left, out TLanes right, out TLanes bottom, out TLanes top)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes up = TLanes.Create(above), down = TLanes.Create(below), next = TLanes.Load(plus + cell),
                before = TLanes.Load(minus + cell);
            left = TLanes.Fused(up, TLanes.Load(alongAbove + cell), down * TLanes.Load(alongBelow + cell));
            right = TLanes.Fused(up, TLanes.Load(alongAbove + cell + 1), down * TLanes.Load(alongBelow + cell + 1));
            bottom = TLanes.Fused(next, TLanes.Load(acrossBelow + cell + 1), before * TLanes.Load(acrossBelow + cell));
            top = TLanes.Fused(next, TLanes.Load(acrossAbove + cell + 1), before * TLanes.Load(acrossAbove + cell));
        }
    }

    /// <summary>
    /// Rows of the panels, and a row of the result; a row starts at a register's boundary and has a ghost before it and some after it.
    /// </summary>
    private readonly struct Space(double* start, nint pitch)
    {
        public double* Result => start + Panels * Kept * pitch + Places;

        public double* ResultRatio => Result + pitch;

        public double* this[int panel, int row] => start + (panel * Kept + (row & (Kept - 1))) * pitch + Places;
    }

    /// <summary>The geometry of an axis, in arrays padded by one register beyond the last cell.</summary>
    private sealed class AxisWeights
    {
        public AxisWeights(Axis axis)
        {
            int cells = axis.Cells, room = (cells + 1 + Places) / Places * Places + Places;
            (Widths, Inverses, Inside, Plus, Minus) = (new double[room], new double[room], new double[room], new double[room],
                new double[room]);
            Beyond = new double[room];
            Beyond.AsSpan(cells).Fill(1e300);
            (Gaps, GapsAbove, Reach, ReachAbove) = (new double[room], new double[room], new double[room], new double[room]);
            for (int cell = 0; cell < cells; cell++)
            {
                // Behind a wall lies a cell of the same width. A derivative at the centre weighs each side's by the other side's distance.
                double width = axis.Widths[cell], above = Distance(axis, cell), below = Distance(axis, cell - 1),
                    cube = width * width * width;
                (Widths[cell], Inverses[cell], Inside[cell]) = (width, 1 / width, 1);
                Plus[cell] = cube * (below / (below + above)) / (2 * above);
                Minus[cell] = cube * (above / (below + above)) / (2 * below);
                GapsAbove[cell] = 1 / above;
                Gaps[cell] = 1 / below;
            }

            Gaps[cells] = 1 / Distance(axis, cells - 1);
            for (int cell = 0; cell <= cells; cell++)
                Reach[cell] = (cell == 0 ? axis.IsPeriodic ? Plus[cells - 1] : 0 : Plus[cell - 1])
                    + (cell == cells ? axis.IsPeriodic ? Minus[0] : 0 : Minus[cell]);
            for (int cell = 0; cell < cells; cell++)
                ReachAbove[cell] = Reach[cell + 1];
            if (axis.IsPeriodic)
                Reach[cells] = 0;
        }

        public double[] Widths { get; }

        public double[] Inverses { get; }

        /// <summary>1 for a cell, 0 beyond the last one.</summary>
        public double[] Inside { get; }

        /// <summary>0 for a cell; beyond the last one large enough that no limit applies.</summary>
        public double[] Beyond { get; }

        /// <summary>h³/2δ of a cell times the weight of the corner on its upper side.</summary>
        public double[] Plus { get; }

        /// <summary>The same on its lower side.</summary>
        public double[] Minus { get; }

        /// <summary>1/δ from the cell before to a cell; one more than cells.</summary>
        public double[] Gaps { get; }

        /// <summary>1/δ from a cell to the next.</summary>
        public double[] GapsAbove { get; }

        /// <summary>The part of a corner below a cell that reaches its two faces; each corner counts once.</summary>
        public double[] Reach { get; }

        /// <summary>The same for the corner above a cell.</summary>
        public double[] ReachAbove { get; }

        /// <summary>From the centre of a cell to that of the next.</summary>
        private static double Distance(Axis axis, int cell)
        {
            if (axis.Links > 0 && (axis.IsPeriodic || (cell >= 0 && cell < axis.Links)))
                return axis.Distances[(cell + axis.Links) % axis.Links];
            return axis.Widths[Math.Clamp(cell, 0, axis.Cells - 1)];
        }
    }
}
