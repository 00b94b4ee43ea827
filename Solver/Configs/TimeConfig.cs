using PdeDiffusion.Schemes;

namespace PdeDiffusion.Configs;

/// <summary>
/// The time levels t_0 = stop &lt; … &lt; t_n = end of forward time t: spaced by a formula, by a process's schedule, or as listed. Once a
/// config is read, <see cref="End"/>, <see cref="Stop"/> and <see cref="Steps"/> hold for each of them.
/// </summary>
public sealed record TimeConfig
{
    private const string Replaced = "schedule levels";

    /// <summary>T, where noising ends and generation starts.</summary>
    [Key("T, where noising ends and generation starts.", Above = 0, Sigma = true, ReplacedBy = Replaced)]
    public required double End { get; init; }

    /// <summary>t_min, where generation ends.</summary>
    [Key("t_min, where generation ends; 0 only for data that have a density.", AtLeast = 0, Sigma = true, ReplacedBy = Replaced)]
    public required double Stop { get; init; }

    [Key("Steps between stop and end.", AtLeast = 1, AtMost = 10_000_000, Bytes = 32, ReplacedBy = "levels")]
    public required int Steps { get; init; }

    [Key("Equal steps in t (uniform) or in log(t + shift) (geometric).", ReplacedBy = Replaced)]
    public TimeSpacing Spacing { get; init; } = TimeSpacing.Geometric;

    [Key("Shift of geometric levels.", AtLeast = 0, ReplacedBy = Replaced)]
    public double Shift { get; init; }

    [Key("Levels in the words of a noising process, with steps; in place of end, stop, spacing and shift.", ReplacedBy = "levels")]
    public ScheduleConfig? Schedule { get; init; }

    [Key("The levels themselves, rising or falling; in place of all keys above.", AtLeast = 0, MinItems = 2, MaxItems = 1_000_000,
        Sigma = true)]
    public IReadOnlyList<double>? Levels { get; init; }

    [Key("Equal forward steps from 0 to stop, not counted in steps.", AtLeast = 1, AtMost = 10_000_000)]
    public int Warmup { get; init; } = 128;

    /// <summary>The key that decides where generation ends, for messages.</summary>
    internal string StopKey => Schedule is not null ? "time.schedule" : Levels is not null ? "time.levels" : "time.stop";

    /// <summary>The key that decides where noising ends, for messages.</summary>
    internal string EndKey => Schedule is not null ? "time.schedule" : Levels is not null ? "time.levels" : "time.end";
}

/// <summary>How u is computed.</summary>
public sealed record ForwardConfig
{
    [Key("implicit-euler; lattice-exact, the exact semi-discrete flow (uniform axes); closed-form, averages of the exact solution.")]
    public required ForwardKind Kind { get; init; }
}
