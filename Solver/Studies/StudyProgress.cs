using System.Globalization;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>Progress of a study over all levels, in cell updates.</summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
/// <param name="parts">What the study is made of.</param>
/// <param name="unit">What its work is counted in.</param>
public sealed class StudyProgress(TextWriter output, bool terminal, bool quiet, string parts = "runs", string unit = "cell updates")
{
    private readonly ProgressLine line = new(output, terminal, TimeProvider.System);
    private readonly HashSet<string> notes = [];
    private long done;
    private double work;
    private int levels;
    private int finished;

    /// <summary>Begins the study.</summary>
    /// <param name="levelCount">Its runs.</param>
    /// <param name="cellUpdates">What they come to.</param>
    public void Begin(int levelCount, double cellUpdates)
    {
        (levels, work, finished, done) = (levelCount, cellUpdates, 0, 0);
        line.Start();
    }

    /// <summary>Counts updated cells; thread-safe.</summary>
    public void Add(long cells)
    {
        Interlocked.Add(ref done, cells);
        if (quiet || !line.IsDue(out double seconds))
            return;
        double rate = Interlocked.Read(ref done) / seconds;
        double left = Math.Max(0, work / rate - seconds);
        line.Show(string.Create(
            CultureInfo.InvariantCulture,
            $"study: {Volatile.Read(ref finished)} of {levels} {parts} done, {Math.Min(100, 100 * rate * seconds / work):0} %, "
            + $"{rate:G3} {unit}/s, {Math.Ceiling(left):0} s left"));
    }

    /// <summary>A run is done.</summary>
    public void FinishLevel() => Interlocked.Increment(ref finished);

    /// <summary>Prints a note once, even if several levels report it.</summary>
    public void Note(string text)
    {
        lock (notes)
        {
            if (notes.Add(text))
                line.Note(text);
        }
    }

    /// <summary>Clears the line that is being rewritten.</summary>
    public void Clear() => line.Clear();
}
