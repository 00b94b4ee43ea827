using PdeDiffusion.Data;

namespace PdeDiffusion.Particles.Scores;

/// <content>Components with covariances: s = Σ p_k C_k⁻¹ (m_k − x), C_k with 2t I added, all components directly.</content>
public sealed unsafe partial class HeatFlowScore
{
    private readonly CovarianceTerm[] shapes;

    private void SetCovariances()
    {
        for (int k = 0; k < shapes.Length; k++)
        {
            Covariance c = mixture.Covariances[k].Plus(2 * Time, 2 * Time);
            shapes[k] = new CovarianceTerm(c, mixture.LogWeights[k] - 0.5 * Math.Log2(c.Determinant));
        }
    }

    /// <param name="x">The point.</param>
    /// <param name="y">Its second coordinate.</param>
    /// <param name="inverseVariance">The largest eigenvalue of all C_k⁻¹: the exponential step is exact in law along that axis of one
    /// Gaussian, and first order along the other.</param>
    private void EvaluateCovariances(double x, double y, out double scoreX, out double scoreY, out double inverseVariance)
    {
        double largest = double.NegativeInfinity, total = 0, sumX = 0, sumY = 0;
        for (int k = 0; k < shapes.Length; k++)
            largest = Math.Max(largest, Exponent(k, x, y));
        for (int k = 0; k < shapes.Length; k++)
        {
            double weight = double.Exp2(Exponent(k, x, y) - largest);
            (double forceX, double forceY) = shapes[k].Covariance.Solve(mixture.X[k] - x, mixture.Y[k] - y);
            total += weight;
            sumX += weight * forceX;
            sumY += weight * forceY;
        }

        (scoreX, scoreY, inverseVariance) = (sumX / total, sumY / total, inverse);
    }

    private double Exponent(int k, double x, double y) =>
        shapes[k].Offset + Rate(1) * shapes[k].Covariance.SquaredNorm(x - mixture.X[k], y - mixture.Y[k]);

    private readonly record struct CovarianceTerm(Covariance Covariance, double Offset);
}
