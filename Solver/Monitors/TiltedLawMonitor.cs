using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>tilted-law</c>, for a mixed score of closed forms: KL(v|q), q = Π_k u_k^{w_k}/Z (<see cref="TiltedLaw"/>). A comparison without a
/// verdict: no theorem says that v is near q.
/// </summary>
internal sealed class TiltedLawMonitor(TiltedLaw law) : IMonitor
{
    public static readonly MonitorDescriptor Descriptor = new(
        "tilted-law", "distance of v from the tilted law q = Π u^w/Z", "KL(v|q)", "none", "", Relation.AtMost, ReadingStatus.Observed)
    {
        Help = new MonitorHelp(
            "v is not the tilted law",
            "a mixed score is that of the tilted law at each t, but of no heat flow: generation with it samples another law",
            "limits in summary.json; docs/guidance.md"),
    };

    public static MonitorKind Kind { get; } = new([Descriptor], setup =>
        setup.Epsilon is not null && setup.Mixed.Count > 0 && setup.Mixed.All(term => term.Data.IsIsotropic)
            ? new TiltedLawMonitor(new TiltedLaw(setup.Grid, setup.Mixed, setup.Team)) : null)
    {
        IsExtended = true,
    };

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        double measured = law.HasDensity(level.Time) ? law.KullbackLeibler(level.Time, level.V) : double.NaN;
        readings.Add(Judge.NotApplicable(level, Descriptor, measured, guaranteed: false));
    }
}
