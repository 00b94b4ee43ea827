using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Runs;

/// <summary>What follows a violation. No config violates a guarantee, so the decisions are tested on readings.</summary>
[TestClass]
public sealed class OnViolationTests
{
    private static Reading Of(ReadingStatus status, Verdict verdict) => new(3, 0.1, "mass[v]", 1.1, 1, -0.1, 1e-12, 1, status, verdict);

    [TestMethod]
    public void OnlyStopEndsARunAndOnlyAtAMissedGuarantee()
    {
        Reading held = Of(ReadingStatus.Guaranteed, Verdict.Held), missed = Of(ReadingStatus.Guaranteed, Verdict.Violated);
        Reading finding = Of(ReadingStatus.Observed, Verdict.Violated), grid = Of(ReadingStatus.Guaranteed, Verdict.Discretization);
        Assert.IsTrue(MonitorWatcher.EndsHere(ViolationAction.Stop, [held, missed, held]));
        Assert.IsFalse(MonitorWatcher.EndsHere(ViolationAction.Stop, [held, finding, grid]));
        Assert.IsFalse(MonitorWatcher.EndsHere(ViolationAction.Stop, []));
        Assert.IsFalse(MonitorWatcher.EndsHere(ViolationAction.Fail, [missed]));
        Assert.IsFalse(MonitorWatcher.EndsHere(ViolationAction.Report, [missed]));
    }

    [TestMethod]
    public void FailAndStopLeaveWithThreeAndReportWithNought()
    {
        Assert.AreEqual(3, ExitCode.Of(violated: true, ViolationAction.Fail));
        Assert.AreEqual(3, ExitCode.Of(violated: true, ViolationAction.Stop));
        Assert.AreEqual(0, ExitCode.Of(violated: true, ViolationAction.Report));
        Assert.AreEqual(0, ExitCode.Of(violated: false, ViolationAction.Stop));
    }
}
