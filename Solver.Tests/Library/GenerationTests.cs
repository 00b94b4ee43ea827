using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Library;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;
using Scratch = PdeDiffusion.Tests.Robustness.Scratch;

namespace PdeDiffusion.Tests.Library;

[TestClass]
public sealed class GenerationTests : IDisposable
{
    private static readonly GenerationOptions Quick = new() { Steps = 10, Stop = 0.02 };

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Levels_fall_from_T_to_the_end_and_every_guarantee_holds()
    {
        Level[] levels = [.. Generation.Run(Box.Line(-8, 8, 200), Datum.Points(-5, 0, 5), Quick)];
        Assert.HasCount(11, levels);
        Assert.AreEqual(1, levels[0].Time);
        Assert.AreEqual(0.02, levels[^1].Time);
        Assert.AreEqual(0, levels[^1].Index);
        Assert.AreEqual(0.2, levels[^1].Sigma, 1e-15);
        for (int k = 1; k < levels.Length; k++)
            Assert.IsLessThan(levels[k - 1].Kl, levels[k].Kl);
        foreach (Level level in levels)
        {
            Assert.IsEmpty(level.Violations);
            Assert.IsNotEmpty(level.Readings);
            Assert.AreEqual(1, Density.Mass(level.Grid, level.V), 1e-12);
            for (int cell = 0; cell < level.V.Length; cell++)
                Assert.IsTrue(level.W[cell] == level.V[cell] / level.U[cell] || double.IsNaN(level.W[cell]));
        }
    }

    /// <summary>The same bits as the run of a config with the same meaning.</summary>
    [TestMethod]
    public void A_generation_is_that_of_the_config_that_says_the_same()
    {
        string file = scratch.Write("run.json", """
            {
              "name": "same", "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 48 }, { "from": -6, "to": 6, "cells": 48 }] },
              "data": { "kind": "gaussians", "means": [[-1, 0], [1, 0.5]], "variances": [0.3, 0.2], "weights": [1, 2] },
              "time": { "end": 0.7, "stop": 0.05, "steps": 6 },
              "generation": { "epsilon": 0.3, "start": { "kind": "gaussian", "mean": [0, 0.25], "variance": 2 } },
              "output": { "plots": false }
            }
            """);
        Level[] own =
        [
            .. Generation.Run(Box.Square(-6, 6, 48), Datum.Gaussians([(-1, 0), (1, 0.5)], [0.3, 0.2], [1, 2]), new()
            {
                End = 0.7, Stop = 0.05, Steps = 6, Epsilon = 0.3, Start = Datum.Gaussians([(0, 0.25)], [2]), Threads = 1,
            }),
        ];
        Level[] config = [.. Generation.Run(file)];
        using var team = new WorkerTeam(2);
        using var simulation = new Simulation(
            new PreparedRun(new PdeDiffusion.Problems.Problem(ConfigFile.Read(file, [], out ConfigSource source), source), team), null,
            new Progress(TextWriter.Null, false, quiet: true));
        RunResult run = simulation.Run(CancellationToken.None);
        CollectionAssert.AreEqual(run.Final, own[^1].V);
        CollectionAssert.AreEqual(run.Final, config[^1].V);
        CollectionAssert.AreEqual(run.Readings.ToArray(), own.SelectMany(level => level.Readings).ToArray());
        CollectionAssert.AreEqual(run.Readings.ToArray(), config.SelectMany(level => level.Readings).ToArray());
        Assert.AreEqual(5, Generation.Run(file, "time.steps=4").Count());
    }

    [TestMethod]
    public void Nothing_is_computed_before_it_is_asked_for_and_levels_that_are_kept_do_not_change()
    {
        int calls = 0;
        var score = Score.Of((t, x) =>
        {
            calls++;
            return -x / (1 + 2 * t);
        });
        IEnumerable<Level> levels = Generation.Run(Box.Line(-8, 8, 50), Datum.Gaussians([0], [1]), Quick with { Score = score });
        Assert.AreEqual(0, calls);
        using IEnumerator<Level> each = levels.GetEnumerator();
        Assert.IsTrue(each.MoveNext());
        int afterFirst = calls;
        double[] first = [.. each.Current.V];
        Level kept = each.Current;
        Assert.IsTrue(each.MoveNext());
        Assert.IsGreaterThan(afterFirst, calls);
        CollectionAssert.AreEqual(first, kept.V);
        CollectionAssert.AreNotEqual(first, each.Current.V);
    }

