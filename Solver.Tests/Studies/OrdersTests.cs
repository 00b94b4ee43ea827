using CsCheck;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Tests.Studies;

[TestClass]
public sealed class OrdersTests
{
    [TestMethod]
    public void A_power_law_gives_its_order_between_any_levels_and_in_the_fit() =>
        Gen.Select(Gen.Double[0.3, 6], Gen.Double[-8, 3], Gen.Double[0.2, 0.9].Array[2, 6]).Sample((order, scale, ratios) =>
        {
            double[] x = new double[ratios.Length + 1];
            x[0] = 0.7;
            for (int level = 0; level < ratios.Length; level++)
                x[level + 1] = x[level] * ratios[level];
            double[] errors = [.. x.Select(h => Math.Pow(10, scale) * Math.Pow(h, order))];
            foreach (double found in Orders.Successive(x, errors).Skip(1))
                Assert.AreEqual(order, found, 1e-11);
            Assert.AreEqual(order, Orders.Fit(x, errors), 1e-11);
        });

    [TestMethod]
    public void The_fit_is_the_least_squares_slope_of_the_logarithms()
    {
        // log2 e = 0, -1, -4 at log2 h = 0, -1, -2: slope Σ(x − x̄)(y − ȳ)/Σ(x − x̄)² = 4/2.
        Assert.AreEqual(2.0, Orders.Fit([1, 0.5, 0.25], [1, 0.5, 1 / 16.0]), 1e-14);
        CollectionAssert.AreEqual(new[] { double.NaN, 1, 3 }, Orders.Successive([1, 0.5, 0.25], [1, 0.5, 1 / 16.0]));
    }

    [TestMethod]
    public void Errors_without_a_logarithm_have_no_order_and_do_not_spoil_the_fit()
    {
        double[] x = [1, 0.5, 0.25, 0.125];
        CollectionAssert.AreEqual(
            new[] { double.NaN, 2, double.NaN, double.NaN }, Orders.Successive(x, [4, 1, 0, double.NaN]));
        Assert.AreEqual(2, Orders.Fit(x, [4, 1, 0, double.NaN]), 1e-14);
        Assert.AreEqual(double.NaN, Orders.Fit(x, [4, 0, 0, double.PositiveInfinity]));
    }
}
