using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>The integrator.</summary>
public enum ParticleMethod
{
    EulerMaruyama,
    Exponential,
    Ode,

    /// <summary>DDIM with η = √ε.</summary>
    Ddim,

    /// <summary>Euler in σ: DDIM with η = 0.</summary>
    Euler,

    /// <summary>Ancestral sampling with Euler's method in σ: DDIM with η = √ε.</summary>
    EulerAncestral,

    /// <summary>Heun in σ (EDM), ε = 0.</summary>
    Heun,

    /// <summary>DPM-Solver++(2M), ε = 0.</summary>
    [JsonStringEnumMemberName("dpm++2m")]
    DpmSolver,

    /// <summary>Heun in σ after noise of its own (EDM's stochastic sampler).</summary>
    Churn,
}

/// <summary>
/// The noise that EDM's stochastic sampler adds before a step: from σ to σ(1+γ), γ = min(S_churn/N, √2 − 1) for S_tmin ≤ σ ≤ S_tmax (Karras
/// et al. 2022, algorithm 2).
/// </summary>
public sealed record ChurnConfig
{
    [Key("S_churn; divided by the number of steps it is the relative growth of sigma in each.", AtLeast = 0)]
    public required double SChurn { get; init; }

    [Key("S_tmin, the least sigma at which noise is added.", AtLeast = 0)]
    public double STmin { get; init; }

    [Key("S_tmax, the largest such sigma; no limit if absent.", Above = 0)]
    public double? STmax { get; init; }

    [Key("S_noise, the factor on the noise.", Above = 0)]
    public double SNoise { get; init; } = 1;
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

    [Key("η of ddim and euler-ancestral, whose square is epsilon; the root of epsilon if absent.", AtLeast = 0, AtMost = 1)]
    public double? Eta { get; init; }

    [Key("The noise of churn, which requires it.")]
    public ChurnConfig? Churn { get; init; }

    [Key("Whether a last step leads from stop to sigma = 0, as the method defines it.")]
    public bool ToZero { get; init; }

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

/// <summary>A format of the snapshots' files.</summary>
public enum SnapshotKind
{
    Csv,
    Npz,
    Netcdf,
    Vtk,
}

/// <summary>The format of an animation.</summary>
public enum AnimationKind
{
    Gif,

    /// <summary>An animated PNG.</summary>
    Apng,
}

/// <summary>What the largest value of the density axis, or of the colours, is.</summary>
public enum AnimationScale
{
    /// <summary>The maximum of each frame.</summary>
    Frame,

    /// <summary>The maximum of all frames.</summary>
    Fixed,
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

    [Key("Formats of the snapshots beside CSV: npz (NumPy), netcdf (xarray), vtk (ParaView).")]
    public IReadOnlyList<SnapshotKind>? Formats { get; init; }

    [Key("Whether snapshots are written as CSV, true if absent; without CSV they are read back from npz.")]
    public bool? Csv { get; init; }

    [Key("Whether figures are drawn (PNG).")]
    public bool Plots { get; init; } = true;

    [Key("Whether SVG files are written as well.")]
    public bool Svg { get; init; }

    /// <summary>Null means false.</summary>
    [Key("Whether PDF files are written as well, false if absent.")]
    public bool? Pdf { get; init; }

    /// <summary>Number of files per figure.</summary>
    internal int FilesPerFigure => 1 + (Svg ? 1 : 0) + (Pdf == true ? 1 : 0);

    /// <summary>Null means true.</summary>
    [Key("Whether the page report.html is written; true if absent.")]
    public bool? Report { get; init; }

    /// <summary>Null means none.</summary>
    [Key("Format of an animation of u and v, whose frames are kept for plot --animate; none if absent.")]
    public AnimationKind? Animation { get; init; }

    /// <summary>Null means <see cref="Configs.AnimationScale.Frame"/>.</summary>
    [Key("Whether the scale of an animation ends at the maximum of each frame or of all; frame if absent. Requires animation.")]
    public AnimationScale? AnimationScale { get; init; }
}