    /// <summary>
    /// The exact score of a Gaussian as a function, in 1D and 2D, is the closed form's up to rounding, in boxes whose walls, which the
    /// closed form reflects at, are ten standard deviations away.
    /// </summary>
    [TestMethod]
    public void A_score_of_your_own_is_taken_at_the_faces()
    {
        Level[] own = [.. Generation.Run(
            Box.Line(-16, 16, 200), Datum.Gaussians([0.5], [0.25]),
            Quick with { Score = Score.Of((t, x) => (0.5 - x) / (0.25 + 2 * t)) })];
        Level[] closed = [.. Generation.Run(
            Box.Line(-16, 16, 200), Datum.Gaussians([0.5], [0.25]),
            Quick with { Score = Score.OfData(Datum.Gaussians([0.5], [0.25])) })];
        AssertClose(closed[^1].V, own[^1].V, 1e-9);

        GenerationOptions plane = Quick with { Steps = 5, Stop = 0.1, Monitors = false };
        own = [.. Generation.Run(Box.Square(-16, 16, 64), Datum.Gaussians([(0.5, -1)], [0.25]), plane with
        {
            Score = Score.Of((t, x, y) => ((0.5 - x) / (0.25 + 2 * t), (-1 - y) / (0.25 + 2 * t))),
        })];
        closed = [.. Generation.Run(Box.Square(-16, 16, 64), Datum.Gaussians([(0.5, -1)], [0.25]), plane with
        {
            Score = Score.OfData(Datum.Gaussians([(0.5, -1)], [0.25])),
        })];
        AssertClose(closed[^1].V, own[^1].V, 1e-9);
        int cell = 31 * 64 + 30;
        Assert.AreEqual((0.5 - own[^1].Grid.Centre(cell, 0)) / 0.45, own[^1].Score[0][cell], 1e-12);
        Assert.AreEqual((-1 - own[^1].Grid.Centre(cell, 1)) / 0.45, own[^1].Score[1][cell], 1e-12);
    }

    /// <summary>A density that is constant on cells has the bits of its cell averages; a smooth one their averages to 1e-12.</summary>
    [TestMethod]
    public void A_density_of_your_own_is_averaged_over_the_cells_and_normalised()
    {
        Grid grid = Box.Line(-8, 8, 160);
        Level[] given = [.. Generation.Run(grid, Datum.Density(x => 7 * Math.Exp(-x * x / 2)), Quick)];
        Level[] law = [.. Generation.Run(
            grid, Datum.Cells(Mixture.Gaussian([0.0], 1.0).CellAverages(grid)), Quick)];
        AssertClose(law[^1].U, given[^1].U, 1e-12);
        AssertClose(law[^1].V, given[^1].V, 1e-10);

        // A density has values at t = 0, so that generation may go on to there.
        Level[] whole = [.. Generation.Run(grid, Datum.Density(x => Math.Exp(-x * x / 2)), Quick with { Stop = 0 })];
        Assert.AreEqual(0, whole[^1].Time);
        AssertClose(Mixture.Gaussian([0.0], 1.0).CellAverages(grid), whole[^1].U, 1e-12);

        // Second moments by the centres of cells of width h exceed those of the density by h²/12 = 0.0075.
        Level plane = Generation.Run(
            Box.Square(-6, 6, 40), Datum.Density((x, y) => Math.Exp(-x * x - 2 * y * y)),
            Quick with { Steps = 2, Stop = 0.1, Start = Datum.OfNoise }).Last();
        Assert.AreEqual(0.5 + 0.2, Variance(plane, 0), 0.01);
        Assert.AreEqual(0.25 + 0.2, Variance(plane, 1), 0.01);
    }

    [TestMethod]
    public void The_default_start_has_the_moments_of_u_at_T_and_OfNoise_starts_from_it()
    {
        Level first = Generation.Run(Box.Line(-12, 12, 600), Datum.Points([-1, 2], [0.25, 0.75]), Quick).First();
        Assert.AreEqual(0.25 * -1 + 0.75 * 2, first.Mean((x, _) => x), 1e-6);
        Assert.AreEqual(0.25 * 0.75 * 9 + 2, Variance(first, 0), 2e-3, "up to h²");
        Level last = Generation.Run(
            Box.Line(-12, 12, 200), Datum.Points(-1, 2), Quick with { Start = Datum.OfNoise, Markov = true }).Last();
        CollectionAssert.AreEqual(last.U, last.V);
    }

