using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Threads;

[TestClass]
public sealed class WorkerTeamTests
{
    /// <summary>Counts the visits of each block, and fails if two threads have the number of one worker at once.</summary>
    private sealed class Counting(int blocks, int failing) : IBlockWork
    {
        private readonly int[] busy = new int[64];

        public int[] Visits { get; } = new int[blocks];

        public void Run(int block, int worker)
        {
            Assert.AreEqual(1, Interlocked.Increment(ref busy[worker]));
            Interlocked.Increment(ref Visits[block]);
            Interlocked.Decrement(ref busy[worker]);
            if (block == failing)
                throw new InvalidOperationException($"block {block}");
        }
    }

    [TestMethod]
    public void WhatItsThreadsShareIsOpenedOncePerKeyAndClosedWithIt()
    {
        Resource first, other;
        using (var team = new WorkerTeam(2))
        {
            first = team.Shared("a", () => new Resource());
            Assert.AreSame(first, team.Shared<Resource>("a", () => throw new InvalidOperationException("opened twice")));
            other = team.Shared((1, "a"), () => new Resource());
            Assert.AreNotSame(first, other);
            Assert.ThrowsExactly<ArgumentException>(() => team.Shared<Resource>("b", () => throw new ArgumentException("no such file")));
            Assert.AreEqual(0, first.Closed + other.Closed);
        }

        Assert.AreEqual((1, 1), (first.Closed, other.Closed));
    }

    private sealed class Resource : IDisposable
    {
        public int Closed { get; private set; }

        public void Dispose() => Closed++;
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(40)]
    public void EveryBlockIsDoneOnceEachTime(int threads)
    {
        using var team = new WorkerTeam(threads);
        for (int round = 0; round < 2000; round++)
        {
            var work = new Counting(round % 23, -1);
            team.Run(work, work.Visits.Length);
            Assert.IsTrue(work.Visits.All(count => count == 1), $"round {round}");
            if (round % 100 == 0)
                Thread.Sleep(20); // long enough for the helpers to fall asleep and be woken
        }
    }

    [TestMethod]
    public void AFailureOfAnyWorkerReachesTheCallerAndTheTeamGoesOn()
    {
        using var team = new WorkerTeam(3);
        for (int failing = 0; failing < 9; failing++)
        {
            int block = failing;
            Assert.ThrowsExactly<InvalidOperationException>(() => team.Run(new Counting(9, block), 9));
        }

        var work = new Counting(9, -1);
        team.Run(work, 9);
        Assert.IsTrue(work.Visits.All(count => count == 1));
    }
}
