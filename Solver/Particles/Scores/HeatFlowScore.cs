using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The score of a mixture's heat flow at one time t. With a_k = σ_k² + 2t and p_k ∝ w_k a_k^{−d/2} exp(−|x − m_k|²/2a_k),
///
///     s(t, x) = Σ_k p_k s_k,   s_k = (m_k − x)/a_k,
///
/// by a log-sum-exp in base 2. Rounding acts as if each m_k were moved by a few units in the last place of x − m_k, for every t &gt; 0
/// and x.
/// <para>
/// Truncation: let S(B) bound the exponential factor of every component in a box B from above, and let Z' ≤ Z = Σ w_k a_k^{−d/2} exp(…)
/// be the part of the sum that comes from one leaf of the tree near x. Boxes with S(B) ≤ δZ', δ = 1e-12, are left out. As Σ w_k = 1,
/// their share p of Z is at most δ, and the score changes by p times the difference of two averages of the s_k: by at most δ · max |s_i −
/// s_j|, which for equal variances is δ · diameter/(σ² + 2t).
/// </para>
/// </summary>
public sealed unsafe partial class HeatFlowScore
{
    /// <summary>Exponents may spread over so many powers of two around the shift of a sum before it is taken in two passes.</summary>
    private const double Range = 900;

    private readonly MixtureComponents mixture;
    private readonly double[] offsets;
    private readonly double[] rates = [];
    private readonly double[] inverses = [];
    private readonly double[] childOffsets = [];
    private readonly double[] childRates = [];
    private double rate;
    private double inverse;

    /// <param name="time">Forward time t.</param>
    /// <exception cref="ArgumentException">t &lt; 0, or a Dirac at t = 0.</exception>
    public HeatFlowScore(MixtureComponents mixture, double time)
    {
        this.mixture = mixture;
        EqualVariances = mixture.Covariances.Length == 0 && mixture.SmallestVariance == mixture.LargestVariance;
        shapes = new CovarianceTerm[mixture.Covariances.Length];
        offsets = EqualVariances ? mixture.LogWeights : new double[mixture.X.Length];
        if (!EqualVariances)
        {
            rates = new double[mixture.X.Length];
            inverses = new double[mixture.X.Length];
            childOffsets = new double[mixture.Tree.Children];
            childRates = new double[mixture.Tree.Children];
        }

        SetTime(time);
    }

    /// <summary>Forward time t.</summary>
    public double Time { get; private set; }

    /// <summary>True if all components are isotropic and all σ_k equal; then 1/a is the same at every point.</summary>
    public bool EqualVariances { get; }

    /// <summary>min σ_k² + 2t.</summary>
    public double SmallestVariance => mixture.SmallestVariance + 2 * Time;

    /// <summary>Moves to another time; allocates nothing.</summary>
    /// <exception cref="ArgumentException">t &lt; 0, or a Dirac at t = 0.</exception>
    public void SetTime(double time)
    {
        if (!(time >= 0 && double.IsFinite(time) && mixture.SmallestVariance + 2 * time > 0))
            throw new ArgumentException($"the score requires a time t > 0, or t = 0 and no point masses; t is {time:R}", nameof(time));
        Time = time;
        inverse = 1 / (mixture.SmallestVariance + 2 * time);
        rate = Rate(mixture.SmallestVariance + 2 * time);
        SetCovariances();
        if (EqualVariances || shapes.Length > 0)
            return;
        double half = 0.5 * mixture.Dimension;
        for (int k = 0; k < offsets.Length; k++)
        {
            double variance = mixture.Variances[k] + 2 * time;
            offsets[k] = mixture.LogWeights[k] - half * Math.Log2(variance);
            rates[k] = Rate(variance);
            inverses[k] = 1 / variance;
        }

        ComponentTree tree = mixture.Tree;
        for (int child = 0; child < childOffsets.Length; child++)
        {
            childOffsets[child] = -half * Math.Log2(tree.SmallestVariances[child] + 2 * time);
            childRates[child] = Rate(tree.LargestVariances[child] + 2 * time);
        }
    }

