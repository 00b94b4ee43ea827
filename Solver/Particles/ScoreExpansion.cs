using System.Runtime.CompilerServices;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Particles;

/// <summary>
/// The score of equally wide components, variance a = σ² + 2t, everywhere in a small box at once. With centre c, p_k the weights of the
/// components at c, m = Σ p_k m_k their mean there, and x = c + hα, h half the box's side,
///
///     s(t, x) = (m − x)/a + ∇P/(hP),   P(α) = Σ p_k exp(α·z_k),   z_k = h (m_k − m)/a,
///
/// exactly; P is expanded in powers of α up to degree D. Its coefficients are moments of the z_k, gathered once for all x in the box.
/// <para>
/// With r_k = |z_k| max|α|: P ≥ 1 (Jensen: Σ p_k z_k = 0); what is left out of ∇P is at most Σ p_k |z_k| r_k^D e^{r_k}/D!, so that the
/// score errs by at most twice B = Σ p_k r_k^D e^{r_k}/D! times the diameter of the components over a; components whose p_k e^{r_k} sum to
/// at most 2e-13 are left out, which adds as much; and all roundings, at most 100 a term and one more for each 64 components, are relative
/// to S = Σ p_k e^{r_k}. The expansion is used where B ≤ 1e-13 and (100 + n/64) 2⁻⁵³ S ≤ 5e-13 for n components: an error below
/// 1e-12 · diameter/a, as for the truncated sum.
/// </para>
/// Memory for one worker; nothing is allocated after construction.
/// </summary>
internal sealed unsafe class ScoreExpansion
{
    /// <summary>Powers of each coordinate, 0 to D = Orders − 1; a multiple of the tile's rows and columns.</summary>
    public const int Orders = 24;

    /// <summary>Particles are taken this many at a time.</summary>
    public const int Group = 16;

    private const int Chunk = 64;
    private const int Rows = 4;
    private const int Columns = 3;
    private const int Lanes = ComponentTree.Lanes;
    private const double LargestRemainder = 1e-13;
    private const double LargestRounding = 5e-13;

    private static readonly double[] InverseFactorials = Factorials();

    private readonly bool isPlane;
    private readonly double* powersX;
    private readonly double* powersY;
    private readonly double* weights;
    private readonly double* zX;
    private readonly double* sums;
    private readonly double* checks;
    private readonly double* coefficients;
    private readonly double* places;
    private readonly double[] memory;
    private double centreX;
    private double centreY;
    private double half;
    private double variance;
    private double meanX;
    private double meanY;
    private double largestPlace;
    private int filled;
    private int components;

    public ScoreExpansion(int dimension)
    {
        isPlane = dimension == 2;
        int[] lengths =
            [Rows * Chunk, Orders * Chunk, Chunk, Chunk, Orders * Orders * Lanes, 2 * Lanes, Orders * Orders, 5 * Group];
        memory = GC.AllocateArray<double>(lengths.Sum() + Lanes, pinned: true);
        double* next = (double*)(((nint)Unsafe.AsPointer(ref memory[0]) + 63) & ~63);
        double* Take(int index)
        {
            double* taken = next;
            next += lengths[index];
            return taken;
        }

        powersX = Take(0);
        powersY = Take(1);
        weights = Take(2);
        zX = Take(3);
        sums = Take(4);
        checks = Take(5);
        coefficients = Take(6);
        places = Take(7);
    }

    /// <summary>A new box, without components.</summary>
    public void Begin(double x, double y, double halfSide, double reach, double commonVariance, double toMeanX, double toMeanY)
    {
        (centreX, centreY, half, variance, meanX, meanY) = (x, y, halfSide, commonVariance, toMeanX, toMeanY);
        largestPlace = reach / half;
        filled = components = 0;
        new Span<double>(sums, Orders * Orders * Lanes).Clear();
        new Span<double>(checks, 2 * Lanes).Clear();
    }

    /// <summary>Adds components, a multiple of eight.</summary>
    /// <param name="offsets">log2 of their weights.</param>
    /// <param name="rate">Exponent in base 2 for a squared distance of 1.</param>
    /// <param name="logTotal">log2 of the sum at the centre.</param>
    public void Add<TRegister>(double* x, double* y, double* offsets, int count, double rate, double logTotal)
        where TRegister : struct, IRegister<TRegister>
    {
        components += count;
        for (int done = 0; done < count;)
        {
            int taken = Math.Min(count - done, Chunk - filled);
            Weigh<TRegister>(x + done, y + done, offsets + done, taken, rate, logTotal);
            done += taken;
            filled += taken;
            if (filled == Chunk)
                Gather<TRegister>();
        }
    }

