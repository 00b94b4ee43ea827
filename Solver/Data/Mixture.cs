using PdeDiffusion.Statistics;

namespace PdeDiffusion.Data;

/// <summary>
/// Σ_k a_k N(m_k, σ_k² I), σ_k = 0 a Dirac: points, finite samples, quadrature nodes along a curve and Gaussian mixtures are all of this
/// form, and so is their heat flow, u(t) = Σ a_k N(m_k, (σ_k² + 2t) I).
/// </summary>
/// <remarks>
/// Components of weight 0 are dropped. Arrays are padded to a whole number of vectors with copies of the first component that have no
/// weight; the public spans show the true ones.
/// </remarks>
public sealed partial class Mixture : InitialData
{
    /// <summary>Represents log 0; finite, so that compensated sums with it stay free of NaN.</summary>
    private const double LogZero = -1e300;

    private readonly double[] x;
    private readonly double[] y;
    private readonly double[] weights;
    private readonly double[] variances;
    private readonly double[] logWeights;
    private readonly bool sameVariance;
    private readonly double givenWeight;
    private readonly ConvexHull? hull;

    private Mixture(
        int dimension, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> variances, ReadOnlySpan<double> weights,
        ReadOnlySpan<Covariance> covariances = default)
    {
        if (x.Length == 0)
            throw new ArgumentException("the data have no points");
        if ((dimension == 2 && y.Length != x.Length) || variances.Length != x.Length)
            throw new ArgumentException($"{x.Length} positions, but {y.Length} second coordinates and {variances.Length} variances");
        if (weights.Length != 0 && weights.Length != x.Length)
            throw new ArgumentException($"{weights.Length} weights for {x.Length} points; there must be one per point");

        double sum = 0, largest = 0, given = 0;
        int kept = 0;
        for (int k = 0; k < x.Length; k++)
        {
            if (!double.IsFinite(x[k]) || (dimension == 2 && !double.IsFinite(y[k])))
                throw new ArgumentException($"point {k} is not finite");
            if (!(variances[k] >= 0 && double.IsFinite(variances[k])))
                throw new ArgumentException($"variance {k} is {variances[k]:R}; variances must be finite and not negative");
            double weight = weights.Length == 0 ? 1 : weights[k];
            if (!(weight >= 0 && double.IsFinite(weight)))
                throw new ArgumentException($"weight {k} is {weight:R}; weights must be finite and not negative");
            largest = Math.Max(largest, weight);
            given += weight;
            kept += weight > 0 ? 1 : 0;
        }

        if (kept == 0)
            throw new ArgumentException("all weights are zero");
        for (int k = 0; k < x.Length; k++)
            sum += weights.Length == 0 ? 1 : weights[k] / largest;

        givenWeight = weights.Length == 0 ? 1 : given;
        Dimension = dimension;
        int padded = (kept + Lanes - 1) / Lanes * Lanes;
        this.x = new double[padded];
        this.y = new double[padded];
        this.weights = new double[padded];
        this.variances = new double[padded];
        logWeights = new double[padded];
        this.covariances = covariances.IsEmpty ? [] : new Covariance[kept];
        int next = 0;
        for (int k = 0; k < x.Length; k++)
        {
            double weight = weights.Length == 0 ? 1 / sum : weights[k] / largest / sum;
            if (!(weight > 0))
                continue;
            this.x[next] = x[k];
            this.y[next] = dimension == 2 ? y[k] : 0;
            this.weights[next] = weight;
            this.variances[next] = variances[k];
            if (!covariances.IsEmpty)
                this.covariances[next] = covariances[k];
            logWeights[next++] = Math.Log(weight);
        }

        Count = next;
        this.x.AsSpan(next).Fill(this.x[0]);
        this.y.AsSpan(next).Fill(this.y[0]);
        this.variances.AsSpan(next).Fill(this.variances[0]);
        logWeights.AsSpan(next).Fill(LogZero);
        sameVariance = !Variances.ContainsAnyExcept(this.variances[0]);
        HasDensity = !Variances.Contains(0);
        hull = Variances.ContainsAnyExcept(0) ? null : new ConvexHull(X, Y);
    }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override bool HasDensity { get; }

    /// <inheritdoc/>
    public override Support Support => hull is null ? Support.WholeSpace : ArcLength is null ? Support.Points : Support.Curve;

    /// <inheritdoc/>
    public override Mixture? ClosedForm => this;

    /// <summary>Arc length from one component to the next, of quadrature nodes along a curve; null for other mixtures.</summary>
    public double? ArcLength { get; internal init; }

    /// <summary>The least of the variances σ_k².</summary>
    public double LeastVariance => Variances.ToArray().Min();

    /// <summary>Number of components.</summary>
    public int Count { get; }

    /// <summary>First coordinates of the means m_k.</summary>
    public ReadOnlySpan<double> X => x.AsSpan(0, Count);

    /// <summary>Second coordinates of the means; zeros in one dimension.</summary>
    public ReadOnlySpan<double> Y => y.AsSpan(0, Count);

