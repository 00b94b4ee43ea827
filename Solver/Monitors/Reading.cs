namespace PdeDiffusion.Monitors;

/// <summary>Whether a reading's bound is a theorem of the scheme.</summary>
public enum ReadingStatus
{
    /// <summary>A theorem of the scheme: rounding is the only tolerance.</summary>
    Guaranteed,

    /// <summary>Not a theorem of the scheme: reported, but never fails a run.</summary>
    Observed,
}

/// <summary>The verdict of a reading.</summary>
public enum Verdict
{
    /// <summary>slack ≥ −tolerance.</summary>
    Held,

    /// <summary>slack &lt; −tolerance, or a slack that is not a number.</summary>
    Violated,

    /// <summary>The continuum bound is exceeded, but only within the sharp discrete bound of the same quantity.</summary>
    Discretization,

    /// <summary>There is no bound at this level.</summary>
    NotApplicable,
}

/// <summary>One monitor at one level, a row of readings.csv.</summary>
/// <param name="Step">Level k.</param>
/// <param name="Time">Forward time t_k.</param>
/// <param name="Monitor">Name, e.g. <c>lp-stability[2]</c>.</param>
/// <param name="Measured">The measured quantity; NaN if undefined.</param>
/// <param name="Bound">Its bound; NaN or infinite if there is none.</param>
/// <param name="Slack">(bound − measured)/max(|bound|, 1e-300), sign turned for lower bounds, −|…| for equalities.</param>
/// <param name="Tolerance">Relative, like the slack; rounding for guaranteed readings.</param>
/// <param name="Judged">Fraction of the cells checked, 0 to 1.</param>
/// <param name="Cell">Memory index of the worst cell; −1 for a quantity of the whole grid.</param>
public readonly record struct Reading(
    int Step, double Time, string Monitor, double Measured, double Bound, double Slack, double Tolerance, double Judged,
    ReadingStatus Status, Verdict Verdict, int Cell = -1)
{
    /// <summary>True if this reading is worse than another: by verdict first (a violated guarantee is the worst), then by slack.</summary>
    public bool IsWorseThan(in Reading other) => Severity == other.Severity ? Slack < other.Slack : Severity > other.Severity;

    private int Severity => Verdict switch
    {
        Verdict.Violated => Status == ReadingStatus.Guaranteed ? 4 : 3,
        Verdict.Discretization => 2,
        Verdict.Held => 1,
        _ => 0,
    };
}
