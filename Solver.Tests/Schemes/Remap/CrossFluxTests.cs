using CsCheck;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>One explicit step of the cross correction (docs/remap.md, 8), for any u, any v and any strength.</summary>
[TestClass]
public sealed class CrossFluxTests
{
    private sealed record Case(Grid Grid, double[] U, double[] V, double Strength);

    private static readonly Gen<Case> Any =
        from x in Problem.AnyAxis
        from y in Problem.AnyAxis
        let grid = new Grid(x, y)
        from u in Problem.AnyDensity(grid)
        from v in Problem.AnyDensity(grid)
        from logarithm in Gen.Double[-4, 4]
        select new Case(grid, [.. u.Select(value => value + 1e-280)], v, Math.Pow(10, logarithm));

    private static double[] Step(Case problem, WorkerTeam team, bool eightLanes = false)
    {
        var result = new double[problem.U.Length];
        (double lowest, double highest) = Density.RatioRange(problem.V, problem.U);
        var flux = new CrossFlux(problem.Grid, team) { UsesEightLanes = eightLanes };
        flux.Step(problem.U, problem.V, result, problem.Strength, lowest, highest, first: true, last: true);
        Assert.AreEqual(Density.KullbackLeibler(problem.Grid, problem.V, problem.U), flux.Total.Before.Value,
            1e-8 * flux.Total.Before.Size, "KL before");
        Assert.AreEqual(Density.KullbackLeibler(problem.Grid, result, problem.U), flux.Total.After.Value, 1e-8 * flux.Total.After.Size,
            "KL after");
        Assert.IsTrue(flux.Total.Limited >= 0 && flux.Total.Limited <= flux.Total.Wanted * (1 + 1e-12) && flux.Total.Clamped >= 0,
            "what was cut");
        return result;
    }

    /// <summary>
    /// A cell's mass may come from one that holds 1e30 times as much: the rounding of the total is relative to all that moved.
    /// </summary>
    [TestMethod]
    public void MassIsKeptAndTheRatioStaysInItsBounds()
    {
        using var team = new WorkerTeam(1);
        Any.Sample(
            problem =>
            {
                double[] result = Step(problem, team);
                (double lowest, double highest) = Density.RatioRange(problem.V, problem.U);
                (double least, double most) = Density.RatioRange(result, problem.U);
                Assert.IsTrue(result.All(value => value >= 0), "v >= 0");
                Assert.IsTrue(least >= lowest * (1 - 1e-14) && most <= highest * (1 + 1e-14),
                    $"[{least:R}, {most:R}] is not in [{lowest:R}, {highest:R}]");
                Assert.AreEqual(1, Density.Mass(problem.Grid, result), 1e-13);
            },
            iter: 3000);
    }

    [TestMethod]
    public void WhereTheRatioIsConstantNothingMovesToTheBit()
    {
        using var team = new WorkerTeam(1);
        Any.Sample(
            problem =>
            {
                double[] v = [.. problem.U.Select(value => 0.5 * value)];
                CollectionAssert.AreEqual(v, Step(problem with { V = v }, team));
            },
            iter: 1000);
    }

    [TestMethod]
    public void ATransposedProblemGivesTransposedBits()
    {
        using var team = new WorkerTeam(1);
        Any.Sample(
            problem =>
            {
                Grid grid = problem.Grid, turned = new(grid.Axes[1], grid.X);
                double[] Turned(double[] values) =>
                    [.. Enumerable.Range(0, values.Length).Select(cell => values[cell / grid.Rows + cell % grid.Rows * grid.Columns])];
                double[] result = Step(problem, team), expected = Step(new Case(turned, Turned(problem.U), Turned(problem.V),
                    problem.Strength), team);
                CollectionAssert.AreEqual(expected, Turned(result));
            },
            iter: 1000);
    }

    /// <summary>Columns that fill no register, rows that fill no block.</summary>
    [TestMethod]
    public void TheBitsDependNeitherOnThreadsNorOnRegisters()
    {
        using WorkerTeam alone = new(1), three = new(3);
        foreach (Boundary boundary in new[] { Boundary.NoFlux, Boundary.Periodic })
        {
            var grid = new Grid(Axis.Uniform(-2, 2, 43, boundary), Gradings.Sinh(-1, 3, 75, 0.2, 1.5, boundary));
            double[] u = new double[grid.CellCount], v = new double[grid.CellCount];
            for (int cell = 0; cell < u.Length; cell++)
            {
                double x = grid.Centre(cell, 0), y = grid.Centre(cell, 1);
                u[cell] = Math.Exp(-8 * (x * x + y * y)) + Math.Exp(-9 * ((x - 1) * (x - 1) + (y - 0.8) * (y - 0.8)));
                v[cell] = u[cell] * (1 + 0.9 * Math.Sin(3 * x + 2 * y));
            }

            // Strong enough that corners are clamped and cells run out of room.
            var problem = new Case(grid, u, v, 1.5);
            double[] expected = Step(problem, alone);
            CollectionAssert.AreNotEqual(v, expected);
            CollectionAssert.AreEqual(expected, Step(problem, alone, eightLanes: true));
            CollectionAssert.AreEqual(expected, Step(problem, three));
        }
    }
}
