namespace PdeDiffusion.Monitors;

/// <summary>
/// What a user of a run needs to know where a monitor is not satisfied; printed after a run and repeated in docs/monitors.md.
/// </summary>
/// <param name="Meaning">What it means, with v, u or the score as its subject.</param>
/// <param name="Causes">Usual causes, the most frequent one first.</param>
/// <param name="LookAt">What to look at, or what to change.</param>
public sealed record MonitorHelp(string Meaning, string Causes, string LookAt)
{
    /// <summary>The cause of a guaranteed reading that is violated: it contradicts a theorem of the scheme.</summary>
    public const string Defect = "a defect of the program, or memory that was altered";

    /// <summary>What to do then.</summary>
    public const string Report = "the first level that fails in readings.csv; the same run with scheme markov; report it with run.json";

    /// <summary>True if the statement compares v with u: with another score than that of u it may fail because of that score.</summary>
    public bool NeedsScoreOfU { get; init; }

    /// <summary>Of a theorem that a scheme guarantees.</summary>
    public static MonitorHelp OfGuarantee(string meaning) => new(meaning, Defect, Report);
}
