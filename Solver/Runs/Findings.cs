using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>One thing that a run found, in a sentence without a full stop.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Cause">Its probable cause; null for a plain result.</param>
/// <param name="Docs">The section of the documentation that explains it; null for a plain result.</param>
public sealed record Finding(string Text, string? Cause = null, string? Docs = null)
{
    /// <summary>The line that is printed.</summary>
    public override string ToString() =>
        Text + (Cause is null ? "" : $"; probable cause: {Cause}") + (Docs is null ? "" : $" ({Docs})");
}

/// <summary>
/// What a run found, in words: the verdict and what it rests on, KL(v|u), concentration, error, particles, and each monitor that is not
/// satisfied with its probable cause. A function of the readings alone, so that a terminal, <c>summary.json</c> and a page say the same.
/// </summary>
public static class Findings
{
    /// <summary>Largest number of lines printed after a run.</summary>
    public const int MostLines = 6;

    /// <summary>More changes of the number of modes than this are in the list of <c>summary.json</c> only.</summary>
    private const int MostSpeciations = 4;

    /// <summary>Where a score other than that of u is explained.</summary>
    private const string WrongScore = "docs/monitors.md#runs-with-a-wrong-score";

    /// <summary>KL below this value is rounding error.</summary>
    private const double NoDivergence = 1e-12;

    /// <summary>All findings of a run, the verdict first, then its results, then what is not satisfied, the gravest first.</summary>
    /// <param name="readings">In the order of the flow.</param>
    /// <param name="config">The resolved config.</param>
    public static IReadOnlyList<Finding> Of(RunSummary summary, IReadOnlyList<Reading> readings, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(config);
        return
        [
            Verdict(summary, readings, config),
            .. ((Finding?[])
            [
                Accuracy(summary), Estimate(summary, config), Divergence(readings, config),
                .. MixedFindings.Of(summary.Mixed, config),
                Concentration(summary), Modes(summary), Concave(summary), Error(summary, config), Particles(summary),
            ]).OfType<Finding>(),
            .. Unsatisfied(summary, readings, config),
        ];
    }

