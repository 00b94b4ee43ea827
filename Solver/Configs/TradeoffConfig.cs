using System.Globalization;
using System.Text.Json.Serialization;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Configs;

/// <summary>
/// The trade-off between imitation and generation: a cell for each t_min, ε, number and seed of training samples, score and start law.
/// </summary>
public sealed record TradeoffConfig
{
    [Key("t_min of the cells. One flow from end down to the smallest gives all of them.", Above = 0, MinItems = 1, MaxItems = 64)]
    public required IReadOnlyList<double> Stops { get; init; }

    [Key("ε of the cells; that of base if absent.", AtLeast = 0, AtMost = 1e9, MinItems = 1, MaxItems = 32)]
    public IReadOnlyList<double>? Epsilons { get; init; }

    [Key("K, the number of parts of a finite set of points, each held out once; such data require it.", AtLeast = 2, AtMost = 10_000)]
    public int? Folds { get; init; }

    [Key("Numbers of training samples, drawn from the data of base; with folds all that are left, if absent.", AtLeast = 2, AtMost = 1e6,
        Bytes = 64, MinItems = 1, MaxItems = 32)]
    public IReadOnlyList<int>? Samples { get; init; }

    [Key("Seeds of the training samples, or of the order of the points of folds.", AtLeast = 0, AtMost = 1e8, MinItems = 1,
        MaxItems = 1000)]
    public required IReadOnlyList<int> Seeds { get; init; }

    [Key("How the score is constructed.", MinItems = 1, MaxItems = 16)]
    public required IReadOnlyList<TradeoffScore> Scores { get; init; }

    [Key("Initial distributions v_T; that of base if absent.", MinItems = 1, MaxItems = 16)]
    public IReadOnlyList<StartConfig>? Starts { get; init; }

    [Key("r of coverage: a fresh sample within r of a generated sample is covered.", Above = 0)]
    public required double Radius { get; init; }

    [Key("For memorisation: the core of a training point is its Voronoi cell, shrunk about it by 1 - shrink.", AtLeast = 0, AtMost = 0.99)]
    public double Shrink { get; init; } = 0.75;

    [Key("The earlier name of shrink.", AtLeast = 0, AtMost = 0.99)]
    public double? Gamma { get; init; }

    [Key("Fresh samples of the data, for novelty, coverage and held-out likelihood each; 2000 if absent. Not with folds.", AtLeast = 10,
        AtMost = 1e6, Bytes = 16)]
    public int? Draws { get; init; }

    [Key("Directions of sliced W2, on two axes.", AtLeast = 2, AtMost = 1000)]
    public int Directions { get; init; } = 24;

    [Key("Cost of errors of the score as a function of t; not measured if absent.")]
    public LossConfig? Loss { get; init; }
}

/// <summary>How a cell's score is built from the training samples, or from the data themselves.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ExactScore), "exact")]
[JsonDerivedType(typeof(EmpiricalScore), "empirical")]
[JsonDerivedType(typeof(SmoothedScore), "smoothed")]
[JsonDerivedType(typeof(InexactScore), "perturbed")]
[JsonDerivedType(typeof(MixedTradeoffScore), "mixed")]
public abstract record TradeoffScore
{
    /// <summary>Its name in tables of results.</summary>
    internal abstract string Word { get; }

    /// <summary>True if it is built from the training samples.</summary>
    internal abstract bool UsesSamples { get; }

    /// <summary>True if it is known at every point, so that particles can follow it.</summary>
    internal virtual bool HasClosedForm => true;

    /// <summary>The score of a run.</summary>
    /// <param name="sample">The training samples as Gaussians of a given variance.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    internal abstract ScoreConfig Of(Func<double, DataConfig> sample, int seed);
}

/// <summary><c>exact</c>: the score of the data.</summary>
public sealed record ExactScore : TradeoffScore
{
    internal override string Word => "exact";

    internal override bool UsesSamples => false;

    internal override ScoreConfig Of(Func<double, DataConfig> sample, int seed) => new GridScore();
}

