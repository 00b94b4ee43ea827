using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Markov;

/// <summary>
/// The elimination of <see cref="GenerationSweep"/> for a block of lines: cells 0 … N − 2 upward, then back substitution, one cell of all
/// lines of the block after the other. Cell i is linked to i + 1 by <c>up</c> (rate from i to i + 1) and <c>down</c> (rate back). In the
/// ratio form a row contains its own two coefficients; in the mass form a column does, so a right-hand side is propagated with the other
/// one. On a periodic line each cell is also linked to the last one, by <c>toLast</c> and <c>fromLast</c>; in a segment of a long line, to
/// the separator on its left.
/// </summary>
/// <param name="epsilon">Noise level ε, until <see cref="SetNoise"/> sets another.</param>
internal sealed unsafe class GenerationKernel(double epsilon)
{
    /// <summary>|ŝ·n δ| is clamped here: e^±700 is the range of a double.</summary>
    private const double LargestExponent = 700;

    /// <summary>
    /// Upper limit of the rates times Δt, so that their products remain finite. At such a rate a cell is emptied in one step.
    /// </summary>
    private const double LargestRate = 1e150;

    /// <summary>Source of a second right-hand side that is 1 in every cell.</summary>
    internal static readonly double[] RowOfOnes = FilledRow();

    private RateFunction rates = new(epsilon);

    /// <summary>Sets the noise level ε of the steps that follow.</summary>
    public void SetNoise(double epsilon) => rates = new RateFunction(epsilon);

    // TForm is what is eliminated, MassForm or RatioForm; TResult what is left in the place of v: v, or w itself (QuotientForm).
    public void Solve<TLanes, TForm, TResult>(in Block block, in Eliminated system, bool periodic)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TResult : struct
    {
        if (block.Ones == null)
            Solve<TLanes, TForm, TResult, OneRightSide>(block, system, periodic);
        else
            Solve<TLanes, TForm, TResult, TwoRightSides>(block, system, periodic);
    }

    private void Solve<TLanes, TForm, TResult, TSides>(in Block block, in Eliminated system, bool periodic)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TResult : struct
        where TSides : struct
    {
        Open<TLanes, TForm, TSides>(block, system, periodic);
        if (periodic)
            Eliminate<TLanes, TForm, TSides, Periodic>(block, system);
        else
            Eliminate<TLanes, TForm, TSides, NoFlux>(block, system);
        SolveLast<TLanes, TResult, TSides>(block, system, periodic);
        if (periodic)
            Substitute<TLanes, TResult, TSides, Periodic>(block, system);
        else
            Substitute<TLanes, TResult, TSides, NoFlux>(block, system);
    }

