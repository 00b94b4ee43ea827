using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <content>
/// Gaussians in the plane with covariances of their own, Σ a_k N(m_k, C_k); the heat flow adds 2t I. Everything here is evaluated
/// directly, component by component in double precision.
/// </content>
public sealed partial class Mixture
{
    private readonly Covariance[] covariances = [];

    /// <summary>C_k of the components; empty where all are isotropic, and then <see cref="Variances"/> says all.</summary>
    public ReadOnlySpan<Covariance> Covariances => covariances;

    /// <summary>True if every component is N(m, σ² I).</summary>
    public bool IsIsotropic => covariances.Length == 0;

    /// <summary>Gaussians in the plane; multiples of the identity give the mixture of <see cref="Gaussians(ReadOnlySpan{double},
    /// ReadOnlySpan{double}, ReadOnlySpan{double}, ReadOnlySpan{double})"/>, to the bit.</summary>
    /// <exception cref="ArgumentException">As for points, or a covariance that is not positive definite.</exception>
    public static Mixture Gaussians(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<Covariance> covariances, ReadOnlySpan<double> weights)
    {
        var least = new double[covariances.Length];
        bool isotropic = true;
        for (int k = 0; k < least.Length; k++)
        {
            if (!covariances[k].IsPositiveDefinite)
                throw new ArgumentException($"covariance {k} is not positive definite");
            isotropic &= covariances[k].IsIsotropic;
            least[k] = covariances[k].IsIsotropic ? covariances[k].XX : covariances[k].Least;
        }

        return new(2, x, y, least, weights, isotropic ? [] : covariances);
    }

    /// <summary>One Gaussian N(mean, C) in the plane.</summary>
    /// <exception cref="ArgumentException">Not two entries, or a covariance that is not positive definite.</exception>
    public static Mixture Gaussian(ReadOnlySpan<double> mean, in Covariance covariance) => mean.Length == 2
        ? Gaussians(mean[..1], mean[1..], [covariance], [])
        : throw new ArgumentException($"a Gaussian with a covariance has a mean of two entries, not {mean.Length}", nameof(mean));

    /// <summary>The cell masses of each component after 2t has been added along each axis.</summary>
    internal CovarianceCells[] CovarianceMasses(Grid grid, double extraVarianceX, double extraVarianceY)
    {
        var cells = new CovarianceCells[Count];
        for (int k = 0; k < cells.Length; k++)
            cells[k] = new CovarianceCells(grid, x[k], y[k], covariances[k].Plus(extraVarianceX, extraVarianceY));
        return cells;
    }

    private void CovarianceAverages(Grid grid, double extraVarianceX, double extraVarianceY, Span<double> averages)
    {
        CovarianceCells[] cells = CovarianceMasses(grid, extraVarianceX, extraVarianceY);
        for (int row = 0; row < grid.Rows; row++)
        {
            Span<double> along = averages.Slice(row * grid.Columns, grid.Columns);
            for (int k = 0; k < cells.Length; k++)
                cells[k].AddRow(row, weights[k], along);
            for (int column = 0; column < along.Length; column++)
                along[column] /= grid.X.Widths[column] * grid.RowHeight(row);
        }
    }

    /// <summary>
    /// The same three quantities from p_k ∝ w_k det(C_k + 2t)^{−1/2} exp(−|x − m_k|²_{C_k + 2t}/2), g_k = −(C_k + 2t)⁻¹(x − m_k): s = Σ p_k
    /// g_k and div s = Σ p_k |g_k − s|² − Σ p_k tr (C_k + 2t)⁻¹.
    /// </summary>
    private (double First, double Second) OfCovariances(Quantity quantity, double t, double atX, double atY)
    {
        double largest = double.NegativeInfinity;
        for (int k = 0; k < Count; k++)
            largest = Math.Max(largest, Exponent(k, t, atX, atY));
        double total = 0, scoreX = 0, scoreY = 0, squares = 0;
        for (int k = 0; k < Count; k++)
        {
            Covariance c = covariances[k].Plus(2 * t, 2 * t);
            double weight = Math.Exp(Exponent(k, t, atX, atY) - largest);
            (double forceX, double forceY) = c.Solve(x[k] - atX, y[k] - atY);
            total += weight;
            scoreX += weight * forceX;
            scoreY += weight * forceY;
        }

        (scoreX, scoreY) = (scoreX / total, scoreY / total);
        switch (quantity)
        {
            case Quantity.LogDensity:
                return (largest + Math.Log(total) - Math.Log(2 * Math.PI), 0);
            case Quantity.Score:
                return (scoreX, scoreY);
        }

        for (int k = 0; k < Count; k++)
        {
            Covariance c = covariances[k].Plus(2 * t, 2 * t);
            double weight = Math.Exp(Exponent(k, t, atX, atY) - largest);
            (double forceX, double forceY) = c.Solve(x[k] - atX, y[k] - atY);
            (forceX, forceY) = (forceX - scoreX, forceY - scoreY);
            squares += weight * (forceX * forceX + forceY * forceY - (c.XX + c.YY) / c.Determinant);
        }

        return (squares / total, 0);
    }

    private double Exponent(int k, double t, double atX, double atY)
    {
        Covariance c = covariances[k].Plus(2 * t, 2 * t);
        return logWeights[k] - 0.5 * (Math.Log(c.Determinant) + c.SquaredNorm(atX - x[k], atY - y[k]));
    }
}
