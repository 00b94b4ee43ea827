using System.Runtime.ExceptionServices;

namespace PdeDiffusion.Threads;

/// <summary>Work that falls into independent blocks, numbered from 0.</summary>
public interface IBlockWork
{
    /// <summary>
    /// Does one block. <paramref name="worker"/> (0 to Threads − 1) names the caller, for scratch memory; the result must not depend on it.
    /// </summary>
    void Run(int block, int worker);
}

/// <summary>
/// A fixed team of threads that shares the blocks of successive tasks without allocation. Each worker takes a contiguous run of blocks, its
/// share, so that a sweep reuses the cache contents of the previous one; the caller takes the shares of helpers that have not begun, as
/// where other programs hold the processors, or where a task is over before a thread is awake. The result of a block depends on its
/// number only: the same bits come out for any number of threads.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeSleep = 2_000;

    /// <summary>With more threads than processors a waiting thread must yield to a working one.</summary>
    private const int SpinsBeforeYield = 32;

    private readonly Thread[] helpers;
    private readonly SemaphoreSlim[] wake;
    private readonly int[] asleep;

    /// <summary>By helper: twice the number of the task whose share is open, one more once somebody has taken it.</summary>
    private readonly long[] shares;

    /// <summary>By helper: the number of the task whose share it finished last.</summary>
    private readonly long[] finished;

    private readonly Dictionary<object, IDisposable> shared = [];
    private IBlockWork? work;
    private int blocks;
    private long task;
    private volatile bool disposed;
    private ExceptionDispatchInfo? failure;

    /// <param name="threads">Number of threads, the caller's included.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        helpers = new Thread[threads - 1];
        wake = new SemaphoreSlim[threads - 1];
        asleep = new int[threads - 1];
        shares = new long[threads - 1];
        finished = new long[threads - 1];
        for (int helper = 0; helper < helpers.Length; helper++)
        {
            int index = helper;
            wake[index] = new SemaphoreSlim(0);
            helpers[index] = new Thread(() => Serve(index)) { IsBackground = true, Name = $"worker {index + 1}" };
            helpers[index].Start();
        }
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs blocks 0 to <paramref name="blockCount"/> − 1 and returns when all are done. Not reentrant: one call at a time.
    /// </summary>
    public void Run(IBlockWork blockWork, int blockCount)
    {
        ArgumentNullException.ThrowIfNull(blockWork);
        ObjectDisposedException.ThrowIf(disposed, this);
        if (helpers.Length == 0 || blockCount <= 1)
        {
            for (int block = 0; block < blockCount; block++)
                blockWork.Run(block, 0);
            return;
        }

        work = blockWork;
        blocks = blockCount;
        long current = task + 1;
        for (int helper = 0; helper < helpers.Length; helper++)
            Volatile.Write(ref shares[helper], 2 * current);
        Interlocked.Exchange(ref task, current);
        for (int helper = 0; helper < helpers.Length; helper++)
        {
            if (Interlocked.Exchange(ref asleep[helper], 0) == 1)
                wake[helper].Release();
        }

        Share(0, 0);
        for (int helper = 0; helper < helpers.Length; helper++)
            TakeShare(helper, current, 0);
        for (int helper = 0; helper < helpers.Length; helper++)
        {
            var spinner = new SpinWait();
            while (Volatile.Read(ref finished[helper]) != current)
                spinner.SpinOnce(sleep1Threshold: -1);
        }

        work = null;
        if (failure is { } caught)
        {
            failure = null;
            caught.Throw();
        }
    }

    /// <summary>
    /// Something that the threads of this team use and that must be closed, such as a network with buffers for each: opened at the first
    /// request for a key, the same for every later one, and closed with the team, which owns it.
    /// </summary>
    public T Shared<T>(object key, Func<T> open)
        where T : class, IDisposable
    {
        ArgumentNullException.ThrowIfNull(open);
        lock (shared)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (!shared.TryGetValue(key, out IDisposable? found))
                shared.Add(key, found = open());
            return (T)found;
        }
    }

    /// <summary>Ends the threads, and closes what they shared.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        Interlocked.Increment(ref task);
        for (int helper = 0; helper < helpers.Length; helper++)
        {
            wake[helper].Release();
            helpers[helper].Join();
            wake[helper].Dispose();
        }

        lock (shared)
        {
            foreach (IDisposable resource in shared.Values)
                resource.Dispose();
            shared.Clear();
        }
    }

    /// <summary>Does a helper's share of a task, unless somebody has taken it.</summary>
    private void TakeShare(int helper, long current, int worker)
    {
        if (Interlocked.CompareExchange(ref shares[helper], 2 * current + 1, 2 * current) != 2 * current)
            return;
        Share(helper + 1, worker);
        Volatile.Write(ref finished[helper], current);
    }

    private void Share(int share, int worker)
    {
        try
        {
            int end = (int)((long)blocks * (share + 1) / Threads);
            for (int block = (int)((long)blocks * share / Threads); block < end; block++)
                work!.Run(block, worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private void Serve(int helper)
    {
        long seen = 0;
        while (true)
        {
            int spins = 0;
            while (Volatile.Read(ref task) == seen)
            {
                if (++spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(8);
                    if (spins % SpinsBeforeYield == 0)
                        Thread.Yield();
                    continue;
                }

                // Announce the sleep, then look once more: Run raises the number of the task before it reads the announcement.
                Interlocked.Exchange(ref asleep[helper], 1);
                if (Volatile.Read(ref task) == seen || Interlocked.Exchange(ref asleep[helper], 0) == 0)
                    wake[helper].Wait();
                spins = 0;
            }

            seen = Volatile.Read(ref task);
            if (disposed)
                return;
            TakeShare(helper, seen, helper + 1);
        }
    }
}
