using System.Globalization;
using System.Text;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Configs;
using PdeDiffusion.Tests.Robustness;
using RunProblem = PdeDiffusion.Problems.Problem;
using WorkerTeam = PdeDiffusion.Threads.WorkerTeam;

namespace PdeDiffusion.Tests.Runs;

/// <summary>The error that a run states, against the true one.</summary>
[TestClass]
public sealed class ErrorEstimateTests : IDisposable
{
    /// <summary>Rounding of the reference, its quadrature included, and the mass beyond the box, which is below it.</summary>
    private const double Floor = 1e-10;

    /// <summary>Cells as wide as those of three-diracs, on a box that holds its start.</summary>
    private const string Wide = """mesh={"axes":[{"from":-30,"to":30,"cells":6000}]}""";

    private readonly Scratch scratch = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => scratch.Dispose();

    /// <summary>On a line; the planes take longer and are among the thirty.</summary>
    [TestMethod]
    public void Where_it_calls_itself_asymptotic_it_is_within_half_and_five_times_the_true_error_on_a_few_lines() =>
        Judge([0, 1, 4, 9, 12, 13, 14, 23], least: 6);

    [TestMethod]
    [TestCategory("Slow")]
    public void Where_it_calls_itself_asymptotic_it_is_within_half_and_five_times_the_true_error_of_thirty_random_problems() =>
        Judge([.. Enumerable.Range(0, Setting("PDE_RUNS", 30))], least: 15);

    /// <summary>The shipped runs with a reference, reduced as for the goldens; and two that have one without naming it.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("anisotropic")]
    [DataRow("gaussian-1d")]
    [DataRow("gaussian-2d")]
    [DataRow("graded", """reference={"kind":"mass-transport"}""")]
    [DataRow("three-diracs", """reference={"kind":"mass-transport"}""", "generation.epsilon=0", Wide)]
    public void A_shipped_run_with_a_reference_states_its_error_within_half_and_five_times(string name, params string[] overrides)
    {
        string[] all = [.. GoldenRunTests.Reductions.GetValueOrDefault(name) ?? [], .. overrides, "monitors.enabled=false"];
        JudgeOne(name, Measure(ConfigFile.Read(GoldenRunTests.PathOf(name), all, out ConfigSource source), source));
    }

    /// <summary>The table of docs/accuracy.md: the shipped runs as they are. <c>PDE_UPDATE_GOLDEN=1</c> rewrites it.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void The_table_of_shipped_runs_holds()
    {
        if (Environment.GetEnvironmentVariable("PDE_UPDATE_GOLDEN") != "1")
            Assert.Inconclusive("about two minutes: PDE_UPDATE_GOLDEN=1 measures the table of docs/accuracy.md again");
        var rows = new StringBuilder();
        foreach ((string name, string[] overrides) in Shipped())
        {
            RunConfig config = ConfigFile.Read(
                GoldenRunTests.PathOf(name), [.. overrides, "monitors.enabled=false"], out ConfigSource source);
            (ErrorNorms? error, ErrorEstimate? estimate) = Measure(config, source);
            string with = overrides.Length == 0 ? "" : " (ε = 0, wider box)";
            string measured = error is null ? "–" : Number(error.L1), factor = error is null ? "–" : Short(estimate!.L1 / error.L1);
            string resolution = Resolution.Of(new RunProblem(config, source)).Words.Replace(" x ", " × ", StringComparison.Ordinal);
            rows.Append(CultureInfo.InvariantCulture, $"| `{name}`{with} | {resolution} ");
            rows.Append(CultureInfo.InvariantCulture,
                $"| {measured} | {Number(estimate!.L1)} | {factor} | {Short(estimate.Order)} | {(estimate.Asymptotic ? "yes" : "no")} |\n");
        }

        string file = Repository.PathOf("docs", "accuracy.md");
        string text = File.ReadAllText(file);
        const string Head = "|---|---|---|---|---|---|---|\n";
        int from = text.IndexOf(Head, StringComparison.Ordinal) + Head.Length;
        int to = text.IndexOf("\n\n", from - 1, StringComparison.Ordinal) + 1;
        File.WriteAllText(file, text[..from] + rows + text[to..]);
    }

