using PdeDiffusion.Configs;

namespace PdeDiffusion.Plots;

/// <summary>How figures are rendered: in which formats beside PNG, how wide, with or without their titles.</summary>
public sealed record Rendering
{
    /// <summary>PNG alone, in the size of a screen.</summary>
    public static Rendering Screen { get; } = new();

    /// <summary>As the output of a run or an audit says.</summary>
    public static Rendering Of(OutputConfig output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new Rendering { Svg = output.Svg, Pdf = output.Pdf == true };
    }

    /// <summary>As the output of a study says.</summary>
    public static Rendering Of(StudyOutputConfig output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new Rendering { Svg = output.Svg, Pdf = output.Pdf == true, Width = output.Width };
    }

    /// <summary>As a figure file says.</summary>
    public static Rendering Of(FigureFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new Rendering { Svg = file.Svg, Pdf = file.Pdf, Width = file.Width, Pixels = file.Pixels };
    }

    public bool Svg { get; init; }

    public bool Pdf { get; init; }

    /// <summary>
    /// Width in mm of a figure in print, in which text has 8 points (tick labels 7.4) at any width and the PNG 300 dots per inch; null for
    /// the size of a screen.
    /// </summary>
    public double? Width { get; init; }

    /// <summary>Whether the figure has its title; the titles of its panels stay.</summary>
    public bool Title { get; init; } = true;

    /// <summary>Pixels of the PNG per point, without <see cref="Width"/>.</summary>
    public double Pixels { get; init; } = 1.6;
}
