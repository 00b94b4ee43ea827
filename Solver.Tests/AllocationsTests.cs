namespace PdeDiffusion.Tests;

[TestClass]
public sealed class AllocationsTests
{
    private static object? kept;

    [TestMethod]
    public void What_every_round_takes_is_seen_and_what_one_round_takes_is_not()
    {
        int rounds = 0;
        Assert.IsGreaterThanOrEqualTo(1000, Allocations.LeastOf(3, () => kept = new byte[1000]));
        Assert.AreEqual(0, Allocations.LeastOf(3, () => kept = ++rounds == 2 ? new byte[1000] : kept));
        Assert.AreEqual(0, Allocations.LeastOf(3, () => new byte[1000], bytes => kept = bytes));
    }
}
