using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes;

/// <summary>
/// One implicit step of generation along one axis, on every line, with the rate function of docs/numerics.md, 3.1: from cell i to its
/// neighbour j mass goes at the rate (A/(δ|i|)) r(ρ), r(ρ) = ½ max((1+ε)ρ − (1−ε), 2(ρ − 1), 0), ρ = u_j/u_i. Two forms:
/// <list type="bullet">
/// <item><em>ratio form</em> (the grid's own score): u_i|i| w_i − Σ_j (Δt A/δ) Q_ij (w_j − w_i) = |i| v_i^{n+1}, Q_ij = ½ max((1+ε)u_i − (1−ε)u_j, 2(u_i − u_j), 0), u
/// at level n + 1, then v^n = u^n w. The right side needs no division, and v = u comes out to the bit.</item>
/// <item><em>mass form</em> (any other score, ρ = exp(ŝ·n δ)): (I − Δt B) in cell masses.</item>
/// </list>
/// The two matrices are transposes of one kind, rows (or columns) with a non-negative excess, so one elimination without subtraction serves both
/// (docs/numerics.md, 3.2): every pivot is a sum of positive terms. Coefficients live in registers and in a panel in the cache, never in main memory.
/// </summary>
internal sealed unsafe class GenerationSweep : IBlockWork
{
    /// <summary>|ŝ·n δ| is clamped here: e^±700 is the range of a double.</summary>
    private const double LargestExponent = 700;

    /// <summary>Rates times Δt stop here, so that their products stay finite. At such a rate a cell empties in one step whatever its value.</summary>
    private const double LargestRate = 1e150;

    private readonly Lines lines;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly double[] halfSteps;
    private readonly double more;
    private readonly double less;
    private readonly bool periodic;
    private double[] driver = [];
    private double[] finish = [];
    private double[] v = [];
    private double[]? one;
    private bool massForm;

    public GenerationSweep(Grid grid, int axis, double epsilon, WorkerTeam team)
    {
        lines = new Lines(grid, axis);
        this.team = team;
        more = 1 + epsilon;
        less = 1 - epsilon;
        periodic = lines.Axis.IsPeriodic && lines.Axis.Cells > 1;
        halfSteps = new double[lines.Axis.Links];
        // The eliminated system; then panels of driver, v, u and one.
        long panels = (long)lines.Axis.Cells * (lines.IsContiguous ? Eliminated.Panels + 4 : Eliminated.Panels);
        scratch = Scratch.ForWorkers(team.Threads, (panels + Eliminated.Rows) * lines.MostLanes);
    }

    /// <summary>Ratio form: v ← uNew · (I − Δt Q(u))^{-1}(v/u), and the same for <paramref name="propagated"/>.</summary>
    public void ApplyRatio(double[] u, double[] uNew, double[] density, double[]? propagated, double step)
    {
        finish = uNew;
        massForm = false;
        Apply(u, density, propagated, step);
    }

    /// <summary>Mass form, driven by a normal score ŝ·n at the face above each cell.</summary>
    public void ApplyMass(double[] normalScore, double[] density, double[]? propagated, double step)
    {
        finish = normalScore;
        massForm = true;
        Apply(normalScore, density, propagated, step);
    }

    private void Apply(double[] drivenBy, double[] density, double[]? propagated, double step)
    {
        driver = drivenBy;
        v = density;
        one = propagated;
        ReadOnlySpan<double> distances = lines.Axis.Distances;
        for (int link = 0; link < halfSteps.Length; link++)
            halfSteps[link] = 0.5 * step / distances[link];
        team.Run(this, lines.Blocks);
    }

