using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Threads;

/// <summary>Writes in order, few at a time, and nothing after a failure.</summary>
[TestClass]
public sealed class OrderedWriterTests
{
    [TestMethod]
    public void Writes_come_in_the_order_asked_for_and_are_done_after_draining()
    {
        var done = new List<int>();
        using var writer = new OrderedWriter(2);
        for (int number = 0; number < 200; number++)
        {
            int own = number;
            writer.Add(() => done.Add(own));
        }

        writer.Drain();
        CollectionAssert.AreEqual(Enumerable.Range(0, 200).ToArray(), done);
    }

    [TestMethod]
    public void Who_asks_faster_than_the_disk_takes_waits()
    {
        using var writer = new OrderedWriter(1);
        using ManualResetEventSlim begun = new(), disk = new();
        writer.Add(() =>
        {
            begun.Set();
            disk.Wait();
        });
        begun.Wait();
        writer.Add(() => { });
        Task third = Task.Run(() => writer.Add(() => { }));
        Assert.IsFalse(third.Wait(100), "one is being written and one waits: there is no room for a third");
        disk.Set();
        third.Wait();
        writer.Drain();
    }

    [TestMethod]
    public void After_a_failure_nothing_more_is_written_and_whoever_comes_next_is_told()
    {
        int later = 0;
        using var writer = new OrderedWriter(3);
        using var disk = new ManualResetEventSlim();
        writer.Add(() =>
        {
            disk.Wait();
            throw new IOException("No space left on device");
        });
        writer.Add(() => later++);
        writer.Add(() => later++);
        disk.Set();
        Assert.ThrowsExactly<IOException>(writer.Drain);
        Assert.ThrowsExactly<IOException>(() => writer.Add(() => later++));
        Assert.ThrowsExactly<IOException>(writer.Drain);
        Assert.AreEqual(0, later);
    }

    [TestMethod]
    public void Disposing_drops_what_waits_and_lets_the_write_under_way_end()
    {
        int ended = 0, later = 0;
        var writer = new OrderedWriter(2);
        using var begun = new ManualResetEventSlim();
        writer.Add(() =>
        {
            begun.Set();
            Thread.Sleep(50);
            ended++;
        });
        begun.Wait();
        writer.Add(() => later++);
        writer.Dispose();
        Assert.AreEqual(1, ended);
        Assert.AreEqual(0, later);
    }
}