    /// <summary>Turns the moments into coefficients.</summary>
    /// <returns>False if the expansion is not accurate enough in this box.</returns>
    public bool Finish<TRegister>()
        where TRegister : struct, IRegister<TRegister>
    {
        Gather<TRegister>();
        double roundings = Math.ScaleB(100 + components / (double)Chunk, -53);
        if (!(ScoreLevel.SumOf(checks) * roundings <= LargestRounding
            && ScoreLevel.SumOf(checks + Lanes) * InverseFactorials[Orders - 1] <= LargestRemainder))
        {
            return false;
        }

        for (int j = 0; j < Orders; j++)
        {
            for (int k = 0; k < (isPlane ? Orders - j : 1); k++)
            {
                int index = j * Orders + k;
                coefficients[index] = ScoreLevel.SumOf(sums + index * Lanes) * (InverseFactorials[j] * InverseFactorials[k]);
            }
        }

        return true;
    }

    /// <summary>The scores at up to <see cref="Group"/> places in the box.</summary>
    /// <param name="order">Numbers of the particles.</param>
    public void Evaluate<TLanes>(ReadOnlySpan<int> order, ReadOnlySpan<double> x, ReadOnlySpan<double> y, double[] scoreX, double[] scoreY)
        where TLanes : struct, ILanes<TLanes>
    {
        double inverseHalf = 1 / half;
        for (int p = 0; p < TLanes.Count; p++)
        {
            places[p] = p < order.Length ? (x[order[p]] - centreX) * inverseHalf : 0;
            places[Group + p] = p < order.Length ? (y[order[p]] - centreY) * inverseHalf : 0;
        }

        Polynomial<TLanes>();
        double inverse = 1 / variance;
        for (int p = 0; p < order.Length; p++)
        {
            int particle = order[p];
            double scale = inverseHalf / places[2 * Group + p];
            scoreX[particle] = (meanX - x[particle]) * inverse + places[3 * Group + p] * scale;
            scoreY[particle] = (meanY - y[particle]) * inverse + places[4 * Group + p] * scale;
        }
    }

    /// <summary>P and its two derivatives by Horner's rule.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Polynomial<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(places), y = TLanes.Load(places + Group), zero = TLanes.Create(0);
        TLanes value = zero, alongX = zero, alongY = zero;
        for (int j = Orders - 1; j >= 0; j--)
        {
            TLanes inner = zero, slope = zero;
            double* row = coefficients + j * Orders;
            for (int k = isPlane ? Orders - 1 - j : 0; k >= 0; k--)
            {
                slope = TLanes.Fused(slope, y, inner);
                inner = TLanes.Fused(inner, y, TLanes.Create(row[k]));
            }

            alongX = TLanes.Fused(alongX, x, value);
            value = TLanes.Fused(value, x, inner);
            alongY = TLanes.Fused(alongY, x, slope);
        }

