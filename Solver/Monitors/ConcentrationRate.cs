using PdeDiffusion.Statistics;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The exponent of √(E_v dist²) in t, ½ in theory: the slope of its logarithm over log t by least squares, with the 95 % confidence
/// interval of the regression (residuals taken as independent).
/// </summary>
/// <param name="Exponent">The slope.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Levels">Number of levels in the fit.</param>
public sealed record ConcentrationRate(double Exponent, double Low, double High, int Levels)
{
    /// <summary>
    /// Fits the <c>concentration</c> readings with t ≤ √(t_min T), the later half of generation in log t, that lie above the grid's
    /// resolution: √(E_v dist²) at least <paramref name="resolution"/>.
    /// </summary>
    /// <param name="resolution">Width of the widest cell: below it the grid, not v, is measured.</param>
    /// <returns>Null for fewer than four levels.</returns>
    public static ConcentrationRate? Fit(IReadOnlyList<Reading> readings, double resolution)
    {
        ArgumentNullException.ThrowIfNull(readings);
        Reading[] own = [.. readings.Where(reading => reading.Monitor == ConcentrationMonitors.Continuum.Name
            && reading.Verdict != Verdict.NotApplicable)];
        if (own.Length == 0)
            return null;
        double latest = Math.Sqrt(own.Min(reading => reading.Time) * own.Max(reading => reading.Time)) * (1 + 1e-12);
        Reading[] fitted = [.. own.Where(reading => reading.Time <= latest && reading.Measured >= resolution * resolution)];
        if (fitted.Length < 4)
            return null;
        var squares = PowerLawFit.Of([.. fitted.Select(reading => reading.Time)], [.. fitted.Select(reading => reading.Measured)]);
        double exponent = 0.5 * squares.Exponent, half = 0.5 * squares.HalfWidth;
        return new ConcentrationRate(exponent, exponent - half, exponent + half, fitted.Length);
    }
}
