using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>Time levels in the words of a noising process: equal steps of its own time, or EDM's noise levels.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EdmSchedule), "edm")]
[JsonDerivedType(typeof(VeSchedule), "ve")]
[JsonDerivedType(typeof(VpSchedule), "vp")]
[JsonDerivedType(typeof(SubVpSchedule), "sub-vp")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
[JsonDerivedType(typeof(DdpmSchedule), "ddpm")]
[JsonDerivedType(typeof(RectifiedFlowSchedule), "rectified-flow")]
public abstract record ScheduleConfig;

/// <summary>
/// <c>edm</c>: σ_i = (σ_max^{1/ρ} + i/n (σ_min^{1/ρ} − σ_max^{1/ρ}))^ρ, i = 0 … n for n steps (Karras et al. 2022, eq. 5).
/// </summary>
public sealed record EdmSchedule : ScheduleConfig
{
    [Key("The least noise level σ.", Above = 0)]
    public double SigmaMin { get; init; } = 0.002;

    [Key("The largest noise level σ.", Above = 0)]
    public double SigmaMax { get; init; } = 80;

    [Key("The exponent ρ: levels are equidistant in σ^{1/ρ}.", Above = 0, AtMost = 1000)]
    public double Rho { get; init; } = 7;
}

/// <summary><c>ve</c>.</summary>
public sealed record VeSchedule : ProcessSchedule
{
    [Key(ProcessKeys.SigmaMin, Above = 0)]
    public required double SigmaMin { get; init; }

    [Key(ProcessKeys.SigmaMax, Above = 0)]
    public required double SigmaMax { get; init; }
}

/// <summary><c>vp</c>.</summary>
public sealed record VpSchedule : LinearRateSchedule;

/// <summary><c>sub-vp</c>.</summary>
public sealed record SubVpSchedule : LinearRateSchedule;

/// <summary><c>cosine</c>.</summary>
public sealed record CosineSchedule : ProcessSchedule
{
    [Key(ProcessKeys.Offset, AtLeast = 0, AtMost = 1)]
    public double Offset { get; init; }
}

/// <summary><c>ddpm</c>.</summary>
public sealed record DdpmSchedule : ProcessSchedule
{
    [Key(ProcessKeys.AlphaBar, MinItems = 2, Above = 0, ReplacedBy = "file")]
    public required IReadOnlyList<double> AlphaBar { get; init; }

    /// <summary>Null once read: its column is <see cref="AlphaBar"/>.</summary>
    [Key(ProcessKeys.AlphaBarFile, Path = PathRole.File)]
    public string? File { get; init; }
}

/// <summary><c>rectified-flow</c>.</summary>
public sealed record RectifiedFlowSchedule : ProcessSchedule;

/// <summary>A schedule of a process whose rate β rises linearly.</summary>
public abstract record LinearRateSchedule : ProcessSchedule
{
    [Key(ProcessKeys.BetaMin, AtLeast = 0)]
    public double BetaMin { get; init; } = ProcessKeys.StandardBetaMin;

    [Key(ProcessKeys.BetaMax, Above = 0)]
    public double BetaMax { get; init; } = ProcessKeys.StandardBetaMax;
}

/// <summary>Equal steps of a process's own time. Declared last: its keys follow those of the process.</summary>
public abstract record ProcessSchedule : ScheduleConfig
{
    [Key(ProcessKeys.From)]
    public double From { get; init; }

    [Key(ProcessKeys.To)]
    public double? To { get; init; }
}
