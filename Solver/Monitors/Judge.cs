using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>Turns a measured quantity and its bound into a reading: slack relative to the bound, verdict by the tolerance.</summary>
internal static class Judge
{
    /// <summary>measured ≤ bound.</summary>
    /// <param name="tolerance">Relative to the bound.</param>
    public static Reading Upper(
        LevelStatistics level, string monitor, double measured, double bound, double tolerance, bool guaranteed, double judged = 1, int cell = -1) =>
        Read(level, monitor, measured, bound, (bound - measured) / Scale(bound), tolerance, guaranteed, judged, cell);

    /// <summary>measured ≥ bound.</summary>
    /// <param name="tolerance">Relative to the bound.</param>
    public static Reading Lower(
        LevelStatistics level, string monitor, double measured, double bound, double tolerance, bool guaranteed, double judged = 1, int cell = -1) =>
        Read(level, monitor, measured, bound, (measured - bound) / Scale(bound), tolerance, guaranteed, judged, cell);

    /// <summary>measured = bound.</summary>
    /// <param name="tolerance">Relative to the bound.</param>
    public static Reading Equal(LevelStatistics level, string monitor, double measured, double bound, double tolerance, bool guaranteed) =>
        Read(level, monitor, measured, bound, -Math.Abs(bound - measured) / Scale(bound), tolerance, guaranteed, 1, -1);

    /// <summary>A reading that judges nothing at this level: no bound yet, or an infinite one.</summary>
    public static Reading NotApplicable(LevelStatistics level, string monitor, double measured, bool guaranteed) =>
        new(level.Index, level.Time, monitor, measured, double.NaN, double.NaN, double.NaN, 0, Status(guaranteed), Verdict.NotApplicable);

    /// <summary>max(|bound|, 1e-300), which slack and tolerance are relative to.</summary>
    public static double Scale(double bound) => Math.Max(Math.Abs(bound), 1e-300);

    private static Reading Read(
        LevelStatistics level, string monitor, double measured, double bound, double slack, double tolerance, bool guaranteed, double judged, int cell)
    {
        if (judged == 0)
            return NotApplicable(level, monitor, measured, guaranteed);

        // Written so that a slack that is not a number counts as a violation.
        Verdict verdict = slack >= -tolerance ? Verdict.Held : Verdict.Violated;
        return new Reading(level.Index, level.Time, monitor, measured, bound, slack, tolerance, judged, Status(guaranteed), verdict, cell);
    }

    private static ReadingStatus Status(bool guaranteed) => guaranteed ? ReadingStatus.Guaranteed : ReadingStatus.Observed;
}
