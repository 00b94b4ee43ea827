using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Particles;

/// <summary>
/// 2^y for y ≤ 1000, eight at a time: relative error at most 4e-16, and exactly 0 below −1020, so that a point without weight leaves no
/// trace. An instance holds the constants: a loop that makes one beforehand keeps them in registers.
/// </summary>
internal readonly struct PowerOfTwo
{
    /// <summary>
    /// Minimax polynomial of 2^r on |r| ≤ 1/2, relative error 2.1e-16 before rounding (Remez exchange in 60 digits). An array, not
    /// literals: the compiler would read literals anew for every pack, and loads, not arithmetic, would set the pace.
    /// </summary>
    private static readonly double[] Coefficients =
    [
        1.0,
        0.6931471805599497,
        0.24022650695908768,
        0.05550410866445883,
        0.009618129108034605,
        0.0013333558228561327,
        0.00015403529961119085,
        1.5252658116637374e-05,
        1.3215662838949978e-06,
        1.020853789089708e-07,
        7.037278476744431e-09,
    ];

    private readonly Vector512<double> rounder;
    private readonly Vector512<double> lowest;
    private readonly Vector512<double> c0;
    private readonly Vector512<double> c1;
    private readonly Vector512<double> c2;
    private readonly Vector512<double> c3;
    private readonly Vector512<double> c4;
    private readonly Vector512<double> c5;
    private readonly Vector512<double> c6;
    private readonly Vector512<double> c7;
    private readonly Vector512<double> c8;
    private readonly Vector512<double> c9;
    private readonly Vector512<double> c10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PowerOfTwo(double[] c)
    {
        // 1.5 · 2^52: added to a number below 2^51 in size it leaves the nearest integer in the low bits.
        rounder = Vector512.Create(6755399441055744.0);
        lowest = Vector512.Create(-1020.0);
        c0 = Vector512.Create(c[0]);
        c1 = Vector512.Create(c[1]);
        c2 = Vector512.Create(c[2]);
        c3 = Vector512.Create(c[3]);
        c4 = Vector512.Create(c[4]);
        c5 = Vector512.Create(c[5]);
        c6 = Vector512.Create(c[6]);
        c7 = Vector512.Create(c[7]);
        c8 = Vector512.Create(c[8]);
        c9 = Vector512.Create(c[9]);
        c10 = Vector512.Create(c[10]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PowerOfTwo Create() => new(Coefficients);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Evaluate(Vector512<double> y)
    {
        Vector512<double> shifted = y + rounder;
        Vector512<double> r = y - (shifted - rounder);

        // Even and odd powers apart: two short chains of dependent operations instead of a long one.
        Vector512<double> square = r * r;
        Vector512<double> even = Vector512.FusedMultiplyAdd(c10, square, c8);
        Vector512<double> odd = Vector512.FusedMultiplyAdd(c9, square, c7);
        even = Vector512.FusedMultiplyAdd(even, square, c6);
        odd = Vector512.FusedMultiplyAdd(odd, square, c5);
        even = Vector512.FusedMultiplyAdd(even, square, c4);
        odd = Vector512.FusedMultiplyAdd(odd, square, c3);
        even = Vector512.FusedMultiplyAdd(even, square, c2);
        odd = Vector512.FusedMultiplyAdd(odd, square, c1);
        even = Vector512.FusedMultiplyAdd(even, square, c0);
        Vector512<double> q = Vector512.FusedMultiplyAdd(odd, r, even);

        // The integer goes into the exponent; outside the range the bits are meaningless and are cleared.
        Vector512<double> scaled = (q.AsInt64() + Vector512.ShiftLeft(shifted.AsInt64(), 52)).AsDouble();
        return Vector512.ConditionalSelect(Vector512.GreaterThan(y, lowest), scaled, Vector512<double>.Zero);
    }
}