    void IBlockWork.Run(int block, int worker)
    {
        int line = block * Lines.PerBlock;
        int end = Math.Min(line + Lines.PerBlock, lines.Count);
        while (line < end)
        {
            int count = lines.SideBySide(end - line);
            if (count == 1)
                Process<Lane>(line, count, worker);
            else if (!Vector512.IsHardwareAccelerated)
                Process<Lanes4>(line, count, worker);
            else if (count == 8)
                Process<Lanes8>(line, count, worker);
            else
                Process<Twice<Lanes8>>(line, count, worker);
            line += count;
        }
    }

    private void Process<TLanes>(int line, int count, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint size = (nint)cells * count;
        double* work = scratch[worker].Start;
        nint offset = line * lines.LineStride;
        fixed (double* drivers = &driver[offset], ends = &finish[offset], densities = &v[offset], ones = one)
        {
            double* onesHere = one is null ? null : ones + offset;
            if (!lines.IsContiguous || count == 1)
            {
                Solve<TLanes>(new Block(drivers, ends, densities, onesHere, lines.CellStride, count), work);
                return;
            }

            double* panels = work + Eliminated.Panels * size + Eliminated.Rows * count;
            Panel.Load(drivers, lines.LineStride, count, cells, panels);
            Panel.Load(densities, lines.LineStride, count, cells, panels + size);
            if (!massForm)
                Panel.Load(ends, lines.LineStride, count, cells, panels + 2 * size);
            if (one is not null)
                Panel.Load(onesHere, lines.LineStride, count, cells, panels + 3 * size);
            Solve<TLanes>(new Block(panels, panels + 2 * size, panels + size, one is null ? null : panels + 3 * size, count, count), work);
            Panel.Store(panels + size, count, cells, densities, lines.LineStride);
            if (one is not null)
                Panel.Store(panels + 3 * size, count, cells, onesHere, lines.LineStride);
        }
    }

    private void Solve<TLanes>(in Block block, double* work)
        where TLanes : struct, ILanes<TLanes>
    {
        if (massForm)
        {
            if (block.Ones is null)
                Solve<TLanes, MassForm, OneRightSide>(block, work);
            else
                Solve<TLanes, MassForm, TwoRightSides>(block, work);
        }
        else if (block.Ones is null)
        {
            Solve<TLanes, RatioForm, OneRightSide>(block, work);
        }
        else
        {
            Solve<TLanes, RatioForm, TwoRightSides>(block, work);
        }
    }

    /// <summary>
    /// Eliminates cells 0 … N − 2 upward, then substitutes downward, one cell of all the block's lines after the other. Cell i is joined to i + 1 by <c>up</c>
    /// (what i owes to i + 1) and <c>down</c> (what i + 1 owes to i). In the ratio form a row holds its own two coefficients; in the mass form a column does, so
    /// a right side travels with the other one. On a periodic line each cell is also joined to the last one, by <c>toLast</c> and <c>fromLast</c>.
    /// </summary>
    private void Solve<TLanes, TForm, TSides>(in Block block, double* work)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
    {
        var system = new Eliminated(work, lines.Axis.Cells, block.Count);
        Open<TLanes, TForm, TSides>(block, system);
        if (periodic)
            Eliminate<TLanes, TForm, TSides, Periodic>(block, system);
        else
            Eliminate<TLanes, TForm, TSides, NoFlux>(block, system);
        SolveLast<TLanes, TForm, TSides>(block, system);
        if (periodic)
            Substitute<TLanes, TForm, TSides, Periodic>(block, system);
        else
            Substitute<TLanes, TForm, TSides, NoFlux>(block, system);
    }

