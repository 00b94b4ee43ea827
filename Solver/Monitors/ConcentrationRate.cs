using MathNet.Numerics.Distributions;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The exponent of √(E_v dist²) in t, ½ in theory: the slope of its logarithm over log t by least squares, with the 95 % confidence
/// interval of the regression (residuals taken as independent).
/// </summary>
/// <param name="Exponent">The slope.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Levels">Number of levels that took part.</param>
public sealed record ConcentrationRate(double Exponent, double Low, double High, int Levels)
{
    private const double Confidence = 0.95;

    /// <summary>
    /// Fits the <c>concentration</c> readings with t ≤ √(t_min T), the later half of generation in log t, that lie above the grid's
    /// resolution: √(E_v dist²) at least <paramref name="resolution"/>.
    /// </summary>
    /// <param name="resolution">Width of the widest cell: below it the grid, not v, is measured.</param>
    /// <returns>Null if fewer than four levels take part.</returns>
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
        double[] x = [.. fitted.Select(reading => Math.Log(reading.Time))];
        double[] y = [.. fitted.Select(reading => 0.5 * Math.Log(reading.Measured))];
        double meanX = x.Average(), meanY = y.Average();
        double spread = x.Sum(value => (value - meanX) * (value - meanX));
        double slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / spread;
        double residual = x.Zip(y, (a, b) => Math.Pow(b - meanY - slope * (a - meanX), 2)).Sum();
        double half = StudentT.InvCDF(0, 1, x.Length - 2, 0.5 * (1 + Confidence)) * Math.Sqrt(residual / (x.Length - 2) / spread);
        return new ConcentrationRate(slope, slope - half, slope + half, x.Length);
    }
}
