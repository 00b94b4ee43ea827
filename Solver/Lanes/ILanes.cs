namespace PdeDiffusion.Lanes;

/// <summary>
/// A group of numbers that undergo the same arithmetic. A kernel, an inner loop written once over lanes, serves one line
/// (<see cref="Lane"/>), a register of four or eight (<see cref="Lanes4"/>, <see cref="Lanes8"/>) and several registers
/// (<see cref="LanePair{TLanes}"/>) with the same operations, hence the same bits.
/// </summary>
/// <remarks>
/// Every kernel is a method of its own (<see cref="KernelMethod.Own"/>); variants (walls, forms, right-hand sides) are type arguments
/// compared by typeof. docs/performance.md, The inlining budget, says why.
/// </remarks>
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

    /// <summary>e^x, <see cref="VectorMath"/>.</summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>log x, <see cref="VectorMath"/>.</summary>
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
