namespace PdeDiffusion.Configs;

/// <summary>The consequence of a violated guarantee.</summary>
public enum ViolationAction
{
    /// <summary>Only the verdict; exit code 0.</summary>
    Report,

    /// <summary>The run continues; exit code 3 at the end.</summary>
    Fail,

    /// <summary>The run ends at once; exit code 3.</summary>
    Stop,
}

/// <summary>The inequalities checked at every step.</summary>
public sealed record MonitorsConfig
{
    /// <summary>The monitors that are read on request.</summary>
    public const string Requested = "hamilton fisher-continuum curvature-above local-dimension score-residual";

    [Key("Whether monitors are evaluated.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Exponents p of the L^p monitors, 1 ≤ p ≤ ∞ (<c>"inf"</c> in JSON).</summary>
    [Key("Exponents p of the L^p monitors, at least 1; \"inf\" is the maximum norm.", AtLeast = 1, Infinite = true, MaxItems = 32)]
    public IReadOnlyList<double> Lp { get; init; } = [1, 2, double.PositiveInfinity];

    /// <summary>Observed monitors that are read on request.</summary>
    [Key("Observed monitors to read as well, by name.", Words = Requested)]
    public IReadOnlyList<string> Also { get; init; } = [];

    [Key("On two axes, whether the budget of the score's error is also measured with its gradient part (a linear system per level).")]
    public bool GradientBudget { get; init; }

    [Key("What a violated guarantee does: report (exit 0), fail (finish, exit 3) or stop (at once, exit 3).")]
    public ViolationAction OnViolation { get; init; } = ViolationAction.Report;
}

/// <summary>Which exact solution errors are measured against.</summary>
public enum ReferenceKind
{
    Gaussian,
    HeatRatio,
    MassTransport,
    Characteristics,
}

/// <summary>The exact solution of a verification run (docs/numerics.md).</summary>
public sealed record ReferenceConfig
{
    [Key("gaussian: one Gaussian or point; heat-ratio: ε = 1; mass-transport: ε = 0 on one axis; characteristics: ε = 0.")]
    public required ReferenceKind Kind { get; init; }
}
