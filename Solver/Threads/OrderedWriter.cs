using System.Runtime.ExceptionServices;

namespace PdeDiffusion.Threads;

/// <summary>
/// Writes files in order on a separate thread while the run continues. The queue is bounded: callers block when it is full. After a failure
/// nothing more is written, so a later file never refers to a missing earlier one; the failure is rethrown at the next call.
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

    /// <summary>Queues a write; blocks when the queue is full.</summary>
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

    /// <summary>Waits until all queued writes are on disk.</summary>
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

    /// <summary>Discards queued writes and waits for the current one.</summary>
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
