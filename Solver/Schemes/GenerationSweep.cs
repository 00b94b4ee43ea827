using PdeDiffusion.Grids;
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
    private double timeStep;
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
        // Panels of driver, v, one, u; then pivots, two link coefficients and two right sides.
        scratch = Scratch.ForWorkers(team.Threads, (long)lines.Axis.Cells * lines.MostLanes * (lines.IsContiguous ? 9 : 5));
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
        timeStep = step;
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
            int lanes = Lines.LanesFor(end - line);
            switch (lanes)
            {
                case 16:
                    Process<Lanes16>(line, worker);
                    break;
                case 8:
                    Process<Lanes8>(line, worker);
                    break;
                default:
                    Process<Lane>(line, worker);
                    break;
            }

            line += lanes;
        }
    }

    private void Process<TLanes>(int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint size = (nint)cells * TLanes.Count;
        double* work = scratch[worker].Start;
        nint offset = line * lines.LineStride;
        fixed (double* drivers = &driver[offset], ends = &finish[offset], densities = &v[offset], ones = one)
        {
            double* onesHere = one is null ? null : ones + offset;
            if (!lines.IsContiguous || TLanes.Count == 1)
            {
                Solve<TLanes>(drivers, ends, densities, onesHere, lines.CellStride, work);
                return;
            }

            double* panels = work + 5 * size;
            Panel.Load(drivers, lines.LineStride, TLanes.Count, cells, panels);
            Panel.Load(densities, lines.LineStride, TLanes.Count, cells, panels + size);
            if (!massForm)
                Panel.Load(ends, lines.LineStride, TLanes.Count, cells, panels + 2 * size);
            if (one is not null)
                Panel.Load(onesHere, lines.LineStride, TLanes.Count, cells, panels + 3 * size);
            Solve<TLanes>(panels, panels + 2 * size, panels + size, one is null ? null : panels + 3 * size, TLanes.Count, work);
            Panel.Store(panels + size, TLanes.Count, cells, densities, lines.LineStride);
            if (one is not null)
                Panel.Store(panels + 3 * size, TLanes.Count, cells, onesHere, lines.LineStride);
        }
    }

    private void Solve<TLanes>(double* drivers, double* ends, double* density, double* ones, nint stride, double* work)
        where TLanes : struct, ILanes<TLanes>
    {
        if (massForm)
        {
            if (ones is null)
                Solve<TLanes, MassForm, OneRightSide>(drivers, ends, density, ones, stride, work);
            else
                Solve<TLanes, MassForm, TwoRightSides>(drivers, ends, density, ones, stride, work);
        }
        else if (ones is null)
        {
            Solve<TLanes, RatioForm, OneRightSide>(drivers, ends, density, ones, stride, work);
        }
        else
        {
            Solve<TLanes, RatioForm, TwoRightSides>(drivers, ends, density, ones, stride, work);
        }
    }

    /// <summary>
    /// Eliminates cells 0 … N − 2 upward, then substitutes downward. Cell i is joined to i + 1 by <c>up</c> (what i owes to i + 1) and <c>down</c> (what i + 1 owes
    /// to i). In the ratio form a row holds its own two coefficients; in the mass form a column does, so a right side travels with the other one.
    /// On a periodic line each cell is also joined to the last one, by <c>toLast</c> and <c>fromLast</c>.
    /// </summary>
    private void Solve<TLanes, TForm, TSides>(double* drivers, double* ends, double* density, double* ones, nint stride, double* work)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct, IForm
        where TSides : struct, IRightSides
    {
        int cells = lines.Axis.Cells;
        int lanes = TLanes.Count;
        double* pivots = work, sides = pivots + (nint)cells * lanes, links = sides + (nint)cells * lanes;
        double* wraps = links + (nint)cells * lanes, otherSides = wraps + (nint)cells * lanes;
        TLanes zero = TLanes.Create(0);
        fixed (double* widths = lines.Axis.Widths, gaps = lines.Axis.Distances, steps = halfSteps)
        {
            TLanes here = TLanes.Load(drivers);
            TLanes width = TLanes.Create(widths[0]);
            TLanes rest = TForm.IsMass ? TLanes.Create(1) : width * here;
            TLanes side = width * TLanes.Load(density);
            TLanes otherSide = TSides.IsTwo ? width * TLanes.Load(ones) : zero;

            TLanes toLast = zero, fromLast = zero, lastRest = zero, lastSide = zero, lastOther = zero;
            nint top = (nint)(cells - 1);
            if (periodic)
            {
                TLanes final = TLanes.Load(drivers + top * stride);
                TLanes finalWidth = TLanes.Create(widths[top]);
                Couple<TLanes, TForm>(final, here, steps[top], gaps[top], finalWidth, width, out fromLast, out toLast);
                lastRest = TForm.IsMass ? TLanes.Create(1) : finalWidth * final;
                lastSide = finalWidth * TLanes.Load(density + top * stride);
                lastOther = TSides.IsTwo ? finalWidth * TLanes.Load(ones + top * stride) : zero;
            }

            for (nint cell = 0; cell < top; cell++)
            {
                TLanes next = TLanes.Load(drivers + (cell + 1) * stride);
                TLanes nextWidth = TLanes.Create(widths[cell + 1]);
                Couple<TLanes, TForm>(here, next, steps[cell], gaps[cell], width, nextWidth, out TLanes up, out TLanes down);
                TLanes pivot = periodic ? rest + toLast + up : rest + up;
                TLanes inverse = TLanes.Create(1) / pivot;
                pivot.Store(pivots + cell * lanes);
                side.Store(sides + cell * lanes);
                (TForm.IsMass ? down : up).Store(links + cell * lanes);
                if (TSides.IsTwo)
                    otherSide.Store(otherSides + cell * lanes);

                if (periodic)
                {
                    (TForm.IsMass ? fromLast : toLast).Store(wraps + cell * lanes);
                    bool meets = cell == top - 1;
                    if (meets)
                    {
                        // The last cell's two links meet: the direct one and what is left of the wrap.
                        toLast += up;
                        fromLast += down;
                    }

                    TLanes handed = (TForm.IsMass ? toLast : fromLast) * inverse;
                    lastSide = TLanes.Fused(handed, side, lastSide);
                    if (TSides.IsTwo)
                        lastOther = TLanes.Fused(handed, otherSide, lastOther);
                    lastRest = TLanes.Fused(fromLast * inverse, rest, lastRest);
                    if (meets)
                        break;
                    toLast *= down * inverse;
                    fromLast *= up * inverse;
                }

                TLanes share = (TForm.IsMass ? up : down) * inverse;
                side = TLanes.Fused(share, side, nextWidth * TLanes.Load(density + (cell + 1) * stride));
                if (TSides.IsTwo)
                    otherSide = TLanes.Fused(share, otherSide, nextWidth * TLanes.Load(ones + (cell + 1) * stride));
                TLanes excess = TForm.IsMass ? TLanes.Create(1) : nextWidth * next;
                rest = TLanes.Fused(TForm.IsMass ? down * inverse : share, rest, excess);
                here = next;
                width = nextWidth;
            }

            TLanes x = (periodic ? lastSide : side) / (periodic ? lastRest : rest);
            TLanes other = TSides.IsTwo ? (periodic ? lastOther : otherSide) / (periodic ? lastRest : rest) : zero;
            TLanes xLast = x, otherLast = other;
            Finish<TLanes, TForm>(x, ends, density, stride, top, widths);
            if (TSides.IsTwo)
                Finish<TLanes, TForm>(other, ends, ones, stride, top, widths);
            for (nint cell = top - 1; cell >= 0; cell--)
            {
                TLanes pivot = TLanes.Load(pivots + cell * lanes);
                TLanes link = TLanes.Load(links + cell * lanes);
                TLanes known = TLanes.Load(sides + cell * lanes);
                TLanes wrap = periodic ? TLanes.Load(wraps + cell * lanes) : zero;
                if (periodic)
                    known = TLanes.Fused(wrap, xLast, known);
                x = TLanes.Fused(link, x, known) / pivot;
                Finish<TLanes, TForm>(x, ends, density, stride, cell, widths);
                if (TSides.IsTwo)
                {
                    known = TLanes.Load(otherSides + cell * lanes);
                    if (periodic)
                        known = TLanes.Fused(wrap, otherLast, known);
                    other = TLanes.Fused(link, other, known) / pivot;
                    Finish<TLanes, TForm>(other, ends, ones, stride, cell, widths);
                }
            }
        }
    }

    /// <summary>
    /// The two coefficients of a link, <paramref name="halfStep"/> = Δt/2δ: what the lower cell owes the upper and the reverse. Written so that
    /// neither comes from the difference of two large numbers when u changes by orders of magnitude from cell to cell.
    /// </summary>
    private void Couple<TLanes, TForm>(
        TLanes lower, TLanes upper, double halfStep, double gap, TLanes lowerWidth, TLanes upperWidth, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct, IForm
    {
        TLanes zero = TLanes.Create(0), two = TLanes.Create(2), plus = TLanes.Create(more), minus = TLanes.Create(less);
        TLanes half = TLanes.Create(halfStep);
        if (TForm.IsMass)
        {
            TLanes exponent = TLanes.Max(TLanes.Create(-LargestExponent), TLanes.Min(TLanes.Create(LargestExponent), lower * TLanes.Create(gap)));
            TLanes unit = TLanes.Create(1), most = TLanes.Create(LargestRate);
            TLanes ratio = TLanes.Exp(exponent), inverse = TLanes.Exp(zero - exponent);
            up = TLanes.Min(half / lowerWidth * TLanes.Max(TLanes.Max(plus * ratio - minus, two * (ratio - unit)), zero), most);
            down = TLanes.Min(half / upperWidth * TLanes.Max(TLanes.Max(plus * inverse - minus, two * (inverse - unit)), zero), most);
            return;
        }

        TLanes rise = two * (upper - lower);
        up = half * TLanes.Max(TLanes.Max(plus * lower - minus * upper, zero - rise), zero);
        down = half * TLanes.Max(TLanes.Max(plus * upper - minus * lower, rise), zero);
    }

    private static void Finish<TLanes, TForm>(TLanes x, double* ends, double* density, nint stride, nint cell, double* widths)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct, IForm
    {
        TLanes value = TForm.IsMass ? x / TLanes.Create(widths[cell]) : TLanes.Load(ends + cell * stride) * x;
        value.Store(density + cell * stride);
    }

    private interface IForm
    {
        static abstract bool IsMass { get; }
    }

    private interface IRightSides
    {
        static abstract bool IsTwo { get; }
    }

    private readonly struct RatioForm : IForm
    {
        public static bool IsMass => false;
    }

    private readonly struct MassForm : IForm
    {
        public static bool IsMass => true;
    }

    private readonly struct OneRightSide : IRightSides
    {
        public static bool IsTwo => false;
    }

    private readonly struct TwoRightSides : IRightSides
    {
        public static bool IsTwo => true;
    }
}
