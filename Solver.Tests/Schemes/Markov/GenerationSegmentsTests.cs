using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Threads;
using static PdeDiffusion.Schemes.Markov.GenerationKernel;

namespace PdeDiffusion.Tests.Schemes.Markov;

[TestClass]
public sealed unsafe class GenerationSegmentsTests
{
    private static readonly double[] Epsilons = [0, 0.2, 1, 2];

    private static Axis AxisOf(int cells, Boundary boundary, bool uniform, Random random)
    {
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => (face + 0.4 * random.NextDouble()) / cells)];
        return uniform ? Axis.Uniform(0, 1, cells, boundary) : Axis.Graded(faces, boundary);
    }

    /// <summary>The same step by the elimination of one uncut chain.</summary>
    private static void OneChain(Axis axis, double epsilon, double[] driver, double[] end, double[] v, double[] one, double step,
        bool massForm)
    {
        double[] halfSteps = [.. axis.Distances.ToArray().Select(distance => 0.5 * step / distance)];
        var memory = new double[Eliminated.Rows + 3 * axis.Cells];
        var kernel = new GenerationKernel(epsilon);
        fixed (double* work = memory, drivers = driver, ends = end, densities = v, ones = one, widths = axis.Widths, gaps = axis.Distances,
            steps = halfSteps)
        {
            double* panels = work + Eliminated.Rows;
            var system = new Eliminated(work, 1, panels, panels + axis.Cells, panels + 2 * axis.Cells);
            var block = new Block
            {
                Drivers = drivers,
                UNew = ends,
                Density = densities,
                Ones = ones,
                OnesBefore = ones,
                OnesBeforeStride = 1,
                Stride = 1,
                Count = 1,
                Cells = axis.Cells,
                Widths = widths,
                Gaps = gaps,
                HalfSteps = steps,
            };
            if (massForm)
                kernel.Solve<Lane, MassForm, MassForm>(block, system, axis.IsPeriodic);
            else
                kernel.Solve<Lane, RatioForm, RatioForm>(block, system, axis.IsPeriodic);
        }
    }

    /// <summary>
    /// Lines with and without cells behind the last segment. Both eliminations only add positive terms: each unknown is known to eight
    /// roundings for every cell of the line (docs/monitors.md), whatever the scale of u, so the two agree to 16N units in every cell.
    /// </summary>
    [TestMethod]
    [DataRow(1024, Boundary.NoFlux, true, 1e-6)]
    [DataRow(1024, Boundary.Periodic, true, 1e-6)]
    [DataRow(1087, Boundary.NoFlux, false, 1e-3)]
    [DataRow(1087, Boundary.Periodic, false, 1e-3)]
    [DataRow(1025, Boundary.Periodic, false, 1e-4)]
    [DataRow(2500, Boundary.NoFlux, true, 1e3)]
    [DataRow(2500, Boundary.Periodic, false, 1e3)]
    public void ACutLineHasTheSolutionOfTheWholeChainForAnyThreads(int cells, Boundary boundary, bool uniform, double step)
    {
        var random = new Random(cells);
        Axis axis = AxisOf(cells, boundary, uniform, random);
        double tolerance = 16 * cells * 1.1102230246251565e-16;
        foreach (double epsilon in Epsilons)
        {
            foreach (bool massForm in new[] { false, true })
            {
                double walk = 0;
                double[] driver = [.. Enumerable.Range(0, cells).Select(_ =>
                    massForm ? 40 * cells * (random.NextDouble() - 0.5) : Math.Exp(walk += 3 * (random.NextDouble() - 0.5)))];
                double[] end = [.. driver.Select(u => u * (1 + random.NextDouble()))];
                double[] v = [.. driver.Select(_ => Math.Exp(-60 * random.NextDouble()))];
                double[] expected = [.. v], expectedOne = [.. Enumerable.Repeat(1.0, cells)];
                OneChain(axis, epsilon, driver, end, expected, expectedOne, step, massForm);

                double[]? first = null, firstOne = null;
                foreach (int threads in new[] { 1, 2, 3 })
                {
                    using var team = new WorkerTeam(threads);
                    var sweep = new GenerationSweep(new Grid(axis), 0, epsilon, team);
                    double[] alone = [.. v], result = [.. v], one = [.. Enumerable.Repeat(double.NaN, cells)];
                    Apply(sweep, alone, null);
                    Apply(sweep, result, one);
                    for (int cell = 0; cell < cells; cell++)
                    {
                        Assert.AreEqual(expected[cell], result[cell], tolerance * expected[cell],
                            $"v, cell {cell}, epsilon {epsilon}, mass form {massForm}");
                        Assert.AreEqual(expectedOne[cell], one[cell], tolerance * expectedOne[cell],
                            $"P 1, cell {cell}, epsilon {epsilon}");
                    }

                    CollectionAssert.AreEqual(result, alone);
                    CollectionAssert.AreEqual(first ??= result, result);
                    CollectionAssert.AreEqual(firstOne ??= one, one);
                }

                void Apply(GenerationSweep sweep, double[] density, double[]? one)
                {
                    if (massForm)
                        sweep.ApplyMass(driver, density, one, fromOne: true, toGreatest: false, step);
                    else
                        sweep.ApplyRatio(driver, end, density, one, fromOne: true, toGreatest: false, step);
                }
            }
        }
    }

    /// <summary>v = u stays v = u to the bit: w = 1 has the rounding of every pivot in its right side.</summary>
    [TestMethod]
    [DataRow(1024, Boundary.NoFlux)]
    [DataRow(1024, Boundary.Periodic)]
    [DataRow(1100, Boundary.NoFlux)]
    [DataRow(1100, Boundary.Periodic)]
    public void WhereVIsUItStaysU(int cells, Boundary boundary)
    {
        var random = new Random(cells + 1);
        Axis axis = AxisOf(cells, boundary, uniform: false, random);
        double walk = 0;
        double[] u = [.. Enumerable.Range(0, cells).Select(_ => Math.Exp(walk += 2 * (random.NextDouble() - 0.5)))];
        double[] end = [.. u.Select(value => value * (1 + random.NextDouble()))];
        using var team = new WorkerTeam(2);
        foreach (double epsilon in Epsilons)
        {
            // In the middle of the range of a double and at the floor of u.
            foreach (double scale in new[] { 1, 1e-278 / u.Min() })
            {
                double[] v = [.. u.Select(value => scale * value)], last = [.. end.Select(value => scale * value)], second = [.. v],
                    one = new double[cells];
                var sweep = new GenerationSweep(new Grid(axis), 0, epsilon, team);
                double[] driver = [.. v];
                sweep.ApplyRatio(driver, last, v, null, fromOne: false, toGreatest: false, 1e-3);
                CollectionAssert.AreEqual(last, v);
                sweep.ApplyRatio(driver, last, second, one, fromOne: true, toGreatest: false, 1e-3);
                CollectionAssert.AreEqual(last, second);
                Assert.IsTrue(one.All(value => double.IsFinite(value) && value > 0));
            }
        }
    }

    /// <summary>A later step with another Δt is that of a sweep that never saw the first.</summary>
    [TestMethod]
    public void StepsOfDifferentLengthDoNotMix()
    {
        var random = new Random(3);
        Axis axis = AxisOf(1500, Boundary.NoFlux, uniform: true, random);
        double[] u = [.. Enumerable.Range(0, 1500).Select(_ => 1 + random.NextDouble())], v = [.. u.Select(_ => random.NextDouble())];
        using var team = new WorkerTeam(2);
        var used = new GenerationSweep(new Grid(axis), 0, 0.2, team);
        used.ApplyRatio(u, u, [.. v], null, fromOne: false, toGreatest: false, 1e-2);
        double[] second = [.. v], fresh = [.. v];
        used.ApplyRatio(u, u, second, null, fromOne: false, toGreatest: false, 1e-5);
        new GenerationSweep(new Grid(axis), 0, 0.2, team).ApplyRatio(u, u, fresh, null, fromOne: false, toGreatest: false, 1e-5);
        CollectionAssert.AreEqual(fresh, second);
    }
}
