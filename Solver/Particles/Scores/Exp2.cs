using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// 2^y for y ≤ 1000, a register at a time: relative error at most 4e-16, and exactly 0 below −1020, so that a point without weight leaves
/// no trace. An instance holds the constants: a loop that makes one beforehand keeps them in registers.
/// </summary>
internal readonly struct Exp2<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    private const int Step = Exp2Series.Step;

    private readonly TRegister rounder;
    private readonly TRegister lowest;
    private readonly TRegister c0;
    private readonly TRegister c1;
    private readonly TRegister c2;
    private readonly TRegister c3;
    private readonly TRegister c4;
    private readonly TRegister c5;
    private readonly TRegister c6;
    private readonly TRegister c7;
    private readonly TRegister c8;
    private readonly TRegister c9;
    private readonly TRegister c10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Exp2(double[] c)
    {
        rounder = TRegister.Create(VectorMath.IntegerShift);
        lowest = TRegister.Create(-1020.0);
        c0 = TRegister.Create(c[0]);
        c1 = TRegister.Create(c[1]);
        c2 = TRegister.Create(c[2]);
        c3 = TRegister.Create(c[3]);
        c4 = TRegister.Create(c[4]);
        c5 = TRegister.Create(c[5]);
        c6 = TRegister.Create(c[6]);
        c7 = TRegister.Create(c[7]);
        c8 = TRegister.Create(c[8]);
        c9 = TRegister.Create(c[9]);
        c10 = TRegister.Create(c[10]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Exp2<TRegister> Create() => new(Exp2Series.Coefficients);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TRegister Evaluate(TRegister y) => TRegister.IfGreater(y, lowest, EvaluateNormal(y), TRegister.Create(0));

    /// <summary>As <see cref="Evaluate"/> for |y| ≤ 1000; elsewhere the bits are meaningless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TRegister EvaluateNormal(TRegister y)
    {
        TRegister shifted = y + rounder;
        TRegister r = y - (shifted - rounder);

        // Even and odd powers apart: two short chains of dependent operations instead of a long one.
        TRegister square = r * r;
        TRegister even = TRegister.Fused(c10, square, c8);
        TRegister odd = TRegister.Fused(c9, square, c7);
        even = TRegister.Fused(even, square, c6);
        odd = TRegister.Fused(odd, square, c5);
        even = TRegister.Fused(even, square, c4);
        odd = TRegister.Fused(odd, square, c3);
        even = TRegister.Fused(even, square, c2);
        odd = TRegister.Fused(odd, square, c1);
        even = TRegister.Fused(even, square, c0);
        TRegister q = TRegister.Fused(odd, r, even);

        // The integer goes into the exponent.
        return TRegister.ScaleNormal(q, shifted);
    }

    /// <summary>
    /// Two registers, same bits as <see cref="EvaluateNormal(TRegister)"/>, interleaved: one chain of dependent operations is longer than
    /// the reorder window of the processor.
    /// </summary>
    /// <param name="c">A table of <see cref="Exp2Series.Spread"/>: read again each time, as the constants would fill the registers that
    /// this needs.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe TRegister EvaluateNormal(double* c, TRegister y, TRegister yB, out TRegister resultB)
    {
        TRegister rounder = TRegister.Create(VectorMath.IntegerShift), shifted = y + rounder, shiftedB = yB + rounder;
        TRegister r = y - (shifted - rounder), rB = yB - (shiftedB - rounder), square = r * r, squareB = rB * rB;
        TRegister even = TRegister.Load(c + 10 * Step), evenB = even, odd = TRegister.Load(c + 9 * Step), oddB = odd;
        even = TRegister.Fused(even, square, TRegister.Load(c + 8 * Step));
        evenB = TRegister.Fused(evenB, squareB, TRegister.Load(c + 8 * Step));
        odd = TRegister.Fused(odd, square, TRegister.Load(c + 7 * Step));
        oddB = TRegister.Fused(oddB, squareB, TRegister.Load(c + 7 * Step));
        even = TRegister.Fused(even, square, TRegister.Load(c + 6 * Step));
        evenB = TRegister.Fused(evenB, squareB, TRegister.Load(c + 6 * Step));
        odd = TRegister.Fused(odd, square, TRegister.Load(c + 5 * Step));
        oddB = TRegister.Fused(oddB, squareB, TRegister.Load(c + 5 * Step));
        even = TRegister.Fused(even, square, TRegister.Load(c + 4 * Step));
        evenB = TRegister.Fused(evenB, squareB, TRegister.Load(c + 4 * Step));
        odd = TRegister.Fused(odd, square, TRegister.Load(c + 3 * Step));
        oddB = TRegister.Fused(oddB, squareB, TRegister.Load(c + 3 * Step));
        even = TRegister.Fused(even, square, TRegister.Load(c + 2 * Step));
        evenB = TRegister.Fused(evenB, squareB, TRegister.Load(c + 2 * Step));
        odd = TRegister.Fused(odd, square, TRegister.Load(c + Step));
        oddB = TRegister.Fused(oddB, squareB, TRegister.Load(c + Step));
        even = TRegister.Fused(even, square, TRegister.Load(c));
        evenB = TRegister.Fused(evenB, squareB, TRegister.Load(c));
        resultB = TRegister.ScaleNormal(TRegister.Fused(oddB, rB, evenB), shiftedB);
        return TRegister.ScaleNormal(TRegister.Fused(odd, r, even), shifted);
    }
}

/// <summary>What a power of two is made of, the same for every width.</summary>
internal static class Exp2Series
{
    /// <summary>
    /// Minimax polynomial of 2^r on |r| ≤ 1/2, relative error 2.1e-16 before rounding (Remez exchange in 60 digits). An array, not
    /// literals: the compiler would reload literals for every pack, and the loop would be limited by loads instead of arithmetic.
    /// </summary>
    public static readonly double[] Coefficients =
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

    /// <summary>From one coefficient to the next in a table of <see cref="Spread"/>.</summary>
    public const int Step = 8;

    /// <summary>Doubles that <see cref="Spread"/> writes.</summary>
    public static int SpreadLength => Coefficients.Length * Step;

    /// <summary>Writes the coefficients, each as often as the widest register has lanes.</summary>
    public static unsafe void Spread(double* table)
    {
        for (int place = 0; place < SpreadLength; place++)
            table[place] = Coefficients[place / Step];
    }
}
