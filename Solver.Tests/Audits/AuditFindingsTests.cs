using PdeDiffusion.Audits;
using PdeDiffusion.Configs;
using PdeDiffusion.Problems;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Audits;

/// <summary>Every sentence of an audit, and every requirement, from numbers that are given.</summary>
[TestClass]
public sealed class AuditFindingsTests : IDisposable
{
    private static readonly AuditLevel Start = new(
        2, 2, 2, ErrorU: 0.04, ErrorV: 0.05, ScoreU: 1, NoiseExcess: 0.16, NoiseFloor: 0.5, GradientShare: 0.6, CurlShare: 0,
        Residual: double.NaN, ResidualBound: double.NaN, LeastDivergence: -1.5, LiYauMass: 0, Divergence: 0.25, GradientError: 0.03);

    private static readonly AuditLevel Middle = Start with
    {
        Step = 1,
        Time = 0.5,
        Sigma = 1,
        ErrorU = 0.01,
        NoiseExcess = 0.01,
        Residual = 0.1,
        ResidualBound = 0.2,
    };

    private static readonly AuditLevel End = Middle with
    {
        Step = 0,
        Time = 0.125,
        Sigma = 0.5,
        ErrorU = 0.09,
        NoiseExcess = 0.0225,
        Divergence = 0.13,
    };

    private static readonly AuditSamples NoSamples = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void WhatFitsIsSaidWithWhereTheScoreIsWorstAndBest()
    {
        IReadOnlyList<string> sentences = Sentences(Result());
        Assert.AreEqual(
            "sign, process, time input and kind of output fit: the score is off by 30 % of itself (rms over u) at most, at σ = 0.50",
            sentences[0]);
        Assert.AreEqual(
            "the error of the score, rms over u relative to the score, is least at σ = 1.0, 10 %, and 30 % at σ = 0.50, where "
            + "generation ends",
            sentences[1]);
    }

    [TestMethod]
    public void AMistakeIsTheFirstSentence() => Assert.AreEqual(
        "the sign is wrong: without this E_u|ŝ − s|² falls from 4.0 to 0.0010 of E_u|s|²",
        Sentences(Result() with { Mistake = new UsualMistake("the sign is wrong", 4, 0.001) })[0]);

