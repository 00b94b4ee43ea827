using PdeDiffusion.Lanes;
using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Tests.Monitors.Measuring;

/// <summary>The measuring kernels in registers of four and of eight: the same bits.</summary>
[TestClass]
public sealed unsafe class SegmentKernelsTests
{
    private const int Length = 128;

    [TestMethod]
    [DataRow(96, true)]
    [DataRow(83, true)]
    [DataRow(83, false)]
    [DataRow(5, false)]
    public void TheWidthOfTheRegistersDoesNotChangeABit(int count, bool allJudged)
    {
        LevelPart[] narrow = Measure<Lanes4>(count, allJudged), wide = Measure<Lanes8>(count, allJudged);
        for (int part = 0; part < narrow.Length; part++)
            Assert.AreEqual(Numbers(wide[part]), Numbers(narrow[part]));
    }

    [TestMethod]
    public void RatiosInRangeAreTheRatios()
    {
        const int Count = 4096;
        var random = new Random(11);
        double[][] arrays = [.. Enumerable.Range(0, 9).Select(_ => GC.AllocateArray<double>(Count, pinned: true))];
        for (int i = 0; i < Count; i++)
        {
            // As far apart as they may be, of one size, and the same.
            arrays[0][i] = Math.Exp(i % 3 == 0 ? -600 * random.NextDouble() : -3 * random.NextDouble());
            arrays[1][i] = (i % 4) switch
            {
                0 => arrays[0][i],
                1 => Math.Exp(-600 * random.NextDouble()),
                _ => arrays[0][i] * (0.5 + random.NextDouble())
            };
        }

        double least = arrays[0].Min(), most = arrays[0].Max();
        Assert.IsTrue(SegmentKernels.AreInRange(least, most, arrays[1].Min(), arrays[1].Max()));
        fixed (double* u = arrays[0], v = arrays[1], inverses = arrays[2], ratios = arrays[3], logs = arrays[4], expected = arrays[5],
            unbounded = arrays[6], bounded = arrays[7], exponents = arrays[8])
        {
            SegmentKernels<Lanes4>.Inverses(u, inverses, Count);
            SegmentKernels<Lanes4>.RatiosInRange(u, inverses, v, ratios, logs, exponents, Count);
            SegmentKernels<Lanes4>.DivergenceInRange(new LevelPart([]), v, u, 1, ratios, logs, exponents, Count, 0, u, v);
            SegmentKernels<Lanes4>.Ratios(u, v, expected, unbounded, bounded, Count);
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.AreEqual(arrays[5][i], arrays[3][i], Math.BitIncrement(arrays[5][i]) - arrays[5][i], $"w, cell {i}");

            // Three units of the one; of the other one, and half a unit of w, which near 1 is more than the logarithm's.
            Assert.AreEqual(arrays[6][i], arrays[4][i], 4 * (Math.BitIncrement(Math.Abs(arrays[6][i])) - Math.Abs(arrays[6][i])) + 1.2e-16,
                $"log w, cell {i}");
            if (arrays[0][i] == arrays[1][i])
                Assert.AreEqual((1.0, 0.0), (arrays[3][i], arrays[4][i]));
        }
    }

    /// <summary>What shares a loop, or is split between two, has the bits that it has alone.</summary>
    [TestMethod]
    [DataRow(96, true)]
    [DataRow(83, true)]
    [DataRow(83, false)]
    [DataRow(5, true)]
    public void FusedAndSplitKernelsHaveTheBitsOfThePlainOnes(int count, bool allJudged)
    {
        Compare<Lanes4>(count, allJudged);
        Compare<Lanes8>(count, allJudged);
    }

    [TestMethod]
    [DataRow(1e-276, 1, 1e-276, 1, true)]
    [DataRow(1e-278, 1, 1, 1, false)]
    [DataRow(1, 1.2e308, 1, 1, false)]
    [DataRow(1, 1, 1e-295, 1, false)]
    [DataRow(1, 1, 0, 1, false)]
    [DataRow(1, 1, -1, 1, false)]
    [DataRow(1e-20, 1, 1, 1e290, false)]
    [DataRow(1e10, 1e10, 1, double.PositiveInfinity, false)]
    public void TheRangeOfTheFastRatiosIsGuarded(double leastU, double greatestU, double leastV, double greatestV, bool expected) =>
        Assert.AreEqual(expected, SegmentKernels.AreInRange(leastU, greatestU, leastV, greatestV));

