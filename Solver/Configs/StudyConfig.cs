namespace PdeDiffusion.Configs;

/// <summary>What the errors of a study are distances from.</summary>
public enum StudyTarget
{
    /// <summary>The exact solution that the base names.</summary>
    Reference,

    /// <summary>The finest level, averaged onto each coarser grid.</summary>
    Finest,
}

/// <summary>The smallest acceptable order of a study.</summary>
public sealed record ExpectedOrderConfig
{
    [Key("The order: the least-squares slope of every sweep must be at least order - tolerance.", Above = 0)]
    public required double Order { get; init; }

    [Key("The norm whose slope it is.", Words = "L1 L2 Linf KL")]
    public string Norm { get; init; } = "L1";

    [Key("By how much the slope may be below the order.", AtLeast = 0)]
    public double Tolerance { get; init; } = 0.1;
}

/// <summary>What a study writes, and where.</summary>
public sealed record StudyOutputConfig
{
    /// <summary>Absolute path once read; null means the default, <c>out/&lt;name&gt;</c> in the current folder.</summary>
    [Key("The study's folder; out/<name> in the current folder if absent.", Path = PathRole.Folder)]
    public string? Directory { get; init; }

    [Key("Whether the errors are plotted (PNG).")]
    public bool Plots { get; init; } = true;

    [Key("Whether SVG files are written as well.")]
    public bool Svg { get; init; }

    /// <summary>Null means false.</summary>
    [Key("Whether PDF files are written as well, false if absent.")]
    public bool? Pdf { get; init; }

    /// <summary>Number of files per figure.</summary>
    internal int FilesPerFigure => 1 + (Svg ? 1 : 0) + (Pdf == true ? 1 : 0);

    [Key("Width of the figures in mm, for print, with text of 8 points; the size of a screen if absent.", AtLeast = 60, AtMost = 1000)]
    public double? Width { get; init; }

    /// <summary>Null means true.</summary>
    [Key("Whether the page report.html is written; true if absent.")]
    public bool? Report { get; init; }
}

/// <summary>A study without its runs: how their errors are measured and judged. docs/config.md is the reference.</summary>
/// <param name="Norms">Among <c>L1</c>, <c>L2</c>, <c>Linf</c>, <c>KL</c>, each once.</param>
/// <param name="Against">Null if no errors are measured: a grid of runs without a reference.</param>
public sealed record StudyConfig(
    string Name, IReadOnlyList<string> Norms, StudyTarget? Against, ExpectedOrderConfig? ExpectedOrder, StudyOutputConfig Output);
