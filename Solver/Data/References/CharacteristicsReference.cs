using System.Globalization;
using System.Runtime.Intrinsics;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Data.References;

/// <summary>
/// ε = 0 in any dimension: v(t, x) = u(t, x) w_T(X(T)), w_T = v_T/u_T, with X' = −s(t, X) from X(t) = x (docs/numerics.md, 4.4). Eight
/// characteristics at a time, in the variable log(t + c), c half the least variance of the data, where the flow of one Gaussian is
/// linear; extrapolation of Gragg's midpoint rule (Hairer, Nørsett, Wanner, Solving ODEs I, II.9) with the error of a step below 1e-12.
/// </summary>
public sealed class CharacteristicsReference : QuadratureReference
{
    private const int Lanes = 8;
    private const int Stages = 7;
    private const double Tolerance = 1e-12;

    /// <summary>Steps of this length are accepted whatever their error.</summary>
    private const double ShortestStep = 1e-6;

    /// <summary>Most steps of one characteristic: log(t + c) spans at most 1500, and smooth velocities take a few hundred.</summary>
    private const int MostSteps = 100_000;

    private readonly double shift;
    private readonly Vector512<double>[] exponents;
    private readonly double[] factors;
    private readonly double[] precisions;
    private readonly Vector512<double>[] tableX = new Vector512<double>[Stages];
    private readonly Vector512<double>[] tableY = new Vector512<double>[Stages];

