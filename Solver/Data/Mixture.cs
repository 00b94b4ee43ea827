using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <summary>
/// Σ_k a_k N(m_k, σ_k² I), σ_k = 0 a Dirac: points, finite samples, quadrature nodes along a curve and Gaussian mixtures are all of this form, and so is
/// their heat flow, u(t) = Σ a_k N(m_k, (σ_k² + 2t) I).
/// </summary>
public sealed class Mixture : InitialData
{
    public ReadOnlySpan<double> X => throw new NotImplementedException();

    public ReadOnlySpan<double> Y => throw new NotImplementedException();

    public ReadOnlySpan<double> Weights => throw new NotImplementedException();

    public ReadOnlySpan<double> Variances => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public static Mixture Gaussian(ReadOnlySpan<double> mean, double variance) => throw new NotImplementedException();

    public static Mixture Gaussians(ReadOnlySpan<double> x, ReadOnlySpan<double> variances, ReadOnlySpan<double> weights = default) =>
        throw new NotImplementedException();

    public static Mixture Gaussians(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> variances, ReadOnlySpan<double> weights) => throw new NotImplementedException();

    public override int Dimension => throw new NotImplementedException();

    public override bool HasDensity => throw new NotImplementedException();

    public override void CellAverages(Grid grid, Span<double> averages) => throw new NotImplementedException();

    public override double SquaredDistance(double x, double y) => throw new NotImplementedException();
}
