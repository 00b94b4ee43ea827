using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tests.Statistics;

[TestClass]
public sealed class SampleMeanTests
{
    [TestMethod]
    public void A_mean_carries_its_standard_error_and_skips_what_is_not_finite()
    {
        SampleMean mean = SampleMean.Of([1, 2, 4, 5, double.NaN]);
        Assert.AreEqual(3, mean.Mean, 1e-15);
        Assert.AreEqual(Math.Sqrt(10.0 / 3 / 4), mean.Error, 1e-15);
        Assert.IsTrue(double.IsNaN(SampleMean.Of([7]).Error));
        Assert.IsTrue(double.IsNaN(SampleMean.Of([]).Mean));
    }
}
