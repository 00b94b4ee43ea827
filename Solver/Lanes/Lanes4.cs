using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PdeDiffusion.Lanes;

/// <summary>Four numbers: one register of AVX2 or two of the 128-bit sets.</summary>
internal readonly unsafe struct Lanes4(Vector256<double> value) : IRegister<Lanes4>
{
    private readonly Vector256<double> value = value;

    public static int Count => 4;

    public Vector256<double> Value => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Create(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(double* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator +(Lanes4 left, Lanes4 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator -(Lanes4 left, Lanes4 right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator *(Lanes4 left, Lanes4 right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 operator /(Lanes4 left, Lanes4 right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Fused(Lanes4 left, Lanes4 right, Lanes4 addend) =>
        new(Vector256.FusedMultiplyAdd(left.value, right.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Max(Lanes4 left, Lanes4 right) => new(Vector256.MaxNative(left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Min(Lanes4 left, Lanes4 right) => new(Vector256.MinNative(left.value, right.value));

    public static Lanes4 Exp(Lanes4 value) => VectorMath.Exp(value);

    public static Lanes4 Log(Lanes4 value) => VectorMath.Log(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Abs(Lanes4 value) => new(Vector256.Abs(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 IfPositive(Lanes4 condition, Lanes4 yes, Lanes4 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(condition.value, Vector256<double>.Zero), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Lanes4 condition) => Vector256.GreaterThanAny(condition.value, Vector256<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllPositive(Lanes4 condition) => Vector256.GreaterThanAll(condition.value, Vector256<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Sqrt(Lanes4 value) => new(Vector256.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Gather(double* panel, Lanes4 cell)
    {
        Vector256<double> places = Vector256.FusedMultiplyAdd(cell.value, Vector256.Create(4.0), Vector256.Create(0.0, 1.0, 2.0, 3.0));
        if (Avx2.IsSupported)
            return new(Avx2.GatherVector256(panel, Avx.ConvertToVector128Int32(places), 8));
        return new(Vector256.Create(panel[(nint)places[0]], panel[(nint)places[1]], panel[(nint)places[2]], panel[(nint)places[3]]));
    }

    public void Scatter(double* panel, Lanes4 cell)
    {
        for (int lane = 0; lane < 4; lane++)
            panel[(nint)cell.value[lane] * 4 + lane] = value[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 IfGreater(Lanes4 left, Lanes4 right, Lanes4 yes, Lanes4 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(left.value, right.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllNormal(Lanes4 value) =>
        Vector256.GreaterThanOrEqualAll(value.value, Vector256.Create(VectorMath.SmallestNormal))
        && Vector256.LessThanOrEqualAll(value.value, Vector256.Create(double.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Scale(Lanes4 value, Lanes4 shifted)
    {
        Vector256<long> exponent = shifted.value.AsInt64() - Vector256.Create(VectorMath.IntegerShift).AsInt64();
        Vector256<long> half = Vector256.ShiftRightArithmetic(exponent, 1);
        return new(value.value * PowerOfTwo(half) * PowerOfTwo(exponent - half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 ScaleNormal(Lanes4 value, Lanes4 shifted) =>
        new((value.value.AsInt64() + Vector256.ShiftLeft(shifted.value.AsInt64(), 52)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Signs(Lanes4 value) => Vector256.ExtractMostSignificantBits(value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes4 Mantissa(Lanes4 value, out Lanes4 shifted)
    {
        // The exponent is raised by 1024, for a shift without sign: AVX2 has no other for 64-bit numbers.
        Vector256<long> bits = value.value.AsInt64() - Vector256.Create(VectorMath.SqrtHalfBits);
        Vector256<long> exponent = Vector256.ShiftRightLogical(bits + Vector256.Create(1024L << 52), 52);
        shifted = new((exponent + (Vector256.Create(VectorMath.IntegerShift).AsInt64() - Vector256.Create(1024L))).AsDouble());
        return new(((bits & Vector256.Create((1L << 52) - 1)) + Vector256.Create(VectorMath.SqrtHalfBits)).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes4 value)
    {
        Vector128<double> low = value.value.GetLower(), high = value.value.GetUpper();
        return low[0] + low[1] + (high[0] + high[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Greatest(Lanes4 value)
    {
        Vector128<double> pairs = Vector128.MaxNative(value.value.GetLower(), value.value.GetUpper());
        return Math.Max(pairs[0], pairs[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Least(Lanes4 value)
    {
        Vector128<double> pairs = Vector128.MinNative(value.value.GetLower(), value.value.GetUpper());
        return Math.Min(pairs[0], pairs[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> PowerOfTwo(Vector256<long> exponent) =>
        Vector256.ShiftLeft(exponent + Vector256.Create(1023L), 52).AsDouble();
}
