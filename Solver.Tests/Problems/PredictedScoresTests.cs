using System.Globalization;
using System.Text;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Tables;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Problems;

/// <summary>Scores from tables of what networks predict, in the time of their process.</summary>
[TestClass]
public sealed class PredictedScoresTests
{
    private const double Stop = 0.02, End = 0.5;

    private static readonly Mixture Law = Mixture.Gaussians([-1, 1.5], [0.3, 0.2], [0.4, 0.6]);

    private static readonly Dictionary<string, (string Json, Process Process)> Processes = new()
    {
        ["heat"] = ("""{ "kind": "heat" }""", new HeatProcess()),
        ["ve"] = ("""{ "kind": "ve", "sigmaMin": 0.1, "sigmaMax": 2 }""", new VarianceExploding(0.1, 2)),
        ["vp"] = ("""{ "kind": "vp" }""", new VariancePreserving(0.1, 20)),
        ["sub-vp"] = ("""{ "kind": "sub-vp" }""", new SubVariancePreserving(0.1, 20)),
        ["cosine"] = ("""{ "kind": "cosine", "offset": 0.008 }""", new CosineProcess(0.008)),
        ["ddpm"] = ("""{ "kind": "ddpm", "alphaBar": [0.99, 0.9, 0.6, 0.3] }""", new AlphaBarProcess([0.99, 0.9, 0.6, 0.3])),
        ["rectified-flow"] = ("""{ "kind": "rectified-flow" }""", new RectifiedFlow()),
        ["cond-ot"] = ("""{ "kind": "cond-ot" }""", new ConditionalTransport()),
    };

    private static readonly string[] Words = ["score", "noise", "data", "v", "velocity", "edm-raw"];

    private const string Config = """
        {
          "name": "predicted",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 96 } ] },
          "data": { "kind": "gaussians", "means": [[-1], [1.5]], "variances": [0.3, 0.2], "weights": [0.4, 0.6] },
          "time": { "end": 0.5, "stop": 0.02, "steps": 12 },
          "generation": { "epsilon": 0.5, "start": { "kind": "forward" }, "score": SCORE },
          "output": { "snapshots": [0.02], "plots": false }
        }
        """;

    /// <summary>What a perfect network of a kind returns, from the posterior means of data and noise.</summary>
    private static double Output(string predicts, in ProcessLevel level, double y, double score)
    {
        double data = y + 2 * level.HeatTime * score, noise = -level.Sigma * score, total = 2 * level.HeatTime + 0.25;
        return predicts switch
        {
            "score" => score / level.Alpha,
            "noise" => noise,
            "data" => data,
            "v" => level.Alpha * noise - level.Noise * data,
            "velocity" => level.AlphaRate * data + level.NoiseRate * noise,
            _ => (data - 0.25 / total * y) / (level.Sigma * 0.5 / Math.Sqrt(total)),
        };
    }

    /// <summary>Rows of a table at nine forward times, in the order of the process's own time.</summary>
    private static IEnumerable<(double Own, double X, double Value)> Rows(string predicts, Process process, double sign = 1)
    {
        double[] times = [.. Enumerable.Range(0, 9).Select(level => Stop * Math.Pow(End / Stop, level / 8.0))];
        (times[0], times[^1]) = (Stop, End);
        double[] centres = Axis.Uniform(-6, 6, 96, Boundary.NoFlux).Centres.ToArray();
        foreach (double time in process.To >= process.From ? times : times.Reverse())
        {
            ProcessLevel level = process.At(time);
            foreach (double x in centres)
                yield return (level.OwnTime, x, sign * Output(predicts, level, x, Law.Score(time, x, 0).X));
        }
    }

    private static string Csv(string predicts, Process process, double sign = 1)
    {
        var text = new StringBuilder(predicts == "score" ? "time,x,score\n" : "time,x,value\n");
        foreach ((double own, double x, double value) in Rows(predicts, process, sign))
            text.Append(CultureInfo.InvariantCulture, $"{own:R},{x:R},{value:R}\n");
        return text.ToString();
    }

    private static string Score(string predicts, string process, string file = "table.csv") =>
        $$"""{ "kind": "tabulated", "file": "{{file}}", "predicts": "{{predicts}}", "process": {{Processes[process].Json}} }""";

