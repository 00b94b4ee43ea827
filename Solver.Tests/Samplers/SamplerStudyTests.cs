using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;
using PdeDiffusion.Processes;
using PdeDiffusion.Samplers;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Samplers;

/// <summary>Studies of samplers against closed forms: the law, its floor, the orders.</summary>
[TestClass]
public sealed class SamplerStudyTests : IDisposable
{
    private const double Mean = 0.2, Variance = 0.25, StartMean = 0.7, StartVariance = 3.375, End = 1, Stop = 0.01;

    private const string Gaussian = """{ "kind": "gaussians", "means": [[0.2]], "variances": [0.25] }""";

    private const string Bimodal = """{ "kind": "gaussians", "means": [[-1.2], [0.9]], "variances": [0.15, 0.3] }""";

    private const string FromGaussian = """{ "kind": "gaussian", "mean": [0.7], "variance": 3.375 }""";

    private readonly InputFolder root = new();

    public void Dispose() => root.Dispose();

    /// <summary>
    /// On one Gaussian the samplers are linear, x − m → A (x − m) in each step; for DPM-Solver++(2M) two-step. So the law is
    /// N(m + A(m_T − m), A² V_T), and that of the ODE has A = √(a_0/a_T), a = V + 2t. W_2 of two Gaussians is √(Δm² + Δs²).
    /// </summary>
    [TestMethod]
    [DataRow("ddim")]
    [DataRow("heun")]
    [DataRow("dpm++2m")]
    [DataRow("exponential")]
    public void TheTableOfAGaussianIsThatOfTheClosedForm(string method)
    {
        (_, LawOfStudy law, IReadOnlyList<SamplerRow> rows) =
            Run(Line(Gaussian, "0", FromGaussian, $"\"{method}\"", "4, 8, 30", count: 2000));
        double exact = Math.Sqrt((Variance + 2 * Stop) / (Variance + 2 * End)), start = Math.Sqrt(StartVariance);
        Assert.IsLessThan(2e-4, law.Error.W2, "the grid against the exact law");
        foreach (SamplerRow row in rows)
        {
            double factor = Factor(method, Sampler.Levels(new EdmLevels(), Stop, End, row.Steps));
            double shift = Math.Abs(factor - exact) * (StartMean - Mean), spread = Math.Abs(factor - exact) * start;
            double expected = Math.Sqrt(shift * shift + spread * spread);

            // Between nodes 0.01 apart the mass is spread evenly: relative 0.01²/12.
            Assert.AreEqual(expected, row.Map.W2, 1e-5 * expected + 1e-10, row.Name);
            Assert.IsTrue(row.Map.W1 <= row.Map.W2 && row.Map.W1 >= shift - 1e-10, row.Name);

            // Samples: W_2 of the two laws, give or take what sampling makes.
            SampleMean sampled = row[SamplerMeasure.W2];
            Assert.AreEqual(expected, sampled.Mean, row.Floor.Means[1] + 5 * row.Floor.Deviations[1], row.Name);
            double off = Math.Abs(factor * factor - exact * exact) * StartVariance, variance = Math.Max(factor, exact);
            variance *= variance * StartVariance;
            Assert.AreEqual(off, row[SamplerMeasure.Covariance].Mean, 4 * variance * Math.Sqrt(2.0 / 2000) + 1e-3, row.Name);
            Assert.AreEqual(0, row.Outside);
        }

        // v is as far from u as the closed form says.
        double mean = exact * (StartMean - Mean), width = exact * start - Math.Sqrt(Variance + 2 * Stop);
        Assert.AreEqual(Math.Sqrt(mean * mean + width * width), law.ToForward.W2, 1e-3);
    }

    /// <summary>E W_1 = ∫ E|F_n − F| dx with E|F_n − F| = √(2F(1−F)/πn), E|mean| = √(2V/πn); and independent sets of draws.</summary>
    [TestMethod]
    public void TheFloorIsWhatExactDrawsGive()
    {
        const int Count = 3000;
        (_, LawOfStudy law, _) = Run(Line(Bimodal, "0", FromGaussian, "\"heun\"", "4", count: Count));
        Grid grid = law.Law.Grid;
        double[] v = law.Law.V;
        double below = 0, expected = 0, mean = 0, square = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            double mass = v[cell] * grid.Volume(cell), middle = Math.Clamp(below + 0.5 * mass, 0, 1), x = grid.Centre(cell, 0);
            expected += grid.Volume(cell) * Math.Sqrt(2 * middle * (1 - middle) / (Math.PI * Count));
            (mean, square, below) = (mean + mass * x, square + mass * x * x, below + mass);
        }

