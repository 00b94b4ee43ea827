using PdeDiffusion.Grids;

namespace PdeDiffusion.Data.References;

/// <summary>
/// Data N(μ0, σ0² I), any ε ≥ 0: v(t) = N(m, V I) with a = σ0² + 2t, r = a(t)/a(T), m = μ0 + (m_T − μ0) r^{(1+ε)/2} and
/// V = a (1 − r^ε) + V_T r^{1+ε} (docs/numerics.md, 4.1).
/// </summary>
public sealed class GaussianReference : Reference
{
    private readonly double epsilon;

    /// <param name="data">A mixture of one component.</param>
    /// <param name="mean">m_T.</param>
    /// <param name="variance">V_T.</param>
    /// <exception cref="ArgumentException">Other data (the message names the references that apply), or T, m_T, V_T out of
    /// range.</exception>
    public GaussianReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance)
        : base(Applicable("gaussian", data, epsilon, data is Mixture { Count: 1 }), end, mean, variance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    /// <remarks>Reflected or wrapped at the box, as the start is.</remarks>
    public override void CellAverages(double t, Grid grid, Span<double> averages)
    {
        Require(t, grid);
        double a = Data.Variances[0] + 2 * t, ratio = a / (Data.Variances[0] + 2 * End);
        double shrink = Math.Pow(ratio, 0.5 * (1 + epsilon));
        double variance = a * (1 - Math.Pow(ratio, epsilon)) + Start.Variances[0] * shrink * shrink;
        double x = Data.X[0] + (Start.X[0] - Data.X[0]) * shrink, y = Data.Y[0] + (Start.Y[0] - Data.Y[0]) * shrink;
        Mixture solution = Data.Dimension == 1 ? Mixture.Gaussian([x], variance) : Mixture.Gaussian([x, y], variance);
        solution.CellAverages(grid, averages);
    }
}
