namespace PdeDiffusion.Scores;

/// <summary>One score within a window of time and another outside, to make an error of the score in one part of the flow only.</summary>
/// <param name="outside">ŝ for t outside the window.</param>
/// <param name="within">ŝ for from ≤ t ≤ to.</param>
/// <param name="from">Forward time at which the window begins.</param>
/// <param name="to">Forward time at which it ends.</param>
public sealed class WindowedFaceScore(IFaceScore outside, IFaceScore within, double from, double to) : IFaceScore
{
    /// <inheritdoc/>
    public void StartFrom(ReadOnlySpan<double> v)
    {
        outside.StartFrom(v);
        within.StartFrom(v);
    }

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        IFaceScore score = time >= from && time <= to ? within : outside;
        score.Evaluate(axis, time, u, normal);
    }
}
