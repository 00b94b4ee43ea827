using System.Diagnostics;
using System.Globalization;

namespace PdeDiffusion.Studies;

/// <summary>
/// How far a study is, over all levels at once, in cell updates: one line rewritten on a terminal, a line every ten seconds elsewhere.
/// </summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
/// <param name="parts">What the study is made of.</param>
/// <param name="unit">What its work is counted in.</param>
public sealed class StudyProgress(TextWriter output, bool terminal, bool quiet, string parts = "runs", string unit = "cell updates")
{
    private readonly Lock writing = new();
    private readonly long interval = terminal ? Stopwatch.Frequency / 5 : 10 * Stopwatch.Frequency;
    private readonly HashSet<string> notes = [];
    private long start;
    private long next;
    private long done;
    private double work;
    private int levels;
    private int finished;
    private int shown;

    /// <summary>Begins the study.</summary>
    /// <param name="levelCount">Its runs.</param>
    /// <param name="cellUpdates">What they come to.</param>
    public void Begin(int levelCount, double cellUpdates)
    {
        (levels, work, finished, done) = (levelCount, cellUpdates, 0, 0);
        start = Stopwatch.GetTimestamp();
        next = start + interval;
    }

    /// <summary>Some cells have been updated; called by any thread.</summary>
    public void Add(long cells)
    {
        Interlocked.Add(ref done, cells);
        long now = Stopwatch.GetTimestamp(), due = Volatile.Read(ref next);
        if (quiet || now < due || Interlocked.CompareExchange(ref next, now + interval, due) != due)
            return;
        lock (writing)
            Show((now - start) / (double)Stopwatch.Frequency);
    }

    /// <summary>A run is done.</summary>
    public void FinishLevel() => Interlocked.Increment(ref finished);

    /// <summary>A line of its own for something the user should know; once, however many levels say it.</summary>
    public void Note(string text)
    {
        lock (writing)
        {
            if (!notes.Add(text))
                return;
            Clear();
            output.WriteLine(text);
        }
    }

    /// <summary>Takes the line that is being rewritten away.</summary>
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

    private void Show(double seconds)
    {
        double rate = Interlocked.Read(ref done) / seconds;
        double left = Math.Max(0, work / rate - seconds);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"study: {Volatile.Read(ref finished)} of {levels} {parts} done, {Math.Min(100, 100 * rate * seconds / work):0} %, "
            + $"{rate:G3} {unit}/s, {Math.Ceiling(left):0} s left");
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
