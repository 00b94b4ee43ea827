using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>u0, or the data of a score.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PointsData), "points")]
[JsonDerivedType(typeof(GaussiansData), "gaussians")]
[JsonDerivedType(typeof(CurveData), "curve")]
[JsonDerivedType(typeof(CurveSampleData), "curve-sample")]
[JsonDerivedType(typeof(BoxData), "box")]
[JsonDerivedType(typeof(DensityData), "density")]
public abstract record DataConfig
{
    /// <summary>The kinds with a closed form, for messages.</summary>
    internal const string ClosedForms = "points, gaussians, curve or curve-sample";

    /// <summary>
    /// Number of components with positive weight if the data are a mixture of Gaussians and Diracs; null if the data are not a mixture.
    /// </summary>
    internal virtual long? Components => null;

    /// <summary>True if the data are a mixture, whose heat flow and score are known in closed form.</summary>
    internal bool HasClosedForm => Components is not null;

    /// <summary>True if the data have a Dirac part, and so no density at t = 0.</summary>
    internal virtual bool HasDiracs => HasClosedForm;

    /// <summary>True if components have covariances of their own.</summary>
    internal virtual bool HasCovariances => false;

    /// <summary>True if the data are finitely many points, by their kind.</summary>
    internal virtual bool IsPoints => false;

    /// <summary>The points if the data are finitely many that are given, not drawn; null otherwise.</summary>
    internal virtual IReadOnlyList<IReadOnlyList<double>>? FiniteSet => null;

    /// <summary>
    /// Independent samples of the distribution that the data approximate, by quadrature or by a sample; null if they are the distribution
    /// itself.
    /// </summary>
    internal virtual DataConfig? Sampled(int count, int seed) => null;

    private protected static int Positive(IReadOnlyList<double>? weights, int count) => weights?.Count(weight => weight > 0) ?? count;
}

/// <summary><c>points</c>: weighted Diracs, inline or from a file of a table; once read, always inline.</summary>
public sealed record PointsData : DataConfig
{
    [Key("The points, each [x] or [x, y].", MinItems = 1)]
    public IReadOnlyList<IReadOnlyList<double>>? Points { get; init; }

    [Key("One weight per point, normalised; equal if absent.", AtLeast = 0)]
    public IReadOnlyList<double>? Weights { get; init; }

    [Key("A CSV, .npy or .npz file, instead of points and weights.")]
    public string? File { get; init; }

    [Key("The columns of file with the coordinates: names, in any case, or numbers from 1.", MinItems = 1, MaxItems = 2, OrNumber = true)]
    public IReadOnlyList<string>? Columns { get; init; }

    [Key("The column of file with the weights: a name, in any case, or a number from 1.", OrNumber = true)]
    public string? WeightColumn { get; init; }

    [Key("The name of the array in file, for .npz files of several.")]
    public string? Array { get; init; }

    internal override long? Components => Positive(Weights, Points?.Count ?? 0);

    internal override bool IsPoints => true;

    internal override IReadOnlyList<IReadOnlyList<double>>? FiniteSet => Points;
}

/// <summary><c>gaussians</c>: Σ a_k N(m_k, variance_k I), or Σ a_k N(m_k, covariance_k) in the plane.</summary>
public sealed record GaussiansData : DataConfig
{
    [Key("The means, each [x] or [x, y].", MinItems = 1)]
    public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }

    [Key("One variance per mean, the same along each axis; 0 is a Dirac. Either variances or covariances.", AtLeast = 0)]
    public IReadOnlyList<double>? Variances { get; init; }

    [Key("One matrix [[a, b], [b, c]] per mean, positive definite, on two axes. Either variances or covariances.", MinItems = 1)]
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>>? Covariances { get; init; }

    [Key("One weight per mean, normalised; equal if absent.", AtLeast = 0)]
    public IReadOnlyList<double>? Weights { get; init; }

    internal override long? Components => Positive(Weights, Means.Count);

    internal override bool HasCovariances => Covariances is not null;

    internal override bool HasDiracs => Variances?.Contains(0) == true;

    internal override IReadOnlyList<IReadOnlyList<double>>? FiniteSet => Variances?.All(variance => variance == 0) == true ? Means : null;
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
    [Key("Which curve.")]
    public required CurveName Curve { get; init; }

    [Key("Factor on the curve's coordinates; lemniscate: (x² + y²)² = scale² (x² − y²).", Above = 0)]
    public double Scale { get; init; } = 1;

    [Key("Quadrature nodes along the curve.", AtLeast = 1)]
    public long Nodes { get; init; } = 2000;

    [Key("Corners of a polyline, each [x, y].", MinItems = 2)]
    public IReadOnlyList<IReadOnlyList<double>>? Vertices { get; init; }

    [Key("A CSV, .npy or .npz file with the corners of a polyline, instead of vertices.")]
    public string? File { get; init; }

    [Key("The columns of file with x and y: names, in any case, or numbers from 1.", MinItems = 2, MaxItems = 2, OrNumber = true)]
    public IReadOnlyList<string>? Columns { get; init; }

    [Key("The name of the array in file, for .npz files of several.")]
    public string? Array { get; init; }

    internal override long? Components => Nodes;

    internal override DataConfig Sampled(int count, int seed) =>
        new CurveSampleData { Curve = Curve, Scale = Scale, Vertices = Vertices, Samples = count, Seed = seed };
}

/// <summary><c>curve-sample</c>: a finite sample of a curve, uniform in arc length.</summary>
public sealed record CurveSampleData : DataConfig
{
    [Key("Which curve.")]
    public required CurveName Curve { get; init; }

    [Key("Factor on the curve's coordinates; lemniscate: (x² + y²)² = scale² (x² − y²).", Above = 0)]
    public double Scale { get; init; } = 1;

    [Key("Number of points drawn.", AtLeast = 1)]
    public required long Samples { get; init; }

    [Key("Seed of the draw.")]
    public required int Seed { get; init; }

    [Key("Corners of a polyline, each [x, y].", MinItems = 2)]
    public IReadOnlyList<IReadOnlyList<double>>? Vertices { get; init; }

    [Key("A CSV, .npy or .npz file with the corners of a polyline, instead of vertices.")]
    public string? File { get; init; }

    [Key("The columns of file with x and y: names, in any case, or numbers from 1.", MinItems = 2, MaxItems = 2, OrNumber = true)]
    public IReadOnlyList<string>? Columns { get; init; }

    [Key("The name of the array in file, for .npz files of several.")]
    public string? Array { get; init; }

    internal override long? Components => Samples;

    internal override bool IsPoints => true;

    internal override DataConfig Sampled(int count, int seed) => this with { Samples = count, Seed = seed };
}

/// <summary><c>box</c>: uniform on a box.</summary>
public sealed record BoxData : DataConfig
{
    [Key("The lower corner, one number per axis.", MinItems = 1, MaxItems = 2)]
    public required IReadOnlyList<double> From { get; init; }

    [Key("The upper corner, one number per axis.", MinItems = 1, MaxItems = 2)]
    public required IReadOnlyList<double> To { get; init; }
}

/// <summary><c>density</c>: a column of a table of the cells of the run's grid, such as a snapshot.</summary>
public sealed record DensityData : DataConfig
{
    [Key("A CSV with the centres of the same grid's cells, x fastest, and the column: a snapshot.", Path = PathRole.File)]
    public required string File { get; init; }

    [Key("Which column.")]
    public string Column { get; init; } = "u";
}
