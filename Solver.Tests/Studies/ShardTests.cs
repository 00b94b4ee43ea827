using PdeDiffusion.Files;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Tests.Studies;

/// <summary>How a study is cut into shards.</summary>
[TestClass]
public sealed class ShardTests
{
    [TestMethod]
    [DataRow("1/1", 1, 1)]
    [DataRow("2/4", 2, 4)]
    [DataRow("10000/10000", 10_000, 10_000)]
    public void AShardIsKOfN(string text, int number, int count) =>
        Assert.AreEqual(new Shard(number, count), Shard.Parse(text, _ => null));

    [TestMethod]
    [DataRow("0/4")]
    [DataRow("5/4")]
    [DataRow("1/0")]
    [DataRow("1/10001")]
    [DataRow("-1/4")]
    [DataRow("1/4/2")]
    [DataRow("1")]
    [DataRow("")]
    [DataRow("a/b")]
    [DataRow("1.5/4")]
    public void AnythingElseIsOneLine(string text)
    {
        InputException thrown = Assert.ThrowsExactly<InputException>(() => Shard.Parse(text, _ => null));
        StringAssert.StartsWith(
            thrown.Message, "--shard: must be K/N with 1 <= K <= N <= 10000, or slurm, but is ", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("1", "4", "1", "1", 1, 4)]
    [DataRow("7", "4", "4", "1", 4, 4)]
    [DataRow("0", "3", "0", null, 1, 3)]
    [DataRow("9", "5", "1", "2", 5, 5)]
    [DataRow("3", "3", null, null, 3, 3)]
    public void ATaskOfAnArrayIsItsPlaceThere(string task, string count, string? least, string? step, int number, int of) =>
        Assert.AreEqual(new Shard(number, of), Shard.Parse(Shard.OfArray, Array(task, count, least, step)));

    [TestMethod]
    [DataRow(null, "4", "requires a job array, but SLURM_ARRAY_TASK_ID is not set: submit the script that --slurm prints")]
    [DataRow("1", null, "requires a job array, but SLURM_ARRAY_TASK_COUNT is not set")]
    [DataRow("x", "4", "SLURM_ARRAY_TASK_ID must be a whole number, but is \"x\"")]
    [DataRow("6", "4", "task 6 is none of the 4 of an array that begins at 1: its tasks must be equally spaced, as in 1-8")]
    public void ATaskOfNoArrayIsOneLine(string? task, string? count, string message)
    {
        InputException thrown =
            Assert.ThrowsExactly<InputException>(() => Shard.Parse(Shard.OfArray, Array(task, count, null, null)));
        StringAssert.Contains(thrown.Message, message, StringComparison.Ordinal);
    }

    /// <summary>Each item goes to exactly one shard; by the bound of list scheduling no two differ by more than the largest item.</summary>
    [TestMethod]
    public void ShardsShareAllItemsEvenly()
    {
        var random = new Random(26);
        for (int trial = 0; trial < 200; trial++)
        {
            double[] work = [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => Math.Pow(10, 4 * random.NextDouble()))];
            int count = random.Next(1, 12);
            int[][] own = [.. Enumerable.Range(1, count).Select(number => new Shard(number, count).Own(work))];
            CollectionAssert.AreEqual(Enumerable.Range(0, work.Length).ToArray(), own.SelectMany(one => one).Order().ToArray());
            double[] loads = [.. own.Select(one => one.Sum(item => work[item]))];
            Assert.IsLessThanOrEqualTo(work.DefaultIfEmpty(0).Max() * (1 + 1e-12), loads.Max() - loads.Min());
        }
    }

    [TestMethod]
    public void AFolderIsNamedByItsShard()
    {
        Assert.AreEqual(new Shard(2, 3), Shard.OfFolder(new Shard(2, 3).FolderName));
        foreach (string other in new[] { "4-of-3", "0-of-3", "x-of-3", "2-of-3-old", "notes" })
            Assert.IsNull(Shard.OfFolder(other), other);
    }

    private static Func<string, string?> Array(string? task, string? count, string? least, string? step) => name => name switch
    {
        "SLURM_ARRAY_TASK_ID" => task,
        "SLURM_ARRAY_TASK_COUNT" => count,
        "SLURM_ARRAY_TASK_MIN" => least,
        "SLURM_ARRAY_TASK_STEP" => step,
        _ => null,
    };
}
