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
    [Key("A snapshot: a CSV with the centres of the same grid's cells, x fastest, and the column; .npz; .nc.", Path = PathRole.File)]
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
[JsonDerivedType(typeof(NetworkScore), "network")]
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

/// <summary><c>network</c>: a trained network in an ONNX file; requires the program Solver.Networks.</summary>
public sealed record NetworkScore : ScoreConfig
{
    [Key("An ONNX model: inputs positions [N, d] and time ([N], [N, 1] or one value), output [N, d], float or double, N free.",
        Path = PathRole.File)]
    public required string File { get; init; }

    [Key("What the network returns.")]
    public required Predicts Predicts { get; init; }

    [Key("The process that it was trained with, at whose scaled positions it is called.")]
    public required ProcessConfig Process { get; init; }

    [Key("What it is given as time: the heat flow's t, sigma = sqrt(2t), a quarter of log sigma, the process's own time tau, or the "
        + "fractional row of a ddpm table, index.", Words = "t sigma log-sigma/4 tau index")]
    public string Time { get; init; } = "t";

    [Key("A factor on the time input.", Above = 0)]
    public double TimeScale { get; init; } = 1;

    [Key("Constant values of its further inputs, by name.")]
    public IReadOnlyDictionary<string, double>? Inputs { get; init; }

    [Key("Positions of one call of the network.", AtLeast = 1, AtMost = 1_048_576)]
    public int Batch { get; init; } = 1024;

    [Key("The standard deviation of the data of edm-raw; 0.5 if absent.", Above = 0)]
    public double? SigmaData { get; init; }
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