    /// <summary>The row of the first cell before anything is eliminated: its own excess and right side; on periodic lines the last cell's row and its link to the first.</summary>
    private void Open<TLanes, TForm, TSides>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
    {
        int top = lines.Axis.Cells - 1;
        TLanes width = TLanes.Create(lines.Axis.Widths[0]), lastWidth = TLanes.Create(lines.Axis.Widths[top]);
        for (nint lane = 0; lane < block.Count; lane += TLanes.Count)
        {
            TLanes driver = TLanes.Load(block.Drivers + lane);
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : width * driver).Store(system.Pivots + lane);
            (width * TLanes.Load(block.Density + lane)).Store(system.Sides + lane);
            if (typeof(TSides) == typeof(TwoRightSides))
                (width * TLanes.Load(block.Ones + lane)).Store(system.OtherSides + lane);
            if (!periodic)
                continue;

            nint at = top * block.Stride + lane;
            TLanes final = TLanes.Load(block.Drivers + at);
            Couple<TLanes, TForm>(
                final, driver, TLanes.Create(halfSteps[top]), lines.Axis.Distances[top], lastWidth, width, out TLanes fromLast, out TLanes toLast);
            fromLast.Store(system.FromLast + lane);
            toLast.Store(system.ToLast + lane);
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : lastWidth * final).Store(system.LastRest + lane);
            (lastWidth * TLanes.Load(block.Density + at)).Store(system.LastSide + lane);
            if (typeof(TSides) == typeof(TwoRightSides))
                (lastWidth * TLanes.Load(block.Ones + at)).Store(system.LastOther + lane);
        }
    }

    /// <summary>Eliminates one cell after the other: its pivot replaces the rest of its row, and the next cell's row takes its share.</summary>
    // A method of its own, optimised from the first call: the compiler's budget for inlining is then the kernel's alone, and no lane's operation is left a call.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Eliminate<TLanes, TForm, TSides, TWalls>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
        where TWalls : struct
    {
        nint top = lines.Axis.Cells - 1, count = block.Count, stride = block.Stride;
        double* toLasts = system.ToLast, fromLasts = system.FromLast, wraps = system.Wraps;
        fixed (double* widths = lines.Axis.Widths, gaps = lines.Axis.Distances, steps = halfSteps)
        {
            for (nint cell = 0; cell < top; cell++)
            {
                TLanes half = TLanes.Create(steps[cell]), width = TLanes.Create(widths[cell]), nextWidth = TLanes.Create(widths[cell + 1]);
                double* drivers = block.Drivers + cell * stride, densities = block.Density + (cell + 1) * stride;
                double* pivots = system.Pivots + cell * count, sides = system.Sides + cell * count, links = system.Links + cell * count;
                for (nint lane = 0; lane < count; lane += TLanes.Count)
                {
                    TLanes next = TLanes.Load(drivers + stride + lane);
                    Couple<TLanes, TForm>(TLanes.Load(drivers + lane), next, half, gaps[cell], width, nextWidth, out TLanes up, out TLanes down);
                    TLanes rest = TLanes.Load(pivots + lane), side = TLanes.Load(sides + lane), pivot = rest + up;
                    if (typeof(TWalls) == typeof(Periodic))
                        pivot = rest + TLanes.Load(toLasts + lane) + up;
                    TLanes inverse = TLanes.Create(1) / pivot;
                    pivot.Store(pivots + lane);
                    if (typeof(TForm) == typeof(MassForm))
                        down.Store(links + lane);
                    else
                        up.Store(links + lane);

                    if (typeof(TWalls) == typeof(Periodic))
                    {
                        TLanes toLast = TLanes.Load(toLasts + lane), fromLast = TLanes.Load(fromLasts + lane);
                        (typeof(TForm) == typeof(MassForm) ? fromLast : toLast).Store(wraps + cell * count + lane);
                        if (cell == top - 1)
                        {
                            // The last cell's two links meet: the direct one and what is left of the wrap.
                            toLast += up;
                            fromLast += down;
                        }

                        TLanes handed = (typeof(TForm) == typeof(MassForm) ? toLast : fromLast) * inverse;
                        TLanes.Fused(handed, side, TLanes.Load(system.LastSide + lane)).Store(system.LastSide + lane);
                        if (typeof(TSides) == typeof(TwoRightSides))
                        {
                            TLanes handedOther = TLanes.Load(system.OtherSides + cell * count + lane);
                            TLanes.Fused(handed, handedOther, TLanes.Load(system.LastOther + lane)).Store(system.LastOther + lane);
                        }

                        TLanes.Fused(fromLast * inverse, rest, TLanes.Load(system.LastRest + lane)).Store(system.LastRest + lane);
                        (toLast * (down * inverse)).Store(toLasts + lane);
                        (fromLast * (up * inverse)).Store(fromLasts + lane);
                    }

                    TLanes share = (typeof(TForm) == typeof(MassForm) ? up : down) * inverse;
                    TLanes.Fused(share, side, nextWidth * TLanes.Load(densities + lane)).Store(sides + count + lane);
                    if (typeof(TSides) == typeof(TwoRightSides))
                    {
                        double* others = system.OtherSides + cell * count + lane;
                        TLanes one = nextWidth * TLanes.Load(block.Ones + (cell + 1) * stride + lane);
                        TLanes.Fused(share, TLanes.Load(others), one).Store(others + count);
                    }

                    if (typeof(TForm) == typeof(MassForm))
                        TLanes.Fused(down * inverse, rest, TLanes.Create(1)).Store(pivots + count + lane);
                    else
                        TLanes.Fused(share, rest, nextWidth * next).Store(pivots + count + lane);
                }
            }
        }
    }

    private void SolveLast<TLanes, TForm, TSides>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
    {
        nint top = lines.Axis.Cells - 1;
        TLanes width = TLanes.Create(lines.Axis.Widths[(int)top]);
        for (nint lane = 0; lane < block.Count; lane += TLanes.Count)
        {
            nint here = top * block.Count + lane, at = top * block.Stride + lane;
            TLanes rest = TLanes.Load(periodic ? system.LastRest + lane : system.Pivots + here);
            TLanes x = TLanes.Load(periodic ? system.LastSide + lane : system.Sides + here) / rest;
            x.Store(system.Solution + lane);
            x.Store(system.LastSide + lane);
            Finish<TLanes, TForm>(x, block.Ends + at, block.Density + at, width);
            if (typeof(TSides) != typeof(TwoRightSides))
                continue;
            x = TLanes.Load(periodic ? system.LastOther + lane : system.OtherSides + here) / rest;
            x.Store(system.OtherSolution + lane);
            x.Store(system.LastOther + lane);
            Finish<TLanes, TForm>(x, block.Ends + at, block.Ones + at, width);
        }
    }

    /// <summary>From cell N − 2 down: x_i = (y_i + link_i x_{i+1} (+ wrap_i x_{N−1}))/pivot_i, and v from it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Substitute<TLanes, TForm, TSides, TWalls>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
        where TWalls : struct
    {
        nint top = lines.Axis.Cells - 1, count = block.Count, stride = block.Stride;
        double* solutions = system.Solution, others = system.OtherSolution;
        fixed (double* widths = lines.Axis.Widths)
        {
            for (nint cell = top - 1; cell >= 0; cell--)
            {
                TLanes width = TLanes.Create(widths[cell]);
                nint here = cell * count, at = cell * stride;
                for (nint lane = 0; lane < count; lane += TLanes.Count, here += TLanes.Count, at += TLanes.Count)
                {
                    TLanes pivot = TLanes.Load(system.Pivots + here), link = TLanes.Load(system.Links + here), known = TLanes.Load(system.Sides + here);
                    if (typeof(TWalls) == typeof(Periodic))
                        known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastSide + lane), known);
                    TLanes x = TLanes.Fused(link, TLanes.Load(solutions + lane), known) / pivot;
                    x.Store(solutions + lane);
                    Finish<TLanes, TForm>(x, block.Ends + at, block.Density + at, width);
                    if (typeof(TSides) != typeof(TwoRightSides))
                        continue;
                    known = TLanes.Load(system.OtherSides + here);
                    if (typeof(TWalls) == typeof(Periodic))
                        known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastOther + lane), known);
                    x = TLanes.Fused(link, TLanes.Load(others + lane), known) / pivot;
                    x.Store(others + lane);
                    Finish<TLanes, TForm>(x, block.Ends + at, block.Ones + at, width);
                }
            }
        }
    }

    /// <summary>
    /// The two coefficients of a link, <paramref name="half"/> = Δt/2δ: what the lower cell owes the upper and the reverse. Written so that
    /// neither comes from the difference of two large numbers when u changes by orders of magnitude from cell to cell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Couple<TLanes, TForm>(
        TLanes lower, TLanes upper, TLanes half, double gap, TLanes lowerWidth, TLanes upperWidth, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
    {
        TLanes zero = TLanes.Create(0), plus = TLanes.Create(more), minus = TLanes.Create(less);
        if (typeof(TForm) == typeof(MassForm))
        {
            TLanes exponent = TLanes.Max(TLanes.Create(-LargestExponent), TLanes.Min(TLanes.Create(LargestExponent), lower * TLanes.Create(gap)));
            TLanes unit = TLanes.Create(1), two = TLanes.Create(2), most = TLanes.Create(LargestRate);
            TLanes ratio = TLanes.Exp(exponent), inverse = TLanes.Exp(zero - exponent);
            up = TLanes.Min(half / lowerWidth * TLanes.Max(TLanes.Max(plus * ratio - minus, two * (ratio - unit)), zero), most);
            down = TLanes.Min(half / upperWidth * TLanes.Max(TLanes.Max(plus * inverse - minus, two * (inverse - unit)), zero), most);
            return;
        }

        TLanes rise = upper - lower;
        rise += rise;
        up = half * TLanes.Max(TLanes.Max(plus * lower - minus * upper, zero - rise), zero);
        down = half * TLanes.Max(TLanes.Max(plus * upper - minus * lower, rise), zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TForm>(TLanes x, double* end, double* density, TLanes width)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
    {
        if (typeof(TForm) == typeof(MassForm))
            (x / width).Store(density);
        else
            (TLanes.Load(end) * x).Store(density);
    }

    /// <summary>Lines solved together: value (cell, line) at cell · Stride + line.</summary>
    private readonly struct Block(double* drivers, double* ends, double* density, double* ones, nint stride, nint count)
    {
        public readonly double* Drivers = drivers;
        public readonly double* Ends = ends;
        public readonly double* Density = density;
        public readonly double* Ones = ones;
        public readonly nint Stride = stride;
        public readonly nint Count = count;
    }

    /// <summary>
    /// The eliminated system of a block, value (cell, line) at cell · count + line: pivots, right sides, links upward, links to the last cell. Then one value a
    /// line of what the elimination hands on.
    /// </summary>
    private readonly struct Eliminated(double* work, nint cells, nint count)
    {
        public const int Panels = 5;
        public const int Rows = 7;

        public readonly double* Pivots = work;
        public readonly double* Sides = work + cells * count;
        public readonly double* Links = work + 2 * cells * count;
        public readonly double* OtherSides = work + 3 * cells * count;
        public readonly double* Wraps = work + 4 * cells * count;

        public readonly double* ToLast = work + Panels * cells * count;
        public readonly double* FromLast = work + (Panels * cells + 1) * count;
        public readonly double* LastRest = work + (Panels * cells + 2) * count;
        public readonly double* LastSide = work + (Panels * cells + 3) * count;
        public readonly double* LastOther = work + (Panels * cells + 4) * count;
        public readonly double* Solution = work + (Panels * cells + 5) * count;
        public readonly double* OtherSolution = work + (Panels * cells + 6) * count;
    }

    // What a kernel is compiled for. Compared as types, so that what does not apply is never compiled: it would use up the budget for inlining.
    private readonly struct RatioForm;

    private readonly struct MassForm;

    private readonly struct OneRightSide;

    private readonly struct TwoRightSides;

    private readonly struct NoFlux;

    private readonly struct Periodic;
}
