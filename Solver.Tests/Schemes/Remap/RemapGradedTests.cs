using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>What the parabolic remap reaches on a strongly graded axis, whose cells differ in width by a factor of 27.</summary>
[TestClass]
public sealed class RemapGradedTests
{
    /// <summary>
    /// [−2.5, 2.5], faces by sinh of strength 4 about 0, u0 = 0.6 δ(−0.11) + 0.4 δ(0.17) in closed form, v_T = N(0.05, 0.2), T = 0.08 down
    /// to 1e-3.
    /// </summary>
    private static (Grid Grid, double[] Values) Generate(int cells, int steps, double epsilon, WorkerTeam team)
    {
        var grid = new Grid(Gradings.Sinh(-2.5, 2.5, cells, 0, 4, Boundary.NoFlux));
        var times = new TimeLevels(1e-3, 0.08, steps, TimeSpacing.Geometric, 0, 1, []);
        var forward = new ClosedFormSweeps(grid, TwoPoints, team);
        double[] later = new double[cells], earlier = new double[cells], v = new double[cells];
        Mixture.Gaussian([0.05], 0.2).CellAverages(grid, v);
        forward.Evaluate(times[times.Last], later);
        var scheme = new RemapScheme(grid, epsilon, true, forward, team);
        for (int level = times.Last - 1; level >= 0; level--)
        {
            forward.Evaluate(times[level], earlier);
            scheme.Step(new GenerationStep(later, earlier, v, null, times[level + 1], times.Step(level), 0));
            (later, earlier) = (earlier, later);
        }

        return (grid, v);
    }

    private static Mixture TwoPoints => Mixture.Gaussians([-0.11, 0.17], [0, 0], [0.6, 0.4]);

    private static double Error(int cells, int steps, double epsilon, WorkerTeam team)
    {
        (Grid grid, double[] v) = Generate(cells, steps, epsilon, team);
        var exact = new double[cells];
        Reference reference = epsilon == 1
            ? new HeatRatioReference(TwoPoints, 1, 0.08, [0.05], 0.2)
            : new MassTransportReference(TwoPoints, 0, 0.08, [0.05], 0.2);
        reference.CellAverages(1e-3, grid, exact);
        return Density.Distance(grid, v, exact, 1);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void TheErrorFallsAtSecondOrder(double epsilon)
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 200, 400, 800 }.Select(cells => Error(cells, cells / 2, epsilon, team))];
        string all = string.Join(", ", errors.Select(error => error.ToString("E2", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.IsTrue(errors[2] <= 2e-6, all);
        Assert.IsTrue(Math.Log2(errors[0] / errors[2]) / 2 >= 1.9, all);
        Assert.IsTrue(Error(3200, 400, epsilon, team) <= 4e-7, "cells four times finer leave the error of the steps");
    }
}