    /// <param name="data">A mixture.</param>
    /// <param name="epsilon">0.</param>
    /// <param name="mean">m_T.</param>
    /// <param name="variance">V_T.</param>
    /// <exception cref="ArgumentException">Other data or ε (the message names the references that apply), or T, m_T, V_T out of
    /// range.</exception>
    public CharacteristicsReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance)
        : base(Applicable("characteristics", data, epsilon, epsilon == 0), end, mean, variance)
    {
        shift = 0.5 * LeastVariance(0);
        exponents = new Vector512<double>[Data.Count];
        factors = new double[Data.Count];
        precisions = new double[Data.Count];
    }

    /// <param name="data">A mixture.</param>
    /// <param name="epsilon">0.</param>
    /// <param name="start">v_T, one Gaussian.</param>
    /// <inheritdoc cref="CharacteristicsReference(InitialData, double, double, ReadOnlySpan{double}, double)"/>
    public CharacteristicsReference(InitialData data, double epsilon, double end, Mixture start)
        : base(Applicable("characteristics", data, epsilon, epsilon == 0), end, start)
    {
        shift = 0.5 * LeastVariance(0);
        exponents = new Vector512<double>[Data.Count];
        factors = new double[Data.Count];
        precisions = new double[Data.Count];
    }

    private protected override void Prepare(double t, double[] x, double[] y)
    {
    }

    private protected override void Line(double t, int row, ReadOnlySpan<double> x, double y, Span<double> values)
    {
        Span<double> lanes = stackalloc double[Lanes];
        for (int i = 0; i < x.Length; i += Lanes)
        {
            int count = Math.Min(Lanes, x.Length - i);
            lanes.Fill(x[i]);
            x.Slice(i, count).CopyTo(lanes);
            Vector512<double> atX = Vector512.Create<double>(lanes), atY = Vector512.Create(y);
            Vector512<double> log = LogDensity(Data, t, atX, atY, out _, out _);
            Follow(t, ref atX, ref atY);
            log += LogDensity(Start, 0, atX, atY, out _, out _) - LogDensity(Data, End, atX, atY, out _, out _);
            VectorMath.Exp(Vector512.Max(log, Vector512.Create(-800.0))).CopyTo(lanes);
            lanes[..count].CopyTo(values[i..]);
        }
    }

    /// <summary>Moves the points along their characteristics from <paramref name="t"/> up to T.</summary>
    private void Follow(double t, ref Vector512<double> x, ref Vector512<double> y)
    {
        double position = Math.Log(t + shift), end = Math.Log(End + shift), step = Math.Min(1, end - position);
        for (int steps = 0; position < end; steps++)
        {
            if (steps == MostSteps)
            {
                throw new NotFiniteNumberException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the reference cannot follow the characteristic through x = {x[0]:G6} from t = {t:G6} to {End:G6}"));
            }

            bool last = position + step >= end * (1 - Math.Sign(end) * 1e-15);
            double length = last ? end - position : step;
            (Vector512<double> nextX, Vector512<double> nextY, double error) = Extrapolate(position, length, x, y);
            if (error <= Tolerance || length < ShortestStep)
            {
                (x, y) = (nextX, nextY);
                position = last ? end : position + length;
            }

            step = length * Math.Clamp(0.8 * Math.Pow(Tolerance / Math.Max(error, 1e-30), 1.0 / (2 * Stages - 1)), 0.2, 3);
        }
    }

    private (Vector512<double> X, Vector512<double> Y, double Error) Extrapolate(
        double position, double length, Vector512<double> x, Vector512<double> y)
    {
        Velocity(position, x, y, out Vector512<double> slopeX, out Vector512<double> slopeY);
        Vector512<double> error = default;
        for (int stage = 0; stage < Stages; stage++)
        {
            int count = 2 * (stage + 1);
            double step = length / count;
            Vector512<double> oldX = x, oldY = y, nowX = x + step * slopeX, nowY = y + step * slopeY;
            for (int k = 1; k < count; k++)
            {
                Velocity(position + k * step, nowX, nowY, out Vector512<double> atX, out Vector512<double> atY);
                (oldX, nowX) = (nowX, oldX + 2 * step * atX);
                (oldY, nowY) = (nowY, oldY + 2 * step * atY);
            }

            // Neville's scheme in step²: table[j] becomes the value of order 2(stage − j + 1).
            tableX[stage] = nowX;
            tableY[stage] = nowY;
            for (int j = stage - 1; j >= 0; j--)
            {
                double ratio = (double)(stage + 1) / (j + 1), factor = 1 / (ratio * ratio - 1);
                Vector512<double> correctionX = factor * (tableX[j + 1] - tableX[j]), correctionY = factor * (tableY[j + 1] - tableY[j]);
                tableX[j] = tableX[j + 1] + correctionX;
                tableY[j] = tableY[j + 1] + correctionY;
            }

            if (stage == Stages - 1)
                error = Vector512.Max(Vector512.Abs(tableX[0] - tableX[1]), Vector512.Abs(tableY[0] - tableY[1]));
        }

        Vector512<double> size = Vector512<double>.One + Vector512.Max(Vector512.Abs(tableX[0]), Vector512.Abs(tableY[0]));
        error /= size;
        double largest = 0;
        for (int lane = 0; lane < Lanes; lane++)
            largest = Math.Max(largest, error[lane]);
        return (tableX[0], tableY[0], double.IsFinite(largest) ? largest : 1);
    }

    /// <summary>dX/d log(t + c) = −(t + c) s(t, X).</summary>
    private void Velocity(
        double position, Vector512<double> x, Vector512<double> y, out Vector512<double> slopeX, out Vector512<double> slopeY)
    {
        double shifted = Math.Exp(position);
        LogDensity(Data, Math.Max(0, shifted - shift), x, y, out slopeX, out slopeY);
        slopeX *= -shifted;
        slopeY *= -shifted;
    }

    /// <summary>log u(t) and its gradient at eight points.</summary>
    private Vector512<double> LogDensity(
        Mixture mixture, double t, Vector512<double> x, Vector512<double> y, out Vector512<double> scoreX, out Vector512<double> scoreY)
    {
        if (!mixture.IsIsotropic)
            return LogDensityOfCovariances(mixture, t, x, y, out scoreX, out scoreY);
        ReadOnlySpan<double> means = mixture.X, meansY = mixture.Y, variances = mixture.Variances, weights = mixture.Weights;
        Vector512<double> largest = Vector512.Create(double.MinValue), sum = default;
        double previous = -1, precision = 0, power = 0;
        for (int k = 0; k < variances.Length; k++)
        {
            if (variances[k] != previous)
            {
                previous = variances[k];
                precision = 1 / (previous + 2 * t);
                power = Math.Pow(precision, 0.5 * mixture.Dimension);
            }

            Vector512<double> dx = Vector512.Create(means[k]) - x, dy = Vector512.Create(meansY[k]) - y;
            exponents[k] = -0.5 * precision * (dx * dx + dy * dy);
            factors[k] = weights[k] * power;
            precisions[k] = precision;
            largest = Vector512.Max(largest, exponents[k]);
        }

        scoreX = scoreY = default;
        for (int k = 0; k < variances.Length; k++)
        {
            Vector512<double> share = factors[k] * VectorMath.Exp(Vector512.Max(exponents[k] - largest, Vector512.Create(-800.0)));
            sum += share;
            share *= precisions[k];
            scoreX += share * (Vector512.Create(means[k]) - x);
            scoreY += share * (Vector512.Create(meansY[k]) - y);
        }

        scoreX /= sum;
        scoreY /= sum;
        return largest + VectorMath.Log(sum) - Vector512.Create(0.5 * mixture.Dimension * Math.Log(2 * Math.PI));
    }

    private Vector512<double> LogDensityOfCovariances(
        Mixture mixture, double t, Vector512<double> x, Vector512<double> y, out Vector512<double> scoreX, out Vector512<double> scoreY)
    {
        Vector512<double> largest = Vector512.Create(double.MinValue), sum = default;
        for (int k = 0; k < mixture.Count; k++)
        {
            Covariance c = mixture.Covariances[k].Plus(2 * t, 2 * t);
            Vector512<double> dx = x - Vector512.Create(mixture.X[k]), rest = y - Vector512.Create(mixture.Y[k]) - c.Slope * dx;
            exponents[k] = -0.5 * (dx * dx / c.XX + rest * rest / c.ConditionalY);
            factors[k] = mixture.Weights[k] / Math.Sqrt(c.Determinant);
            largest = Vector512.Max(largest, exponents[k]);
        }

        scoreX = scoreY = default;
        for (int k = 0; k < mixture.Count; k++)
        {
            Covariance c = mixture.Covariances[k].Plus(2 * t, 2 * t);
            Vector512<double> share = factors[k] * VectorMath.Exp(Vector512.Max(exponents[k] - largest, Vector512.Create(-800.0)));
            Vector512<double> dx = x - Vector512.Create(mixture.X[k]), rest = y - Vector512.Create(mixture.Y[k]) - c.Slope * dx;
            Vector512<double> alongY = rest / c.ConditionalY;
            sum += share;
            scoreX += share * (c.Slope * alongY - dx / c.XX);
            scoreY -= share * alongY;
        }

        scoreX /= sum;
        scoreY /= sum;
        return largest + VectorMath.Log(sum) - Vector512.Create(Math.Log(2 * Math.PI));
    }
}
