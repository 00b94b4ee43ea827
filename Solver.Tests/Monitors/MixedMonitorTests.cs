using PdeDiffusion.Data;
using PdeDiffusion.Monitors;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary><c>mixed-potential</c> and <c>tilted-law</c>, on generation with mixed scores of points.</summary>
[TestClass]
public sealed class MixedMonitorTests : IDisposable
{
    private readonly WorkerTeam team = new(1);

    public void Dispose() => team.Dispose();

    private static MixedTerm[] Experts(TimeFunction weight, TimeFunction rest) =>
        [new(Mixture.Points([-2, 1]), weight), new(Mixture.Points([-1, 2]), rest)];

    private Scenario Of(MixedTerm[] terms, TimeFunction epsilon, double sign = 1) =>
        Scenario.Of("dirac", 1, epsilon, remap: false, cells: 200, steps: 60) with
        {
            Mixed = terms,
            Stop = 0.005,
            Score = scenario => new PerturbedFaceScore(
                scenario.Grid, new MixedFaceScore(
                    scenario.Grid, [.. terms.Select(term => new MixtureFaceScore(scenario.Grid, term.Data, team))],
                    [.. terms.Select(term => term.Weight)]), sign, [], 0, 0),
        };

    /// <summary>Experts and guidance, with noise and without: Φ stays below its bound, which holds v and is of its size.</summary>
    [TestMethod]
    [DataRow(0.5, 0.0)]
    [DataRow(0.5, 1.0)]
    [DataRow(2.0, 0.0)]
    [DataRow(2.0, 0.5)]
    [DataRow(-0.7, 0.0)]
    public void ThePotentialStaysBelowItsBound(double weight, double epsilon)
    {
        Reading[] own = Potential(Of(Experts(weight, 1 - weight), epsilon).Watch(team));
        Assert.HasCount(61, own);
        Assert.AreEqual(Verdict.NotApplicable, own[0].Verdict);
        Assert.IsTrue(own.Skip(1).All(reading => reading.Verdict == Verdict.Held), $"{own.First(one => one.Verdict == Verdict.Violated)}");
        Assert.IsLessThan(own[0].Measured, own[^1].Measured);
        if (epsilon == 0)
            Assert.AreEqual(own[^1].Measured, own[^1].Bound, 0.4 * (own[0].Measured - own[^1].Measured) + 0.1);
    }

    /// <summary>A score with the wrong sign moves v away: the bound is missed.</summary>
    [TestMethod]
    public void AScoreWithTheWrongSignViolatesIt()
    {
        Reading[] own = Potential(Of(Experts(0.5, 0.5), 0, sign: -1).Watch(team));
        Assert.AreEqual(Verdict.Violated, own[^1].Verdict);
    }

    [TestMethod]
    public void OverAStepInWhichAWeightChangesThereIsNoBound()
    {
        var weight = new TimeFunction([0.05, 0.2], [0, 2]);
        var rest = new TimeFunction([0.05, 0.2], [1, -1]);
        foreach (Reading reading in Potential(Of(Experts(weight, rest), 0).Watch(team)).Skip(1))
        {
            bool changes = reading.Time is < 0.2 and > 0.0458;
            Assert.AreEqual(changes ? Verdict.NotApplicable : Verdict.Held, reading.Verdict, $"{reading}");
        }
    }

    [TestMethod]
    public void WithoutFiniteSetsThereIsNoPotentialButATiltedLaw()
    {
        MixedTerm[] terms = [new(Mixture.Points([-1.0]), 0.5), new(Mixture.Gaussian([1], 0.3), 0.5)];
        List<Reading> readings = Of(terms, 0.5).Watch(team);
        Assert.IsEmpty(Potential(readings));
        Assert.HasCount(61, Tilted(readings));
        Assert.IsEmpty(Tilted(Scenario.Of("dirac", 1, 0.5, remap: false).Watch(team)), "a score that is not mixed has no tilted law");
    }

    /// <summary>
    /// A term of weight 1 alone: KL against the tilted law is that against u, up to the grid. Experts: v is not the tilted law, whose mass
    /// as t → 0 is at the pair nearest to each other.
    /// </summary>
    [TestMethod]
    public void TheTiltedLawIsWhatItIs()
    {
        Scenario one = Scenario.Of("gaussians", 1, 0.3, remap: false, cells: 400, steps: 200) with { Warmup = 400 };
        one = one with { Mixed = [new((Mixture)one.Data, 1)] };
        List<Reading> readings = one.Watch(team);
        foreach ((Reading tilted, Reading kl) in Tilted(readings).Zip(readings.Where(reading => reading.Monitor == "kl-contraction")))
        {
            Assert.AreEqual(kl.Measured, tilted.Measured, 0.01 * kl.Measured + 1e-4, $"{kl}");
            Assert.AreEqual(Verdict.NotApplicable, tilted.Verdict);
        }

        Reading[] experts = Tilted(Of(Experts(0.5, 0.5), 1).Watch(team));
        Assert.IsGreaterThan(2, experts[^1].Measured);
    }

    private static Reading[] Potential(List<Reading> readings) => [.. readings.Where(reading => reading.Monitor == "mixed-potential")];

    private static Reading[] Tilted(List<Reading> readings) => [.. readings.Where(reading => reading.Monitor == "tilted-law")];
}
