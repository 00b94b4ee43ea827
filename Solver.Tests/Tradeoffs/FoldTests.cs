using System.Globalization;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Studies;
using PdeDiffusion.Tests.Problems;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Tests.Tradeoffs;

/// <summary>Trade-offs on a finite set of points: folds, and nothing that compares with a distribution that is not known.</summary>
[TestClass]
public sealed partial class FoldTests : IDisposable
{
    private readonly InputFolder root = new();

    public void Dispose() => root.Dispose();

    [TestMethod]
    [DataRow(10, 2, 5)]
    [DataRow(10, 3, 6)]
    [DataRow(10, 10, 9)]
    [DataRow(300, 5, 240)]
    public void Every_point_is_held_out_once_and_never_trained_on_then(int count, int folds, int training)
    {
        double[][] points = [.. Enumerable.Range(0, count).Select(k => new double[] { k, -k })];
        var of = new Folds(points, folds);
        Assert.AreEqual(training, Folds.TrainingPoints(count, folds));
        foreach (int seed in new[] { 1, 2 })
        {
            var held = new List<double>();
            for (int fold = 1; fold <= folds; fold++)
            {
                double[] heldOut = of.HeldOut(seed, fold).X, trained = of.Training(seed, fold, training).X;
                Assert.IsTrue(heldOut.Length == count / folds || heldOut.Length == count / folds + 1, $"{heldOut.Length}");
                Assert.HasCount(training, trained);
                Assert.HasCount(training, trained.Distinct().ToArray());
                Assert.IsEmpty(heldOut.Intersect(trained));
                CollectionAssert.AreEqual(trained[..2], of.Training(seed, fold, 2).X, "fewer samples are the first of more");
                CollectionAssert.AreEqual(heldOut.Select(x => -x).ToArray(), of.HeldOut(seed, fold).Y);
                held.AddRange(heldOut);
            }

            CollectionAssert.AreEquivalent(points.Select(point => point[0]).ToArray(), held.ToArray());
        }

        CollectionAssert.AreNotEqual(of.HeldOut(1, 1).X, of.HeldOut(2, 1).X);
    }

    [TestMethod]
    [DataRow("\"folds\": 3, ", "", "tradeoff", "u0 is a finite set of 9 points")]
    [DataRow("\"folds\": 3, ", "", "tradeoff", "add \"folds\": 5 to hold out each fifth in turn")]
    [DataRow("\"folds\": 3, ", "\"samples\": [4], ", "tradeoff", "add \"folds\": 5")]
    [DataRow("\"folds\": 3", "\"folds\": 10", "tradeoff.folds",
        "must be <= the number of points, 9, but is 10: every fold needs a point")]
    [DataRow("\"folds\": 3", "\"folds\": 1", "tradeoff.folds", "must be >= 2")]
    [DataRow("\"folds\": 3", "\"folds\": 2.5", "tradeoff.folds", "must be an integer")]
    [DataRow("\"folds\": 3", "\"folds\": 3, \"samples\": [4, 7]", "tradeoff.samples[1]",
        "must be <= 6, the points that 3 folds of 9 leave to train on, but is 7")]
    [DataRow("\"empirical\" }", "\"empirical\" }, { \"kind\": \"exact\" }", "tradeoff.scores[1]", "use empirical or smoothed")]
    [DataRow("\"empirical\" }", "\"perturbed\", \"scale\": 2 }", "tradeoff.scores[0]", "use empirical or smoothed")]
    [DataRow("\"radius\": 0.1", "\"radius\": 0.1, \"draws\": 100", "tradeoff.draws", "the held-out points replace them: omit draws")]
    [DataRow("\"radius\": 0.1", "\"radius\": 0.1, \"loss\": { \"edges\": [0.1, 1] }", "tradeoff.loss", "omit loss")]
    [DataRow("[2.5]]", "[2.5]], \"weights\": [1, 1, 1, 1, 1, 1, 1, 1, 2]", "base", "equal weights with folds: omit the weights")]
    [DataRow("[[-2], [-1.5], [-1], [-0.5], [0.5], [1], [1.5], [2], [2.5]]", "[[0], [1]]", "tradeoff.folds",
        "must be <= the number of points, 2, but is 3")]
    public void What_is_wrong_with_folds_is_one_line(string good, string bad, string path, string phrase)
    {
        string text = Text();
        StringAssert.Contains(text, good, StringComparison.Ordinal);
        string file = root.Write("study.json", text.Replace(good, bad, StringComparison.Ordinal));
        InputException thrown = Assert.ThrowsExactly<InputException>(() => new TradeoffRun(TradeoffFile.Read(file)));
        Assert.HasCount(1, thrown.Problems, thrown.Message);
        Assert.AreEqual(path, thrown.Problems[0].Path);
        StringAssert.Contains(thrown.Problems[0].Message, phrase, StringComparison.Ordinal);
        foreach (string verb in new[] { "check", "study" })
        {
            using StringWriter error = new();
            Assert.AreEqual(
                ExitCode.BadInput,
                CommandLine.Run(
                    [verb, file, .. verb == "study" ? ["--out", Out("refused")] : (string[])[]], TextWriter.Null, error, default));
            Assert.HasCount(1, error.ToString().TrimEnd().Split('\n'), error.ToString());
        }

        Assert.IsFalse(Directory.Exists(Out("refused")));
    }

