using CsCheck;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

/// <summary>Averages of smooth functions on other grids, and the faces of coarser and finer axes.</summary>
[TestClass]
public sealed class SmoothOverlapTests
{
    private static readonly Gen<Axis> AnyGraded =
        from cells in Gen.Int[6, 40]
        from strength in Gen.Double[0.2, 2]
        select Gradings.Sinh(-1, 2, cells, 0.3, strength, Boundary.NoFlux);

    /// <summary>Polynomials of degree four along each axis come out exactly, whatever the two grids.</summary>
    [TestMethod]
    public void Averages_of_polynomials_of_degree_four_are_exact() =>
        Gen.Select(AnyGraded, AnyGraded, AnyGraded, AnyGraded).Sample((x, y, otherX, otherY) =>
        {
            Grid source = new(x, y), target = new(otherX, otherY);
            double[] found = SmoothOverlap.Average(source, Averages(source), target), expected = Averages(target);
            for (int cell = 0; cell < found.Length; cell++)
                Assert.AreEqual(expected[cell], found[cell], 1e-11);
        }, iter: 50);

    /// <summary>∫ is kept to rounding, for any values.</summary>
    [TestMethod]
    public void The_integral_is_kept() => Gen.Select(AnyGraded, AnyGraded, Gen.Int[0, 1000]).Sample((x, other, seed) =>
    {
        Grid source = new(x), target = new(other);
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, source.CellCount).Select(_ => random.NextDouble())];
        double[] found = SmoothOverlap.Average(source, values, target);
        Assert.AreEqual(Density.Mass(source, values), Density.Mass(target, found), 1e-13 * source.CellCount);
    }, iter: 100);

    /// <summary>Where every target face is a source face, the overlap is exact for any values.</summary>
    [TestMethod]
    public void Nested_grids_lose_nothing() => Gen.Select(AnyGraded, Gen.Int[0, 1000]).Sample((coarse, seed) =>
    {
        var fine = new Grid(Axis.Graded(FaceMap.Resample(coarse.Faces, 2 * coarse.Cells), Boundary.NoFlux));
        var target = new Grid(coarse);
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, fine.CellCount).Select(_ => random.NextDouble())];
        double[] found = SmoothOverlap.Average(fine, values, target), expected = CellOverlap.Average(fine, values, target);
        for (int cell = 0; cell < found.Length; cell++)
            Assert.AreEqual(expected[cell], found[cell], 1e-13);
    }, iter: 100);

    [TestMethod]
    public void Values_at_centres_of_polynomials_of_degree_five_are_exact() => Gen.Select(AnyGraded, AnyGraded).Sample((x, other) =>
    {
        Grid source = new(x), target = new(other);
        double[] found = SmoothOverlap.AtCentres(source, [.. x.Centres.ToArray().Select(Quintic)], target);
        for (int cell = 0; cell < found.Length; cell++)
            Assert.AreEqual(Quintic(other.Centres[cell]), found[cell], 1e-10);
    }, iter: 100);

    /// <summary>Twice the cells and back are the same faces, and faces increase for any axis and number of cells.</summary>
    [TestMethod]
    public void Faces_are_split_and_merged() =>
        Gen.Select(Gen.Double[1e-3, 1].Array[1, 30], Gen.Int[1, 80]).Sample((widths, cells) =>
        {
            double[] faces = [0, .. widths.Select((_, cell) => widths.Take(cell + 1).Sum())];
            CollectionAssert.AreEqual(faces, FaceMap.Resample(FaceMap.Resample(faces, 2 * widths.Length), widths.Length));
            double[] other = FaceMap.Resample(faces, cells);
            Assert.HasCount(cells + 1, other);
            Assert.IsTrue(other.Zip(other.Skip(1)).All(pair => pair.Second > pair.First));
            Assert.AreEqual(faces[^1], other[^1]);
        }, iter: 500);

    /// <summary>A formula's faces are split where the formula has them, up to the fourth power of the spacing.</summary>
    [TestMethod]
    public void A_smooth_grading_is_split_smoothly()
    {
        double[] errors = [.. ((int[])[20, 40, 80]).Select(cells =>
        {
            double[] split = FaceMap.Resample(Gradings.Sinh(-1, 1, cells, 0, 2, Boundary.NoFlux).Faces, 2 * cells);
            double[] exact = Gradings.Sinh(-1, 1, 2 * cells, 0, 2, Boundary.NoFlux).Faces.ToArray();
            return split.Zip(exact, (a, b) => Math.Abs(a - b)).Skip(4).SkipLast(4).Max();
        })];
        Assert.IsTrue(errors[0] / errors[1] > 12 && errors[1] / errors[2] > 12, string.Join(", ", errors));
    }

    private static double Quintic(double x) => 1 + x * (0.5 + x * (-1 + x * (0.3 + x * (0.7 - 0.2 * x))));

    /// <summary>Averages of (1 + x − 2x³ + x⁴)(2 − y² + y⁴).</summary>
    private static double[] Averages(Grid grid) =>
        [.. Enumerable.Range(0, grid.CellCount).Select(
            cell => Along(grid.X, cell % grid.Columns, X) * Along(grid.Axes[1], cell / grid.Columns, Y))];

    private static double Along(Axis axis, int cell, Func<double, double> integral) =>
        (integral(axis.Faces[cell + 1]) - integral(axis.Faces[cell])) / (axis.Faces[cell + 1] - axis.Faces[cell]);

    private static double X(double x) => x + x * x / 2 - Math.Pow(x, 4) / 2 + Math.Pow(x, 5) / 5;

    private static double Y(double y) => 2 * y - Math.Pow(y, 3) / 3 + Math.Pow(y, 5) / 5;
}
