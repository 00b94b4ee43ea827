using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Scores;

/// <summary>Σ_k w_k(t) ŝ_k at faces: a product of experts for weights in [0, 1], guidance for a weight above 1.</summary>
/// <remarks>
/// <see cref="IsRatioOfAverages"/> holds where it does for every term; a term for which it does where it does not for another differs from
/// its value at the face by O(δ²).
/// </remarks>
public sealed class MixedFaceScore : IFaceScore
{
    private readonly IFaceScore[] terms;
    private readonly TimeFunction[] weights;
    private readonly double[] normalOfTerm;

    /// <param name="terms">At least one.</param>
    /// <param name="weights">One per term.</param>
    /// <exception cref="ArgumentException">No terms, or not one weight per term.</exception>
    public MixedFaceScore(Grid grid, IReadOnlyList<IFaceScore> terms, IReadOnlyList<TimeFunction> weights)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(weights);
        if (terms.Count == 0 || weights.Count != terms.Count)
            throw new ArgumentException($"a mixed score requires one weight per term, but has {terms.Count} terms", nameof(terms));
        (this.terms, this.weights) = ([.. terms], [.. weights]);
        normalOfTerm = CellValues.Zeros(grid);
        IsRatioOfAverages = Array.TrueForAll(this.terms, term => term.IsRatioOfAverages);
    }

    /// <inheritdoc/>
    public bool IsRatioOfAverages { get; }

    /// <inheritdoc/>
    public void StartFrom(ReadOnlySpan<double> v)
    {
        foreach (IFaceScore term in terms)
            term.StartFrom(v);
    }

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        normal.Clear();
        for (int term = 0; term < terms.Length; term++)
        {
            double weight = weights[term].At(time);
            if (weight == 0)
                continue;
            terms[term].Evaluate(axis, time, u, normalOfTerm);
            for (int cell = 0; cell < normal.Length; cell++)
                normal[cell] += weight * normalOfTerm[cell];
        }
    }
}
