using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>A single long line is shared by two threads; the values are those of one thread, bit for bit.</summary>
[TestClass]
public sealed class RemapSharedLineTests
{
    /// <summary>
    /// Steps so short that the diffusion is explicit, usual ones, and so long that it is implicit Euler; smooth data with valleys, and
    /// rough ones, for which bounds are repaired and lines blended.
    /// </summary>
    [TestMethod]
    [DataRow(4099, true, false)]
    [DataRow(5000, true, true)]
    [DataRow(4096, false, false)]
    [DataRow(4097, false, true)]
    public void TwoThreadsGiveTheBitsOfOne(int cells, bool uniform, bool rough)
    {
        var random = new Random(cells);
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => (face + 0.4 * random.NextDouble()) / cells)];
        var grid = new Grid(uniform ? Axis.Uniform(0, 1, cells, Boundary.NoFlux) : Axis.Graded(faces, Boundary.NoFlux));
        double[] u0 = [.. Enumerable.Range(0, cells).Select(
            cell => Data(grid.X.Faces[cell]) * (rough ? Math.Exp(3 * random.NextDouble()) : 1))];
        double[] v0 = [.. u0.Select(value => value * (1 + random.NextDouble()))];
        Density.Normalise(grid, u0);
        Density.Normalise(grid, v0);

        // Two steps, and sixteen roundings per cell in each of them: of the two elimination halves, the march and the averages.
        double tolerance = 2 * 16.0 * cells / (1L << 53);
        foreach (double epsilon in (double[])[0, 0.2, 1, 2.5])
        {
            foreach (double timeStep in (double[])[1e-9, 1e-6, 1e-3, 2])
            {
                double[] alone = Stepped(grid, u0, v0, epsilon, timeStep, 1), shared = Stepped(grid, u0, v0, epsilon, timeStep, 2);
                CollectionAssert.AreEqual(alone, shared, $"epsilon {epsilon}, step {timeStep}");
                CollectionAssert.AreEqual(alone, Stepped(grid, u0, v0, epsilon, timeStep, 3), $"three threads, epsilon {epsilon}");
                Assert.AreEqual(1, Density.Mass(grid, shared), tolerance, "mass");
                Assert.IsTrue(shared.All(value => value >= 0), "v >= 0");
            }
        }
    }

    private static double Data(double x) =>
        Math.Exp(-200 * (x - 0.25) * (x - 0.25)) + 0.3 * Math.Exp(-400 * (x - 0.7) * (x - 0.7)) + 1e-12;

    /// <summary>v after two steps of generation, of three levels.</summary>
    private static double[] Stepped(Grid grid, double[] u0, double[] v0, double epsilon, double timeStep, int threads)
    {
        using var team = new WorkerTeam(threads);
        var forward = new ImplicitEuler(grid, team);
        double[] first = new double[grid.CellCount], second = new double[grid.CellCount], v = [.. v0];
        forward.Step(u0, first, 0, timeStep, 0);
        forward.Step(first, second, timeStep, timeStep, 0);
        var scheme = new RemapScheme(grid, epsilon, true, forward, team);
        scheme.Step(new GenerationStep(second, first, v, null, 2 * timeStep, timeStep, 0));
        scheme.Step(new GenerationStep(first, u0, v, null, timeStep, timeStep, 0));
        return v;
    }
}
