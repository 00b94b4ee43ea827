using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>A noising process x = α x0 + σ ξ with a time of its own (docs/conventions.md).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HeatProcessConfig), "heat")]
[JsonDerivedType(typeof(VeProcessConfig), "ve")]
[JsonDerivedType(typeof(VpProcessConfig), "vp")]
[JsonDerivedType(typeof(SubVpProcessConfig), "sub-vp")]
[JsonDerivedType(typeof(CosineProcessConfig), "cosine")]
[JsonDerivedType(typeof(DdpmProcessConfig), "ddpm")]
[JsonDerivedType(typeof(RectifiedFlowProcessConfig), "rectified-flow")]
[JsonDerivedType(typeof(CondOtProcessConfig), "cond-ot")]
public abstract record ProcessConfig;

/// <summary><c>heat</c>: α = 1, σ = √(2t), in our time t.</summary>
public sealed record HeatProcessConfig : ProcessConfig;

/// <summary><c>ve</c>: α = 1, σ = σ_min (σ_max/σ_min)^τ.</summary>
public sealed record VeProcessConfig : ProcessConfig
{
    [Key(ProcessKeys.SigmaMin, Above = 0)]
    public required double SigmaMin { get; init; }

    [Key(ProcessKeys.SigmaMax, Above = 0)]
    public required double SigmaMax { get; init; }
}

/// <summary><c>vp</c>: α = e^{−B/2}, σ = √(1 − e^{−B}).</summary>
public sealed record VpProcessConfig : LinearRateProcessConfig;

/// <summary><c>sub-vp</c>: α = e^{−B/2}, σ = 1 − e^{−B}.</summary>
public sealed record SubVpProcessConfig : LinearRateProcessConfig;

/// <summary><c>cosine</c>: α = cos(πτ/2), σ = sin(πτ/2), with an offset as in Nichol and Dhariwal.</summary>
public sealed record CosineProcessConfig : ProcessConfig
{
    [Key(ProcessKeys.Offset, AtLeast = 0, AtMost = 1)]
    public double Offset { get; init; }
}

/// <summary><c>ddpm</c>: a table of ᾱ; the time is the fractional row.</summary>
public sealed record DdpmProcessConfig : ProcessConfig
{
    [Key(ProcessKeys.AlphaBar, MinItems = 2, Above = 0, ReplacedBy = "file")]
    public required IReadOnlyList<double> AlphaBar { get; init; }

    /// <summary>Null once read: its column is <see cref="AlphaBar"/>.</summary>
    [Key(ProcessKeys.AlphaBarFile, Path = PathRole.File)]
    public string? File { get; init; }
}

/// <summary><c>rectified-flow</c>: α = 1 − r, σ = r; from data to noise.</summary>
public sealed record RectifiedFlowProcessConfig : ProcessConfig;

/// <summary><c>cond-ot</c>: α = κ, σ = 1 − κ; from noise to data.</summary>
public sealed record CondOtProcessConfig : ProcessConfig;

/// <summary>A process whose rate β rises linearly.</summary>
public abstract record LinearRateProcessConfig : ProcessConfig
{
    [Key(ProcessKeys.BetaMin, AtLeast = 0)]
    public double BetaMin { get; init; } = ProcessKeys.StandardBetaMin;

    [Key(ProcessKeys.BetaMax, Above = 0)]
    public double BetaMax { get; init; } = ProcessKeys.StandardBetaMax;
}

/// <summary>The meaning of the keys that processes and schedules share.</summary>
internal static class ProcessKeys
{
    public const double StandardBetaMin = 0.1, StandardBetaMax = 20;

    public const string SigmaMin = "The least noise level σ, at τ = 0.";
    public const string SigmaMax = "The largest noise level σ, at τ = 1.";
    public const string BetaMin = "The rate β at τ = 0; B = βmin τ + (βmax − βmin) τ²/2.";
    public const string BetaMax = "The rate β at τ = 1.";
    public const string Offset = "The offset s of the angle π(τ + s)/2(1 + s); 0.008 in Nichol and Dhariwal (2021).";
    public const string AlphaBar = "ᾱ per step, falling, each in (0, 1).";
    public const string AlphaBarFile = "A CSV file with a column alpha_bar, in place of alphaBar.";
    public const string From = "Where generation ends, in the process's own time.";
    public const string To = "Where noising ends, in the process's own time; its end if absent.";
}
