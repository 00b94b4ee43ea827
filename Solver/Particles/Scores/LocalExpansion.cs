using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The Taylor expansion of the sum P of <see cref="BoxComponents"/> about the centre of a box, in powers of α up to degree D (the local
/// expansion of the fast Gauss transform): the score of components of equal variance everywhere in the box at once. Its coefficients are
/// moments of the z_k, gathered once for all x in the box.
/// <para>
/// With r_k = |z_k| max|α|: what is left out of ∇P is at most Σ p_k |z_k| r_k^D e^{r_k}/D!, so that, as P ≥ 1, the score errs by at most
/// twice B = Σ p_k r_k^D e^{r_k}/D! times the diameter of the components over a; components whose p_k e^{r_k} sum to at most 2e-13 are left
/// out, which adds as much; and all roundings, at most 100 per term and one more for each 64 components, are relative to S = Σ p_k e^{r_k}.
/// The expansion is used where B ≤ 1e-13 and (100 + n/64) 2⁻⁵³ S ≤ 5e-13 for n components: an error below 1e-12 · diameter/a, as for the
/// truncated sum. D is 15, 19 or 23, the least that B allows.
/// </para>
/// Memory for one worker; nothing is allocated after construction.
/// </summary>
internal sealed unsafe class LocalExpansion
{
    /// <summary>Most powers of each coordinate, 0 to D = orders − 1; a multiple of the tile's rows and columns.</summary>
    private const int MostOrders = 24;

    /// <summary>Fewest powers of each coordinate; a multiple of the tile's rows.</summary>
    private const int FewestOrders = 16;

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
    private readonly double* sums;
    private readonly double* checks;
    private readonly double* coefficients;
    private readonly double* places;
    private readonly Scratch memory;
    private double centreX;
    private double centreY;
    private double half;
    private double variance;
    private double meanX;
    private double meanY;
    private int orders;
    private int filled;

    public LocalExpansion(int dimension)
    {
        isPlane = dimension == 2;
        int[] lengths =
            [Rows * Chunk, MostOrders * Chunk, MostOrders * MostOrders * Lanes, 4 * Lanes, MostOrders * MostOrders, 5 * Group];
        memory = new Scratch(lengths.Sum());
        double* next = memory.Start;
        double* Take(int index)
        {
            double* taken = next;
            next += lengths[index];
            return taken;
        }

        powersX = Take(0);
        powersY = Take(1);
        sums = Take(2);
        checks = Take(3);
        coefficients = Take(4);
        places = Take(5);
    }

    /// <summary>Expands the sum over the components of a box.</summary>
    /// <returns>False if the expansion is not accurate enough in this box.</returns>
    [MethodImpl(KernelMethod.Optimised)]
    public bool TryExpand<TRegister>(BoxComponents box)
        where TRegister : struct, IRegister<TRegister>
    {
        (centreX, centreY, half, variance, meanX, meanY) = (box.CentreX, box.CentreY, box.Half, box.Variance, box.MeanX, box.MeanY);
        new Span<double>(sums, MostOrders * MostOrders * Lanes).Clear();
        Weigh<TRegister>(box);
        double roundings = Math.ScaleB(100 + box.Count / (double)Chunk, -53);
        if (!(HeatFlowScore.SumOf(checks) * roundings <= LargestRounding))
            return false;

        // The fewest orders that leave out little enough.
        for (orders = FewestOrders; !(Remainder(orders) <= LargestRemainder); orders += Rows)
        {
            if (orders == MostOrders)
                return false;
        }

        for (int first = 0; first < box.Count; first += Chunk)
        {
            filled = Math.Min(Chunk, box.Count - first);
            Gather<TRegister>(box.Terms + first, box.ZX + first, box.ZY + first);
        }

        for (int j = 0; j < orders; j++)
        {
            for (int k = 0; k < (isPlane ? orders - j : 1); k++)
            {
                int index = j * MostOrders + k;
                coefficients[index] = HeatFlowScore.SumOf(sums + index * Lanes) * (InverseFactorials[j] * InverseFactorials[k]);
            }
        }

        return true;

        double Remainder(int powers) =>
            HeatFlowScore.SumOf(checks + (1 + (powers - FewestOrders) / Rows) * Lanes) * InverseFactorials[powers - 1];
    }

    /// <summary>The scores at up to <see cref="Group"/> places in the box.</summary>
    /// <param name="order">Numbers of the particles.</param>
    [MethodImpl(KernelMethod.Optimised)]
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
    [MethodImpl(KernelMethod.Own)]
    private void Polynomial<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes x = TLanes.Load(places), y = TLanes.Load(places + Group), zero = TLanes.Create(0);
        TLanes value = zero, alongX = zero, alongY = zero;
        for (int j = orders - 1; j >= 0; j--)
        {
            TLanes inner = zero, slope = zero;
            double* row = coefficients + j * MostOrders;
            for (int k = isPlane ? orders - 1 - j : 0; k >= 0; k--)
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

    /// <summary>The p_k, left in the box's terms, and the sums of the error bounds: S, and B without its factorial for 16, 20 and 24
    /// orders.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Weigh<TRegister>(BoxComponents box)
        where TRegister : struct, IRegister<TRegister>
    {
        var power = Exp2<TRegister>.Create();
        TRegister far = TRegister.Create(box.LargestPlace), inverseLn2 = TRegister.Create(1.4426950408889634);
        double* exponents = box.Exponents, zX = box.ZX, zY = box.ZY, weights = box.Terms;
        nint count = box.Count;
        for (int part = 0; part < Lanes; part += TRegister.Count)
        {
            TRegister amplified = TRegister.Create(0), few = amplified, more = amplified, most = amplified;
            for (nint i = part; i < count; i += Lanes)
            {
                TRegister x = TRegister.Load(zX + i), y = TRegister.Load(zY + i), r = TRegister.Sqrt(TRegister.Fused(x, x, y * y)) * far;
                TRegister weight = power.EvaluateNormal(TRegister.Load(exponents + i));
                weight.Store(weights + i);
                TRegister bound = weight * power.EvaluateNormal(r * inverseLn2);
                amplified += bound;
                TRegister square = r * r, third = square * r, fourth = square * square, twelfth = fourth * fourth * fourth;
                bound *= twelfth * third;
                few += bound;
                bound *= fourth;
                more += bound;
                most = TRegister.Fused(bound, fourth, most);
            }

            amplified.Store(checks + part);
            few.Store(checks + Lanes + part);
            more.Store(checks + 2 * Lanes + part);
            most.Store(checks + 3 * Lanes + part);
        }
    }

    /// <summary>Adds the chunk's moments Σ p zX^j zY^k, j + k ≤ D, tile by tile.</summary>
    [MethodImpl(KernelMethod.Optimised)]
    private void Gather<TRegister>(double* weights, double* zX, double* zY)
        where TRegister : struct, IRegister<TRegister>
    {
        new ReadOnlySpan<double>(weights, filled).CopyTo(new Span<double>(powersX, filled));
        new ReadOnlySpan<double>(zY, filled).CopyTo(new Span<double>(powersY + Chunk, filled));
        new Span<double>(powersY, filled).Fill(1);
        for (int row = 1; row < Rows; row++)
            Multiply<TRegister>(powersX + row * Chunk, powersX + (row - 1) * Chunk, zX);
        int highest = isPlane ? Math.Min(MostOrders, orders + Columns - 1) : Columns;
        for (int k = 2; k < highest; k++)
            Multiply<TRegister>(powersY + k * Chunk, powersY + (k - 1) * Chunk, powersY + Chunk);
        for (int j = 0; j < orders; j += Rows)
        {
            if (j > 0)
            {
                for (int row = 0; row < Rows; row++)
                    Multiply<TRegister>(powersX + row * Chunk, powersX + (row + Rows - 1) % Rows * Chunk, zX);
            }

            for (int k = 0; k < (isPlane ? orders - j : 1); k += Columns)
                Tile<TRegister>(powersX, powersY + k * Chunk, sums + (j * MostOrders + k) * Lanes, filled);
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private void Multiply<TRegister>(double* to, double* left, double* right)
        where TRegister : struct, IRegister<TRegister>
    {
        for (int i = 0; i < filled; i += TRegister.Count)
            (TRegister.Load(left + i) * TRegister.Load(right + i)).Store(to + i);
    }

    /// <summary>Four rows times three columns: twelve sums in registers.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void Tile<TRegister>(double* x, double* y, double* target, int count)
        where TRegister : struct, IRegister<TRegister>
    {
        const int Next = MostOrders * Lanes;
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
        var inverse = new double[MostOrders];
        double factorial = 1;
        for (int n = 0; n < MostOrders; n++)
        {
            factorial *= Math.Max(n, 1);
            inverse[n] = 1 / factorial;
        }

        return inverse;
    }
}
