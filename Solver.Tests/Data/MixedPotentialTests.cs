using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Processes;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Data;

/// <summary>Φ = Σ w d² of a mixed score, and by how much it may rise (docs/numerics.md, 5.6).</summary>
[TestClass]
public sealed class MixedPotentialTests
{
    [TestMethod]
    public void ItIsTheWeightedSumOfSquaredDistances()
    {
        MixedPotential potential = Of((Mixture.Points([0, 3]), 2), (Mixture.Points([1, 4], [1, 3]), -1));
        Assert.AreEqual(2 * 0.25 - 0.25, potential.At(1, 0.5, 0), 1e-15);
        Assert.AreEqual(2 * 4 - 1, potential.At(1, 5, 0), 1e-15);
        Assert.AreEqual(2 * Math.Log(2) + Math.Log(4), potential.Rise(1), 1e-14);

        // W = 1 and R = 1.5 of the set with the negative weight.
        Assert.AreEqual(0.3 * (2 * 0.5 + 2.25 * Math.Log(2)), potential.RiseByNoise(0.5, 1, 0.3), 1e-14);
        Assert.AreEqual(0, potential.RiseByNoise(0.5, 1, 0));
        Assert.AreEqual(double.PositiveInfinity, potential.RiseByNoise(0, 1, 0.3));
    }

    [TestMethod]
    public void OnlyFiniteSetsHaveOne()
    {
        Assert.IsNull(MixedPotential.Of([]));
        Assert.IsNull(MixedPotential.Of([new MixedTerm(Mixture.Points([0.0]), 1), new MixedTerm(Mixture.Gaussian([0], 1), 1)]));
        Assert.IsNotNull(MixedPotential.Of([new MixedTerm(Curve.Lemniscate(1).Nodes(20), 1)]));
    }

    [TestMethod]
    public void WeightsThatVaryAreComparedAtBothTimes()
    {
        MixedPotential potential = Of((Mixture.Points([0.0]), new TimeFunction([0.1, 0.2], [0, 2])));
        Assert.IsFalse(potential.IsConstant);
        Assert.IsTrue(potential.HasSameWeights(0.3, 1));
        Assert.IsFalse(potential.HasSameWeights(0.15, 0.3));
        Assert.AreEqual(0, potential.At(0.05, 7, 0));
        Assert.AreEqual(18, potential.At(1, 3, 0), 1e-12);
    }

    /// <summary>
    /// Random sets with random weights, two to four of either sign: along exact paths of ε = 0 from 1 down to 0.01 Φ never rises by more
    /// than 4t'C from any t' on. Later the steps would have to be shorter: near a ridge paths are pushed back at a rate like 1/t.
    /// </summary>
    [TestMethod]
    public void AlongExactPathsItRisesByAtMostTheBound()
    {
        const int Steps = 1500, Paths = 3;
        var random = new Random(11);
        double nearest = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            int dimension = 1 + trial % 2;
            MixedTerm[] terms = [.. Enumerable.Range(0, 2 + random.Next(3)).Select(_ => new MixedTerm(
                Set(random, dimension), (trial % 3 == 0 ? 1 : 3) * (random.NextDouble() - (trial % 3 == 0 ? 0 : 0.4))))];
            MixedPotential potential = MixedPotential.Of(terms)!;
            double[] times = [.. Enumerable.Range(0, Steps + 1).Select(step => Math.Pow(0.01, (double)step / Steps))];
            double[] x = new double[times.Length * Paths], y = new double[dimension == 2 ? x.Length : 0];
            for (int path = 0; path < Paths; path++)
            {
                (double X, double Y) at = (6 * random.NextDouble() - 3, dimension == 2 ? 6 * random.NextDouble() - 3 : 0);
                for (int step = 0; step <= Steps; step++)
                {
                    x[step * Paths + path] = at.X;
                    if (dimension == 2)
                        y[step * Paths + path] = at.Y;
                    if (step < Steps)
                        at = Stepped(terms, times[step], times[step + 1], at);
                }
            }

            PathPotential along = PathPotential.Of(potential, Trajectories.Of(times, Paths, x, y), isExact: true)!;
            Assert.IsLessThanOrEqualTo(along.Bound + 1e-6, along.Rise, $"trial {trial}");
            nearest = along.Bound > 0 ? Math.Max(nearest, along.Rise / along.Bound) : nearest;
        }

        Assert.IsGreaterThan(0.05, nearest, "paths do rise, and not by orders less");
    }

    /// <summary>−∂X/∂log t = t ŝ, by Runge and Kutta.</summary>
    private static (double X, double Y) Stepped(MixedTerm[] terms, double from, double to, (double X, double Y) at)
    {
        double length = Math.Log(from / to), middle = Math.Sqrt(from * to);
        (double X, double Y) one = Slope(from, at), two = Slope(middle, Moved(one, 0.5)), three = Slope(middle, Moved(two, 0.5));
        (double X, double Y) four = Slope(to, Moved(three, 1));
        return (at.X + length * (one.X + 2 * two.X + 2 * three.X + four.X) / 6,
            at.Y + length * (one.Y + 2 * two.Y + 2 * three.Y + four.Y) / 6);

        (double X, double Y) Moved((double X, double Y) slope, double share) =>
            (at.X + share * length * slope.X, at.Y + share * length * slope.Y);

        (double X, double Y) Slope(double time, (double X, double Y) place)
        {
            (double X, double Y) sum = (0, 0);
            foreach (MixedTerm term in terms)
            {
                (double scoreX, double scoreY) = term.Data.Score(time, place.X, place.Y);
                double weight = time * term.Weight.At(time);
                sum = (sum.X + weight * scoreX, sum.Y + weight * scoreY);
            }

            return sum;
        }
    }

    private static Mixture Set(Random random, int dimension)
    {
        int count = 1 + random.Next(4);
        double[] x = Numbers(), y = Numbers(), weights = [.. Numbers().Select(value => Math.Abs(value) + 0.05)];
        return dimension == 1 ? Mixture.Points(x, weights) : Mixture.Points(x, y, weights);

        double[] Numbers() => [.. Enumerable.Range(0, count).Select(_ => 4 * random.NextDouble() - 2)];
    }

    private static MixedPotential Of(params (Mixture Data, TimeFunction Weight)[] terms) =>
        MixedPotential.Of([.. terms.Select(term => new MixedTerm(term.Data, term.Weight))])!;
}
