using System.Numerics;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Schemes;

/// <summary>
/// The two rates against exact integer arithmetic: every double in use is a whole multiple of 2⁻¹²⁰⁰, so r and q of the doubles ρ and ε,
/// times 2²⁴⁰⁰, are integers.
/// </summary>
[TestClass]
public sealed class RateFunctionTests
{
    private const int Scale = 1200;

    private static readonly BigInteger One = BigInteger.One << Scale;

    /// <summary>Ratios from 1e-300 to 1e300, dense about 1 and about the zero (1−ε)/(1+ε) of r for ε &lt; 1.</summary>
    private static IEnumerable<double> Ratios(double epsilon)
    {
        for (int power = -300; power <= 300; power += 5)
        {
            yield return Math.Pow(10, power);
            yield return 3.7 * Math.Pow(10, power - 1);
        }

        foreach (double centre in new[] { 1, (1 - epsilon) / (1 + epsilon), (1 + epsilon) / (1 - epsilon) })
        {
            if (!(centre > 0 && double.IsFinite(centre)))
                continue;
            yield return centre;
            yield return Math.BitIncrement(centre);
            yield return Math.BitDecrement(centre);
            for (int bits = 1; bits <= 52; bits += 3)
            {
                yield return centre * (1 + Math.ScaleB(1, -bits));
                yield return centre * (1 - Math.ScaleB(1, -bits));
            }
        }
    }