    private static void Compare<TRegister>(int count, bool allJudged)
        where TRegister : struct, IRegister<TRegister>
    {
        double[][] arrays = RandomArrays(11, count, allJudged);
        LevelPart plain = new([]), fused = new([]);
        plain.Clear();
        fused.Clear();
        fixed (double* u = arrays[0], v = arrays[1], widths = arrays[2], south = arrays[3], north = arrays[4], inverses = arrays[5])
        fixed (double* ratios = arrays[6], logs = arrays[7], parts = arrays[8], exponents = arrays[9], logsOfU = arrays[10])
        {
            SegmentKernels<TRegister>.Inverses(u + 8, inverses + 8, count);
            CurvatureKernels<TRegister>.CurvatureByProduct(plain, u + 8, inverses + 8, south + 8, north + 8, count, 0, allJudged);
            DirectionKernels<TRegister>.Least(plain, u + 8, inverses + 8, south + 8, north + 8, count, 0, allJudged);
            DirectionKernels<TRegister>.LeastWithCurvature(
                fused, u + 8, inverses + 8, south + 8, north + 8, count, 0, allJudged);
            InformationKernels<TRegister>.Entropy(plain, u + 8, widths + 8, 0.5, logsOfU + 8, count);
            InformationKernels<TRegister>.EntropyInRange(
                fused, u + 8, widths + 8, 0.5, logs + 8, parts + 8, exponents + 8, count, v);
            CollectionAssert.AreEqual(arrays[10][8..(8 + count)], arrays[7][8..(8 + count)]);
            if (allJudged)
            {
                SegmentKernels<TRegister>.RatiosInRange(u + 8, inverses + 8, v + 8, ratios + 8, logs + 8, exponents + 8, count);
                SegmentKernels<TRegister>.DivergenceInRange(
                    fused, v + 8, widths + 8, 0.5, ratios + 8, logs + 8, exponents + 8, count, 0, u, v);
                SegmentKernels<TRegister>.Divergence(plain, v + 8, widths + 8, 0.5, ratios + 8, logs + 8, count, 0, allJudged: true);
            }

            // Along x the lower neighbour is one place before, along y in another row; any arrays will do for its values.
            ratios[8 + count / 3] = allJudged ? ratios[8 + count / 3] : double.NaN;
            SegmentKernels<TRegister>.Fisher(
                plain, u + 8, ratios + 8, logs + 8, u + 7, ratios + 7, logs + 7, widths + 8, 0.5, count);
            SegmentKernels<TRegister>.Fisher(
                plain, u + 8, ratios + 8, logs + 8, south + 8, parts + 8, exponents + 8, north + 8, 3, count);
            InformationKernels<TRegister>.Fisher(plain, u + 8, logsOfU + 8, u + 7, logsOfU + 7, widths + 8, 0.5, count);
            InformationKernels<TRegister>.Fisher(plain, u + 8, logsOfU + 8, south + 8, inverses + 8, north + 8, 3, count);
            FisherKernels<TRegister>.BothAxes(
                fused, u + 8, ratios + 8, logs + 8, logsOfU + 8, south + 8, parts + 8, exponents + 8, inverses + 8, widths + 8, north + 8,
                0.5, 3, count);
        }

        Assert.AreEqual(Numbers(plain), Numbers(fused));
    }

    /// <summary>Values between e⁻⁴ and 1; in the first array, unless all are judged, one at the floor.</summary>
    private static double[][] RandomArrays(int number, int count, bool allJudged)
    {
        var random = new Random(count);
        double[][] arrays = [.. Enumerable.Range(0, number).Select(_ =>
        {
            double[] values = GC.AllocateArray<double>(Length + 16, pinned: true);
            for (int i = 0; i < values.Length; i++)
                values[i] = Math.Exp(-4 * random.NextDouble());
            return values;
        })];
        if (!allJudged)
            arrays[0][8 + count / 2] = 1e-279;
        return arrays;
    }