    /// <summary>v at stop.</summary>
    private static double[] Final(InputFolder folder, string score, out Grid grid)
    {
        string path = folder.Write("run.json", Config.Replace("SCORE", score, StringComparison.Ordinal));
        RunConfig config = ConfigFile.Read(path, [], out ConfigSource source);
        using var team = new WorkerTeam(1);
        var run = new Discretisation(new PdeDiffusion.Problems.Problem(config, source), team);
        double[] final = [];
        run.Run([new LevelWatcher(level => level == 0, level => final = [.. level.V!])], null, CancellationToken.None);
        grid = run.Problem.Grid;
        return final;
    }

    [TestMethod]
    public void EveryPairGivesVWithinTheTablesOwnError()
    {
        using var folder = new InputFolder();
        const string Data = """
            { "kind": "mixture", "data": { "kind": "gaussians", "means": [[-1], [1.5]], "variances": [0.3, 0.2], "weights": [0.4, 0.6] } }
            """;
        double[] exact = Final(folder, Data, out Grid grid);
        folder.Write("table.csv", Csv("score", Processes["heat"].Process));
        double[] plain = Final(folder, """{ "kind": "tabulated", "file": "table.csv" }""", out _);
        double own = Distance(grid, plain, exact);
        Assert.IsTrue(own is > 1e-7 and < 1e-2, $"nine times in a factor of 25 cost {own:E2}");
        foreach (string process in Processes.Keys)
        {
            foreach (string predicts in Words)
            {
                folder.Write("table.csv", Csv(predicts, Processes[process].Process));
                double[] v = Final(folder, Score(predicts, process), out _);
                Assert.AreEqual(0, Distance(grid, v, plain), 1e-10, $"{predicts}, {process}");
            }
        }
    }

    [TestMethod]
    public void ArraysOfNumpyAreTheSameTable()
    {
        using var folder = new InputFolder();
        (double Own, double X, double Value)[] rows = [.. Rows("noise", Processes["vp"].Process)];
        folder.Write("table.csv", Csv("noise", Processes["vp"].Process));
        double[] times = [.. rows.Select(row => row.Own).Distinct()], x = [.. rows.Take(96).Select(row => row.X)];
        double[] values = [.. rows.Select(row => row.Value)];
        void Write(params (string, NumpyArray)[] arrays)
        {
            using FileStream file = File.Create(Path.Combine(folder.Root, "table.npz"));
            NumpyFile.Write(file, arrays);
        }

        (string, NumpyArray) time = ("time", new NumpyArray([9], times)), place = ("x", new NumpyArray([96], x));
        Write(time, place, ("values", new NumpyArray([9, 96], values)));
        CollectionAssert.AreEqual(
            Final(folder, Score("noise", "vp"), out _), Final(folder, Score("noise", "vp", "table.npz"), out _));

        Refused("must have shape (9, 96), but has shape (96, 9)", time, place, ("values", new NumpyArray([96, 9], values)));
        Refused("has no array \"values\"", time, place);
        Refused("value 3 is 7, but the cell's centre", time, ("x", new NumpyArray([96], [.. x[..3], 7, .. x[4..]])),
            ("values", new NumpyArray([9, 96], values)));
        Refused("must have one value per cell, 96, but has 95", time, ("x", new NumpyArray([95], x[..95])),
            ("values", new NumpyArray([9, 96], values)));
        Refused("times must be >= 0 and increase, but time 1 is", ("time", new NumpyArray([9], [.. times.Reverse()])), place,
            ("values", new NumpyArray([9, 96], values)));
        Refused("must be finite numbers, but value 5 is NaN", time, place,
            ("values", new NumpyArray([9, 96], [.. values[..5], double.NaN, .. values[6..]])));

        void Refused(string phrase, params (string, NumpyArray)[] arrays)
        {
            Write(arrays);
            InputProblem problem = Assert.ThrowsExactly<InputException>(
                () => Final(folder, Score("noise", "vp", "table.npz"), out _)).Problems.Single();
            StringAssert.Contains(problem.ToString(), phrase, StringComparison.Ordinal);
        }
    }

    /// <summary>In the plane values have the shape (times, rows, columns, 2).</summary>
    [TestMethod]
    public void ArraysOfThePlaneHaveRowsAndColumns()
    {
        using var folder = new InputFolder();
        var grid = new Grid(Axis.Uniform(0, 2, 2, Boundary.NoFlux), Axis.Uniform(0, 3, 3, Boundary.NoFlux));
        string path = Path.Combine(folder.Root, "plane.npz");
        double[] values = [.. Enumerable.Range(0, 24).Select(value => (double)value)];
        using (FileStream file = File.Create(path))
        {
            NumpyFile.Write(
                file,
                [
                    ("time", new NumpyArray([2], [0.1, 0.2])), ("x", new NumpyArray([2], [0.5, 1.5])),
                    ("y", new NumpyArray([3], [0.5, 1.5, 2.5])), ("values", new NumpyArray([2, 3, 2, 2], values)),
                ]);
        }

        ScoreTable table = ScoreTableReader.Read(path, grid);
        CollectionAssert.AreEqual((double[])[0, 2, 4, 6, 8, 10], table.Values[0][0]);
        CollectionAssert.AreEqual((double[])[13, 15, 17, 19, 21, 23], table.Values[1][1]);
    }

