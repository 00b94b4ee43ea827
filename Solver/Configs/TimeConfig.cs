using PdeDiffusion.Schemes;

namespace PdeDiffusion.Configs;

/// <summary>The time levels t_0 = stop &lt; … &lt; t_n = end of forward time t.</summary>
public sealed record TimeConfig
{
    /// <summary>T, where noising ends and generation starts.</summary>
    [Key("T, where noising ends and generation starts.", Above = 0)]
    public required double End { get; init; }

    /// <summary>t_min, where generation ends.</summary>
    [Key("t_min, where generation ends; 0 only for data that have a density.", AtLeast = 0)]
    public required double Stop { get; init; }

    [Key("Steps between stop and end.", AtLeast = 1, AtMost = 10_000_000, Bytes = 32)]
    public required int Steps { get; init; }

    [Key("Equal steps in t (uniform) or in log(t + shift) (geometric).")]
    public TimeSpacing Spacing { get; init; } = TimeSpacing.Geometric;

    [Key("Shift of geometric levels.", AtLeast = 0)]
    public double Shift { get; init; }

    [Key("Equal forward steps from 0 to stop, not counted in steps.", AtLeast = 1, AtMost = 10_000_000)]
    public int Warmup { get; init; } = 128;
}

/// <summary>How u is computed.</summary>
public sealed record ForwardConfig
{
    [Key("implicit-euler; lattice-exact, the exact semi-discrete flow (uniform axes); closed-form, averages of the exact solution.")]
    public required ForwardKind Kind { get; init; }
}
