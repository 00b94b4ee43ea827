namespace PdeDiffusion.Lanes;

/// <summary>Lanes with access to the bits of their numbers, for the logarithm and the exponential.</summary>
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

    /// <summary>m in [√½, √2) with 2^k m = value, a positive normal number.</summary>
    /// <param name="shifted">k + <see cref="VectorMath.IntegerShift"/>.</param>
    static abstract TSelf Mantissa(TSelf value, out TSelf shifted);

    /// <summary>The sum of the lanes, in pairs: (0 + 1) + (2 + 3), and of eight lanes the two halves' sums.</summary>
    static abstract double Sum(TSelf value);

    /// <summary>The maximum of the lanes (not for NaN).</summary>
    static abstract double Greatest(TSelf value);

    /// <summary>The minimum of the lanes (not for NaN).</summary>
    static abstract double Least(TSelf value);
}
