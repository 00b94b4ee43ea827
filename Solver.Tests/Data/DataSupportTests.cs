using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Data;

/// <summary>Distances to the data against plain loops.</summary>
[TestClass]
public sealed class DataSupportTests
{
    [TestMethod]
    public void DistancesToPointsAreExactAndOnACircleGoTheShorterWay()
    {
        using var team = new WorkerTeam(2);
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 13).Select(_ => 4 * random.NextDouble() - 2)],
            y = [.. x.Select(_ => 2 * random.NextDouble() - 1)];
        foreach (Boundary boundary in new[] { Boundary.NoFlux, Boundary.Periodic })
        {
            var grid = new Grid(Axis.Uniform(-2, 2, 31, boundary), Axis.Uniform(-1, 1, 14, boundary));
            DataSupport support = DataSupport.Of(Mixture.Points(x, y, []), grid, team);
            for (int cell = 0; cell < grid.CellCount; cell++)
            {
                double expected = Enumerable.Range(0, x.Length).Min(point =>
                {
                    double dx = Math.Abs(grid.Centre(cell, 0) - x[point]), dy = Math.Abs(grid.Centre(cell, 1) - y[point]);
                    (dx, dy) = boundary == Boundary.Periodic ? (Math.Min(dx, 4 - dx), Math.Min(dy, 2 - dy)) : (dx, dy);
                    return dx * dx + dy * dy;
                });
                Assert.AreEqual(expected, support.SquaredDistances![cell], 1e-14);
            }

            Assert.AreEqual(boundary == Boundary.Periodic, support.HullDistances is null);
            Assert.IsNotNull(support.Points);
        }
    }

    [TestMethod]
    public void DistancesToACurveAreThoseToTheSegmentsBetweenItsNodes()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-3, 3, 40, Boundary.NoFlux), Axis.Uniform(-2, 2, 30, Boundary.NoFlux));
        foreach ((Curve curve, bool[] closed) in new[]
        {
            (Curve.Lemniscate(2), new[] { true }), (Curve.Circle(1.5), [true]), (Curve.TwoMoons(1.5), [false, false]),
                (Curve.Segment(2), [false]),
        })
        {
            const int Count = 120;
            Mixture nodes = curve.Nodes(Count);
            DataSupport support = DataSupport.Of(nodes, grid, team);
            double[] x = nodes.X.ToArray(), y = nodes.Y.ToArray();
            int piece = Count / closed.Length;
            for (int cell = 0; cell < grid.CellCount; cell++)
            {
                double px = grid.Centre(cell, 0), py = grid.Centre(cell, 1), least = double.PositiveInfinity;
                for (int node = 0; node < Count; node++)
                {
                    bool last = node % piece == piece - 1;
                    int next = last ? closed[node / piece] ? node + 1 - piece : node : node + 1;
                    least = Math.Min(least, ToSegment(px, py, x[node], y[node], x[next], y[next]));
                }

                Assert.AreEqual(least, support.SquaredDistances![cell], 1e-13);
            }
        }
    }

    [TestMethod]
    public void DistancesToABoxAreExactAndAGaussiansSupportIsEverywhere()
    {
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-3, 3, 24, Boundary.NoFlux), Axis.Uniform(-2, 2, 20, Boundary.NoFlux));
        DataSupport support = DataSupport.Of(new UniformBox([-1, -0.5], [0.5, 0.75]), grid, team);
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            double x = grid.Centre(cell, 0), y = grid.Centre(cell, 1);
            double dx = x - Math.Clamp(x, -1, 0.5), dy = y - Math.Clamp(y, -0.5, 0.75);
            Assert.AreEqual(dx * dx + dy * dy, support.SquaredDistances![cell], 1e-14);
            Assert.AreEqual(Math.Sqrt(dx * dx + dy * dy), support.HullDistances![cell], 1e-14);
        }

        DataSupport gaussians = DataSupport.Of(Mixture.Gaussian([0, 0], 1), grid, team);
        Assert.IsNull(gaussians.SquaredDistances);
        Assert.IsNull(gaussians.HullDistances);
        Assert.IsNull(gaussians.Points);
    }

    private static double ToSegment(double px, double py, double ax, double ay, double bx, double by)
    {
        double square = Math.Pow(bx - ax, 2) + Math.Pow(by - ay, 2);
        double share = square == 0 ? 0 : Math.Clamp(((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / square, 0, 1);
        return Math.Pow(px - ax - share * (bx - ax), 2) + Math.Pow(py - ay - share * (by - ay), 2);
    }
}
