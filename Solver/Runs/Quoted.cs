using System.Globalization;

namespace PdeDiffusion.Runs;

/// <summary>Numbers as a text quotes them.</summary>
internal static class Quoted
{
    /// <summary>Two significant digits, e.g. 0.0012, 3.4e-7, 12 000; infinite values in words.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "undefined" : value > 0 ? "infinite" : "-infinite";
        if (value == 0)
            return "0";

        // Rounded first: 0.000999 is 0.0010, not 9.99e-4.
        double rounded = double.Parse(value.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        int exponent = (int)Math.Floor(Math.Log10(Math.Abs(rounded)) + 1e-9);
        return exponent switch
        {
            < -3 or > 5 => rounded.ToString("0.0e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal),
            < 1 => rounded.ToString("F" + (1 - exponent), CultureInfo.InvariantCulture),
            _ => rounded.ToString("0", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A time t as configs and docs write it, at most three digits.</summary>
    public static string Time(double t)
    {
        string short3 = t.ToString("G3", CultureInfo.InvariantCulture);
        return t is 0 or (>= 1e-4 and < 1e4)
            ? double.Parse(short3, CultureInfo.InvariantCulture).ToString("0.#######", CultureInfo.InvariantCulture)
            : t.ToString("0.##e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
    }

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long value) => value < 10_000
        ? value.ToString(CultureInfo.InvariantCulture)
        : value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>A share in per cent.</summary>
    public static string Percent(double share) => $"{Number(100 * share)} %";

    /// <summary>Seconds, minutes or hours.</summary>
    public static string Span(double seconds) => seconds switch
    {
        < 1 => "less than a second",
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3570 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 36000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0} h"),
    };

    /// <summary>Bytes in kB, MB or GB (powers of 1000).</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1e6 => $"{Number(Math.Max(1, bytes / 1e3))} kB",
        < 1e9 => $"{Number(bytes / 1e6)} MB",
        _ => $"{Number(bytes / 1e9)} GB",
    };

    /// <summary>The last of several joined by "and".</summary>
    public static string List(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : string.Join(", ", words.Take(words.Count - 1)) + " and " + words[^1];
}
