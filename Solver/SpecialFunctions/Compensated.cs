using System.Runtime.Intrinsics;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// Eight numbers at a time, each an unevaluated sum Value + Error of two doubles (Knuth; Dekker, Numer. Math. 18, 1971): for exponents
/// whose differences matter to more digits than one double has.
/// </summary>
public static class Compensated
{
    /// <summary>a + b without error.</summary>
    public static (Vector512<double> Value, Vector512<double> Error) Sum(Vector512<double> a, Vector512<double> b)
    {
        Vector512<double> sum = a + b, second = sum - a;
        return (sum, a - (sum - second) + (b - second));
    }

    /// <summary>(a − b)², to about twice a double's precision.</summary>
    public static (Vector512<double> Value, Vector512<double> Error) SquaredDifference(Vector512<double> a, Vector512<double> b)
    {
        (Vector512<double> difference, Vector512<double> error) = Sum(a, -b);
        Vector512<double> square = difference * difference;
        return (square, Vector512.FusedMultiplyAdd(difference, difference, -square) + (difference + difference) * error);
    }

    /// <summary>1/(a + b), to about twice a double's precision.</summary>
    public static (Vector512<double> Value, Vector512<double> Error) InverseOfSum(Vector512<double> a, Vector512<double> b)
    {
        (Vector512<double> sum, Vector512<double> error) = Sum(a, b);
        Vector512<double> inverse = Vector512<double>.One / sum;
        Vector512<double> residual = Vector512.FusedMultiplyAdd(-sum, inverse, Vector512<double>.One) - error * inverse;
        return (inverse, residual * inverse);
    }

    /// <summary>Product of two such sums.</summary>
    public static (Vector512<double> Value, Vector512<double> Error) Product(
        (Vector512<double> Value, Vector512<double> Error) a, (Vector512<double> Value, Vector512<double> Error) b)
    {
        Vector512<double> product = a.Value * b.Value;
        return (product, Vector512.FusedMultiplyAdd(a.Value, b.Value, -product) + a.Value * b.Error + a.Error * b.Value);
    }
}
