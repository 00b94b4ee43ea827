using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data.References;

/// <summary>
/// Data N(μ0, σ0² I), any ε ≥ 0: v(t) = N(m, V I) with a = σ0² + 2t, r = a(t)/a(T), m = μ0 + (m_T − μ0) r^{(1+ε)/2} and V = a (1 − r^ε) +
/// V_T r^{1+ε} (docs/numerics.md, 4.1). Data with a covariance C0: the same along each eigenvector of C0, which are those of C0 + 2t I at
/// every t, and the off-diagonal entry of V in that basis scales by the product of the two factors r^{(1+ε)/2}. So the start may have any
/// covariance. For ε(t) the factor is f = exp(−∫_t^T (1+ε)/a dr), by quadrature, and V − a scales by f².
/// </summary>
public sealed class GaussianReference : Reference
{
    private readonly TimeFunction epsilon;

    /// <param name="data">A mixture of one component.</param>
    /// <param name="mean">m_T.</param>
    /// <param name="variance">V_T.</param>
    /// <exception cref="ArgumentException">Other data (the message names the references that apply), or T, m_T, V_T out of
    /// range.</exception>
    public GaussianReference(InitialData data, TimeFunction epsilon, double end, ReadOnlySpan<double> mean, double variance)
        : base(Applicable("gaussian", data, epsilon, data is Mixture { Count: 1 }), end, mean, variance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon.Least, nameof(epsilon));
        this.epsilon = epsilon;
    }

    /// <param name="data">A mixture of one component.</param>
    /// <param name="start">v_T, one Gaussian.</param>
    /// <inheritdoc cref="GaussianReference(InitialData, TimeFunction, double, ReadOnlySpan{double}, double)"/>
    public GaussianReference(InitialData data, TimeFunction epsilon, double end, Mixture start)
        : base(Applicable("gaussian", data, epsilon, data is Mixture { Count: 1 }), end, start)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon.Least, nameof(epsilon));
        this.epsilon = epsilon;
    }

    /// <inheritdoc/>
    /// <remarks>Reflected or wrapped at the box, as the start is.</remarks>
    public override void CellAverages(double t, Grid grid, Span<double> averages)
    {
        Require(t, grid);
        if (!Data.IsIsotropic || !Start.IsIsotropic)
        {
            InThePlane(t).CellAverages(grid, averages);
            return;
        }

        double a = Data.Variances[0] + 2 * t, ratio = a / (Data.Variances[0] + 2 * End);
        (double shrink, double source) = Factors(Data.Variances[0], t, a, ratio);
        double variance = source + Start.Variances[0] * shrink * shrink;
        double x = Data.X[0] + (Start.X[0] - Data.X[0]) * shrink, y = Data.Y[0] + (Start.Y[0] - Data.Y[0]) * shrink;
        Mixture solution = Data.Dimension == 1 ? Mixture.Gaussian([x], variance) : Mixture.Gaussian([x, y], variance);
        solution.CellAverages(grid, averages);
    }

    /// <summary>v(t) from the eigenbasis of C0.</summary>
    private Mixture InThePlane(double t)
    {
        Covariance data = CovarianceOf(Data), start = CovarianceOf(Start);
        double angle = 0.5 * Math.Atan2(2 * data.XY, data.XX - data.YY);
        Covariance turned = start.Turned(-angle);
        (double first, double second) = (data.Greatest, data.Least);
        (double factor1, double source1) = Axis(first, t);
        (double factor2, double source2) = Axis(second, t);
        (double sine, double cosine) = Math.SinCos(angle);
        double dx = Start.X[0] - Data.X[0], dy = Start.Y[0] - Data.Y[0];
        double along = factor1 * (cosine * dx + sine * dy), across = factor2 * (cosine * dy - sine * dx);
        var law = new Covariance(
            source1 + turned.XX * factor1 * factor1, turned.XY * factor1 * factor2, source2 + turned.YY * factor2 * factor2);
        return Mixture.Gaussian(
            [Data.X[0] + cosine * along - sine * across, Data.Y[0] + sine * along + cosine * across], law.Turned(angle));
    }

    /// <summary>r^{(1+ε)/2} and a (1 − r^ε) for one eigenvalue.</summary>
    private (double Factor, double Source) Axis(double eigenvalue, double t)
    {
        double a = eigenvalue + 2 * t, ratio = a / (eigenvalue + 2 * End);
        return Factors(eigenvalue, t, a, ratio);
    }

    /// <summary>
    /// f = exp(−½ ∫_t^T 2(1+ε)/a dr), which is r^{(1+ε)/2} for constant ε, and a − a(T) f² = a (1 − r^ε).
    /// </summary>
    private (double Factor, double Source) Factors(double eigenvalue, double t, double a, double ratio)
    {
        if (epsilon.IsConstant)
        {
            double noise = epsilon.Values[0];
            return (Math.Pow(ratio, 0.5 * (1 + noise)), a * (1 - Math.Pow(ratio, noise)));
        }

        double extra = NoiseGathered(eigenvalue, t), factor = Math.Sqrt(ratio) * Math.Exp(-extra);
        return (factor, -a * NearZero.ExpMinusOne(-2 * extra));
    }

    /// <summary>∫_t^T ε(r)/(λ + 2r) dr: ε is constant outside its table, and smooth in log r between its times.</summary>
    private double NoiseGathered(double eigenvalue, double t)
    {
        double[] ends = [t, .. epsilon.Times.Where(time => time > t && time < End), End];
        double sum = 0;
        for (int piece = 1; piece < ends.Length; piece++)
        {
            double from = ends[piece - 1], to = ends[piece];
            if (epsilon.At(from) == epsilon.At(to))
            {
                sum += 0.5 * epsilon.At(from) * Math.Log((eigenvalue + 2 * to) / (eigenvalue + 2 * from));
                continue;
            }

            double first = Math.Log(from), length = Math.Log(to / from);
            int parts = (int)Math.Ceiling(length);
            for (int part = 0; part < parts; part++)
            {
                double start = first + length * part / parts, end = first + length * (part + 1) / parts;
                sum += (end - start) * GaussLegendre.Mean(
                    log => epsilon.At(Math.Exp(log)) * Math.Exp(log) / (eigenvalue + 2 * Math.Exp(log)), start, end);
            }
        }

        return sum;
    }
}