    [TestMethod]
    public void Folds_belong_to_points_and_samples_to_distributions()
    {
        string drawn = Text().Replace(
            "{ \"kind\": \"points\", \"points\": [[-2], [-1.5], [-1], [-0.5], [0.5], [1], [1.5], [2], [2.5]] }",
            "{ \"kind\": \"gaussians\", \"means\": [[0]], \"variances\": [1] }", StringComparison.Ordinal);
        Refused("requires data of kind points; fresh samples can be drawn from this u0", drawn);
        Refused("required, but missing: numbers of training samples", drawn.Replace("\"folds\": 3, ", "", StringComparison.Ordinal));

        // Gaussians of variance 0 are points as well.
        Refused("u0 is a finite set of 2 points", drawn.Replace("\"folds\": 3", "\"samples\": [4]", StringComparison.Ordinal)
            .Replace("[[0]], \"variances\": [1]", "[[0], [1]], \"variances\": [0, 0]", StringComparison.Ordinal));
        Refused("leave 1 to train on, but novelty needs two",
            Text("[[0], [1]]").Replace("\"folds\": 3", "\"folds\": 2", StringComparison.Ordinal));
        Refused("training points of seed 1, fold ", Text("[[0], [0], [0], [1]]"));
    }

    /// <summary>A curve sample stands for its curve: training and held-out points are fresh draws from it.</summary>
    [TestMethod]
    public void A_curve_sample_keeps_fresh_draws_from_its_curve()
    {
        string text = Text().Replace(
            "{ \"kind\": \"points\", \"points\": [[-2], [-1.5], [-1], [-0.5], [0.5], [1], [1.5], [2], [2.5]] }",
            "{ \"kind\": \"curve-sample\", \"curve\": \"circle\", \"samples\": 20, \"seed\": 7 }", StringComparison.Ordinal)
            .Replace("{ \"from\": -9, \"to\": 9, \"cells\": 180 }", string.Join(", ", Enumerable.Repeat(
                "{ \"from\": -9, \"to\": 9, \"cells\": 20 }", 2)), StringComparison.Ordinal)
            .Replace("\"folds\": 3", "\"samples\": [40]", StringComparison.Ordinal);
        var truth = new TradeoffTruth(TradeoffFile.Read(root.Write("study.json", text)));
        double[] training = truth.Draw(40, 1, DrawPurpose.Training).X, heldOut = truth.Draw(40, 1, DrawPurpose.HeldOut).X;
        Assert.HasCount(40, training.Distinct().ToArray());
        Assert.IsEmpty(training.Intersect(heldOut));
        Assert.IsEmpty(training.Intersect(truth.Law.X.ToArray()));
    }

