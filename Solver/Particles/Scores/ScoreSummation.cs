namespace PdeDiffusion.Particles.Scores;

/// <summary>How the sum over the mixture's components is taken.</summary>
public enum ScoreSummation
{
    /// <summary>Every component.</summary>
    Plain,

    /// <summary>Only the components that matter at the current t: the score is within 1e-12 · max|s_i − s_j| of the plain sum's.</summary>
    Truncated,
}
