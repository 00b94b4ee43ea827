using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Tests.Scores;

[TestClass]
public sealed class TabulatedFaceScoreTests
{
    private static readonly Grid Line = new(Axis.Uniform(0, 3, 3, Boundary.NoFlux));
    private static readonly Grid Circle = new(Axis.Uniform(0, 3, 3, Boundary.Periodic));

    [TestMethod]
    public void FacesTakeTheMeanOfTheirCellsAndTimesTheLogarithm()
    {
        var score = new TabulatedFaceScore(Line, Line, [0, 0.01, 1], [[[0.0, 2, 4]], [[1.0, 1, 1]], [[3.0, 5, 7]]]);
        var normal = new double[3];
        score.Evaluate(0, 0.1, [], normal);
        Check([0.5 * (1 + 4), 0.5 * (1 + 6), 0]);
        score.Evaluate(0, 0.0025, [], normal);
        Check([0.75 * 1 + 0.25 * 1, 0.75 * 3 + 0.25 * 1, 0]);
        score.Evaluate(0, 1, [], normal);
        Check([4, 6, 0]);
        score.Evaluate(0, 0, [], normal);
        Check([1, 3, 0]);

        void Check(double[] expected)
        {
            for (int cell = 0; cell < 3; cell++)
                Assert.AreEqual(expected[cell], normal[cell], 1e-14);
        }
    }

    [TestMethod]
    public void TheLastFaceOfACircleJoinsTheLastCellAndTheFirst()
    {
        double[][] table = [[1.0, 2, 6]];
        var score = new TabulatedFaceScore(Circle, Circle, [0.5, 1], [table, table]);
        var normal = new double[3];
        score.Evaluate(0, 0.7, [], normal);
        CollectionAssert.AreEqual(new[] { 1.5, 4, 3.5 }, normal);
    }

    [TestMethod]
    public void ASingleTimeIsRefused() =>
        Assert.Contains("at least two", Assert.ThrowsExactly<ArgumentException>(
            () => new TabulatedFaceScore(Line, Line, [0.5], [[[1.0, 2, 6]]])).Message);

    [TestMethod]
    public void AnotherGridOrABadTableIsRefused()
    {
        Assert.Contains("NoFlux", Refusal(() => new TabulatedFaceScore(Circle, Line, [1], [[[1.0, 2, 3]]])));
        Assert.Contains("2 values", Refusal(() => new TabulatedFaceScore(Line, Line, [1, 2], [[[1.0, 2]], [[1.0, 2]]])));
        Assert.Contains("increasing", Refusal(() => new TabulatedFaceScore(Line, Line, [1, 1], [[[1.0, 2, 3]], [[1.0, 2, 3]]])));
        Assert.Contains("cell 1", Refusal(() => new TabulatedFaceScore(Line, Line, [1, 2], [[[1.0, double.NaN, 3]], [[1.0, 2, 3]]])));
        var score = new TabulatedFaceScore(Line, Line, [0.1, 1], [[[1.0, 2, 3]], [[1.0, 2, 3]]]);
        Assert.IsFalse(score.Covers(0.05, 1));
        Assert.Contains("[0.1, 1]", Assert.ThrowsExactly<ArgumentException>(() => score.Evaluate(0, 2, [], new double[3])).Message);
        static string Refusal(Func<object> action) => Assert.ThrowsExactly<ArgumentException>(action).Message;
    }
}
