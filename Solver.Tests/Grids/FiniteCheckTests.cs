using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class FiniteCheckTests
{
    [TestMethod]
    public void The_first_value_that_is_not_finite_is_found_at_every_place()
    {
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            for (int length = 1; length <= 40; length++)
            {
                var values = new double[length];
                Array.Fill(values, -double.MaxValue);
                Assert.AreEqual(-1, FiniteCheck.FirstNonFinite(values));
                for (int place = length - 1; place >= 0; place--)
                {
                    values[place] = bad;
                    Assert.AreEqual(place, FiniteCheck.FirstNonFinite(values));
                }
            }
        }
    }
}
