using System.Numerics;
using System.Runtime.Intrinsics;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Tests.Lanes;

/// <summary>Log and Exp against arithmetic of 128 fractional bits.</summary>
[TestClass]
public sealed class VectorMathTests
{
    private const int Bits = 128;
    private static Lanes4 LogOfQuotient(double v, double u, double quotient)
    {
        Lanes4 s = VectorMath.TermOfQuotient(Lanes4.Create(v), Lanes4.Create(u), Lanes4.Create(quotient), out Lanes4 k);
        return VectorMath.LogOfTerm(s, k);
    }

    private static readonly BigInteger One = BigInteger.One << Bits;

    // ln 2 = Σ 2 / ((2j+1) 3^{2j+1}).
    private static readonly BigInteger Ln2 = AtanhSeries(One / 3) * 2;

    [TestMethod]
    public void LogIsWithinOneUlpFromSubnormalNumbersToTheLargest()
    {
        double worst = 0, at = 0;
        foreach (double x in Arguments(60_000))
        {
            double error = UlpError(Vector512.GetElement(VectorMath.Log(Vector512.Create(x)), 0), ExactLog(x), out bool judged);
            if (judged && error > worst)
                (worst, at) = (error, x);
        }

        Assert.IsLessThan(1.0, worst, $"worst at {at:R}");
    }

    [TestMethod]
    public unsafe void LogOfAQuotientIsWithinThreeUlp()
    {
        double* place = stackalloc double[4];
        double worst = 0, at = 0;
        double[] normal = [.. Arguments(60_000).Where(x => x is > 1e-200 and < 1e100)];
        for (int i = 1; i < normal.Length; i++)
        {
            // Of any two numbers, of two that are nearly the same and of two at the borders between one k and the next.
            double near = Math.ScaleB(i % 2 == 0 ? 1 : -1, -(i / 6 % 52) - 1), border = i % 2 == 0 ? Math.Sqrt(2) : Math.Sqrt(0.5);
            double u = normal[i - 1],
                v = (i % 3) switch { 0 => normal[i], 1 => u * (1 + near), _ => u * (border + (i / 6 % 5 - 2) * 1.2e-16) };
            double quotient = v / u;
            if (!double.IsNormal(quotient))
                continue;
            LogOfQuotient(v, u, quotient).Store(place);
            double error = UlpError(place[0], ExactLog(v) - ExactLog(u), out bool judged);
            if (judged && error > worst)
                (worst, at) = (error, quotient);
            LogOfQuotient(u, u, 1).Store(place);
            Assert.AreEqual(0.0, place[0]);
        }

        Assert.IsLessThan(3.0, worst, $"worst at {at:R}");
    }

    /// <summary>The guard of the remap relies on the bound, also for one line and for registers of either width.</summary>
    [TestMethod]
    public unsafe void RoughLogKeepsItsErrorForNormalNumbers()
    {
        double* place = stackalloc double[8];
        foreach (double x in Arguments(60_000).Where(x => x > 2.3e-308).Concat([Math.Sqrt(0.5), Math.Sqrt(2), 1, 1e-300]))
        {
            VectorMath.RoughLog(Lane.Create(x)).Store(place);
            VectorMath.RoughLog(Lanes4.Create(x)).Store(place + 1);
            Assert.AreEqual(Math.Log(x), place[0], VectorMath.RoughLogError, $"{x:R}");
            Assert.AreEqual(place[0], place[1]);
            VectorMath.RoughLog(Lanes8.Create(x)).Store(place);
            Assert.AreEqual(place[1], place[0]);
        }
    }

    [TestMethod]
    public void ExpIsWithinOneUlpWhereItsResultIsNormal()
    {
        var random = new Random(5);
        double worst = 0, at = 0;
        for (int i = 0; i < 60_000; i++)
        {
            double x = i % 3 == 0 ? (random.NextDouble() - 0.5) * 2e-3 : i % 3 == 1 ? (random.NextDouble() - 0.5) * 20
                : random.NextDouble() * 1417 - 708;
            double error = UlpError(Vector512.GetElement(VectorMath.Exp(Vector512.Create(x)), 0), x, out double shift);
            Assert.AreEqual(0.0, shift, 64);
            if (error > worst)
                (worst, at) = (error, x);
        }

        Assert.IsLessThan(1.0, worst, $"worst at {at:R}");
    }

    [TestMethod]
    public void LogKnowsTheEndsOfTheRange()
    {
        double Log(double x) => Vector512.GetElement(VectorMath.Log(Vector512.Create(x)), 3);
        Assert.AreEqual(double.NegativeInfinity, Log(0));
        Assert.AreEqual(double.NegativeInfinity, Log(-0.0));
        Assert.AreEqual(double.PositiveInfinity, Log(double.PositiveInfinity));
        Assert.AreEqual(double.NaN, Log(-1e-300));
        Assert.AreEqual(double.NaN, Log(double.NaN));
        Assert.AreEqual(0.0, Log(1));
        Assert.AreEqual(-744.44007192138122, Log(double.Epsilon));
        Assert.AreEqual(709.78271289338397, Log(double.MaxValue));
        Assert.AreEqual(-644.72382603833284, Log(1e-280));
    }

