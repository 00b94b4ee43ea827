using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// Numbers in lanes, each an unevaluated sum Value + Error of two doubles (Knuth; Dekker, Numer. Math. 18, 1971): for exponents whose
/// differences matter to more digits than one double has.
/// </summary>
internal static class Compensated
{
    /// <summary>a + b without error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Value, TLanes Error) Sum<TLanes>(TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = a + b, second = sum - a;
        return (sum, a - (sum - second) + (b - second));
    }

    /// <summary>(a − b)², to about twice a double's precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Value, TLanes Error) SquaredDifference<TLanes>(TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        (TLanes difference, TLanes error) = Sum(a, zero - b);
        TLanes square = difference * difference;
        return (square, TLanes.Fused(difference, difference, zero - square) + (difference + difference) * error);
    }

    /// <summary>1/(a + b), to about twice a double's precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Value, TLanes Error) InverseOfSum<TLanes>(TLanes a, TLanes b)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Create(1);
        (TLanes sum, TLanes error) = Sum(a, b);
        TLanes inverse = one / sum;
        TLanes residual = TLanes.Fused(TLanes.Create(0) - sum, inverse, one) - error * inverse;
        return (inverse, residual * inverse);
    }

    /// <summary>Product of two such sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Value, TLanes Error) Product<TLanes>((TLanes Value, TLanes Error) a, (TLanes Value, TLanes Error) b)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes product = a.Value * b.Value;
        TLanes rounding = TLanes.Fused(a.Value, b.Value, TLanes.Create(0) - product);
        return (product, rounding + a.Value * b.Error + a.Error * b.Value);
    }
}
