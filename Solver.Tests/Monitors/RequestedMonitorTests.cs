using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>The observed monitors that a config asks for by name (docs/numerics.md, 5.1, 5.3 and 5.4).</summary>
[TestClass]
public sealed class RequestedMonitorTests
{
    [TestMethod]
    public void TheUpperBoundIsAnEqualityMidwayBetweenTwoEqualDiracs()
    {
        using var team = new WorkerTeam(1);
        foreach (int dimension in new[] { 1, 2 })
        {
            // Odd numbers of cells: the midpoint is a centre. R = 1.
            Axis axis = Axis.Uniform(-7.02, 7.02, dimension == 1 ? 1405 : 351, Boundary.NoFlux);
            Axis[] axes = dimension == 1 ? [axis] : [axis, axis];
            var grid = new Grid(axes);
            Mixture mixture = dimension == 1 ? Mixture.Points([-1, 1]) : Mixture.Points([-0.6, 0.6], [-0.8, 0.8], []);
            var times = new TimeLevels(0.2, 0.8, 12, TimeSpacing.Uniform, 0, 1, []);
            (List<Reading> readings, MonitorSet monitors) = Watch(grid, mixture, times, team, "curvature-above");
            double h = grid.X.Widths[0];
            foreach (Reading reading in readings.Where(reading => reading.Monitor == "curvature-above"))
            {
                double t = reading.Time, exact = -dimension / (2 * t) + 1 / (4 * t * t);
                Assert.AreEqual(exact, reading.Bound, 1e-12 * Math.Abs(exact) + 1e-12);

                // The cell that contains the midpoint has the largest value, and its average is off by the square of its width.
                Assert.AreEqual(reading.Bound, reading.Measured, 3 * h * h / (t * t * t), $"{reading}");
                Assert.IsTrue(dimension == 2 || reading.Cell == grid.CellCount / 2, "in the plane all of the bisector has the value");
                Assert.AreEqual(Verdict.Held, reading.Verdict);
                Assert.IsTrue(reading.Judged is > 0.05 and < 1, $"{reading.Judged}");
            }

            // Log u is concave once 2t ≥ R² = 1.
            Concavity concavity = monitors.Latest<Concavity>()!.Value;
            Assert.AreEqual(0.5, concavity.Bound, 1e-12);
            if (dimension == 1)
                Assert.AreEqual(0.5, concavity.Measured, 0.051);
        }
    }

