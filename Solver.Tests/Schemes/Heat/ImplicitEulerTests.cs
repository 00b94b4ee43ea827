using MathNet.Numerics.LinearAlgebra;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Heat;

[TestClass]
public sealed class ImplicitEulerTests
{
    /// <summary>The discrete heat operator of one axis, built entry by entry from docs/numerics.md.</summary>
    internal static Matrix<double> Laplacian(Axis axis)
    {
        var matrix = Matrix<double>.Build.Dense(axis.Cells, axis.Cells);
        for (int link = 0; link < axis.Links; link++)
        {
            int next = (link + 1) % axis.Cells;
            double conductance = 1 / axis.Distances[link];
            matrix[link, next] += conductance / axis.Widths[link];
            matrix[link, link] -= conductance / axis.Widths[link];
            matrix[next, link] += conductance / axis.Widths[next];
            matrix[next, next] -= conductance / axis.Widths[next];
        }

        return matrix;
    }

    private static double[] OneStep(Grid grid, double[] u0, double timeStep)
    {
        using var team = new WorkerTeam(1);
        var times = new TimeLevels(0, timeStep, 1, TimeSpacing.Uniform, 0, 1, []);
        var flow = new ForwardFlow(grid, times, ForwardKind.ImplicitEuler, u0, team, 1 << 20, keep: false);
        Assert.IsTrue(flow.Advance());
        Assert.IsFalse(flow.Advance());
        return flow.Level.U;
    }

    /// <summary>
    /// Lines that are cut into segments, with and without cells left over: the residual in every cell, relative to what the row adds up.
    /// </summary>
    [TestMethod]
    [DataRow(1024, Boundary.NoFlux, true, 1e-3)]
    [DataRow(1024, Boundary.Periodic, true, 1e-3)]
    [DataRow(1087, Boundary.NoFlux, false, 1e-2)]
    [DataRow(1087, Boundary.Periodic, false, 1e-2)]
    [DataRow(2500, Boundary.NoFlux, true, 1e6)]
    [DataRow(2500, Boundary.Periodic, true, 1e6)]
    public void LongLinesSolveTheSystemForAnyThreads(int cells, Boundary boundary, bool uniform, double timeStep)
    {
        var random = new Random(cells);
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => (face + 0.4 * random.NextDouble()) / cells)];
        Axis axis = uniform ? Axis.Uniform(0, 1, cells, boundary) : Axis.Graded(faces, boundary);
        double[] u0 = [.. Enumerable.Range(0, cells).Select(_ => Math.Exp(-60 * random.NextDouble()))];
        double[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var team = new WorkerTeam(threads);
            double[] x = [.. u0];
            var sweep = new HeatSweep(new Grid(axis), 0, team);
            sweep.Apply(x, x, timeStep);
            return x;
        })];

        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
        double[] actual = results[0];
        for (int cell = 0; cell < cells; cell++)
        {
            bool lower = cell > 0 || boundary == Boundary.Periodic, upper = cell < cells - 1 || boundary == Boundary.Periodic;
            int below = (cell + cells - 1) % cells, above = (cell + 1) % cells;
            double a = lower ? timeStep / (axis.Distances[below] * axis.Widths[cell]) : 0;
            double c = upper ? timeStep / (axis.Distances[cell] * axis.Widths[cell]) : 0;
            double positive = u0[cell] + a * actual[below] + c * actual[above];
            Assert.AreEqual(1, (1 + a + c) * actual[cell] / positive, 1e-13, $"cell {cell}");
        }
    }

    [TestMethod]
    [DataRow(1, Boundary.NoFlux, true)]
    [DataRow(1, Boundary.Periodic, true)]
    [DataRow(2, Boundary.NoFlux, true)]
    [DataRow(2, Boundary.Periodic, true)]
    [DataRow(3, Boundary.Periodic, false)]
    [DataRow(13, Boundary.NoFlux, false)]
    [DataRow(13, Boundary.Periodic, false)]
    [DataRow(21, Boundary.Periodic, true)]
    public void OneStepSolvesTheDenseSystem(int cells, Boundary boundary, bool uniform)
    {
        var random = new Random(cells);
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => face + 0.4 * random.NextDouble())];
        Axis axis = uniform ? Axis.Uniform(-1, 1, cells, boundary) : Axis.Graded(faces, boundary);
        double[] u0 = [.. Enumerable.Range(0, cells).Select(_ => random.NextDouble())];
        const double TimeStep = 0.37;
        Vector<double> expected =
            (Matrix<double>.Build.DenseIdentity(cells) - TimeStep * Laplacian(axis)).Solve(Vector<double>.Build.DenseOfArray(u0));

        double[] actual = OneStep(new Grid(axis), u0, TimeStep);

        for (int cell = 0; cell < cells; cell++)
            Assert.AreEqual(expected[cell], actual[cell], 1e-13);
    }

    [TestMethod]
    public void TheFarTailKeepsItsRelativeAccuracy()
    {
        // One step from a Dirac on a long line: u_k = u_0 r^|k| with r + 1/r = 2 + 1/λ, here r = (√λ' …) solved without cancellation.
        const int Cells = 301;
        var axis = Axis.Uniform(0, Cells, Cells, Boundary.NoFlux);
        var u0 = new double[Cells];
        u0[0] = 1;
        const double Lambda = 0.2;
        double[] u = OneStep(new Grid(axis), u0, Lambda);
        double b = 2 + 1 / Lambda;
        double ratio = 2 / (b + Math.Sqrt(b * b - 4));
        for (int cell = 1; cell < 260 && u[cell] > 1e-200; cell++)
            Assert.AreEqual(1, u[cell] / (u[cell - 1] * ratio), 4e-16 * 4, $"cell {cell}, u = {u[cell]}");
        Assert.IsLessThan(1e-195, u[259]);
        Assert.AreEqual(Math.Log(ratio) * 250, Math.Log(u[250] / u[0]), 250 * 4e-16 * 4);
    }

    [TestMethod]
    [DataRow(Boundary.NoFlux)]
    [DataRow(Boundary.Periodic)]
    public void MassIsKeptAtHugeSteps(Boundary boundary)
    {
        var random = new Random(5);
        foreach (double lambda in new[] { 1.0, 1e4, 1e8, 1e12 })
        {
            const int Cells = 1000;
            var grid = new Grid(Axis.Uniform(0, 1, Cells, boundary));
            double[] u0 = Problem.Normalise(grid, [.. Enumerable.Range(0, Cells).Select(_ => Math.Pow(random.NextDouble(), 20))]);
            double[] u = OneStep(grid, u0, lambda / Cells / Cells);
            Assert.AreEqual(1, Density.Mass(grid, u), 1e-12, $"lambda {lambda}");
        }
    }

    [TestMethod]
    public void ConstantsStay()
    {
        var grid = new Grid(Axis.Graded([0, 1, 1.5, 3, 3.1], Boundary.Periodic), Axis.Uniform(0, 1, 19, Boundary.NoFlux));
        double[] u0 = [.. Enumerable.Repeat(1.0, grid.CellCount)];
        foreach (double value in OneStep(grid, u0, 100))
            Assert.AreEqual(1, value, 1e-14);
    }
}
