using System.Runtime.Intrinsics;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Tests.Schemes;

[TestClass]
public sealed class LogarithmTests
{
    [TestMethod]
    public void TheLogarithmIsWithinTwoUnitsOfTheLibrarys()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 200_000; trial++)
        {
            double share = random.NextDouble();
            double x = trial % 2 == 0 ? Math.Exp(1400 * share - 700) : 1 + (share - 0.5) * Math.Pow(10, -15 * random.NextDouble());
            double expected = Math.Log(x);
            double unit = Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected);
            Assert.AreEqual(expected, Logarithm.Of(Vector512.Create(x)).ToScalar(), 2 * unit, $"log {x:R}");
        }
    }
}
