using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Tests.Particles;

/// <summary>Basins of the limit points, and the shares of densities and particles in them and near them.</summary>
[TestClass]
public sealed class GuidedSetsTests
{
    private static readonly GuidedSets Experts = new([(0, 0), (3, 0)], [(1, 0), (4, 0)], 0.5);

    /// <summary>The borders are those of the Voronoi cells of either set, 1.5 and 2.5: a basin contains each pair's own piece.</summary>
    [TestMethod]
    public void TheBasinsOfTheExperts()
    {
        for (double x = -9.95; x < 14; x += 0.1)
        {
            int expected = x < 1.5 ? 0 : x < 2.5 ? 1 : 2;
            Assert.AreEqual(new[] { 0.5, 2, 3.5 }[expected], Experts.Limits![Experts.BasinOf(x, 0)].X, 1e-12, $"{x}");
        }

        // v_T = N(2, 2): the masses of its intervals.
        var grid = new Grid(Axis.Uniform(-12, 16, 2800, Boundary.NoFlux));
        double[] v = Mixture.Gaussian([2], 2).CellAverages(grid);
        (double[] shares, double elsewhere) = Experts.BasinShares(grid, v)!.Value;
        double middle = 2 * (NormalUpTo(0.5 / Math.Sqrt(2)) - 0.5);
        double[] expectedShares = [.. Experts.Limits!.Select(limit => limit.X == 2 ? middle : 0.5 - 0.5 * middle)];
        for (int limit = 0; limit < 3; limit++)
            Assert.AreEqual(expectedShares[limit], shares[limit], 1e-6);
        Assert.AreEqual(0, elsewhere, 1e-12);
        (double[] ofParticles, double without) = Experts.BasinShares(ParticleEnsemble.Gaussian(20_000, [2], 2, 5))!.Value;
        for (int limit = 0; limit < 3; limit++)
            Assert.AreEqual(expectedShares[limit], ofParticles[limit], 4 * Math.Sqrt(0.25 / 20_000));
        Assert.AreEqual(0, without);
    }

    [TestMethod]
    public void EveryPathEndsOnTheOnlyRidge()
    {
        var ridge = new GuidedSets([(0, 0)], [(-1, 0), (1, 0)], 2);
        (double X, double Y)[] triangle = [(1, 0), (-0.5, Math.Sqrt(0.75)), (-0.5, -Math.Sqrt(0.75))];
        var centre = new GuidedSets([(0, 0)], triangle, 2);
        var random = new Random(4);
        for (int place = 0; place < 300; place++)
        {
            (double x, double y) = (8 * random.NextDouble() - 4, 8 * random.NextDouble() - 4);
            Assert.AreEqual(0, ridge.BasinOf(x, 0));
            Assert.AreEqual(0, centre.BasinOf(x, y), $"({x}, {y})");
        }
    }

