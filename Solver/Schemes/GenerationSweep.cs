using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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

    private const int PanelGap = 80;

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
    private bool startsFromOne;
    private bool massForm;

    public GenerationSweep(Grid grid, int axis, double epsilon, WorkerTeam team)
    {
        lines = new Lines(grid, axis);
        this.team = team;
        more = 1 + epsilon;
        less = 1 - epsilon;
        periodic = lines.Axis.IsPeriodic && lines.Axis.Cells > 1;
        halfSteps = new double[lines.Axis.Links];
        scratch = Scratch.ForWorkers(team.Threads, Eliminated.Rows * lines.MostLanes + Panels * PanelSize(lines.MostLanes));
    }

    /// <summary>Ratio form: v ← uNew · (I − Δt Q(u))^{-1}(v/u), and the same for <paramref name="propagated"/>.</summary>
    /// <param name="fromOne"><paramref name="propagated"/> is 1 in every cell, whatever the array holds.</param>
    public void ApplyRatio(double[] u, double[] uNew, double[] density, double[]? propagated, bool fromOne, double step)
    {
        finish = uNew;
        massForm = false;
        Apply(u, density, propagated, fromOne, step);
    }

    /// <summary>Mass form, driven by a normal score ŝ·n at the face above each cell.</summary>
    /// <inheritdoc cref="ApplyRatio" path="/param"/>
    public void ApplyMass(double[] normalScore, double[] density, double[]? propagated, bool fromOne, double step)
    {
        finish = normalScore;
        massForm = true;
        Apply(normalScore, density, propagated, fromOne, step);
    }

    /// <summary>
    /// Links, pivots and, on periodic lines, wraps; along x also v and one. Pivots take the place of the driver, right sides and solutions that of v and one: what a
    /// block of lines needs has to stay in the second-level cache.
    /// </summary>
    private int Panels => (periodic ? 3 : 2) + (lines.IsContiguous ? 2 : 0);

    /// <summary>Panels of a power of two would meet in the same sets of the cache.</summary>
    private long PanelSize(int count) => (long)lines.Axis.Cells * count + PanelGap;

    private void Apply(double[] drivenBy, double[] density, double[]? propagated, bool fromOne, double step)
    {
        driver = drivenBy;
        startsFromOne = fromOne;
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
        nint size = (nint)PanelSize(count);
        nint offset = line * lines.LineStride;
        double* panels = scratch[worker].Start + Eliminated.Rows * count;
        var system = new Eliminated(scratch[worker].Start, count, panels, panels + size, panels + (Panels - 1) * size);
        fixed (double* drivers = &driver[offset], ends = &finish[offset], densities = &v[offset], ones = one)
        {
            double* onesHere = one is null ? null : ones + offset;
            if (!lines.IsContiguous || count == 1)
            {
                if (onesHere is not null && startsFromOne)
                    FillWithOnes(onesHere, lines.CellStride, count, cells);
                var inPlace = new Block(drivers, ends, densities, onesHere, lines.CellStride, count, lines.RowsAhead);
                if (massForm)
                    Solve<TLanes, MassForm, MassForm>(inPlace, system);
                else
                    Solve<TLanes, RatioForm, RatioForm>(inPlace, system);
                return;
            }

            double* densityPanel = panels + 2 * size, onePanel = one is null ? null : panels + 3 * size;
            Panel.Load(drivers, lines.LineStride, count, cells, system.Pivots);
            Panel.Load(densities, lines.LineStride, count, cells, densityPanel);
            if (onePanel is not null && startsFromOne)
                new Span<double>(onePanel, cells * count).Fill(1);
            else if (onePanel is not null)
                Panel.Load(onesHere, lines.LineStride, count, cells, onePanel);

            var block = new Block(system.Pivots, null, densityPanel, onePanel, count, count, 0);
            if (massForm)
            {
                Solve<TLanes, MassForm, MassForm>(block, system);
                Panel.Store(densityPanel, count, cells, densities, lines.LineStride);
                if (onePanel is not null)
                    Panel.Store(onePanel, count, cells, onesHere, lines.LineStride);
                return;
            }

            Solve<TLanes, RatioForm, QuotientForm>(block, system);
            Panel.StoreProduct(densityPanel, count, cells, ends, densities, lines.LineStride);
            if (onePanel is not null)
                Panel.StoreProduct(onePanel, count, cells, ends, onesHere, lines.LineStride);
        }
    }

    private static void FillWithOnes(double* ones, nint stride, int count, int cells)
    {
        for (nint cell = 0; cell < cells; cell++)
            new Span<double>(ones + cell * stride, count).Fill(1);
    }

    // TForm is what is eliminated, MassForm or RatioForm; TResult what is left in the place of v: v, or w itself (QuotientForm).
    private void Solve<TLanes, TForm, TResult>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TResult : struct
    {
        if (block.Ones is null)
            Solve<TLanes, TForm, TResult, OneRightSide>(block, system);
        else
            Solve<TLanes, TForm, TResult, TwoRightSides>(block, system);
    }

    /// <summary>
    /// Eliminates cells 0 … N − 2 upward, then substitutes downward, one cell of all the block's lines after the other. Cell i is joined to i + 1 by <c>up</c>
    /// (what i owes to i + 1) and <c>down</c> (what i + 1 owes to i). In the ratio form a row holds its own two coefficients; in the mass form a column does, so
    /// a right side travels with the other one. On a periodic line each cell is also joined to the last one, by <c>toLast</c> and <c>fromLast</c>.
    /// </summary>
    private void Solve<TLanes, TForm, TResult, TSides>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TResult : struct
        where TSides : struct
    {
        Open<TLanes, TForm, TSides>(block, system);
        if (periodic)
            Eliminate<TLanes, TForm, TSides, Periodic>(block, system);
        else
            Eliminate<TLanes, TForm, TSides, NoFlux>(block, system);
        SolveLast<TLanes, TResult, TSides>(block, system);
        if (periodic)
            Substitute<TLanes, TResult, TSides, Periodic>(block, system);
        else
            Substitute<TLanes, TResult, TSides, NoFlux>(block, system);
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
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : width * driver).Store(system.Rest + lane);
            (width * TLanes.Load(block.Density + lane)).Store(block.Density + lane);
            if (typeof(TSides) == typeof(TwoRightSides))
                (width * TLanes.Load(block.Ones + lane)).Store(block.Ones + lane);
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
                double* drivers = block.Drivers + cell * stride, densities = block.Density + cell * stride, ones = block.Ones + cell * stride;
                double* pivots = system.Pivots + cell * count, links = system.Links + cell * count;
                for (nint lane = 0; Sse.IsSupported && block.Ahead > 0 && lane < count; lane += 8)
                {
                    Sse.Prefetch0(drivers + stride + block.Ahead + lane);
                    Sse.Prefetch0(densities + stride + block.Ahead + lane);
                }

                for (nint lane = 0; lane < count; lane += TLanes.Count)
                {
                    TLanes next = TLanes.Load(drivers + stride + lane);
                    Couple<TLanes, TForm>(TLanes.Load(drivers + lane), next, half, gaps[cell], width, nextWidth, out TLanes up, out TLanes down);
                    TLanes rest = TLanes.Load(system.Rest + lane), side = TLanes.Load(densities + lane), pivot = rest + up;
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
                            TLanes handedOther = TLanes.Load(ones + lane);
                            TLanes.Fused(handed, handedOther, TLanes.Load(system.LastOther + lane)).Store(system.LastOther + lane);
                        }

                        TLanes.Fused(fromLast * inverse, rest, TLanes.Load(system.LastRest + lane)).Store(system.LastRest + lane);
                        (toLast * (down * inverse)).Store(toLasts + lane);
                        (fromLast * (up * inverse)).Store(fromLasts + lane);
                    }

                    TLanes share = (typeof(TForm) == typeof(MassForm) ? up : down) * inverse;
                    TLanes.Fused(share, side, nextWidth * TLanes.Load(densities + stride + lane)).Store(densities + stride + lane);
                    if (typeof(TSides) == typeof(TwoRightSides))
                    {
                        TLanes other = TLanes.Load(ones + lane);
                        TLanes.Fused(share, other, nextWidth * TLanes.Load(ones + stride + lane)).Store(ones + stride + lane);
                    }

                    if (typeof(TForm) == typeof(MassForm))
                        TLanes.Fused(down * inverse, rest, TLanes.Create(1)).Store(system.Rest + lane);
                    else
                        TLanes.Fused(share, rest, nextWidth * next).Store(system.Rest + lane);
                }
            }
        }
    }

    private void SolveLast<TLanes, TResult, TSides>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
        where TSides : struct
    {
        nint top = lines.Axis.Cells - 1;
        TLanes width = TLanes.Create(lines.Axis.Widths[(int)top]);
        for (nint lane = 0; lane < block.Count; lane += TLanes.Count)
        {
            nint at = top * block.Stride + lane;
            TLanes rest = TLanes.Load(periodic ? system.LastRest + lane : system.Rest + lane);
            TLanes x = TLanes.Load(periodic ? system.LastSide + lane : block.Density + at) / rest;
            x.Store(system.Solution + lane);
            x.Store(system.LastSide + lane);
            Finish<TLanes, TResult>(x, block.Ends + at, block.Density + at, width);
            if (typeof(TSides) != typeof(TwoRightSides))
                continue;
            x = TLanes.Load(periodic ? system.LastOther + lane : block.Ones + at) / rest;
            x.Store(system.OtherSolution + lane);
            x.Store(system.LastOther + lane);
            Finish<TLanes, TResult>(x, block.Ends + at, block.Ones + at, width);
        }
    }

    /// <summary>From cell N − 2 down: x_i = (y_i + link_i x_{i+1} (+ wrap_i x_{N−1}))/pivot_i, and v from it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Substitute<TLanes, TResult, TSides, TWalls>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
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
                for (nint lane = 0; Sse.IsSupported && block.Ahead > 0 && lane < count; lane += 8)
                    Sse.Prefetch0(block.Ends + at - block.Ahead + lane);
                for (nint lane = 0; lane < count; lane += TLanes.Count, here += TLanes.Count, at += TLanes.Count)
                {
                    TLanes pivot = TLanes.Load(system.Pivots + here), link = TLanes.Load(system.Links + here), known = TLanes.Load(block.Density + at);
                    if (typeof(TWalls) == typeof(Periodic))
                        known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastSide + lane), known);
                    TLanes x = TLanes.Fused(link, TLanes.Load(solutions + lane), known) / pivot;
                    x.Store(solutions + lane);
                    Finish<TLanes, TResult>(x, block.Ends + at, block.Density + at, width);
                    if (typeof(TSides) != typeof(TwoRightSides))
                        continue;
                    known = TLanes.Load(block.Ones + at);
                    if (typeof(TWalls) == typeof(Periodic))
                        known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastOther + lane), known);
                    x = TLanes.Fused(link, TLanes.Load(others + lane), known) / pivot;
                    x.Store(others + lane);
                    Finish<TLanes, TResult>(x, block.Ends + at, block.Ones + at, width);
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
    private static void Finish<TLanes, TResult>(TLanes x, double* end, double* density, TLanes width)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
    {
        if (typeof(TResult) == typeof(MassForm))
            (x / width).Store(density);
        else if (typeof(TResult) == typeof(QuotientForm))
            x.Store(density);
        else
            (TLanes.Load(end) * x).Store(density);
    }

    /// <summary>Lines solved together: value (cell, line) at cell · Stride + line. Right sides, then solutions, take the place of Density and Ones.</summary>
    private readonly struct Block(double* drivers, double* ends, double* density, double* ones, nint stride, nint count, nint ahead)
    {
        public readonly double* Drivers = drivers;
        public readonly double* Ends = ends;
        public readonly double* Density = density;
        public readonly double* Ones = ones;
        public readonly nint Stride = stride;
        public readonly nint Count = count;
        public readonly nint Ahead = ahead;
    }

    /// <summary>
    /// The eliminated system of a block, value (cell, line) at cell · count + line: pivots, links upward, links to the last cell. Before them one value a
    /// line of what the elimination hands on.
    /// </summary>
    private readonly struct Eliminated(double* rows, nint count, double* links, double* pivots, double* wraps)
    {
        public const int Rows = 8;

        public readonly double* Links = links;
        public readonly double* Pivots = pivots;
        public readonly double* Wraps = wraps;

        public readonly double* Rest = rows;
        public readonly double* ToLast = rows + count;
        public readonly double* FromLast = rows + 2 * count;
        public readonly double* LastRest = rows + 3 * count;
        public readonly double* LastSide = rows + 4 * count;
        public readonly double* LastOther = rows + 5 * count;
        public readonly double* Solution = rows + 6 * count;
        public readonly double* OtherSolution = rows + 7 * count;
    }

    // What a kernel is compiled for. Compared as types, so that what does not apply is never compiled: it would use up the budget for inlining.
    private readonly struct RatioForm;

    private readonly struct MassForm;

    private readonly struct QuotientForm;

    private readonly struct OneRightSide;

    private readonly struct TwoRightSides;

    private readonly struct NoFlux;

    private readonly struct Periodic;
}
