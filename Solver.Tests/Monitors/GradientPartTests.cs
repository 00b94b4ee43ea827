using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>The gradient part of a score's error, and an error that has none (docs/numerics.md, 5.5).</summary>
[TestClass]
public sealed class GradientPartTests
{
    public static IEnumerable<object[]> Grids =>
    [
        [new Grid(Axis.Uniform(0, 1, 17, Boundary.NoFlux), Axis.Uniform(0, 2, 12, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(0, 1, 16, Boundary.Periodic), Axis.Uniform(0, 2, 9, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(0, 1, 13, Boundary.Periodic), Axis.Graded([0, 0.1, 0.4, 0.5, 1.1, 1.2], Boundary.Periodic))],
        [new Grid(Axis.Uniform(-6, 6, 128, Boundary.NoFlux), Axis.Uniform(-6, 6, 128, Boundary.NoFlux))],
    ];

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void AGradientIsItsOwnPartAndACurlHasNone(Grid grid)
    {
        var random = new Random(7);
        double[] v = [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-8 * random.NextDouble()))];
        double[] phi = [.. v.Select(_ => random.NextDouble())], node = [.. v.Select(_ => random.NextDouble())];
        var part = new GradientPart(grid);

        (double whole, double gradient) = part.Of(v, Of(0), Of(1));
        Assert.AreEqual(whole, gradient, 1e-9 * whole);

        // Fluxes of a stream function at the nodes, 0 at walls, have no divergence.
        double[] streamX = Stream(0), streamY = Stream(1);
        (whole, gradient) = part.Of(v, streamX, streamY);
        Assert.IsLessThan(1e-9 * whole, gradient);

        // Both together: the parts are orthogonal.
        double[] sumX = [.. Of(0).Zip(streamX, (a, b) => a + b)], sumY = [.. Of(1).Zip(streamY, (a, b) => a + b)];
        (double both, double ofBoth) = part.Of(v, sumX, sumY);
        (double one, _) = part.Of(v, Of(0), Of(1));
        Assert.AreEqual(one, ofBoth, 1e-8 * both);
        Assert.AreEqual(one + whole, both, 1e-8 * both);
        Assert.IsLessThan(60, part.Iterations);

        double[] Of(int axis) => [.. v.Select((_, cell) => HasLink(cell, axis)
            ? (phi[Upper(cell, axis)] - phi[cell]) / grid.Axes[axis].Distances[grid.Position(cell, axis)] : 0)];

        double[] Stream(int axis) => [.. v.Select((_, cell) =>
        {
            if (!HasLink(cell, axis))
                return 0;

            // The node above and right of a cell; the face's two nodes differ along the other axis.
            int other = 1 - axis, position = grid.Position(cell, other);
            double upper = HasLink(cell, other) ? node[cell] : 0;
            int below = cell + grid.ToLower(position, other);
            double lower = position > 0 || grid.Axes[other].IsPeriodic ? node[below] : 0;
            double flux = (axis == 0 ? -1 : 1) * (upper - lower);
            double area = grid.Axes[other].Widths[position];
            return flux / (area * 0.5 * (v[cell] + v[Upper(cell, axis)]));
        })];

        bool HasLink(int cell, int axis) => grid.Position(cell, axis) < grid.Axes[axis].Links;

        int Upper(int cell, int axis) => cell + grid.ToUpper(grid.Position(cell, axis), axis);
    }

