using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The components of equal variance a = σ² + 2t that matter in a small box, relative to its centre. With centre c, p_k the weights of
/// the components at c, m = Σ p_k m_k their mean there, and x = c + hα, h half the box's side,
///
///     s(t, x) = (m − x)/a + ∇P/(hP),   P(α) = Σ p_k exp(α·z_k),   z_k = h (m_k − m)/a,
///
/// exactly: the log2 p_k and z_k are found once, and a pair of a particle and a component costs one power of two and four fused operations.
/// <para>
/// P ≥ 1 (Jensen: Σ p_k z_k = 0). With r_k = |z_k| max|α|, components whose p_k e^{r_k} sum to at most 2e-13 are left out, and those below
/// 2⁻¹⁵⁰ each: the score errs by at most 2e-13 times the diameter of the components over a, and by roundings of each term.
/// </para>
/// Memory for one worker; nothing is allocated after construction.
/// </summary>
internal sealed unsafe class BoxComponents
{
    /// <summary>log2(2e-13), the truncation of a box relative to the sum anywhere in it.</summary>
    public const double LogCut = -42.185065233;

    /// <summary>log2 of what even a single component of a tiny weight does not add.</summary>
    private const double LogNothing = -150;

    /// <summary>Powers of two between a box's centre and its corner: with it no term leaves the range of normal numbers.</summary>
    private const double LargestTilt = 300;

    /// <summary>Components come in twice the widest register.</summary>
    private const int Filling = 2 * ComponentTree.Lanes;

    private const int Lanes = ComponentTree.Lanes;
    private const double InverseLn2 = 1.4426950408889634;

    private readonly Scratch memory;
    private readonly double* tilts;
    private readonly double* sums;
    private readonly double* spare;
    private readonly double* series;
    private double rate;
    private double tilt;

    /// <param name="most">Most components, a multiple of eight.</param>
    public BoxComponents(int most)
    {
        most = (most + Filling - 1) / Filling * Filling;
        memory = new Scratch(4L * most + 12 * Lanes + Exp2Series.SpreadLength);
        Exponents = memory.Start;
        ZX = Exponents + most;
        ZY = ZX + most;
        Terms = ZY + most;
        tilts = Terms + most;
        sums = tilts + Lanes;
        spare = sums + 3 * Filling;
        series = spare + 3 * Lanes;
        Exp2Series.Spread(series);
    }

    /// <summary>log2 p_k.</summary>
    public double* Exponents { get; }

    /// <summary>First coordinates of the z_k.</summary>
    public double* ZX { get; }

    /// <summary>Second coordinates of the z_k.</summary>
    public double* ZY { get; }

    /// <summary>One term per component.</summary>
    public double* Terms { get; }

    /// <summary>How many, after <see cref="Finish"/> a multiple of sixteen.</summary>
    public int Count { get; private set; }

    public double CentreX { get; private set; }

    public double CentreY { get; private set; }

    public double Half { get; private set; }

    /// <summary>max|α| in the box.</summary>
    public double LargestPlace { get; private set; }

    /// <summary>a = σ² + 2t.</summary>
    public double Variance { get; private set; }

    /// <summary>m, first coordinate.</summary>
    public double MeanX { get; private set; }

    public double MeanY { get; private set; }

    /// <summary>log2 of the sum at the centre.</summary>
    public double LogTotal { get; private set; }

    /// <summary>A new box, without components.</summary>
    /// <param name="reach">The largest distance of a point of the box from its centre.</param>
    /// <param name="exponentRate">Exponent in base 2 for a squared distance of 1.</param>
    public void Begin(
        double x, double y, double half, double reach, double variance, double exponentRate, double meanX, double meanY, double logTotal)
    {
        (CentreX, CentreY, Half, Variance, MeanX, MeanY, LogTotal) = (x, y, half, variance, meanX, meanY, logTotal);
        (rate, tilt, LargestPlace, Count) = (exponentRate, reach / variance * InverseLn2, reach / half, 0);
        new Span<double>(tilts, Lanes).Clear();
    }

    /// <summary>Adds the significant ones of some components, a multiple of eight.</summary>
    /// <param name="offsets">log2 of their weights.</param>
    [MethodImpl(KernelMethod.Own)]
    public void Add<TRegister>(double* x, double* y, double* offsets, int count)
        where TRegister : struct, IRegister<TRegister>
    {
        TRegister px = TRegister.Create(CentreX), py = TRegister.Create(CentreY), mx = TRegister.Create(MeanX),
            my = TRegister.Create(MeanY);
        TRegister total = TRegister.Create(LogTotal), slope = TRegister.Create(rate), tilting = TRegister.Create(tilt);
        TRegister scale = TRegister.Create(Half / Variance), largest = TRegister.Load(tilts), zero = TRegister.Create(0);
        TRegister cut = TRegister.Create(LogTotal + LogCut), nothing = TRegister.Create(LogNothing);
        uint all = (1u << TRegister.Count) - 1;
        int filled = Count;
        for (int i = 0; i < count; i += TRegister.Count)
        {
            TRegister dx = TRegister.Load(x + i) - px, dy = TRegister.Load(y + i) - py, square = TRegister.Fused(dx, dx, dy * dy);
            TRegister exponents = TRegister.Fused(slope, square, TRegister.Load(offsets + i) - total);
            dx = TRegister.Load(x + i) - mx;
            dy = TRegister.Load(y + i) - my;
            TRegister tilted = TRegister.Sqrt(TRegister.Fused(dx, dx, dy * dy)) * tilting;
            TRegister above = TRegister.Min(TRegister.Fused(slope, square, tilted) - cut, exponents + tilted - nothing);
            uint below = TRegister.Signs(above);
            if (below == all)
                continue;
            largest = TRegister.Max(largest, TRegister.IfGreater(above, zero, tilted, zero));
            dx *= scale;
            dy *= scale;
            if (below == 0)
            {
                exponents.Store(Exponents + filled);
                dx.Store(ZX + filled);
                dy.Store(ZY + filled);
                filled += TRegister.Count;
                continue;
            }

            exponents.Store(spare);
            dx.Store(spare + Lanes);
            dy.Store(spare + 2 * Lanes);
            for (int lane = 0; lane < TRegister.Count; lane++)
            {
                Exponents[filled] = spare[lane];
                ZX[filled] = spare[Lanes + lane];
                ZY[filled] = spare[2 * Lanes + lane];
                filled += (int)(~below >> lane & 1);
            }
        }

        largest.Store(tilts);
        Count = filled;
    }

