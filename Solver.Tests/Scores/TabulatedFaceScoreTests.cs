using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Tests.Scores;

[TestClass]
public sealed class TabulatedFaceScoreTests
{
    private static readonly Grid Line = new(Axis.Uniform(0, 3, 3, Boundary.NoFlux));
    private static readonly Grid Circle = new(Axis.Uniform(0, 3, 3, Boundary.Periodic));

    /// <summary>From 0.01 to 1 the time 0.1 is half the way in log t; 2t ŝ has the weights ½ there, so ŝ has 0.05 and 5.</summary>
    [TestMethod]
    public void TimesTheScoreIsLinearInTheLogarithmOfTime()
    {
        var score = new TabulatedFaceScore(Line, Line, [0, 0.01, 1], [[[0.0, 2, 4]], [[1.0, 1, 1]], [[3.0, 5, 7]]]);
        Check(score, 0.1, [0.05 + 5 * 4, 0.05 + 5 * 6, 0]);
        Check(score, 0.01, [1, 1, 0]);
        Check(score, 1, [4, 6, 0]);

        // From t = 0, where the logarithm has no value, ŝ is linear in t.
        Check(score, 0.0025, [0.75 * 1 + 0.25 * 1, 0.75 * 3 + 0.25 * 1, 0]);
        Check(score, 0, [1, 3, 0]);
    }

    private static void Check(TabulatedFaceScore score, double time, double[] expected)
    {
        var normal = new double[expected.Length];
        score.Evaluate(0, time, [], normal);
        for (int cell = 0; cell < expected.Length; cell++)
            Assert.AreEqual(expected[cell], normal[cell], 1e-14 * (1 + Math.Abs(expected[cell])));
    }

    /// <summary>A Dirac's score (m − x)/2t from its values at two times.</summary>
    [TestMethod]
    public void TwoTimesGiveADiracsScoreExactly()
    {
        var grid = new Grid(Axis.Uniform(-4, 4, 20, Boundary.NoFlux));
        double[] At(double time) => [.. Enumerable.Range(0, 20).Select(cell => (0.3 - grid.Centre(cell, 0)) / (2 * time))];
        var score = new TabulatedFaceScore(grid, grid, [0.001, 1], [[At(0.001)], [At(1)]]);
        foreach (double time in new[] { 0.001, 0.002, 0.05, 0.7, 1 })
            Check(score, time, [.. Enumerable.Range(1, 20).Select(face => face == 20 ? 0 : (0.3 - grid.X.Faces[face]) / (2 * time))]);
    }

    /// <summary>Cubics on a circle and inside a line, parabolas beside its walls, straight lines where widths differ.</summary>
    [TestMethod]
    public void FacesAreFourthOrderInsideAUniformAxis()
    {
        var line = new Grid(Axis.Uniform(-1, 1, 8, Boundary.NoFlux));
        Exact(line, x => 1 - 2 * x + 3 * x * x, first: 1, last: 7);
        Exact(line, x => 1 - 2 * x + 3 * x * x - 5 * x * x * x, first: 2, last: 6);
        Exact(new Grid(Gradings.Sinh(-1, 1, 9, 0, 2, Boundary.NoFlux)), x => 1 - 2 * x, first: 1, last: 8);
        var pair = new Grid(Axis.Uniform(-1, 1, 2, Boundary.NoFlux));
        Exact(pair, x => 1 - 2 * x, first: 1, last: 1);

        static void Exact(Grid grid, Func<double, double> value, int first, int last)
        {
            double[] cells = [.. grid.X.Centres.ToArray().Select(value)], normal = new double[cells.Length];
            new TabulatedFaceScore(grid, grid, [0.5, 1], [[cells], [cells]]).Evaluate(0, 0.5, [], normal);
            for (int face = first; face <= last; face++)
                Assert.AreEqual(value(grid.X.Faces[face]), normal[face - 1], 1e-13);
        }
    }

    [TestMethod]
    public void TheLastFaceOfACircleJoinsTheLastCellAndTheFirst()
    {
        var circle = new Grid(Axis.Uniform(0, 5, 5, Boundary.Periodic));
        double[][] table = [[1.0, 2, 6, 3, 8]];
        Check(new TabulatedFaceScore(circle, circle, [0.5, 1], [table, table]), 0.5,
            [(9 * 3.0 - 14) / 16, (9 * 8.0 - 4) / 16, (9 * 9.0 - 10) / 16, (9 * 11.0 - 7) / 16, (9 * 9.0 - 5) / 16]);
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
        Assert.Contains(
            "t = 0.1 (σ = 0.447214) to t = 1",
            Assert.ThrowsExactly<ArgumentException>(() => score.Evaluate(0, 2, [], new double[3])).Message);
        static string Refusal(Func<object> action) => Assert.ThrowsExactly<ArgumentException>(action).Message;
    }
}
