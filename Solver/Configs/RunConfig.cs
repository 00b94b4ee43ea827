namespace PdeDiffusion.Configs;

/// <summary>One run as data: what a JSON file in <c>configs/</c> says, with defaults filled in. docs/config.md is the reference.</summary>
public sealed record RunConfig
{
    [Key("Name of the run: letters, digits, '.', '_' and '-'; the default output folder is out/<name>.")]
    public required string Name { get; init; }

    [Key("The grid: its axes, or the path of a mesh file.", Path = PathRole.ValueOrFile)]
    public required MeshConfig Mesh { get; init; }

    [Key("u0, the data that noising starts from.")]
    public required DataConfig Data { get; init; }

    [Key("The time levels.")]
    public required TimeConfig Time { get; init; }

    [Key("How the heat equation is solved; depends on the scheme if absent.")]
    public ForwardConfig? Forward { get; init; }

    [Key("The backward equation from end to stop; without it only the forward equation is solved.")]
    public GenerationConfig? Generation { get; init; }

    [Key("The scheme of the generation steps; parabolic remap if absent.")]
    public SchemeConfig? Scheme { get; init; }

    [Key("The inequalities checked at every step.")]
    public MonitorsConfig Monitors { get; init; } = new();

    [Key("The exact solution used to compute errors; none if absent.")]
    public ReferenceConfig? Reference { get; init; }

    [Key("Samples and trajectories of the reverse equation; none if absent.")]
    public ParticlesConfig? Particles { get; init; }

    [Key("Bytes for forward states; half of the free memory if absent. Affects speed, never results.", Above = 0)]
    public double? Memory { get; init; }

    [Key("Checkpoints for resuming; none if absent.")]
    public CheckpointConfig? Checkpoint { get; init; }

    [Key("Whether the error of the result is estimated from runs at half and a quarter of cells and steps; if absent, where the run is "
        + "expected to take less than a minute.")]
    public bool? ErrorEstimate { get; init; }

    [Key("The error that is asked for; cells and steps are refined until the estimate is below it. None if absent.")]
    public AccuracyConfig? Accuracy { get; init; }

    [Key("Makes the file an audit of generation.score, for the verb audit; data may then be absent.")]
    public AuditConfig? Audit { get; init; }

    [Key("What is written, and where.")]
    public OutputConfig Output { get; init; } = new();
}
