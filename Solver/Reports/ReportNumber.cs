using System.Globalization;

namespace PdeDiffusion.Reports;

/// <summary>Numbers as a page shows them.</summary>
public static class ReportNumber
{
    /// <summary>At most four significant digits, e.g. 0.0012, 1.5e-16; a dash where undefined.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "-" : value > 0 ? "∞" : "-∞";
        double size = Math.Abs(value);
        return size is 0 or (>= 1e-3 and < 1e5)
            ? value.ToString("G4", CultureInfo.InvariantCulture) is var text && text.Contains('E', StringComparison.Ordinal)
                ? value.ToString("0", CultureInfo.InvariantCulture) : text
            : value.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
    }
}
