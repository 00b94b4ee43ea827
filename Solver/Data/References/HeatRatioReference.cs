using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Data.References;

/// <summary>
/// ε = 1, any mixture: w = v/u is the heat flow of w_T = v_T/u_T, so v(t) = u(t) · (w_T * G_{T−t}) (docs/numerics.md, 4.2). The integrand
/// w_T(y) G(x − y) is analytic and falls off like a Gaussian (its logarithm is concave with modulus λ = 1/2(T−t) + 1/V_T − 1/a_min(T) at
/// least, by Li–Yau's matrix inequality), so the trapezoid rule converges geometrically; on a tensor grid it is two products of matrices.
/// </summary>
public sealed class HeatRatioReference : QuadratureReference
{
    /// <summary>Gaussian factors below e^−46 are nothing.</summary>
    private const double Reach = 46;

    private double[] factorX = [];
    private double[] halfDone = [];
    private double[] factorY = [];
    private int nodesX;
    private int nodesY;

    /// <param name="data">A mixture.</param>
    /// <param name="epsilon">1.</param>
    /// <param name="mean">m_T.</param>
    /// <param name="variance">V_T.</param>
    /// <exception cref="ArgumentException">Other data or ε (the message names the references that apply), or T, m_T, V_T out of
    /// range.</exception>
    public HeatRatioReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance)
        : base(Applicable("heat-ratio", data, epsilon, epsilon == 1), end, mean, variance)
    {
    }

    private protected override void Prepare(double t, double[] x, double[] y)
    {
        double time = End - t;
        if (time <= 1e-12 * End)
        {
            nodesX = 0;
            return;
        }

        bool plane = Data.Dimension == 2;
        double kernel = 0.5 / time, start = 1 / Start.Variances[0];
        double modulus = kernel + start - 1 / LeastVariance(End);
        (double[] lowest, double[] highest) = Peaks(x, y, kernel, start, modulus);
        double margin = Math.Sqrt(2 * Reach / modulus), narrow = 0.5 / Math.Sqrt(kernel + start);
        double[] gridX = Trapezoid(lowest[0] - margin, highest[0] + margin, Math.Min(narrow, ZeroFree(Data.X)));
        double[] gridY = plane ? Trapezoid(lowest[1] - margin, highest[1] + margin, Math.Min(narrow, ZeroFree(Data.Y))) : [0];
        (nodesX, nodesY) = (gridX.Length, gridY.Length);
        factorX = Factors(x, gridX, time);
        factorY = plane ? Factors(y, gridY, time) : [1];

        // w_T summed over the second coordinate for each row of points: halfDone[j, a] = Σ_b w_T(x_a, y_b) G(y_j − y_b).
        halfDone = new double[y.Length * nodesX];
        var ratios = new double[nodesX];
        for (int b = 0; b < nodesY; b++)
        {
            for (int a = 0; a < nodesX; a++)
                ratios[a] = Math.Exp(Start.LogDensity(0, gridX[a], gridY[b]) - Data.LogDensity(End, gridX[a], gridY[b]));
            for (int j = 0; j < y.Length; j++)
            {
                double factor = factorY[j * nodesY + b];
                Span<double> sums = halfDone.AsSpan(j * nodesX, nodesX);
                for (int a = 0; a < sums.Length; a++)
                    sums[a] += factor * ratios[a];
            }
        }
    }

    private protected override void Line(double t, int row, ReadOnlySpan<double> x, double y, Span<double> values)
    {
        ReadOnlySpan<double> ratios = halfDone.AsSpan(row * nodesX, nodesX);
        for (int i = 0; i < x.Length; i++)
        {
            values[i] = nodesX == 0
                ? Math.Exp(Start.LogDensity(0, x[i], y))
                : Math.Exp(Data.LogDensity(t, x[i], y)) * Dot(factorX.AsSpan(i * nodesX, nodesX), ratios);
        }
    }

    /// <summary>
    /// The box that holds the integrand's maximum for every x on the rim of the points: since the maximum moves continuously and one to
    /// one with x, the rim is enough. Ascent with a fixed step; what it has not reached yet is bounded by |gradient|/λ.
    /// </summary>
    private (double[] Lowest, double[] Highest) Peaks(double[] x, double[] y, double kernel, double start, double modulus)
    {
        const int samples = 17;
        double[] lowest = [double.PositiveInfinity, double.PositiveInfinity], highest = [double.NegativeInfinity, double.NegativeInfinity];
        for (int side = 0; side < 4; side++)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                double share = sample / (samples - 1.0), end = side % 2;
                double atX = x[0] + (x[^1] - x[0]) * (side < 2 ? share : end), atY = y[0] + (y[^1] - y[0]) * (side < 2 ? end : share);
                double peakX = atX, peakY = atY, rest = 0;
                for (int iteration = 0; iteration < 200; iteration++)
                {
                    (double scoreX, double scoreY) = Data.Score(End, peakX, peakY);
                    double gradientX = kernel * (atX - peakX) - start * (peakX - Start.X[0]) - scoreX;
                    double gradientY = kernel * (atY - peakY) - start * (peakY - Start.Y[0]) - scoreY;
                    rest = double.Hypot(gradientX, gradientY) / modulus;
                    peakX += gradientX / (kernel + start);
                    peakY += gradientY / (kernel + start);
                }

                lowest = [Math.Min(lowest[0], peakX - rest), Math.Min(lowest[1], peakY - rest)];
                highest = [Math.Max(highest[0], peakX + rest), Math.Max(highest[1], peakY + rest)];
            }
        }

        return (lowest, highest);
    }

    /// <summary>
    /// A step for which the poles of 1/u_T do no harm: two components Δ apart cancel at an imaginary distance π a/Δ, and the trapezoid
    /// rule errs by exp(−2π · distance/step).
    /// </summary>
    private double ZeroFree(ReadOnlySpan<double> means)
    {
        double[] sorted = means.ToArray();
        Array.Sort(sorted);
        double extent = sorted[^1] - sorted[0];
        return extent == 0 ? double.PositiveInfinity : 2 * Math.PI * Math.PI * LeastVariance(End) / (extent * Reach);
    }

    private static double[] Trapezoid(double from, double to, double step)
    {
        var nodes = new double[(int)Math.Ceiling((to - from) / step) + 1];
        for (int node = 0; node < nodes.Length; node++)
            nodes[node] = from + (to - from) * node / (nodes.Length - 1);
        return nodes;
    }

    /// <summary>G_{T−t}(x_i − y_a) times the step.</summary>
    private static double[] Factors(double[] points, double[] nodes, double time)
    {
        var factors = new double[points.Length * nodes.Length];
        double step = (nodes[^1] - nodes[0]) / (nodes.Length - 1), height = step / Math.Sqrt(4 * Math.PI * time);
        for (int i = 0; i < points.Length; i++)
        {
            for (int a = 0; a < nodes.Length; a++)
            {
                double distance = points[i] - nodes[a];
                factors[i * nodes.Length + a] = height * Math.Exp(-distance * distance / (4 * time));
            }
        }

        return factors;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector512<double> sum = default;
        ReadOnlySpan<Vector512<double>> first = MemoryMarshal.Cast<double, Vector512<double>>(a);
        ReadOnlySpan<Vector512<double>> second = MemoryMarshal.Cast<double, Vector512<double>>(b);
        for (int k = 0; k < first.Length; k++)
            sum += first[k] * second[k];
        double total = Vector512.Sum(sum);
        for (int k = first.Length * Vector512<double>.Count; k < a.Length; k++)
            total += a[k] * b[k];
        return total;
    }
}
