using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>What the parabolic remap reaches on problems with known solutions (docs/remap.md, 5).</summary>
[TestClass]
public sealed class RemapAccuracyTests
{
    private sealed record Outcome(double Error, double KlShare, bool KlFell, double MassDrift, RemapScheme Scheme);

    /// <summary>
    /// Box [−10, 10], u0 = N(0.2, 0.25), v_T = N(0.7, 3.375), T = 1, down to t = 0, u in closed form; L1 error against the Gaussian
    /// solution.
    /// </summary>
    private static Outcome Gaussian(int cells, double epsilon, WorkerTeam team)
    {
        var grid = new Grid(Axis.Uniform(-10, 10, cells, Boundary.NoFlux));
        var times = new TimeLevels(0, 1, cells / 4, TimeSpacing.Geometric, 0.125, 1, []);
        double ratio = 0.25 / 2.25;
        double mean = 0.2 + 0.5 * Math.Pow(ratio, 0.5 * (1 + epsilon)), variance = 0.25 + (3.375 - 2.25) * Math.Pow(ratio, 1 + epsilon);
        double[] start = Normal(grid, [0.7], 3.375), exact = Normal(grid, [mean], variance);
        return Generate(grid, times, new ClosedFormSweeps(grid, Mixture.Gaussian([0.2], 0.25), team), start, exact, epsilon, team);
    }

    private static double[] Normal(Grid grid, double[] mean, double variance)
    {
        var values = new double[grid.CellCount];
        Mixture.Gaussian(mean, variance).CellAverages(grid, values);
        return values;
    }