    private static string Numbers(LevelPart part) => string.Join(' ', new object[]
    {
        part.MassU.Value, part.MassV.Value, part.MassAtFloor.Value, part.Divergence.Value, part.AbsoluteDivergence.Value,
        part.Fisher.Value, part.SquaredDistance.Value, part.CappedDistance.Value, part.LeastU.Value, part.LeastV.Value,
        part.GreatestV.Value,
        part.LeastRatio.Value, part.GreatestRatio.Value, part.Curvature.Value, part.Curvature.Cell, part.CellsAtFloor,
        part.CurvatureUndefined, part.Entropy.Value, part.AbsoluteEntropy.Value, part.Information.Value, part.InformationSize.Value,
        part.Powers.Scale,
    }.Concat(part.Tilted.Select(sum => (object)sum.Value)).Concat(part.Directional.Select(least => (object)least.Value))
        .Concat(Enumerable.Range(0, part.Powers.Count).Select(index => (object)part.Powers.Sum(index))));

    /// <summary>One part for each kernel of the curvature, the other kernels in the first.</summary>
    private static LevelPart[] Measure<TRegister>(int count, bool allJudged)
        where TRegister : struct, IRegister<TRegister>
    {
        double[] powers = [2, 5, 2.5];
        LevelPart[] parts = [.. Enumerable.Range(0, 5).Select(_ => new LevelPart(powers))];
        foreach (LevelPart each in parts)
            each.Clear();
        LevelPart part = parts[0];
        double[][] arrays = RandomArrays(15, count, allJudged);
        for (int i = count; i < Length; i++)
        {
            foreach (double[] values in arrays)
                values[8 + i] = values[8 + count - 1];
            arrays[2][8 + i] = 0;
        }

        fixed (double* u = arrays[0], v = arrays[1], widths = arrays[2], south = arrays[3], north = arrays[4], distances = arrays[5])
        {
            fixed (double* inverses = arrays[12], tilts = arrays[13], exponents = arrays[14])
            fixed (double* ratios = arrays[7], logs = arrays[8], bounded = arrays[9], lowerRatios = arrays[10], lowerLogs = arrays[11])
            {
                SegmentKernels<TRegister>.Density(part, u + 8, widths + 8, 0.5, count, 0, out _, out _, out _);
                SegmentKernels<TRegister>.Inverses(u + 8, inverses + 8, count);
                CurvatureKernels<TRegister>.CurvatureByProduct(part, u + 8, inverses + 8, south + 8, north + 8, count, 0, allJudged);
                CurvatureKernels<TRegister>.CurvatureByProduct(parts[1], u + 8, inverses + 8, null, null, count, 0, allJudged);
                CurvatureKernels<TRegister>.CurvatureByAxes(parts[2], u + 8, south + 8, north + 8, 2, 3, count, 1000);
                CurvatureKernels<TRegister>.CurvatureByFaces(
                    parts[3], u + 8, south + 8, north + 8, widths + 8, widths + 8, 2, 3, count, 2000);
                DirectionKernels<TRegister>.LeastWithCurvature(
                    parts[4], u + 8, inverses + 8, south + 8, north + 8, count, 0, allJudged);
                InformationKernels<TRegister>.EntropyInRange(
                    part, v + 8, widths + 8, 0.5, logs + 8, ratios + 8, exponents + 8, count, u);
                SegmentKernels<TRegister>.Ratios(u + 8, v + 8, ratios + 8, logs + 8, bounded + 8, count);
                SegmentKernels<TRegister>.Generated(part, v + 8, widths + 8, 0.5, count, 0, out _, out double greatest, out _);
                if (allJudged)
                {
                    SegmentKernels<TRegister>.RatiosInRange(
                        u + 8, inverses + 8, v + 8, ratios + 8, logs + 8, exponents + 8, count);
                    SegmentKernels<TRegister>.DivergenceInRange(
                        part, v + 8, widths + 8, 0.5, ratios + 8, logs + 8, exponents + 8, count, 0, u, v);
                }
                else
                {
                    SegmentKernels<TRegister>.Divergence(part, v + 8, widths + 8, 0.5, ratios + 8, logs + 8, count, 0, allJudged);
                }

                SegmentKernels<TRegister>.Fisher(
                    part, u + 8, ratios + 8, bounded + 8, south + 8, lowerRatios + 8, lowerLogs + 8, widths + 8, 2, count);
                SegmentKernels<TRegister>.Distances(
                    part, v + 8, distances + 8, widths + 8, 0.5, 20, tilts + 8, exponents + 8, count);
                SegmentKernels<TRegister>.Tilts(tilts + 8, exponents + 8, count);
                SegmentKernels<TRegister>.Tilted(part, u + 8, tilts + 8, widths + 8, 0.5, count);
                PowerKernels<TRegister>.Powers(part, powers, v + 8, greatest, widths + 8, 0.5, count);
            }
        }

        return parts;
    }
}
