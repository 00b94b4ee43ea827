using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Tests.Flows;

[TestClass]
public sealed class SnapshotTests
{
    private static readonly Grid Line = new(Axis.Uniform(0, 6, 6, Boundary.NoFlux));

    /// <summary>Twice the grid's score: a driving score that is not ∇log u.</summary>
    private sealed class Doubled : IFaceScore
    {
        public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
        {
            GridScore.Evaluate(Line, axis, u, normal);
            for (int cell = 0; cell < normal.Length; cell++)
                normal[cell] *= 2;
        }
    }

    private static Snapshot Take(double[] u, IFaceScore? score) => Snapshot.Take(
        new FlowLevel(Line, new TimeLevels(0.1, 1, 4, TimeSpacing.Geometric, 0, 1, [])) { Index = 0, U = u, V = null }, score, 0);

    [TestMethod]
    public void A_driving_score_and_the_gradient_of_log_u_are_two_fields()
    {
        double[] u = [.. Enumerable.Range(0, 6).Select(cell => Math.Exp(-0.5 * cell * cell))];
        Snapshot own = Take(u, null), other = Take(u, new Doubled());
        Assert.IsTrue(own.IsOwnScore);
        Assert.IsFalse(other.IsOwnScore);
        CollectionAssert.AreEqual(own.GradLogU[0], other.GradLogU[0]);
        CollectionAssert.AreEqual(own.LapLogU, other.LapLogU);
        CollectionAssert.AreEqual(own.Score[0].Select(value => 2 * value).ToArray(), other.Score[0]);
        // log u = −x²/2 at cells of width 1: the gradient at cell k is −k, the Laplacian −1, inside.
        for (int cell = 1; cell < 5; cell++)
        {
            Assert.AreEqual(-cell, own.GradLogU[0][cell], 1e-13);
            Assert.AreEqual(-1, own.LapLogU[cell], 1e-13);
        }
    }

    [TestMethod]
    public void Where_u_is_at_its_floor_neither_is_defined_and_no_difference_with_the_floor_is_taken()
    {
        double[] u = [1, 2, 1, DensityFloor.Value, DensityFloor.Value, DensityFloor.Value];
        Snapshot own = Take(u, null), other = Take(u, new Doubled());
        CollectionAssert.AreEqual((bool[])[false, false, true, true, true, true], own.GradLogU[0].Select(double.IsNaN).ToArray());
        CollectionAssert.AreEqual((bool[])[false, false, true, true, true, true], own.LapLogU.Select(double.IsNaN).ToArray());
        CollectionAssert.AreEqual(own.GradLogU[0], own.Score[0]);
        CollectionAssert.AreEqual((bool[])[false, false, false, true, true, true], other.Score[0].Select(double.IsNaN).ToArray());
    }

    [TestMethod]
    public void A_file_of_an_earlier_version_has_no_score_at_floors_either()
    {
        double[] u = [1, 2, 1, 1e-280, 1e-280, 1e-280];
        Snapshot read = Snapshot.Of(0, 1, Line, u, null, null, [[1, 1, 1, 0, 0, 0]], [1, 1, 1, 0, 0, 0]);
        CollectionAssert.AreEqual((double[])[1, 1, 1, double.NaN, double.NaN, double.NaN], read.Score[0]);
        CollectionAssert.AreEqual((double[])[1, 1, 1, double.NaN, double.NaN, double.NaN], read.DivScore);
    }
}
