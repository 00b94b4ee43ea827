using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>Turns a measured quantity and its bound into a reading: slack relative to the bound, verdict by the tolerance.</summary>
internal static class Judge
{
    /// <summary>Compares measured with bound as the descriptor's relation says.</summary>
    /// <param name="tolerance">Relative to the bound.</param>
    /// <param name="judged">Fraction of the cells checked.</param>
    /// <param name="cell">Memory index of the worst cell; −1 for a quantity of the whole grid.</param>
    public static Reading Read(
        LevelStatistics level, MonitorDescriptor monitor, double measured, double bound, double tolerance, bool guaranteed,
        double judged = 1, int cell = -1) => judged == 0
            ? NotApplicable(level, monitor, measured, guaranteed)
            : Compare(level.Index, level.Time, monitor, measured, bound, tolerance, guaranteed, judged, cell);

    /// <summary>As <see cref="Read"/>, at level <paramref name="step"/> and time <paramref name="time"/>.</summary>
    public static Reading Compare(
        int step, double time, MonitorDescriptor monitor, double measured, double bound, double tolerance, bool guaranteed,
        double judged = 1, int cell = -1)
    {
        double room = monitor.Relation switch
        {
            Relation.AtMost => bound - measured,
            Relation.AtLeast => measured - bound,
            _ => -Math.Abs(bound - measured),
        };

        // Written so that a slack that is not a number counts as a violation.
        double slack = room / Scale(bound);
        Verdict verdict = slack >= -tolerance ? Verdict.Held : Verdict.Violated;
        return new Reading(
            step, time, monitor.Name, measured, bound, slack, tolerance, judged, Status(guaranteed), verdict, cell);
    }

    /// <summary>
    /// As <see cref="Read"/>, for a theorem that only rounding errors can violate: where their tolerance is above <see
    /// cref="Rounding.Largest"/> or not a number, the reading has no verdict.
    /// </summary>
    public static Reading Within(
        LevelStatistics level, MonitorDescriptor monitor, double measured, double bound, double tolerance, bool guaranteed) =>
        tolerance <= Rounding.Largest
            ? Read(level, monitor, measured, bound, tolerance, guaranteed)
            : NotApplicable(level, monitor, measured, guaranteed);

    /// <summary>A reading without a verdict: there is no bound at this level, or an infinite one.</summary>
    public static Reading NotApplicable(LevelStatistics level, MonitorDescriptor monitor, double measured, bool guaranteed) =>
        new(
            level.Index, level.Time, monitor.Name, measured, double.NaN, double.NaN, double.NaN, 0, Status(guaranteed),
            Verdict.NotApplicable);

    /// <summary>
    /// Reads <see cref="Verdict.Discretization"/> for a continuum bound that is exceeded while the sharp discrete bound holds.
    /// </summary>
    public static Reading Excuse(in Reading continuum, bool discreteHolds) =>
        continuum.Verdict == Verdict.Violated && discreteHolds ? continuum with { Verdict = Verdict.Discretization } : continuum;

    /// <summary>max(|bound|, 1e-300), which slack and tolerance are relative to.</summary>
    public static double Scale(double bound) => Math.Max(Math.Abs(bound), 1e-300);

    private static ReadingStatus Status(bool guaranteed) => guaranteed ? ReadingStatus.Guaranteed : ReadingStatus.Observed;
}
