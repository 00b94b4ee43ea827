using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>Wrong rates, forward and backward, each in a dense solver of this test's own: every one violates a guarantee.</summary>
[TestClass]
public sealed class BrokenRateTests
{
    private const Guarantees All = Guarantees.Mass | Guarantees.Positivity | Guarantees.KlContraction | Guarantees.RatioBounds
        | Guarantees.VariationDiminishing;

    private static readonly Grid Line = new(Axis.Uniform(-4, 4, 40, Boundary.NoFlux));
    private static readonly TimeLevels Times = new(0.05, 1, 12, TimeSpacing.Geometric, 0, 8, []);

    /// <summary>The coefficients of the lower and of the upper cell in the flux of a link; 1 and 1 for the heat flow.</summary>
    public static IEnumerable<object[]> ForwardRates =>
    [
        ["right", new Func<int, (double, double)>(_ => (1, 1)), ""],
        ["half", new Func<int, (double, double)>(_ => (0.5, 0.5)), "li-yau-axis[x]"],
        ["one per cent less", new Func<int, (double, double)>(_ => (0.99, 0.99)), "li-yau-axis[x]"],
        ["half as much again", new Func<int, (double, double)>(_ => (1.5, 1.5)), "mass[v]"],
        ["a link left out", new Func<int, (double, double)>(link => link == 18 ? (0, 0) : (1, 1)), "li-yau-axis[x]"],
        ["a fast link", new Func<int, (double, double)>(link => link == 18 ? (10, 10) : (1, 1)), "li-yau-axis[x]"],
        ["a drift", new Func<int, (double, double)>(_ => (1.05, 0.95)), "mass[v]"],
        ["a drift inwards", new Func<int, (double, double)>(link => link < 20 ? (1.3, 0.7) : (0.7, 1.3)), "fisher-bound"],
        ["a bumpy line", new Func<int, (double, double)>(link => link % 4 == 0 ? (1.5, 0.5) : (0.9, 1.1)), "modes"],
    ];

    [TestMethod]
    [DynamicData(nameof(ForwardRates))]
    public void AWrongForwardRateViolatesAGuarantee(string name, Func<int, (double Lower, double Upper)> rates, string expected)
    {
        using var team = new WorkerTeam(1);
        double[] u0 = Mixture.Points([-0.9, 1.1]).CellAverages(Line);
        var forward = new ForwardFlow(Line, Times, new DenseEuler(rates), u0, 1L << 30, keep: true);
        while (forward.Advance())
        {
        }

        var backward = new BackwardFlow(
            forward, new MarkovScheme(Line, 0.3, null, team), Mixture.Gaussian([0.2], 1.5).CellAverages(Line), propagateOne: false);
        var monitors = new MonitorSet(new MonitorSetup(Line, Times, ForwardKind.ImplicitEuler, 0.3, team));
        var readings = new List<Reading>();
        do
            monitors.Read(backward.Level, readings);
        while (backward.Advance());
        string[] fired = Fired(readings);
        if (expected.Length == 0)
            Assert.IsEmpty(fired, string.Join(", ", fired));
        else
            CollectionAssert.Contains(fired, expected, $"{name}: {string.Join(", ", fired)}");
    }

    /// <summary>q(ρ) of a link from either of its cells, for ε = 0.3; up is true from the lower cell.</summary>
    public static IEnumerable<object[]> BackwardRates =>
    [
        ["right", new Func<double, bool, double>((ratio, _) => Rate(ratio, 1)), false],
        ["inverted", new Func<double, bool, double>((ratio, _) => Rate(1 / ratio, 1)), true],
        ["forward's", new Func<double, bool, double>((ratio, _) => Rate(ratio, -1)), true],
        ["twice upwards", new Func<double, bool, double>((ratio, up) => Rate(ratio, 1) * (up ? 2 : 1)), true],
        ["no drift", new Func<double, bool, double>((_, _) => 0.3), true],
        ["plain central", new Func<double, bool, double>((ratio, _) => 0.5 * (0.3 * (1 + ratio) - (ratio - 1)) - 0.1), true],
        ["noise left out", new Func<double, bool, double>((ratio, up) => up ? 0 : Rate(ratio, 1)), true],
    ];

