using System.Text.Json.Serialization;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Configs;

/// <summary>The backward equation: its noise level, v_T and the score that drives it.</summary>
public sealed record GenerationConfig
{
    /// <summary>Noise level ε ≥ 0: 0 the probability-flow ODE, 1 the reverse SDE.</summary>
    [Key("Noise level ε: 0 is the probability-flow ODE, 1 the reverse SDE; or a table [[t, ε], ...], linear in log t.", AtLeast = 0,
        AtMost = 1e9)]
    public required TimeFunction Epsilon { get; init; }

    [Key("v_T, the initial density of generation.")]
    public required StartConfig Start { get; init; }

    [Key("The score in the drift of generation; that of the grid solution if absent.")]
    public ScoreConfig Score { get; init; } = new GridScore();
}

/// <summary>v_T.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ForwardStart), "forward")]
[JsonDerivedType(typeof(GaussianStart), "gaussian")]
[JsonDerivedType(typeof(DensityStart), "density")]
public abstract record StartConfig;

/// <summary><c>forward</c>: v_T = u_T.</summary>
public sealed record ForwardStart : StartConfig;

/// <summary><c>gaussian</c>: N(mean, variance I) or N(mean, covariance), reflected or wrapped at the box.</summary>
public sealed record GaussianStart : StartConfig
{
    [Key("The mean, one number per axis.", MinItems = 1, MaxItems = 2)]
    public required IReadOnlyList<double> Mean { get; init; }

    [Key("The variance along each axis. Either variance or covariance.", Above = 0)]
    public double? Variance { get; init; }

    [Key("The matrix [[a, b], [b, c]], positive definite, on two axes. Either variance or covariance.", MinItems = 1)]
    public IReadOnlyList<IReadOnlyList<double>>? Covariance { get; init; }
}

/// <summary><c>density</c>: a column of a table of the cells of the run's grid, such as a snapshot.</summary>
public sealed record DensityStart : StartConfig
{
    [Key("A CSV with the centres of the same grid's cells, x fastest, and the column: a snapshot.", Path = PathRole.File)]
    public required string File { get; init; }

    [Key("Which column.")]
    public string Column { get; init; } = "v";
}

/// <summary>The score that drives generation.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GridScore), "grid")]
[JsonDerivedType(typeof(MixtureScore), "mixture")]
[JsonDerivedType(typeof(PerturbedScore), "perturbed")]
[JsonDerivedType(typeof(TabulatedScore), "tabulated")]
[JsonDerivedType(typeof(MixedScore), "mixed")]
public abstract record ScoreConfig;

/// <summary><c>grid</c>: the score of u on the grid, as the theorems require.</summary>
public sealed record GridScore : ScoreConfig;

/// <summary><c>mixture</c>: the closed-form score of the heat flow of <see cref="Data"/>: exact, or empirical for a sample.</summary>
public sealed record MixtureScore : ScoreConfig
{
    [Key($"The data of the score: {DataConfig.ClosedForms}.")]
    public required DataConfig Data { get; init; }
}

/// <summary><c>perturbed</c>: scale · ŝ + bias + noise · (a seeded smooth field) + curl · J∇log v.</summary>
public sealed record PerturbedScore : ScoreConfig
{
    [Key("The score that is perturbed; that of the grid solution if absent.")]
    public ScoreConfig Of { get; init; } = new GridScore();

    [Key("A constant that is added, one number per axis; 0 if absent.", MinItems = 1, MaxItems = 2)]
    public IReadOnlyList<double>? Bias { get; init; }

    [Key("Factor on the score.")]
    public double Scale { get; init; } = 1;

    [Key("Factor on a smooth random field that is added.", AtLeast = 0)]
    public double Noise { get; init; }

    [Key("Factor c on an added c J grad log v, J the quarter turn and v the density that a step starts from, on two axes.")]
    public double Curl { get; init; }

    [Key("Seed of the random field.")]
    public int Seed { get; init; }
}

/// <summary><c>tabulated</c>: a score, or what a network predicts in its place, per cell and time from a file.</summary>
public sealed record TabulatedScore : ScoreConfig
{
    [Key("A CSV file with header time,x,score or time,x,y,score_x,score_y (or value in place of score): per time one row per cell, x "
        + "fastest; or a .npz of arrays time, x, (y), values. 2t times the score is interpolated linearly in log t.", Path = PathRole.File)]
    public required string File { get; init; }

    [Key("What the values are.")]
    public Predicts Predicts { get; init; } = Predicts.Score;

    [Key("The standard deviation of the data of edm-raw; 0.5 if absent.", Above = 0)]
    public double? SigmaData { get; init; }

    [Key("The process in whose own time, and at whose scaled positions, the values were predicted.")]
    public ProcessConfig Process { get; init; } = new HeatProcessConfig();
}

/// <summary><c>mixed</c>: Σ w_k(t) ŝ_k, as of experts and of guidance.</summary>
public sealed record MixedScore : ScoreConfig
{
    [Key("The scores that are added, each with its weight.", MinItems = 1, MaxItems = 64)]
    public required IReadOnlyList<ScoreTermConfig> Terms { get; init; }
}

/// <summary>One term of a mixed score.</summary>
public sealed record ScoreTermConfig
{
    [Key("The weight of the score: a number, or a table [[t, w], ...], linear in log t.")]
    public required TimeFunction Weight { get; init; }

    [Key("The score.")]
    public required ScoreConfig Score { get; init; }
}
