namespace PdeDiffusion.Particles.Scores;

/// <summary>A score that is given, at any point of R^d: what particles follow where no closed form exists. One instance per time.</summary>
public interface IPointScore
{
    /// <summary>1 or 2.</summary>
    int Dimension { get; }

    /// <summary>Moves to a forward time t; allocates nothing.</summary>
    /// <exception cref="ArgumentException">The score has no value at that time.</exception>
    void SetTime(double time);

    /// <summary>The score at a point; safe for several threads.</summary>
    /// <param name="y">0 in one dimension.</param>
    void Evaluate(double x, double y, out double scoreX, out double scoreY);

    /// <summary>The scores at many points; the spans of scores may be overwritten in any order.</summary>
    /// <param name="y">Zeros in one dimension.</param>
    /// <param name="worker">Number of the calling thread in its team: whose memory is used.</param>
    void EvaluateMany(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> scoreX, Span<double> scoreY, int worker)
    {
        for (int point = 0; point < x.Length; point++)
            Evaluate(x[point], y[point], out scoreX[point], out scoreY[point]);
    }
}
