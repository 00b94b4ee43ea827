using System.Globalization;
using System.Text;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>
/// The tolerances of mass and KL (docs/monitors.md): random runs on stiff graded grids never violate a guarantee, and the tolerances
/// are small. <c>PDE_RUNS</c> sets their number, <c>PDE_SEED</c> the seed.
/// </summary>
[TestClass]
public sealed class ToleranceTests : IDisposable
{
    private const string Base1 = """
        { "name": "base1", "mesh": { "axes": [{ "from": -4, "to": 4, "cells": 100 }] },
          "data": { "kind": "points", "points": [[-1], [1.5]], "weights": [0.3, 0.7] },
          "time": { "end": 1, "stop": 0.01, "steps": 40 },
          "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2 } },
          "output": { "plots": false } }
        """;

    private readonly Robustness.Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void RandomStiffRunsViolateNoGuarantee()
    {
        int runs = Setting("PDE_RUNS", 24), seed = Setting("PDE_SEED", 1);
        for (int number = 0; number < runs; number++)
        {
            var random = new Random(seed * 1_000_003 + number);
            string text = Config(random, out bool measured);
            foreach (Reading reading in Read(text))
            {
                string what = $"seed {seed}, run {number}: {reading}\n{text}";
                Assert.IsFalse(reading.Status == ReadingStatus.Guaranteed && reading.Verdict == Verdict.Violated, what);
                if (reading.Monitor == "mass[v]")
                    Assert.IsTrue(reading.Verdict == Verdict.Held && reading.Tolerance <= (measured ? 1e-11 : Rounding.Largest), what);
            }
        }
    }

    /// <summary>The errors of 10⁴ steps stay within the sum of their bounds, and far below a loss that no step may have.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("remap", 1e-12)]
    [DataRow("markov", 1e-12)]
    public void TenThousandStepsDriftWithinTheTolerance(string scheme, double most)
    {
        string text = Base1.Replace("\"steps\": 40", "\"steps\": 10000", StringComparison.Ordinal)
            .Replace("\"cells\": 100", "\"cells\": 40", StringComparison.Ordinal);
        Reading[] mass = [.. Read(With(text, scheme)).Where(reading => reading.Monitor == "mass[v]")];
        Assert.IsGreaterThan(10_000, mass.Length);
        foreach (Reading reading in mass)
            Assert.IsTrue(reading.Verdict == Verdict.Held && reading.Tolerance < 1e-8 && -reading.Slack <= most, $"{reading}");
    }

    /// <summary>T far beyond what u can tell from a constant: the mass is kept, or the run is refused in one line.</summary>
    [TestMethod]
    [DataRow("1e24")]
    [DataRow("1e30")]
    [DataRow("1e40")]
    public void ExtremesOfTAreRightOrRefused(string end)
    {
        foreach (double epsilon in new[] { 0, 0.5, 10 })
        {
            string text = Base1.Replace("\"end\": 1", $"\"end\": {end}", StringComparison.Ordinal)
                .Replace("\"epsilon\": 0.5", FormattableString.Invariant($"\"epsilon\": {epsilon}"), StringComparison.Ordinal);
            foreach (Reading reading in Read(With(text, "remap")).Where(reading => reading.Monitor == "mass[v]"))
            {
                Assert.AreEqual(Verdict.Held, reading.Verdict, $"{reading}");
                Assert.AreEqual(1, reading.Measured, 1e-12, $"{reading}");
                Assert.IsLessThan(1e-9, reading.Tolerance);
            }

            string config = scratch.Write("config.json", With(text, "markov"));
            Robustness.Outcome refused = Robustness.Scratch.Run("run", config, "--out", scratch.At("out"));
            Assert.AreEqual(ExitCode.BadInput, refused.Code, refused.Output);
            StringAssert.Matches(refused.Error,
                new(@"^[^\n]*config\.json:\d+: time\.end: a step of [\d.E+]+ is over 1000 times the square of the shortest axis: "
                    + @"markov would lose mass to rounding errors; end earlier, or use the scheme remap\n$"));
            Assert.IsFalse(Directory.Exists(scratch.At("out")));
        }
    }

