using System.Diagnostics;
using System.Globalization;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>
/// How far a run is, with rate and time left: one line rewritten on a terminal, a line every ten seconds elsewhere. It also carries the
/// run's
/// notes, so that the two do not mix.
/// </summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
public sealed class Progress(TextWriter output, bool terminal, bool quiet) : IRunProgress
{
    private static readonly long Interval = Stopwatch.Frequency / 5;
    private static readonly long RedirectedInterval = 10 * Stopwatch.Frequency;

    private string phase = "";
    private long phaseSteps;
    private long laterSteps;
    private long cells;
    private long done;
    private long start;
    private long next;
    private int shown;

    /// <inheritdoc/>
    public void Begin(string name, long steps, long later, int cellCount)
    {
        (phase, phaseSteps, laterSteps, cells) = (name, steps, later, cellCount);
        done = 0;
        start = Stopwatch.GetTimestamp();
        next = start + (terminal ? Interval : RedirectedInterval);
    }

    /// <inheritdoc/>
    public void Step()
    {
        done++;
        if (quiet)
            return;
        long now = Stopwatch.GetTimestamp();
        if (now < next)
            return;
        next = now + (terminal ? Interval : RedirectedInterval);
        Show((now - start) / (double)Stopwatch.Frequency);
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        Clear();
        output.WriteLine(text);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        if (shown == 0)
            return;
        output.Write('\r' + new string(' ', shown) + '\r');
        output.Flush();
        shown = 0;
    }

    private void Show(double seconds)
    {
        double rate = done / seconds;
        double left = (phaseSteps + laterSteps - done) / rate;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{phase}: step {done} of {phaseSteps}, {rate:G3} steps/s, {rate * cells:G3} cell updates/s, {Span(left)} left");
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

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {seconds % 3600 / 60:00} min"),
    };
}
