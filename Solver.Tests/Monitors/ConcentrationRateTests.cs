using PdeDiffusion.Monitors;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

[TestClass]
public sealed class ConcentrationRateTests
{
    private static Reading At(double t, double measured) =>
        new(0, t, "concentration", measured, 1, 0, 0, 1, ReadingStatus.Observed, Verdict.Held);

    [TestMethod]
    public void AnExactPowerLawIsFoundWithAnIntervalOfNoWidth()
    {
        Reading[] readings = [.. Enumerable.Range(0, 41).Select(k => Math.Pow(10, -k / 10.0)).Select(t => At(t, 3 * t))];
        ConcentrationRate rate = ConcentrationRate.Fit(readings, 0)!;
        Assert.AreEqual(0.5, rate.Exponent, 1e-12);
        Assert.AreEqual(rate.Low, rate.High, 1e-12);
        Assert.AreEqual(21, rate.Levels, "the later half in log t");
    }

    [TestMethod]
    public void TheIntervalCoversTheTruthNineteenTimesInTwenty()
    {
        var random = new Random(7);
        int covered = 0;
        for (int trial = 0; trial < 1000; trial++)
        {
            double Noise() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            Reading[] readings =
                [.. Enumerable.Range(0, 20).Select(k => Math.Pow(10, -k / 10.0)).Select(t => At(t, t * Math.Exp(0.1 * Noise())))];
            ConcentrationRate rate = ConcentrationRate.Fit(readings, 0)!;
            covered += rate.Low <= 0.5 && 0.5 <= rate.High ? 1 : 0;
        }

        // A binomial count with mean 950 and deviation 6.9.
        Assert.AreEqual(950, covered, 28);
    }

    [TestMethod]
    public void WhatTheGridCannotResolveIsLeftOut()
    {
        Reading[] readings = [.. Enumerable.Range(0, 41).Select(k => Math.Pow(10, -k / 10.0)).Select(t => At(t, Math.Max(t, 1e-3)))];
        Assert.AreEqual(0.5, ConcentrationRate.Fit(readings, Math.Sqrt(1.1e-3))!.Exponent, 1e-12);
        Assert.IsNull(ConcentrationRate.Fit(readings, 2));
        Assert.IsNull(ConcentrationRate.Fit([], 0));
    }

    [TestMethod]
    public void GenerationTowardsPointsHasTheExponentOneHalf()
    {
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenario.Of("dirac", 1, 0.5, remap: false, cells: 800, steps: 60) with { Stop = 0.004 };
        ConcentrationRate rate = ConcentrationRate.Fit(scenario.Watch(team), 0.0125)!;
        Assert.AreEqual(0.5, rate.Exponent, 0.03);
    }
}