    /// <summary>value · 2¹²⁰⁰, exactly.</summary>
    private static BigInteger Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52 & 0x7FF);
        long mantissa = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Scale + Math.Max(exponent, 1) - 1075;
        BigInteger size = new BigInteger(mantissa) << shift;
        return bits < 0 ? -size : size;
    }

    /// <summary>2 a r(b/a) · 2²⁴⁰⁰ = max(ε(a+b), |b−a|) + (b − a), from the definition; q is the same with a and b exchanged.</summary>
    private static BigInteger TwiceRate(double a, double b, double epsilon)
    {
        BigInteger low = Exact(a), high = Exact(b);
        return BigInteger.Max(Exact(epsilon) * (low + high), BigInteger.Abs(high - low) * One) + (high - low) * One;
    }

    private static (double Up, double Down) OfRatio(double ratio, double inverse, double epsilon)
    {
        new RateFunction(epsilon).OfRatio(Lane.Create(ratio), Lane.Create(inverse), out Lane up, out Lane down);
        return (Value(up), Value(down));
    }

    private static (double Up, double Down) OfDensities(double lower, double upper, double epsilon)
    {
        new RateFunction(epsilon).OfDensities(Lane.Create(lower), Lane.Create(upper), out Lane up, out Lane down);
        return (Value(up), Value(down));
    }

    private static unsafe double Value(Lane lane)
    {
        double value;
        lane.Store(&value);
        return value;
    }

    /// <summary>|computed − exact| ≤ roundings · 2⁻⁵³ · size, all three times 2²⁴⁰⁰.</summary>
    private static void AssertWithin(double computed, BigInteger exact, int roundings, BigInteger size, string what)
    {
        BigInteger error = BigInteger.Abs(Exact(computed) * One - exact);
        Assert.IsTrue(error << 53 <= roundings * size, $"{what}: {computed:R}");
    }

    /// <summary>
    /// With P = fl(1+ε), M = fl(1−ε): fl(fl(Pρ) − M) misses (1+ε)ρ − (1−ε) by at most 2⁻⁵³ (3 (1+ε)ρ + 2 |1−ε|) to first order, 2(ρ − 1) is
    /// rounded once, and max keeps the larger of two errors: 4 (1+ε)(1+ρ) 2⁻⁵³ covers the higher orders.
    /// </summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void TheRateHasItsDerivedError(double epsilon)
    {
        foreach (double ratio in Ratios(epsilon))
        {
            double inverse = 1 / ratio;
            (double up, double down) = OfRatio(ratio, inverse, epsilon);
            BigInteger weight = One + Exact(epsilon);
            AssertWithin(up, TwiceRate(1, ratio, epsilon), 4, weight * (One + Exact(ratio)), $"r({ratio:R})");
            AssertWithin(down, TwiceRate(1, inverse, epsilon), 4, weight * (One + Exact(inverse)), $"r(1/{ratio:R})");
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void TheDensityFormHasItsDerivedError(double epsilon)
    {
        foreach (double ratio in Ratios(epsilon))
        {
            foreach (double lower in new[] { 1, 0.3, 1e-280 })
            {
                double upper = ratio * lower;
                if (!(upper >= 1e-290))
                    continue;
                (double up, double down) = OfDensities(lower, upper, epsilon);
                BigInteger size = (One + Exact(epsilon)) * (Exact(lower) + Exact(upper));
                AssertWithin(up, TwiceRate(upper, lower, epsilon), 4, size, $"q at {lower:R}, {upper:R}");
                AssertWithin(down, TwiceRate(lower, upper, epsilon), 4, size, $"q at {upper:R}, {lower:R}");
            }
        }
    }

    /// <summary>All terms are positive for ε ≥ 1, and for ε = 0 only ρ − 1 is rounded: the error is relative to r itself.</summary>
    [TestMethod]
    [DataRow(0.0, 1)]
    [DataRow(1.0, 4)]
    [DataRow(2.0, 4)]
    public void NothingCancelsInTheUpwindAndTheCentralFlux(double epsilon, int roundings)
    {
        foreach (double ratio in Ratios(epsilon))
        {
            BigInteger exact = TwiceRate(1, ratio, epsilon);
            AssertWithin(OfRatio(ratio, 1 / ratio, epsilon).Up, exact, roundings, exact, $"r({ratio:R})");
            exact = TwiceRate(ratio, 1, epsilon);
            AssertWithin(OfDensities(1, ratio, epsilon).Up, exact, roundings, exact, $"q({ratio:R})");
        }
    }

    /// <summary>
    /// r − q = ρ − 1 (the drift) with q(ρ) = ρ r(1/ρ) holds exactly in the reference, so the two independent methods agree to the sum of
    /// their errors.
    /// </summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void TheRatesDifferByTheDrift(double epsilon)
    {
        foreach (double ratio in Ratios(epsilon))
        {
            Assert.AreEqual(2 * (Exact(ratio) - One) * One, TwiceRate(1, ratio, epsilon) - TwiceRate(ratio, 1, epsilon));
            double rate = OfRatio(ratio, 1 / ratio, epsilon).Up, exchange = OfDensities(1, ratio, epsilon).Up;
            BigInteger error = BigInteger.Abs(Exact(rate) - Exact(exchange) - 2 * (Exact(ratio) - One)) * One;
            Assert.IsTrue(error << 53 <= 8 * (One + Exact(epsilon)) * (One + Exact(ratio)), $"ρ = {ratio:R}");
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    [DataRow(1.0)]
    [DataRow(2.0)]
    public void RatesAreNeverNegative(double epsilon)
    {
        foreach (double ratio in Ratios(epsilon))
        {
            (double up, double down) = OfRatio(ratio, 1 / ratio, epsilon);
            (double upward, double downward) = OfDensities(1, ratio, epsilon);
            Assert.IsTrue(up >= 0 && down >= 0 && upward >= 0 && downward >= 0, $"ρ = {ratio:R}");
        }
    }

    /// <summary>Where u is constant both rates are ε: pure diffusion, the same both ways.</summary>
    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(0.2, 2.0)]
    [DataRow(1.0, 0.0)]
    [DataRow(2.0, 0.0)]
    public void AtConstantDensityTheRateIsTheNoise(double epsilon, double roundings)
    {
        (double up, double down) = OfRatio(1, 1, epsilon);
        Assert.AreEqual(2 * epsilon, up, roundings * Math.ScaleB(1, -53));
        Assert.AreEqual(up, down);
        Assert.AreEqual((up, down), OfDensities(1, 1, epsilon));
        for (int bits = 10; bits <= 52; bits++)
        {
            // r'(1) = (1 + ε)/2 from above and from below, for ε > 0; 1 and 0 for ε = 0.
            double step = Math.ScaleB(1, -bits), next = OfRatio(1 + step, 1 - step, epsilon).Up;
            Assert.AreEqual(2 * epsilon, next, 2 * (1 + epsilon) * step + roundings * Math.ScaleB(1, -53));
        }
    }
}
