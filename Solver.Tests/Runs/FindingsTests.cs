using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed class FindingsTests
{
    private static RunConfig Config(double epsilon, ScoreConfig score, int axes = 1) => new()
    {
        Name = "x",
        Mesh = new MeshConfig { Axes = [.. Enumerable.Repeat(new AxisConfig { From = -1, To = 1, Cells = 10 }, axes)] },
        Data = new PointsData { Points = [[0.0]] },
        Time = new TimeConfig { End = 1, Stop = 0.01, Steps = 40 },
        Generation = new GenerationConfig { Epsilon = epsilon, Start = new ForwardStart(), Score = score },
    };

    private static Reading Of(
        int step, double time, string monitor, double measured, double bound, double slack = 1, bool guaranteed = true,
        Verdict verdict = Verdict.Held) =>
        new(step, time, monitor, measured, bound, slack, 0, 1, guaranteed ? ReadingStatus.Guaranteed : ReadingStatus.Observed, verdict);

    private static IReadOnlyList<Finding> Find(List<Reading> readings, RunConfig config, Func<RunSummary, RunSummary>? with = null)
    {
        var summary = new RunSummary(RunSummary.Summarise(readings), null, null);
        return Findings.Of(with is null ? summary : with(summary), readings, config);
    }

    [TestMethod]
    [DataRow(0.0012345, "0.0012")]
    [DataRow(0.000999, "0.0010")]
    [DataRow(0.996, "1.0")]
    [DataRow(9.96, "10")]
    [DataRow(1.25e-7, "1.2e-7")]
    [DataRow(-41.7, "-42")]
    [DataRow(123456.0, "120000")]
    [DataRow(1234567.0, "1.2e6")]
    [DataRow(0.0, "0")]
    [DataRow(double.PositiveInfinity, "infinite")]
    public void NumbersHaveTwoDigits(double value, string quoted) => Assert.AreEqual(quoted, Quoted.Number(value));

    [TestMethod]
    [DataRow(1.0, "1")]
    [DataRow(0.001, "0.001")]
    [DataRow(0.0316228, "0.0316")]
    [DataRow(1e-5, "1e-5")]
    [DataRow(2e-6, "2e-6")]
    public void TimesAreWrittenAsInConfigs(double time, string quoted) => Assert.AreEqual(quoted, Quoted.Time(time));

    [TestMethod]
    public void ARunThatHoldsSaysWhatItsVerdictRestsOnAndItsResults()
    {
        List<Reading> readings =
        [
            Of(1, 1, "kl-contraction", 0.334, double.NaN, double.NaN, verdict: Verdict.NotApplicable),
            Of(1, 1, "li-yau", 1, 1, guaranteed: false),
            Of(0, 0.01, "kl-contraction", 0.224, 0.334), Of(0, 0.01, "li-yau", 1, 1, guaranteed: false),
        ];
        string[] lines = [.. Findings.Lines(Find(readings, Config(0.2, new GridScore()), summary => summary with
        {
            Errors = new ErrorNorms(1.2345e-4, 2e-4, 3e-3, 4e-9),
            Concentration = new ConcentrationRate(0.5131, 0.5122, 0.5142, 26),
            Particles = new ParticleSummary(10000, 400, 0.41, 0.42, 1, 0, new MemorisedShare(0.1, 0.034)),
        }))];
        CollectionAssert.AreEqual(new[]
        {
            "held: 1 guaranteed inequalities at 2 levels, up to rounding error; the 1 that are only observed are satisfied too",
            "KL(v|u) falls from 0.33 at T = 1 to 0.22 at t = 0.01",
            "root mean square distance to the data ~ t^0.513 (95 % interval 0.512 to 0.514; in theory t^0.5), from 26 levels",
            "error at t = 0.01 against the exact solution: L1 1.2e-4, L2 2.0e-4, Linf 0.0030, KL 4.0e-9",
            "10 000 particles: L1 distance from v 0.41, of which sampling alone accounts for 0.42; 3.4 % bound to a data point",
        }, lines);
    }

    [TestMethod]
    public void AnExponentThatTheGridDoesNotResolveIsNotQuoted()
    {
        IReadOnlyList<Finding> found = Find([Of(0, 0.01, "mass[u]", 1, 1)], Config(0.2, new GridScore()), summary => summary with
        {
            Concentration = new ConcentrationRate(0.1, 0.0, 0.2, 9) { Resolved = false },
        });
        StringAssert.Contains(found[1].Text, "does not resolve", StringComparison.Ordinal);
        Assert.IsFalse(found.Any(finding => finding.Text.Contains("t^", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ABrokenGuaranteeIsTheVerdictAndADefect()
    {
        IReadOnlyList<Finding> found = Find(
            [Of(3, 0.5, "mass[v]", 0.9, 1, -0.1, verdict: Verdict.Violated), Of(0, 0.01, "mass[v]", 1, 1)],
            Config(0.2, new GridScore()));
        Assert.AreEqual("violated: mass[v], a theorem of the scheme, at t = 0.5 (step 3)", found[0].Text);
        Assert.AreEqual(MonitorHelp.Defect, found[1].Cause);
        Assert.AreEqual("docs/monitors.md#massu-massv", found[1].Docs);
    }

    /// <summary>
    /// Six monitors fail for six reasons of their own: six lines, the last of which counts the rest; all are in the list.
    /// </summary>
    [TestMethod]
    public void AtMostSixLinesArePrinted()
    {
        string[] names = ["li-yau", "kl-dissipation", "concentration", "support-concentration", "score-identity", "score-error-budget"];
        IReadOnlyList<Finding> found = Find(
            [.. names.Select(name => Of(0, 0.01, name, 2, 1, -1, guaranteed: false, Verdict.Violated))], Config(0.2, new GridScore()));
        Assert.HasCount(7, found);
        IReadOnlyList<string> lines = Findings.Lines(found);
        Assert.HasCount(6, lines);
        StringAssert.EndsWith(lines[5], "; 1 more in summary.json", StringComparison.Ordinal);
        foreach (Finding finding in found.Skip(1))
        {
            StringAssert.StartsWith(finding.Docs, "docs/monitors.md#", StringComparison.Ordinal);
            Assert.IsFalse(string.IsNullOrEmpty(finding.Cause));
        }
    }

    /// <summary>
    /// A factor c on the score of a point: E = E dist² solves dE/dlog t = (1+ε)cE − 2εdt; the error is |c − 1| of the score.
    /// </summary>
    [TestMethod]
    [DataRow(1.5, 0.2, 1)]
    [DataRow(0.7, 1.0, 1)]
    [DataRow(2.0, 0.5, 2)]
    [DataRow(1.1, 0.3, 2)]
    public void AWrongFactorOnTheScoreIsFoundFromTheReadings(double factor, double epsilon, int dimension)
    {
        double power = (1 + epsilon) * factor;
        List<Reading> readings = ScoreRun(
            epsilon,
            t => 2 * epsilon * dimension * t / (power - 1) + (1 - 2 * epsilon * dimension / (power - 1)) * Math.Pow(t, power),
            (t, distance) => (factor - 1) * (factor - 1) * distance / (4 * t * t));
        string cause = ScoreDiagnosis.Of(readings, Config(epsilon, new PerturbedScore { Scale = factor }, dimension));
        StringAssert.StartsWith(
            cause, $"a score too {(factor > 1 ? "strong" : "weak")} by a factor of {Quoted.Number(factor)}: ", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(3.0)]
    public void AnAdditiveErrorIsToldFromAFactor(double size)
    {
        List<Reading> readings = ScoreRun(0.2, t => 2 * t, (_, _) => size * size);
        string cause = ScoreDiagnosis.Of(readings, Config(0.2, new PerturbedScore { Noise = size }));
        StringAssert.Contains(cause, "such as noise or a bias", StringComparison.Ordinal);
    }

    [TestMethod]
    public void WithoutTheReadingsNoCauseIsInvented() =>
        Assert.AreEqual("the score is not that of u", ScoreDiagnosis.Of([], Config(0.2, new PerturbedScore())));

    /// <summary>Readings of a run from T = 1 to 0.01 with a given E dist² and E|ŝ − s|².</summary>
    private static List<Reading> ScoreRun(double epsilon, Func<double, double> distance, Func<double, double, double> error)
    {
        const int Steps = 400;
        var readings = new List<Reading>();
        double bound = 1, before = 1;
        for (int step = Steps; step >= 0; step--)
        {
            double t = Math.Pow(10, -2 + 2.0 * step / Steps), middle = Math.Sqrt(t * before);
            bound += ScoreErrorBudget.Weight(epsilon) * (before - t) * error(middle, distance(middle));
            readings.Add(Of(step, t, "score-error-budget", 0.5, bound, guaranteed: false));
            readings.Add(Of(step, t, "concentration", distance(t), 10, guaranteed: false));
            before = t;
        }

        return readings;
    }
}
