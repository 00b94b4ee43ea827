using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// The folds of K-fold cross-validation on a finite set of n points: a seed shuffles the points, and fold k, 1 ≤ k ≤ K, holds out those at
/// the places p of the shuffled order with p mod K = k − 1, ⌈n/K⌉ or ⌊n/K⌋ of them. All others may be trained on.
/// </summary>
/// <param name="points">Each [x] or [x, y]; at least as many as folds.</param>
/// <param name="count">K ≥ 2.</param>
public sealed class Folds(IReadOnlyList<IReadOnlyList<double>> points, int count)
{
    /// <summary>n − ⌈n/K⌉, the largest number of training points that every fold leaves: n(1 − 1/K) where K divides n.</summary>
    public static int TrainingPoints(int points, int folds) => points - (points + folds - 1) / folds;

    /// <summary>The points that a fold holds out, in the shuffled order; y is 0 in one dimension.</summary>
    /// <param name="fold">k, from 1.</param>
    public (double[] X, double[] Y) HeldOut(int seed, int fold) => Of(seed, place => place % count == fold - 1, points.Count);

    /// <summary>The first <paramref name="samples"/> points that a fold leaves, in the shuffled order, without replacement.</summary>
    /// <param name="fold">k, from 1.</param>
    public (double[] X, double[] Y) Training(int seed, int fold, int samples) =>
        Of(seed, place => place % count != fold - 1, samples);

    private (double[] X, double[] Y) Of(int seed, Func<int, bool> isIn, int most)
    {
        int[] order = Shuffled(seed);
        IReadOnlyList<double>[] chosen =
            [.. Enumerable.Range(0, order.Length).Where(isIn).Take(most).Select(place => points[order[place]])];
        return ([.. chosen.Select(point => point[0])], [.. chosen.Select(point => point.Count > 1 ? point[1] : 0)]);
    }

    /// <summary>A permutation by Fisher and Yates; a uniform index below m is the high word of m times 64 random bits.</summary>
    private int[] Shuffled(int seed)
    {
        int[] order = [.. Enumerable.Range(0, points.Count)];
        var random = new RandomStream((ulong)TradeoffTruth.SeedOf(seed, DrawPurpose.Training), 0);
        for (int last = order.Length - 1; last > 0; last--)
        {
            int other = (int)Math.BigMul(random.NextBits(), (ulong)last + 1, out _);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }
}