    [TestMethod]
    public void TheSmallestCircleIsThatOfAllPairsAndTriples()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            (double X, double Y)[] points =
                [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => (random.NextDouble(), trial % 5 == 0 ? 0 : random.NextDouble()))];
            double expected = points.SelectMany(a => points.SelectMany(b => points.Select(c => Circle(a, b, c))))
                .Where(circle => points.All(point => Distance(point, circle.Centre) <= circle.Radius + 1e-12))
                .Min(circle => circle.Radius);
            Assert.AreEqual(expected, DataBall.RadiusOf(points), 1e-11);
        }

        Assert.AreEqual(1 / Math.Sqrt(3), DataBall.RadiusOf([(0, 0), (1, 0), (0.5, Math.Sqrt(0.75))]), 1e-12);

        // Through three points; through two with the segment as its diameter where two coincide or all lie on a line.
        static ((double X, double Y) Centre, double Radius) Circle((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
        {
            (double x, double y, double s, double t) = (b.X - a.X, b.Y - a.Y, c.X - a.X, c.Y - a.Y);
            double area = 2 * (x * t - y * s);
            (double X, double Y) offset = area == 0 ? (x / 2, y / 2)
                : ((t * (x * x + y * y) - y * (s * s + t * t)) / area, (x * (s * s + t * t) - s * (x * x + y * y)) / area);
            return ((a.X + offset.X, a.Y + offset.Y), Math.Sqrt(offset.X * offset.X + offset.Y * offset.Y));
        }

        static double Distance((double X, double Y) a, (double X, double Y) b) =>
            Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y));
    }

    [TestMethod]
    public void TheLocalDimensionTendsToThatOfTheData()
    {
        // d − 2tI: 0 on points, 1 on a curve in the plane, 2 for an area.
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-2, 2, 256, Boundary.NoFlux), Axis.Uniform(-2, 2, 256, Boundary.NoFlux));
        var times = new TimeLevels(0.001, 0.1, 6, TimeSpacing.Geometric, 0, 1, []);
        foreach ((InitialData data, double expected, double within) in new (InitialData, double, double)[]
        {
            (Mixture.Points([-1, 1], [0, 0.5], []), 0, 0.03), (Curve.Lemniscate(1).Nodes(2000), 1, 0.1),
        })
        {
            (List<Reading> readings, _) = Watch(grid, (Mixture)data, times, team, "local-dimension");
            Reading[] own = [.. readings.Where(reading => reading.Monitor == "local-dimension")];
            Assert.AreEqual(expected, own[0].Measured, within);
            Assert.IsTrue(own.All(reading => reading is { Verdict: Verdict.Held, Bound: 2 }));
        }
    }

    [TestMethod]
    public void TheMeanDivergenceIsThatOfPlainSums()
    {
        var random = new Random(5);
        foreach (Grid grid in new[]
        {
            new Grid(Axis.Uniform(0, 1, 9, Boundary.Periodic)),
            new Grid(Axis.Graded([0, 0.5, 0.8, 1.5, 2.0], Boundary.NoFlux), Axis.Uniform(0, 2, 7, Boundary.Periodic)),
        })
        {
            double[] u = [.. Enumerable.Range(0, grid.CellCount).Select(_ => random.NextDouble() + 0.1)], v = [.. u.Reverse()];
            double[] normal = new double[grid.CellCount];
            double expected = 0;
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                GridScore.Evaluate(grid, axis, u, normal);
                for (int cell = 0; cell < u.Length; cell++)
                {
                    int position = grid.Position(cell, axis);
                    double lower = position > 0 || grid.Axes[axis].IsPeriodic ? normal[cell + grid.ToLower(position, axis)] : 0;
                    expected += grid.Volume(cell) * v[cell] * (normal[cell] - lower) / grid.Axes[axis].Widths[position];
                }
            }

            Assert.AreEqual(expected, new MeanDivergence(grid, null).Of(1, u, v), 1e-12 * Math.Abs(expected) + 1e-12);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void TheResidualIsThatOfTheStepsForTrueScoresAndLargeForOthers(int dimension)
    {
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenario.Of("gaussians", dimension, 1, remap: true, cells: dimension == 1 ? 200 : 80, steps: 60) with
        {
            Also = ["score-residual"],
            Stop = 0.1,
            Warmup = 100,
        };
        Mixture mixture = (Mixture)scenario.Data;
        double Worst(Func<Scenario, IFaceScore>? score) => (scenario with { Score = score, Remap = false }).Watch(team)
            .Where(reading => reading.Monitor == "score-residual" && reading.Verdict != Verdict.NotApplicable)
            .Max(reading => reading.Measured / reading.Bound);
        double own = Worst(null), closed = Worst(of => new MixtureFaceScore(of.Grid, mixture, team));
        double scaled = Worst(of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1.3, [], 0, 0));
        double noisy = Worst(of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1, [], 1, 0));
        Assert.IsLessThan(1, own);
        Assert.IsLessThan(1, closed);
        Assert.IsGreaterThan(2, scaled);
        Assert.IsGreaterThan(2, noisy);
    }

    private static (List<Reading> Readings, MonitorSet Monitors) Watch(
        Grid grid, Mixture mixture, TimeLevels times, WorkerTeam team, string also)
    {
        var flow = new ForwardFlow(grid, times, new ClosedFormSweeps(grid, mixture, team), [], 0, keep: false);
        var monitors = new MonitorSet(new MonitorSetup(grid, times, ForwardKind.ClosedForm, null, team)
        {
            Also = [also],
            Ball = DataBall.Of(mixture, grid),
            DataVariance = mixture.LeastVariance,
        });
        var readings = new List<Reading>();
        while (flow.Advance())
        {
            if (flow.Level.Index >= 0)
                monitors.Read(flow.Level, readings);
        }

        return (readings, monitors);
    }
}
