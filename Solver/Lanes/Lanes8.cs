using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PdeDiffusion.Lanes;

/// <summary>Eight numbers: one AVX-512 register.</summary>
internal readonly unsafe struct Lanes8(Vector512<double> value) : IRegister<Lanes8>
{
    private readonly Vector512<double> value = value;

    public static int Count => 8;

    public Vector512<double> Value => value;

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

    public static Lanes8 Exp(Lanes8 value) => VectorMath.Exp(value);

    public static Lanes8 Log(Lanes8 value) => VectorMath.Log(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Abs(Lanes8 value) => new(Vector512.Abs(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 IfPositive(Lanes8 condition, Lanes8 yes, Lanes8 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(condition.value, Vector512<double>.Zero), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyPositive(Lanes8 condition) => Vector512.GreaterThanAny(condition.value, Vector512<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllPositive(Lanes8 condition) => Vector512.GreaterThanAll(condition.value, Vector512<double>.Zero);

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 IfGreater(Lanes8 left, Lanes8 right, Lanes8 yes, Lanes8 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left.value, right.value), yes.value, no.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllNormal(Lanes8 value) =>
        Vector512.GreaterThanOrEqualAll(value.value, Vector512.Create(VectorMath.SmallestNormal))
        && Vector512.LessThanOrEqualAll(value.value, Vector512.Create(double.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Scale(Lanes8 value, Lanes8 shifted)
    {
        Vector512<long> exponent = shifted.value.AsInt64() - Vector512.Create(VectorMath.IntegerShift).AsInt64();
        Vector512<long> half = Vector512.ShiftRightArithmetic(exponent, 1);
        return new(value.value * PowerOfTwo(half) * PowerOfTwo(exponent - half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 ScaleNormal(Lanes8 value, Lanes8 shifted) =>
        new((value.value.AsInt64() + Vector512.ShiftLeft(shifted.value.AsInt64(), 52)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Signs(Lanes8 value) => (uint)Vector512.ExtractMostSignificantBits(value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Mantissa(Lanes8 value, out Lanes8 shifted)
    {
        Vector512<long> bits = value.value.AsInt64();
        Vector512<long> exponent = Vector512.ShiftRightArithmetic(bits - Vector512.Create(VectorMath.SqrtHalfBits), 52);
        shifted = new((exponent + Vector512.Create(VectorMath.IntegerShift).AsInt64()).AsDouble());
        return new((bits - Vector512.ShiftLeft(exponent, 52)).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes8 value) => Lanes4.Sum(new(value.value.GetLower())) + Lanes4.Sum(new(value.value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Greatest(Lanes8 value) =>
        Lanes4.Greatest(new(Vector256.MaxNative(value.value.GetLower(), value.value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Least(Lanes8 value) =>
        Lanes4.Least(new(Vector256.MinNative(value.value.GetLower(), value.value.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwo(Vector512<long> exponent) =>
        Vector512.ShiftLeft(exponent + Vector512.Create(1023L), 52).AsDouble();
}
