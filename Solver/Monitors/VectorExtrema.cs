using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Monitors;

/// <summary>The smallest value of each of eight lanes and where it was; NaN is passed over.</summary>
internal struct VectorLeast
{
    private Vector512<double> value;
    private Vector512<double> place;

    public static VectorLeast Start() => new() { value = Vector512.Create(double.PositiveInfinity) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(Vector512<double> candidate, Vector512<double> at)
    {
        Vector512<double> less = Vector512.LessThan(candidate, value);
        value = Vector512.ConditionalSelect(less, candidate, value);
        place = Vector512.ConditionalSelect(less, at, place);
    }

    /// <summary>Offers the lanes' values; <paramref name="first"/> is the cell of place 0.</summary>
    public readonly void OfferTo(ref Extremum target, int first)
    {
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            if (value[lane] < double.PositiveInfinity)
                target.OfferLow(value[lane], first + (int)place[lane]);
        }
    }
}

/// <summary>The largest value of each of eight lanes and where it was; NaN is passed over.</summary>
internal struct VectorGreatest
{
    private Vector512<double> value;
    private Vector512<double> place;

    public static VectorGreatest Start() => new() { value = Vector512.Create(double.NegativeInfinity) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(Vector512<double> candidate, Vector512<double> at)
    {
        Vector512<double> greater = Vector512.GreaterThan(candidate, value);
        value = Vector512.ConditionalSelect(greater, candidate, value);
        place = Vector512.ConditionalSelect(greater, at, place);
    }

    /// <summary>Offers the lanes' values; <paramref name="first"/> is the cell of place 0.</summary>
    public readonly void OfferTo(ref Extremum target, int first)
    {
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            if (value[lane] > double.NegativeInfinity)
                target.OfferHigh(value[lane], first + (int)place[lane]);
        }
    }
}
