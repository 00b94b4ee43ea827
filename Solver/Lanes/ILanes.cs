namespace PdeDiffusion.Lanes;

/// <summary>
/// Numbers side by side on which the same arithmetic acts. A kernel written once over lanes serves one line (<see cref="Lane"/>), a register
/// of four or eight (<see cref="Lanes4"/>, <see cref="Lanes8"/>) and several registers (<see cref="Twice{TLanes}"/>); the operations are the
/// same, so are the bits.
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

    /// <summary>e^x, as <see cref="VectorMath"/> has it.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>log x, as <see cref="VectorMath"/> has it.</summary>
    static abstract TSelf Log(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary><paramref name="yes"/> where <paramref name="condition"/> &gt; 0, else <paramref name="no"/>.</summary>
    static abstract TSelf IfPositive(TSelf condition, TSelf yes, TSelf no);

    static abstract bool AnyPositive(TSelf condition);

    static abstract bool AllPositive(TSelf condition);

    static abstract TSelf Sqrt(TSelf value);

    /// <summary>Each lane's own cell of a panel; <paramref name="cell"/> holds whole numbers.</summary>
    static abstract TSelf Gather(double* panel, TSelf cell);

    /// <summary>Writes each lane to its own cell of a panel.</summary>
    void Scatter(double* panel, TSelf cell);
}

/// <summary>Lanes that know their bits: what logarithm and exponential are made of.</summary>
internal interface IRegister<TSelf> : ILanes<TSelf>
    where TSelf : struct, IRegister<TSelf>
{
    /// <summary><paramref name="yes"/> where left &gt; right, else <paramref name="no"/>, also for NaN.</summary>
    static abstract TSelf IfGreater(TSelf left, TSelf right, TSelf yes, TSelf no);

    /// <summary>Whether every lane is a positive normal number.</summary>
    static abstract bool AllNormal(TSelf value);

    /// <summary>value · 2^k, k the whole number that <paramref name="shifted"/> − <see cref="VectorMath.IntegerShift"/> is.</summary>
    static abstract TSelf Scale(TSelf value, TSelf shifted);

    /// <summary>value · 2^k as <see cref="Scale"/>, in one addition to the exponent: for a normal value and product only.</summary>
    static abstract TSelf ScaleNormal(TSelf value, TSelf shifted);

    /// <summary>The lanes' signs, one bit each, set for negative numbers.</summary>
    static abstract uint Signs(TSelf value);

    /// <summary>m in [√½, √2) with 2^k m = value, a positive normal number; <paramref name="shifted"/> = k + <see cref="VectorMath.IntegerShift"/>.</summary>
    static abstract TSelf Mantissa(TSelf value, out TSelf shifted);

    /// <summary>The sum of the lanes, in pairs: (0 + 1) + (2 + 3), and of eight lanes the two halves' sums.</summary>
    static abstract double Sum(TSelf value);

    /// <summary>The largest lane (not for NaN).</summary>
    static abstract double Greatest(TSelf value);

    /// <summary>The smallest lane (not for NaN).</summary>
    static abstract double Least(TSelf value);
}