    /// <summary>Weights a_k &gt; 0, sum 1.</summary>
    public ReadOnlySpan<double> Weights => weights.AsSpan(0, Count);

    /// <summary>Variances σ_k² ≥ 0 per axis; of a component with a covariance its least eigenvalue.</summary>
    public ReadOnlySpan<double> Variances => variances.AsSpan(0, Count);

    /// <inheritdoc/>
    public override string? NormalisationNote(string key) => Math.Abs(givenWeight - 1) <= 1e-12 ? null
        : FormattableString.Invariant($"{key}.weights sum to {givenWeight:R} and are normalised to 1");

    /// <summary>Diracs on the line. Empty <paramref name="weights"/> are equal weights; others are normalised.</summary>
    /// <exception cref="ArgumentException">No points, a value that is not finite, weights negative, all zero or not one per
    /// point.</exception>
    public static Mixture Points(ReadOnlySpan<double> x, ReadOnlySpan<double> weights = default) =>
        new(1, x, [], new double[x.Length], weights);

    /// <summary>Diracs in the plane. Empty <paramref name="weights"/> are equal weights; others are normalised.</summary>
    /// <exception cref="ArgumentException">No points, a value that is not finite, coordinates or weights not one per point, weights
    /// negative or all zero.</exception>
    public static Mixture Points(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> weights) =>
        new(2, x, y, new double[x.Length], weights);

    /// <summary>Equal weights at nodes along a curve in the plane, in their order.</summary>
    /// <param name="arcLength">Arc length from one node to the next.</param>
    internal static Mixture Nodes(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double? arcLength) =>
        new(2, x, y, new double[x.Length], []) { ArcLength = arcLength };

    /// <summary>Gaussians on the line, σ_k² ≥ 0; weights as in <see cref="Points(ReadOnlySpan{double}, ReadOnlySpan{double})"/>.</summary>
    /// <exception cref="ArgumentException">As for points, or a variance that is negative or not finite.</exception>
    public static Mixture Gaussians(ReadOnlySpan<double> x, ReadOnlySpan<double> variances, ReadOnlySpan<double> weights = default) =>
        new(1, x, [], variances, weights);

    /// <summary>
    /// Gaussians in the plane, σ_k² ≥ 0; weights as in
    /// <see cref="Points(ReadOnlySpan{double}, ReadOnlySpan{double}, ReadOnlySpan{double})"/>.
    /// </summary>
    /// <exception cref="ArgumentException">As for points, or a variance that is negative or not finite.</exception>
    public static Mixture Gaussians(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> variances, ReadOnlySpan<double> weights) =>
        new(2, x, y, variances, weights);

    /// <summary>One Gaussian N(mean, variance I); <paramref name="mean"/> has one or two entries.</summary>
    /// <exception cref="ArgumentException">Not one or two entries, or a value that is not finite, or a negative variance.</exception>
    public static Mixture Gaussian(ReadOnlySpan<double> mean, double variance) => mean.Length switch
    {
        1 => Gaussians(mean, [variance]),
        2 => Gaussians(mean[..1], mean[1..], [variance], []),
        _ => throw new ArgumentException($"a mean has one or two entries, not {mean.Length}", nameof(mean)),
    };

    /// <summary>
    /// <paramref name="count"/> independent draws from u(t) (from the distribution itself at t = 0). Draw i depends on (seed, i) only; it
    /// uses positions from 2⁶³ of stream i, so that a particle may use the same stream from 0.
    /// </summary>
    /// <returns>The coordinates; Y is zero in one dimension.</returns>
    public (double[] X, double[] Y) Sample(int count, ulong seed, double t = 0)
    {
        var cumulative = new double[Count];
        double sum = 0;
        for (int k = 0; k < Count; k++)
            cumulative[k] = sum += weights[k];

        var sampleX = new double[count];
        var sampleY = new double[count];
        for (int i = 0; i < count; i++)
        {
            var random = new RandomStream(seed, (ulong)i, 1UL << 63);
            int found = Array.BinarySearch(cumulative, random.NextUniform() * sum);
            int k = Math.Min(found >= 0 ? found : ~found, Count - 1);
            if (!IsIsotropic)
            {
                (double offX, double offY) = covariances[k].Plus(2 * t, 2 * t).Apply(random.NextGaussian(), random.NextGaussian());
                (sampleX[i], sampleY[i]) = (x[k] + offX, y[k] + offY);
                continue;
            }

            double deviation = Math.Sqrt(variances[k] + 2 * t);
            sampleX[i] = deviation == 0 ? x[k] : x[k] + deviation * random.NextGaussian();
            if (Dimension == 2)
                sampleY[i] = deviation == 0 ? y[k] : y[k] + deviation * random.NextGaussian();
        }

        return (sampleX, sampleY);
    }

    /// <summary>
    /// dist(x, conv K)²; 0 everywhere as soon as one component is a Gaussian. <paramref name="y"/> is ignored in one dimension.
    /// </summary>
    public double SquaredDistanceToHull(double x, double y) => hull?.SquaredDistance(x, Dimension == 2 ? y : 0) ?? 0;
}
