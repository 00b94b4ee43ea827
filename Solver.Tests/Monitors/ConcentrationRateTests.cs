using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Statistics;
using PdeDiffusion.Tests.Problems;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

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
        ConcentrationRate rate = ConcentrationRate.Fit(readings, 0, 1)!;
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
            ConcentrationRate rate = ConcentrationRate.Fit(readings, 0, 1)!;
            covered += rate.Low <= 0.5 && 0.5 <= rate.High ? 1 : 0;
        }

        // A binomial count with mean 950 and deviation 6.9.
        Assert.AreEqual(950, covered, 28);
    }

    [TestMethod]
    public void WhatTheGridCannotResolveIsLeftOut()
    {
        // E = max(t, 1e-3): at h = 0.011 the levels with √E ≥ 3h are those above the floor, and h² is small beside them.
        Reading[] readings = [.. Enumerable.Range(0, 41).Select(k => Math.Pow(10, -k / 10.0)).Select(t => At(t, Math.Max(t, 1e-3)))];
        ConcentrationRate rate = ConcentrationRate.Fit(readings, 0.011, 1)!;
        Assert.IsTrue(rate.Resolved);
        Assert.AreEqual(10, rate.Levels);
        Assert.AreEqual(0.5, rate.Low, 1e-12, "the lower end is the fit to E itself");
        Assert.IsTrue(rate.High < 0.507, $"{rate}");

        ConcentrationRate all = ConcentrationRate.Fit(readings, 2, 1)!;
        Assert.IsFalse(all.Resolved);
        Assert.AreEqual(21, all.Levels, "all of the later half");
        Assert.IsNull(ConcentrationRate.Fit(readings[..6], 2, 1), "three levels");
        Assert.IsNull(ConcentrationRate.Fit([], 0, 1));
    }

    [TestMethod]
    public void GenerationTowardsPointsHasTheExponentOneHalf()
    {
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenario.Of("dirac", 1, 0.5, remap: false, cells: 800, steps: 60) with { Stop = 0.004 };
        ConcentrationRate rate = ConcentrationRate.Fit(scenario.Watch(team), 0.0125, 1)!;
        Assert.AreEqual(0.5, rate.Exponent, 0.03);
    }

    /// <summary>
    /// v = u from one Dirac: E dist² = 2t, exponent ½, whatever the place of the Dirac in its cell; t down to where √(2t) is half a cell.
    /// </summary>
    [TestMethod]
    public void TheIntervalContainsOneHalfOnGridsThatResolveOnlyPartOfTheFlow()
    {
        foreach (string forward in new[] { "closed-form", "lattice-exact" })
        {
            foreach (double h in new[] { 0.025, 0.01 })
            {
                foreach (double place in h < 0.02 ? [0.25] : new[] { 0, 0.25, 0.5 })
                {
                    string point = (place * h).ToString("R", CultureInfo.InvariantCulture);
                    ConcentrationRate rate = Measured(h, 1e-4, $$"""[[{{point}}]]""", """{ "kind": "forward" }""", forward)!;
                    string shown = $"{forward} {h} {place}: {rate}";
                    Assert.IsTrue(rate.Resolved, shown);
                    Assert.IsTrue(rate.Low <= 0.5 + 1e-9 && 0.5 - 1e-9 <= rate.High, shown);
                    Assert.IsTrue(rate.High - rate.Low < 0.02, shown);
                    if (forward == "closed-form")
                        Assert.AreEqual(0.5, rate.Exponent, 1e-4, shown);
                }
            }
        }
    }

    /// <summary>
    /// Two Diracs from a Gaussian: the exponent over the same levels on a grid of a fifth of the width is the truth for h = 0.025. The fit
    /// over all levels misses it, and a grid of 0.08 has no four levels that it resolves.
    /// </summary>
    [TestMethod]
    public void TheIntervalContainsTheExponentOfAFineGrid()
    {
        const string Points = "[[-1], [1.5]]", Start = """{ "kind": "gaussian", "mean": [0.3], "variance": 2 }""";
        ConcentrationRate coarse = Measured(0.025, 1e-4, Points, Start, "closed-form")!;
        IReadOnlyList<Reading> fine = Readings(0.005, 1e-4, Points, Start, "closed-form");
        Reading[] same = [.. fine.Where(reading => reading.Monitor == "concentration")
            .Where(reading => reading.Time <= 0.01 * (1 + 1e-12)).OrderByDescending(reading => reading.Time).Take(coarse.Levels)];
        double truth = 0.5 * PowerLawFit.Of(
            [.. same.Select(reading => reading.Time)], [.. same.Select(reading => reading.Measured - 0.005 * 0.005 / 12)]).Exponent;
        Assert.IsTrue(coarse.Resolved);
        Assert.IsTrue(coarse.Low <= truth && truth <= coarse.High, $"{truth}: {coarse}");
        Assert.AreEqual(truth, coarse.Exponent, 1e-3);
        Assert.IsFalse(Measured(0.08, 1e-4, Points, Start, "closed-form")!.Resolved);
    }

    private static ConcentrationRate? Measured(double width, double stop, string points, string start, string forward)
    {
        using var team = new WorkerTeam(1);
        using Simulation simulation = Run(width, stop, points, start, forward, team);
        return simulation.Run(CancellationToken.None).Summary.Concentration;
    }

    private static IReadOnlyList<Reading> Readings(double width, double stop, string points, string start, string forward)
    {
        using var team = new WorkerTeam(1);
        using Simulation simulation = Run(width, stop, points, start, forward, team);
        return simulation.Run(CancellationToken.None).Readings;
    }

    private static Simulation Run(double width, double stop, string points, string start, string forward, WorkerTeam team)
    {
        using var folder = new InputFolder();
        string file = folder.Write("run.json", string.Create(CultureInfo.InvariantCulture, $$"""
            { "name": "points", "mesh": { "axes": [{ "from": -4, "to": 4, "cells": {{8 / width:0}} }] },
              "data": { "kind": "points", "points": {{points}} }, "time": { "end": 1, "stop": {{stop}}, "steps": 100 },
              "forward": { "kind": "{{forward}}" }, "generation": { "epsilon": 0.5, "start": {{start}} }, "output": { "plots": false } }
            """));
        RunConfig config = ConfigFile.Read(file, [], out ConfigSource source);
        return new Simulation(new PreparedRun(new RunProblem(config, source), team), null, new Progress(TextWriter.Null, false, true));
    }
}
