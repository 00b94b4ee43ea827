using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>
/// A single long line, cut into segments and ranges that threads share: the values are those of one thread, bit for bit, and those of a
/// line that is not cut, to rounding.
/// </summary>
[TestClass]
public sealed unsafe class RemapLongLineTests
{
    private const double Unit = 1.0 / (1L << 53);

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
        var grid = new Grid(AxisOf(cells, uniform, random));
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

    /// <summary>
    /// Both eliminations round a few times in each cell, and what is handed on from there carries it along: 16 N roundings of the largest
    /// w. The last segment is full, or lacks 61 of its cells, or one.
    /// </summary>
    [TestMethod]
    [DataRow(4096, true)]
    [DataRow(4099, true)]
    [DataRow(4159, true)]
    [DataRow(4100, false)]
    public void SegmentsSolveTheSystemOfTheWholeLine(int cells, bool uniform)
    {
        var random = new Random(cells);
        Axis axis = AxisOf(cells, uniform, random);
        double mean = 1.0 / cells;
        var diffusion = new ReversibleDiffusion(axis);
        using var team = new WorkerTeam(2);
        var segments = new ReversibleDiffusion.Segments(diffusion, team);
        nint pitch = cells + 2 * ReversibleDiffusion.Segments.Beyond;
        var memory = new Scratch(9 * pitch);
        double* u = memory.Start + 8, mass = u + pitch, w = mass + pitch, whole = w + pitch, cut = whole + pitch, scratch = cut + pitch;
        double* wholeRange = stackalloc double[4], cutRange = stackalloc double[4];
        for (int cell = 0; cell < cells; cell++)
        {
            u[cell] = Data(axis.Faces[cell]) * (1 + 0.1 * random.NextDouble());
            mass[cell] = u[cell] * (axis.Widths[cell] / mean);
            w[cell] = 1 + random.NextDouble();
        }

        PdeDiffusion.Schemes.Lines.GhostCells.Fill(u, cells, 1, periodic: false);
        foreach (DiffusionMethod method in new[] { DiffusionMethod.ImplicitEuler, DiffusionMethod.SecondOrder })
        {
            // In units of h²: explicit, Crank–Nicolson, and stiff.
            foreach (double squares in (double[])[0.1, 3, 1e5])
            {
                double duration = squares * mean * mean;
                diffusion.Step<Lane>(w, u, mass, duration, 1e-9, method, scratch, pitch, whole, wholeRange);
                segments.Step(w, u, mass, duration, 1e-9, method, cut, cutRange);
                double largest = Math.Max(wholeRange[1], -wholeRange[0]), tolerance = 16 * cells * Unit * largest;
                double before = 0, after = 0;
                for (int cell = 0; cell < cells; cell++)
                {
                    Assert.AreEqual(whole[cell], cut[cell], tolerance, $"{method}, {squares} h², cell {cell}");
                    before += mass[cell] * w[cell];
                    after += mass[cell] * cut[cell];
                }

                Assert.AreEqual(before, after, 16 * cells * Unit * before, "mass");
                Assert.AreEqual(new ReadOnlySpan<double>(cut, cells).ToArray().Min(), cutRange[0], "least");
                Assert.AreEqual(new ReadOnlySpan<double>(cut, cells).ToArray().Max(), cutRange[1], "most");
                Assert.IsTrue(cutRange[2] > 0 && double.IsFinite(cutRange[2]), "handed on");
                Assert.AreEqual(wholeRange[3] > 0, cutRange[3] > 0, "implicit fluxes");
            }
        }

        GC.KeepAlive(memory);
    }

    /// <summary>
    /// Where a face was, by one march over the line and by the ranges': either rounds four times in each of at most N cells, whose masses
    /// are at most sixteen times that of the donor (the depth of a valley). Steps that move faces by a fraction of a cell, by many cells
    /// and far out of the tails; data with one summit, and with a valley.
    /// </summary>
    [TestMethod]
    [DataRow(4096, true, false)]
    [DataRow(5001, true, true)]
    [DataRow(4099, false, true)]
    [DataRow(20000, true, true)]
    public void RangesFindTheFacesOfOneMarch(int cells, bool uniform, bool valley)
    {
        Axis axis = AxisOf(cells, uniform, new Random(cells));
        var grid = new Grid(axis);
        using var team = new WorkerTeam(1);
        var forward = new ImplicitEuler(grid, team);
        double mean = 1.0 / cells;
        foreach (double timeStep in (double[])[1e-8, 1e-5, 1e-3])
        {
            double[] earlier = [.. Enumerable.Range(0, cells).Select(
                cell => valley ? Data(axis.Faces[cell]) : Math.Exp(-300 * Math.Pow(axis.Faces[cell] - 0.4, 2)))];
            double[] later = new double[cells];
            forward.Step(earlier, later, 0, timeStep, 0);
            double[] massOld = [.. later.Select((value, cell) => value * axis.Widths[cell] / mean)];
            double[] massNew = [.. earlier.Select((value, cell) => value * axis.Widths[cell] / mean)];
            var step = new GenerationStep(later, earlier, later, null, timeStep, timeStep, 0);
            RemapMarch whole = new(cells, periodic: false), ranged = new(cells, periodic: false);
            ranged.PrepareRanges();
            fixed (double* old = massOld, young = massNew)
            {
                var crossings = new RemapCrossings(forward, 0, 0, mean, later, earlier, step);
                whole.Locate<Lane>(old, young, crossings);
                ranged.Survey(0, cells, old, young);
                ranged.Place(old, young, crossings);
                for (int range = ranged.Ranges - 1; range >= 0; range--)
                    ranged.March(range, old, young);
                ranged.Join();
            }

            Assert.AreEqual(whole.Summits[0], ranged.Summits[0], "summit");
            double highest = 0;
            for (int face = 0; face <= cells; face++)
            {
                double donor = whole.CommonDonors[face] >= 0 ? whole.CommonDonors[face] : whole.Donors[face];
                double place = ranged.CommonDonors[face] + ranged.Shares[face];
                Assert.AreEqual(donor + whole.Shares[face], place, 2 * 4 * 16.0 * cells * Unit, $"step {timeStep}, face {face}");
                if (Enumerable.Range(0, ranged.Ranges).Any(range => ranged.RangeStart(range) == face))
                    Assert.IsTrue(place >= highest, "a range starts below faces before it");
                highest = Math.Max(highest, place);
            }
        }
    }

    [TestMethod]
    public void AStepTakesNoMemory()
    {
        const int Cells = 4500;
        var grid = new Grid(Axis.Uniform(0, 1, Cells, Boundary.NoFlux));
        using var team = new WorkerTeam(2);
        var forward = new ImplicitEuler(grid, team);
        double[] earlier = [.. Enumerable.Range(0, Cells).Select(cell => Data(grid.X.Faces[cell]))], later = new double[Cells];
        forward.Step(earlier, later, 0, 1e-4, 0);
        double[] v = [.. later.Select(value => value * 1.5)];
        var scheme = new RemapScheme(grid, 1, true, forward, team);
        Assert.AreEqual(0, Allocations.LeastOf(
            5, () => scheme.Step(new GenerationStep(later, earlier, v, null, 1e-4, 1e-4, 0))));
    }

    private static Axis AxisOf(int cells, bool uniform, Random random)
    {
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => (face + 0.4 * random.NextDouble()) / cells)];
        return uniform ? Axis.Uniform(0, 1, cells, Boundary.NoFlux) : Axis.Graded(faces, Boundary.NoFlux);
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