    private static Outcome Generate(
        Grid grid, TimeLevels times, ClosedFormSweeps forward, double[] v, double[] exact, double epsilon, WorkerTeam team)
    {
        double[] later = new double[v.Length], earlier = new double[v.Length];
        forward.Evaluate(times[times.Last], later);
        var scheme = new RemapScheme(grid, epsilon, true, forward, team);
        double first = Density.KullbackLeibler(grid, v, later), last = first, mass = Density.Mass(grid, v);
        bool fell = true;
        for (int level = times.Last - 1; level >= 0; level--)
        {
            forward.Evaluate(times[level], earlier);
            scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), level & 1));
            double next = Density.KullbackLeibler(grid, v, earlier);
            fell &= next <= last * (1 + 1e-13);
            last = next;
            (later, earlier) = (earlier, later);
        }

        return new Outcome(Density.Distance(grid, v, exact, 1), last / first, fell, Density.Mass(grid, v) - mass, scheme);
    }

    [TestMethod]
    [DataRow(0.0, 4e-5)]
    [DataRow(0.05, 4e-5)]
    [DataRow(0.2, 4.5e-5)]
    [DataRow(1.0, 4.5e-5)]
    [DataRow(2.0, 3.5e-5)]
    public void ErrorsAndOrdersOnTheLineReachTheirFigures(double epsilon, double figure)
    {
        using var team = new WorkerTeam(1);
        Outcome[] runs = [.. new[] { 100, 200, 400, 800 }.Select(cells => Gaussian(cells, epsilon, team))];
        Assert.IsTrue(runs[2].Error <= figure, $"error {runs[2].Error:E2}");

        // Cells and steps are refined together, so the lower order decides.
        double least = Math.Min(runs[0].Scheme.Order.Space, runs[0].Scheme.Order.Time) - 0.1;
        Assert.IsTrue(Math.Log2(runs[0].Error / runs[2].Error) / 2 >= least, $"{runs[0].Error:E2} to {runs[2].Error:E2}");
        Assert.IsTrue(Math.Log2(runs[1].Error / runs[3].Error) / 2 >= least, $"{runs[1].Error:E2} to {runs[3].Error:E2}");
        foreach (Outcome run in runs)
        {
            Assert.IsTrue(run.KlFell, "KL falls at every step");
            Assert.AreEqual(0, run.MassDrift, 1e-13);
        }

        if (epsilon == 0)
            Assert.AreEqual(1, runs[2].KlShare, 1e-3, "KL is constant in the continuum");
        Assert.AreEqual(0, runs[2].Scheme.Counts.Blended, "the limiter is inactive on a resolved problem");
    }

    private static readonly double[] ModesX = [-1.5, 1.2, 0.3], ModesY = [-0.5, 0.9, -1.4], Shares = [0.5, 0.3, 0.2];

    /// <summary>∇log u and u of three Gaussians of variance a.</summary>
    private static (double X, double Y, double U) Score(double a, double x, double y)
    {
        double sum = 0, meanX = 0, meanY = 0;
        for (int mode = 0; mode < 3; mode++)
        {
            double dx = x - ModesX[mode], dy = y - ModesY[mode], part = Shares[mode] * Math.Exp(-(dx * dx + dy * dy) / (2 * a));
            sum += part;
            meanX += part * ModesX[mode];
            meanY += part * ModesY[mode];
        }

        return ((meanX / sum - x) / a, (meanY / sum - y) / a, sum / (2 * Math.PI * a));
    }

    /// <summary>ε = 0: v(0, x) = u(0, x) w_T(X(T)), X' = −s, by classical Runge–Kutta in log(variance).</summary>
    private static double AlongCharacteristic(double x, double y)
    {
        const int Steps = 40;
        double start = Score(0.15, x, y).U, h = Math.Log(2.15 / 0.15) / Steps, a = 0.15;
        (double X, double Y) Velocity(double variance, double px, double py)
        {
            (double sx, double sy, _) = Score(variance, px, py);
            return (-0.5 * variance * sx, -0.5 * variance * sy);
        }

        for (int step = 0; step < Steps; step++)
        {
            double middle = a * Math.Exp(h / 2);
            (double X, double Y) k1 = Velocity(a, x, y), k2 = Velocity(middle, x + h / 2 * k1.X, y + h / 2 * k1.Y);
            (double X, double Y) k3 = Velocity(middle, x + h / 2 * k2.X, y + h / 2 * k2.Y);
            a *= Math.Exp(h);
            (double X, double Y) k4 = Velocity(a, x + h * k3.X, y + h * k3.Y);
            x += h / 6 * (k1.X + 2 * k2.X + 2 * k3.X + k4.X);
            y += h / 6 * (k1.Y + 2 * k2.Y + 2 * k3.Y + k4.Y);
        }

        double distance = (x - 0.5) * (x - 0.5) + (y - 0.4) * (y - 0.4);
        return start * Math.Exp(-distance / (2 * 2.58)) / (2 * Math.PI * 2.58) / Score(2.15, x, y).U;
    }

    private static Outcome ThreeModes(int cells, WorkerTeam team)
    {
        var axis = Axis.Uniform(-8, 8, cells, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        double[] exact = new double[grid.CellCount], nodes = [-Math.Sqrt(1 / 12.0), Math.Sqrt(1 / 12.0)];
        double width = axis.Widths[0];
        for (int cell = 0; cell < exact.Length; cell++)
        {
            double x = grid.Centre(cell, 0), y = grid.Centre(cell, 1);

            // Beyond 3.5 from every mode u(0) is below 1e-17.
            if (ModesX.Zip(ModesY, (mx, my) => (x - mx) * (x - mx) + (y - my) * (y - my)).Min() > 12.25)
                continue;
            foreach (double dx in nodes)
            {
                foreach (double dy in nodes)
                    exact[cell] += 0.25 * AlongCharacteristic(x + dx * width, y + dy * width);
            }
        }

        var times = new TimeLevels(0, 1, cells / 4, TimeSpacing.Geometric, 0.075, 1, []);
        var forward = new ClosedFormSweeps(grid, Mixture.Gaussians(ModesX, ModesY, [0.15, 0.15, 0.15], Shares), team);
        return Generate(grid, times, forward, Normal(grid, [0.5, 0.4], 2.58), exact, 0, team);
    }

    [TestMethod]
    public void ErrorAndOrderInThePlaneReachTheirFigures()
    {
        using var team = new WorkerTeam(1);
        Outcome coarse = ThreeModes(96, team), fine = ThreeModes(192, team);
        Assert.IsTrue(fine.Error <= 4e-4, $"error {fine.Error:E2}");
        Assert.IsTrue(Math.Log2(coarse.Error / fine.Error) >= 1.9, $"{coarse.Error:E2} to {fine.Error:E2}");
        Assert.IsTrue(coarse.KlFell && fine.KlFell);
    }

    /// <summary>
    /// u0 two modes 12 apart, variance 0.01 at the end: u falls to 1e-280 between them and in the tails, Φ alone tells how much crosses the
    /// valley.
    /// </summary>
    [TestMethod]
    [DataRow(Boundary.NoFlux)]
    [DataRow(Boundary.Periodic)]
    public void DeepValleysAndTailsKeepTheirMassTheBoundsAndTheRatio(Boundary boundary)
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-10, 10, 400, boundary));
        var forward = new ClosedFormSweeps(grid, Mixture.Gaussians([-6.0, 6.0], [0.01, 0.01]), team);
        double[] later = new double[400], earlier = new double[400];
        foreach (int steps in new[] { 1, 3, 40 })
        {
            var times = new TimeLevels(0, 1, steps, TimeSpacing.Geometric, 0.01, 1, []);
            forward.Evaluate(1, later);
            double[] same = [.. later], tilted = new double[400];
            for (int cell = 0; cell < 400; cell++)
                tilted[cell] = later[cell] * (grid.Centre(cell, 0) < 0 ? 0.5 : 2);
            double mass = Density.Mass(grid, tilted);
            var first = new RemapScheme(grid, 0, true, forward, team);
            var second = new RemapScheme(grid, 0, true, forward, team);
            for (int level = steps - 1; level >= 0; level--)
            {
                forward.Evaluate(times[level], earlier);
                first.Step(new GenerationStep(later, earlier, same, null, times[level + 1], times.Step(level), 0));
                second.Step(new GenerationStep(later, earlier, tilted, null, times[level + 1], times.Step(level), 0));
                (later, earlier) = (earlier, later);
            }

            for (int cell = 0; cell < 400; cell++)
            {
                Assert.AreEqual(1, same[cell] / later[cell], 1e-14, "v = u");
                double ratio = tilted[cell] / later[cell];
                Assert.IsTrue(ratio >= 0.5 * (1 - 1e-14) && ratio <= 2 * (1 + 1e-14), "bounds");

                // By symmetry x = 0 is a characteristic: each mode keeps its side's ratio, but for what the jump's smearing carries into
                // its tails.
                if (Math.Abs(Math.Abs(grid.Centre(cell, 0)) - 6) < 0.25)
                    Assert.AreEqual(grid.Centre(cell, 0) < 0 ? 0.5 : 2, ratio, 1e-3, $"cell {cell} after {steps} steps");
            }

            Assert.AreEqual(mass, Density.Mass(grid, tilted), 1e-13);
        }
    }

    /// <summary>
    /// ε = 0, u0 a Dirac: ‖v(t)‖_p = (T/t)^{½(1−1/p)} ‖v_T‖_p. The grid sees cell averages, whose norms are compared with those of the
    /// exact solution's averages.
    /// </summary>
    [TestMethod]
    public void TheGrowthOfADiracsNormsIsTheSharpOne()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-10, 10, 400, Boundary.NoFlux));
        var times = new TimeLevels(0.01, 1, 100, TimeSpacing.Geometric, 0, 1, []);
        var forward = new ClosedFormSweeps(grid, Mixture.Gaussian([0.0], 0), team);
        double ratio = Math.Sqrt(0.01);
        double[] v = Normal(grid, [0.3], 1.5), exact = Normal(grid, [0.3 * ratio], 0.02 + (1.5 - 2) * 0.01);
        double[] later = new double[400], earlier = new double[400];
        forward.Evaluate(1, later);
        double[] before = [Density.Norm(grid, v, 2), Density.Norm(grid, v, double.PositiveInfinity)];
        var scheme = new RemapScheme(grid, 0, true, forward, team);
        for (int level = 99; level >= 0; level--)
        {
            forward.Evaluate(times[level], earlier);
            scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), 0));
            (later, earlier) = (earlier, later);
        }

        double[] exponents = [2, double.PositiveInfinity];
        for (int index = 0; index < 2; index++)
        {
            double p = exponents[index], averaging = Density.Norm(grid, exact, p) / (Math.Pow(100, 0.5 * (1 - 1 / p)) * before[index]);
            double growth = Density.Norm(grid, v, p) / before[index] / averaging;
            Assert.AreEqual(1, growth / Math.Pow(100, 0.5 * (1 - 1 / p)), 0.01, $"p = {p}");
            Assert.IsTrue(averaging is > 0.95 and < 1.001, $"cell averaging {averaging}");
        }
    }
}
