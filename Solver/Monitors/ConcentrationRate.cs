using PdeDiffusion.Statistics;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The exponent of √(E_v dist²) in t, ½ in theory: the slope of its logarithm over log t by least squares. The interval is the 95 %
/// confidence interval of the regression (residuals taken as independent), widened by what the cells can add to E_v dist².
/// </summary>
/// <remarks>
/// The moments are taken at cell centres. For averages over cells of width h of a density that the cells resolve this adds h²/12 per axis
/// (Sheppard); the heat flow of a Dirac that was split between two cells adds θ(1 − θ)h² ≤ h²/4. The exponent is fitted to E − d h²/12;
/// the interval reaches from the fit to E to that to E − d h²/4, since the slope grows with the number subtracted.
/// </remarks>
/// <param name="Exponent">The slope.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Levels">Number of levels in the fit.</param>
public sealed record ConcentrationRate(double Exponent, double Low, double High, int Levels)
{
    /// <summary>√(E_v dist²) in cells from which a level counts as resolved: the cells add at most d/36 to E_v dist² there.</summary>
    public const double ResolvedCells = 3;

    private const int FewestLevels = 4;

    /// <summary>False if the fit is over levels that the grid does not resolve: the exponent then describes the cells, not v.</summary>
    public bool Resolved { get; init; } = true;

    /// <summary>
    /// Fits the <c>concentration</c> readings with t ≤ √(t_min T), the later half of generation in log t, that the grid resolves; all of
    /// that half, and not <see cref="Resolved"/>, if fewer than four are.
    /// </summary>
    /// <param name="width">h, the width of the widest cell at the data.</param>
    /// <param name="dimension">d, the number of axes.</param>
    /// <returns>Null if the half has fewer than four levels.</returns>
    public static ConcentrationRate? Fit(IReadOnlyList<Reading> readings, double width, int dimension)
    {
        ArgumentNullException.ThrowIfNull(readings);
        Reading[] own = [.. readings.Where(reading => reading.Monitor == ConcentrationMonitors.Continuum.Name
            && reading.Verdict != Verdict.NotApplicable)];
        if (own.Length == 0)
            return null;
        double latest = Math.Sqrt(own.Min(reading => reading.Time) * own.Max(reading => reading.Time)) * (1 + 1e-12);
        double least = ResolvedCells * width, area = dimension * width * width;
        Reading[] later = [.. own.Where(reading => reading.Time <= latest)];
        Reading[] resolved = [.. later.Where(reading => reading.Measured >= least * least)];
        if (resolved.Length >= FewestLevels)
        {
            PowerLawFit plain = Slope(resolved, 0), averaged = Slope(resolved, area / 12), split = Slope(resolved, area / 4);
            double low = plain.Exponent - plain.HalfWidth, high = split.Exponent + split.HalfWidth;
            return new ConcentrationRate(0.5 * averaged.Exponent, 0.5 * low, 0.5 * high, resolved.Length);
        }

        if (later.Length < FewestLevels)
            return null;
        PowerLawFit all = Slope(later, 0);
        return new ConcentrationRate(
            0.5 * all.Exponent, 0.5 * (all.Exponent - all.HalfWidth), 0.5 * (all.Exponent + all.HalfWidth), later.Length)
        {
            Resolved = false,
        };
    }

    private static PowerLawFit Slope(Reading[] levels, double subtracted) => PowerLawFit.Of(
        [.. levels.Select(level => level.Time)], [.. levels.Select(level => level.Measured - subtracted)]);
}
