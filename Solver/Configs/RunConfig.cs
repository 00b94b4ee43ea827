using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Configs;

/// <summary>One run as data: what a JSON file in <c>configs/</c> says, with defaults filled in. docs/config.md is the reference.</summary>
public sealed record RunConfig
{
    public required string Name { get; init; }
    public required MeshConfig Mesh { get; init; }
    public required DataConfig Data { get; init; }
    public required TimeConfig Time { get; init; }
    public ForwardConfig? Forward { get; init; }
    public GenerationConfig? Generation { get; init; }
    public SchemeConfig? Scheme { get; init; }
    public MonitorsConfig Monitors { get; init; } = new();
    public ReferenceConfig? Reference { get; init; }
    public ParticlesConfig? Particles { get; init; }

    /// <summary>Bytes for forward states; half of what is free if absent.</summary>
    public double? Memory { get; init; }
    public CheckpointConfig? Checkpoint { get; init; }
    public OutputConfig Output { get; init; } = new();
}

/// <summary>The grid: inline axes; a path in the file has been replaced by the axes of the mesh it names.</summary>
public sealed record MeshConfig
{
    public required IReadOnlyList<AxisConfig> Axes { get; init; }
}

/// <summary>One axis: <c>from, to, cells</c> (uniform, or graded by <see cref="Grading"/>), or <c>faces</c>.</summary>
public sealed record AxisConfig
{
    public double? From { get; init; }
    public double? To { get; init; }
    public int? Cells { get; init; }
    public IReadOnlyList<double>? Faces { get; init; }
    public GradingConfig? Grading { get; init; }
    public Boundary Boundary { get; init; } = Boundary.NoFlux;
}

/// <summary>A named grading of an axis.</summary>
public abstract record GradingConfig;

/// <summary><c>sinh</c>: cells crowd around <see cref="Centre"/>; <see cref="Strength"/> &gt; 0 is the half-range of the sinh's argument.</summary>
public sealed record SinhGrading : GradingConfig
{
    public required double Centre { get; init; }
    public required double Strength { get; init; }
}

/// <summary><c>geometric</c>: each cell is <see cref="Ratio"/> times as wide as the one before.</summary>
public sealed record GeometricGrading : GradingConfig
{
    public required double Ratio { get; init; }
}

/// <summary>u0, or the data of a score.</summary>
public abstract record DataConfig;

/// <summary><c>points</c>: weighted Diracs, inline or from a CSV with header <c>x[,y][,weight]</c>.</summary>
public sealed record PointsData : DataConfig
{
    public IReadOnlyList<IReadOnlyList<double>>? Points { get; init; }
    public IReadOnlyList<double>? Weights { get; init; }
    public string? File { get; init; }
}

/// <summary><c>gaussians</c>: Σ a_k N(m_k, variance_k I).</summary>
public sealed record GaussiansData : DataConfig
{
    public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }
    public required IReadOnlyList<double> Variances { get; init; }
    public IReadOnlyList<double>? Weights { get; init; }
}

/// <summary>A named curve in the plane; <see cref="Polyline"/> is read from <c>file</c>.</summary>
public enum CurveName
{
    Lemniscate,
    Circle,
    Segment,
    TwoMoons,
    Spiral,
    Polyline,
}

/// <summary><c>curve</c>: quadrature nodes along a curve, uniform in arc length.</summary>
public sealed record CurveData : DataConfig
{
    public required CurveName Curve { get; init; }
    public double Scale { get; init; } = 1;
    public int Nodes { get; init; } = 2000;
    public IReadOnlyList<IReadOnlyList<double>>? Vertices { get; init; }
    public string? File { get; init; }
}

/// <summary><c>curve-sample</c>: a finite sample of a curve, uniform in arc length.</summary>
public sealed record CurveSampleData : DataConfig
{
    public required CurveName Curve { get; init; }
    public double Scale { get; init; } = 1;
    public required int Samples { get; init; }
    public required int Seed { get; init; }
    public IReadOnlyList<IReadOnlyList<double>>? Vertices { get; init; }
    public string? File { get; init; }
}

/// <summary><c>box</c>: uniform on a box.</summary>
public sealed record BoxData : DataConfig
{
    public required IReadOnlyList<double> From { get; init; }
    public required IReadOnlyList<double> To { get; init; }
}

/// <summary><c>density</c>: column u or v of a snapshot on the run's grid.</summary>
public sealed record DensityData : DataConfig
{
    public required string File { get; init; }
    public string Column { get; init; } = "u";
}

public sealed record TimeConfig
{
    /// <summary>T, where noising ends and generation starts.</summary>
    public required double End { get; init; }

