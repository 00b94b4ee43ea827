using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Particles;

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
public sealed partial class ScoreLevel
{
    /// <summary>Exponents may spread over so many powers of two around the shift of a sum before it is taken in two passes.</summary>
    private const double Range = 900;

    private readonly MixtureScoreKernel kernel;
    private readonly double[] offsets;
    private readonly double[] rates = [];
    private readonly double[] inverses = [];
    private readonly double[] childOffsets = [];
    private readonly double[] childRates = [];
    private double rate;
    private double inverse;

    /// <param name="time">Forward time t.</param>
    /// <exception cref="ArgumentException">t &lt; 0, or a Dirac at t = 0.</exception>
    public ScoreLevel(MixtureScoreKernel kernel, double time)
    {
        this.kernel = kernel;
        EqualVariances = kernel.SmallestVariance == kernel.LargestVariance;
        offsets = EqualVariances ? kernel.LogWeights : new double[kernel.X.Length];
        if (!EqualVariances)
        {
            rates = new double[kernel.X.Length];
            inverses = new double[kernel.X.Length];
            childOffsets = new double[kernel.Tree.Children];
            childRates = new double[kernel.Tree.Children];
        }

        SetTime(time);
    }

    /// <summary>Forward time t.</summary>
    public double Time { get; private set; }

    /// <summary>True if all σ_k are equal; then 1/a is the same at every point.</summary>
    public bool EqualVariances { get; }

    /// <summary>min σ_k² + 2t.</summary>
    public double SmallestVariance => kernel.SmallestVariance + 2 * Time;

    /// <summary>Moves to another time; allocates nothing.</summary>
    /// <exception cref="ArgumentException">t &lt; 0, or a Dirac at t = 0.</exception>
    public void SetTime(double time)
    {
        if (!(time >= 0 && double.IsFinite(time) && kernel.SmallestVariance + 2 * time > 0))
            throw new ArgumentException($"the score needs a time t > 0, or t = 0 and no point masses; t is {time:R}", nameof(time));
        Time = time;
        inverse = 1 / (kernel.SmallestVariance + 2 * time);
        rate = Rate(kernel.SmallestVariance + 2 * time);
        if (EqualVariances)
            return;
        double half = 0.5 * kernel.Dimension;
        for (int k = 0; k < offsets.Length; k++)
        {
            double variance = kernel.Variances[k] + 2 * time;
            offsets[k] = kernel.LogWeights[k] - half * Math.Log2(variance);
            rates[k] = Rate(variance);
            inverses[k] = 1 / variance;
        }

        ComponentTree tree = kernel.Tree;
        for (int child = 0; child < childOffsets.Length; child++)
        {
            childOffsets[child] = -half * Math.Log2(tree.SmallestVariances[child] + 2 * time);
            childRates[child] = Rate(tree.LargestVariances[child] + 2 * time);
        }
    }

    /// <summary>The score at a point.</summary>
    /// <param name="y">0 in one dimension.</param>
    /// <param name="inverseVariance">Σ p_k/a_k: the linear part of the score around its own centre.</param>
    public void Evaluate(double x, double y, ScoreSum sum, out double scoreX, out double scoreY, out double inverseVariance)
    {
        if (EqualVariances)
            Evaluate<EqualCase>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
        else
            Evaluate<GeneralCase>(x, y, sum, out scoreX, out scoreY, out inverseVariance);
    }

    private static double Rate(double variance) => -0.5 / (variance * 0.6931471805599453);

