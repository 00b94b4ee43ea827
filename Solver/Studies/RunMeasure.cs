using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>A number that the runs of a parameter study are compared by: a column of <c>grid.csv</c>.</summary>
/// <param name="Name">The column.</param>
/// <param name="Label">For an axis.</param>
/// <param name="Value">NaN where the run has none.</param>
/// <param name="IsOfMonitor">True for the slack of a single monitor.</param>
public sealed record RunMeasure(string Name, string Label, double Value, bool IsOfMonitor = false)
{
    /// <summary>Columns of the concentration exponent and the ends of its interval.</summary>
    public const string Exponent = "concentration_exponent", ExponentLow = "concentration_low", ExponentHigh = "concentration_high";

    /// <summary>Column of 1 and 0.</summary>
    public const string EstimateIsAsymptotic = "estimated_asymptotic";

    private const string SlackPrefix = "slack_";

    /// <summary>
    /// The measures of a run in the order of their columns; those of monitors, data and particles that the run does not have are absent.
    /// </summary>
    public static IReadOnlyList<RunMeasure> Of(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        RunSummary summary = result.Summary;
        return
        [
            .. AtEnds(result), .. OfConcentration(summary), .. OfResidual(result), .. OfEstimate(summary), .. OfParticles(summary),
            .. OfSlacks(result),
        ];
    }

    /// <summary>The quantities of levels at T and at stop; at stop they are NaN in a run that a violated guarantee ended.</summary>
    private static IEnumerable<RunMeasure> AtEnds(RunResult result)
    {
        foreach (LevelQuantity quantity in LevelQuantity.All)
        {
            Reading[] own = [.. result.Readings.Where(reading => reading.Monitor == quantity.Monitor)];
            if (!Array.Exists(own, reading => double.IsFinite(reading.Measured)))
                continue;
            string unit = quantity.Unit.Length > 0 ? $" ({quantity.Unit})" : "";
            yield return new RunMeasure(quantity.Name + "_T", $"{quantity.Label} at T{unit}", quantity.Of(own[0].Measured));
            yield return new RunMeasure(
                quantity.Name + "_stop", $"{quantity.Label} at stop{unit}",
                result.Final is null ? double.NaN : quantity.Of(own[^1].Measured));
        }
    }

    /// <summary>The exponent with its interval, NaN where the grid does not resolve it.</summary>
    private static IEnumerable<RunMeasure> OfConcentration(RunSummary summary)
    {
        if (summary.Concentration is not { } rate)
            return [];
        return
        [
            new(Exponent, "exponent of √(E dist²) in t", rate.Resolved ? rate.Exponent : double.NaN),
            new(ExponentLow, "exponent, lower end of its interval", rate.Resolved ? rate.Low : double.NaN),
            new(ExponentHigh, "exponent, upper end of its interval", rate.Resolved ? rate.High : double.NaN),
        ];
    }

    /// <summary>
    /// The residual of the equation of the score and what discretization accounts for, as <c>score-residual</c> reads them, times
    /// (2t)^{3/2}: root mean squares over log t.
    /// </summary>
    private static IEnumerable<RunMeasure> OfResidual(RunResult result)
    {
        Reading[] own = [.. result.Readings.Where(reading => reading.Monitor == ScoreResidualMonitor.Descriptor.Name)];
        double length = 0, residual = 0, bound = 0;
        for (int k = 1; k < own.Length; k++)
        {
            if (own[k].Verdict == Verdict.NotApplicable)
                continue;
            double log = Math.Log(own[k - 1].Time / own[k].Time), scale = Math.Pow(4 * own[k - 1].Time * own[k].Time, 1.5);
            length += log;
            residual += log * scale * own[k].Measured * own[k].Measured;
            bound += log * scale * own[k].Bound * own[k].Bound;
        }

        if (length == 0)
            yield break;
        yield return new("residual", "(2t)^1.5 × residual of the equation of the score", Math.Sqrt(residual / length));
        yield return new("residual_bound", "(2t)^1.5 × residual by discretization", Math.Sqrt(bound / length));
    }

    private static IEnumerable<RunMeasure> OfEstimate(RunSummary summary)
    {
        if (summary.Estimated is not { } estimate)
            yield break;
        yield return new("estimated_L1", "estimated error of v at stop, L1", estimate.L1);
        yield return new("estimated_L2", "estimated error of v at stop, L2", estimate.L2);
        yield return new("estimated_Linf", "estimated error of v at stop, Linf", estimate.Linf);
        yield return new("estimated_order", "order from half and quarter resolution", estimate.Order);
        yield return new(EstimateIsAsymptotic, "whether the order is that of the scheme", estimate.Asymptotic ? 1 : 0);
    }

    private static IEnumerable<RunMeasure> OfParticles(RunSummary summary)
    {
        if (summary.Particles is not { } particles)
            yield break;
        yield return new("particles_L1", "L1 distance of particles from v", particles.L1);
        yield return new("particles_expectedL1", "L1 distance by sampling error alone", particles.ExpectedL1);
        yield return new("particles_KL", "KL of particles from v", particles.KullbackLeibler);
        yield return new("particles_outside", "fraction of particles outside the box", particles.Outside);
        if (particles.Memorised is { } memorised)
            yield return new("particles_memorised", "fraction of particles in a γ-core", memorised.Share);
    }

    /// <summary>The slack of the worst guaranteed reading of all monitors, then that of each monitor's worst reading.</summary>
    private static IEnumerable<RunMeasure> OfSlacks(RunResult result)
    {
        Reading? worst = null;
        foreach (Reading reading in result.Readings)
        {
            if (reading.Status == ReadingStatus.Guaranteed && reading.Verdict != Verdict.NotApplicable
                && (worst is null || reading.IsWorseThan(worst.Value)))
            {
                worst = reading;
            }
        }

        if (worst is { } least)
            yield return new RunMeasure(SlackPrefix + "guaranteed", "least slack of guaranteed monitors", least.Slack);
        foreach (MonitorSummary monitor in result.Summary.Monitors.Where(monitor => monitor.Worst.Verdict != Verdict.NotApplicable))
            yield return new RunMeasure(SlackPrefix + monitor.Name, monitor.Name, monitor.Worst.Slack, IsOfMonitor: true);
    }
}