    /// <summary>
    /// The first row before the elimination: its own excess and right-hand side; on periodic lines also the row of the last cell and its
    /// link to the first.
    /// </summary>
    private void Open<TLanes, TForm, TSides>(in Block block, in Eliminated system, bool periodic)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
    {
        nint top = block.Cells - 1;
        TLanes width = TLanes.Create(block.Widths[0]), lastWidth = TLanes.Create(block.Widths[top]);
        for (nint lane = 0; lane < block.Count; lane += TLanes.Count)
        {
            TLanes driver = TLanes.Load(block.Drivers + lane);
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : width * driver).Store(system.Rest + lane);
            (width * TLanes.Load(block.Density + lane)).Store(block.Density + lane);
            if (typeof(TSides) == typeof(TwoRightSides))
                (width * TLanes.Load(block.OnesBefore + lane)).Store(block.Ones + lane);
            if (!periodic)
                continue;

            nint at = top * block.Stride + lane;
            TLanes final = TLanes.Load(block.Drivers + at);
            Couple<TLanes, TForm>(
                final, driver, TLanes.Create(block.HalfSteps[top]), TLanes.Create(block.Gaps[top]), lastWidth, width, out TLanes fromLast,
                out TLanes toLast);
            fromLast.Store(system.FromLast + lane);
            toLast.Store(system.ToLast + lane);
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : lastWidth * final).Store(system.LastRest + lane);
            (lastWidth * TLanes.Load(block.Density + at)).Store(system.LastSide + lane);
            if (typeof(TSides) == typeof(TwoRightSides))
                (lastWidth * TLanes.Load(block.OnesBefore + top * block.OnesBeforeStride + lane)).Store(system.LastOther + lane);
        }
    }

    /// <summary>Eliminates segments up to their separators; <paramref name="left"/> as <see cref="OpenSegments"/> has it.</summary>
    public void EliminateSegments<TLanes, TForm>(in Block block, in Eliminated system, double* left)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
    {
        OpenSegments<TLanes, TForm>(block, system, left);
        if (block.Ones == null)
            Eliminate<TLanes, TForm, OneRightSide, Separated>(block, system);
        else
            Eliminate<TLanes, TForm, TwoRightSides, Separated>(block, system);
    }

    /// <summary>
    /// Substitutes below the separators, whose solutions are in the segments' last cells, in Solution and, of those on the left, in
    /// LastSide.
    /// </summary>
    public static void SubstituteSegments<TLanes, TResult>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
    {
        if (block.Ones == null)
            Substitute<TLanes, TResult, OneRightSide, Separated>(block, system);
        else
            Substitute<TLanes, TResult, TwoRightSides, Separated>(block, system);
    }

    /// <summary>Loads the panels of a block from rows, <paramref name="rowStride"/> apart.</summary>
    /// <param name="ones">The second right side; null if there is none, or none to load.</param>
    public static void LoadRows(in Block block, double* drivers, double* densities, double* ones, nint rowStride)
    {
        int lines = (int)block.Count, cells = (int)block.Cells;
        Panel.Load(drivers, rowStride, lines, cells, block.Drivers);
        Panel.Load(densities, rowStride, lines, cells, block.Density);
        if (ones != null)
            Panel.Load(ones, rowStride, lines, cells, block.Ones);
    }

    /// <summary>
    /// Stores the results of a block to rows: v as it stands, or, where the panels hold w, times <paramref name="uNew"/>.
    /// </summary>
    /// <param name="uNew">u^n; null where the panels hold v.</param>
    /// <param name="ones">Where the second result goes; null if there is none.</param>
    /// <param name="onlyGreatest">Of the second result only the largest value is wanted.</param>
    /// <returns>That value; else NaN.</returns>
    public static double StoreRows(in Block block, double* uNew, double* densities, double* ones, bool onlyGreatest, nint rowStride)
    {
        StoreRows(block.Density, block, uNew, densities, rowStride);
        if (ones == null)
            return double.NaN;
        if (!onlyGreatest)
        {
            StoreRows(block.Ones, block, uNew, ones, rowStride);
            return double.NaN;
        }

        return uNew == null
            ? Panel.Greatest(block.Ones, block.Count, (int)block.Count, (int)block.Cells)
            : Panel.GreatestProduct(block.Ones, (int)block.Count, (int)block.Cells, uNew, rowStride);
    }

    private static void StoreRows(double* panel, in Block block, double* uNew, double* rows, nint rowStride)
    {
        if (uNew == null)
            Panel.Store(panel, (int)block.Count, (int)block.Cells, rows, rowStride);
        else
            Panel.StoreProduct(panel, (int)block.Count, (int)block.Cells, uNew, rows, rowStride);
    }

    private static double[] FilledRow()
    {
        double[] row = GC.AllocateArray<double>(LineLayout.PerBlock, pinned: true);
        Array.Fill(row, 1);
        return row;
    }

    /// <summary>
    /// The row of each segment's first cell, its link to the separator on the left, and nothing yet for that separator.
    /// <paramref name="left"/> holds the separators' drivers, widths, distances and Δt/2δ one after the other, Δt/2δ = 0 where there is
    /// none.
    /// </summary>
    private void OpenSegments<TLanes, TForm>(in Block block, in Eliminated system, double* left)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
    {
        nint count = block.Count;
        for (nint lane = 0; lane < count; lane += TLanes.Count)
        {
            TLanes driver = TLanes.Load(block.Drivers + lane), width = TLanes.Load(block.Widths + lane), zero = TLanes.Create(0);
            Couple<TLanes, TForm>(
                TLanes.Load(left + lane), driver, TLanes.Load(left + 3 * count + lane), TLanes.Load(left + 2 * count + lane),
                TLanes.Load(left + count + lane), width, out TLanes fromLast, out TLanes toLast);
            fromLast.Store(system.FromLast + lane);
            toLast.Store(system.ToLast + lane);
            (typeof(TForm) == typeof(MassForm) ? TLanes.Create(1) : width * driver).Store(system.Rest + lane);
            (width * TLanes.Load(block.Density + lane)).Store(block.Density + lane);
            if (block.Ones != null)
                (width * TLanes.Load(block.OnesBefore + lane)).Store(block.Ones + lane);
            zero.Store(system.LastRest + lane);
            zero.Store(system.LastSide + lane);
            zero.Store(system.LastOther + lane);
        }
    }

    /// <summary>Eliminates one cell after the other: its pivot replaces the excess of its row, and the next row takes its share.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Eliminate<TLanes, TForm, TSides, TWalls>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TSides : struct
        where TWalls : struct, IWalls
    {
        nint top = block.Cells - 1, count = block.Count, stride = block.Stride;
        double* widths = block.Widths, gaps = block.Gaps, steps = block.HalfSteps, toLasts = system.ToLast, fromLasts = system.FromLast,
            wraps = system.Wraps;
        for (nint cell = 0; cell < top; cell++)
        {
            TLanes half = TLanes.Create(steps[cell]), gap = TLanes.Create(gaps[cell]);
            TLanes width = TLanes.Create(widths[cell]), nextWidth = TLanes.Create(widths[cell + 1]);
            double* drivers = block.Drivers + cell * stride, densities = block.Density + cell * stride, ones = block.Ones + cell * stride;
            double* nextOnes = block.OnesBefore + (cell + 1) * block.OnesBeforeStride;
            double* pivots = system.Pivots + cell * count, links = system.Links + cell * count;
            for (nint lane = 0; Sse.IsSupported && block.Ahead > 0 && lane < count; lane += 8)
            {
                Sse.Prefetch0(drivers + stride + block.Ahead + lane);
                Sse.Prefetch0(densities + stride + block.Ahead + lane);
                if (typeof(TSides) == typeof(TwoRightSides))
                    Sse.Prefetch0(ones + stride + block.Ahead + lane);
            }

            for (nint lane = 0; lane < count; lane += TLanes.Count)
            {
                if (typeof(TWalls) == typeof(Separated))
                {
                    half = TLanes.Load(steps + cell * count + lane);
                    width = TLanes.Load(widths + cell * count + lane);
                    nextWidth = TLanes.Load(widths + (cell + 1) * count + lane);
                    if (typeof(TForm) == typeof(MassForm))
                        gap = TLanes.Load(gaps + cell * count + lane);
                }

                TLanes next = TLanes.Load(drivers + stride + lane);
                Couple<TLanes, TForm>(TLanes.Load(drivers + lane), next, half, gap, width, nextWidth, out TLanes up, out TLanes down);
                TLanes rest = TLanes.Load(system.Rest + lane), side = TLanes.Load(densities + lane), pivot = rest + up;
                if (typeof(TWalls) != typeof(NoFlux))
                    pivot = rest + TLanes.Load(toLasts + lane) + up;
                TLanes inverse = TLanes.Create(1) / pivot;
                pivot.Store(pivots + lane);
                if (typeof(TForm) == typeof(MassForm))
                    down.Store(links + lane);
                else
                    up.Store(links + lane);

                if (typeof(TWalls) != typeof(NoFlux))
                {
                    TLanes toLast = TLanes.Load(toLasts + lane), fromLast = TLanes.Load(fromLasts + lane);
                    (typeof(TForm) == typeof(MassForm) ? fromLast : toLast).Store(wraps + cell * count + lane);
                    if (typeof(TWalls) == typeof(Periodic) && cell == top - 1)
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
                    TLanes.Fused(share, other, nextWidth * TLanes.Load(nextOnes + lane)).Store(ones + stride + lane);
                }

                if (typeof(TForm) == typeof(MassForm))
                    TLanes.Fused(down * inverse, rest, TLanes.Create(1)).Store(system.Rest + lane);
                else
                    TLanes.Fused(share, rest, nextWidth * next).Store(system.Rest + lane);
            }
        }
    }

    private void SolveLast<TLanes, TResult, TSides>(in Block block, in Eliminated system, bool periodic)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
        where TSides : struct
    {
        nint top = block.Cells - 1;
        TLanes width = TLanes.Create(block.Widths[top]);
        for (nint lane = 0; lane < block.Count; lane += TLanes.Count)
        {
            nint at = top * block.Stride + lane;
            TLanes rest = TLanes.Load(periodic ? system.LastRest + lane : system.Rest + lane);
            TLanes x = TLanes.Load(periodic ? system.LastSide + lane : block.Density + at) / rest;
            x.Store(system.Solution + lane);
            x.Store(system.LastSide + lane);
            Finish<TLanes, TResult>(x, block.UNew + at, block.Density + at, width);
            if (typeof(TSides) != typeof(TwoRightSides))
                continue;
            x = TLanes.Load(periodic ? system.LastOther + lane : block.Ones + at) / rest;
            x.Store(system.OtherSolution + lane);
            x.Store(system.LastOther + lane);
            Finish<TLanes, TResult>(x, block.UNew + at, block.Ones + at, width);
        }
    }

    /// <summary>Back substitution from cell N − 2: x_i = (y_i + link_i x_{i+1} (+ wrap_i x_{N−1}))/pivot_i, and v from it.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void Substitute<TLanes, TResult, TSides, TWalls>(in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
        where TResult : struct
        where TSides : struct
        where TWalls : struct, IWalls
    {
        nint top = block.Cells - 1, count = block.Count, stride = block.Stride;
        double* widths = block.Widths, solutions = system.Solution, others = system.OtherSolution;
        for (nint cell = top - 1; cell >= 0; cell--)
        {
            TLanes width = TLanes.Create(widths[cell]);
            nint here = cell * count, at = cell * stride;
            for (nint lane = 0; typeof(TResult) == typeof(RatioForm) && Sse.IsSupported && block.Ahead > 0 && lane < count; lane += 8)
                Sse.Prefetch0(block.UNew + at - block.Ahead + lane);
            for (nint lane = 0; lane < count; lane += TLanes.Count, here += TLanes.Count, at += TLanes.Count)
            {
                if (typeof(TResult) == typeof(MassForm) && typeof(TWalls) == typeof(Separated))
                    width = TLanes.Load(widths + here);
                TLanes pivot = TLanes.Load(system.Pivots + here), link = TLanes.Load(system.Links + here),
                    known = TLanes.Load(block.Density + at);
                if (typeof(TWalls) != typeof(NoFlux))
                    known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastSide + lane), known);
                TLanes x = TLanes.Fused(link, TLanes.Load(solutions + lane), known) / pivot;
                x.Store(solutions + lane);
                Finish<TLanes, TResult>(x, block.UNew + at, block.Density + at, width);
                if (typeof(TSides) != typeof(TwoRightSides))
                    continue;
                known = TLanes.Load(block.Ones + at);
                if (typeof(TWalls) != typeof(NoFlux))
                    known = TLanes.Fused(TLanes.Load(system.Wraps + here), TLanes.Load(system.LastOther + lane), known);
                x = TLanes.Fused(link, TLanes.Load(others + lane), known) / pivot;
                x.Store(others + lane);
                Finish<TLanes, TResult>(x, block.UNew + at, block.Ones + at, width);
            }
        }
    }

    /// <summary>
    /// The two coefficients of a link: Δt times the rate from the lower to the upper cell and back (times u of the source cell in the ratio
    /// form).
    /// </summary>
    /// <param name="half">Δt/2δ.</param>
    /// <param name="lower">Ratio form: u of the lower cell; mass form: ŝ·n.</param>
    /// <param name="upper">Ratio form: u of the upper cell.</param>
    /// <param name="gap">δ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Couple<TLanes, TForm>(
        TLanes lower, TLanes upper, TLanes half, TLanes gap, TLanes lowerWidth, TLanes upperWidth, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
    {
        if (typeof(TForm) == typeof(MassForm))
        {
            TLanes exponent = TLanes.Max(TLanes.Create(-LargestExponent), TLanes.Min(TLanes.Create(LargestExponent), lower * gap));
            TLanes most = TLanes.Create(LargestRate);
            rates.OfRatio(TLanes.Exp(exponent), TLanes.Exp(TLanes.Create(0) - exponent), out up, out down);
            up = TLanes.Min(half / lowerWidth * up, most);
            down = TLanes.Min(half / upperWidth * down, most);
            return;
        }

        rates.OfDensities(lower, upper, out up, out down);
        up = half * up;
        down = half * down;
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

    /// <summary>
    /// Lines solved together: value (cell, line) is at cell · Stride + line. Right-hand sides, then solutions, overwrite Density and Ones.
    /// </summary>
    public readonly struct Block
    {
        /// <summary>What determines the rates: u^{n+1} in the ratio form, ŝ·n at the upper face of each cell in the mass form.</summary>
        public double* Drivers { get; init; }

        /// <summary>u^n; null where <see cref="QuotientForm"/> is asked for.</summary>
        public double* UNew { get; init; }

        public double* Density { get; init; }

        /// <summary>The second right-hand side, then its solution; null for a single right-hand side.</summary>
        public double* Ones { get; init; }

        /// <summary>
        /// Source of the second right-hand side, cells <see cref="OnesBeforeStride"/> apart: <see cref="Ones"/> itself, or a row of ones
        /// with stride 0.
        /// </summary>
        public double* OnesBefore { get; init; }

        public nint OnesBeforeStride { get; init; }

        public nint Stride { get; init; }

        /// <summary>Number of lines.</summary>
        public nint Count { get; init; }

        /// <summary>Cells of a line.</summary>
        public nint Cells { get; init; }

        /// <summary>Prefetch distance, <see cref="LineLayout.ValuesAhead"/>.</summary>
        public nint Ahead { get; init; }

        /// <summary>Cell widths; the same for all lines, or, for segments, one value (cell, segment) each.</summary>
        public double* Widths { get; init; }

        /// <summary>Distances δ to the next cell.</summary>
        public double* Gaps { get; init; }

        /// <summary>Δt/2δ.</summary>
        public double* HalfSteps { get; init; }
    }

    /// <summary>
    /// The eliminated system of a block, value (cell, line) at cell · count + line: pivots, links upward, links to the last cell. Before
    /// them, one value per line of the state of the recurrence.
    /// </summary>
    public readonly struct Eliminated(double* rows, nint count, double* links, double* pivots, double* wraps)
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

    // Variants of the kernels (ILanes).
    public readonly struct RatioForm;

    public readonly struct MassForm;

    public readonly struct QuotientForm;

    private readonly struct OneRightSide;

    private readonly struct TwoRightSides;
}
