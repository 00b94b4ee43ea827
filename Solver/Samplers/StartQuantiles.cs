using MathNet.Numerics.Distributions;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Measures;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Samplers;

/// <summary>Quantiles of v_T on the line, as particles start from it: on R, not in the box.</summary>
internal static class StartQuantiles
{
    /// <summary>The quantiles at the masses Φ(ξ).</summary>
    /// <param name="scores">ξ, rising.</param>
    public static double[] Of(Problem problem, double[] scores)
    {
        switch (problem.Config.Generation!.Start)
        {
            case GaussianStart gaussian:
                double deviation = Math.Sqrt(gaussian.Variance!.Value);
                return [.. scores.Select(score => gaussian.Mean[0] + deviation * score)];
            case ForwardStart:
                return OfMixture(problem.Data.ClosedForm!, problem.Config.Time.End, [.. scores.Select(score => Normal.CDF(0, 1, score))]);
            case DensityStart:
                var quantiles = QuantileFunction.OfCells(problem.Grid.X, problem.Start!.CellAverages(problem.Grid));
                return [.. scores.Select(score => quantiles.At(Normal.CDF(0, 1, score)))];
            default:
                throw new ArgumentException("unknown kind of start");
        }
    }

    /// <summary>Those of the heat flow of a mixture: roots of its distribution function, bracketed by the one before.</summary>
    private static double[] OfMixture(Mixture data, double time, double[] masses)
    {
        const double Far = 40;
        const int Halvings = 60;
        double[] means = data.X.ToArray(), weights = data.Weights.ToArray();
        double[] deviations = [.. data.Variances.ToArray().Select(variance => Math.Sqrt(variance + 2 * time))];
        double low = means.Zip(deviations, (mean, deviation) => mean - Far * deviation).Min();
        double most = means.Zip(deviations, (mean, deviation) => mean + Far * deviation).Max();
        var quantiles = new double[masses.Length];
        for (int j = 0; j < masses.Length; j++)
        {
            double from = low, to = most;
            for (int step = 0; step < Halvings && to - from > 1e-15 * (Math.Abs(from) + Math.Abs(to)); step++)
            {
                double middle = 0.5 * (from + to);
                if (Below(middle) < masses[j])
                    from = middle;
                else
                    to = middle;
            }

            quantiles[j] = low = 0.5 * (from + to);
        }

        return quantiles;

        double Below(double x)
        {
            double sum = 0;
            for (int k = 0; k < means.Length; k++)
                sum += weights[k] * Normal.CDF(means[k], deviations[k], x);
            return sum;
        }
    }
}