    [TestMethod]
    public void A_cell_compares_with_the_points_of_its_fold_and_leaves_out_what_means_nothing()
    {
        Tradeoff tradeoff = TradeoffFile.Read(root.Write("study.json", Text()));
        var truth = new TradeoffTruth(tradeoff);
        CollectionAssert.AreEqual(new[] { 6 }, tradeoff.Config.Samples!.ToArray());
        IReadOnlyList<TradeoffCell> cells = Run(tradeoff);
        Assert.HasCount(2 * 3 * 3, cells);
        CollectionAssert.AreEqual(new int?[] { 1, 2, 3 }, cells.Take(9).Select(cell => cell.Fold).Distinct().ToArray());
        var summary = new TradeoffSummary(cells);
        Assert.AreEqual(3, summary.Folds);
        foreach (TradeoffCell cell in cells)
        {
            foreach (CellMeasure measure in Enum.GetValues<CellMeasure>())
                Assert.AreEqual(!summary.LeftOut.Contains(measure), double.IsFinite(cell[measure]), $"{measure}");
            TradeoffFlow flow = TradeoffFlow.All(tradeoff.Config).Single(flow => flow.Seed == cell.Seed && flow.Fold == cell.Fold);
            double[] training = truth.Training(flow).X, heldOut = truth.Fresh(flow, DrawPurpose.HeldOut).X;
            Assert.AreEqual(heldOut.Average(x => training.Min(other => Math.Abs(x - other))), cell[CellMeasure.FreshNovelty], 1e-12);
            Assert.AreEqual(
                heldOut.Average(x => training.Any(other => Math.Abs(x - other) <= 0.1) ? 1.0 : 0), cell[CellMeasure.FreshCoverage], 1e-12);

            // From u(T) generation gives u(t) of the training points, the mixture that the held-out points have no part in.
            var mixture = Mixture.Gaussians(training, new double[training.Length], []);
            Assert.AreEqual(
                heldOut.Average(x => mixture.LogDensity(cell.Stop, x, 0)), cell[CellMeasure.LogLikelihood], 0.02,
                $"fold {cell.Fold} at {cell.Stop}");
        }
    }

    [TestMethod]
    public void No_sentence_and_no_figure_has_a_NaN_or_a_negative_share()
    {
        // Point 0 twice: a fold may hold out copies of training points. A set of three: each fold holds out one.
        foreach (string points in new[] { "[[0], [0], [1], [1], [2], [2]]", "[[-2], [0], [3]]" })
        {
            string folder = Out("out" + points.Length);
            using StringWriter output = new(), error = new();
            Assert.AreEqual(0, CommandLine.Run(
                ["study", root.Write("study.json", Text(points, svg: true)), "--out", folder, "--reproducible"], output, error, default),
                error.ToString());
            string text = File.ReadAllText(Path.Combine(folder, "tradeoff-recommendation.txt"));
            StringAssert.Contains(text, "training points (3 folds): stop at t = ", StringComparison.Ordinal);
            StringAssert.Contains(text, "Left out, because the distribution behind the points is not known", StringComparison.Ordinal);
            string json = File.ReadAllText(Path.Combine(folder, "study.json"));
            StringAssert.Contains(json, "\"score_error_particles\"", StringComparison.Ordinal);
            foreach (string said in new[] { text, output.ToString(), json })
            {
                Assert.IsFalse(said.Contains("NaN", StringComparison.Ordinal) || said.Contains('∞'), said);
                Assert.IsFalse(NegativeShare().IsMatch(said), said);
            }

            Assert.IsFalse(File.Exists(Path.Combine(folder, "tradeoff-budget.csv")));
            string[] figures = [.. Directory.GetFiles(folder, "*.svg").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];
            if (!Fonts.Available)
                continue;
            CollectionAssert.AreEqual(
                new[] { "tradeoff-frontier", "tradeoff-likelihood", "tradeoff-memorisation", "tradeoff-overview" }, figures);
            foreach (string figure in figures)
                Assert.IsFalse(File.ReadAllText(Path.Combine(folder, figure + ".svg")).Contains("NaN", StringComparison.Ordinal), figure);
        }
    }

