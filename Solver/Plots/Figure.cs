namespace PdeDiffusion.Plots;

/// <summary>One drawn figure in memory; the caller writes the files.</summary>
/// <param name="Name">File name without extension, e.g. <c>densities</c>: lower-case letters, digits, hyphens and dots.</param>
/// <param name="Png">Contents of the PNG file.</param>
/// <param name="Svg">Contents of the SVG file, UTF-8 text; null where it was not asked for.</param>
public sealed record Figure(string Name, byte[] Png, string? Svg);

/// <summary>Points of the plane as two arrays of equal length.</summary>
public sealed record PlanePoints(double[] X, double[] Y)
{
    public int Count => Math.Min(X.Length, Y.Length);
}
