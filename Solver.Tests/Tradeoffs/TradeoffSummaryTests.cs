using CsCheck;
using PdeDiffusion.Plots;
using PdeDiffusion.Tests.Figures;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Tests.Tradeoffs;

[TestClass]
public sealed class TradeoffSummaryTests
{
    private static readonly double[] Stops = [0.3, 0.1, 0.05, 0.02, 0.01, 0.004, 0.001];

    [TestMethod]
    public void The_best_time_is_the_vertex_of_a_parabola_in_log_t() =>
        Gen.Select(Gen.Double[-5.8, -2.5], Gen.Double[0.1, 3]).Sample((logBest, curvature) =>
        {
            var summary = new TradeoffSummary([.. Cells("empirical", 50, 1, t => -curvature * Square(Math.Log(t) - logBest))]);
            TradeoffGroup group = summary.Groups.Single();
            Assert.IsFalse(group.IsAtEdge);
            Assert.AreEqual(logBest, Math.Log(group.BestTime), 1e-9);
            Assert.AreEqual(logBest, Math.Log(group.BestTimes[0]), 1e-9);
        });

    [TestMethod]
    public void A_best_time_at_the_edge_is_no_point_of_the_scaling()
    {
        var cells = new List<TradeoffCell>();
        foreach (int samples in new[] { 20, 80, 320 })
        {
            foreach (int seed in new[] { 1, 2 })
                cells.AddRange(Cells("empirical", samples, seed, t => -Square(Math.Log(t) - Math.Log(2.0 / samples))));
        }

        cells.AddRange(Cells("empirical", 100_000, 1, t => -Math.Log(t)));
        var summary = new TradeoffSummary(cells);
        Assert.IsTrue(summary.Groups[^1].IsAtEdge);
        Assert.AreEqual(0.001, summary.Groups[^1].BestTime);
        Assert.AreEqual(-1, summary.Scalings.Single().Fit.Exponent, 1e-9);
        StringAssert.Contains(Recommendation.Of(summary), "the smallest t_min of this study: add smaller ones", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_recommendation_takes_the_likeliest_choice_and_says_what_is_as_good()
    {
        var cells = new List<TradeoffCell>();
        foreach (int seed in new[] { 1, 2, 3 })
        {
            // Smoothing gains 0.5 everywhere; the exact score, which no one has, gains more.
            cells.AddRange(Cells("empirical", 50, seed, t => 0.1 * seed - Square(Math.Log(t / 0.05))));
            cells.AddRange(Cells("smoothed-0.1", 50, seed, t => 0.5 + 0.1 * seed - Square(Math.Log(t / 0.02))));
            cells.AddRange(Cells("exact", 50, seed, t => 9));
        }

        string text = Recommendation.Of(new TradeoffSummary(cells));
        StringAssert.Contains(text, "With 50 samples: stop at t = 0.02, epsilon = 1, score smoothed-0.1", StringComparison.Ordinal);
        StringAssert.Contains(text, "All other choices are worse by more than two standard errors", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_figure_is_drawn_and_says_what_it_shows()
    {
        var cells = new List<TradeoffCell>();
        foreach (int samples in new[] { 20, 100 })
        {
            foreach (string score in new[] { "exact", "empirical" })
                cells.AddRange(Cells(score, samples, 1, t => -Square(Math.Log(t * samples))));
        }

        LossWeight[] loss = [new(1, 0.001, 0.01, 1, 0.05, 0.02, 1), new(1, 0.01, 0.1, 1, 0.05, 0.01, 1)];
        Figure[] figures = [.. new TradeoffPlots("study", new TradeoffSummary(cells), loss, new Rendering { Svg = true }).Draw()];
        CollectionAssert.AreEqual(
            new[]
            {
                "tradeoff-frontier", "tradeoff-likelihood", "tradeoff-memorisation", "tradeoff-budget", "tradeoff-scaling", "tradeoff-loss",
                "tradeoff-overview",
            }, figures.Select(figure => figure.Name).ToArray());
        foreach (Figure figure in figures)
            RunFigureListTests.AssertPng(figure.Png);
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        StringAssert.Contains(RunFigureListTests.Text(figures[0]), "empirical, ε = 1", StringComparison.Ordinal);
        StringAssert.Contains(RunFigureListTests.Text(figures[4]), "N^−1", StringComparison.Ordinal);
        foreach (string expected in new[] { "N = 20", "N = 100", "exact score", "fidelity", "cost of score errors" })
            StringAssert.Contains(RunFigureListTests.Text(figures[6]), expected, StringComparison.Ordinal);
    }

    /// <summary>Cells with a given likelihood over t_min and plausible numbers else.</summary>
    private static IEnumerable<TradeoffCell> Cells(
        string score, int samples, int seed, Func<double, double> likelihood, int? fold = null)
    {
        foreach (double stop in Stops)
        {
            double[] values = [.. Enum.GetValues<CellMeasure>().Select(measure => measure switch
            {
                CellMeasure.LogLikelihood => likelihood(stop),
                CellMeasure.ParticleScoreError => 0.01 / stop,
                CellMeasure.Novelty or CellMeasure.Memorised => 0.6,
                _ => 0.5,
            })];
            yield return new TradeoffCell("gaussian", 1, score, samples, seed, fold, stop, values);
        }
    }

    private static double Square(double value) => value * value;
}
