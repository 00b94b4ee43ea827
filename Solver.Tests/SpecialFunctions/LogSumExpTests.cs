using CsCheck;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Tests.SpecialFunctions;

[TestClass]
public sealed class LogSumExpTests
{
    [TestMethod]
    public void TheSumIsThatOfTheExponentialsWhateverTheirOrderAndSize() =>
        Gen.Select(Gen.Double[-20, 20].Array[1, 12], Gen.Double[-1e4, 1e4]).Sample((terms, shift) =>
        {
            var sum = new LogSumExp();
            foreach (double term in terms)
                sum.Add(term + shift);

            // An exponent of size E is known to 2⁻⁵³ E, each of the terms and the shift likewise.
            double tolerance = 1e-14 + Math.ScaleB(8 * (Math.Abs(shift) + 20), -53);
            Assert.AreEqual(shift + Math.Log(terms.Sum(Math.Exp)), sum.Value, tolerance);
        });

    [TestMethod]
    public void WithoutTermsItIsTheLogarithmOfZero()
    {
        var sum = new LogSumExp();
        Assert.AreEqual(double.NegativeInfinity, sum.Value);
        sum.Add(-2000);
        Assert.AreEqual(-2000, sum.Value);
    }
}
