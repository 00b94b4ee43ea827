namespace PdeDiffusion.Data;

/// <summary>
/// Φ(x) = Σ_k w_k d_k(x)², d_k the distance to a finite set K_k: as t → 0 a mixed score of these sets is −∇Φ/4t (docs/numerics.md, 5.6).
/// With constant weights Φ falls along paths, and in the mean over v, up to O(t):
/// E Φ(t) ≤ E Φ(t') + 4t' C + ∫_t^{t'} ε (2d W + R²/r) dr for t ≤ t', without a mean along every path of ε = 0.
/// </summary>
public sealed class MixedPotential
{
    private readonly MixedTerm[] terms;
    private readonly double[] rises;
    private readonly double[] squaredRadii;

    private MixedPotential(IReadOnlyList<MixedTerm> terms)
    {
        this.terms = [.. terms];
        rises = [.. terms.Select(term => -Math.Log(Least(term.Data.Weights)))];
        squaredRadii = [.. terms.Select(term => Math.Pow(
            DataBall.RadiusOf([.. new ConvexHull(term.Data.X, term.Data.Y).Vertices]), 2))];
    }

    /// <summary>The potential of a mixed score; null without terms, or where one is no finite set.</summary>
    public static MixedPotential? Of(IReadOnlyList<MixedTerm> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Count > 0 && terms.All(term => !term.Data.Variances.ContainsAnyExcept(0)) ? new MixedPotential(terms) : null;
    }

    /// <summary>The sets and their weights.</summary>
    public IReadOnlyList<MixedTerm> Terms => terms;

    /// <summary>True if no weight depends on t.</summary>
    public bool IsConstant => Array.TrueForAll(terms, term => term.Weight.IsConstant);

    /// <summary>Φ at a place of R^d, with the weights at a time.</summary>
    /// <param name="y">Ignored in one dimension.</param>
    public double At(double time, double x, double y)
    {
        double sum = 0;
        foreach (MixedTerm term in terms)
            sum += term.Weight.At(time) * term.Data.SquaredDistance(x, y);
        return sum;
    }

    /// <summary>True if all weights are the same at both times.</summary>
    public bool HasSameWeights(double time, double other)
    {
        foreach (MixedTerm term in terms)
        {
            if (term.Weight.At(time) != term.Weight.At(other))
                return false;
        }

        return true;
    }

    /// <summary>C = Σ_k |w_k| log(1/π_k), π_k the least weight of a point of K_k.</summary>
    public double Rise(double time)
    {
        double sum = 0;
        for (int term = 0; term < rises.Length; term++)
            sum += Math.Abs(terms[term].Weight.At(time)) * rises[term];
        return sum;
    }

    /// <summary>Σ_k |w_k|.</summary>
    public double SizeOfWeights(double time)
    {
        double sum = 0;
        foreach (MixedTerm term in terms)
            sum += Math.Abs(term.Weight.At(time));
        return sum;
    }

    /// <summary>
    /// What noise may add to the mean from t' down to t: ε (2d W (t' − t) + R² log(t'/t)), W = Σ_k w_k, R² = Σ |w_k| R_k² over the negative
    /// weights, R_k the radius of the smallest ball around K_k. Infinite at t = 0 where a weight is negative.
    /// </summary>
    /// <param name="epsilon">ε of the step.</param>
    public double RiseByNoise(double time, double timeBefore, double epsilon)
    {
        if (epsilon == 0)
            return 0;
        double weight = 0, square = 0;
        for (int term = 0; term < rises.Length; term++)
        {
            double own = terms[term].Weight.At(time);
            weight += own;
            square += Math.Max(0, -own) * squaredRadii[term];
        }

        return epsilon * (2 * terms[0].Data.Dimension * weight * (timeBefore - time)
            + (square == 0 ? 0 : square * Math.Log(timeBefore / time)));
    }

    private static double Least(ReadOnlySpan<double> values)
    {
        double least = values[0];
        foreach (double value in values)
            least = Math.Min(least, value);
        return least;
    }
}
