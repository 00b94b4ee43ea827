using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Scores;

/// <summary>Σ w_k(t) ŝ_k at faces and at points.</summary>
[TestClass]
public sealed class MixedScoreTests
{
    private static readonly Grid Plane =
        new(Axis.Uniform(-12, 12, 24, Boundary.NoFlux), Axis.Uniform(-10, 10, 14, Boundary.NoFlux));

    private static readonly Mixture First = Mixture.Gaussians([0.5, -0.5], [0.1, 0], [0.2, 0.3], [0.5, 0.5]);

    private static readonly Mixture Second = Mixture.Gaussian([0.3, -0.4], 0.5);

    [TestMethod]
    public void OneTermOfWeightOneHasTheBitsOfItsScore()
    {
        using var team = new WorkerTeam(1);
        double[] u = [.. First.CellAverages(Plane).Select(value => value + 1e-9)];
        IFaceScore[] scores =
        [
            new GridScore(Plane), new MixtureFaceScore(Plane, First, team),
            new PerturbedFaceScore(Plane, new GridScore(Plane), 1.2, [0.1, 0.2], 0.3, 4),
        ];
        foreach (IFaceScore score in scores)
        {
            var mixed = new MixedFaceScore(Plane, [score], [1]);
            Assert.AreEqual(score.IsRatioOfAverages, mixed.IsRatioOfAverages);
            double[] own = new double[Plane.CellCount], term = new double[Plane.CellCount];
            for (int axis = 0; axis < 2; axis++)
            {
                score.Evaluate(axis, 0.2, u, own);
                mixed.Evaluate(axis, 0.2, u, term);
                CollectionAssert.AreEqual(own, term);
            }
        }
    }

    /// <summary>Points and faces agree, and both are the weighted sum in closed form: of two Gaussians here and there.</summary>
    [TestMethod]
    public void PointsAndFacesHaveTheWeightedSum()
    {
        using var team = new WorkerTeam(1);
        var weight = new TimeFunction([0.1, 1], [1.5, 0.5]);
        var rest = new TimeFunction([0.1, 1], [-0.5, 0.5]);
        var faces = new MixedFaceScore(
            Plane, [new MixtureFaceScore(Plane, First, team), new MixtureFaceScore(Plane, Second, team)], [weight, rest]);
        MixturePointScore one = new(MixtureComponents.Of(First)), two = new(MixtureComponents.Of(Second));
        var points = new MixedPointScore(
            [new MixturePointScore(MixtureComponents.Of(First)), new MixturePointScore(MixtureComponents.Of(Second))], [weight, rest]);
        var normal = new double[Plane.CellCount];
        foreach ((double time, double first) in new[] { (0.05, 1.5), (Math.Sqrt(0.1), 1.0), (1, 0.5) })
        {
            points.SetTime(time);
            one.SetTime(time);
            two.SetTime(time);
            faces.Evaluate(0, time, [], normal);
            for (int cell = 0; cell < Plane.CellCount; cell++)
            {
                int column = cell % Plane.Columns;
                if (column >= Plane.X.Links)
                    continue;
                double x = Plane.X.Faces[column + 1], y = Plane.Centre(cell, 1);
                one.Evaluate(x, y, out double oneX, out double oneY);
                two.Evaluate(x, y, out double twoX, out double twoY);
                points.Evaluate(x, y, out double scoreX, out double scoreY);
                double expected = first * oneX + (1 - first) * twoX, size = 1 + Math.Abs(oneX) + Math.Abs(twoX);
                Assert.AreEqual(expected, scoreX, 1e-12 * size);
                Assert.AreEqual(first * oneY + (1 - first) * twoY, scoreY, 1e-12 * (1 + Math.Abs(oneY) + Math.Abs(twoY)));
                if (Math.Abs(x) + Math.Abs(y) < 5)
                    Assert.AreEqual(scoreX, normal[cell], 1e-11 * size);
            }
        }
    }

    /// <summary>A term of weight 0 is not asked: a table that ends where its weight does is enough, as in a guidance interval.</summary>
    [TestMethod]
    public void ATermOfWeightZeroIsNotAsked()
    {
        var line = new Grid(Axis.Uniform(-4, 4, 16, Boundary.NoFlux));
        double[][] At(double time) => [[.. line.X.Centres.ToArray().Select(x => (0.3 - x) / (2 * time))]];
        var until = new TimeFunction([0.1, 0.11], [0, 1]);
        var score = new MixedPointScore(
            [new TabulatedPointScore(line, new TableTimes([0.1, 1]), [At(0.1), At(1)]),
            new MixturePointScore(MixtureComponents.Of(Mixture.Points([0.0])))], [until, 1]);
        score.SetTime(0.01);
        score.Evaluate(0.5, 0, out double alone, out _);
        Assert.AreEqual(-0.5 / 0.02, alone, 1e-12);
        score.SetTime(0.5);
        score.Evaluate(0.5, 0, out double both, out _);
        Assert.AreEqual(-0.2 - 0.5, both, 1e-12);
    }

    [TestMethod]
    public void WrongTermsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new MixedFaceScore(Plane, [], []));
        Assert.ThrowsExactly<ArgumentException>(() => new MixedFaceScore(Plane, [new GridScore(Plane)], [1, 2]));
        Assert.ThrowsExactly<ArgumentException>(() => new MixedPointScore(
            [new MixturePointScore(MixtureComponents.Of(First)), new MixturePointScore(MixtureComponents.Of(Mixture.Points([0.0])))],
            [1, 1]));
    }
}