    /// <summary>far/near = r^q (R^q − 1)/(r^q − 1) for an error C h^q, whatever the two ratios.</summary>
    [TestMethod]
    [DataRow(2.0, 2.0)]
    [DataRow(1.98, 2.04)]
    [DataRow(1.7, 2.5)]
    public void The_observed_order_is_that_of_an_error_that_is_a_power(double inner, double outer)
    {
        foreach (double order in new[] { -1, 0.3, 1, 2, 2.7, 4, 6 })
        {
            double near = Math.Abs(Math.Pow(inner, order) - 1), far = Math.Pow(inner, order) * Math.Abs(Math.Pow(outer, order) - 1);
            Assert.AreEqual(order, ErrorEstimate.ObservedOrder(near, far, inner, outer), 1e-9);
        }

        Assert.IsTrue(double.IsNaN(ErrorEstimate.ObservedOrder(0, 1, inner, outer)));
    }

    /// <summary>v_h = f + C h^q sin, at three resolutions: the estimate is C h^q ‖sin‖ up to the norm on coarser cells.</summary>
    [TestMethod]
    [DataRow(2.0, false, true, 1.0)]
    [DataRow(2.5, false, true, 1.0)]
    [DataRow(1.0, true, true, 1.0)]
    [DataRow(4.0, false, true, 15 / 4.657)]
    [DataRow(1.0, false, false, 1.0)]
    [DataRow(0.2, true, false, 0.1487)]
    public void An_error_that_is_a_power_is_stated_exactly_up_to_the_order_of_the_scheme(
        double order, bool isFirstOrder, bool asymptotic, double factor)
    {
        Solution[] levels = [.. ((int[])[400, 200, 100]).Select(cells => Of(cells, order))];
        ErrorEstimate estimate = ErrorEstimate.Of(levels[0], levels[1], levels[2], isFirstOrder);
        double norm = 1e-3 * Math.Pow(400, -order) * 4;
        Assert.AreEqual(asymptotic, estimate.Asymptotic);
        Assert.AreEqual(order, estimate.Order, 2e-3);
        Assert.AreEqual(factor, estimate.L1 / norm, 5e-3 * factor);

        static Solution Of(int cells, double order)
        {
            var grid = new Grid(Axis.Uniform(0, 2 * Math.PI, cells, Boundary.Periodic));
            double[] values = new double[cells];
            for (int cell = 0; cell < cells; cell++)
            {
                double from = grid.X.Faces[cell], to = grid.X.Faces[cell + 1];
                values[cell] = (Math.Sin(3 * to) - Math.Sin(3 * from)) / 3 / (to - from)
                    + 1e-3 * Math.Pow(cells, -order) * (Math.Cos(from) - Math.Cos(to)) / (to - from);
            }

            return new Solution(new Resolution(cells, 1, cells), grid, values);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_run_has_the_bytes_that_it_has_without_the_estimate()
    {
        foreach (string text in new[] { SmallRuns.Line, SmallRuns.Plane, SmallRuns.Forward, SmallRuns.Remap })
        {
            string config = scratch.Write("config.json", text), with = scratch.At("with"), without = scratch.At("without");
            foreach ((string folder, string value) in new[] { (with, "true"), (without, "false") })
            {
                Outcome outcome = Scratch.Run(
                    "run", config, "--out", folder, "--reproducible", "--set", "errorEstimate=" + value, "--force");
                Assert.AreEqual(0, outcome.Code, outcome.Error);
                Assert.AreEqual(value == "true", outcome.Output.Contains("half and a quarter", StringComparison.Ordinal)
                    || outcome.Output.Contains("too coarse to estimate", StringComparison.Ordinal), outcome.Output);
            }

            // The config and what is said about it differ; nothing else does.
            SortedDictionary<string, string> other = Scratch.Contents(without);
            foreach ((string name, string bytes) in Scratch.Contents(with)
                .Where(one => one.Key is not ("run.json" or "summary.json" or "report.html")))
                Assert.AreEqual(other[name], bytes, name);
            using var summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(with, "summary.json")));
            JsonElement estimated = summary.RootElement.GetProperty("errors").GetProperty("estimated");
            foreach (string key in new[] { "L1", "L2", "Linf", "order", "asymptotic" })
                Assert.IsTrue(estimated.TryGetProperty(key, out _), key);
            Assert.IsEmpty(Directory.GetFiles(with, "companion-*"));
        }
    }

