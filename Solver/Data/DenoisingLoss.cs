using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>
/// The least loss of a denoiser, E|x0 − E(x0|x)|² = E_u tr Cov(x0|x), x = x0 + √(2t) ξ, of a mixture of Gaussians and Diracs
/// (docs/numerics.md, 5.3): with a_i = σ_i² + 2t and weights p_i of the components at x, tr Cov = Σ p_i (2tσ_i² d/a_i + |m_i − m|²),
/// m_i = (2t μ_i + σ_i² x)/a_i, m = Σ p_i m_i. Every term is positive, where 2td − 4t²I cancels at small t.
/// </summary>
public static class DenoisingLoss
{
    /// <summary>Largest number of exponentials per time.</summary>
    private const double MostTerms = 1 << 18;

    /// <summary>A loss below this part of 2td lies beyond the reach of the rule: midway between points that are far apart.</summary>
    private const double Least = 1e-9;

    /// <summary>The trapezoidal rule ends at this many standard deviations: e^{−24.5} of a component lies beyond.</summary>
    private const double Reach = 7;

    /// <summary>
    /// The least loss at a time, by the trapezoidal rule about each component with a step of an eighth (in the plane a quarter) of the
    /// least standard deviation. Between two points D standard deviations apart tr Cov has poles at a distance of π/D, so the relative
    /// error is about e^{−16π²/D} (e^{−8π²/D}).
    /// </summary>
    /// <returns>
    /// NaN below 1e-9 of 2td, where the rule does not reach. Null without a closed form of isotropic components, at t = 0, and where it
    /// would take more than 2¹⁸ exponentials.
    /// </returns>
    public static double? Of(Mixture? mixture, double time)
    {
        if (mixture is not { IsIsotropic: true } || !(time > 0))
            return null;
        int dimension = mixture.Dimension;
        double least = Math.Sqrt(mixture.LeastVariance + 2 * time) / (dimension == 1 ? 8 : 4), terms = 0;
        for (int component = 0; component < mixture.Count; component++)
            terms += Math.Pow(2 * Points(mixture, component, time, least) + 1, dimension) * mixture.Count;
        if (terms > MostTerms)
            return null;

        var posterior = new double[mixture.Count];
        double loss = 0;
        for (int component = 0; component < mixture.Count; component++)
        {
            int points = Points(mixture, component, time, least);
            double deviation = Math.Sqrt(mixture.Variances[component] + 2 * time), step = Reach / points, sum = 0, weights = 0;
            for (int j = dimension == 1 ? 0 : -points; j <= (dimension == 1 ? 0 : points); j++)
            {
                for (int i = -points; i <= points; i++)
                {
                    double weight = Math.Exp(-0.5 * step * step * (i * i + j * j));
                    weights += weight;
                    sum += weight * Covariance(
                        mixture, time, mixture.X[component] + deviation * step * i, mixture.Y[component] + deviation * step * j, posterior);
                }
            }

            loss += mixture.Weights[component] * sum / weights;
        }

        return loss > Least * 2 * time * dimension ? loss : double.NaN;
    }

    /// <summary>The mean variance of data per axis, tr Cov(x0)/d; of cell averages where the data are no isotropic mixture.</summary>
    public static double DataVariance(InitialData data, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(grid);
        double mass = 0, x = 0, y = 0, squares = 0;
        if (data.ClosedForm is { IsIsotropic: true } mixture)
        {
            for (int component = 0; component < mixture.Count; component++)
                Add(mixture.Weights[component], mixture.X[component], mixture.Y[component], mixture.Variances[component] * data.Dimension);
        }
        else
        {
            double[] averages = data.CellAverages(grid);
            for (int cell = 0; cell < averages.Length; cell++)
                Add(grid.Volume(cell) * averages[cell], grid.Centre(cell, 0), grid.Dimension == 2 ? grid.Centre(cell, 1) : 0, 0);
        }

        return Math.Max(0, squares / mass - (x * x + y * y) / (mass * mass)) / data.Dimension;

        void Add(double weight, double atX, double atY, double spread)
        {
            mass += weight;
            x += weight * atX;
            y += weight * atY;
            squares += weight * (atX * atX + atY * atY + spread);
        }
    }

    private static int Points(Mixture mixture, int component, double time, double step) =>
        (int)Math.Ceiling(Reach * Math.Sqrt(mixture.Variances[component] + 2 * time) / step);

    /// <summary>tr Cov(x0|x).</summary>
    private static double Covariance(Mixture mixture, double time, double x, double y, double[] posterior)
    {
        double largest = double.NegativeInfinity, sum = 0, meanX = 0, meanY = 0, within = 0;
        for (int i = 0; i < posterior.Length; i++)
        {
            double variance = mixture.Variances[i] + 2 * time, dx = x - mixture.X[i], dy = y - mixture.Y[i];
            posterior[i] = Math.Log(mixture.Weights[i]) - 0.5 * mixture.Dimension * Math.Log(variance)
                - (mixture.Dimension == 1 ? dx * dx : dx * dx + dy * dy) / (2 * variance);
            largest = Math.Max(largest, posterior[i]);
        }

        for (int i = 0; i < posterior.Length; i++)
        {
            double weight = posterior[i] = Math.Exp(posterior[i] - largest), variance = mixture.Variances[i] + 2 * time;
            sum += weight;
            meanX += weight * Mean(mixture.X[i], x, mixture.Variances[i], time);
            meanY += weight * Mean(mixture.Y[i], y, mixture.Variances[i], time);
            within += weight * 2 * time * mixture.Variances[i] * mixture.Dimension / variance;
        }

        (meanX, meanY) = (meanX / sum, meanY / sum);
        for (int i = 0; i < posterior.Length; i++)
        {
            double dx = Mean(mixture.X[i], x, mixture.Variances[i], time) - meanX;
            double dy = mixture.Dimension == 1 ? 0 : Mean(mixture.Y[i], y, mixture.Variances[i], time) - meanY;
            within += posterior[i] * (dx * dx + dy * dy);
        }

        return within / sum;
    }

    private static double Mean(double mean, double at, double variance, double time) =>
        (2 * time * mean + variance * at) / (variance + 2 * time);
}