    [TestMethod]
    [DynamicData(nameof(BackwardRates))]
    public void AWrongBackwardRateViolatesAGuarantee(string name, Func<double, bool, double> rate, bool broken)
    {
        using var team = new WorkerTeam(1);
        var forward = new ForwardFlow(
            Line, Times, new DenseEuler(_ => (1, 1)), Mixture.Points([-0.9, 1.1]).CellAverages(Line), 1L << 30, keep: true);
        while (forward.Advance())
        {
        }

        var monitors = new MonitorSet(new MonitorSetup(Line, Times, ForwardKind.ImplicitEuler, 0.3, team));
        var readings = new List<Reading>();
        int cells = Line.CellCount;
        double[] v = Problem.Normalise(Line, Mixture.Gaussian([0.2], 1.5).CellAverages(Line));
        for (int level = Times.Last; level >= 0; level--)
        {
            double[] u = forward.At(level);
            monitors.Read(new FlowLevel(Line, Times) { Index = level, U = u, V = v, Guarantees = All }, readings);
            if (level == 0)
                break;
            double[] next = [.. forward.At(level - 1)];
            u = [.. forward.At(level)];
            double scale = Times.Step(level - 1) / Math.Pow(Line.X.Widths[0], 2);
            double[] w = [.. v.Select((value, cell) => value / u[cell])];
            var matrix = new double[cells, cells];
            for (int cell = 0; cell < cells; cell++)
            {
                matrix[cell, cell] += 1;
                foreach (int other in new[] { cell - 1, cell + 1 })
                {
                    if (other < 0 || other >= cells)
                        continue;
                    double q = scale * rate(u[other] / u[cell], other > cell);
                    matrix[cell, cell] += q;
                    matrix[cell, other] -= q;
                }
            }

            v = [.. Solve(matrix, w).Select((value, cell) => value * next[cell])];
        }

        string[] fired = Fired(readings);
        Assert.AreEqual(broken, fired.Length > 0, $"{name}: {string.Join(", ", fired)}");
    }

    private static double Rate(double ratio, int sign) => 0.5 * (Math.Max(0.3 * (1 + ratio), Math.Abs(ratio - 1)) - sign * (ratio - 1));

    private static string[] Fired(List<Reading> readings) =>
        [.. readings.Where(reading => Violation.Is(reading)).Select(reading => reading.Monitor).Distinct()];

    /// <summary>Gaussian elimination with pivoting.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        double[,] a = (double[,])matrix.Clone();
        double[] x = [.. right];
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
                pivot = Math.Abs(a[row, column]) > Math.Abs(a[pivot, column]) ? row : pivot;
            for (int k = 0; k < n; k++)
                (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            (x[column], x[pivot]) = (x[pivot], x[column]);
            for (int row = column + 1; row < n; row++)
            {
                double factor = a[row, column] / a[column, column];
                if (factor == 0)
                    continue;
                for (int k = column; k < n; k++)
                    a[row, k] -= factor * a[column, k];
                x[row] -= factor * x[column];
            }
        }

        for (int row = n - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < n; k++)
                x[row] -= a[row, k] * x[k];
            x[row] /= a[row, row];
        }

        return x;
    }

    /// <summary>Implicit Euler on the line with given rates.</summary>
    private sealed class DenseEuler(Func<int, (double Lower, double Upper)> rates) : IForwardSweeps
    {
        public ForwardKind Kind => ForwardKind.ImplicitEuler;

        public void Step(double[] u, double[] next, double time, double timeStep, int firstAxis)
        {
            int n = u.Length;
            double scale = timeStep / Math.Pow(Line.X.Widths[0], 2);
            var matrix = new double[n, n];
            for (int cell = 0; cell < n; cell++)
                matrix[cell, cell] = 1;
            for (int link = 0; link + 1 < n; link++)
            {
                (double lower, double upper) = rates(link);
                matrix[link, link] += scale * lower;
                matrix[link, link + 1] -= scale * upper;
                matrix[link + 1, link + 1] += scale * upper;
                matrix[link + 1, link] -= scale * lower;
            }

            Solve(matrix, u).CopyTo(next, 0);
        }

        public void Prepare(in GenerationStep step)
        {
        }

        public void Between(in GenerationStep step, double[] between) => throw new NotSupportedException();

        public double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step) => double.NaN;
    }
}
