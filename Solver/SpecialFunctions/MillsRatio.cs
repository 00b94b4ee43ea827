using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// The scaled complementary error function erfcx(x) = exp(x²) erfc(x), x ≥ 0, and Mills' ratio of the normal distribution. Chebyshev series
/// of (1 + 2x) erfcx(x) in (x − 3)/(x + 3), which is smooth up to x = ∞ (Shepherd and Laframboise, Math. Comp. 36, 1981); coefficients
/// computed to 40 digits.
/// </summary>
public static unsafe class MillsRatio
{
    private const double SqrtHalfPi = 1.2533141373155002512;
    private const double SqrtHalf = 0.70710678118654752440;

    private static readonly double[] Coefficients =
    [
        1.177562574196560046, 0.005353904539615676769, -0.09377550342284209052, 0.0543665255574432205, -0.01897659670784520739,
        0.00445342606146271157, -0.000633553171055314694, 0.00001766171952317159185, 0.00001284153286405667073, -2.007228565905991444e-6,
        -1.807522790414837102e-7, 7.549828343825092828e-8, 1.885668523838602791e-9, -2.699519049798363997e-9, -1.460079119939104941e-11,
        1.036160744596948968e-10, 1.475715976623473009e-12, -4.277340064396910825e-12, -2.079224928597989978e-13, 1.813450200317696242e-13,
        1.973425574544738834e-14, -7.287943737592673157e-15, -1.516987869022811568e-15, 2.351411225878140352e-16, 1.000611169182166761e-16,
        -2.05725281695385462e-18,
    ];

    /// <summary>exp(x²) erfc(x) for x ≥ 0, to a few units in the last place.</summary>
    public static double ScaledComplementaryError(double x)
    {
        double argument = x < double.MaxValue ? (x - 3) / (x + 3) : 1;
        double twice = 2 * argument, current = 0, previous = 0;
        for (int n = Coefficients.Length - 1; n > 0; n--)
            (current, previous) = (twice * current - previous + Coefficients[n], current);
        return (argument * current - previous + Coefficients[0]) / (1 + 2 * x);
    }

    /// <summary>M(s) = Q(s)/φ(s) = exp(s²/2) ∫_s^∞ exp(−z²/2) dz for s ≥ 0.</summary>
    public static double Of(double s) => SqrtHalfPi * ScaledComplementaryError(s * SqrtHalf);

    /// <summary>M of many numbers, in place and with the same bits; their number is rounded up to whole groups of lanes.</summary>
    [MethodImpl(KernelMethod.Own)]
    internal static void Of<TLanes>(double* values, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes one = TLanes.Create(1), two = TLanes.Create(2), three = TLanes.Create(3), greatest = TLanes.Create(double.MaxValue);
        fixed (double* coefficients = Coefficients)
        {
            for (int at = 0; at < count; at += TLanes.Count)
            {
                TLanes x = TLanes.Load(values + at) * TLanes.Create(SqrtHalf);
                TLanes argument = TLanes.IfPositive(greatest - x, (x - three) / (x + three), one);
                TLanes twice = two * argument, current = TLanes.Create(0), previous = current;
                for (int n = Coefficients.Length - 1; n > 0; n--)
                {
                    TLanes next = twice * current - previous + TLanes.Create(coefficients[n]);
                    previous = current;
                    current = next;
                }

                TLanes error = (argument * current - previous + TLanes.Create(coefficients[0])) / (one + two * x);
                (TLanes.Create(SqrtHalfPi) * error).Store(values + at);
            }
        }
    }
}