/// <summary><c>empirical</c>: the score of the heat flow of the training samples.</summary>
public sealed record EmpiricalScore : TradeoffScore
{
    internal override string Word => "empirical";

    internal override bool UsesSamples => true;

    internal override ScoreConfig Of(Func<double, DataConfig> sample, int seed) => new MixtureScore { Data = sample(0) };
}

/// <summary><c>smoothed</c>: the score of the training samples convolved with N(0, width² I), a floor of the bandwidth.</summary>
public sealed record SmoothedScore : TradeoffScore
{
    [Key("σ_min, the lower bound on the bandwidth.", Above = 0)]
    public required double Width { get; init; }

    internal override string Word => string.Create(CultureInfo.InvariantCulture, $"smoothed-{Width:R}");

    internal override bool UsesSamples => true;

    internal override ScoreConfig Of(Func<double, DataConfig> sample, int seed) => new MixtureScore { Data = sample(Width * Width) };
}

/// <summary><c>perturbed</c>: scale · exact score + bias + noise · a smooth random field, which the seed chooses.</summary>
public sealed record InexactScore : TradeoffScore
{
    [Key("A constant that is added, one number per axis; 0 if absent.", MinItems = 1, MaxItems = 2)]
    public IReadOnlyList<double>? Bias { get; init; }

    [Key("Factor on the score.")]
    public double Scale { get; init; } = 1;

    [Key("Factor on a smooth random field that is added.", AtLeast = 0)]
    public double Noise { get; init; }

    internal override string Word => "perturbed";

    internal override bool UsesSamples => false;

    internal override bool HasClosedForm => false;

    internal override ScoreConfig Of(Func<double, DataConfig> sample, int seed) =>
        new PerturbedScore { Bias = Bias, Scale = Scale, Noise = Noise, Seed = seed };
}

/// <summary>
/// <c>mixed</c>: Σ w_k ŝ_k of scores of a trade-off, as between the exact and the empirical one. One term of weight 1 is that term's score
/// itself.
/// </summary>
public sealed record MixedTradeoffScore : TradeoffScore
{
    [Key("The scores that are added, each with its weight.", MinItems = 1, MaxItems = 64)]
    public required IReadOnlyList<TradeoffTermConfig> Terms { get; init; }

    internal override string Word => string.Join('+', Terms.Select(term =>
        term.Weight.Times.Count > 0 ? $"w(t) {term.Score.Word}" : $"{term.Weight} {term.Score.Word}"));

    internal override bool UsesSamples => Terms.Any(term => term.Score.UsesSamples);

    internal override bool HasClosedForm => Only is { HasClosedForm: true };

    private TradeoffScore? Only => Terms is [{ Weight: { } weight, Score: { } only }] && weight.Is(1) ? only : null;

    internal override ScoreConfig Of(Func<double, DataConfig> sample, int seed) => Only?.Of(sample, seed) ?? new MixedScore
    {
        Terms = [.. Terms.Select(term => new ScoreTermConfig { Weight = term.Weight, Score = term.Score.Of(sample, seed) })],
    };
}

/// <summary>One term of a mixed score of a trade-off.</summary>
public sealed record TradeoffTermConfig
{
    [Key("The weight of the score: a number, or a table [[t, w], ...], linear in log t.")]
    public required TimeFunction Weight { get; init; }

    [Key("The score.")]
    public required TradeoffScore Score { get; init; }
}

/// <summary>
/// Errors of one size, made in one window of t at a time: the increase of KL that each causes, compared with the weight in the bound.
/// </summary>
public sealed record LossConfig
{
    [Key("Where the windows begin and end, increasing, within [min(stops), end].", Above = 0, MinItems = 2, MaxItems = 64)]
    public required IReadOnlyList<double> Edges { get; init; }

    [Key("∫ E_u|ŝ - s|² dt that the error in each window is scaled to.", Above = 0)]
    public double Budget { get; init; } = 0.05;
}
