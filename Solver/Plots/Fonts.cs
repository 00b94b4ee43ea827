using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// The typeface of all figures. Without an installed font the drawing library silently draws no text, so callers check
/// <see cref="Available"/> and print <see cref="Message"/>.
/// </summary>
public static class Fonts
{
    /// <summary>Sans-serif families in order of preference; the first has every symbol that the figures use.</summary>
    private static readonly string[] Preferred =
        ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Helvetica Neue", "Segoe UI", "Arial", "Helvetica", "FreeSans", "Open Sans"];

    private const string Symbols = "εΔ∇Ωγλ−–·×∫‖≤≥√₁₀²⁻⁰⁹";

    static Fonts()
    {
        string[] installed = SKFontManager.Default.FontFamilies.Order(StringComparer.Ordinal).ToArray();
        string[] known = Preferred.Where(name => installed.Contains(name, StringComparer.OrdinalIgnoreCase)).ToArray();
        string[] candidates = known.Length > 0 ? known : installed;
        Family = candidates.FirstOrDefault(HasSymbols) ?? candidates.FirstOrDefault() ?? string.Empty;
        HasSuperscripts = Family.Length > 0 && HasSymbols(Family);
        Available = Family.Length > 0 && Measure(Family) > 0;
        if (Available)
            ScottPlot.Fonts.Default = ScottPlot.Fonts.Sans = Family;
    }

    /// <summary>True if text can be drawn.</summary>
    public static bool Available { get; }

    /// <summary>The message if <see cref="Available"/> is false.</summary>
    public static string Message =>
        "no font is installed, so the figures have no text: install one (Debian, Ubuntu: fonts-dejavu-core), " +
        "then redraw with the verb plot";

    internal static string Family { get; }

    /// <summary>True if powers of ten can be written with superscripts.</summary>
    internal static bool HasSuperscripts { get; }

    private static bool HasSymbols(string family)
    {
        using SKTypeface? typeface = SKTypeface.FromFamilyName(family);
        return typeface is not null && typeface.ContainsGlyphs(Symbols);
    }

    private static float Measure(string family)
    {
        using SKTypeface? typeface = SKTypeface.FromFamilyName(family);
        using var font = new SKFont(typeface, 12);
        return font.MeasureText("density");
    }
}
