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
            Assert.AreEqual(order, Orders.Fit(x, errors).Exponent, 1e-11);
        });

    [TestMethod]
    public void The_fit_is_the_least_squares_slope_of_the_logarithms()
    {
        // log2 e = 0, -1, -4 at log2 h = 0, -1, -2: slope Σ(x − x̄)(y − ȳ)/Σ(x − x̄)² = 4/2.
        Assert.AreEqual(2.0, Orders.Fit([1, 0.5, 0.25], [1, 0.5, 1 / 16.0]).Exponent, 1e-14);
        CollectionAssert.AreEqual(new[] { double.NaN, 1, 3 }, Orders.Successive([1, 0.5, 0.25], [1, 0.5, 1 / 16.0]));
    }

    [TestMethod]
    public void Errors_without_a_logarithm_have_no_order_and_do_not_spoil_the_fit()
    {
        double[] x = [1, 0.5, 0.25, 0.125];
        CollectionAssert.AreEqual(
            new[] { double.NaN, 2, double.NaN, double.NaN }, Orders.Successive(x, [4, 1, 0, double.NaN]));
        Assert.AreEqual(2, Orders.Fit(x, [4, 1, 0, double.NaN]).Exponent, 1e-14);
        Assert.AreEqual(double.NaN, Orders.Fit(x, [4, 0, 0, double.PositiveInfinity]).Exponent);
    }

    [TestMethod]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, 1 / 64.0 }, "....")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, 1 / 17.0 }, "...#")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, 1 / 17.0, 1 / 16.0, 1 / 18.0 }, "...###")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 5.0, 1 / 5.0 }, "...#", DisplayName = "the three coarsest stay")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, 1 / 17.0, 1 / 68.0 }, ".....", DisplayName = "an error that falls again has no floor")]
    [DataRow(new[] { 1, 1 / 16.0, 1 / 32.0, 1 / 64.0 }, "....", DisplayName = "a first order after a fourth is no floor")]
    [DataRow(new[] { 1, 0.8, 0.64, 0.512 }, "....", DisplayName = "a low order is no floor")]
    [DataRow(new[] { 1e-8, 1e-12, 1e-15, 2e-15 }, "..##", DisplayName = "rounding")]
    [DataRow(new[] { 1e-8, 1e-12, -1e-17, 0 }, "..##", DisplayName = "below 0 by rounding")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, double.NaN }, "....", DisplayName = "the finest, measured against itself")]
    [DataRow(new[] { 1, 1 / 4.0, 1 / 16.0, 1 / 17.0, double.NaN }, "...#.")]
    public void A_floor_is_where_the_finest_errors_no_longer_fall_or_are_rounding(double[] errors, string floors)
    {
        double[] x = [.. errors.Select((_, level) => Math.Pow(2, -level))];
        bool[] atFloor = Orders.AtFloor(x, errors, [.. errors.Select(_ => 7e-15)]);
        Assert.AreEqual(floors, string.Concat(atFloor.Select(at => at ? '#' : '.')));

        // What is left out does not enter the fit.
        double[] far = [.. errors.Select((error, level) => atFloor[level] ? 1e3 : error)];
        Assert.AreEqual(Orders.Fit(x, errors, atFloor).Exponent, Orders.Fit(x, far, atFloor).Exponent);
    }
}
