using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Tests.SpecialFunctions;

[TestClass]
public sealed class GaussianIntervalTests
{
    // Differences of erf and erfc with 60 digits.
    [TestMethod]
    [DataRow(-1.5, 0.25, 0.5, 0.75, 0.3759543286733267339942758)]
    [DataRow(3.0, 3.125, 0.1, 0.015625, 2.276606366953259661415925e-119)]
    [DataRow(30.25, 30.5, 0.3, 1.0, 2.198763718142619980881826e-197)]
    [DataRow(-30.5, -30.25, 0.3, 1.0, 2.825989903062104368521098e-205)]
    [DataRow(1, 1.0009765625, 0.25, 2.0, 0.0002393001087904596191152665)]
    [DataRow(12.0, 12.0001, 0.3, 0.5, 1.996849845425329304606125e-64)]
    [DataRow(0.5, 0.5078125, 0.5, 0.5, 0.004407641447589594356390215)]
    [DataRow(-8, 8, 0.1, 0.01, 1.0)]
    [DataRow(0.0, 100.0, -37.0, 1.0, 5.725571222524576822683193e-300)]
    public void MassAgreesWithHighPrecisionFarIntoTheTails(double from, double to, double mean, double variance, double expected)
    {
        double mass = GaussianInterval.Mass(from, to, mean, variance);

        // The last rounding of the length, deviation and exponential count; the exponent, up to 690, is compensated.
        Assert.AreEqual(expected, mass, 4e-15 * expected);
    }

    [TestMethod]
    public void NeighbouringIntervalsAddUp()
    {
        for (double from = -6; from < 6; from += 0.37)
        {
            double whole = GaussianInterval.Mass(from, from + 1, 0.1, 0.8), parts = 0;
            for (int part = 0; part < 64; part++)
                parts += GaussianInterval.Mass(from + part / 64.0, from + (part + 1) / 64.0, 0.1, 0.8);
            Assert.AreEqual(whole, parts, 4e-15 * whole);
        }
    }

    [TestMethod]
    public void InfiniteIntervalsHaveTheTailsMass()
    {
        Assert.AreEqual(1, GaussianInterval.Mass(double.NegativeInfinity, double.PositiveInfinity, 3, 2), 4e-16);
        Assert.AreEqual(0.5, GaussianInterval.Mass(3, double.PositiveInfinity, 3, 2), 4e-16);
        double tail = GaussianInterval.Mass(9, double.PositiveInfinity, 3, 2);
        Assert.AreEqual(Math.Log(tail), GaussianInterval.LogUpperTail(9, 3, 2), 1e-14);
        Assert.AreEqual(Math.Log(1 - tail), GaussianInterval.LogUpperTail(-3, 3, 2), 1e-15);
    }

    /// <summary>Random intervals, near and far, short and long, degenerate and infinite ones among them.</summary>
    [TestMethod]
    public void ManyMassesHaveTheBitsOfSingleOnes()
    {
        var random = new Random(25);
        const int Count = 5000;
        double[] from = new double[Count], to = new double[Count], means = new double[Count], variances = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            variances[i] = Math.Pow(10, random.NextDouble() * 8 - 6);
            means[i] = random.NextDouble() * 4 - 2;
            double deviation = Math.Sqrt(variances[i]);
            from[i] = means[i] + deviation * (random.NextDouble() * 90 - 45);
            to[i] = from[i] + deviation * Math.Pow(10, random.NextDouble() * 6 - 4);
            switch (random.Next(20))
            {
                case 0:
                    from[i] = double.NegativeInfinity;
                    break;
                case 1:
                    to[i] = double.PositiveInfinity;
                    break;
                case 2:
                    from[i] = means[i];
                    to[i] = from[i] + 1;
                    break;
                case 3:
                    variances[i] = 1e-310;
                    break;
                default:
                    break;
            }
        }

        foreach (int size in (int[])[0, 1, 7, 63, 64, 65, Count])
        {
            double[] masses = new double[size];
            GaussianInterval.Masses(from.AsSpan(0, size), to.AsSpan(0, size), means.AsSpan(0, size), variances.AsSpan(0, size), masses);
            for (int i = 0; i < size; i++)
            {
                double single = GaussianInterval.Mass(from[i], to[i], means[i], variances[i]);
                Assert.AreEqual(
                    BitConverter.DoubleToInt64Bits(single), BitConverter.DoubleToInt64Bits(masses[i]), $"interval {i} of {size}");
            }
        }
    }

    /// <summary>Cells on both sides of the mean, about it, with a face on it and far from it, graded, few and many.</summary>
    [TestMethod]
    public void MassesOfNeighbouringCellsHaveTheBitsOfSingleOnes()
    {
        var random = new Random(26);
        foreach (int count in (int[])[1, 2, 63, 64, 65, 128, 300])
        {
            for (int trial = 0; trial < 12; trial++)
            {
                double[] faces = new double[count + 1], masses = new double[count];
                faces[0] = random.NextDouble() * 4 - 6;
                for (int cell = 0; cell < count; cell++)
                    faces[cell + 1] = faces[cell] + Math.Pow(10, random.NextDouble() * 2 - 2);
                double mean = (trial % 4) switch
                {
                    0 => faces[random.Next(count + 1)],
                    1 => faces[0] - random.NextDouble(),
                    2 => faces[count] + random.NextDouble(),
                    _ => faces[0] + (faces[count] - faces[0]) * random.NextDouble(),
                };
                double variance = Math.Pow(10, random.NextDouble() * 6 - 4);
                GaussianInterval.AddCells(faces, mean, variance, masses);
                for (int cell = 0; cell < count; cell++)
                {
                    double single = GaussianInterval.Mass(faces[cell], faces[cell + 1], mean, variance);
                    Assert.AreEqual(
                        BitConverter.DoubleToInt64Bits(single), BitConverter.DoubleToInt64Bits(masses[cell]),
                        $"cell {cell} of {count}, trial {trial}");
                }
            }
        }
    }

    // exp(x²) erfc(x) with 60 digits.
    [TestMethod]
    [DataRow(0, 1.0)]
    [DataRow(0.1, 0.8964569799691266366633883)]
    [DataRow(0.5, 0.6156903441929258748707934)]
    [DataRow(1, 0.4275835761558070044107503)]
    [DataRow(2, 0.2553956763105057438650886)]
    [DataRow(3, 0.1790011511813899504192948)]
    [DataRow(5, 0.1107046377330686263702121)]
    [DataRow(8, 0.06998516620088092772275225)]
    [DataRow(20, 0.02817434874105131931864915)]
    [DataRow(100, 0.005641613782989432903556457)]
    [DataRow(1e5, 0.000005641895835195468077749231)]
    public void ScaledComplementaryErrorAgreesWithHighPrecision(double x, double expected) =>
        Assert.AreEqual(expected, MillsRatio.ScaledComplementaryError(x), 8e-16 * expected);

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(20)]
    public void GaussLegendreIsExactForPolynomialsOfItsDegree(int n)
    {
        (double[] nodes, double[] weights) = GaussLegendre.Points(n);
        for (int degree = 0; degree < 2 * n; degree++)
        {
            double integral = 0;
            for (int k = 0; k < n; k++)
                integral += weights[k] * Math.Pow(nodes[k], degree);
            Assert.AreEqual(1.0 / (degree + 1), integral, 1e-15);
        }
    }
}
