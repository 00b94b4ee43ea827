using CsCheck;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class CellOverlapTests
{
    private static readonly Gen<Grid> AnyGrid =
        from dimension in Gen.Int[1, 2]
        from grid in AnyGridOf(dimension)
        select grid;

    [TestMethod]
    public void Averages_keep_the_mass_and_stay_between_the_extremes() =>
        (from source in AnyGrid
         from target in AnyGridOf(source.Dimension)
         from values in Gen.Double[0, 1].Array[source.CellCount]
         select (source, target, values)).Sample(drawn =>
        {
            double[] averages = CellOverlap.Average(drawn.source, drawn.values, drawn.target);
            Assert.AreEqual(Density.Mass(drawn.source, drawn.values), Density.Mass(drawn.target, averages), 1e-13);
            Assert.IsTrue(averages.Min() >= drawn.values.Min() * (1 - 1e-14) && averages.Max() <= drawn.values.Max() * (1 + 1e-14));
        });

    [TestMethod]
    public void A_cell_is_averaged_by_the_volume_it_shares()
    {
        // Brute force over pairs of cells in two dimensions.
        var source = new Grid(Axis.Graded([0, 0.3, 1, 3], Boundary.NoFlux), Axis.Graded([0, 1, 1.5, 2], Boundary.NoFlux));
        var target = new Grid(Axis.Graded([0, 0.9, 2, 3], Boundary.NoFlux), Axis.Graded([0, 1.2, 2], Boundary.NoFlux));
        double[] values = [1, 2, 3, 5, 7, 11, 13, 17, 19];
        double[] averages = CellOverlap.Average(source, values, target);
        for (int cell = 0; cell < target.CellCount; cell++)
        {
            double sum = 0;
            for (int other = 0; other < source.CellCount; other++)
            {
                sum += values[other] * Shared(source.X, other % 3, target.X, cell % 3)
                    * Shared(source.Axes[1], other / 3, target.Axes[1], cell / 3);
            }

            Assert.AreEqual(sum / target.Volume(cell), averages[cell], 1e-14);
        }
    }

    [TestMethod]
    public void Grids_over_different_boxes_are_refused()
    {
        var line = new Grid(Axis.Uniform(0, 1, 4, Boundary.NoFlux));
        var longer = new Grid(Axis.Uniform(0, 1.5, 4, Boundary.NoFlux));
        Assert.IsFalse(CellOverlap.SameBox(line, longer));
        Assert.ThrowsExactly<ArgumentException>(() => CellOverlap.Average(line, [1, 1, 1, 1], longer));
    }

    private static double Shared(Axis first, int one, Axis second, int other) => Math.Max(
        0, Math.Min(first.Faces[one + 1], second.Faces[other + 1]) - Math.Max(first.Faces[one], second.Faces[other]));

    private static Gen<Grid> AnyGridOf(int dimension) =>
        from widths in Gen.Double[0.05, 1].Array[1, 9].Array[dimension]
        select new Grid([.. widths.Select(AxisOf)]);

    private static Axis AxisOf(double[] widths)
    {
        var faces = new double[widths.Length + 1];
        for (int cell = 0; cell < widths.Length; cell++)
            faces[cell + 1] = faces[cell] + widths[cell];
        double length = faces[^1];
        for (int face = 0; face < faces.Length; face++)
            faces[face] = face == widths.Length ? 2 : -1 + 3 * (faces[face] / length);
        return Axis.Graded(faces, Boundary.NoFlux);
    }
}