    [TestMethod]
    public void TheSolveTakesFewIterationsForADensityOverManyOrders()
    {
        var grid = new Grid(Axis.Uniform(-8, 8, 200, Boundary.NoFlux), Axis.Uniform(-8, 8, 200, Boundary.NoFlux));
        double[] v = Mixture.Gaussians([-1.5, 1.2], [-0.5, 0.9], [0.1, 0.3], []).CellAverages(grid);
        var score = new PerturbedFaceScore(grid, new GridScore(grid), 0, [], 1, 4);
        double[] x = new double[grid.CellCount], y = new double[grid.CellCount];
        score.Evaluate(0, 1, [.. v.Select(value => value + 1e-280)], x);
        score.Evaluate(1, 1, [.. v.Select(value => value + 1e-280)], y);
        var part = new GradientPart(grid);
        (double whole, double gradient) = part.Of(v, x, y);
        Assert.IsTrue(gradient > 0.05 * whole && gradient < 0.95 * whole, $"{gradient} of {whole}");
        Assert.IsLessThan(60, part.Iterations);
        Assert.AreEqual(0, Allocations.LeastOf(3, () => part.Of(v, x, y)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ACurlLeavesVUnchangedToTheOrderOfTheScheme(bool remap)
    {
        // markov: of v itself, from any v_T. remap, whose sweeps do not damp the cells' own waves: of u, from v_T = u_T.
        using var team = new WorkerTeam(1);
        double[] distances = [.. new[] { 1, 2, 4 }.Select(factor => Distance(remap, 2, factor, team))];
        double measured = Math.Log2(distances[1] / distances[2]);
        Assert.IsGreaterThan(0.7, measured, string.Join(", ", distances));

        // An error of the same size that is a gradient changes v by far more.
        double scaled = Distance(remap, 0, 4, team);
        Assert.IsLessThan(0.3 * scaled, distances[2], $"{string.Join(", ", distances)}; {scaled}");
    }

    /// <summary>The L1 distance of v with an added curl (without one: with a scaled score) from v with the score of the grid.</summary>
    private static double Distance(bool remap, double curl, int factor, WorkerTeam team)
    {
        Axis axis = Axis.Uniform(-6, 6, 40 * factor, Boundary.NoFlux);
        var grid = new Grid(axis, axis);
        Mixture data = Mixture.Gaussians([-1, 1], [0, 0.6], [0.4, 0.5], []);
        double[] Final(IFaceScore score)
        {
            var times = new TimeLevels(0.1, 1, 10 * factor, TimeSpacing.Geometric, 0, 8 * factor, []);
            double[] u0 = data.CellAverages(grid);
            var forward = new ForwardFlow(grid, times, new ImplicitEuler(grid, team), u0, 1L << 30, keep: true);
            while (forward.Advance())
            {
            }

            double[] v = remap ? [.. forward.Level.U] : Mixture.Gaussian([0.3, -0.2], 2).CellAverages(grid);
            IScheme scheme = remap ? new RemapScheme(grid, 1, true, forward.Stepper, team, score) : new MarkovScheme(grid, 1, score, team);
            var backward = new BackwardFlow(forward, scheme, v, propagateOne: false);
            while (backward.Advance())
            {
            }

            return backward.Level.V!;
        }

        var own = new GridScore(grid);
        double[] plain = Final(own);
        double[] changed = Final(curl == 0 ? new PerturbedFaceScore(grid, own, 1.5, [], 0, 0)
            : remap ? new CurlOfForward(new CurlFaceScore(grid, own, curl)) : new CurlFaceScore(grid, own, curl));
        return Density.Distance(grid, changed, plain, 1);
    }

    [TestMethod]
    public void TheBudgetOfTheGradientPartIsTheSmallerOneAndACurlSpendsNothing()
    {
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenario.Of("gaussians", 2, 1, remap: false, steps: 16) with { GradientBudget = true };
        List<Reading> noisy = (scenario with
        {
            Score = of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1, [], 0.5, 1),
        }).Watch(team);
        foreach ((Reading gradient, Reading all) in Of(noisy, "gradient-budget").Zip(Of(noisy, "score-error-budget")))
        {
            Assert.IsLessThanOrEqualTo(all.Bound * (1 + 1e-9), gradient.Bound);
            Assert.AreEqual(Verdict.Held, gradient.Verdict, $"{gradient}");
        }

        Assert.IsTrue(Of(noisy, "score-curl").All(reading => reading.Measured is > 0.1 and < 0.9));
        List<Reading> curl = (scenario with
        {
            StartVariance = 0.6,
            Score = of => new CurlFaceScore(of.Grid, new GridScore(of.Grid), 1),
        }).Watch(team);
        // All of it but for the walls, where the flux along them ends: the tails of a long step reach them.
        Reading[] shares = Of(curl, "score-curl");
        Assert.IsGreaterThan(0.9, shares.Min(reading => reading.Measured));
        Assert.IsGreaterThan(0.99999, shares[^1].Measured);
        Reading end = Of(curl, "gradient-budget")[^1], whole = Of(curl, "score-error-budget")[^1];
        double atEnd = Of(curl, "gradient-budget")[0].Bound;
        Assert.IsLessThan(0.02 * (whole.Bound - atEnd), end.Bound - atEnd);
    }

    /// <summary>c J∇log u in place of c J∇log v.</summary>
    private sealed class CurlOfForward(CurlFaceScore of) : IFaceScore
    {
        public bool IsRatioOfAverages => of.IsRatioOfAverages;

        public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
        {
            of.StartFrom(u);
            of.Evaluate(axis, time, u, normal);
        }
    }

    private static Reading[] Of(List<Reading> readings, string monitor) => [.. readings.Where(reading => reading.Monitor == monitor)];
}
