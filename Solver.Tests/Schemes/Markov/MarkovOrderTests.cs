using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Markov;

/// <summary>Gaussian data against the exact solution of docs/numerics.md, 4.1: observed orders in Δt and in h, apart.</summary>
[TestClass]
public sealed class MarkovOrderTests
{
    private const double Half = 8;
    private static readonly double[] Mean = [0.2, -0.1];
    private static readonly double[] StartMean = [0.5, 0.2];

    /// <summary>L1 error of v at t = 0.1, generated from T = 0.5.</summary>
    private static double Error(int dimension, int cells, int steps, double epsilon)
    {
        using var team = new WorkerTeam(2);
        Axis[] axes = [.. Enumerable.Range(0, dimension).Select(_ => Axis.Uniform(-Half, Half, cells, Boundary.NoFlux))];
        var grid = new Grid(axes);
        var data = Mixture.Gaussian(Mean.AsSpan(0, dimension), 0.5);
        double[] u0 = new double[grid.CellCount], start = new double[grid.CellCount], exact = new double[grid.CellCount];
        data.CellAverages(grid, u0);
        Mixture.Gaussian(StartMean.AsSpan(0, dimension), 1.8).CellAverages(grid, start);
        var times = new TimeLevels(0.1, 0.5, steps, TimeSpacing.Uniform, 0, steps / 4, []);
        var forward = new ForwardFlow(grid, times, ForwardKind.ImplicitEuler, u0, team, 1L << 31, keep: true);
        while (forward.Advance())
        {
        }

        var backward = new BackwardFlow(forward, new MarkovScheme(grid, epsilon, null, team), start, propagateOne: false);
        while (backward.Advance())
        {
        }

        new GaussianReference(data, epsilon, 0.5, StartMean.AsSpan(0, dimension), 1.8).CellAverages(0.1, grid, exact);
        return Density.Distance(grid, backward.Level.V, exact, 1);
    }

    [TestMethod]
    [DataRow(1, 0.0, 20000, 0.95)]
    [DataRow(1, 1.0, 2000, 0.95)]
    [DataRow(1, 2.0, 2000, 0.95)]
    [DataRow(2, 1.0, 320, 0.9)]
    public void ErrorFallsWithOrderOneInTheStep(int dimension, double epsilon, int cells, double least)
    {
        double coarse = Error(dimension, cells, 32, epsilon), fine = Error(dimension, cells, 128, epsilon);
        double order = Math.Log(coarse / fine) / Math.Log(4);
        Assert.IsInRange(least, 1.2, order, $"errors {coarse:E2} and {fine:E2}");
    }

    [TestMethod]
    [DataRow(1.0, 64, 16000, 1.9)]
    [DataRow(2.0, 64, 16000, 1.9)]
    [DataRow(0.0, 400, 4000, 0.9)]
    public void ErrorFallsWithItsOrderInTheSpacing(double epsilon, int cells, int steps, double least)
    {
        // So many steps that the error in time, of order one by the test above, is far below the one in space.
        double coarse = Error(1, cells, steps, epsilon), fine = Error(1, 2 * cells, steps, epsilon);
        double order = Math.Log(coarse / fine) / Math.Log(2);
        Assert.IsInRange(least, least + 0.2, order, $"errors {coarse:E2} and {fine:E2}");
    }
}
