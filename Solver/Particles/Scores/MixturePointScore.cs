namespace PdeDiffusion.Particles.Scores;

/// <summary>The closed-form score of a mixture's heat flow, as a part of another score.</summary>
public sealed class MixturePointScore(MixtureComponents mixture) : IPointScore
{
    private readonly HeatFlowScore score = new(mixture, 1);

    /// <inheritdoc/>
    public int Dimension => mixture.Dimension;

    /// <inheritdoc/>
    public void SetTime(double time) => score.SetTime(time);

    /// <inheritdoc/>
    public void Evaluate(double x, double y, out double scoreX, out double scoreY) =>
        score.Evaluate(x, y, ScoreSummation.Truncated, out scoreX, out scoreY, out _);
}
