using System.Runtime.CompilerServices;

namespace PdeDiffusion.Lanes;

/// <summary>Twice as many lanes: two registers or more, so that one's divisions hide behind the other's, and longer runs of neighbours in memory.</summary>
internal readonly unsafe struct Twice<TLanes>(TLanes low, TLanes high) : ILanes<Twice<TLanes>>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes low = low;
    private readonly TLanes high = high;

    public static int Count => 2 * TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Load(double* source) => new(TLanes.Load(source), TLanes.Load(source + TLanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Create(double value) => new(TLanes.Create(value), TLanes.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination)
    {
        low.Store(destination);
        high.Store(destination + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> operator +(Twice<TLanes> left, Twice<TLanes> right) => new(left.low + right.low, left.high + right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> operator -(Twice<TLanes> left, Twice<TLanes> right) => new(left.low - right.low, left.high - right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> operator *(Twice<TLanes> left, Twice<TLanes> right) => new(left.low * right.low, left.high * right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> operator /(Twice<TLanes> left, Twice<TLanes> right) => new(left.low / right.low, left.high / right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Fused(Twice<TLanes> left, Twice<TLanes> right, Twice<TLanes> addend) =>
        new(TLanes.Fused(left.low, right.low, addend.low), TLanes.Fused(left.high, right.high, addend.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Max(Twice<TLanes> left, Twice<TLanes> right) =>
        new(TLanes.Max(left.low, right.low), TLanes.Max(left.high, right.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Min(Twice<TLanes> left, Twice<TLanes> right) =>
        new(TLanes.Min(left.low, right.low), TLanes.Min(left.high, right.high));

    public static Twice<TLanes> Exp(Twice<TLanes> value) => new(TLanes.Exp(value.low), TLanes.Exp(value.high));

    public static Twice<TLanes> Log(Twice<TLanes> value) => new(TLanes.Log(value.low), TLanes.Log(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> Abs(Twice<TLanes> value) => new(TLanes.Abs(value.low), TLanes.Abs(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TLanes> IfPositive(Twice<TLanes> condition, Twice<TLanes> yes, Twice<TLanes> no) =>
        new(TLanes.IfPositive(condition.low, yes.low, no.low), TLanes.IfPositive(condition.high, yes.high, no.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Twice<TLanes> condition) => TLanes.AnyPositive(condition.low) || TLanes.AnyPositive(condition.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllPositive(Twice<TLanes> condition) => TLanes.AllPositive(condition.low) && TLanes.AllPositive(condition.high);

    public static Twice<TLanes> Sqrt(Twice<TLanes> value) => new(TLanes.Sqrt(value.low), TLanes.Sqrt(value.high));

    public static Twice<TLanes> Gather(double* panel, Twice<TLanes> cell)
    {
        double* places = stackalloc double[Count];
        cell.Store(places);
        for (int lane = 0; lane < Count; lane++)
            places[lane] = panel[(nint)places[lane] * Count + lane];
        return Load(places);
    }

    public void Scatter(double* panel, Twice<TLanes> cell)
    {
        double* places = stackalloc double[2 * Count];
        cell.Store(places);
        Store(places + Count);
        for (int lane = 0; lane < Count; lane++)
            panel[(nint)places[lane] * Count + lane] = places[Count + lane];
    }
}