    [TestMethod]
    public void A_run_expected_to_take_over_a_minute_is_not_estimated_unless_asked_for_and_says_so()
    {
        string config = scratch.Write("config.json", SmallRuns.Line);
        string[] overrides = ["mesh.axes[0].cells=100000", "time.steps=20000", "checkpoint=null"];
        foreach (string asked in new[] { "null", "true", "false" })
        {
            RunConfig read = ConfigFile.Read(config, [.. overrides, "errorEstimate=" + asked], out ConfigSource source);
            bool applies = EstimateRule.Applies(new RunProblem(read, source), out string? note);
            Assert.AreEqual(asked == "true", applies);
            Assert.AreEqual(asked == "null", note is not null);
            if (note is not null)
                StringAssert.Contains(note, "minutes: ask for it with errorEstimate", StringComparison.Ordinal);
        }

        Assert.IsTrue(EstimateRule.Applies(Read(SmallRuns.Line, []), out _));
    }

    [TestMethod]
    public void The_progress_line_names_the_companion_and_its_notes_are_left_out()
    {
        RunProblem problem = Read(SmallRuns.Line, []);
        using var team = new WorkerTeam(1);
        var progress = new Recorder();
        var runs = new CompanionRuns(problem, team, null, progress);
        Assert.IsNotNull(runs.Estimate(runs.Solve(Resolution.Of(problem), "own", CancellationToken.None), CancellationToken.None));
        CollectionAssert.AreEqual(
            new[]
            {
                "own: forward", "own: generation", "half resolution: forward", "half resolution: generation", "quarter resolution: forward",
                "quarter resolution: generation",
            },
            progress.Phases);
    }

    /// <summary>A density read from a snapshot, and given faces: averaged over and merged into the cells of the companions.</summary>
    [TestMethod]
    public void A_density_and_given_faces_have_companions_too()
    {
        const string Mesh = """mesh={"axes":[{"from":-8,"to":8,"cells":201,"grading":{"kind":"sinh","centre":0,"strength":1.2}}]}""";
        string first = scratch.Write("first.json", SmallRuns.Forward), folder = scratch.At("first");
        Outcome outcome = Scratch.Run("run", first, "--out", folder, "--set", Mesh, "--quiet");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        string second = scratch.Write("second.json", """
            {
              "name": "second",
              "mesh": { "axes": [ { "from": -8, "to": 8, "cells": 201, "grading": { "kind": "sinh", "centre": 0, "strength": 1.2 } } ] },
              "data": { "kind": "density", "file": "first/snapshots/002.csv" },
              "time": { "end": 1, "stop": 0.05, "steps": 30, "warmup": 30 },
              "generation": { "epsilon": 0.5, "start": { "kind": "density", "file": "first/snapshots/003.csv", "column": "u" } },
              "output": { "plots": false }
            }
            """);
        outcome = Scratch.Run("run", second, "--out", scratch.At("second"));
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Output, "v at t = 0.05: L1 error about", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_table_of_scores_has_companions_too_and_the_line_says_what_they_cannot_see()
    {
        var table = new StringBuilder("time,x,score\n");
        foreach (double time in new[] { 0.05, 0.2, 1 })
        {
            for (int cell = 0; cell < 120; cell++)
            {
                double x = -6 + (cell + 0.5) * 0.1;
                table.Append(CultureInfo.InvariantCulture, $"{time},{x:R},{-x / (0.3 + 2 * time):R}\n");
            }
        }

        scratch.Write("score.csv", table.ToString());
        string config = scratch.Write("config.json", """
            {
              "name": "tabulated", "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 120 } ] },
              "data": { "kind": "gaussians", "means": [[0]], "variances": [0.3] },
              "time": { "end": 1, "stop": 0.05, "steps": 24 },
              "generation": { "epsilon": 0, "start": { "kind": "gaussian", "mean": [0.2], "variance": 2 },
                "score": { "kind": "tabulated", "file": "score.csv" } },
              "output": { "plots": false }
            }
            """);
        Outcome outcome = Scratch.Run("run", config, "--out", scratch.At("out"));
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Output, new("v at t = 0.05: .*the error of the given score is not part of it"));
    }