    [TestMethod]
    public void A_monitor_of_your_own_is_judged_as_the_others_are()
    {
        var mass = Inequality.Equal("own-mass", level => level.Mean((_, _) => 1), _ => 1);
        var wrong = Inequality.AtMost("wrong", level => level.Kl, _ => -1);
        var right = Inequality.AtLeast("right", level => level.Kl, _ => 0);
        Level[] levels = [.. Generation.Run(Box.Line(-8, 8, 100), Datum.Points(-2, 2), Quick with { Also = [mass, wrong, right] })];
        foreach (Level level in levels)
        {
            Assert.AreEqual(Verdict.Held, level.Readings.Single(reading => reading.Monitor == "own-mass").Verdict);
            Assert.AreEqual(Verdict.Held, level.Readings.Single(reading => reading.Monitor == "right").Verdict);
            Reading violated = level.Readings.Single(reading => reading.Monitor == "wrong");
            Assert.AreEqual(Verdict.Violated, violated.Verdict);
            Assert.AreEqual(ReadingStatus.Observed, violated.Status);
            Assert.AreEqual(-1 - level.Kl, violated.Slack);
            Assert.IsEmpty(level.Violations, "observed only");
        }
    }

    [TestMethod]
    public void What_is_wrong_is_said_at_once_with_its_key()
    {
        Grid line = Box.Line(-8, 8, 50);
        Refused("Generation.Run:", "generation.epsilon", () => Generation.Run(line, Datum.Points(0), new() { Epsilon = -1 }));
        Refused("data.points", "outside", () => Generation.Run(line, Datum.Points(9), Quick));
        Refused("time.stop", "> 0", () => Generation.Run(line, Datum.Points(0), new() { Stop = 0 }));
        Refused("data", "-1 in cell", () => Generation.Run(line, Datum.Density(_ => -1), Quick));
        Refused("data", "2 coordinate(s)", () => Generation.Run(line, Datum.Density((_, _) => 1), Quick));
        Refused("data", "50 cells", () => Generation.Run(line, Datum.Cells([1, 2]), Quick));
        Refused("data", "u_T is no data", () => Generation.Run(line, Datum.OfNoise, Quick));
        Refused("none.json", "", () => Generation.Run(scratch.At("none.json")));
        Assert.ThrowsExactly<ArgumentException>(() => Score.OfData(Datum.Density(_ => 1)));

        static void Refused(string key, string what, Func<IEnumerable<Level>> run)
        {
            ArgumentException refusal = Assert.ThrowsExactly<ArgumentException>(() => run());
            StringAssert.Contains(refusal.Message, key, StringComparison.Ordinal);
            StringAssert.Contains(refusal.Message, what, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void A_score_that_is_not_finite_and_a_cancellation_end_the_sequence_with_their_exceptions()
    {
        IEnumerable<Level> infinite = Generation.Run(
            Box.Line(-8, 8, 50), Datum.Points(0), Quick with { Monitors = false, Score = Score.Of((_, x) => x > 1 ? double.NaN : 0) });
        ArithmeticException failure = Assert.ThrowsExactly<ArithmeticException>(() => infinite.Last());
        StringAssert.Contains(failure.Message, "the driving score is NaN", StringComparison.Ordinal);

        using var stop = new CancellationTokenSource();
        int seen = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (Level _ in Generation.Run(Box.Line(-8, 8, 50), Datum.Points(0), Quick with { Cancellation = stop.Token }))
            {
                if (++seen == 3)
                    stop.Cancel();
            }
        });
        Assert.AreEqual(3, seen);
    }

    private static double Variance(Level level, int axis)
    {
        double mean = level.Mean((x, y) => axis == 0 ? x : y);
        return level.Mean((x, y) => Math.Pow((axis == 0 ? x : y) - mean, 2));
    }

    private static void AssertClose(double[] expected, double[] found, double tolerance)
    {
        double largest = expected.Max();
        for (int cell = 0; cell < expected.Length; cell++)
            Assert.AreEqual(expected[cell], found[cell], tolerance * largest, $"cell {cell}");
    }
}
