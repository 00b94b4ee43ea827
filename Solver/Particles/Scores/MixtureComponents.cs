using PdeDiffusion.Data;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The components of a mixture Σ_k a_k N(m_k, σ_k² I) in R^d, d = 1 or 2, laid out for the score of its heat flow at many points:
/// u(t) = Σ_k a_k N(m_k, (σ_k² + 2t) I). σ_k = 0 is a Dirac. Immutable; a <see cref="HeatFlowScore"/> adds a time to it.
/// </summary>
public sealed class MixtureComponents
{
    /// <param name="weights">a_k ≥ 0, not all 0; normalised here. Count of weight 0 are left out.</param>
    /// <param name="x">First coordinates of the m_k.</param>
    /// <param name="y">Second coordinates; empty in one dimension.</param>
    /// <param name="variances">σ_k² ≥ 0; of a component with a covariance its least eigenvalue.</param>
    /// <param name="covariances">C_k instead of σ_k² I, in the plane; empty if all components are isotropic.</param>
    /// <exception cref="ArgumentException">No components, lengths that differ, or a value that is not finite or is negative where it must
    /// not be.</exception>
    public MixtureComponents(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> variances,
        ReadOnlySpan<Covariance> covariances = default)
    {
        if (weights.IsEmpty)
            throw new ArgumentException("a mixture requires at least one component", nameof(weights));
        if (x.Length != weights.Length || variances.Length != weights.Length || (y.Length != weights.Length && !y.IsEmpty))
        {
            throw new ArgumentException(
                $"a mixture requires as many means and variances as weights, but there are {weights.Length} weights, {x.Length} first"
                + $" and {y.Length} second coordinates and {variances.Length} variances", nameof(weights));
        }

        Dimension = y.IsEmpty ? 1 : 2;
        double total = 0;
        var kept = new List<int>(weights.Length);
        for (int k = 0; k < weights.Length; k++)
        {
            bool isFinite = double.IsFinite(weights[k]) && double.IsFinite(variances[k]) && double.IsFinite(x[k])
                && (y.IsEmpty || double.IsFinite(y[k]));
            if (!(isFinite && weights[k] >= 0 && variances[k] >= 0))
                throw new ArgumentException($"component {k} requires a finite mean, and finite weight and variance >= 0", nameof(weights));
            total += weights[k];
            if (weights[k] > 0)
                kept.Add(k);
        }

        if (!(total > 0 && double.IsFinite(total)))
            throw new ArgumentException("the weights of a mixture require a positive, finite sum", nameof(weights));

        Count = kept.Count;
        double[] keptX = new double[Count], keptY = new double[Count], keptVariances = new double[Count];
        for (int k = 0; k < Count; k++)
            (keptX[k], keptY[k], keptVariances[k]) = (x[kept[k]], y.IsEmpty ? 0 : y[kept[k]], variances[kept[k]]);
        var order = new int[Count];
        Tree = new ComponentTree(keptX, keptY, keptVariances, order);

        int places = Tree.Packs * ComponentTree.Lanes;
        (X, Y, Variances, LogWeights) = (new double[places], new double[places], new double[places], new double[places]);
        for (int place = 0; place < places; place++)
        {
            // Places behind the last component repeat it with weight 0.
            int k = order[Math.Min(place, Count - 1)];
            (X[place], Y[place], Variances[place]) = (keptX[k], keptY[k], keptVariances[k]);
            LogWeights[place] = place < Count ? Math.Log2(weights[kept[k]] / total) : double.NegativeInfinity;
        }

        Covariances = new Covariance[covariances.IsEmpty ? 0 : Count];
        for (int place = 0; place < Covariances.Length; place++)
            Covariances[place] = covariances[kept[order[place]]];
        SmallestVariance = keptVariances.Min();
        LargestVariance = keptVariances.Max();
        Left = keptX.Min();
        Right = keptX.Max();
        Bottom = keptY.Min();
        Top = keptY.Max();
    }

    /// <summary>The components of a <see cref="PdeDiffusion.Data.Mixture"/>.</summary>
    public static MixtureComponents Of(Mixture mixture)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        return new(mixture.Weights, mixture.X, mixture.Dimension == 2 ? mixture.Y : [], mixture.Variances, mixture.Covariances);
    }

    /// <summary>1 or 2.</summary>
    public int Dimension { get; }

    /// <summary>Number of components of positive weight.</summary>
    public int Count { get; }

    /// <summary>min σ_k².</summary>
    public double SmallestVariance { get; }

    /// <summary>max σ_k².</summary>
    public double LargestVariance { get; }

    internal double Left { get; }

    internal double Right { get; }

    internal double Bottom { get; }

    internal double Top { get; }

    internal ComponentTree Tree { get; }

    /// <summary>Means in the order of the tree, a whole number of packs; so too the next three.</summary>
    internal double[] X { get; }

    internal double[] Y { get; }

    internal double[] Variances { get; }

    /// <summary>C_k of the components, in the same order; empty if all are isotropic.</summary>
    internal Covariance[] Covariances { get; }

    /// <summary>log2 a_k; −∞ where there is no component.</summary>
    internal double[] LogWeights { get; }
}