    [TestMethod]
    [DataRow("noise", "vp")]
    [DataRow("velocity", "rectified-flow")]
    [DataRow("velocity", "cond-ot")]
    public void AWrongSignIsVisibleInTheScoreErrorBudget(string predicts, string process)
    {
        using var folder = new InputFolder();
        Reading Budget(double sign)
        {
            folder.Write("table.csv", Csv(predicts, Processes[process].Process, sign));
            string run = folder.Write("run.json", Config.Replace("SCORE", Score(predicts, process), StringComparison.Ordinal));
            string to = Path.Combine(folder.Root, FormattableString.Invariant($"out{sign}"));
            using StringWriter output = new(), error = new();
            Assert.AreEqual(
                0, CommandLine.Run(["run", run, "--out", to, "--quiet"], output, error, CancellationToken.None), error.ToString());
            return ReadingsReader.Read(Path.Combine(to, "readings.csv")).Last(reading => reading.Monitor == "score-error-budget");
        }

        Reading right = Budget(1), wrong = Budget(-1);
        Assert.IsLessThan(0.01, right.Bound);
        Assert.IsGreaterThan(100 * right.Bound, wrong.Bound);
        Assert.IsGreaterThan(100 * right.Measured, wrong.Measured);
    }

    [TestMethod]
    [DataRow("""{ "kind": "heat" }""", "noise", "generation.score",
        "which does not cover stop, t = 0.02 (σ = 0.2), to end, t = 0.5 (σ = 1)", 0.03, 0.5)]
    [DataRow("""{ "kind": "heat" }""", "noise", null, "time 0 of the process is t = 0, where only a score has a value", 0.0, 0.5)]
    [DataRow("""{ "kind": "rectified-flow" }""", "velocity", null, "time 1 of the process is t = ∞, where there is no score", 0.1, 1.0)]
    [DataRow("""{ "kind": "vp" }""", "v", null, "time 1.5 lies outside the process's [0, 1]", 0.1, 1.5)]
    [DataRow("""{ "kind": "ve", "sigmaMin": 2, "sigmaMax": 1 }""", "v", "generation.score.process.sigmaMin", "must be < sigmaMax",
        0.1, 1.0)]
    [DataRow("""{ "kind": "ddpm", "alphaBar": [0.9, 0.95] }""", "v", "generation.score.process.alphaBar[1]", "must fall", 0.1, 1.0)]
    [DataRow("""{ "kind": "vp", "betaMin": -0.1 }""", "v", "generation.score.process.betaMin", "must be >= 0", 0.1, 1.0)]
    public void ABadTableGetsOneLine(string process, string predicts, string? path, string phrase, double first, double last)
    {
        using var folder = new InputFolder();
        string rows = string.Concat(new[] { first, last }.SelectMany(
            time => Enumerable.Range(0, 96).Select(cell => FormattableString.Invariant($"{time},{-6 + (cell + 0.5) / 8},0\n"))));
        folder.Write("table.csv", "time,x,value\n" + rows);
        string score = $$"""{ "kind": "tabulated", "file": "table.csv", "predicts": "{{predicts}}", "process": {{process}} }""";
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => Final(folder, score, out _)).Problems.Single();
        Assert.AreEqual(path, problem.Path);
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
        if (path is null)
            Assert.AreEqual(first == 0 ? 2 : 98, problem.Line);
    }

    [TestMethod]
    public void SigmaDataBelongsToEdm()
    {
        using var folder = new InputFolder();
        folder.Write("table.csv", Csv("noise", Processes["heat"].Process));
        InputProblem problem = Assert.ThrowsExactly<InputException>(() => Final(
            folder, """{ "kind": "tabulated", "file": "table.csv", "predicts": "noise", "sigmaData": 1 }""", out _)).Problems.Single();
        Assert.AreEqual("generation.score.sigmaData", problem.Path);
    }

    private static double Distance(Grid grid, double[] a, double[] b) =>
        a.Select((value, cell) => grid.Volume(cell) * Math.Abs(value - b[cell])).Sum();
}
