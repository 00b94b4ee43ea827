using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Schemes;

/// <summary>
/// Lines solved side by side: a fixed number of doubles on which the same arithmetic acts. A kernel written once over lanes serves one line
/// (<see cref="Lane"/>), eight and sixteen; the operations are the same, so are the bits.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Load(double* source);

    static abstract TSelf Create(double value);

    void Store(double* destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left · right + addend with one rounding.</summary>
    static abstract TSelf Fused(TSelf left, TSelf right, TSelf addend);

    /// <summary>The larger of two numbers (not for NaN).</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The smaller of two numbers (not for NaN).</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Exp(TSelf value);

    static abstract TSelf Log(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary><paramref name="yes"/> where <paramref name="condition"/> &gt; 0, else <paramref name="no"/>.</summary>
    static abstract TSelf IfPositive(TSelf condition, TSelf yes, TSelf no);

    static abstract bool AnyPositive(TSelf condition);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Each lane's own cell of a panel; <paramref name="cell"/> holds whole numbers.</summary>
    static abstract TSelf Gather(double* panel, TSelf cell);

    /// <summary>Writes each lane to its own cell of a panel.</summary>
    void Scatter(double* panel, TSelf cell);
}

/// <summary>One line.</summary>
internal readonly unsafe struct Lane(double value) : ILanes<Lane>
{
    private readonly double value = value;

    public static int Count => 1;

    public static Lane Load(double* source) => new(*source);

    public static Lane Create(double value) => new(value);

    public void Store(double* destination) => *destination = value;

    public static Lane operator +(Lane left, Lane right) => new(left.value + right.value);

    public static Lane operator -(Lane left, Lane right) => new(left.value - right.value);

    public static Lane operator *(Lane left, Lane right) => new(left.value * right.value);

    public static Lane operator /(Lane left, Lane right) => new(left.value / right.value);

    public static Lane Fused(Lane left, Lane right, Lane addend) => new(Math.FusedMultiplyAdd(left.value, right.value, addend.value));

    public static Lane Max(Lane left, Lane right) => new(left.value > right.value ? left.value : right.value);

    public static Lane Min(Lane left, Lane right) => new(left.value < right.value ? left.value : right.value);

    // The vectors' exponential, not Math.Exp: a line must not depend on how many lie beside it.
    public static Lane Exp(Lane value) => new(VectorMath.Exp(Vector512.Create(value.value)).ToScalar());

    public static Lane Log(Lane value) => new(VectorMath.Log(Vector512.Create(value.value)).ToScalar());

    public static Lane Abs(Lane value) => new(Math.Abs(value.value));

    public static Lane IfPositive(Lane condition, Lane yes, Lane no) => condition.value > 0 ? yes : no;

    public static bool AnyPositive(Lane condition) => condition.value > 0;

    public static Lane Sqrt(Lane value) => new(Math.Sqrt(value.value));

    public static Lane Gather(double* panel, Lane cell) => new(panel[(nint)cell.value]);

    public void Scatter(double* panel, Lane cell) => panel[(nint)cell.value] = value;
}

/// <summary>Eight lines: one AVX-512 register.</summary>
internal readonly unsafe struct Lanes8(Vector512<double> value) : ILanes<Lanes8>
{
    private readonly Vector512<double> value = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Create(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 left, Lanes8 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 left, Lanes8 right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 left, Lanes8 right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 left, Lanes8 right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Fused(Lanes8 left, Lanes8 right, Lanes8 addend) =>
        new(Vector512.FusedMultiplyAdd(left.value, right.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Max(Lanes8 left, Lanes8 right) => new(Vector512.MaxNative(left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Min(Lanes8 left, Lanes8 right) => new(Vector512.MinNative(left.value, right.value));

    public static Lanes8 Exp(Lanes8 value) => new(VectorMath.Exp(value.value));

    public static Lanes8 Log(Lanes8 value) => new(VectorMath.Log(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Abs(Lanes8 value) => new(Vector512.Abs(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 IfPositive(Lanes8 condition, Lanes8 yes, Lanes8 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(condition.value, Vector512<double>.Zero), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Lanes8 condition) => Vector512.GreaterThanAny(condition.value, Vector512<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 value) => new(Vector512.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Gather(double* panel, Lanes8 cell)
    {
        // Four numbers below 2³¹ at a time: the hardware's gather takes 32-bit indices of four doubles.
        Vector512<double> places = Vector512.FusedMultiplyAdd(
            cell.value, Vector512.Create(8.0), Vector512.Create(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0));
        if (Avx2.IsSupported)
        {
            Vector256<double> low = Avx2.GatherVector256(panel, Avx.ConvertToVector128Int32(places.GetLower()), 8);
            return new(Vector512.Create(low, Avx2.GatherVector256(panel, Avx.ConvertToVector128Int32(places.GetUpper()), 8)));
        }

        Vector512<double> result = default;
        for (int lane = 0; lane < 8; lane++)
            result = result.WithElement(lane, panel[(nint)places[lane]]);
        return new(result);
    }

    public void Scatter(double* panel, Lanes8 cell)
    {
        for (int lane = 0; lane < 8; lane++)
            panel[(nint)cell.value[lane] * 8 + lane] = value[lane];
    }
}

/// <summary>Sixteen lines: two registers, so that one's divisions hide behind the other's.</summary>
internal readonly unsafe struct Lanes16(Vector512<double> low, Vector512<double> high) : ILanes<Lanes16>
{
    private readonly Vector512<double> low = low;
    private readonly Vector512<double> high = high;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(double* source) => new(Vector512.Load(source), Vector512.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Create(double value) => new(Vector512.Create(value), Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination)
    {
        low.Store(destination);
        high.Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 left, Lanes16 right) => new(left.low + right.low, left.high + right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 left, Lanes16 right) => new(left.low - right.low, left.high - right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 left, Lanes16 right) => new(left.low * right.low, left.high * right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator /(Lanes16 left, Lanes16 right) => new(left.low / right.low, left.high / right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Fused(Lanes16 left, Lanes16 right, Lanes16 addend) =>
        new(Vector512.FusedMultiplyAdd(left.low, right.low, addend.low), Vector512.FusedMultiplyAdd(left.high, right.high, addend.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Max(Lanes16 left, Lanes16 right) =>
        new(Vector512.MaxNative(left.low, right.low), Vector512.MaxNative(left.high, right.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Min(Lanes16 left, Lanes16 right) =>
        new(Vector512.MinNative(left.low, right.low), Vector512.MinNative(left.high, right.high));

    public static Lanes16 Exp(Lanes16 value) => new(VectorMath.Exp(value.low), VectorMath.Exp(value.high));

    public static Lanes16 Log(Lanes16 value) => new(VectorMath.Log(value.low), VectorMath.Log(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Abs(Lanes16 value) => new(Vector512.Abs(value.low), Vector512.Abs(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 IfPositive(Lanes16 condition, Lanes16 yes, Lanes16 no) => new(
        Vector512.ConditionalSelect(Vector512.GreaterThan(condition.low, Vector512<double>.Zero), yes.low, no.low),
        Vector512.ConditionalSelect(Vector512.GreaterThan(condition.high, Vector512<double>.Zero), yes.high, no.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Lanes16 condition) => Vector512.GreaterThanAny(condition.low, Vector512<double>.Zero)
        || Vector512.GreaterThanAny(condition.high, Vector512<double>.Zero);

    public static Lanes16 Sqrt(Lanes16 value) => new(Vector512.Sqrt(value.low), Vector512.Sqrt(value.high));

    public static Lanes16 Gather(double* panel, Lanes16 cell)
    {
        Vector512<double> low = default, high = default;
        for (int lane = 0; lane < 8; lane++)
        {
            low = low.WithElement(lane, panel[(nint)cell.low[lane] * 16 + lane]);
            high = high.WithElement(lane, panel[(nint)cell.high[lane] * 16 + 8 + lane]);
        }

        return new(low, high);
    }

    public void Scatter(double* panel, Lanes16 cell)
    {
        for (int lane = 0; lane < 8; lane++)
        {
            panel[(nint)cell.low[lane] * 16 + lane] = low[lane];
            panel[(nint)cell.high[lane] * 16 + 8 + lane] = high[lane];
        }
    }
}

/// <summary>Thirty-two lines: longer runs of neighbours where each cell of a line is a row of memory away from the next.</summary>
internal readonly unsafe struct Lanes32(Lanes16 low, Lanes16 high) : ILanes<Lanes32>
{
    private readonly Lanes16 low = low;
    private readonly Lanes16 high = high;

    public static int Count => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Load(double* source) => new(Lanes16.Load(source), Lanes16.Load(source + 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Create(double value) => new(Lanes16.Create(value), Lanes16.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination)
    {
        low.Store(destination);
        high.Store(destination + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 operator +(Lanes32 left, Lanes32 right) => new(left.low + right.low, left.high + right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 operator -(Lanes32 left, Lanes32 right) => new(left.low - right.low, left.high - right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 operator *(Lanes32 left, Lanes32 right) => new(left.low * right.low, left.high * right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 operator /(Lanes32 left, Lanes32 right) => new(left.low / right.low, left.high / right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Fused(Lanes32 left, Lanes32 right, Lanes32 addend) =>
        new(Lanes16.Fused(left.low, right.low, addend.low), Lanes16.Fused(left.high, right.high, addend.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Max(Lanes32 left, Lanes32 right) => new(Lanes16.Max(left.low, right.low), Lanes16.Max(left.high, right.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Min(Lanes32 left, Lanes32 right) => new(Lanes16.Min(left.low, right.low), Lanes16.Min(left.high, right.high));

    public static Lanes32 Exp(Lanes32 value) => new(Lanes16.Exp(value.low), Lanes16.Exp(value.high));

    public static Lanes32 Log(Lanes32 value) => new(Lanes16.Log(value.low), Lanes16.Log(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 Abs(Lanes32 value) => new(Lanes16.Abs(value.low), Lanes16.Abs(value.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes32 IfPositive(Lanes32 condition, Lanes32 yes, Lanes32 no) =>
        new(Lanes16.IfPositive(condition.low, yes.low, no.low), Lanes16.IfPositive(condition.high, yes.high, no.high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Lanes32 condition) => Lanes16.AnyPositive(condition.low) || Lanes16.AnyPositive(condition.high);

    public static Lanes32 Sqrt(Lanes32 value) => new(Lanes16.Sqrt(value.low), Lanes16.Sqrt(value.high));

    public static Lanes32 Gather(double* panel, Lanes32 cell)
    {
        double* places = stackalloc double[Count];
        cell.Store(places);
        for (int lane = 0; lane < Count; lane++)
            places[lane] = panel[(nint)places[lane] * Count + lane];
        return Load(places);
    }

    public void Scatter(double* panel, Lanes32 cell)
    {
        double* places = stackalloc double[2 * Count];
        cell.Store(places);
        Store(places + Count);
        for (int lane = 0; lane < Count; lane++)
            panel[(nint)places[lane] * Count + lane] = places[Count + lane];
    }
}
