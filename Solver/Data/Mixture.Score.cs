using System.Runtime.Intrinsics;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data;

/// <content>
/// u(t), its score and the score's divergence on R^d, by log-sum-exp: with a_k = σ_k² + 2t and p_k ∝ a_k^{−d/2} w_k exp(−|x − m_k|²/2a_k),
/// s = Σ p_k g_k, g_k = (m_k − x)/a_k, and div s = −d Σ p_k/a_k + Σ p_k |g_k − s|² (docs/numerics.md, 2.8). Exponents reach 1e12 at t =
/// 1e-6 and only their differences matter, so they are carried as unevaluated sums of two doubles.
/// </content>
public sealed partial class Mixture
{
    /// <summary>Components handled at once.</summary>
    private const int Lanes = 8;

    /// <summary>log u(t, x) on R^d.</summary>
    /// <param name="t">Forward time; positive if there are Diracs.</param>
    /// <param name="y">Ignored in one dimension.</param>
    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and there are Diracs.</exception>
    public double LogDensity(double t, double x, double y) => new Components(this, t, x, y).LogDensity();

    /// <summary>s(t, x) = ∇ log u(t, x) on R^d; the second component is 0 in one dimension.</summary>
    /// <inheritdoc cref="LogDensity"/>
    public (double X, double Y) Score(double t, double x, double y) => new Components(this, t, x, y).Score();

    /// <summary>div s(t, x) = Δ log u(t, x) on R^d, at least −d/2t.</summary>
    /// <inheritdoc cref="LogDensity"/>
    public double DivScore(double t, double x, double y) => new Components(this, t, x, y).DivScore();

    /// <inheritdoc/>
    /// <remarks>
    /// The nearest point, by brute force; 0 as soon as one component is a Gaussian. The second argument is ignored in one dimension.
    /// </remarks>
    public override double SquaredDistance(double x, double y)
    {
        if (hull is null)
            return 0;
        Vector512<double> atX = Vector512.Create(x), atY = Vector512.Create(Dimension == 2 ? y : 0);
        Vector512<double> least = Vector512.Create(double.PositiveInfinity);
        int vectors = Count / Lanes * Lanes;
        for (int k = 0; k < vectors; k += Lanes)
        {
            Vector512<double> dx = atX - Vector512.Create(this.x, k), dy = atY - Vector512.Create(this.y, k);
            least = Vector512.Min(least, dx * dx + dy * dy);
        }

        double nearest = double.PositiveInfinity;
        for (int lane = 0; lane < Lanes; lane++)
            nearest = Math.Min(nearest, least[lane]);
        for (int k = vectors; k < Count; k++)
        {
            double dx = x - this.x[k], dy = atY[0] - this.y[k];
            nearest = Math.Min(nearest, dx * dx + dy * dy);
        }

        return nearest;
    }

    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and there are Diracs.</exception>
    internal void RequireDensity(double t)
    {
        if (!(t >= 0 && double.IsFinite(t)))
            throw new ArgumentException($"the time {t:R} must be finite and not negative", nameof(t));
        if (t == 0 && !HasDensity)
            throw new ArgumentException("point data have no density, and so no score, at t = 0", nameof(t));
    }

