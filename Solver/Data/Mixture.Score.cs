using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data;

/// <content>
/// u(t), its score and the score's divergence on R^d, by log-sum-exp: with a_k = σ_k² + 2t and p_k ∝ a_k^{−d/2} w_k exp(−|x −
/// m_k|²/2a_k), s = Σ p_k g_k, g_k = (m_k − x)/a_k, and div s = −d Σ p_k/a_k + Σ p_k |g_k − s|² (docs/numerics.md, 2.8). Exponents reach
/// 1e12 at t = 1e-6 and only their differences matter, so they are carried as unevaluated sums of two doubles. Sums are eight, over the k
/// of the same place k mod 8, added at the end: a register of four takes half of the places after the other, and the bits are the same.
/// </content>
public sealed unsafe partial class Mixture
{
    /// <summary>Places of a sum over the components, and what their number is padded to a multiple of.</summary>
    private const int Lanes = 8;

    /// <summary>log u(t, x) on R^d.</summary>
    /// <param name="t">Forward time; positive if there are Diracs.</param>
    /// <param name="y">Ignored in one dimension.</param>
    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and there are Diracs.</exception>
    public double LogDensity(double t, double x, double y) => At(Quantity.LogDensity, t, x, y).First;

    /// <summary>s(t, x) = ∇ log u(t, x) on R^d; the second component is 0 in one dimension.</summary>
    /// <inheritdoc cref="LogDensity"/>
    public (double X, double Y) Score(double t, double x, double y) => At(Quantity.Score, t, x, y);

    /// <summary>div s(t, x) = Δ log u(t, x) on R^d, at least −d/2t.</summary>
    /// <inheritdoc cref="LogDensity"/>
    public double DivScore(double t, double x, double y) => At(Quantity.DivScore, t, x, y).First;

    /// <inheritdoc/>
    /// <remarks>
    /// The nearest point, by brute force; 0 as soon as one component is a Gaussian. The second argument is ignored in one dimension.
    /// </remarks>
    public override double SquaredDistance(double x, double y)
    {
        if (hull is null)
            return 0;
        return RegisterWidth.IsEight ? Nearest<Lanes8>(x, y) : Nearest<Lanes4>(x, y);
    }

    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and there are Diracs.</exception>
    internal void RequireDensity(double t)
    {
        if (!(t >= 0 && double.IsFinite(t)))
            throw new ArgumentException($"the time {t:R} must be finite and not negative", nameof(t));
        if (t == 0 && !HasDensity)
            throw new ArgumentException("point data have no density, and so no score, at t = 0", nameof(t));
    }

    /// <summary>The quantity at one point; the second number is the second component of the score.</summary>
    private (double First, double Second) At(Quantity quantity, double t, double x, double y)
    {
        RequireDensity(t);
        if (!IsIsotropic)
            return OfCovariances(quantity, t, x, y);
        fixed (double* meansX = this.x, meansY = this.y, variances = this.variances, logWeights = this.logWeights)
        {
            return RegisterWidth.IsEight
                ? new Components<Lanes8>(this, meansX, meansY, variances, logWeights, t, x, y).Of(quantity)
                : new Components<Lanes4>(this, meansX, meansY, variances, logWeights, t, x, y).Of(quantity);
        }
    }

    /// <summary>min_k |x − m_k|².</summary>
    [MethodImpl(KernelMethod.Own)]
    private double Nearest<TRegister>(double x, double y)
        where TRegister : struct, IRegister<TRegister>
    {
        TRegister atX = TRegister.Create(x), atY = TRegister.Create(Dimension == 2 ? y : 0);
        TRegister least = TRegister.Create(double.PositiveInfinity);
        fixed (double* meansX = this.x, meansY = this.y)
        {
            for (int k = 0; k < Count; k += TRegister.Count)
            {
                TRegister dx = atX - TRegister.Load(meansX + k), dy = atY - TRegister.Load(meansY + k);
                least = TRegister.Min(least, dx * dx + dy * dy);
            }
        }

        return TRegister.Least(least);
    }

    private enum Quantity
    {
        LogDensity,
        Score,
        DivScore,
    }

