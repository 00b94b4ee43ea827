using System.Globalization;
using System.Text;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Measures;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Problems;
using PdeDiffusion.Tests.Robustness;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Tests.Tradeoffs;

/// <summary>What must hold of a trade-off's cells, on small studies.</summary>
[TestClass]
public sealed class TradeoffTests : IDisposable
{
    /// <summary>Particles where bytes and files are compared, not laws.</summary>
    private const int Few = 100;

    private readonly InputFolder root = new();

    private string Out => Path.Combine(root.Root, "out");

    public void Dispose() => root.Dispose();

    [TestMethod]
    public void Many_samples_and_the_exact_score_agree()
    {
        IReadOnlyList<TradeoffCell> cells =
            Cells(Line("[0.05]", "[1]", "[20, 1500]", "[1, 2]", """{ "kind": "exact" }, { "kind": "empirical" }"""));
        foreach (int seed in new[] { 1, 2 })
        {
            TradeoffCell few = One(cells, "empirical", 20, seed), many = One(cells, "empirical", 1500, seed),
                exact = One(cells, "exact", 1500, seed);

            // KL of a sample's heat flow falls like 1/N: about the support over the width of a peak, below 20, over 2N.
            Assert.IsLessThan(20.0 / 3000, many[CellMeasure.Divergence] - exact[CellMeasure.Divergence]);
            Assert.IsGreaterThan(10 * many[CellMeasure.Divergence], few[CellMeasure.Divergence]);

            // W2 of N samples of standard deviation 1 from their law is about 1/√N.
            Assert.AreEqual(exact[CellMeasure.W2], many[CellMeasure.W2], 4 / Math.Sqrt(1500));
            Assert.AreEqual(exact[CellMeasure.LogLikelihood], many[CellMeasure.LogLikelihood], 20.0 / 1500);
            Assert.AreEqual(exact[CellMeasure.Coverage], many[CellMeasure.Coverage], 0.02);
        }
    }

    [TestMethod]
    public void An_estimate_says_what_a_trade_off_will_take_and_writes_nothing()
    {
        string file = Line(
            "[0.1, 0.05, 0.02]", "[0, 1]", "[20, 40]", "[1, 2]", """{ "kind": "exact" }, { "kind": "empirical" }""", particles: Few);
        Outcome outcome = Scratch.Run("study", file, "--out", Out, "--estimate");
        Assert.AreEqual(0, outcome.Code, outcome.Error);

        // 2 noise levels × 2 seeds × (2 sizes of the empirical score, and the exact one, which ignores N).
        StringAssert.Contains(outcome.Output, "flows          12, 48 cells\ntime           about ", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Out));
        string files = outcome.Output.Split("files          about ")[1].Split(',')[0];
        Assert.AreEqual(0, Scratch.Run("study", file, "--out", Out, "--quiet").Code);
        Assert.AreEqual(int.Parse(files, CultureInfo.InvariantCulture), Directory.GetFiles(Out).Length);

        Outcome check = Scratch.Run("check", file, "--estimate");
        StringAssert.Contains(check.Output, "valid; a trade-off of 48 cells\nflows          12,", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("1")]
    public void The_empirical_score_memorises_as_t_min_goes_to_0(string epsilon)
    {
        TradeoffCell[] cells = [.. Cells(Line(
            "[0.1, 1e-3, 1e-5, 1e-8]", $"[{epsilon}]", "[10]", "[4]", """{ "kind": "empirical" }, { "kind": "exact" }""", steps: 120))];
        TradeoffCell[] empirical = cells[..4], exact = cells[4..];
        for (int stop = 1; stop < 4; stop++)
            Assert.IsGreaterThanOrEqualTo(empirical[stop - 1][CellMeasure.Memorised], empirical[stop][CellMeasure.Memorised]);
        Assert.IsGreaterThan(0.99, empirical[3][CellMeasure.Memorised]);
        Assert.IsLessThan(1e-3, empirical[3][CellMeasure.Novelty] / empirical[3][CellMeasure.FreshNovelty]);

        // The exact score's samples are as new as fresh draws at any t_min: five standard deviations of two shares of 1000.
        double fresh = exact[3][CellMeasure.FreshMemorised];
        Assert.AreEqual(0, TrainingSet.Excess(exact[3][CellMeasure.Memorised], fresh), 5 * Math.Sqrt(2 * fresh / 1000 / (1 - fresh)));
        Assert.AreEqual(1, exact[3][CellMeasure.Novelty] / exact[3][CellMeasure.FreshNovelty], 0.15);
    }

