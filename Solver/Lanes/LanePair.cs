using System.Runtime.CompilerServices;

namespace PdeDiffusion.Lanes;

/// <summary>
/// Two groups of lanes as one, element by element: the latency of one group's divisions is hidden behind the other's, and more neighbours
/// in memory are read at once. Nested pairs have four or eight groups.
/// </summary>
internal readonly unsafe struct LanePair<TLanes>(TLanes low, TLanes high) : ILanes<LanePair<TLanes>>
    where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes low = low;
    private readonly TLanes high = high;

    public static int Count => 2 * TLanes.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Load(double* source) => new(TLanes.Load(source), TLanes.Load(source + TLanes.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Create(double value) => new(TLanes.Create(value), TLanes.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination)
    {
        low.Store(destination);
        high.Store(destination + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> operator +(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(left.low + right.low, left.high + right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> operator -(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(left.low - right.low, left.high - right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> operator *(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(left.low * right.low, left.high * right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> operator /(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(left.low / right.low, left.high / right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Fused(LanePair<TLanes> left, LanePair<TLanes> right, LanePair<TLanes> addend) =>
        new(TLanes.Fused(left.low, right.low, addend.low), TLanes.Fused(left.high, right.high, addend.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Max(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(TLanes.Max(left.low, right.low), TLanes.Max(left.high, right.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Min(LanePair<TLanes> left, LanePair<TLanes> right) =>
        new(TLanes.Min(left.low, right.low), TLanes.Min(left.high, right.high));

    public static LanePair<TLanes> Exp(LanePair<TLanes> value) => new(TLanes.Exp(value.low), TLanes.Exp(value.high));

    public static LanePair<TLanes> Log(LanePair<TLanes> value) => new(TLanes.Log(value.low), TLanes.Log(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> Abs(LanePair<TLanes> value) => new(TLanes.Abs(value.low), TLanes.Abs(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LanePair<TLanes> IfPositive(LanePair<TLanes> condition, LanePair<TLanes> yes, LanePair<TLanes> no) =>
        new(TLanes.IfPositive(condition.low, yes.low, no.low), TLanes.IfPositive(condition.high, yes.high, no.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(LanePair<TLanes> condition) => TLanes.AnyPositive(condition.low) || TLanes.AnyPositive(condition.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllPositive(LanePair<TLanes> condition) => TLanes.AllPositive(condition.low) && TLanes.AllPositive(condition.high);

    public static LanePair<TLanes> Sqrt(LanePair<TLanes> value) => new(TLanes.Sqrt(value.low), TLanes.Sqrt(value.high));

    public static LanePair<TLanes> Gather(double* panel, LanePair<TLanes> cell)
    {
        double* places = stackalloc double[Count];
        cell.Store(places);
        for (int lane = 0; lane < Count; lane++)
            places[lane] = panel[(nint)places[lane] * Count + lane];
        return Load(places);
    }

    public void Scatter(double* panel, LanePair<TLanes> cell)
    {
        double* places = stackalloc double[2 * Count];
        cell.Store(places);
        Store(places + Count);
        for (int lane = 0; lane < Count; lane++)
            panel[(nint)places[lane] * Count + lane] = places[Count + lane];
    }
}
