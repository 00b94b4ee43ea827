using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors.Measuring;

/// <summary>The fused pass against plain loops over the cells.</summary>
[TestClass]
public sealed class LevelStatisticsTests
{
    private const double Unit = 1.1102230246251565e-16;
    private const double SumRounding = (64 + 8) * Unit;
    private static readonly double[] Exponents = [1, 1.5, 2, 3, 8, 100.5, double.PositiveInfinity];
    private static readonly TimeLevels Times = new(0.1, 1, 3, TimeSpacing.Uniform, 0, 2, []);

    public static IEnumerable<object[]> Grids =>
    [
        [new Grid(Axis.Uniform(0, 1, 1, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(0, 1, 1, Boundary.Periodic))],
        [new Grid(Axis.Uniform(0, 1, 2, Boundary.Periodic))],
        [new Grid(Axis.Uniform(-1, 1, 64, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(-1, 1, 1555, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(-1, 1, 1024, Boundary.Periodic))],
        [new Grid(Graded(77, Boundary.NoFlux))],
        [new Grid(Graded(600, Boundary.Periodic))],
        [new Grid(Axis.Uniform(0, 1.7, 17, Boundary.NoFlux), Axis.Uniform(0, 2.3, 23, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(0, 1, 32, Boundary.Periodic), Axis.Uniform(0, 1, 32, Boundary.NoFlux))],
        [new Grid(Axis.Uniform(0, 1, 13, Boundary.NoFlux), Axis.Uniform(0, 2, 9, Boundary.Periodic))],
        [new Grid(Graded(13, Boundary.NoFlux), Graded(21, Boundary.Periodic))],
        [new Grid(Axis.Uniform(0, 1, 5, Boundary.Periodic), Graded(6, Boundary.NoFlux))],
    ];

    [TestMethod]
    [DynamicData(nameof(Grids))]
    public void EveryQuantityAgreesWithPlainLoops(Grid grid)
    {
        var random = new Random(grid.CellCount);
        FlowLevel level = Level(grid, random, spread: 40);
        if (grid.CellCount > 40)
        {
            level.U[3] = 2e-280;
            level.U[37] = 1e-279;
            level.V![5] = 0;
        }

        using var team = new WorkerTeam(1);
        var statistics = new LevelStatistics(grid, Exponents, team);
        statistics.Measure(level);
        double[] u = level.U, v = level.V!;
        var judged = Enumerable.Range(0, grid.CellCount).Where(cell => u[cell] >= 1e-277).ToList();

        // Plain sums of at most 64 terms a lane, then three levels of lanes.
        AssertClose(Density.Mass(grid, u), statistics.MassU, SumRounding);
        AssertClose(Density.Mass(grid, v), statistics.MassV, SumRounding);
        AssertClose(Enumerable.Range(0, grid.CellCount).Except(judged).Sum(cell => grid.Volume(cell) * v[cell]), statistics.MassAtFloor,
            SumRounding);
        Assert.AreEqual((double)judged.Count / grid.CellCount, statistics.Judged, 1e-15);
        AssertExtremum(u, u.Min(), statistics.LeastU, statistics.LeastUCell);
        AssertExtremum(v, v.Min(), statistics.LeastV, statistics.LeastVCell);
        Assert.AreEqual(v.Max(), statistics.GreatestV);
        double[] ratio = [.. Enumerable.Range(0, grid.CellCount).Select(cell => v[cell] / u[cell])];
        AssertExtremum(ratio, judged.Min(cell => ratio[cell]), statistics.LeastRatio, statistics.LeastRatioCell);
        AssertExtremum(ratio, judged.Max(cell => ratio[cell]), statistics.GreatestRatio, statistics.GreatestRatioCell);

        double weight = Density.Mass(grid, v) + Enumerable.Range(0, v.Length).Sum(cell =>
            v[cell] == 0 ? 0 : grid.Volume(cell) * v[cell] * Math.Abs(Math.Log(ratio[cell])));
        Assert.AreEqual(Density.KullbackLeibler(grid, v, u), statistics.Divergence, SumRounding * weight);
        AssertClose(weight, statistics.DivergenceWeight, SumRounding);
        for (int index = 0; index < Exponents.Length; index++)
            AssertClose(Density.Norm(grid, v, Exponents[index]), statistics.Norm(index), SumRounding);

        double[] curvature = [.. Enumerable.Range(0, grid.CellCount).Select(cell => Curvature(grid, u, cell))];
        double rounding = 16 * Unit * statistics.LargestCurvatureWeight;
        Assert.AreEqual(judged.Min(cell => curvature[cell]), statistics.LeastCurvature,
            rounding + 8 * Unit * Math.Abs(statistics.LeastCurvature));
        Assert.AreEqual(statistics.LeastCurvature, curvature[statistics.LeastCurvatureCell],
            rounding + 8 * Unit * Math.Abs(statistics.LeastCurvature));
        Assert.AreEqual(-1, statistics.FirstNotFinite);
    }

    [TestMethod]
    public void TwoThreadsGiveTheSameBitsAndNothingIsAllocated()
    {
        using var single = new WorkerTeam(1);
        using var pair = new WorkerTeam(2);
        foreach (Grid grid in Grids.Select(row => (Grid)row[0]).Append(new Grid(
            Axis.Uniform(0, 1, 130, Boundary.NoFlux), Axis.Uniform(0, 1, 150, Boundary.NoFlux))))
        {
            FlowLevel level = Level(grid, new Random(9), spread: 10);
            var one = new LevelStatistics(grid, Exponents, single);
            var two = new LevelStatistics(grid, Exponents, pair);
            one.Measure(level);
            two.Measure(level);
            Assert.AreEqual(one.MassU, two.MassU);
            Assert.AreEqual(one.MassV, two.MassV);
            Assert.AreEqual(one.Divergence, two.Divergence);
            Assert.AreEqual(one.DivergenceWeight, two.DivergenceWeight);
            Assert.AreEqual(one.LeastCurvature, two.LeastCurvature);
            Assert.AreEqual(one.LeastRatioCell, two.LeastRatioCell);
            for (int index = 0; index < Exponents.Length; index++)
                Assert.AreEqual(one.Norm(index), two.Norm(index));

            Assert.AreEqual(0, Allocations.LeastOf(10, () =>
            {
                for (int repeat = 0; repeat < 10; repeat++)
                    one.Measure(level);
            }));
        }
    }

    [TestMethod]
    public void TheLeastCurvatureIsFoundWhereAProductOfRatiosUnderflows()
    {
        foreach (double height in new[] { 1.0, 2.0 })
        {
            var grid = new Grid(Axis.Uniform(0, 1, 9, Boundary.NoFlux), Axis.Uniform(0, height, 9, Boundary.NoFlux));
            using var team = new WorkerTeam(1);
            var statistics = new LevelStatistics(grid, [], team);
            double[] u = [.. Enumerable.Repeat(1e-200, 81)];
            u[40] = 1;
            u[10] = 1e-100;
            statistics.Measure(new FlowLevel(grid, Times) { U = u });
            Assert.AreEqual(40, statistics.LeastCurvatureCell);
            AssertClose(81 * 2 * (1 + 1 / (height * height)) * Math.Log(1e-200), statistics.LeastCurvature, 8 * Unit);
            AssertClose(Density.Mass(grid, u), statistics.MassU, SumRounding);
        }
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void TheFirstValueThatIsNotFiniteIsNamed(double value)
    {
        var grid = new Grid(Axis.Uniform(0, 1, 45, Boundary.NoFlux), Axis.Uniform(0, 1, 3, Boundary.NoFlux));
        using var team = new WorkerTeam(1);
        var statistics = new LevelStatistics(grid, [2], team);
        for (int which = 0; which < 2; which++)
        {
            FlowLevel level = Level(grid, new Random(1), 1);
            double[][] arrays = [level.U, level.V!];
            arrays[which][103] = value;
            arrays[which][131] = value;
            statistics.Measure(level);
            Assert.AreEqual(103, statistics.FirstNotFinite);
        }
    }

    /// <summary>Where every p is moderate the sums are scaled by a power of two, else by the largest value.</summary>
    [TestMethod]
    [DataRow(4, 64, 512)]
    [DataRow(4, 1e4, 1e9)]
    public void PowersNeitherOverflowNorVanish(double small, double middle, double large)
    {
        var grid = new Grid(Axis.Uniform(0, 1e-200, 1000, Boundary.NoFlux));
        using var team = new WorkerTeam(1);
        double[] exponents = [small, middle, large];
        var statistics = new LevelStatistics(grid, exponents, team);
        FlowLevel level = Level(grid, new Random(2), 3);
        statistics.Measure(level);
        for (int index = 0; index < exponents.Length; index++)
            AssertClose(Density.Norm(grid, level.V!, exponents[index]), statistics.Norm(index), 200 * Unit);
    }

    private static FlowLevel Level(Grid grid, Random random, double spread)
    {
        double[] Any() => [.. Enumerable.Range(0, grid.CellCount).Select(_ => Math.Exp(-spread * random.NextDouble()))];
        return new FlowLevel(grid, Times)
        {
            Index = 1,
            U = Problem.Normalise(grid, Any()),
            V = Problem.Normalise(grid, Any()),
        };
    }

    private static double Curvature(Grid grid, double[] u, int cell)
    {
        double sum = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            int stride = axis == 0 ? 1 : grid.Columns, position = axis == 0 ? cell % grid.Columns : cell / grid.Columns;
            int below = position > 0 ? cell - stride : along.IsPeriodic ? cell + (along.Cells - 1) * stride : cell;
            int above = position < along.Cells - 1 ? cell + stride : along.IsPeriodic ? cell - position * stride : cell;
            double Gap(int link) => along.IsPeriodic && along.Cells > 1 ? along.Distances[(link + along.Cells) % along.Cells]
                : link < 0 || link >= along.Links ? along.Widths[position] : along.Distances[link];
            double low = Gap(position - 1), high = Gap(position);
            sum += 2 / (low + high) * (Math.Log(u[below] / u[cell]) / low + Math.Log(u[above] / u[cell]) / high);
        }

        return sum;
    }

    private static double[] Faces(int cells)
    {
        var faces = new double[cells + 1];
        for (int face = 0; face <= cells; face++)
            faces[face] = Math.Sinh(2.0 * face / cells - 0.7) + 0.02 * (face % 2) / cells;
        return faces;
    }

    private static Axis Graded(int cells, Boundary boundary) => Axis.Graded(Faces(cells), boundary);

    private static void AssertExtremum(double[] values, double expected, double value, int cell)
    {
        Assert.AreEqual(expected, value);
        Assert.AreEqual(expected, values[cell]);
    }

    private static void AssertClose(double expected, double actual, double relative) =>
        Assert.AreEqual(expected, actual, relative * Math.Abs(expected));
}
