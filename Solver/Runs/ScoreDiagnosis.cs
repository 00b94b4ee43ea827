using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Runs;

/// <summary>
/// Which error of a score would cause what a run shows. Near the data |s| = dist/(2t), so 2t √(E_v|ŝ − s|²/E_v dist²) is the error relative
/// to the score. Over the later half of generation in log t it is constant for a wrong factor; an additive error, noise or a bias, falls
/// behind a score that grows as t falls.
/// </summary>
/// <remarks>
/// The factor c follows from the balance of the second moment about K, of codimension m: with drift (1+ε) c s,
/// dE/dlog t = (1+ε) c E − 2εm t for E = E_v dist².
/// </remarks>
internal static class ScoreDiagnosis
{
    private const int FewestLevels = 4;

    /// <summary>Exponents of the relative error in t up to this count as constant: 5 % over a factor of 1.6 in t.</summary>
    private const double Constant = 0.1;

    /// <summary>Exponents from which the score clearly outgrows its error; a bias has ½.</summary>
    private const double Falling = 0.2;

    /// <summary>The cause in words; a neutral sentence where the readings do not tell.</summary>
    public static string Of(IReadOnlyList<Reading> readings, RunConfig config)
    {
        const string Neutral = "the score is not that of u";
        if (config.Generation is not { Epsilon: { IsConstant: true, Least: > 0 and var epsilon } } generation)
            return Neutral;
        Reading[] budgets = Levels(readings, "score-error-budget");
        Dictionary<int, double> distances = Levels(readings, "concentration").ToDictionary(own => own.Step, own => own.Measured);
        double latest = Math.Sqrt(config.Time.Stop * config.Time.End) * (1 + 1e-12), weight = ScoreErrorBudget.Weight(epsilon);
        List<double> times = [], relative = [], factors = [];
        for (int k = 1; k < budgets.Length; k++)
        {
            (Reading earlier, Reading later) = (budgets[k - 1], budgets[k]);
            if (later.Time <= 0 || earlier.Time > latest || !distances.TryGetValue(earlier.Step, out double from)
                || !distances.TryGetValue(later.Step, out double to))
            {
                continue;
            }

            double t = Math.Sqrt(later.Time * earlier.Time), distance = Math.Sqrt(from * to);
            double squaredError = (later.Bound - earlier.Bound) / (weight * (earlier.Time - later.Time));
            double share = 2 * t * Math.Sqrt(squaredError / distance);
            if (!double.IsFinite(share) || share <= 0)
                continue;
            times.Add(t);
            relative.Add(share);
            double slope = Math.Log(from / to) / Math.Log(earlier.Time / later.Time);
            factors.Add((slope + 2 * epsilon * Codimension(config) * t / distance) / (1 + epsilon));
        }

        if (times.Count < FewestLevels)
            return Neutral;
        double exponent = PowerLawFit.Of([.. times], [.. relative]).Exponent, typical = Median(relative), factor = Median(factors);
        string first = Quoted.Number(relative[0]), last = Quoted.Number(relative[^1]);
        string ends = $"{first} of it at t = {Quoted.Time(times[0])}, {last} at t = {Quoted.Time(times[^1])}";
        if (Math.Abs(exponent) <= Constant)
        {
            // Both estimates must agree before a factor is named.
            return Math.Abs(Math.Abs(factor - 1) - typical) <= 0.2 * typical
                ? $"a score too {(factor > 1 ? "strong" : "weak")} by a factor of {Quoted.Number(factor)}: "
                    + $"its error is {Quoted.Number(typical)} of it at every t"
                : $"a score that is off by a constant factor: its error is {Quoted.Number(typical)} of it at every t";
        }

        return exponent >= Falling ? $"an error of the score that does not grow with it, such as noise or a bias: {ends}"
            : exponent < 0 ? $"an error of the score that grows faster than it as t falls, as of other data: {ends}"
            : $"{Neutral}: its error is {ends}";
    }

    private static Reading[] Levels(IReadOnlyList<Reading> readings, string monitor) => [.. readings.Where(
        reading => reading.Monitor == monitor && double.IsFinite(reading.Measured) && double.IsFinite(reading.Bound))];

    /// <summary>Dimensions across the support of the data: NaN where it is not made of points or a curve.</summary>
    private static double Codimension(RunConfig config) => config.Data switch
    {
        PointsData or CurveSampleData => config.Mesh.Axes.Count,
        CurveData => config.Mesh.Axes.Count - 1,
        _ => double.NaN,
    };

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