    /// <summary>A balance held by a tolerance above 5 % of KL has no verdict; with finer steps it has one.</summary>
    [TestMethod]
    public void KlDissipationHasNoVerdictWhereTheStepsAreTooCoarse()
    {
        foreach ((int steps, bool hasVerdict) in new[] { (4, false), (400, true) })
        {
            string text = Base1.Replace("\"steps\": 40", $"\"steps\": {steps}", StringComparison.Ordinal);
            Reading last = Read(With(text, "remap")).Last(reading => reading.Monitor == "kl-dissipation");
            Assert.AreEqual(hasVerdict, last.Verdict != Verdict.NotApplicable, $"{last}");
            Assert.IsFalse(last.Tolerance > 0.05);
        }
    }

    /// <summary>With a score that is not the grid's the continuum bound fails as a finding, never as the grid's doing.</summary>
    [TestMethod]
    public void LpStabilityNeverBlamesTheGridForAGivenScore()
    {
        string text = Base1
            .Replace("\"start\"", "\"score\": { \"kind\": \"perturbed\", \"scale\": 3 }, \"start\"", StringComparison.Ordinal)
            .Replace("\"output\"", "\"monitors\": { \"lp\": [2, \"inf\"] }, \"output\"", StringComparison.Ordinal);
        Reading[] stability =
            [.. Read(With(text, "markov")).Where(reading => reading.Monitor.StartsWith("lp-stability", StringComparison.Ordinal))];
        Assert.IsTrue(stability.Any(reading => reading.Verdict == Verdict.Violated && reading.Status == ReadingStatus.Observed));
        Assert.IsFalse(stability.Any(reading => reading.Verdict == Verdict.Discretization));
    }

    /// <summary>Steps that move 10¹² times the mass of a cell have vacuous tolerances: what rests on them has no verdict.</summary>
    [TestMethod]
    public void AVacuousToleranceGivesNoVerdict()
    {
        string text = Base1.Replace("\"end\": 1", "\"end\": 1e12", StringComparison.Ordinal)
            .Replace(
                "\"start\"", "\"score\": { \"kind\": \"perturbed\", \"scale\": 1.01 }, \"start\"", StringComparison.Ordinal)
            .Replace("\"output\"", "\"monitors\": { \"lp\": [1, 2] }, \"output\"", StringComparison.Ordinal);
        Reading[] readings = [.. Read(With(text, "markov")).Where(reading => reading.Step < 40)];
        string[] resting = ["mass[v]", "kl-contraction", "lp-stability[1]", "lp-stability[2]", "lp-certificate[1]", "lp-certificate[2]"];
        Assert.IsFalse(readings.Any(reading => resting.Contains(reading.Monitor) && reading.Tolerance > Rounding.Largest));
        foreach (string monitor in new[] { "mass[v]", "lp-stability[2]" })
        {
            Assert.IsTrue(readings.Where(reading => reading.Monitor == monitor).All(reading => reading.Verdict == Verdict.NotApplicable));
            Assert.IsTrue(readings.Any(reading => reading.Monitor == monitor));
        }
    }

    private static string With(string text, string scheme) =>
        text.Replace("\"output\"", $"\"scheme\": {{ \"kind\": \"{scheme}\" }}, \"output\"", StringComparison.Ordinal);

    private List<Reading> Read(string text)
    {
        using var team = new WorkerTeam(1);
        RunConfig config = ConfigFile.Read(scratch.Write("config.json", text), [], out ConfigSource source);
        var discretisation = new Discretisation(new PdeDiffusion.Problems.Problem(config, source), team);
        var watcher = new Watcher(discretisation.Monitors());
        discretisation.Run([watcher], null, CancellationToken.None);
        return watcher.Readings;
    }

