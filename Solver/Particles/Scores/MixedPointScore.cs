using PdeDiffusion.Processes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Particles.Scores;

/// <summary>Σ_k w_k(t) ŝ_k at points, as <see cref="MixedFaceScore"/> at faces.</summary>
public sealed class MixedPointScore : IPointScore
{
    private const int BlockSize = 64;

    private readonly IPointScore[] terms;
    private readonly TimeFunction[] weights;
    private readonly double[] now;

    /// <param name="terms">At least one, of one dimension.</param>
    /// <param name="weights">One per term.</param>
    /// <exception cref="ArgumentException">No terms, not one weight per term, or terms of several dimensions.</exception>
    public MixedPointScore(IReadOnlyList<IPointScore> terms, IReadOnlyList<TimeFunction> weights)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(weights);
        if (terms.Count == 0 || weights.Count != terms.Count || terms.Any(term => term.Dimension != terms[0].Dimension))
            throw new ArgumentException("a mixed score requires terms of one dimension, each with a weight", nameof(terms));
        (this.terms, this.weights) = ([.. terms], [.. weights]);
        now = new double[terms.Count];
    }

    /// <inheritdoc/>
    public int Dimension => terms[0].Dimension;

    /// <inheritdoc/>
    public void SetTime(double time)
    {
        for (int term = 0; term < terms.Length; term++)
        {
            if ((now[term] = weights[term].At(time)) != 0)
                terms[term].SetTime(time);
        }
    }

    /// <inheritdoc/>
    public void Evaluate(double x, double y, out double scoreX, out double scoreY)
    {
        (scoreX, scoreY) = (0, 0);
        for (int term = 0; term < terms.Length; term++)
        {
            if (now[term] == 0)
                continue;
            terms[term].Evaluate(x, y, out double termX, out double termY);
            scoreX += now[term] * termX;
            scoreY += now[term] * termY;
        }
    }

    /// <inheritdoc/>
    public void EvaluateMany(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> scoreX, Span<double> scoreY, int worker)
    {
        Span<double> block = stackalloc double[2 * BlockSize];
        for (int first = 0; first < x.Length; first += BlockSize)
        {
            int count = Math.Min(BlockSize, x.Length - first);
            Span<double> sumX = scoreX.Slice(first, count), sumY = scoreY.Slice(first, count);
            Span<double> termX = block[..count], termY = block.Slice(BlockSize, count);
            sumX.Clear();
            sumY.Clear();
            for (int term = 0; term < terms.Length; term++)
            {
                if (now[term] == 0)
                    continue;
                terms[term].EvaluateMany(x.Slice(first, count), y.Slice(first, count), termX, termY, worker);
                for (int p = 0; p < count; p++)
                {
                    sumX[p] += now[term] * termX[p];
                    sumY[p] += now[term] * termY[p];
                }
            }
        }
    }
}
