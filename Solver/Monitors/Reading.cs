namespace PdeDiffusion.Monitors;

/// <summary>Whether a reading's bound is a theorem of the scheme or only looked at.</summary>
public enum ReadingStatus
{
    /// <summary>A theorem of the scheme: rounding is the only tolerance.</summary>
    Guaranteed,

    /// <summary>Looked at: a miss is a finding, not a fault.</summary>
    Observed,
}

/// <summary>What a reading says.</summary>
public enum Verdict
{
    /// <summary>slack ≥ −tolerance.</summary>
    Held,

    Violated,

    /// <summary>A continuum bound missed by no more than the sharp discrete bound of the same quantity allows.</summary>
    Discretization,

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
/// <param name="Judged">Share of the cells judged, 0 to 1.</param>
/// <param name="Cell">Memory index of the worst cell; −1 for a quantity of the whole grid.</param>
public readonly record struct Reading(
    int Step, double Time, string Monitor, double Measured, double Bound, double Slack, double Tolerance, double Judged,
    ReadingStatus Status, Verdict Verdict, int Cell = -1);
