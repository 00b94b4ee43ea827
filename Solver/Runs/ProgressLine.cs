namespace PdeDiffusion.Runs;

/// <summary>
/// The progress line of a run or a study: rewritten on a terminal, printed every ten seconds otherwise. It also prints notes, so that the
/// two do not interleave. Thread-safe.
/// </summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class ProgressLine(TextWriter output, bool terminal, TimeProvider clock)
{
    private readonly Lock writing = new();
    private readonly long interval = terminal ? clock.TimestampFrequency / 5 : 10 * clock.TimestampFrequency;
    private long start;
    private long next;
    private int shown;

    /// <summary>Begins to count the time.</summary>
    public void Start()
    {
        start = clock.GetTimestamp();
        Volatile.Write(ref next, start + interval);
    }

    /// <summary>Time since <see cref="Start"/>.</summary>
    public double Seconds => clock.GetElapsedTime(start).TotalSeconds;

    /// <summary>True for one caller each time that the line is due, with the time since the start.</summary>
    public bool IsDue(out double seconds)
    {
        long now = clock.GetTimestamp(), due = Volatile.Read(ref next);
        seconds = (now - start) / (double)clock.TimestampFrequency;
        return now >= due && Interlocked.CompareExchange(ref next, now + interval, due) == due;
    }

    /// <summary>Replaces the line shown.</summary>
    public void Show(string line)
    {
        lock (writing)
        {
            if (terminal)
            {
                output.Write('\r' + line.PadRight(shown));
                shown = line.Length;
            }
            else
            {
                output.WriteLine(line);
            }

            output.Flush();
        }
    }

    /// <summary>Prints a note on a line of its own.</summary>
    public void Note(string text)
    {
        lock (writing)
        {
            Clear();
            output.WriteLine(text);
        }
    }

    /// <summary>Clears the line that is being rewritten.</summary>
    public void Clear()
    {
        lock (writing)
        {
            if (shown == 0)
                return;
            output.Write('\r' + new string(' ', shown) + '\r');
            output.Flush();
            shown = 0;
        }
    }
}
