using CsCheck;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Heat;

[TestClass]
public sealed class LatticeExactTests
{
    /// <summary>
    /// e^{tL} d without a subtraction: with q ≥ the largest rate, e^{tL} = e^{−qt} Σ (qt)^k/k! (I + L/q)^k, I + L/q ≥ 0 (uniformisation),
    /// over many short steps so that e^{−qt} does not vanish.
    /// </summary>
    private static double[] Uniformised(Axis axis, double[] d, double time)
    {
        int cells = axis.Cells, pieces = (int)Math.Ceiling(time * 4 / (axis.Widths[0] * axis.Widths[0]) / 20) + 1;
        double jump = time / pieces / (axis.Widths[0] * axis.Widths[0]);
        var x = (double[])d.Clone();
        for (int piece = 0; piece < pieces; piece++)
        {
            var term = (double[])x.Clone();
            double[] sum = [.. x];
            for (int k = 1; k < 2500; k++)
            {
                var next = new double[cells];
                for (int cell = 0; cell < cells; cell++)
                {
                    bool atStart = cell == 0 && !axis.IsPeriodic, atEnd = cell == cells - 1 && !axis.IsPeriodic;
                    double value = atStart ? term[cell] : term[(cell + cells - 1) % cells];
                    value += atEnd ? term[cell] : term[(cell + 1) % cells];
                    next[cell] = value * jump / k;
                }

                term = next;
                bool grew = false;
                for (int cell = 0; cell < cells; cell++)
                {
                    double before = sum[cell];
                    sum[cell] += term[cell];
                    grew |= sum[cell] != before || before == 0;
                }

                if (!grew)
                    break;
            }

            for (int cell = 0; cell < cells; cell++)
                x[cell] = sum[cell] * Math.Exp(-2 * jump);
        }

        return x;
    }

    [TestMethod]
    [DataRow(Boundary.NoFlux)]
    [DataRow(Boundary.Periodic)]
    public void EveryCellHasFullRelativeAccuracyDownToTheTails(Boundary boundary)
    {
        using var team = new WorkerTeam(1);
        (int, double)[] cases = [(1, 1.0), (2, 0.7), (3, 5.0), (37, 0.01), (37, 1.0), (120, 3.0), (120, 40.0), (90, 900.0), (20, 1e4)];
        foreach ((int cells, double lambda) in cases)
        {
            var axis = Axis.Uniform(0, 1, cells, boundary);
            double time = lambda / cells / cells;
            foreach (double spread in new[] { 0.0, 5.0, 500.0 })
            {
                double[] d = [.. Enumerable.Range(0, cells).Select(cell => Math.Exp(-spread * Math.Abs(cell - cells / 3) / cells))];
                d = [.. d.Select(value => value + 1e-280)];
                if (spread == 0)
                    d = [.. d.Select((_, cell) => cell == cells / 3 ? 1.0 : 1e-280)];
                double[] expected = Uniformised(axis, d, time);
                var x = new double[cells];
                new LatticeExact(new Grid(axis), team).Step(d, x, 0, time, 0);
                for (int cell = 0; cell < cells; cell++)
                    Assert.AreEqual(1, x[cell] / expected[cell], 1e-12, $"{cells} cells, lambda {lambda}, spread {spread}, cell {cell}");
            }
        }
    }

    /// <summary>One line alone is summed over neighbouring cells, lines beside one another over lines.</summary>
    [TestMethod]
    [DataRow(64, Boundary.NoFlux, 1)]
    [DataRow(3001, Boundary.NoFlux, 1)]
    [DataRow(3001, Boundary.Periodic, 2)]
    public void ALineAloneHasTheBitsOfALineAmongOthers(int cells, Boundary boundary, int threads)
    {
        var random = new Random(cells);
        Axis axis = Axis.Uniform(0, 1, cells, boundary);
        double[] row = [.. Enumerable.Range(0, cells).Select(_ => Math.Exp(-20 * random.NextDouble()))];
        double[] alone = [.. row], together = [.. Enumerable.Range(0, 9).SelectMany(_ => row)];
        double step = 40.0 / cells / cells;
        using var team = new WorkerTeam(threads);

        new LatticeSweep(new Grid(axis), 0, team).Apply(alone, alone, step);
        new LatticeSweep(new Grid(axis, Axis.Uniform(0, 1, 9, Boundary.NoFlux)), 0, team).Apply(together, together, step);

        CollectionAssert.AreEqual(together[..cells], alone);
        CollectionAssert.AreEqual(together[^cells..], alone);
    }

