namespace PdeDiffusion.Configs;

/// <summary>An audit of the score that drives generation (docs/audit.md).</summary>
public sealed record AuditConfig
{
    [Key("Largest number of levels that are read: every so many of the run's, the first and the last among them.", AtLeast = 2)]
    public int Levels { get; init; } = 50;

    [Key("Points drawn from v at stop, and faces at which the usual mistakes are tried.", AtLeast = 1, AtMost = 10_000_000, Bytes = 16)]
    public int Probes { get; init; } = 2000;

    [Key("Seed of the points.")]
    public int Seed { get; init; }

    [Key("The points the network was trained on: a CSV with columns x, y, or an array of NumPy. Which of them the samples repeat is then "
        + "measured.", Path = PathRole.File)]
    public string? TrainingPoints { get; init; }

    [Key("Whether the score is compared with data; false if the file has none.")]
    public bool Truth { get; init; } = true;

    [Key("Values that must not be exceeded; exit code 3 if one is.")]
    public AuditLimits? Require { get; init; }
}

/// <summary>What an audit requires.</summary>
public sealed record AuditLimits
{
    [Key("Largest KL(v|u) at stop.", AtLeast = 0, Name = "KL")]
    public double? Divergence { get; init; }

    [Key("Largest budget KL(T) + (1+ε)²/4ε ∫ E_v|ŝ − s|² dt.", AtLeast = 0)]
    public double? Budget { get; init; }

    [Key("Largest budget with the gradient part of the error only.", AtLeast = 0)]
    public double? GradientBudget { get; init; }

    [Key("Largest share of ŝ that is no gradient, at any level.", AtLeast = 0, AtMost = 1)]
    public double? Curl { get; init; }

    [Key("Largest mass of v where 2t div ŝ < −d, at any level.", AtLeast = 0, AtMost = 1)]
    public double? LiYau { get; init; }

    [Key("Largest (sliced) W2 distance of v from u at stop.", AtLeast = 0, Name = "W2")]
    public double? Transport { get; init; }

    [Key("Largest share of samples in the cores of training points.", AtLeast = 0, AtMost = 1)]
    public double? Memorised { get; init; }
}