    /// <summary>The components seen from one point at one time. Registers that hold padding only are skipped.</summary>
    private readonly ref struct Components<TRegister>
        where TRegister : struct, IRegister<TRegister>
    {
        private readonly double* meansX;
        private readonly double* meansY;
        private readonly double* variances;
        private readonly double* logWeights;
        private readonly int count;
        private readonly int dimension;
        private readonly bool sameVariance;
        private readonly TRegister x;
        private readonly TRegister y;
        private readonly TRegister twiceTime;
        private readonly (TRegister Value, TRegister Error) precision;
        private readonly TRegister logNormalisation;
        private readonly double largest;

        [MethodImpl(KernelMethod.Own)]
        public Components(
            Mixture mixture, double* meansX, double* meansY, double* variances, double* logWeights, double t, double x, double y)
        {
            this.meansX = meansX;
            this.meansY = meansY;
            this.variances = variances;
            this.logWeights = logWeights;
            (count, dimension, sameVariance) = (mixture.Count, mixture.Dimension, mixture.sameVariance);
            this.x = TRegister.Create(x);
            this.y = TRegister.Create(dimension == 2 ? y : 0);
            twiceTime = TRegister.Create(2 * t);
            if (sameVariance)
                (precision, logNormalisation) = Precision(0);

            TRegister most = TRegister.Create(LogZero);
            for (int k = 0; k < count; k += TRegister.Count)
                most = TRegister.Max(most, Exponent(k).High);
            largest = TRegister.Greatest(most);
        }

        public (double First, double Second) Of(Quantity quantity) => quantity switch
        {
            Quantity.LogDensity => (LogDensity(), 0),
            Quantity.DivScore => (DivScore(), 0),
            _ => Score(),
        };

        [MethodImpl(KernelMethod.Own)]
        private double LogDensity()
        {
            double total = 0;
            for (int place = 0; place < Lanes; place += TRegister.Count)
            {
                TRegister sum = TRegister.Create(0);
                for (int k = place; k < count; k += Lanes)
                    sum += Weight(k);
                total += TRegister.Sum(sum);
            }

            return largest + Math.Log(total) - 0.5 * dimension * Math.Log(2 * Math.PI);
        }

        [MethodImpl(KernelMethod.Own)]
        private (double X, double Y) Score()
        {
            double total = 0, totalX = 0, totalY = 0;
            for (int place = 0; place < Lanes; place += TRegister.Count)
            {
                TRegister sum = TRegister.Create(0), sumX = sum, sumY = sum;
                for (int k = place; k < count; k += Lanes)
                {
                    TRegister weight = Weight(k), share = weight / Variance(k);
                    sum += weight;
                    sumX += share * (TRegister.Load(meansX + k) - x);
                    sumY += share * (TRegister.Load(meansY + k) - y);
                }

                total += TRegister.Sum(sum);
                totalX += TRegister.Sum(sumX);
                totalY += TRegister.Sum(sumY);
            }

            return (totalX / total, totalY / total);
        }

        [MethodImpl(KernelMethod.Own)]
        private double DivScore()
        {
            (double scoreX, double scoreY) = Score();
            TRegister meanX = TRegister.Create(scoreX), meanY = TRegister.Create(scoreY);
            double total = 0, inverses = 0, variance = 0;
            for (int place = 0; place < Lanes; place += TRegister.Count)
            {
                TRegister sum = TRegister.Create(0), precisions = sum, squares = sum;
                for (int k = place; k < count; k += Lanes)
                {
                    TRegister weight = Weight(k), a = Variance(k);
                    TRegister offX = (TRegister.Load(meansX + k) - x) / a - meanX;
                    TRegister offY = (TRegister.Load(meansY + k) - y) / a - meanY;
                    sum += weight;
                    precisions += weight / a;
                    squares += weight * (offX * offX + offY * offY);
                }

                total += TRegister.Sum(sum);
                inverses += TRegister.Sum(precisions);
                variance += TRegister.Sum(squares);
            }

            return (variance - dimension * inverses) / total;
        }

        /// <summary>w_k a_k^{−d/2} exp(−|x − m_k|²/2a_k) over the largest of them.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TRegister Weight(int k)
        {
            (TRegister high, TRegister low) = Exponent(k);
            return VectorMath.Exp(TRegister.Max(high - TRegister.Create(largest) + low, TRegister.Create(-800.0)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TRegister Variance(int k) => TRegister.Load(variances + k) + twiceTime;

        /// <summary>
        /// log w_k − (d/2) log a_k − |x − m_k|²/2a_k as a sum of two doubles, the second at most an ulp of the first, approximately.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (TRegister High, TRegister Low) Exponent(int k)
        {
            ((TRegister Value, TRegister Error) inverse, TRegister normalisation) =
                sameVariance ? (precision, logNormalisation) : Precision(k);
            (TRegister squareX, TRegister errorX) = Compensated.SquaredDifference(x, TRegister.Load(meansX + k));
            (TRegister squareY, TRegister errorY) = Compensated.SquaredDifference(y, TRegister.Load(meansY + k));
            (TRegister square, TRegister squareError) = Compensated.Sum(squareX, squareY);
            (TRegister value, TRegister error) = Compensated.Product((square, squareError + errorX + errorY), inverse);
            TRegister minusHalf = TRegister.Create(-0.5);
            (TRegister high, TRegister low) = Compensated.Sum(TRegister.Load(logWeights + k) - normalisation, minusHalf * value);
            return (high, low + minusHalf * error);
        }

        /// <summary>1/a_k as a sum of two doubles, and (d/2) log a_k.</summary>
        [MethodImpl(KernelMethod.Own)]
        private ((TRegister Value, TRegister Error) Inverse, TRegister LogNormalisation) Precision(int k)
        {
            (TRegister Value, TRegister Error) inverse = Compensated.InverseOfSum(TRegister.Load(variances + k), twiceTime);
            return (inverse, TRegister.Create(0.5 * dimension) * VectorMath.Log(Variance(k)));
        }
    }
}
