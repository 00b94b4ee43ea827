using System.Runtime.ExceptionServices;

namespace PdeDiffusion.Threads;

/// <summary>
/// Writes files on a thread of its own, one after another in the order asked for, so that a run goes on meanwhile. The queue is bounded:
/// who asks faster than the disk takes waits. After a failure nothing more is written, so a later file never claims an earlier one that
/// is not there; the failure is thrown to whoever comes next.
/// </summary>
/// <param name="capacity">Writes that may wait while one is under way.</param>
public sealed class OrderedWriter(int capacity) : IDisposable
{
    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private Thread? writer;
    private ExceptionDispatchInfo? failure;
    private bool busy;
    private bool closed;

    /// <summary>Asks for a write; waits where the queue is full.</summary>
    /// <exception cref="IOException">An earlier write failed (or whatever else it threw).</exception>
    public void Add(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            while (failure is null && waiting.Count >= capacity)
                Monitor.Wait(gate);
            failure?.Throw();
            waiting.Enqueue(write);
            Monitor.PulseAll(gate);
            if (writer is null)
            {
                writer = new Thread(WriteAll) { IsBackground = true, Name = "output" };
                writer.Start();
            }
        }
    }

    /// <summary>Waits until all that was asked for is on disk.</summary>
    /// <exception cref="IOException">A write failed (or whatever else it threw).</exception>
    public void Drain()
    {
        lock (gate)
        {
            while (failure is null && (busy || waiting.Count > 0))
                Monitor.Wait(gate);
            failure?.Throw();
        }
    }

    /// <summary>Drops what waits; who waits for it, or adds to it, gets an <see cref="OperationCanceledException"/>.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            failure ??= ExceptionDispatchInfo.Capture(new OperationCanceledException());
            waiting.Clear();
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Drops what waits and lets the write under way end.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            waiting.Clear();
            Monitor.PulseAll(gate);
        }

        writer?.Join();
    }

    private void WriteAll()
    {
        while (Next() is { } write)
        {
            ExceptionDispatchInfo? caught = null;
            try
            {
                write();
            }
            catch (Exception exception)
            {
                caught = ExceptionDispatchInfo.Capture(exception);
            }

            lock (gate)
            {
                busy = false;
                if (caught is not null)
                {
                    failure = caught;
                    waiting.Clear();
                }

                Monitor.PulseAll(gate);
            }
        }
    }

    private Action? Next()
    {
        lock (gate)
        {
            while (!closed && waiting.Count == 0)
                Monitor.Wait(gate);
            if (closed)
                return null;
            busy = true;
            Action next = waiting.Dequeue();
            Monitor.PulseAll(gate);
            return next;
        }
    }
}
