namespace PdeDiffusion.Plots;

/// <summary>One drawn figure in memory; the caller writes the files.</summary>
/// <param name="Name">File name without extension, e.g. <c>densities</c>: lower-case letters, digits, hyphens and dots.</param>
/// <param name="Png">Contents of the PNG file.</param>
/// <param name="Svg">Contents of the SVG file, UTF-8 text; null where it was not asked for.</param>
/// <param name="Pdf">Contents of the PDF file; null where it was not asked for.</param>
public sealed record Figure(string Name, byte[] Png, string? Svg, byte[]? Pdf = null);

/// <summary>A figure that is drawn when it is called for, on any thread.</summary>
/// <param name="Name">As of <see cref="Figure"/>.</param>
internal sealed record NamedFigure(string Name, Func<Figure> Draw);

/// <summary>Points of the plane as two arrays of equal length.</summary>
public sealed record PlanePoints(double[] X, double[] Y)
{
    public int Count => Math.Min(X.Length, Y.Length);
}
