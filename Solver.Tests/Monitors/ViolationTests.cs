using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tests.Monitors;

[TestClass]
public sealed class ViolationTests
{
    private static readonly Reading Missed = new(
        5, 0.125, "li-yau-discrete", -41.25, -9.5, -3.34, 1e-12, 1, ReadingStatus.Guaranteed, Verdict.Violated, 7);

    [TestMethod]
    public void AMessageNamesMonitorStepTimeCellMeasuredAndBound()
    {
        var line = new Grid(Axis.Uniform(0, 5, 10, Boundary.NoFlux));
        Assert.AreEqual(
            "li-yau-discrete is violated at step 5, t = 0.125 (σ = 0.5), cell 7 at x = 3.75: measured -41.25, bound -9.5, slack -3.34, "
                + "tolerance 1E-12",
            Violation.Describe(Missed, line));
        var plane = new Grid(Axis.Uniform(0, 5, 5, Boundary.NoFlux), Axis.Uniform(0, 5, 5, Boundary.NoFlux));
        StringAssert.Contains(Violation.Describe(Missed, plane), "cell 7 at (x, y) = (2.5, 1.5)");
        Assert.IsFalse(Violation.Describe(Missed with { Cell = -1 }, plane).Contains("cell"));
    }

    [TestMethod]
    public void OnlyAMissedGuaranteeIsAViolation()
    {
        Assert.IsTrue(Violation.Is(Missed));
        Assert.IsFalse(Violation.Is(Missed with { Status = ReadingStatus.Observed }));
        Assert.IsFalse(Violation.Is(Missed with { Verdict = Verdict.Discretization }));
    }
}
