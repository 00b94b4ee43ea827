using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class WallsTests
{
    private static readonly Walls Reflecting = Axis.Uniform(-1, 2, 4, Boundary.NoFlux).Walls;
    private static readonly Walls Circle = Axis.Uniform(-1, 2, 4, Boundary.Periodic).Walls;

    [TestMethod]
    public void ImagesFollowOneAnotherAsReflectionsAndTranslates()
    {
        foreach (
            (Walls walls, double[] expected) in new[] { (Reflecting, new[] { -2.5, 3.5, -5.5, 6.5 }), (Circle, [-2.5, 3.5, -5.5, 6.5]) })
        {
            double lower = 0.5, upper = 0.5;
            Lane lowerLane = Lane.Create(0.5), upperLane = lowerLane;
            for (int pair = 0; pair < 2; pair++)
            {
                (lower, upper) = walls.Next(lower, upper);
                (lowerLane, upperLane) = walls.Next(lowerLane, upperLane);
                Assert.AreEqual((expected[2 * pair], expected[2 * pair + 1]), (lower, upper));
                Assert.AreEqual((lower, upper), (Lane.Sum(lowerLane), Lane.Sum(upperLane)));
            }
        }

        // 0.5 is the middle, where both kinds agree; elsewhere they do not.
        Assert.AreEqual((-3.5, 2.5), Reflecting.Next(1.5, 1.5));
        Assert.AreEqual((-1.5, 4.5), Circle.Next(1.5, 1.5));
        Assert.AreEqual((-4.5, 7.5), (Reflecting.Translate(1.5, -1), Circle.Translate(1.5, 2)));
        Assert.AreEqual((-3.5, 2.5), (Reflecting.Reflect(1.5, 0), Reflecting.Reflect(1.5, 1)));
    }

    [TestMethod]
    public void ImagesNearTheBoxAreThoseOutsideItByLessThanTheReach()
    {
        CollectionAssert.AreEqual(new[] { 1.5, 2.5 }, Reflecting.Images(1.5, 1));
        CollectionAssert.AreEqual(new[] { 1.5, -3.5, 2.5 }, Reflecting.Images(1.5, 3));
        CollectionAssert.AreEqual(new[] { 1.5, -1.5 }, Circle.Images(1.5, 1));
        CollectionAssert.AreEqual(new[] { 1.5 }, Circle.Images(1.5, 0.1));
        CollectionAssert.AreEqual(new[] { -1.0, -1 }, Reflecting.Images(-1, 1), "a point on a wall is its own image");
    }

    [TestMethod]
    public void EveryImageFoldsBackToItsPoint()
    {
        foreach (double point in new[] { -1, -0.9, 0.5, 1.5, 2 })
        {
            Assert.AreEqual(point, Reflecting.Fold(point));
            for (int k = -3; k <= 3; k++)
            {
                Assert.AreEqual(point, Reflecting.Fold(Reflecting.Translate(point, k)), 1e-14);
                Assert.AreEqual(point, Reflecting.Fold(Reflecting.Reflect(point, k)), 1e-14);
                if (Math.Abs(point - 0.5) < 1.5)
                    Assert.AreEqual(point, Circle.Fold(Circle.Translate(point, k)), 1e-14);
            }
        }
    }
}