    [TestMethod]
    public void The_standard_error_is_that_of_the_folds_of_one_seed()
    {
        // Two seeds, four folds each: a value per fold, the same for both seeds, must not count twice.
        TradeoffCell Cell(int seed, int fold, double value) =>
            new("forward", 1, "empirical", 10, seed, fold, 0.1, [.. Enum.GetValues<CellMeasure>().Select(_ => value)]);
        double[] values = [1, 2, 4, 9];
        var once = new TradeoffSummary([.. values.Select((value, k) => Cell(1, k + 1, value))]);
        var twice = new TradeoffSummary([.. new[] { 1, 2 }.SelectMany(seed => values.Select((value, k) => Cell(seed, k + 1, value)))]);
        Assert.AreEqual(4, once.Groups[0].Of(0, CellMeasure.W2).Mean);
        Assert.AreEqual(Math.Sqrt((9 + 4 + 0 + 25) / 3.0 / 4), once.Groups[0].Of(0, CellMeasure.W2).Error, 1e-12);
        Assert.AreEqual(once.Groups[0].Of(0, CellMeasure.W2), twice.Groups[0].Of(0, CellMeasure.W2));
        Assert.HasCount(8, twice.Groups[0].Seeds);
    }

    [TestMethod]
    public void A_study_of_folds_stopped_half_way_resumes_to_the_same_bytes()
    {
        string file = root.Write("study.json", Text()), whole = Out("whole"), killed = Out("killed");
        Assert.AreEqual(0, Study(file, whole, default));
        using var cancellation = new CancellationTokenSource();
        int left = 4;
        OpenFolder.Disk.Value = (path, stream) =>
        {
            if (path.EndsWith("tradeoff.csv", StringComparison.Ordinal) && --left == 0)
                cancellation.Cancel();
            return stream;
        };
        Assert.AreEqual(ExitCode.Failed, Study(file, killed, cancellation.Token));
        OpenFolder.Disk.Value = null;
        string[] lines = File.ReadAllLines(Path.Combine(killed, "tradeoff.csv"));
        Assert.IsTrue(lines.Length is > 3 and < 19, $"{lines.Length}");
        File.WriteAllText(Path.Combine(killed, "tradeoff.csv"), string.Join('\n', lines[..^1]) + "\n");
        Assert.AreEqual(0, Study(file, killed, default, "--resume"));
        foreach (string name in Directory.GetFiles(whole).Select(one => Path.GetFileName(one)!))
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(whole, name)), File.ReadAllBytes(Path.Combine(killed, name)), name);

        // Another number of folds is another study.
        string other = root.Write("study.json", Text().Replace("\"folds\": 3", "\"folds\": 4", StringComparison.Ordinal));
        Assert.AreEqual(ExitCode.BadInput, Study(other, killed, default, "--resume"));
    }

    /// <summary>
    /// The points of configs/own/rings.csv. Over the same folds, the mixture of N(x_i, 2t) over the 240 training points has a
    /// cross-validated likelihood in closed form: its maximum in t is within a factor 1.25 of the recommended t.
    /// </summary>
    [TestMethod]
    public void Two_noisy_rings_are_stopped_where_cross_validation_says()
    {
        const double ratio = 1.25;
        string csv = Repository.PathOf("configs", "own", "rings.csv");
        File.Copy(csv, Path.Combine(root.Root, "rings.csv"));
        string stops = string.Join(", ", Enumerable.Range(0, 9).Select(k => string.Create(
            CultureInfo.InvariantCulture, $"{0.0145 / Math.Pow(ratio, k):R}")));
        string file = root.Write("rings.json", $$"""
            { "base": {
                "name": "rings", "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 64 }, { "from": -6, "to": 6, "cells": 64 }] },
                "data": { "kind": "points", "file": "rings.csv", "columns": ["x", "y"] },
                "time": { "end": 0.7, "stop": 0.01, "steps": 30, "warmup": 16 },
                "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 2.65 } },
                "particles": { "count": 50, "method": "exponential", "steps": 20 } },
              "tradeoff": { "folds": 5, "seeds": [3], "scores": [{ "kind": "empirical" }], "radius": 0.1,
                "stops": [{{stops}}] } }
            """);
        Tradeoff tradeoff = TradeoffFile.Read(file);
        var truth = new TradeoffTruth(tradeoff);
        TradeoffGroup group = new TradeoffSummary(Run(tradeoff)).Groups.Single();
        Assert.IsFalse(group.IsAtEdge);

        var folds = TradeoffFlow.All(tradeoff.Config).Select(flow => (Held: truth.Fresh(flow, DrawPurpose.HeldOut),
            Training: MixtureOf(truth.Training(flow)))).ToArray();
        Assert.HasCount(5, folds);
        double best = double.NaN, most = double.NegativeInfinity;
        for (double t = 0.05; t > 5e-4; t /= 1.02)
        {
            double likelihood =
                folds.Average(fold => fold.Held.X.Zip(fold.Held.Y, (x, y) => fold.Training.LogDensity(t, x, y)).Average());
            if (likelihood > most)
                (best, most) = (t, likelihood);
        }

        Assert.IsTrue(group.BestTime <= best * ratio && group.BestTime >= best / ratio, $"recommended {group.BestTime}, by hand {best}");
        Assert.AreEqual(most, group.Of(group.BestStop, CellMeasure.LogLikelihood).Mean, 0.05);
        StringAssert.Contains(Recommendation.Of(new TradeoffSummary(group.Seeds.SelectMany(cells => cells).ToArray())),
            "With 240 training points (5 folds): stop at t = 0.00", StringComparison.Ordinal);

        static Mixture MixtureOf((double[] X, double[] Y) points) =>
            Mixture.Gaussians(points.X, points.Y, new double[points.X.Length], []);
    }

    /// <summary>The journey of docs/tradeoff.md: a labelled CSV to samples at three times and a recommendation.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    public void A_labelled_file_of_points_becomes_samples_at_three_times_and_a_recommendation()
    {
        string own = Repository.PathOf("configs", "own");
        using StringWriter output = new(), error = new();
        Assert.AreEqual(0, CommandLine.Run(
            ["figures", Path.Combine(own, "rings-samples.json"), "--out", Out("figures")], output, error, default), error.ToString());
        Assert.AreEqual(0, CommandLine.Run(
            ["study", Path.Combine(own, "rings-tradeoff.json"), "--out", Out("study")], output, error, default), error.ToString());
        if (Fonts.Available)
        {
            string figure = File.ReadAllText(Path.Combine(Out("figures"), "rings-samples.svg"));
            foreach (string time in new[] { "t = 0.7", "t = 0.1", "t = 0.01" })
                StringAssert.Contains(figure, time, StringComparison.Ordinal);
        }

        StringAssert.Contains(output.ToString(), "With 240 training points (5 folds): stop at t = 0.00", StringComparison.Ordinal);
        StringAssert.Contains(error.ToString(), "\"Label\"", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(emorised|in excess of held-out points:?|ovelty|overage)[^.;,]{0,40} -0?[.\d]")]
    private static partial Regex NegativeShare();

    private static IReadOnlyList<TradeoffCell> Run(Tradeoff tradeoff) =>
        new TradeoffRun(tradeoff).Run(
            2, [], new StudyProgress(TextWriter.Null, terminal: false, quiet: true), _ => { }, CancellationToken.None);

    private static int Study(string file, string folder, CancellationToken cancellation, params string[] flags) => CommandLine.Run(
        ["study", file, "--out", folder, "--quiet", "--reproducible", "--threads", "1", .. flags], TextWriter.Null, TextWriter.Null,
        cancellation);

    private void Refused(string phrase, string text)
    {
        string file = root.Write("study.json", text);
        InputException thrown = Assert.ThrowsExactly<InputException>(() => new TradeoffRun(TradeoffFile.Read(file)));
        Assert.HasCount(1, thrown.Problems, thrown.Message);
        StringAssert.Contains(thrown.Message, phrase, StringComparison.Ordinal);
    }

    private string Out(string name) => Path.Combine(root.Root, name);

    /// <summary>Two seeds of three folds of points on a line, at three t_min.</summary>
    private static string Text(
        string points = "[[-2], [-1.5], [-1], [-0.5], [0.5], [1], [1.5], [2], [2.5]]", bool svg = false) => $$"""
        {
          "name": "folds",
          "base": {
            "name": "line",
            "mesh": { "axes": [{ "from": -9, "to": 9, "cells": 180 }] },
            "data": { "kind": "points", "points": {{points}} },
            "time": { "end": 1, "stop": 0.01, "steps": 40 },
            "generation": { "epsilon": 1, "start": { "kind": "forward" } },
            "particles": { "count": 200, "method": "exponential", "steps": 40 }
          },
          "tradeoff": {
            "folds": 3, "seeds": [1, 2], "stops": [0.3, 0.1, 0.05], "scores": [{ "kind": "empirical" }], "radius": 0.1
          },
          "output": { "svg": {{(svg ? "true" : "false")}} }
        }
        """;
}