    /// <summary>t_min, where generation ends.</summary>
    public required double Stop { get; init; }
    public required int Steps { get; init; }
    public TimeSpacing Spacing { get; init; } = TimeSpacing.Geometric;
    public double Shift { get; init; }
    public int Warmup { get; init; } = 128;
}

public sealed record ForwardConfig
{
    public required ForwardKind Kind { get; init; }
}

public sealed record GenerationConfig
{
    /// <summary>Noise level ε ≥ 0: 0 the probability-flow ODE, 1 the reverse SDE.</summary>
    public required double Epsilon { get; init; }
    public required StartConfig Start { get; init; }
    public ScoreConfig Score { get; init; } = new GridScore();
}

/// <summary>v_T.</summary>
public abstract record StartConfig;

/// <summary><c>forward</c>: v_T = u_T.</summary>
public sealed record ForwardStart : StartConfig;

/// <summary><c>gaussian</c>: N(mean, variance I), reflected or wrapped at the box.</summary>
public sealed record GaussianStart : StartConfig
{
    public required IReadOnlyList<double> Mean { get; init; }
    public required double Variance { get; init; }
}

/// <summary><c>density</c>: a snapshot's column.</summary>
public sealed record DensityStart : StartConfig
{
    public required string File { get; init; }
    public string Column { get; init; } = "v";
}

/// <summary>The score that drives generation.</summary>
public abstract record ScoreConfig;

/// <summary><c>grid</c>: the score of the grid's own u; the theorems pair the two.</summary>
public sealed record GridScore : ScoreConfig;

/// <summary><c>mixture</c>: the closed-form score of the heat flow of <see cref="Data"/>: exact, or empirical for a sample.</summary>
public sealed record MixtureScore : ScoreConfig
{
    public required DataConfig Data { get; init; }
}

/// <summary><c>perturbed</c>: scale · ŝ + bias + noise · (a seeded smooth field).</summary>
public sealed record PerturbedScore : ScoreConfig
{
    public ScoreConfig Of { get; init; } = new GridScore();
    public IReadOnlyList<double>? Bias { get; init; }
    public double Scale { get; init; } = 1;
    public double Noise { get; init; }
    public int Seed { get; init; }
}

/// <summary><c>tabulated</c>: a score per cell and time from a CSV.</summary>
public sealed record TabulatedScore : ScoreConfig
{
    public required string File { get; init; }
}

public abstract record SchemeConfig;

/// <summary><c>markov</c>: docs/numerics.md.</summary>
public sealed record MarkovSchemeConfig : SchemeConfig;

/// <summary>How the remap reconstructs w inside a cell.</summary>
public enum Reconstruction
{
    Constant,
    Parabolic,
}

/// <summary><c>remap</c>: docs/numerics.md.</summary>
public sealed record RemapSchemeConfig : SchemeConfig
{
    public Reconstruction Reconstruction { get; init; } = Reconstruction.Parabolic;
}

/// <summary>What a violated guarantee does.</summary>
public enum ViolationAction
{
    /// <summary>Nothing but the verdict; exit code 0.</summary>
    Report,

    /// <summary>The run goes on; exit code 3 at the end.</summary>
    Fail,

    /// <summary>The run ends at once; exit code 3.</summary>
    Stop,
}

public sealed record MonitorsConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Exponents p of the L^p monitors, 1 ≤ p ≤ ∞ (<c>"inf"</c> in JSON).</summary>
    public IReadOnlyList<double> Lp { get; init; } = [1, 2, double.PositiveInfinity];
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

public sealed record ReferenceConfig
{
    public required ReferenceKind Kind { get; init; }
}

/// <summary>How particles are moved.</summary>
public enum ParticleMethod
{
    EulerMaruyama,
    Exponential,
    Ode,
}

public sealed record ParticlesConfig
{
    public required int Count { get; init; }
    public int Seed { get; init; }
    public int? Steps { get; init; }
    public ParticleMethod Method { get; init; } = ParticleMethod.EulerMaruyama;
    public int Trajectories { get; init; }
}

public sealed record CheckpointConfig
{
    public int? Steps { get; init; }
    public double? Seconds { get; init; }
}

public sealed record OutputConfig
{
    /// <summary>Absolute path once read; null means the default, <c>out/&lt;name&gt;</c> in the current folder.</summary>
    public string? Directory { get; init; }

    /// <summary>Times of snapshots; [end, stop] if absent.</summary>
    public IReadOnlyList<double>? Snapshots { get; init; }
    public bool Plots { get; init; } = true;
    public bool Svg { get; init; }
}
