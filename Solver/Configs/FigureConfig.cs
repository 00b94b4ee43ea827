using System.Text.Json.Serialization;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Configs;

/// <summary>A figure that is not drawn by a single run: a JSON file with the key <c>figure</c>.</summary>
public sealed record FigureFile
{
    [Key("Name of the figure's files: letters, digits, '.', '_' and '-'.")]
    public required string Name { get; init; }

    [Key("Title of the figure.")]
    public required string Title { get; init; }

    [Key("Content of the figure.")]
    public required FigureConfig Figure { get; init; }

    [Key("Whether an SVG file is written as well.")]
    public bool Svg { get; init; } = true;

    [Key("Whether a PDF file is written as well.")]
    public bool Pdf { get; init; }

    [Key("Width in mm, for print, with text of 8 points; the size of a screen if absent.", AtLeast = 60, AtMost = 1000)]
    public double? Width { get; init; }

    [Key("Pixels of the PNG per point of the SVG; without width, in print there are 300 dots per inch.", AtLeast = 0.5, AtMost = 4)]
    public double Pixels { get; init; } = 1.6;
}

/// <summary>What a figure shows.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SamplesFigure), "samples")]
[JsonDerivedType(typeof(TrajectoriesFigure), "trajectories")]
[JsonDerivedType(typeof(CoresFigure), "cores")]
[JsonDerivedType(typeof(CompareFigure), "compare")]
public abstract record FigureConfig;

/// <summary><c>samples</c>: particles of runs over the data of their scores, one row per run and one column per time, and v.</summary>
public sealed record SamplesFigure : FigureConfig
{
    [Key("The runs: each with particles, on two axes.", MinItems = 1, MaxItems = 6)]
    public required IReadOnlyList<SampleRow> Runs { get; init; }

    [Key("Times of the columns, snapshot times of every run.", MinItems = 1, MaxItems = 6, AtLeast = 0)]
    public required IReadOnlyList<double> Times { get; init; }

    [Key("Fraction of the mass of v in the region of highest density that is drawn.", Above = 0, AtMost = 0.999)]
    public double Share { get; init; } = 0.95;
}

/// <summary>One run of a <see cref="SamplesFigure"/>.</summary>
public sealed record SampleRow
{
    [Key("The run's file.", Path = PathRole.File)]
    public required string File { get; init; }

    [Key("Title of its panels.")]
    public required string Title { get; init; }
}

/// <summary><c>trajectories</c>: paths of the probability-flow ODE, ε = 0, in the plane.</summary>
public sealed record TrajectoriesFigure : FigureConfig
{
    [Key($"The data whose score drives the particles: {DataConfig.ClosedForms}.")]
    public required DataConfig Data { get; init; }

    [Key("The lower corner of the part of the plane that is drawn.", MinItems = 2, MaxItems = 2)]
    public required IReadOnlyList<double> From { get; init; }

    [Key("The upper corner.", MinItems = 2, MaxItems = 2)]
    public required IReadOnlyList<double> To { get; init; }

    [Key("Where the particles start at t = end, each [x, y].", MinItems = 1, MaxItems = 1000)]
    public required IReadOnlyList<IReadOnlyList<double>> Starts { get; init; }

    [Key("T, where the particles start.", Above = 0)]
    public required double End { get; init; }

    [Key("t_min, where they stop.", Above = 0)]
    public required double Stop { get; init; }

    [Key("Geometric steps from end to stop.", AtLeast = 1, AtMost = 100_000, Bytes = 16)]
    public int Steps { get; init; } = 400;
}

/// <summary><c>cores</c>: γ-Voronoi cores of points in the plane, one panel per γ.</summary>
public sealed record CoresFigure : FigureConfig
{
    [Key("The points: data of kind points or curve-sample.")]
    public required DataConfig Data { get; init; }

    [Key("The lower corner of the part of the plane that is drawn.", MinItems = 2, MaxItems = 2)]
    public required IReadOnlyList<double> From { get; init; }

    [Key("The upper corner.", MinItems = 2, MaxItems = 2)]
    public required IReadOnlyList<double> To { get; init; }

    [Key("γ of each panel; 0 is the Voronoi diagram.", MinItems = 1, MaxItems = 12, AtLeast = 0)]
    public required IReadOnlyList<double> Gammas { get; init; }
}

/// <summary><c>compare</c>: the readings of one monitor, or one measured quantity, of several runs over t in one panel.</summary>
public sealed record CompareFigure : FigureConfig
{
    [Key("The runs, a curve each.", MinItems = 1, MaxItems = 12)]
    public required IReadOnlyList<ComparedRun> Runs { get; init; }

    [Key("Name of the monitor whose measured values are drawn, e.g. li-yau or lp-stability[2].")]
    public string? Monitor { get; init; }

    [Key("The quantity that is drawn, in place of monitor.", Words = LevelQuantity.Names)]
    public string? Quantity { get; init; }
}

/// <summary>One run of a <see cref="CompareFigure"/>.</summary>
public sealed record ComparedRun
{
    [Key("The run's file; the run is computed.", Path = PathRole.File)]
    public string? File { get; init; }

    [Key("The folder of a finished run, whose readings are read, in place of file.", Path = PathRole.Folder)]
    public string? Folder { get; init; }

    [Key("Keys of the run that are overridden, as KEY=VALUE.", MaxItems = 100)]
    public IReadOnlyList<string> Set { get; init; } = [];

    [Key("Its title in the legend.")]
    public required string Title { get; init; }
}