    [TestMethod]
    public void ExpKnowsTheEndsOfTheRange()
    {
        double Exp(double x) => Vector512.GetElement(VectorMath.Exp(Vector512.Create(x)), 3);
        Assert.AreEqual(1.0, Exp(0));
        Assert.AreEqual(0.0, Exp(-745.14));
        Assert.AreEqual(double.Epsilon, Exp(-745.13));
        Assert.AreEqual(Math.Exp(-720), Exp(-720), double.Epsilon);
        Assert.AreEqual(0.0, Exp(double.NegativeInfinity));
        Assert.AreEqual(1.7976931348622732e308, Exp(709.782712893384), 2e292);
        Assert.AreEqual(double.PositiveInfinity, Exp(709.79));
        Assert.AreEqual(double.PositiveInfinity, Exp(double.PositiveInfinity));
        Assert.AreEqual(double.NaN, Exp(double.NaN));
    }

    [TestMethod]
    public void TheExponentialOfModerateNumbersHasTheSameBits()
    {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            var x = new Lanes4(Vector256.Create(1400 * random.NextDouble() - 700));
            Lanes4 rest = VectorMath.PartsOfExp(x, out Lanes4 shifted);
            Assert.AreEqual(VectorMath.Exp(x).Value, VectorMath.ExpOfParts(rest, shifted).Value);
        }
    }

    [TestMethod]
    public void TheLogarithmOfNormalNumbersInTwoStepsHasTheSameBits()
    {
        foreach (double x in Arguments(20_000).Where(x => double.IsNormal(x) && x > 0))
        {
            VectorMath.PartsOfLog(Lanes4.Create(x), out Lanes4 f, out Lanes4 s, out Lanes4 k);
            Assert.AreEqual(VectorMath.Log(Lanes4.Create(x)).Value, VectorMath.LogOfParts(f, s, k).Value);
        }
    }

    [TestMethod]
    public void LanesDoNotDependOnTheirNeighbours()
    {
        double[] mixed = [1e-310, 2, 0, double.PositiveInfinity, -3, double.NaN, 0.75, 1e300];
        Vector512<double> together = VectorMath.Log(Vector512.Create(mixed));
        for (int lane = 0; lane < 8; lane++)
            Assert.AreEqual(Vector512.GetElement(VectorMath.Log(Vector512.Create(mixed[lane])), 0), Vector512.GetElement(together, lane));
    }

    private static IEnumerable<double> Arguments(int count)
    {
        var random = new Random(3);
        for (int i = 0; i < count; i++)
        {
            double fraction = random.NextDouble();
            yield return (i % 4) switch
            {
                0 => Math.ScaleB(1 + fraction, random.Next(-1022, 1023)),
                1 => 1 + (fraction - 0.5) * Math.ScaleB(1, -random.Next(0, 50)),
                2 => 0.5 + 1.5 * fraction,
                _ => Math.ScaleB(1 + fraction, random.Next(-1074, -1022)),
            };
        }
    }

    // Fixed-point log: x = 2^k m, m in [1/√2, √2] as an exact rational, log m = 2 atanh((m−1)/(m+1)).
    private static BigInteger ExactLog(double x)
    {
        int k = Math.ILogB(x);
        double m = x;
        m = Math.ScaleB(m, k < -1000 ? 100 : 0);
        m = Math.ScaleB(m, -(k + (k < -1000 ? 100 : 0)));
        if (m > 1.4)
            (m, k) = (m / 2, k + 1);
        BigInteger mantissa = (BigInteger)Math.ScaleB(m, 60) << (Bits - 60);
        return AtanhSeries((mantissa - One) * One / (mantissa + One)) * 2 + k * Ln2;
    }

    private static BigInteger AtanhSeries(BigInteger s)
    {
        BigInteger square = s * s >> Bits, power = s, sum = 0;
        for (int j = 1; !power.IsZero && power != -1; j += 2)
        {
            sum += power / j;
            power = power * square >> Bits;
        }

        return sum;
    }

    private static double UlpError(double value, BigInteger exact, out bool judged)
    {
        judged = !exact.IsZero;
        if (!judged)
            return 0;

        // The smallest logarithms (near 2^-52) still have 76 bits here.
        BigInteger difference = Fixed(value) - exact;
        return Math.Abs((double)difference) / Math.ScaleB(Math.BitIncrement(Math.Abs(value)) - Math.Abs(value), Bits);
    }

    // e^x / value − 1 in fixed point, by the exact exponent k of value: x − k ln 2 lies in a short interval where the series converges
    // fast.
    private static double UlpError(double value, double x, out double shift)
    {
        int k = Math.ILogB(value);
        BigInteger r = Fixed(x) - k * Ln2;
        shift = (double)r / (double)One;
        BigInteger term = One, sum = 0;
        for (int j = 1; !term.IsZero && term != -1; j++)
        {
            sum += term;
            term = (term * r >> Bits) / j;
        }

        BigInteger mantissa = Fixed(Math.ScaleB(value, -k));
        return Math.Abs((double)(mantissa - sum)) / Math.ScaleB(1, Bits - 52);
    }

    private static BigInteger Fixed(double value)
    {
        int exponent = value == 0 ? 0 : Math.ILogB(value);
        var mantissa = (BigInteger)Math.ScaleB(value, 52 - exponent);
        int shift = Bits - 52 + exponent;
        return shift >= 0 ? mantissa << shift : mantissa >> -shift;
    }
}
