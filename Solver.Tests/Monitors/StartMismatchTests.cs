using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary><c>start-mismatch</c> against KL of two Gaussians in closed form.</summary>
[TestClass]
public sealed class StartMismatchTests
{
    private const double End = 0.5, Variance = 0.49;

    private static readonly Grid Line = new(Axis.Uniform(-12, 12, 2400, Boundary.NoFlux));

    /// <summary>KL(N(m, a)|N(0, b)) = ½ (a/b − 1 − log(a/b)) + m²/2b.</summary>
    private static double OfGaussians(double mean, double a, double b) => 0.5 * (a / b - 1 - Math.Log(a / b)) + 0.5 * mean * mean / b;

    [TestMethod]
    [DataRow(0.3, 1.2)]
    [DataRow(2.0, 1.2)]
    [DataRow(0.0, 2 * End, DisplayName = "the usual start itself: both numbers are equal")]
    public void BothDivergencesAreThoseOfGaussians(double mean, double variance)
    {
        Reading reading = Read(Mixture.Gaussian([mean], variance).CellAverages(Line)).Single();

        // Cell averages of width h differ from Gaussians by O(h²) = 1e-4 of their curvature.
        Assert.AreEqual(OfGaussians(mean, variance, Variance + 2 * End), reading.Measured, 1e-4);
        Assert.AreEqual(OfGaussians(0, 2 * End, Variance + 2 * End), reading.Bound, 1e-4);
        Assert.AreEqual((Verdict.NotApplicable, ReadingStatus.Observed, 1), (reading.Verdict, reading.Status, reading.Step));
        Assert.AreEqual((reading.Bound - reading.Measured) / reading.Bound, reading.Slack, 1e-12, "positive: nearer than the usual start");
        if (variance == 2 * End)
            Assert.AreEqual(reading.Bound, reading.Measured);
    }

    [TestMethod]
    public void ItIsReadOnceAndIsZeroForTheForwardStart()
    {
        double[] u = Mixture.Gaussian([0], Variance + 2 * End).CellAverages(Line);
        Assert.AreEqual(0, Read(u).Single().Measured, 1e-15);
    }

    private static IEnumerable<Reading> Read(double[] start)
    {
        using var team = new WorkerTeam(1);
        var times = new TimeLevels(0.1, End, 1, TimeSpacing.Uniform, 0, 1, []);
        var monitors = new MonitorSet(new MonitorSetup(Line, times, ForwardKind.ClosedForm, 1, team));
        var readings = new List<Reading>();
        Density.Normalise(Line, start);
        foreach ((int index, double time) in new[] { (1, End), (0, 0.1) })
        {
            double[] u = Mixture.Gaussian([0], Variance + 2 * time).CellAverages(Line);
            monitors.Read(new FlowLevel(Line, times) { Index = index, U = u, V = start }, readings);
        }

        return readings.Where(reading => reading.Monitor == "start-mismatch");
    }
}
