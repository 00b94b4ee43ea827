using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>
/// A study of samplers: particles moved by each method, in each number of steps, through each kind of levels, compared with the exact law
/// v(stop).
/// </summary>
public sealed record SamplersConfig
{
    [Key("The methods of particles that are compared; each must take the epsilon of base.", MinItems = 1, MaxItems = 16)]
    public required IReadOnlyList<ParticleMethod> Methods { get; init; }

    [Key("Numbers of steps from end to stop of base.", AtLeast = 1, AtMost = 100_000, MinItems = 1, MaxItems = 64)]
    public required IReadOnlyList<int> Steps { get; init; }

    [Key("How the levels between end and stop are spaced.", MinItems = 1, MaxItems = 16)]
    public required IReadOnlyList<LevelsConfig> Schedules { get; init; }

    [Key("Number of particles per seed.", AtLeast = 10, AtMost = 1e7, Bytes = 100)]
    public required int Count { get; init; }

    [Key("Seeds of the particles; standard errors are over them.", AtLeast = 0, AtMost = 1e8, MinItems = 1, MaxItems = 1000)]
    public required IReadOnlyList<int> Seeds { get; init; }

    [Key("The noise of churn, which requires it.")]
    public ChurnConfig? Churn { get; init; }

    [Key("The number of calls of the score for which a sampler is recommended; if absent, only the fewest calls at the floor are named.",
        AtLeast = 1, AtMost = 1e8)]
    public int? Calls { get; init; }

    [Key("Directions of sliced W1 and W2, on two axes.", AtLeast = 2, AtMost = 1000)]
    public int Directions { get; init; } = 24;
}

/// <summary>Time levels between the end and the stop of a run, for any number of steps.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(UniformLevels), "uniform")]
[JsonDerivedType(typeof(GeometricLevels), "geometric")]
[JsonDerivedType(typeof(EdmLevels), "edm")]
[JsonDerivedType(typeof(ProcessLevels), "process")]
public abstract record LevelsConfig;

/// <summary><c>uniform</c>: equal steps in t.</summary>
public sealed record UniformLevels : LevelsConfig;

/// <summary><c>geometric</c>: equal steps in log(t + shift), for shift 0 in log σ.</summary>
public sealed record GeometricLevels : LevelsConfig
{
    [Key("Shift of the levels.", AtLeast = 0)]
    public double Shift { get; init; }
}

/// <summary><c>edm</c>: equal steps in σ^{1/ρ} (Karras et al. 2022, eq. 5), for ρ = 1 in σ.</summary>
public sealed record EdmLevels : LevelsConfig
{
    [Key("The exponent ρ: levels are equidistant in σ^{1/ρ}.", Above = 0, AtMost = 1000)]
    public double Rho { get; init; } = 7;
}

/// <summary><c>process</c>: equal steps in the own time of a process.</summary>
public sealed record ProcessLevels : LevelsConfig
{
    [Key("The process.")]
    public required ProcessConfig Process { get; init; }
}
