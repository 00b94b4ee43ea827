namespace PdeDiffusion.Lanes;

/// <summary>One number.</summary>
internal readonly unsafe struct Lane(double value) : IRegister<Lane>
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

    // Not Math.Exp: the bits of a line must not depend on the number of lines solved with it.
    public static Lane Exp(Lane value) => VectorMath.Exp(value);

    public static Lane Log(Lane value) => VectorMath.Log(value);

    public static Lane Abs(Lane value) => new(Math.Abs(value.value));

    public static Lane IfPositive(Lane condition, Lane yes, Lane no) => condition.value > 0 ? yes : no;

    public static bool AnyPositive(Lane condition) => condition.value > 0;

    public static bool AllPositive(Lane condition) => condition.value > 0;

    public static Lane Sqrt(Lane value) => new(Math.Sqrt(value.value));

    public static Lane Gather(double* panel, Lane cell) => new(panel[(nint)cell.value]);

    public void Scatter(double* panel, Lane cell) => panel[(nint)cell.value] = value;

    public static Lane IfGreater(Lane left, Lane right, Lane yes, Lane no) => left.value > right.value ? yes : no;

    public static bool AllNormal(Lane value) => value.value >= VectorMath.SmallestNormal && value.value <= double.MaxValue;

    public static Lane Scale(Lane value, Lane shifted)
    {
        // Two factors: each is a normal number, and only the last product rounds (where the result is subnormal).
        long exponent = BitConverter.DoubleToInt64Bits(shifted.value) - BitConverter.DoubleToInt64Bits(VectorMath.IntegerShift);
        long half = exponent >> 1;
        return new(value.value * PowerOfTwo(half) * PowerOfTwo(exponent - half));
    }

    public static Lane ScaleNormal(Lane value, Lane shifted) => new(BitConverter.Int64BitsToDouble(
        BitConverter.DoubleToInt64Bits(value.value) + (BitConverter.DoubleToInt64Bits(shifted.value) << 52)));

    public static uint Signs(Lane value) => double.IsNegative(value.value) ? 1u : 0;

    public static Lane Mantissa(Lane value, out Lane shifted)
    {
        long bits = BitConverter.DoubleToInt64Bits(value.value);
        long exponent = (bits - VectorMath.SqrtHalfBits) >> 52;
        shifted = new(BitConverter.Int64BitsToDouble(exponent + BitConverter.DoubleToInt64Bits(VectorMath.IntegerShift)));
        return new(BitConverter.Int64BitsToDouble(bits - (exponent << 52)));
    }

    public static double Sum(Lane value) => value.value;

    public static double Greatest(Lane value) => value.value;

    public static double Least(Lane value) => value.value;

    private static double PowerOfTwo(long exponent) => BitConverter.Int64BitsToDouble((exponent + 1023) << 52);
}