    /// <summary>One or two axes with cells that differ by up to e^12, any noise up to 10, and any score.</summary>
    /// <param name="measured">True if the scheme measures the mass that it moves: remap with the score of the grid solution.</param>
    private string Config(Random random, out bool measured)
    {
        int dimension = random.Next(1, 3), cells = dimension == 1 ? random.Next(20, 200) : random.Next(8, 26);
        bool remaps = random.Next(3) > 0;
        string score = remaps || random.Next(2) == 0 ? One("grid", "grid", "mixture", "tabulated") : "grid";
        measured = remaps && score == "grid";
        string epsilon = random.Next(4) == 0 ? "0" : Number(Math.Pow(10, 3 * random.NextDouble() - 2));
        double end = Math.Pow(10, 2 * random.NextDouble() - 1.5), stop = end * Math.Pow(10, -1 - 3 * random.NextDouble());
        string given = score switch
        {
            "grid" => "{ \"kind\": \"grid\" }",
            "mixture" => $"{{ \"kind\": \"mixture\", \"data\": {Data()} }}",
            _ => "{ \"kind\": \"tabulated\", \"file\": \"score.csv\" }",
        };
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "random",
              "mesh": { "axes": [ {{string.Join(", ", Enumerable.Range(0, dimension).Select(_ => Axis()))}} ] },
              "data": {{Data()}},
              "time": { "end": {{end:R}}, "stop": {{stop:R}}, "steps": {{random.Next(4, 40)}}, "warmup": {{random.Next(2, 8)}} },
              "forward": { "kind": "{{(remaps ? One("implicit-euler", "closed-form") : "implicit-euler")}}" },
              "scheme": { "kind": "{{(remaps ? "remap" : "markov")}}" },
              "generation": { "epsilon": {{epsilon}}, "start": { "kind": "gaussian", "mean": [{{Point(0.5)}}],
                "variance": {{Number(0.2 + 2 * random.NextDouble())}} }, "score": {{given}} },
              "output": { "plots": false }
            }
            """);
        if (score == "tabulated")
            Tabulate(text, stop, end);
        return text;

        string One(params string[] choices) => choices[random.Next(choices.Length)];

        string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

        string Point(double reach) =>
            string.Join(", ", Enumerable.Range(0, dimension).Select(_ => Number(reach * (2 * random.NextDouble() - 1))));

        string Axis()
        {
            string grading = random.Next(4) switch
            {
                0 => "",
                1 => ", \"grading\": { \"kind\": \"geometric\", \"ratio\": "
                    + $"{Number(Math.Exp(12 * (2 * random.NextDouble() - 1) / cells))} }}",
                _ => $", \"grading\": {{ \"kind\": \"sinh\", \"centre\": {Number(2 * random.NextDouble() - 1)}, "
                    + $"\"strength\": {Number(0.5 + 11.5 * random.NextDouble())} }}",
            };
            return $"{{ \"from\": -6, \"to\": 6, \"cells\": {cells}, \"boundary\": \"{One("no-flux", "no-flux", "periodic")}\"{grading} }}";
        }

        string Data()
        {
            string points = string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"[{Point(2)}]"));
            return $"{{ \"kind\": \"points\", \"points\": [{points}] }}";
        }
    }

    /// <summary>−(x − m)/2(t + ¼) with a ripple, a score of no data, at three times.</summary>
    private void Tabulate(string text, double stop, double end)
    {
        string placeholder = text.Replace(
            "{ \"kind\": \"tabulated\", \"file\": \"score.csv\" }", "{ \"kind\": \"grid\" }", StringComparison.Ordinal);
        PdeDiffusion.Grids.Grid grid = MeshFile.Build(ConfigFile.Read(scratch.Write("config.json", placeholder), []).Mesh);
        var table = new StringBuilder(grid.Dimension == 1 ? "time,x,score\n" : "time,x,y,score_x,score_y\n");
        foreach (double time in new[] { stop, Math.Sqrt(stop * end), end })
        {
            for (int cell = 0; cell < grid.CellCount; cell++)
            {
                double[] at = [.. Enumerable.Range(0, grid.Dimension).Select(axis => grid.Centre(cell, axis))];
                IEnumerable<double> row = [time, .. at, .. at.Select(x => (0.3 - x) / (2 * (time + 0.25)) + Math.Sin(3 * x))];
                table.AppendJoin(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
            }
        }

        scratch.Write("score.csv", table.ToString());
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : otherwise;

    private sealed class Watcher(MonitorSet monitors) : IWatcher
    {
        public List<Reading> Readings { get; } = [];

        public bool IsDue(March march) => true;

        public bool Watch(March march)
        {
            monitors.Read(march.Level, Readings);
            return true;
        }
    }
}