        value.Store(places + 2 * Group);
        alongX.Store(places + 3 * Group);
        alongY.Store(places + 4 * Group);
    }

    /// <summary>p_k, z_k and the sums of the error bound for components that fit into the chunk.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Weigh<TRegister>(double* x, double* y, double* offsets, int count, double rate, double logTotal)
        where TRegister : struct, IRegister<TRegister>
    {
        var power = PowerOfTwo<TRegister>.Create();
        TRegister px = TRegister.Create(centreX), py = TRegister.Create(centreY), mx = TRegister.Create(meanX), my = TRegister.Create(meanY);
        TRegister total = TRegister.Create(logTotal), slope = TRegister.Create(rate), scale = TRegister.Create(half / variance);
        TRegister far = TRegister.Create(largestPlace), inverseLn2 = TRegister.Create(1.4426950408889634);
        double* toWeights = weights + filled, toX = zX + filled, toY = powersY + Chunk + filled;
        for (int part = 0; part < Lanes; part += TRegister.Count)
        {
            TRegister amplified = TRegister.Load(checks + part), remainder = TRegister.Load(checks + Lanes + part);
            for (int i = part; i < count; i += Lanes)
            {
                TRegister atX = TRegister.Load(x + i), atY = TRegister.Load(y + i), dx = atX - px, dy = atY - py;
                TRegister weight = power.Evaluate(TRegister.Fused(
                    slope, TRegister.Fused(dx, dx, dy * dy), TRegister.Load(offsets + i) - total));
                dx = (atX - mx) * scale;
                dy = (atY - my) * scale;
                weight.Store(toWeights + i);
                dx.Store(toX + i);
                dy.Store(toY + i);

                TRegister r = TRegister.Sqrt(TRegister.Fused(dx, dx, dy * dy)) * far;
                TRegister bound = weight * power.Evaluate(r * inverseLn2);
                amplified += bound;
                TRegister square = r * r, third = square * r, eleventh = square * third * (third * third);
                remainder = TRegister.Fused(bound, eleventh * eleventh * r, remainder);
            }

            amplified.Store(checks + part);
            remainder.Store(checks + Lanes + part);
        }
    }

    /// <summary>Adds the chunk's moments Σ p zX^j zY^k, j + k ≤ D, tile by tile, and empties it.</summary>
    private void Gather<TRegister>()
        where TRegister : struct, IRegister<TRegister>
    {
        if (filled == 0)
            return;
        new ReadOnlySpan<double>(weights, filled).CopyTo(new Span<double>(powersX, filled));
        for (int row = 1; row < Rows; row++)
            Multiply<TRegister>(powersX + row * Chunk, powersX + (row - 1) * Chunk, zX);
        new Span<double>(powersY, filled).Fill(1);
        int highest = isPlane ? Orders : Columns;
        for (int k = 2; k < highest; k++)
            Multiply<TRegister>(powersY + k * Chunk, powersY + (k - 1) * Chunk, powersY + Chunk);
        for (int j = 0; j < Orders; j += Rows)
        {
            if (j > 0)
            {
                for (int row = 0; row < Rows; row++)
                    Multiply<TRegister>(powersX + row * Chunk, powersX + (row + Rows - 1) % Rows * Chunk, zX);
            }

            for (int k = 0; k < (isPlane ? Orders - j : 1); k += Columns)
                Tile<TRegister>(powersX, powersY + k * Chunk, sums + (j * Orders + k) * Lanes, filled);
        }

        filled = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Multiply<TRegister>(double* to, double* left, double* right)
        where TRegister : struct, IRegister<TRegister>
    {
        for (int i = 0; i < filled; i += TRegister.Count)
            (TRegister.Load(left + i) * TRegister.Load(right + i)).Store(to + i);
    }

    /// <summary>Four rows times three columns: twelve sums in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRegister>(double* x, double* y, double* target, int count)
        where TRegister : struct, IRegister<TRegister>
    {
        const int Next = Orders * Lanes;
        for (int part = 0; part < Lanes; part += TRegister.Count)
        {
            double* to = target + part;
            TRegister a0 = TRegister.Load(to), a1 = TRegister.Load(to + Lanes), a2 = TRegister.Load(to + 2 * Lanes);
            TRegister b0 = TRegister.Load(to + Next), b1 = TRegister.Load(to + Next + Lanes), b2 = TRegister.Load(to + Next + 2 * Lanes);
            TRegister c0 = TRegister.Load(to + 2 * Next), c1 = TRegister.Load(to + 2 * Next + Lanes);
            TRegister c2 = TRegister.Load(to + 2 * Next + 2 * Lanes);
            TRegister d0 = TRegister.Load(to + 3 * Next), d1 = TRegister.Load(to + 3 * Next + Lanes);
            TRegister d2 = TRegister.Load(to + 3 * Next + 2 * Lanes);
            for (int i = part; i < count; i += Lanes)
            {
                TRegister y0 = TRegister.Load(y + i), y1 = TRegister.Load(y + Chunk + i), y2 = TRegister.Load(y + 2 * Chunk + i);
                TRegister at = TRegister.Load(x + i);
                a0 = TRegister.Fused(at, y0, a0);
                a1 = TRegister.Fused(at, y1, a1);
                a2 = TRegister.Fused(at, y2, a2);
                at = TRegister.Load(x + Chunk + i);
                b0 = TRegister.Fused(at, y0, b0);
                b1 = TRegister.Fused(at, y1, b1);
                b2 = TRegister.Fused(at, y2, b2);
                at = TRegister.Load(x + 2 * Chunk + i);
                c0 = TRegister.Fused(at, y0, c0);
                c1 = TRegister.Fused(at, y1, c1);
                c2 = TRegister.Fused(at, y2, c2);
                at = TRegister.Load(x + 3 * Chunk + i);
                d0 = TRegister.Fused(at, y0, d0);
                d1 = TRegister.Fused(at, y1, d1);
                d2 = TRegister.Fused(at, y2, d2);
            }

            a0.Store(to);
            a1.Store(to + Lanes);
            a2.Store(to + 2 * Lanes);
            b0.Store(to + Next);
            b1.Store(to + Next + Lanes);
            b2.Store(to + Next + 2 * Lanes);
            c0.Store(to + 2 * Next);
            c1.Store(to + 2 * Next + Lanes);
            c2.Store(to + 2 * Next + 2 * Lanes);
            d0.Store(to + 3 * Next);
            d1.Store(to + 3 * Next + Lanes);
            d2.Store(to + 3 * Next + 2 * Lanes);
        }
    }

    private static double[] Factorials()
    {
        var inverse = new double[Orders];
        double factorial = 1;
        for (int n = 0; n < Orders; n++)
        {
            factorial *= Math.Max(n, 1);
            inverse[n] = 1 / factorial;
        }

        return inverse;
    }
}
