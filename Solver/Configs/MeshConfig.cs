using System.Text.Json.Serialization;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Configs;

/// <summary>The grid: inline axes; a path in the file has been replaced by the axes of the mesh it names.</summary>
public sealed record MeshConfig
{
    [Key("One axis (x), or two (x and y).", MinItems = 1, MaxItems = 2)]
    public required IReadOnlyList<AxisConfig> Axes { get; init; }

    /// <summary>True if the cells of every axis have equal widths by construction.</summary>
    internal bool IsUniform => Axes.All(axis => axis.Faces is null && axis.Grading is null);
}

/// <summary>
/// One axis: <c>from, to, cells</c> (uniform, or graded by <see cref="Grading"/>), <c>from, to</c> and a grading by the data, or
/// <c>faces</c>.
/// </summary>
public sealed record AxisConfig
{
    [Key("Position of the first face.")]
    public double? From { get; init; }

    [Key("Position of the last face.")]
    public double? To { get; init; }

    [Key("Number of cells.", AtLeast = 1)]
    public long? Cells { get; init; }

    [Key("Positions of all faces, increasing; in place of from, to and cells.", MinItems = 2)]
    public IReadOnlyList<double>? Faces { get; init; }

    [Key("How cell widths vary; all equal if absent.")]
    public GradingConfig? Grading { get; init; }

    [Key("Boundary condition at both ends.")]
    public Boundary Boundary { get; init; } = Boundary.NoFlux;
}

/// <summary>A named grading of an axis.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SinhGrading), "sinh")]
[JsonDerivedType(typeof(GeometricGrading), "geometric")]
[JsonDerivedType(typeof(DataGrading), "data")]
public abstract record GradingConfig;

/// <summary>
/// <c>sinh</c>: cells are narrowest around <see cref="Centre"/>; <see cref="Strength"/> &gt; 0 is the half-range of the sinh's argument.
/// </summary>
public sealed record SinhGrading : GradingConfig
{
    [Key("Where the cells are narrowest, within the axis.")]
    public required double Centre { get; init; }

    [Key("Half-range of the sinh's argument: the widest cells are about cosh(strength) times the narrowest.", Above = 0, AtMost = 30)]
    public required double Strength { get; init; }
}

/// <summary><c>geometric</c>: each cell is <see cref="Ratio"/> times as wide as the one before.</summary>
public sealed record GeometricGrading : GradingConfig
{
    [Key("Ratio of the width of each cell to that of the one before it.", Above = 0)]
    public required double Ratio { get; init; }
}

/// <summary>
/// <c>data</c>: cells follow the points or components of the run's data at time.stop; their number follows from the two widths. Once read,
/// the axis has its faces instead.
/// </summary>
public sealed record DataGrading : GradingConfig
{
    [Key("The least width of a cell, taken where the data are narrower than four of it.", Above = 0)]
    public required double Finest { get; init; }

    [Key("The largest width of a cell, taken far from the data.", Above = 0)]
    public required double Coarsest { get; init; }
}