    /// <summary>Random sets in the plane: the same as a descent by small steps, from places that are not near a border.</summary>
    [TestMethod]
    public void ABasinIsWhereDescentsEnd()
    {
        var random = new Random(7);
        int compared = 0, agreed = 0;
        for (int trial = 0; trial < 40; trial++)
        {
            var sets = new GuidedSets(Places(), Places(), -1 + 4 * random.NextDouble());
            for (int place = 0; place < 50; place++)
            {
                (double X, double Y) at = (10 * random.NextDouble() - 5, 10 * random.NextDouble() - 5);
                LimitPoint[] around = [.. new[] { (0.0, 0.0), (0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02) }.Select(off =>
                    Descended(sets, (at.X + off.Item1, at.Y + off.Item2)))];
                if (Array.Exists(around, end => end != around[0]))
                    continue;
                compared++;
                int basin = sets.BasinOf(at.X, at.Y);
                agreed += basin >= 0 && sets.Limits![basin] == around[0] ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(1700, compared);
        Assert.IsGreaterThanOrEqualTo(0.995 * compared, agreed, $"{agreed} of {compared}");

        (double X, double Y)[] Places() =>
            [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (4 * random.NextDouble() - 2, 4 * random.NextDouble() - 2))];
    }

    [TestMethod]
    public void TheShareOfADensityNearALimitPointIsThatOfTheBox()
    {
        // Constant on 10 x 10: boxes of half width 0.37 about 0.5, 2 and 3.5 in the first coordinate, 0 in the second.
        var line = new Grid(Axis.Uniform(-3, 7, 33, Boundary.NoFlux));
        (double[] shares, double rest) = LimitPoints.Shares(Experts.Limits!, line, Enumerable.Repeat(0.1, 33).ToArray(), 0.37);
        foreach (double share in shares)
            Assert.AreEqual(0.074, share, 1e-12);
        Assert.AreEqual(1 - 3 * 0.074, rest, 1e-12);
        var plane = new Grid(Axis.Uniform(-3, 7, 33, Boundary.NoFlux), Axis.Uniform(-5, 5, 21, Boundary.NoFlux));
        (double[] squares, _) = LimitPoints.Shares(Experts.Limits!, plane, Enumerable.Repeat(0.02, plane.CellCount).ToArray(), 0.37);
        foreach (double share in squares)
            Assert.AreEqual(0.74 * 0.74 / 100, share, 1e-12);

        // The same law as particles.
        var grid = new Grid(Axis.Uniform(-12, 16, 2800, Boundary.NoFlux));
        (double[] ofDensity, double outside) = LimitPoints.Shares(Experts.Limits!, grid, Mixture.Gaussian([2], 2).CellAverages(grid), 0.4);
        (double[] ofParticles, double elsewhere) =
            LimitPoints.Shares(Experts.Limits!, ParticleEnsemble.Gaussian(40_000, [2], 2, 5), 0.4);
        foreach ((double one, double other) in ofDensity.Append(outside).Zip(ofParticles.Append(elsewhere)))
            Assert.AreEqual(one, other, 4 * Math.Sqrt(0.25 / 40_000));
    }

    /// <summary>dX/ds = −∇Φ/4 by explicit steps of 0.004, the last thousand of them shorter and shorter: the nearest limit point.</summary>
    private static LimitPoint Descended(GuidedSets sets, (double X, double Y) at)
    {
        for (int step = 0; step < 3000; step++)
        {
            double share = step < 2000 ? 0.004 : 0.004 * (3000 - step) / 1000;
            (double X, double Y) a = Nearest(sets.First), b = Nearest(sets.Second);
            at = (at.X + share * (sets.Weight * a.X + (1 - sets.Weight) * b.X - at.X),
                at.Y + share * (sets.Weight * a.Y + (1 - sets.Weight) * b.Y - at.Y));
        }

        return sets.Limits!.MinBy(limit => Math.Pow(limit.X - at.X, 2) + Math.Pow(limit.Y - at.Y, 2));

        (double X, double Y) Nearest(IReadOnlyList<(double X, double Y)> set)
        {
            (double X, double Y) nearest = set[0];
            double least = double.PositiveInfinity;
            for (int place = 0; place < set.Count; place++)
            {
                double x = set[place].X - at.X, y = set[place].Y - at.Y, distance = x * x + y * y;
                if (distance < least)
                    (least, nearest) = (distance, set[place]);
            }

            return nearest;
        }
    }

    /// <summary>P(Z ≤ z) by Simpson's rule.</summary>
    private static double NormalUpTo(double z)
    {
        const int Panels = 400;
        double sum = 0;
        for (int panel = 0; panel <= Panels; panel++)
        {
            double at = z * panel / Panels;
            sum += (panel is 0 or Panels ? 1 : panel % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * at * at);
        }

        return 0.5 + z * sum / (3 * Panels) / Math.Sqrt(2 * Math.PI);
    }
}