    /// <summary>Trapezoids in log σ: two intervals of log 2, excess (0.16 + 0.01)/2 and (0.01 + 0.0225)/2.</summary>
    [TestMethod]
    public void TheNoiseLossIsDividedIntoItsFloorAndTheExcess()
    {
        Assert.Contains(
            "its noise loss, mean over log σ, is 0.55, of which the least possible is 0.50; half of the excess 0.051 lies at σ = 1.0",
            Sentences(Result()));
        Assert.Contains(
            "its noise loss exceeds the least possible by 0.051, mean over log σ; half of the excess 0.051 lies at σ = 1.0",
            Sentences(Result(Start, Middle, End with { NoiseFloor = double.NaN })));
        Assert.Contains(
            "its noise loss, mean over log σ, is 0.58, of which the least possible is 0.50; half of the excess 0.085 lies "
            + "between σ = 0.50 and 1.0",
            Sentences(Result(Start, Middle, End with { NoiseExcess = 0.16 })));
        AuditLevel[] exact = [.. new[] { Start, Middle, End }.Select(level => level with { NoiseExcess = 0 })];
        Assert.IsFalse(Sentences(Result(exact)).Any(sentence => sentence.Contains("loss", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WhatTheErrorCostsIsComparedWithTheBudgets()
    {
        Assert.Contains(
            "KL(v|u) is 0.13 at σ = 0.50, from 0.25 at the start; the budget of the error allows 0.75, that of its gradient part 0.50",
            Sentences(Result()));
        Assert.Contains(
            "KL(v|u) is 0.13 at σ = 0.50, from 0.25 at the start; for epsilon = 0 no budget bounds it", Sentences(Result(), epsilon: 0));
    }

    [TestMethod]
    public void WhetherTheScoreIsConservativeIsSaid()
    {
        Assert.Contains("the score is conservative: at every level less than 0.1 % of E_v|ŝ|² is no gradient", Sentences(Result()));
        Assert.Contains(
            "the score is not conservative: up to 25 % of E_v|ŝ|² is no gradient, at σ = 1.0; 40 % of its error, mean over the "
            + "levels, costs nothing",
            Sentences(Result(Start, Middle with { CurlShare = 0.25 }, End)));
    }

    [TestMethod]
    public void WhereItIsTheScoreOfNoHeatFlowIsSaid()
    {
        IReadOnlyList<string> fine = Sentences(Result());
        Assert.Contains("the score obeys ∂t s = ∇(div s + |s|²) up to discretization", fine);
        Assert.Contains("2t div ŝ >= -d holds everywhere (Li-Yau)", fine);
        IReadOnlyList<string> wrong = Sentences(Result(
            Start, Middle with { Residual = 0.5 },
            End with { Residual = 0.6, ResidualBound = 0.5, LiYauMass = 0.13, LeastDivergence = -4 }));
        Assert.Contains(
            "the score is that of no heat flow at 2 of 3 levels: at σ = 1.0 it misses ∂t s = ∇(div s + |s|²) by 50 %, discretization by "
            + "20 % at most",
            wrong);
        Assert.Contains(
            "2t div ŝ >= -d (Li-Yau) fails on up to 13 % of the mass of v, at σ = 0.50, where it is -4.0 at least: there ŝ cannot be the "
            + "score of any heat flow", wrong);
    }

    [TestMethod]
    public void WhatTheSamplesAreIsSaidWhereItIsKnown()
    {
        Assert.IsFalse(Sentences(Result()).Any(sentence => sentence.Contains("samples", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(
            new[]
            {
                "the samples lie 0.25 (W2) from the data at this noise",
                "their root mean square distance to the noiseless data is 0.50; of noised data 0.75",
                "25 % of samples lie in the core of a training point, of fresh draws 13 %; their mean distance to the nearest is 0.50",
            },
            Sentences(Result() with { Samples = new AuditSamples(0.25, 0.5, 0.75, 0.5, 0.25, 0.13) }).TakeLast(3).ToArray());
        Assert.AreEqual(
            "25 % of samples lie in the core of a training point; their mean distance to the nearest is 0.50",
            Sentences(Result() with { Samples = NoSamples with { Memorised = 0.25, Nearest = 0.5 } })[^1]);
    }

    [TestMethod]
    [DataRow("KL", 0.13)]
    [DataRow("budget", 0.75)]
    [DataRow("gradientBudget", 0.5)]
    [DataRow("curl", 0.25)]
    [DataRow("liYau", 0.375)]
    [DataRow("W2", 0.0625)]
    [DataRow("memorised", 0.03125)]
    public void ARequirementIsMissedAboveItsLimitOnly(string key, double value)
    {
        AuditResult result = Result(Start, Middle with { CurlShare = 0.25, LiYauMass = 0.375 }, End) with
        {
            Samples = NoSamples with { Transport = 0.0625, Memorised = 0.03125 },
        };
        Assert.HasCount(0, AuditFindings.Missed(result, Limits(value)));
        IReadOnlyList<string> missed = AuditFindings.Missed(result, Limits(value * 0.99));
        Assert.HasCount(1, missed);
        StringAssert.StartsWith(missed[0], $"audit.require.{key}: ");
        StringAssert.EndsWith(missed[0], FormattableString.Invariant($" exceeds {value * 0.99:R}"));

        AuditLimits? Limits(double limit) => Config(
            require: FormattableString.Invariant($"\"{key}\": {limit:R}")).Audit!.Require;
    }

    /// <summary>What is not measured cannot be required: it is refused before anything runs.</summary>
    [TestMethod]
    [DataRow("\"memorised\": 0.1", 1, "audit.require.memorised: requires audit.trainingPoints")]
    [DataRow("\"budget\": 0.1", 0, "audit.require.budget: requires data and epsilon > 0")]
    [DataRow("\"gradientBudget\": 0.1", 0, "audit.require.gradientBudget: requires data and epsilon > 0")]
    public void WhatIsNotMeasuredCannotBeRequired(string require, int epsilon, string message)
    {
        Outcome outcome = Scratch.Run("check", scratch.Write("audit.json", Json(require, epsilon)));
        Assert.AreEqual(2, outcome.Code);
        StringAssert.Contains(outcome.Error, message);
    }

    [TestMethod]
    [DataRow("KL")]
    [DataRow("W2")]
    [DataRow("budget")]
    public void WithoutDataNothingThatNeedsThemCanBeRequired(string key)
    {
        string json = Json($"\"{key}\": 0.1", 1).Replace(DataJson, "", StringComparison.Ordinal).Replace(
            "\"kind\": \"forward\"", "\"kind\": \"gaussian\", \"mean\": [0], \"variance\": 3", StringComparison.Ordinal);
        Outcome outcome = Scratch.Run("check", scratch.Write("audit.json", json));
        Assert.AreEqual(2, outcome.Code);
        StringAssert.Contains(outcome.Error, $"audit.require.{key}: requires data");
    }

    private const string DataJson = "\"data\": { \"kind\": \"gaussians\", \"means\": [[0]], \"variances\": [1] },";

    private static string Json(string require, int epsilon) => $$"""
        {
          "name": "a", "mesh": { "axes": [{ "from": -8, "to": 8, "cells": 64 }] }, {{DataJson}}
          "time": { "end": 2, "stop": 0.125, "steps": 2 },
          "generation": { "epsilon": {{epsilon}}, "start": { "kind": "forward" },
            "score": { "kind": "mixture", "data": { "kind": "gaussians", "means": [[0]], "variances": [1] } } },
          "audit": { "require": { {{require}} } }
        }
        """;

    private static AuditResult Result(params AuditLevel[] levels) =>
        new(levels.Length > 0 ? levels : [Start, Middle, End], null, 0.75, 0.5, NoSamples);

    private IReadOnlyList<string> Sentences(AuditResult result, int epsilon = 1) => AuditFindings.Of(result, Config(epsilon));

    private RunConfig Config(int epsilon = 1, string require = "") => ConfigFile.ReadAudit(
        ConfigDocument.Read(scratch.Write("audit.json", Json(require, epsilon).Replace(
            "\"audit\": { \"require", "\"audit\": { \"trainingPoints\": \"audit.json\", \"require", StringComparison.Ordinal)), default),
        [], out _);
}