        Near(expected, SamplerMeasure.W1, 0.02);
        Near(Math.Sqrt(2 * (square - mean * mean) / (Math.PI * Count)), SamplerMeasure.Mean, 0.02);
        Assert.IsLessThan(
            1.01 * ParticleDensity.ExpectedL1Distance(grid, v, Count), law.Floor.Means[(int)SamplerMeasure.L1], "a bound from above");
        var draws = Enumerable.Range(0, 64).Select(set =>
            law.Law.Of(ParticleEnsemble.FromCells(grid, v, Count, 77 + (ulong)set))).ToArray();
        foreach (SamplerMeasure measure in Enum.GetValues<SamplerMeasure>())
            Near(draws.Average(one => one[(int)measure]), measure, 0);

        void Near(double value, SamplerMeasure measure, double share) => Assert.AreEqual(
            value, law.Floor.Means[(int)measure],
            share * value + 4 * law.Floor.Deviations[(int)measure] * Math.Sqrt(1.0 / SamplingFloor.Sets + 1.0 / 64), measure.ToString());
    }

    [TestMethod]
    [DataRow("0", "\"ddim\", \"euler\", \"heun\", \"dpm++2m\", \"ode\", \"exponential\", \"euler-maruyama\", \"churn\"")]
    [DataRow("0.5", "\"ddim\", \"euler-ancestral\", \"exponential\", \"euler-maruyama\"")]
    [DataRow("[[0.02, 0.1], [0.5, 1]]", "\"ddim\", \"exponential\"")]
    public void WithEnoughStepsEverySamplerIsAtItsFloor(string epsilon, string methods)
    {
        (SamplerStudy study, _, IReadOnlyList<SamplerRow> rows) = Run(Line(
            Bimodal, epsilon, FromGaussian, methods, "300", count: 1000, churn: methods.Contains("churn", StringComparison.Ordinal)));
        foreach (SamplerRow row in rows)
        {
            foreach (SamplerMeasure measure in (SamplerMeasure[])[
                SamplerMeasure.W1, SamplerMeasure.W2, SamplerMeasure.Mean, SamplerMeasure.Covariance, SamplerMeasure.L1])
            {
                int index = (int)measure;

                // Four standard deviations of a mean of two seeds, and an eighth of the floor for first-order methods.
                double allowed = row.Floor.Means[index] * 1.125
                    + 4 * row.Floor.Deviations[index] * Math.Sqrt(1.0 / study.Config.Seeds.Count + 1.0 / SamplingFloor.Sets);
                Assert.IsLessThan(allowed, row[measure].Mean, $"{row.Name}: {measure}, floor {row.Floor.Means[index]}");
            }
        }
    }

    [TestMethod]
    public void InThePlaneTooAndFromUTheLawIsU()
    {
        (_, LawOfStudy law, IReadOnlyList<SamplerRow> rows) = Run(Plane("\"heun\", \"dpm++2m\", \"churn\"", "1, 60"));

        // Differences of rounding, 1e-16 of the mass, over a distance of 1.
        Assert.IsLessThan(1e-6, law.ToForward.W2);
        Assert.IsNull(law.Push);
        foreach (SamplerRow row in rows.Where(row => row.Steps == 60))
        {
            Assert.IsTrue(
                row.IsAtFloor(2), $"{row.Name}: {row[SamplerMeasure.W2].Mean}, floor {row.Floor.Means[1]} ± {row.Floor.Deviations[1]}");
            Assert.AreEqual(row[SamplerMeasure.W2].Mean, row[SamplerMeasure.W2Forward].Mean, 1e-6);
            Assert.AreEqual(row.Method == "churn" ? SamplerRow.OfItsOwn : SamplerRow.OfBase, row.Law);
        }

        foreach (SamplerRow row in rows.Where(row => row.Steps == 1))
            Assert.IsFalse(row.IsAtFloor(2), row.Name);
    }

    [TestMethod]
    [DataRow("ddim", 1.0)]
    [DataRow("heun", 2.0)]
    [DataRow("dpm++2m", 2.0)]
    public void TheOrdersWithoutSamplingAreTheirs(string method, double order)
    {
        (SamplerStudy study, LawOfStudy law, IReadOnlyList<SamplerRow> rows) =
            Run(Line(Bimodal, "0", FromGaussian, $"\"{method}\"", "64, 128, 256", count: 100));
        SamplerCurve curve = new SamplerSummary(study, law, rows).Curves.Single();
        Assert.HasCount(3, curve.Fitted);
        Assert.AreEqual(order, curve.Order.Exponent, 0.25, string.Join(", ", rows.Select(row => row.Map.W2)));
        Assert.AreEqual(order, curve.OrderOfW1.Exponent, 0.25, string.Join(", ", rows.Select(row => row.Map.W1)));
        Assert.IsLessThan(1e-7, law.Push!.Uncertainty.W2);
    }

    /// <summary>Off u_T the law depends on ε: churn is at the floor of its own law, and far from the one of ε = 0.</summary>
    [TestMethod]
    public void ChurnIsComparedWithTheLawOfItsOwnNoise()
    {
        string file = Line(Gaussian, "0", FromGaussian, "\"churn\"", "200", count: 4000, churn: true);
        (SamplerStudy study, LawOfStudy law, IReadOnlyList<SamplerRow> rows) = Run(file);
        SamplerRow row = rows.Single();
        Assert.AreEqual(SamplerRow.OfItsOwn, row.Law);
        Assert.IsTrue(row.IsAtFloor(2), $"{row[SamplerMeasure.W2].Mean}, floor {row.Floor.Means[1]}");
        Assert.IsTrue(row.Epsilon.Least > 0 && row.Epsilon.Greatest > row.Epsilon.Least);
        Assert.IsTrue(double.IsNaN(row.Map.W2), "it has noise");

        // The mean of v: m' = (1+ε)(m − μ)/a per unit of t, from T down.
        IReadOnlyList<(double Time, double Epsilon)> noise = new SamplerStudyRun(study).ChurnedNoise(Sampler.All(study.Config)[0]);
        double log = 0;
        for (int step = 0; step < noise.Count; step++)
        {
            double to = step + 1 < noise.Count ? noise[step + 1].Time : Stop;
            log += 0.5 * (1 + noise[step].Epsilon) * Math.Log((Variance + 2 * noise[step].Time) / (Variance + 2 * to));
        }

        double ofBase = Mean + Math.Sqrt((Variance + 2 * Stop) / (Variance + 2 * End)) * (StartMean - Mean);
        double ofChurn = Mean + Math.Exp(-log) * (StartMean - Mean);
        Assert.IsGreaterThan(0.1, ofBase - ofChurn);
        Assert.AreEqual(ofBase, MeanOf(law.Law), 1e-3);

        // The particles' mean lies with churn's law: five standard errors of 8000 particles.
        Assert.IsLessThan(5 * Math.Sqrt((Variance + 2 * Stop) / 8000) + 2e-3, row[SamplerMeasure.Mean].Mean);
    }

    [TestMethod]
    public void RowsAreWrittenAndReadBack()
    {
        (_, _, IReadOnlyList<SamplerRow> rows) =
            Run(Line(Gaussian, "0", FromGaussian, "\"heun\", \"churn\"", "4, 8", count: 100, churn: true));
        string file = root.Write("samplers.csv", string.Join('\n', rows.Select(row => string.Join(',', row.Row.Select(Text)))
            .Prepend(string.Join(',', SamplerRow.Header))) + "\n");
        IReadOnlyList<SamplerRow> read = SamplerRow.Read(file);
        Assert.HasCount(4, read);
        for (int row = 0; row < 4; row++)
            CollectionAssert.AreEqual(rows[row].Row.ToArray(), read[row].Row.ToArray(), rows[row].Name);

        static string Text(object value) => value is double and not (> double.NegativeInfinity and < double.PositiveInfinity) ? ""
            : Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    /// <summary>Sliced distances of a law to points: a shift, and Gaussians of other widths.</summary>
    [TestMethod]
    public void SlicedDistancesAreThoseOfAShiftAndOfGaussians()
    {
        Grid grid = new(Axis.Uniform(-6, 6, 60, Boundary.NoFlux), Axis.Uniform(-6, 6, 80, Boundary.NoFlux));
        double[] law = Mixture.Gaussian([0.5, -0.2], 0.49).CellAverages(grid);
        double[] moved = Mixture.Gaussian([1.1, 0.6], 0.49).CellAverages(grid);
        double[] wider = Mixture.Gaussian([0.5, -0.2], 1).CellAverages(grid);
        var transport = new SlicedTransport(24);
        SlicedLaw first = transport.Of(grid, law);
        (double w1, double w2) = first.Distances(transport.Of(grid, moved));

        // |(0.6, 0.8)| = 1; the mean of |cos θ| over 24 directions is 2/π up to (π/24)²/24.
        Assert.AreEqual(1, w1, 1e-3);
        Assert.AreEqual(1, w2, 1e-3);

        // W_2² of two isotropic Gaussians of one mean is 2 (σ_1 − σ_2)²; averages over cells of width h add h²/6 to both
        // variances: h²/12 of the centres (Sheppard) and h²/12 within a cell.
        (_, double ofWidth) = first.Distances(transport.Of(grid, wider));
        double h = 0.5 * (0.04 / 6 + 0.0225 / 6);
        Assert.AreEqual(Math.Sqrt(2) * (Math.Sqrt(1 + h) - Math.Sqrt(0.49 + h)), ofWidth, 1e-3);
        ParticleEnsemble draws = ParticleEnsemble.FromCells(grid, moved, 20_000, 3);
        (double toDraws1, double toDraws2) = first.Distances(draws.X, draws.Y);
        Assert.AreEqual(1, toDraws1, 0.02);
        Assert.AreEqual(1, toDraws2, 0.02);
        Assert.ThrowsExactly<ArgumentException>(() => first.Distances(new SlicedTransport(8).Of(grid, law)));
    }

    /// <summary>Segments that overlap or turn back, and points: as their density by hand.</summary>
    [TestMethod]
    public void SegmentsMayOverlapAndTurnBack()
    {
        // ½ on [0, 2], ¼ on [3, 1], ¼ at 1.5.
        QuantileFunction law = QuantileFunction.OfSegments([0.5, 0.25, 0.25], [0, 3, 1.5], [2, 1, 1.5]);

        // Density ¼ on [0, 1], ⅜ on [1, 2], ⅛ on [2, 3].
        Assert.AreEqual(0.5, law.At(0.125), 1e-14);
        Assert.AreEqual(1 + 0.05 / 0.375, law.At(0.3), 1e-14);
        Assert.AreEqual(1.5, law.At(0.5), 1e-14);
        Assert.AreEqual(2.6, law.At(0.95), 1e-14);
        QuantileFunction plain = QuantileFunction.OfSegments([0.5, 0.5], [0, 1], [1, 3]);

        // Q − 2p = 2p − 1 on the upper half.
        Assert.AreEqual(0.25, QuantileFunction.Distance(plain, QuantileFunction.OfSegments([1], [0], [2]), 1), 1e-14);
        Assert.AreEqual(0, QuantileFunction.Distance(plain, QuantileFunction.OfSegments([0.5, 0.5], [3, 1], [1, 0]), 2), 1e-14);
    }

    /// <summary>Narrow modes, which few steps fill otherwise than the ODE: the samples and the map agree up to the floor.</summary>
    [TestMethod]
    public void SamplesSayTheSameAsTheMap()
    {
        const string Narrow = """{ "kind": "gaussians", "means": [[-1], [1]], "variances": [0.01, 0.01], "weights": [0.3, 0.7] }""";
        (_, _, IReadOnlyList<SamplerRow> rows) = Run(Line(Narrow, "0", FromGaussian, "\"ddim\", \"heun\"", "3, 6", count: 5000));
        foreach (SamplerRow row in rows)
        {
            if (row is { Method: "ddim", Steps: 3 })
                Assert.IsGreaterThan(row.Floor.Means[1], row.Map.W2, row.Name);
            foreach ((SamplerMeasure measure, double map) in new[] { (SamplerMeasure.W1, row.Map.W1), (SamplerMeasure.W2, row.Map.W2) })
            {
                int index = (int)measure;
                Assert.AreEqual(
                    map, row[measure].Mean, row.Floor.Means[index] + 4 * row.Floor.Deviations[index], $"{row.Name}: {measure}");
            }
        }
    }

    [TestMethod]
    public void LevelsReachFromStopToEnd()
    {
        foreach (LevelsConfig levels in (LevelsConfig[])[
            new UniformLevels(), new GeometricLevels(), new GeometricLevels { Shift = 0.1 }, new EdmLevels(),
            new ProcessLevels { Process = new VpProcessConfig() },
            new ProcessLevels { Process = new CondOtProcessConfig() }])
        {
            double[] times = Sampler.Levels(levels, Stop, End, 12);
            Assert.HasCount(13, times);
            Assert.AreEqual((Stop, End), (times[0], times[12]));
            for (int level = 1; level < 13; level++)
                Assert.IsGreaterThan(times[level - 1], times[level], levels.ToString());
        }

        double[] edm = Sampler.Levels(new EdmLevels(), Stop, End, 2);
        double low = Math.Pow(NoiseLevel.Sigma(Stop), 1.0 / 7), high = Math.Pow(NoiseLevel.Sigma(End), 1.0 / 7);
        Assert.AreEqual(NoiseLevel.Time(Math.Pow(0.5 * (low + high), 7)), edm[1], 1e-15);
        double[] rectified = Sampler.Levels(new ProcessLevels { Process = new RectifiedFlowProcessConfig() }, Stop, End, 2);
        double from = Share(Stop), to = Share(End), middle = 0.5 * (from + to);
        Assert.AreEqual(NoiseLevel.Time(middle / (1 - middle)), rectified[1], 1e-14);

        static double Share(double time) => NoiseLevel.Sigma(time) / (1 + NoiseLevel.Sigma(time));
    }

    private static double MeanOf(ExactLaw law)
    {
        double mean = 0;
        for (int cell = 0; cell < law.V.Length; cell++)
            mean += law.V[cell] * law.Grid.Volume(cell) * law.Grid.Centre(cell, 0);
        return mean;
    }

    /// <summary>What a sampler multiplies x − m by from T to stop: D − m = V/(V+σ²) (x − m).</summary>
    private static double Factor(string method, double[] rising)
    {
        double value = 1, before = double.NaN, logBefore = double.NaN;
        for (int level = rising.Length - 1; level > 0; level--)
        {
            double sigma = NoiseLevel.Sigma(rising[level]), next = NoiseLevel.Sigma(rising[level - 1]);
            double pull = Variance / (Variance + sigma * sigma), ratio = next / sigma;
            switch (method)
            {
                case "ddim":
                    value *= pull + ratio * (1 - pull);
                    break;
                case "heun":
                    double slope = (1 - pull) / sigma, euler = 1 + (next - sigma) * slope;
                    value *= 1 + 0.5 * (next - sigma) * (slope + next / (Variance + next * next) * euler);
                    break;
                case "exponential":
                    value *= Math.Sqrt((Variance + next * next) / (Variance + sigma * sigma));
                    break;
                default:
                    double log = Math.Log(sigma / next), denoised = pull * value;
                    double used = double.IsNaN(before) ? denoised : denoised + 0.5 * log / logBefore * (denoised - before);
                    (before, logBefore) = (denoised, log);
                    value = used + ratio * (value - used);
                    break;
            }
        }

        return value;
    }

    private static (SamplerStudy Study, LawOfStudy Law, IReadOnlyList<SamplerRow> Rows) Run(string file)
    {
        SamplerStudy study = SamplerStudyFile.Read(file);
        var run = new SamplerStudyRun(study);
        var progress = new StudyProgress(TextWriter.Null, terminal: false, quiet: true);
        LawOfStudy law = run.Law(run.Left([]), 2, progress, CancellationToken.None);
        return (study, law, run.Run(law, 2, [], progress, _ => { }, CancellationToken.None));
    }

    private string Line(string data, string epsilon, string start, string methods, string steps, int count, bool churn = false) =>
        root.Write("line.json", Samples.Line(data, epsilon, start, methods, steps, count, churn));

    private string Plane(string methods, string steps) => root.Write("plane.json", $$"""
        {
          "base": {
            "name": "plane",
            "mesh": { "axes": [{ "from": -6, "to": 6, "cells": 120 }, { "from": -5.5, "to": 5.5, "cells": 100 }] },
            "data": { "kind": "gaussians", "means": [[-1, 0], [1, 0.5]], "variances": [0.2, 0.1] },
            "time": { "end": 1, "stop": 0.02, "steps": 8 },
            "generation": { "epsilon": 0, "start": { "kind": "forward" } }
          },
          "samplers": {
            "methods": [{{methods}}], "steps": [{{steps}}], "schedules": [{ "kind": "edm" }], "count": 800, "seeds": [1, 2],
            "directions": 12, "churn": { "sChurn": 8 }
          }
        }
        """);
}
