using PdeDiffusion.Grids;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Markov;

/// <summary>A last sweep keeps of P 1 its largest value alone: the one that the stored array would have.</summary>
[TestClass]
public sealed class GreatestPropagatedOneTests
{
    [TestMethod]
    [DataRow(5)]
    [DataRow(40_007)]
    public void OfAnArrayItIsFoundInEveryBlockAndNaNCountsAsInfinite(int cells)
    {
        var random = new Random(cells);
        double[] values = [.. Enumerable.Range(0, cells).Select(_ => random.NextDouble() - 2)];
        using var team = new WorkerTeam(2);
        var greatest = new GreatestValue(cells, team);
        Assert.AreEqual(values.Max(), greatest.Of(values));
        foreach (int cell in new[] { 0, cells / 2, cells - 1 })
        {
            double[] changed = [.. values];
            changed[cell] = 7;
            Assert.AreEqual(7.0, greatest.Of(changed));
            changed[cell] = double.NaN;
            Assert.AreEqual(double.PositiveInfinity, greatest.Of(changed));
        }
    }

    [TestMethod]
    [DataRow(37, 21, Boundary.NoFlux)]
    [DataRow(64, 33, Boundary.Periodic)]
    [DataRow(5, 3, Boundary.NoFlux)]
    [DataRow(70, 1, Boundary.NoFlux)]
    [DataRow(1100, 1, Boundary.Periodic)]
    [DataRow(1087, 1, Boundary.NoFlux)]
    public void ItIsThatOfTheStoredArrayToTheBit(int columns, int rows, Boundary boundary)
    {
        var random = new Random(columns + rows);
        Axis x = Axis.Uniform(0, 1, columns, boundary);
        var grid = rows == 1 ? new Grid(x) : new Grid(x, Axis.Uniform(0, 1, rows, boundary));
        double[] Any() => [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-3 * random.NextDouble()))];
        double[] driver = Any(), end = Any(), v = Any(), before = Any();
        using var team = new WorkerTeam(2);
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            foreach ((bool massForm, bool fromOne) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                var sweep = new GenerationSweep(grid, axis, 0.2, team);
                double[] stored = [.. v], unstored = [.. v], one = [.. before];
                Assert.AreEqual(double.NaN, Apply(stored, one, false));
                Assert.AreEqual(one.Max(), Apply(unstored, [.. before], true));
                Assert.AreEqual(double.NaN, Apply([.. v], null, true));
                CollectionAssert.AreEqual(stored, unstored);

                double[] ofOnes = [.. Enumerable.Repeat(1.0, grid.CellCount)];
                if (fromOne)
                {
                    if (massForm)
                        sweep.ApplyMass(driver, [.. v], ofOnes, fromOne: false, toGreatest: false, 1e-3);
                    else
                        sweep.ApplyRatio(driver, end, [.. v], ofOnes, fromOne: false, toGreatest: false, 1e-3);
                    CollectionAssert.AreEqual(ofOnes, one);
                }

                double Apply(double[] density, double[]? propagated, bool toGreatest) => massForm
                    ? sweep.ApplyMass(driver, density, propagated, fromOne, toGreatest, 1e-3)
                    : sweep.ApplyRatio(driver, end, density, propagated, fromOne, toGreatest, 1e-3);
            }
        }
    }
}