    /// <summary>The components seen from one point at one time.</summary>
    private readonly ref struct Components
    {
        private readonly Mixture mixture;
        private readonly Vector512<double> x;
        private readonly Vector512<double> y;
        private readonly Vector512<double> twiceTime;
        private readonly (Vector512<double> Value, Vector512<double> Error) precision;
        private readonly Vector512<double> logNormalisation;
        private readonly double largest;

        public Components(Mixture mixture, double t, double x, double y)
        {
            mixture.RequireDensity(t);
            this.mixture = mixture;
            this.x = Vector512.Create(x);
            this.y = Vector512.Create(mixture.Dimension == 2 ? y : 0);
            twiceTime = Vector512.Create(2 * t);
            if (mixture.sameVariance)
                (precision, logNormalisation) = Precision(0);

            Vector512<double> most = Vector512.Create(LogZero);
            for (int k = 0; k < mixture.x.Length; k += Lanes)
                most = Vector512.Max(most, Exponent(k).High);
            largest = LogZero;
            for (int lane = 0; lane < Lanes; lane++)
                largest = Math.Max(largest, most[lane]);
        }

        public double LogDensity()
        {
            Vector512<double> total = Vector512<double>.Zero;
            for (int k = 0; k < mixture.x.Length; k += Lanes)
                total += Weight(k);
            return largest + Math.Log(Vector512.Sum(total)) - 0.5 * mixture.Dimension * Math.Log(2 * Math.PI);
        }

        public (double X, double Y) Score()
        {
            Vector512<double> total = Vector512<double>.Zero, sumX = total, sumY = total;
            for (int k = 0; k < mixture.x.Length; k += Lanes)
            {
                Vector512<double> weight = Weight(k), share = weight / Variance(k);
                total += weight;
                sumX += share * (Vector512.Create(mixture.x, k) - x);
                sumY += share * (Vector512.Create(mixture.y, k) - y);
            }

            double all = Vector512.Sum(total);
            return (Vector512.Sum(sumX) / all, Vector512.Sum(sumY) / all);
        }

        public double DivScore()
        {
            (double meanX, double meanY) = Score();
            Vector512<double> total = Vector512<double>.Zero, precision = total, variance = total;
            for (int k = 0; k < mixture.x.Length; k += Lanes)
            {
                Vector512<double> weight = Weight(k), a = Variance(k);
                Vector512<double> offX = (Vector512.Create(mixture.x, k) - x) / a - Vector512.Create(meanX);
                Vector512<double> offY = (Vector512.Create(mixture.y, k) - y) / a - Vector512.Create(meanY);
                total += weight;
                precision += weight / a;
                variance += weight * (offX * offX + offY * offY);
            }

            return (Vector512.Sum(variance) - mixture.Dimension * Vector512.Sum(precision)) / Vector512.Sum(total);
        }

        /// <summary>w_k a_k^{−d/2} exp(−|x − m_k|²/2a_k) over the largest of them.</summary>
        private Vector512<double> Weight(int k)
        {
            (Vector512<double> high, Vector512<double> low) = Exponent(k);
            return VectorMath.Exp(Vector512.Max(high - Vector512.Create(largest) + low, Vector512.Create(-800.0)));
        }

        private Vector512<double> Variance(int k) => Vector512.Create(mixture.variances, k) + twiceTime;

        /// <summary>
        /// log w_k − (d/2) log a_k − |x − m_k|²/2a_k as a sum of two doubles, the second at most an ulp of the first or so.
        /// </summary>
        private (Vector512<double> High, Vector512<double> Low) Exponent(int k)
        {
            ((Vector512<double> Value, Vector512<double> Error) inverse, Vector512<double> normalisation) =
                mixture.sameVariance ? (precision, logNormalisation) : Precision(k);
            (Vector512<double> squareX, Vector512<double> errorX) = Compensated.SquaredDifference(x, Vector512.Create(mixture.x, k));
            (Vector512<double> squareY, Vector512<double> errorY) = Compensated.SquaredDifference(y, Vector512.Create(mixture.y, k));
            (Vector512<double> square, Vector512<double> squareError) = Compensated.Sum(squareX, squareY);
            (Vector512<double> value, Vector512<double> error) = Compensated.Product((square, squareError + errorX + errorY), inverse);
            Vector512<double> half = Vector512.Create(0.5);
            (Vector512<double> high, Vector512<double> low) =
                Compensated.Sum(Vector512.Create(mixture.logWeights, k) - normalisation, -half * value);
            return (high, low - half * error);
        }

        /// <summary>1/a_k as a sum of two doubles, and (d/2) log a_k.</summary>
        private ((Vector512<double> Value, Vector512<double> Error) Inverse, Vector512<double> LogNormalisation) Precision(int k)
        {
            (Vector512<double> Value, Vector512<double> Error) inverse =
                Compensated.InverseOfSum(Vector512.Create(mixture.variances, k), twiceTime);
            return (inverse, Vector512.Create(0.5 * mixture.Dimension) * VectorMath.Log(Variance(k)));
        }
    }
}
