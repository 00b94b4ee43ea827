using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tables;

/// <summary>The words that readings.csv, summary.json and the final table use for what a reading says.</summary>
public static class ReadingWords
{
    public static string Of(ReadingStatus status) => status switch
    {
        ReadingStatus.Guaranteed => "guaranteed",
        ReadingStatus.Observed => "observed",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Held => "held",
        Verdict.Violated => "violated",
        Verdict.Discretization => "discretization",
        Verdict.NotApplicable => "not-applicable",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>The status of a word; null if it is not a mixture.</summary>
    public static ReadingStatus? ParseStatus(string word) => word switch
    {
        "guaranteed" => ReadingStatus.Guaranteed,
        "observed" => ReadingStatus.Observed,
        _ => null,
    };

    /// <summary>The verdict of a word; null if it is not a mixture.</summary>
    public static Verdict? ParseVerdict(string word) => word switch
    {
        "held" => Verdict.Held,
        "violated" => Verdict.Violated,
        "discretization" => Verdict.Discretization,
        "not-applicable" => Verdict.NotApplicable,
        _ => null,
    };
}
