using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tests.Statistics;

[TestClass]
public sealed class RandomStreamTests
{
    // Known answers of Philox 2x64-10 published with the method (Random123): counter (stream, position), key seed.
    [TestMethod]
    [DataRow(0UL, 0UL, 0UL, 0xca00a0459843d731UL, 0x66c24222c9a845b5UL)]
    [DataRow(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x65b021d60cd8310fUL, 0x4d02f3222f86df20UL)]
    [DataRow(0xa4093822299f31d0UL, 0x243f6a8885a308d3UL, 0x13198a2e03707344UL, 0x0a5e742c2997341cUL, 0xb0f883d38000de5dUL)]
    public void BitsAreThePublishedOnes(ulong seed, ulong stream, ulong position, ulong first, ulong second)
    {
        var random = new RandomStream(seed, stream, position);
        Assert.AreEqual(first, random.NextBits());
        Assert.AreEqual(second, random.NextBits());
    }

    [TestMethod]
    public void GaussiansHaveTheNormalMoments()
    {
        const int streams = 400, draws = 500;
        double[] moments = new double[5];
        for (ulong stream = 0; stream < streams; stream++)
        {
            var random = new RandomStream(7, stream);
            for (int draw = 0; draw < draws; draw++)
            {
                double value = random.NextGaussian();
                for (int power = 1; power <= 4; power++)
                    moments[power] += Math.Pow(value, power) / (streams * draws);
            }
        }

        // Five deviations of the mean of n draws: the powers have variances 1, 2, 15, 96.
        double root = 5 / Math.Sqrt(streams * draws);
        Assert.AreEqual(0, moments[1], root);
        Assert.AreEqual(1, moments[2], root * Math.Sqrt(2));
        Assert.AreEqual(0, moments[3], root * Math.Sqrt(15));
        Assert.AreEqual(3, moments[4], root * Math.Sqrt(96));
    }

    [TestMethod]
    public void UniformsFillTheOpenIntervalEvenly()
    {
        const int bins = 64, draws = 64_000;
        int[] counts = new int[bins];
        var random = new RandomStream(3, 5);
        for (int draw = 0; draw < draws; draw++)
        {
            double value = random.NextUniform();
            Assert.IsTrue(value is > 0 and < 1);
            counts[(int)(value * bins)]++;
        }

        // χ² with 63 degrees of freedom exceeds 130 with probability 1e-6.
        double expected = (double)draws / bins;
        Assert.IsLessThan(130, counts.Sum(count => (count - expected) * (count - expected) / expected));
    }
}