    [TestMethod]
    public void StepsAddUpMassStaysAndTheAxesCommute()
    {
        using var team = new WorkerTeam(1);
        (from x in Problem.AnyUniformAxis
         from y in Problem.AnyUniformAxis
         let grid = new Grid(x, y)
         from d in Problem.AnyDensity(grid)
         from scale in Gen.Double[-5, 2]
         select (grid, d, Math.Pow(10, scale))).Sample(
            (grid, d, time) =>
            {
                var flow = new LatticeExact(grid, team);
                double[] once = new double[d.Length], twice = new double[d.Length];
                double[] floored = [.. d.Select(value => value + 1e-280)];
                flow.Step(floored, once, 0, time, 0);
                flow.Step(floored, twice, 0, 0.3 * time, 1);
                flow.Step(twice, twice, 0, 0.7 * time, 0);
                Assert.AreEqual(1, Density.Mass(grid, once), 1e-13);
                for (int cell = 0; cell < d.Length; cell++)
                    Assert.AreEqual(1, twice[cell] / once[cell], 1e-11);
            },
            iter: 200);
    }

    [TestMethod]
    public void CrossingsAreWhatTheMassesSay()
    {
        using var team = new WorkerTeam(1);
        (from axis in Problem.AnyUniformAxis
         let grid = new Grid(axis)
         from d in Problem.AnyDensity(grid)
         from scale in Gen.Double[-5, 1]
         select (grid, d, Math.Pow(10, scale))).Sample(
            (grid, d, time) =>
            {
                var flow = new LatticeExact(grid, team);
                var x = new double[d.Length];
                flow.Step(d, x, 0, time, 0);
                var step = new GenerationStep(x, d, d, null, time, time, 0);
                flow.Prepare(step);
                for (int face = grid.X.IsPeriodic ? 0 : 1; face < d.Length; face++)
                {
                    // Across cell `face` the crossing changes by what the cell gained or lost.
                    double here = flow.Crossing(0, 0, face, x, d, step);
                    double next = face + 1 < d.Length ? flow.Crossing(0, 0, face + 1, x, d, step)
                        : grid.X.IsPeriodic ? flow.Crossing(0, 0, 0, x, d, step) : 0;
                    double scaleOfMass = 1e-12 * (1 + Math.Sqrt(time) / grid.X.Widths[0]);
                    Assert.AreEqual((d[face] - x[face]) * grid.X.Widths[face], next - here, scaleOfMass);
                }
            },
            iter: 300);
    }

    /// <summary>At the largest z, 4 P², the kernel has √(1400 · 4) P coefficients: more than an int from 1.4e7 cells on.</summary>
    [TestMethod]
    public void A_kernel_that_is_too_long_for_an_array_is_refused_before_it_is_computed()
    {
        const int Cells = 3_000_000;
        var grid = new Grid(Axis.Uniform(-6, 6, Cells, Boundary.NoFlux));
        Assert.AreEqual(1, LatticeCoefficients.LengthFor(grid.X, 1e6) / (Math.Sqrt(1400 * 4) * 2 * Cells), 1e-3);
        LatticeExact.Require(grid, 1e-6);
        StringAssert.Matches(Assert.ThrowsExactly<ArgumentException>(() => LatticeExact.Require(grid, 1e6)).Message, new(
            @"lattice-exact on an axis of 3000000 cells needs a kernel of 4\.49E\+08 coefficients for a step of 1E\+06"));
    }
}