    /// <summary>
    /// The lines to print: at most <see cref="MostLines"/>. Where there are more findings, the last line says how many are left out; the
    /// verdict and the gravest finding with a cause never are.
    /// </summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (findings.Count <= MostLines)
            return [.. findings.Select(finding => finding.ToString())];
        int gravest = findings.ToList().FindIndex(finding => finding.Cause is not null);
        int[] plain = [.. Enumerable.Range(0, findings.Count).Where(index => index != gravest).Take(MostLines - (gravest < 0 ? 0 : 1))];
        string[] lines = [.. plain.Concat(gravest < 0 ? [] : [gravest]).Order().Select(index => findings[index].ToString())];
        lines[^1] += $"; {findings.Count - MostLines} more in summary.json";
        return lines;
    }

    private static Finding Verdict(RunSummary summary, IReadOnlyList<Reading> readings, RunConfig config)
    {
        if (readings.Count == 0)
            return new Finding("held: nothing was checked, because monitors are off");
        Reading[] broken = [.. readings.Where(reading => Violation.Is(reading))];
        if (broken.Length > 0)
        {
            Reading first = broken[0];
            bool stopped = readings[^1].Step != 0 && config.Generation is not null;
            return new Finding(
                $"violated: {first.Monitor}, a theorem of the scheme, at t = {Quoted.Time(first.Time)} (step {first.Step})"
                + (stopped ? "; the run was stopped" : broken.Length > 1 ? $"; {broken.Length} violations in total" : ""));
        }

        MonitorSummary[] judged =
            [.. summary.Monitors.Where(monitor => monitor.Worst.Verdict != Monitors.Verdict.NotApplicable)];
        int guaranteed = judged.Count(monitor => monitor.Worst.Status == ReadingStatus.Guaranteed), observed = judged.Length - guaranteed;
        int missed = judged.Count(monitor => monitor.Worst.Verdict == Monitors.Verdict.Violated);
        int levels = readings.Select(reading => reading.Step).Distinct().Count();
        return new Finding(
            $"held: {guaranteed} guaranteed inequalities at {levels} levels, up to rounding error"
            + (observed == 0 ? "" : missed == 0 ? $"; the {observed} that are only observed are satisfied too"
                : $"; of {observed} that are only observed {missed} {(missed == 1 ? "is" : "are")} not satisfied"));
    }

    /// <summary>KL(v|u) from T to the last level, which <c>kl-contraction</c> measures.</summary>
    private static Finding? Divergence(IReadOnlyList<Reading> readings, RunConfig config)
    {
        Reading[] own = [.. readings.Where(reading => reading.Monitor == "kl-contraction")];
        if (own.Length == 0 || double.IsNaN(own[0].Measured) || double.IsNaN(own[^1].Measured))
            return null;
        (double from, double to) = (own[0].Measured, own[^1].Measured);
        string start = $"T = {Quoted.Time(own[0].Time)}", end = $"t = {Quoted.Time(own[^1].Time)}";
        if (Math.Max(from, to) < NoDivergence)
            return new Finding($"v equals u up to rounding error: KL(v|u) is below 1e-12 from {start} to {end}");
        (string first, string last) = (Quoted.Number(from), Quoted.Number(to));
        return new Finding(first == last
            ? $"KL(v|u) stays at {first} from {start} to {end}" + (config.Generation!.Epsilon.Is(0) ? ", as it should for epsilon = 0" : "")
            : $"KL(v|u) {(from > to ? "falls" : "grows")} from {first} at {start} to {last} at {end}");
    }

    private static Finding? Concentration(RunSummary summary)
    {
        if (summary.Concentration is not { } rate)
            return null;
        if (!rate.Resolved)
        {
            return new Finding("the grid does not resolve how v concentrates at the data: fewer than four levels with a root mean square "
                + "distance of three cells or more");
        }

        // As many decimals as the interval has a use for.
        string format = rate.High - rate.Low < 0.02 ? "F3" : "F2";
        return new Finding(FormattableString.Invariant(
            $"root mean square distance to the data ~ t^{Text(rate.Exponent)} (95 % interval {Text(rate.Low)} to {Text(rate.High)}; ")
            + $"in theory t^0.5), from {rate.Levels} levels");

        string Text(double value) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Where the modes of u merge, on one axis.</summary>
    private static Finding? Modes(RunSummary summary) => summary.Speciation.Count is 0 or > MostSpeciations ? null : new Finding(
        "modes of u merge as t grows: " + string.Join(", ", summary.Speciation.Select(time =>
            $"{time.Before} to {time.After} between t = {Quoted.Time(time.Low)} and {Quoted.Time(time.High)}")));

    private static Finding? Concave(RunSummary summary) => summary.Concavity is not { } concavity ? null : new Finding(
        (double.IsNaN(concavity.Measured) ? "log u is not concave at the largest t read"
            : $"log u is concave from t = {Quoted.Time(concavity.Measured)} on")
        + $" (on R^d from t = {Quoted.Time(concavity.Bound)} at the latest)");

    private static Finding? Error(RunSummary summary, RunConfig config) => summary.Errors is not { } errors ? null : new Finding(
        $"error at t = {Quoted.Time(config.Time.Stop)} against the exact solution: L1 {Quoted.Number(errors.L1)}, "
        + $"L2 {Quoted.Number(errors.L2)}, Linf {Quoted.Number(errors.Linf)}, KL {Quoted.Number(errors.KullbackLeibler)}");

    private static Finding? Estimate(RunSummary summary, RunConfig config) =>
        summary.Estimated is not { } estimate ? null : new Finding(EstimateText.Of(estimate, config));

    private static Finding? Accuracy(RunSummary summary) => summary.Accuracy is not { } accuracy ? null : new Finding(accuracy.Sentence);

    private static Finding? Particles(RunSummary summary)
    {
        if (summary.Particles is not { } particles)
            return null;
        return new Finding(
            $"{Quoted.Count(particles.Count)} particles: L1 distance from v {Quoted.Number(particles.L1)}, "
            + $"of which sampling alone accounts for {Quoted.Number(particles.ExpectedL1)}"
            + (particles.Outside > 0 ? $"; {Quoted.Percent(particles.Outside)} outside the box" : "")
            + (particles.Memorised is { } memorised
                ? $"; {(memorised.Share > 0 ? Quoted.Percent(memorised.Share) : "none")} bound to a data point" : "")
            + (particles.Limits is { } limits
                ? $"; {Quoted.Percent(1 - limits.Rest)} within {Quoted.Number(limits.Radius)} of one of the "
                    + $"{Quoted.Count(limits.Points.Count)} limit points of the mixed score" : ""));
    }

    /// <summary>The monitors that are not satisfied: broken guarantees one by one, the others by their cause.</summary>
    private static IEnumerable<Finding> Unsatisfied(RunSummary summary, IReadOnlyList<Reading> readings, RunConfig config)
    {
        Reading[] missed = [.. summary.Monitors.Select(monitor => monitor.Worst)
            .Where(worst => worst.Verdict is Monitors.Verdict.Violated or Monitors.Verdict.Discretization)];
        foreach (Reading broken in missed.Where(reading => Violation.Is(reading)))
        {
            MonitorDescriptor monitor = MonitorRegistry.Describe(broken.Monitor);
            yield return new Finding(
                $"{broken.Monitor}: {monitor.Help?.Meaning ?? "not satisfied"}", MonitorHelp.Defect, monitor.Docs);
        }

        bool otherScore = config.Generation is { Score: not GridScore };
        Reading[] observed = [.. missed.Where(reading => !Violation.Is(reading) && reading.Verdict == Monitors.Verdict.Violated)];
        Reading[] ofScore = otherScore ? [.. observed.Where(reading => Help(reading)?.NeedsScoreOfU == true)] : [];
        if (ofScore.Length > 0)
        {
            yield return new Finding(
                $"with this score {Names(ofScore)} {(Families(ofScore).Length == 1 ? "is" : "are")} not satisfied",
                ScoreDiagnosis.Of(readings, config), WrongScore);
        }

        foreach (Finding finding in ByFamily(observed.Except(ofScore), "not satisfied"))
            yield return finding;
        foreach (Finding finding in ByFamily(
            missed.Where(reading => reading.Verdict == Monitors.Verdict.Discretization), "satisfied up to the error of the grid only"))
        {
            yield return finding;
        }
    }

    /// <summary>One finding per monitor; the values of its parameter share one.</summary>
    private static IEnumerable<Finding> ByFamily(IEnumerable<Reading> readings, string said)
    {
        foreach (IGrouping<string, Reading> family in readings.GroupBy(reading => Family(reading.Monitor)))
        {
            Reading worst = family.MinBy(reading => reading.Slack);
            MonitorDescriptor monitor = MonitorRegistry.Describe(worst.Monitor);
            yield return new Finding(
                $"{worst.Monitor} (observed) is {said}: at t = {Quoted.Time(worst.Time)}{Excess(worst)}", monitor.Help?.Causes,
                monitor.Docs);
        }
    }

    /// <summary>How far beyond the bound; nothing where the bound is 0 or the excess has no use as a number.</summary>
    private static string Excess(in Reading reading) => reading.Slack is < 0 and > -10 && reading.Bound != 0
        ? $" {Quoted.Percent(-reading.Slack)} beyond its bound"
        : "";

    private static MonitorHelp? Help(in Reading reading) => MonitorRegistry.Describe(reading.Monitor).Help;

    private static string Names(IEnumerable<Reading> readings) => Quoted.List(Families(readings));

    private static string[] Families(IEnumerable<Reading> readings) =>
        [.. readings.Select(reading => Family(reading.Monitor)).Distinct()];

    private static string Family(string monitor) => monitor.Split('[')[0];
}
