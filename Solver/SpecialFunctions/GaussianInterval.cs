using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// Probability that a normal variable falls into an interval, with full relative accuracy however far the interval lies in a tail and
/// however short it is (docs/numerics.md, 4.5): with s and δ the distance to the mean and the length in units of the deviation, it is
/// φ(s) ∫_0^δ exp(−s y − y²/2) dy. The integral is taken by Gauss–Legendre where the exponent stays above −½ and as
/// M(s) − exp(−s δ − δ²/2) M(s + δ), M Mills' ratio, elsewhere: the difference then loses less than two bits.
/// </summary>
public static partial class GaussianInterval
{
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    /// <summary>Exponents below this one underflow.</summary>
    private const double LeastExponent = -745.2;

    private static readonly Vector512<double> Nodes = Vector512.Create(
        0.0198550717512318842, 0.10166676129318663, 0.237233795041835507, 0.408282678752175098,
        0.591717321247824902, 0.762766204958164493, 0.89833323870681337, 0.980144928248768116);

    private static readonly Vector512<double> NodeWeights = Vector512.Create(
        0.0506142681451881296, 0.111190517226687235, 0.156853322938943644, 0.181341891689180991,
        0.181341891689180991, 0.156853322938943644, 0.111190517226687235, 0.0506142681451881296);

    /// <summary>P(from &lt; N(mean, variance) &lt; to), from &lt; to (either may be infinite), variance &gt; 0.</summary>
    public static double Mass(double from, double to, double mean, double variance)
    {
        (double left, double leftError) = Difference(from, mean);
        (double right, double rightError) = Difference(to, mean);
        if (left >= 0)
            return Tail(left, leftError, to - from, variance);
        if (right <= 0)
            return Tail(-right, -rightError, to - from, variance);
        return Tail(0, 0, right, variance) + Tail(0, 0, -left, variance);
    }

    /// <summary>log P(N(mean, variance) &gt; position): finite where the probability itself underflows.</summary>
    public static double LogUpperTail(double position, double mean, double variance)
    {
        double s = (position - mean) / Math.Sqrt(variance);
        return s < 0
            ? Math.Log(1 - InverseSqrtTwoPi * Math.Exp(-0.5 * s * s) * MillsRatio.Of(-s))
            : Math.Log(InverseSqrtTwoPi * MillsRatio.Of(s)) - 0.5 * s * s;
    }

    /// <summary>Mass of an interval that begins <paramref name="distance"/> (+ <paramref name="error"/>) ≥ 0 from the mean.</summary>
    [MethodImpl(KernelMethod.Optimised)]
    private static double Tail(double distance, double error, double length, double variance)
    {
        double twice = 2 * variance, square = distance * distance, exponent = square / twice;
        if (-exponent < LeastExponent)
            return 0;

        // distance²/2a to twice the precision: its absolute error is the relative error of the exponential.
        double squareError = Math.FusedMultiplyAdd(distance, distance, -square) + 2 * distance * error;
        double exponentError = (Math.FusedMultiplyAdd(-exponent, twice, square) + squareError) / twice;
        double height = InverseSqrtTwoPi * Math.Exp(-exponent) * (1 - exponentError);

        double deviation = Math.Sqrt(variance), s = distance / deviation, delta = length / deviation;
        double drop = delta * (s + 0.5 * delta);
        if (drop < 0.5)
        {
            Vector512<double> y = delta * Nodes;
            return height * delta * Vector512.Dot(NodeWeights, VectorMath.Exp(-y * (Vector512.Create(s) + 0.5 * y)));
        }

        return height * (MillsRatio.Of(s) - (-drop < LeastExponent ? 0 : Math.Exp(-drop) * MillsRatio.Of(s + delta)));
    }

    /// <summary>a − b as an unevaluated sum of two doubles; infinities stay what they are.</summary>
    private static (double Value, double Error) Difference(double a, double b)
    {
        double difference = a - b, second = difference - a;
        return double.IsInfinity(difference) ? (difference, 0) : (difference, a - (difference - second) + (-b - second));
    }
}