    private sealed class Recorder : IRunProgress
    {
        public List<string> Phases { get; } = [];

        public void Begin(string name, long steps, long later, int cellCount) => Phases.Add(name);

        public void Step()
        {
        }

        public void Note(string text) => Assert.Fail(text);

        public void Clear()
        {
        }
    }

    private void Judge(IReadOnlyList<int> numbers, int least)
    {
        int asymptotic = 0;
        foreach (int number in numbers)
        {
            RunProblem problem = Read(RandomReferences.Config(number), []);
            asymptotic += JudgeOne($"problem {number}", Measure(problem)) ? 1 : 0;
        }

        Assert.IsGreaterThanOrEqualTo(least, asymptotic, $"{asymptotic} of {numbers.Count} call themselves asymptotic");
    }

    /// <summary>True if the estimate calls itself asymptotic; it is right then.</summary>
    private bool JudgeOne(string name, (ErrorNorms? Error, ErrorEstimate? Estimate) measured)
    {
        (ErrorNorms error, ErrorEstimate estimate) = (measured.Error!, measured.Estimate!);
        double factor = estimate.L1 / error.L1;
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: error {error.L1:0.0e+0}, estimate {estimate.L1:0.0e+0}, factor {factor:0.00}, order {estimate.Order:0.00}, "
            + $"{(estimate.Asymptotic ? "asymptotic" : "too coarse")}"));
        if (estimate.Asymptotic && error.L1 >= 10 * Floor)
            Assert.IsTrue(factor is >= 0.5 and <= 5, $"{name}: {factor:0.00}, order {estimate.Order:0.00}");
        return estimate.Asymptotic;
    }

    private RunProblem Read(string text, IReadOnlyList<string> overrides)
    {
        RunConfig config = ConfigFile.Read(scratch.Write("config.json", text), overrides, out ConfigSource source);
        return new RunProblem(config, source);
    }

    private static (ErrorNorms? Error, ErrorEstimate? Estimate) Measure(RunConfig config, ConfigSource source) =>
        Measure(new RunProblem(config, source));

    private static (ErrorNorms? Error, ErrorEstimate? Estimate) Measure(RunProblem problem)
    {
        using var team = new WorkerTeam(1);
        var quiet = new Progress(TextWriter.Null, terminal: false, quiet: true);
        using var simulation = new Simulation(
            new PreparedRun(problem.With(problem.Config with { Particles = null }), team), null, quiet);
        RunResult result = simulation.Run(CancellationToken.None);
        var own = new Solution(Resolution.Of(problem), problem.Grid, result.Final!);
        return (result.Summary.Errors, new CompanionRuns(problem, team, null, quiet).Estimate(own, CancellationToken.None));
    }

    private static IEnumerable<(string Name, string[] Overrides)> Shipped()
    {
        foreach (object[] row in GoldenRunTests.Runs())
        {
            yield return ((string)row[0], []);
            if ((string)row[0] == "three-diracs")
                yield return ("three-diracs", ["generation.epsilon=0", """reference={"kind":"mass-transport"}""", Wide]);
        }
    }

    private static string Number(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);

    private static string Short(double value) => double.IsFinite(value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : otherwise;
}