    /// <summary>No more components.</summary>
    /// <returns>False if terms may leave the range of normal numbers somewhere in the box.</returns>
    public bool Finish()
    {
        for (; Count % Filling != 0; Count++)
            (Exponents[Count], ZX[Count], ZY[Count]) = (2 * LogNothing, 0, 0);
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (!(tilts[lane] <= LargestTilt))
                return false;
        }

        return true;
    }

    /// <summary>The scores at places in the box.</summary>
    /// <param name="order">Numbers of the particles.</param>
    [MethodImpl(KernelMethod.Optimised)]
    public void Evaluate<TRegister>(ReadOnlySpan<int> order, ReadOnlySpan<double> x, ReadOnlySpan<double> y, double[] scoreX,
        double[] scoreY)
        where TRegister : struct, IRegister<TRegister>
    {
        double unit = InverseLn2 / Half, inverse = 1 / Variance;
        foreach (int p in order)
        {
            Weigh<TRegister>((x[p] - CentreX) * unit, (y[p] - CentreY) * unit);
            Sum<TRegister>();
            double scale = 1 / (Half * Total(sums));
            scoreX[p] = (MeanX - x[p]) * inverse + Total(sums + Filling) * scale;
            scoreY[p] = (MeanY - y[p]) * inverse + Total(sums + 2 * Filling) * scale;
        }
    }

    /// <summary>
    /// All p_k 2^{α·z_k}, two registers interleaved: the dependency chain of one exceeds the reorder window of the processor. They go to
    /// memory, because the sums would take the registers that this needs.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private void Weigh<TRegister>(double placeX, double placeY)
        where TRegister : struct, IRegister<TRegister>
    {
        TRegister alongX = TRegister.Create(placeX), alongY = TRegister.Create(placeY);
        double* exponents = Exponents, zX = ZX, zY = ZY, to = Terms, c = series;
        nint count = Count;
        for (nint i = 0; i < count; i += 2 * TRegister.Count)
        {
            nint next = i + TRegister.Count;
            TRegister term = Exp2<TRegister>.EvaluateNormal(
                c,
                TRegister.Fused(alongX, TRegister.Load(zX + i),
                    TRegister.Fused(alongY, TRegister.Load(zY + i), TRegister.Load(exponents + i))),
                TRegister.Fused(
                    alongX, TRegister.Load(zX + next),
                    TRegister.Fused(alongY, TRegister.Load(zY + next), TRegister.Load(exponents + next))),
                out TRegister second);
            term.Store(to + i);
            second.Store(to + next);
        }
    }

    /// <summary>
    /// The sums of the terms and of their products with the z_k, sixteen of each, by place modulo sixteen; two registers are interleaved to
    /// hide latency.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private void Sum<TRegister>()
        where TRegister : struct, IRegister<TRegister>
    {
        double* of = Terms, zX = ZX, zY = ZY, to = sums;
        nint count = Count;
        for (nint part = 0; part < Filling; part += 2 * TRegister.Count)
        {
            TRegister weight = TRegister.Create(0), weightedX = weight, weightedY = weight;
            TRegister weightB = weight, weightedXB = weight, weightedYB = weight;
            for (nint i = part; i < count; i += Filling)
            {
                nint next = i + TRegister.Count;
                TRegister term = TRegister.Load(of + i), termB = TRegister.Load(of + next);
                weight += term;
                weightB += termB;
                weightedX = TRegister.Fused(term, TRegister.Load(zX + i), weightedX);
                weightedXB = TRegister.Fused(termB, TRegister.Load(zX + next), weightedXB);
                weightedY = TRegister.Fused(term, TRegister.Load(zY + i), weightedY);
                weightedYB = TRegister.Fused(termB, TRegister.Load(zY + next), weightedYB);
            }

            weight.Store(to + part);
            weightB.Store(to + part + TRegister.Count);
            weightedX.Store(to + Filling + part);
            weightedXB.Store(to + Filling + part + TRegister.Count);
            weightedY.Store(to + 2 * Filling + part);
            weightedYB.Store(to + 2 * Filling + part + TRegister.Count);
        }
    }

    private static double Total(double* lanes) => HeatFlowScore.SumOf(lanes) + HeatFlowScore.SumOf(lanes + Lanes);
}