    private void Evaluate<TCase>(double x, double y, ScoreSum sum, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
    {
        if (sum == ScoreSum.Plain)
            Whole<TCase>(x, y, out scoreX, out scoreY, out inverseVariance);
        else
            Near<TCase>(x, y, out scoreX, out scoreY, out inverseVariance);
    }

    /// <summary>
    /// A number within <see cref="Range"/> above the largest exponent: from the bounding box where that is tight enough, else by a pass
    /// of its own.
    /// </summary>
    private double Shift<TCase>(double x, double y)
        where TCase : struct
    {
        double nearX = Math.Max(0, Math.Max(kernel.Left - x, x - kernel.Right));
        double nearY = Math.Max(0, Math.Max(kernel.Bottom - y, y - kernel.Top));
        double farX = Math.Max(x - kernel.Left, kernel.Right - x), farY = Math.Max(y - kernel.Bottom, kernel.Top - y);
        if (typeof(TCase) == typeof(EqualCase))
        {
            // All weights are at most 1, and the largest at least 1/Components: 2^-64 covers it.
            double highest = rate * (nearX * nearX + nearY * nearY);
            if (rate * (farX * farX + farY * farY) - highest > 64 - Range)
                return highest;
        }

        Vector512<double> px = Vector512.Create(x), py = Vector512.Create(y), largest = Vector512.Create(double.NegativeInfinity);
        for (int pack = 0; pack < kernel.Tree.Packs; pack++)
            largest = Vector512.MaxNative(largest, Exponents<TCase>(pack, px, py));
        return Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Exponents<TCase>(int pack, Vector512<double> x, Vector512<double> y)
        where TCase : struct
    {
        nuint first = (nuint)(pack * ComponentTree.Lanes);
        Vector512<double> dx = Vector512.LoadUnsafe(ref kernel.X[0], first) - x, dy = Vector512.LoadUnsafe(ref kernel.Y[0], first) - y;
        Vector512<double> slope = typeof(TCase) == typeof(EqualCase) ? Vector512.Create(rate) : Vector512.LoadUnsafe(ref rates[0], first);
        return Vector512.FusedMultiplyAdd(slope, Vector512.FusedMultiplyAdd(dx, dx, dy * dy), Vector512.LoadUnsafe(ref offsets[0], first));
    }

    /// <summary>Adds the components of some ranges of packs to the sums.</summary>
    /// <param name="ranges">Begin and end of each range in turn.</param>
    private void Add<TCase>(ReadOnlySpan<int> ranges, double x, double y, double shift, ref Sums sums)
        where TCase : struct
    {
        var power = PowerOfTwo.Create();
        ref double xs = ref MemoryMarshal.GetArrayDataReference(kernel.X);
        ref double ys = ref MemoryMarshal.GetArrayDataReference(kernel.Y);
        ref double starts = ref MemoryMarshal.GetArrayDataReference(offsets);
        ref double slopes = ref MemoryMarshal.GetArrayDataReference(rates);
        ref double factors = ref MemoryMarshal.GetArrayDataReference(inverses);
        Vector512<double> px = Vector512.Create(x), py = Vector512.Create(y), s = Vector512.Create(shift), slope = Vector512.Create(rate);
        Vector512<double> weight = sums.Weight, weightedX = sums.X, weightedY = sums.Y, inverseSum = sums.Inverse, largest = sums.Largest;
        for (int range = 0; range < ranges.Length; range += 2)
        {
            nuint end = (nuint)ranges[range + 1] * ComponentTree.Lanes;
            for (nuint first = (nuint)ranges[range] * ComponentTree.Lanes; first < end; first += ComponentTree.Lanes)
            {
                Vector512<double> dx = Vector512.LoadUnsafe(ref xs, first) - px, dy = Vector512.LoadUnsafe(ref ys, first) - py;
                if (typeof(TCase) == typeof(GeneralCase))
                    slope = Vector512.LoadUnsafe(ref slopes, first);
                Vector512<double> exponents = Vector512.FusedMultiplyAdd(
                    slope, Vector512.FusedMultiplyAdd(dx, dx, dy * dy), Vector512.LoadUnsafe(ref starts, first) - s);
                largest = Vector512.MaxNative(largest, exponents);
                Vector512<double> term = power.Evaluate(exponents);
                weight += term;
                if (typeof(TCase) == typeof(GeneralCase))
                {
                    term *= Vector512.LoadUnsafe(ref factors, first);
                    inverseSum += term;
                }

                weightedX = Vector512.FusedMultiplyAdd(term, dx, weightedX);
                weightedY = Vector512.FusedMultiplyAdd(term, dy, weightedY);
            }
        }

        (sums.Weight, sums.X, sums.Y, sums.Inverse, sums.Largest) = (weight, weightedX, weightedY, inverseSum, largest);
    }

    private void Whole<TCase>(double x, double y, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
    {
        Sums sums = default;
        Add<TCase>([0, kernel.Tree.Packs], x, y, Shift<TCase>(x, y), ref sums);
        Finish<TCase>(sums, out scoreX, out scoreY, out inverseVariance);
    }

    private static double Largest(Vector512<double> values)
    {
        Vector256<double> four = Vector256.MaxNative(values.GetLower(), values.GetUpper());
        Vector128<double> two = Vector128.MaxNative(four.GetLower(), four.GetUpper());
        return Math.Max(two[0], two[1]);
    }

    private void Finish<TCase>(in Sums sums, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
    {
        double total = Vector512.Sum(sums.Weight);
        bool equal = typeof(TCase) == typeof(EqualCase);
        double scale = equal ? inverse / total : 1 / total;
        scoreX = Vector512.Sum(sums.X) * scale;
        scoreY = Vector512.Sum(sums.Y) * scale;
        inverseVariance = equal ? inverse : Vector512.Sum(sums.Inverse) * scale;
    }

    /// <summary>
    /// Partial sums by lane: Σ 2^e, Σ 2^e dx, Σ 2^e dy (each over a where the variances differ), Σ 2^e/a, and the largest exponent e, at
    /// least 0.
    /// </summary>
    private struct Sums
    {
        public Vector512<double> Weight;
        public Vector512<double> X;
        public Vector512<double> Y;
        public Vector512<double> Inverse;
        public Vector512<double> Largest;
    }

    /// <summary>Chooses, at compile time, the sums for equal variances.</summary>
    private readonly struct EqualCase;

    /// <summary>Chooses the sums for variances that differ.</summary>
    private readonly struct GeneralCase;
}
