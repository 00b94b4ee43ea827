namespace PdeDiffusion.Configs;

/// <summary>The integrator.</summary>
public enum ParticleMethod
{
    EulerMaruyama,
    Exponential,
    Ode,
}

/// <summary>Samples of the reverse equation, started from v_T.</summary>
public sealed record ParticlesConfig
{
    [Key("Number of particles.", AtLeast = 1)]
    public required long Count { get; init; }

    [Key("Seed; each particle has a random stream of its own.")]
    public int Seed { get; init; }

    [Key("Steps from end to stop; time.steps if absent.", AtLeast = 1, AtMost = 10_000_000, Bytes = 8)]
    public int? Steps { get; init; }

    [Key("The integrator.")]
    public ParticleMethod Method { get; init; } = ParticleMethod.EulerMaruyama;

    [Key("The number of particles, starting with the first, whose paths are written.", AtLeast = 0)]
    public long Trajectories { get; init; }
}

/// <summary>When a checkpoint is written: every so many steps, or seconds.</summary>
public sealed record CheckpointConfig
{
    [Key("Steps between checkpoints.", AtLeast = 1)]
    public int? Steps { get; init; }

    [Key("Seconds between checkpoints, instead of steps.", Above = 0)]
    public double? Seconds { get; init; }
}

/// <summary>What is written, and where.</summary>
public sealed record OutputConfig
{
    /// <summary>Absolute path once read; null means the default, <c>out/&lt;name&gt;</c> in the current folder.</summary>
    [Key("The run's folder; out/<name> in the current folder if absent.", Path = PathRole.Folder)]
    public string? Directory { get; init; }

    /// <summary>Times of snapshots; [end, stop] if absent.</summary>
    [Key("Times of snapshots, within [stop, end]; each becomes a time level. [end, stop] if absent.", MaxItems = 1000, Sigma = true)]
    public IReadOnlyList<double>? Snapshots { get; init; }

    [Key("Whether figures are drawn (PNG).")]
    public bool Plots { get; init; } = true;

    [Key("Whether SVG files are written as well.")]
    public bool Svg { get; init; }

    /// <summary>Null means true.</summary>
    [Key("Whether the page report.html is written; true if absent.")]
    public bool? Report { get; init; }
}
