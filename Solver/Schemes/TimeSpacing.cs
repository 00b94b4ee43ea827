namespace PdeDiffusion.Schemes;

/// <summary>How time levels are spaced.</summary>
public enum TimeSpacing
{
    /// <summary>Equal steps in t.</summary>
    Uniform,

    /// <summary>Equal steps in log(t + shift).</summary>
    Geometric,
}