    /// <summary>The score at a point.</summary>
    /// <param name="y">0 in one dimension.</param>
    /// <param name="inverseVariance">Σ p_k/a_k: the linear part of the score around its own centre.</param>
    public void Evaluate(double x, double y, ScoreSummation sum, out double scoreX, out double scoreY, out double inverseVariance)
    {
        if (shapes.Length > 0)
            EvaluateCovariances(x, y, out scoreX, out scoreY, out inverseVariance);
        else if (RegisterWidth.IsEight)
            Evaluate<Lanes8>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
        else
            Evaluate<Lanes4>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
    }

    private static double Rate(double variance) => -0.5 / (variance * 0.6931471805599453);

    internal void Evaluate<TRegister>(double x, double y, ScoreSummation sum, out double scoreX, out double scoreY,
        out double inverseVariance)
        where TRegister : struct, IRegister<TRegister>
    {
        if (EqualVariances)
            Evaluate<EqualCase, TRegister>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
        else
            Evaluate<GeneralCase, TRegister>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
    }

    private void Evaluate<TCase, TRegister>(double x, double y, ScoreSummation sum, out double scoreX, out double scoreY,
        out double inverseVariance)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        if (sum == ScoreSummation.Plain)
            Whole<TCase, TRegister>(x, y, out scoreX, out scoreY, out inverseVariance);
        else
            Near<TCase, TRegister>(x, y, out scoreX, out scoreY, out inverseVariance);
    }

    /// <summary>
    /// A number within <see cref="Range"/> above the largest exponent: from the bounding box where that is tight enough, else by a pass
    /// of its own.
    /// </summary>
    private double Shift<TCase, TRegister>(double x, double y)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        double nearX = Math.Max(0, Math.Max(mixture.Left - x, x - mixture.Right));
        double nearY = Math.Max(0, Math.Max(mixture.Bottom - y, y - mixture.Top));
        double farX = Math.Max(x - mixture.Left, mixture.Right - x), farY = Math.Max(y - mixture.Bottom, mixture.Top - y);
        if (typeof(TCase) == typeof(EqualCase))
        {
            // All weights are at most 1, and the largest at least 1/Components: 2^-64 covers it.
            double highest = rate * (nearX * nearX + nearY * nearY);
            if (rate * (farX * farX + farY * farY) - highest > 64 - Range)
                return highest;
        }

        TRegister px = TRegister.Create(x), py = TRegister.Create(y), largest = TRegister.Create(double.NegativeInfinity);
        for (int first = 0; first < mixture.X.Length; first += TRegister.Count)
            largest = TRegister.Max(largest, Exponents<TCase, TRegister>(first, px, py));
        return Largest(largest);
    }

    /// <summary>The exponents of the components from <paramref name="first"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TRegister Exponents<TCase, TRegister>(int first, TRegister x, TRegister y)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        fixed (double* xs = mixture.X, ys = mixture.Y, starts = offsets, slopes = rates)
        {
            TRegister dx = TRegister.Load(xs + first) - x, dy = TRegister.Load(ys + first) - y;
            TRegister slope = typeof(TCase) == typeof(EqualCase) ? TRegister.Create(rate) : TRegister.Load(slopes + first);
            return TRegister.Fused(slope, TRegister.Fused(dx, dx, dy * dy), TRegister.Load(starts + first));
        }
    }

    /// <summary>Adds the components of some ranges of packs to the sums, half a pack after the other where a register holds half a pack:
    /// the eight partial sums are the same in either width.</summary>
    /// <param name="ranges">Begin and end of each range in turn.</param>
    [MethodImpl(KernelMethod.Own)]
    private void Add<TCase, TRegister>(ReadOnlySpan<int> ranges, double x, double y, double shift, double* sums)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        var power = Exp2<TRegister>.Create();
        TRegister px = TRegister.Create(x), py = TRegister.Create(y), s = TRegister.Create(shift), slope = TRegister.Create(rate);
        fixed (double* xs = mixture.X, ys = mixture.Y, starts = offsets, slopes = rates, factors = inverses)
        {
            for (int half = 0; half < ComponentTree.Lanes; half += TRegister.Count)
            {
                double* of = sums + half;
                TRegister weight = TRegister.Load(of + Sums.Weight), weightedX = TRegister.Load(of + Sums.X);
                TRegister weightedY = TRegister.Load(of + Sums.Y), inverseSum = TRegister.Load(of + Sums.Inverse);
                TRegister largest = TRegister.Load(of + Sums.Largest);
                for (int range = 0; range < ranges.Length; range += 2)
                {
                    nint end = (nint)ranges[range + 1] * ComponentTree.Lanes;
                    for (nint first = (nint)ranges[range] * ComponentTree.Lanes + half; first < end; first += ComponentTree.Lanes)
                    {
                        TRegister dx = TRegister.Load(xs + first) - px, dy = TRegister.Load(ys + first) - py;
                        if (typeof(TCase) == typeof(GeneralCase))
                            slope = TRegister.Load(slopes + first);
                        TRegister exponents = TRegister.Fused(
                            slope, TRegister.Fused(dx, dx, dy * dy), TRegister.Load(starts + first) - s);
                        largest = TRegister.Max(largest, exponents);
                        TRegister term = power.Evaluate(exponents);
                        weight += term;
                        if (typeof(TCase) == typeof(GeneralCase))
                        {
                            term *= TRegister.Load(factors + first);
                            inverseSum += term;
                        }

                        weightedX = TRegister.Fused(term, dx, weightedX);
                        weightedY = TRegister.Fused(term, dy, weightedY);
                    }
                }

                weight.Store(of + Sums.Weight);
                weightedX.Store(of + Sums.X);
                weightedY.Store(of + Sums.Y);
                inverseSum.Store(of + Sums.Inverse);
                largest.Store(of + Sums.Largest);
            }
        }
    }

    [SkipLocalsInit]
    private void Whole<TCase, TRegister>(double x, double y, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
        where TRegister : struct, IRegister<TRegister>
    {
        double* sums = stackalloc double[Sums.Length];
        new Span<double>(sums, Sums.Length).Clear();
        Add<TCase, TRegister>([0, mixture.Tree.Packs], x, y, Shift<TCase, TRegister>(x, y), sums);
        Finish<TCase>(sums, out scoreX, out scoreY, out inverseVariance);
    }

    /// <summary>The largest lane of a register.</summary>
    [SkipLocalsInit]
    private static double Largest<TRegister>(TRegister values)
        where TRegister : struct, IRegister<TRegister>
    {
        double* lanes = stackalloc double[TRegister.Count];
        values.Store(lanes);
        double largest = lanes[0];
        for (int lane = 1; lane < TRegister.Count; lane++)
            largest = Math.Max(largest, lanes[lane]);
        return largest;
    }

    /// <summary>The sum of eight lanes, in one order everywhere.</summary>
    internal static double SumOf(double* lanes) =>
        lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));

    private void Finish<TCase>(double* sums, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
    {
        double total = SumOf(sums + Sums.Weight);
        bool equal = typeof(TCase) == typeof(EqualCase);
        double scale = equal ? inverse / total : 1 / total;
        scoreX = SumOf(sums + Sums.X) * scale;
        scoreY = SumOf(sums + Sums.Y) * scale;
        inverseVariance = equal ? inverse : SumOf(sums + Sums.Inverse) * scale;
    }

    /// <summary>
    /// Partial sums, eight of each, by the lane of a component in its pack: Σ 2^e, Σ 2^e dx, Σ 2^e dy (each over a where the variances
    /// differ), Σ 2^e/a, and the largest exponent e, at least 0.
    /// </summary>
    private static class Sums
    {
        public const int Weight = 0;
        public const int X = 8;
        public const int Y = 16;
        public const int Inverse = 24;
        public const int Largest = 32;
        public const int Length = 40;
    }

    /// <summary>Chooses, at compile time, the sums for equal variances.</summary>
    private readonly struct EqualCase;

    /// <summary>Chooses the sums for variances that differ.</summary>
    private readonly struct GeneralCase;
}