    /// <summary>
    /// Mixed scores: one term of weight 1, and two halves of one score, are that score; half the exact and half the empirical score have
    /// half its error, so that KL lies between theirs.
    /// </summary>
    [TestMethod]
    public void A_mixed_score_is_the_sum_of_its_terms()
    {
        const string Empirical = """{ "kind": "empirical" }""", Exact = """{ "kind": "exact" }""";
        static string Mixed(params (double Weight, string Score)[] terms) =>
            "{ \"kind\": \"mixed\", \"terms\": [" + string.Join(", ", terms.Select(term =>
                FormattableString.Invariant($"{{ \"weight\": {term.Weight}, \"score\": {term.Score} }}"))) + "] }";
        string[] scores =
        [
            Empirical, Exact, Mixed((1, Empirical)), Mixed((0.5, Empirical), (0.5, Empirical)), Mixed((0.5, Exact), (0.5, Empirical)),
        ];
        IReadOnlyList<TradeoffCell> cells = Cells(Line("[0.1, 0.02]", "[1]", "[30]", "[1]", string.Join(", ", scores)));
        foreach (double stop in new[] { 0.1, 0.02 })
        {
            TradeoffCell Of(string name) => cells.Single(cell => cell.Score == name && cell.Stop == stop);
            TradeoffCell empirical = Of("empirical"), exact = Of("exact");
            foreach (CellMeasure measure in new[] { CellMeasure.Divergence, CellMeasure.W2, CellMeasure.Budget, CellMeasure.LogLikelihood })
            {
                Assert.AreEqual(empirical[measure], Of("1 empirical")[measure], $"{measure}");

                // Within a cell the likelihood follows the law of the score in closed form, which a mixed score of several terms has not.
                double rounding = (measure == CellMeasure.LogLikelihood ? 2e-3 : 1e-9) * (1 + Math.Abs(empirical[measure]));
                Assert.AreEqual(empirical[measure], Of("0.5 empirical+0.5 empirical")[measure], rounding, $"{measure}");
            }

            TradeoffCell between = Of("0.5 exact+0.5 empirical");
            Assert.IsTrue(exact[CellMeasure.Divergence] < between[CellMeasure.Divergence]
                && between[CellMeasure.Divergence] < empirical[CellMeasure.Divergence]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void The_budget_bounds_KL_in_every_cell_with_noise(int dimension)
    {
        const string scores = """
            { "kind": "exact" }, { "kind": "empirical" }, { "kind": "smoothed", "width": 0.2 },
            { "kind": "perturbed", "scale": 1.2, "noise": 0.5 }
            """;
        IReadOnlyList<TradeoffCell> cells = Cells(dimension == 1
            ? Line("[0.3, 0.05, 0.01, 0.003]", "[0.05, 1, 4]", "[5, 40]", "[1]", scores)
            : Plane("[0.2, 0.05, 0.01, 0.0005]", "[0.2, 1]", "[40]", "[1]", scores));
        foreach (TradeoffCell cell in cells)
        {
            // KL and its budget are measured where the grid resolves u, h = 0.125 in the plane; along particles the budget is known
            // everywhere.
            bool resolved = dimension == 1 || cell.Stop >= 0.01;
            Assert.AreEqual(resolved, double.IsFinite(cell[CellMeasure.Divergence]), Text(cell));
            Assert.AreEqual(resolved, double.IsFinite(cell[CellMeasure.Budget]), Text(cell));
            Assert.AreEqual(cell.Score != "perturbed", double.IsFinite(cell[CellMeasure.ParticleBudget]), Text(cell));
            if (resolved)
                Assert.IsLessThanOrEqualTo(cell[CellMeasure.Budget] + cell[CellMeasure.BudgetTolerance], cell[CellMeasure.Divergence],
                    Text(cell));

            // Two views of one integral, where cells are several times narrower than the peaks of û.
            if (cell.Stop >= 0.05 && cell.Score != "perturbed")
            {
                Assert.AreEqual(
                    cell[CellMeasure.Budget], cell[CellMeasure.ParticleBudget],
                    0.15 * cell[CellMeasure.Budget] + 4 * cell[CellMeasure.ParticleBudgetError], Text(cell));
            }
        }

        Assert.AreEqual(0, new TradeoffSummary(cells).Budget.Exceeded);

        // The error of the score of many samples is made at small t.
        TradeoffGroup group = new TradeoffSummary(cells).Groups.Last(group => group.Score == "empirical");
        Assert.IsGreaterThan(group.ScoreError(0).Mean, group.ScoreError(group.Stops.Count - 1).Mean);
    }

    [TestMethod]
    public void The_exact_score_returns_to_a_curve_at_the_rate_of_the_root()
    {
        IReadOnlyList<TradeoffCell> cells = Cells(Plane("[0.2, 0.05, 0.0125]", "[0]", "[10]", "[1]", """{ "kind": "exact" }"""));
        foreach ((TradeoffCell early, TradeoffCell late) in cells.Zip(cells.Skip(1)))
            Assert.AreEqual(2, early[CellMeasure.ParticleDistance] / late[CellMeasure.ParticleDistance], 0.25);
        foreach (TradeoffCell cell in cells)
            Assert.IsLessThanOrEqualTo(cell[CellMeasure.RmsBound], cell[CellMeasure.RmsDistance]);
    }

    [TestMethod]
    public void A_cell_does_not_depend_on_the_other_t_min()
    {
        // The same flow down to the least stop; another stop on the way becomes a level, so agreement is that of the step size.
        TradeoffCell alone = Cells(Line("[0.01]", "[1]", "[20]", "[1]", """{ "kind": "empirical" }"""))[0];
        TradeoffCell among = Cells(Line("[0.3, 0.1, 0.01]", "[1]", "[20]", "[1]", """{ "kind": "empirical" }"""))[2];
        Assert.AreEqual(alone[CellMeasure.W2], among[CellMeasure.W2], 0.02);
        Assert.AreEqual(alone[CellMeasure.LogLikelihood], among[CellMeasure.LogLikelihood], 0.02);
    }

    [TestMethod]
    public void A_killed_study_resumes_to_the_same_cells()
    {
        string file = Line(
            "[0.1, 0.01]", "[0, 1]", "[5, 10]", "[1, 2]", """{ "kind": "exact" }, { "kind": "empirical" }""", particles: Few);
        string[] whole = [.. Cells(file).Select(Text)];
        foreach (int after in new[] { 1, 5, 13 })
        {
            using var killed = new CancellationTokenSource();
            IReadOnlyList<TradeoffCell> written = [];
            int flows = 0;
            Assert.ThrowsExactly<RunFailedException>(() => new TradeoffRun(TradeoffFile.Read(file)).Run(
                2, [], Quiet(), sofar =>
                {
                    written = sofar;
                    if (++flows == after)
                        killed.Cancel();
                }, killed.Token));
            Assert.IsTrue(written.Count > 0 && written.Count < whole.Length, $"{written.Count}");

            // As the file holds them, the last flow cut short.
            string csv = root.Write(
                "tradeoff.csv", string.Join('\n', written.SkipLast(1).Select(Text).Prepend(string.Join(',', TradeoffCell.Header))) + "\n");
            IReadOnlyList<TradeoffCell> known = TradeoffCell.Read(csv);
            Assert.HasCount(written.Count - 1, known);
            int again = 0;
            string[] resumed = [.. new TradeoffRun(TradeoffFile.Read(file)).Run(1, known, Quiet(), _ => again++, CancellationToken.None)
                .Select(Text)];
            CollectionAssert.AreEqual(whole, resumed);
            Assert.AreEqual((whole.Length - known.Count + 1) / 2, again);
        }
    }

    [TestMethod]
    public void A_folder_resumed_half_way_holds_the_same_bytes()
    {
        string file = Line(
            "[0.1, 0.01]", "[1]", "[5, 10]", "[1, 2]", """{ "kind": "exact" }, { "kind": "empirical" }""",
            loss: "\"loss\": { \"edges\": [0.01, 1] },", particles: Few);
        string whole = Path.Combine(root.Root, "whole"), killed = Path.Combine(root.Root, "killed");
        Assert.AreEqual(0, Study(CancellationToken.None, file, "--out", whole, "--threads", "1"));
        Interrupt(file, killed, flows: 3);
        string table = Path.Combine(killed, "tradeoff.csv");
        string[] lines = File.ReadAllLines(table);
        Assert.IsTrue(lines.Length is > 4 and < 17, $"{lines.Length}");

        // The last row lost, and one altered: both are measured again.
        string[] altered = [.. lines[..^1]];
        int start = altered[1].LastIndexOf('.') + 1;
        altered[1] = altered[1][..start] + (char)(altered[1][start] ^ 1) + altered[1][(start + 1)..];
        File.WriteAllText(table, string.Join('\n', altered) + "\n");
        using StringWriter error = new();
        Assert.AreEqual(0, CommandLine.Run(
            ["study", file, "--out", killed, "--resume", "--threads", "2", "--reproducible"], TextWriter.Null, error, default));
        StringAssert.Contains(error.ToString(), "rows that were changed after they were written", StringComparison.Ordinal);
        StringAssert.Contains(error.ToString(), "t_min 0.1", StringComparison.Ordinal);
        Assert.HasCount(1 + 16, File.ReadAllLines(Path.Combine(whole, "tradeoff.csv")));
        string[] names = [.. Directory.GetFiles(whole).Select(one => Path.GetFileName(one)).Order()];
        CollectionAssert.IsSubsetOf(
            new[] { "study.json", "tradeoff-means.csv", "tradeoff-loss.csv", "tradeoff-recommendation.txt", "tradeoff-overview.png" },
                names);
        CollectionAssert.AreEqual(names, Directory.GetFiles(killed).Select(one => Path.GetFileName(one)).Order().ToArray());
        foreach (string name in names)
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(whole, name)), File.ReadAllBytes(Path.Combine(killed, name)), name);
    }

    [TestMethod]
    public void Only_a_tradeoff_can_be_resumed_and_no_table_of_something_else()
    {
        string other = root.Write("other.json", """{ "base": 1 }""");
        Assert.AreEqual(ExitCode.BadInput, Study(CancellationToken.None, other, "--resume"));
        string file = Line("[0.1]", "[1]", "[5]", "[1]", """{ "kind": "exact" }"""), folder = Path.Combine(root.Root, "out");
        Assert.AreEqual(ExitCode.Failed, Study(new CancellationToken(true), file, "--out", folder));
        File.WriteAllText(Path.Combine(folder, "tradeoff.csv"), "a,b\n1,2\n");
        Assert.AreEqual(ExitCode.BadInput, Study(CancellationToken.None, file, "--out", folder, "--resume"));
    }

    [TestMethod]
    public void Cells_of_another_version_or_of_other_inputs_are_refused_by_name_and_a_finished_study_is_not_resumed()
    {
        // A density is an input whose content is not part of the resolved study, as points are.
        string plain = File.ReadAllText(Line("[0.1]", "[1]", "[5]", "[1, 2]", """{ "kind": "empirical" }""", particles: Few));
        using (var json = System.Text.Json.JsonDocument.Parse(plain))
        {
            string made = Path.Combine(root.Root, "made");
            Assert.AreEqual(0, CommandLine.Run(
                ["run", root.Write("base.json", json.RootElement.GetProperty("base").GetRawText()), "--out", made, "--quiet",
                    "--set", "output.snapshots=[1, 0.9]", "--set", "output.plots=false", "--set", "particles=null"],
                TextWriter.Null, TextWriter.Null, default));
            File.Copy(Path.Combine(made, "snapshots", "000.csv"), Path.Combine(root.Root, "start.csv"));
            File.Copy(Path.Combine(made, "snapshots", "001.csv"), Path.Combine(root.Root, "later.csv"));
        }

        string start = Path.Combine(root.Root, "start.csv"), first = File.ReadAllText(start);
        string file = root.Write("density.json", plain.Replace(
            """{ "kind": "gaussian", "mean": [-0.3], "variance": 3.3 }""", """{ "kind": "density", "file": "start.csv", "column": "v" }""",
            StringComparison.Ordinal));
        string folder = Path.Combine(root.Root, "out"), record = Path.Combine(folder, "tradeoff-resume.json");
        Interrupt(file, folder, flows: 1);
        string kept = File.ReadAllText(record);
        File.WriteAllText(record, System.Text.RegularExpressions.Regex.Replace(kept, "\"build\": \"[^\"]*\"", "\"build\": \"0.0.0\""));
        StringAssert.Contains(Refusal(), "it was written by version 0.0.0 of the program; this is version ", StringComparison.Ordinal);
        File.WriteAllText(record, kept);
        File.Copy(Path.Combine(root.Root, "later.csv"), start, overwrite: true);
        StringAssert.Contains(Refusal(), "start.csv has changed since", StringComparison.Ordinal);
        File.WriteAllText(start, first);
        Assert.AreEqual(0, Study(CancellationToken.None, file, "--out", folder, "--resume"));
        Assert.IsFalse(File.Exists(record));

        string table = Path.Combine(folder, "tradeoff.csv"), finished = File.ReadAllText(table);
        DateTime written = File.GetLastWriteTimeUtc(table);
        Assert.AreEqual(0, Study(CancellationToken.None, file, "--out", folder, "--resume"));
        Assert.AreEqual(written, File.GetLastWriteTimeUtc(table));

        // A repeat that fails leaves the finished rows, whatever it had measured.
        int writes = 0;
        OpenFolder.Disk.Value = (path, stream) =>
        {
            writes++;
            return path.EndsWith("means.csv", StringComparison.Ordinal) ? throw new IOException("full") : stream;
        };
        Assert.AreEqual(ExitCode.Failed, Study(CancellationToken.None, file, "--out", folder));
        OpenFolder.Disk.Value = null;
        Assert.AreEqual(finished, File.ReadAllText(table));
        Assert.AreEqual(2, writes, "tradeoff.csv at the end, then the means");

        string Refusal()
        {
            string[] before = [.. Directory.GetFiles(folder).Order().Select(File.ReadAllText)];
            using StringWriter error = new();
            Assert.AreEqual(ExitCode.BadInput, CommandLine.Run(
                ["study", file, "--out", folder, "--resume", "--reproducible"], TextWriter.Null, error, default));
            CollectionAssert.AreEqual(before, Directory.GetFiles(folder).Order().Select(File.ReadAllText).ToArray());
            return error.ToString();
        }
    }

    [TestMethod]
    public void Errors_of_the_score_cost_no_more_than_the_bound_says()
    {
        string file = Line("[0.01]", "[0.2, 1]", "[5]", "[1, 2]", """{ "kind": "exact" }""",
            loss: "\"loss\": { \"edges\": [0.01, 0.05, 0.2, 1], \"budget\": 0.05 },");
        IReadOnlyList<LossWeight> weights = new LossWeights(TradeoffFile.Read(file)).Run(2, Quiet(), CancellationToken.None);
        Assert.HasCount(2 * 3 * 2, weights);
        foreach (LossWeight weight in weights)
        {
            // A field of mean square 1 over the box, not under v; the trapezoid rule sees the window up to half a step beyond its ends.
            Assert.IsTrue(weight.Error is > 0.005 and < 0.3, $"{weight}");
            Assert.IsTrue(weight.Cost > 0 && weight.Cost <= weight.Weight, $"{weight}");
            Assert.AreEqual(weight.Epsilon == 1 ? 1 : 1.8, weight.Weight, 1e-12);
        }

        // With noise, what is done at large t is forgotten.
        Assert.IsLessThan(
            weights.Where(weight => weight.Epsilon == 1 && weight.From == 0.01).Average(weight => weight.Cost) + 1,
            weights.Where(weight => weight.Epsilon == 1 && weight.From == 0.2).Average(weight => weight.Cost));
    }

    private IReadOnlyList<TradeoffCell> Cells(string file) =>
        new TradeoffRun(TradeoffFile.Read(file)).Run(2, [], Quiet(), _ => { }, CancellationToken.None);

    private static int Study(CancellationToken cancellation, params string[] args) =>
        CommandLine.Run(["study", .. args, "--quiet", "--reproducible"], TextWriter.Null, TextWriter.Null, cancellation);

    /// <summary>Cancels a study when the rows of a number of flows are being written.</summary>
    private static void Interrupt(string file, string folder, int flows)
    {
        using var cancellation = new CancellationTokenSource();
        int left = flows + 1;
        OpenFolder.Disk.Value = (path, stream) =>
        {
            if (path.EndsWith("tradeoff.csv", StringComparison.Ordinal) && --left == 0)
                cancellation.Cancel();
            return stream;
        };
        Assert.AreEqual(ExitCode.Failed, Study(cancellation.Token, file, "--out", folder, "--threads", "1"));
        OpenFolder.Disk.Value = null;
    }

    /// <summary>The row of a cell as its file holds it.</summary>
    private static string Text(TradeoffCell cell)
    {
        using var stream = new MemoryStream();
        TableWriter.Write(stream, TradeoffCell.Header, [cell.Row]);
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n')[1];
    }

    private static StudyProgress Quiet() => new(TextWriter.Null, terminal: false, quiet: true);

    private static TradeoffCell One(IReadOnlyList<TradeoffCell> cells, string score, int samples, int seed) =>
        cells.Single(cell => cell.Score == score && cell.Samples == samples && cell.Seed == seed);

    private string Line(
        string stops, string epsilons, string samples, string seeds, string scores, int steps = 40, string loss = "",
        int particles = 1000) => root.Write("line.json", $$"""
        {
          "base": {
            "name": "line",
            "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 120 }] },
            "data": { "kind": "gaussians", "means": [[-1.2], [1]], "variances": [0.15, 0.1], "weights": [0.6, 0.4] },
            "time": { "end": 1, "stop": 0.01, "steps": {{steps}} },
            "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [-0.3], "variance": 3.3 } },
            "particles": { "count": {{particles}}, "method": "exponential", "steps": 120 }
          },
          "tradeoff": {
            "stops": {{stops}}, "epsilons": {{epsilons}}, "samples": {{samples}}, "seeds": {{seeds}}, "scores": [ {{scores}} ],
            {{loss}}
            "radius": 0.1, "draws": {{particles}}
          }
        }
        """);

    private string Plane(string stops, string epsilons, string samples, string seeds, string scores) => root.Write("plane.json", $$"""
        {
          "base": {
            "name": "plane",
            "mesh": { "axes": [{ "from": -3, "to": 3, "cells": 48 }, { "from": -2.4, "to": 2.4, "cells": 40 }] },
            "data": { "kind": "curve", "curve": "circle", "scale": 1, "nodes": 400 },
            "time": { "end": 0.5, "stop": 0.01, "steps": 40 },
            "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 1.5 } },
            "particles": { "count": 1000, "method": "exponential", "steps": 120 }
          },
          "tradeoff": {
            "stops": {{stops}}, "epsilons": {{epsilons}}, "samples": {{samples}}, "seeds": {{seeds}}, "scores": [ {{scores}} ],
            "radius": 0.2, "draws": 500
          }
        }
        """);
}
