using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes;

/// <summary>
/// Every scheme reaches the <see cref="IScheme.Order"/> that it states: self-convergence of v(0) in L1 on a smooth problem, u0 =
/// N(0.2, 0.6), v_T = N(0.5, 2.8) on [−10, 10], T = 1. Three solutions, each refined by 2, give one order.
/// </summary>
[TestClass]
public sealed class SchemeOrderTests
{
    private static double[] Normal(Grid grid, double mean, double variance)
    {
        var values = new double[grid.CellCount];
        Mixture.Gaussian([mean], variance).CellAverages(grid, values);
        return values;
    }

    private static (double[] V, SchemeOrder Order) Markov(int cells, int steps, double epsilon, WorkerTeam team)
    {
        var grid = new Grid(Axis.Uniform(-10, 10, cells, Boundary.NoFlux));
        var scheme = new MarkovScheme(grid, epsilon, null, team);
        return (Generate(grid, steps, new ImplicitEuler(grid, team), scheme), scheme.Order);
    }

    private static (double[] V, SchemeOrder Order) Remap(int cells, int steps, double epsilon, bool parabolic, WorkerTeam team)
    {
        var grid = new Grid(Axis.Uniform(-10, 10, cells, Boundary.NoFlux));
        var forward = new ClosedFormSweeps(grid, Mixture.Gaussian([0.2], 0.6), team);
        var scheme = new RemapScheme(grid, epsilon, parabolic, forward, team);
        return (Generate(grid, steps, forward, scheme), scheme.Order);
    }

    private static double[] Generate(Grid grid, int steps, IForwardSweeps sweeps, IScheme scheme)
    {
        var times = new TimeLevels(0, 1, steps, TimeSpacing.Uniform, 0, 1, []);
        var forward = new ForwardFlow(grid, times, sweeps, Normal(grid, 0.2, 0.6), 1L << 30, keep: true);
        while (forward.Advance())
        {
        }

        double[] v = Normal(grid, 0.5, 2.8);
        var backward = new BackwardFlow(forward, scheme, v, propagateOne: false);
        while (backward.Advance())
        {
        }

        return v;
    }

    /// <summary>L1 distance of two solutions on [−10, 10], averaged to the coarser grid.</summary>
    private static double Distance(double[] coarse, double[] fine)
    {
        int times = fine.Length / coarse.Length;
        return coarse.Select((value, cell) => Math.Abs(fine.Skip(cell * times).Take(times).Average() - value)).Sum() * 20 / coarse.Length;
    }

    private static void AssertOrder(int stated, Func<int, double[]> solution)
    {
        double[][] solutions = [solution(1), solution(2), solution(4)];
        double first = Distance(solutions[0], solutions[1]), second = Distance(solutions[1], solutions[2]);
        Assert.IsTrue(Math.Log2(first / second) >= stated - 0.15, $"{first:E2} to {second:E2}");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void TheMarkovSchemeInSpaceAndInTime(double epsilon)
    {
        using var team = new WorkerTeam(1);
        SchemeOrder order = Markov(100, 10, epsilon, team).Order;
        AssertOrder(order.Space, refinement => Markov(200 * refinement, 10, epsilon, team).V);
        AssertOrder(order.Time, refinement => Markov(200, 80 * refinement, epsilon, team).V);
    }

    [TestMethod]
    [DataRow(0.0, false)]
    [DataRow(0.0, true)]
    [DataRow(0.2, true)]
    [DataRow(1.0, false)]
    [DataRow(1.0, true)]
    public void TheRemapSchemeInBothTogether(double epsilon, bool parabolic)
    {
        using var team = new WorkerTeam(1);
        SchemeOrder order = Remap(100, 10, epsilon, parabolic, team).Order;
        AssertOrder(Math.Min(order.Space, order.Time), refinement => Remap(100 * refinement, 20 * refinement, epsilon, parabolic, team).V);
    }

    /// <summary>Without noise the remap has no error in time of its own: nothing is left for an order.</summary>
    [TestMethod]
    [DataRow(0.0, 0, 0)]
    [DataRow(0.2, 400, 10)]
    [DataRow(1.0, 800, 20)]
    public void TheParabolicRemapInSpaceAndInTime(double epsilon, int cells, int steps)
    {
        using var team = new WorkerTeam(1);
        SchemeOrder order = Remap(100, 10, epsilon, true, team).Order;
        AssertOrder(order.Space, refinement => Remap(100 * refinement, 20, epsilon, true, team).V);
        if (epsilon > 0)
            AssertOrder(order.Time, refinement => Remap(cells, steps * refinement, epsilon, true, team).V);
    }

    /// <summary>In the plane the third order is the cross correction's; without it, or with another score, two are left.</summary>
    [TestMethod]
    public void TheParabolicRemapInThePlaneStatesWhatItsCorrectionGives()
    {
        using var team = new WorkerTeam(1);
        var axis = Axis.Uniform(-3, 3, 10, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        var forward = new ClosedFormSweeps(grid, Mixture.Gaussian([0.2, 0], 0.6), team);
        Assert.AreEqual(new SchemeOrder(2, 3), new RemapScheme(grid, 0.2, true, forward, team).Order);
        Assert.AreEqual(new SchemeOrder(2, 2), new RemapScheme(grid, 0.2, true, forward, team, corrected: false).Order);
    }
}
