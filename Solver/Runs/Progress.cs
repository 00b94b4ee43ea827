using System.Globalization;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>Progress of a run in steps, with rate and remaining time. It also prints the notes of the run.</summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
public sealed class Progress(TextWriter output, bool terminal, bool quiet) : IRunProgress
{
    private readonly ProgressLine line = new(output, terminal);
    private string phase = "";
    private long phaseSteps;
    private long laterSteps;
    private long cells;
    private long done;

    /// <inheritdoc/>
    public void Begin(string name, long steps, long later, int cellCount)
    {
        (phase, phaseSteps, laterSteps, cells) = (name, steps, later, cellCount);
        done = 0;
        line.Start();
    }

    /// <inheritdoc/>
    public void Step()
    {
        done++;
        if (quiet || !line.IsDue(out double seconds))
            return;
        double rate = done / seconds;
        double left = (phaseSteps + laterSteps - done) / rate;
        line.Show(string.Create(
            CultureInfo.InvariantCulture,
            $"{phase}: step {done} of {phaseSteps}, {rate:G3} steps/s, {rate * cells:G3} cell updates/s, {Span(left)} left"));
    }

    /// <inheritdoc/>
    public void Note(string text) => line.Note(text);

    /// <inheritdoc/>
    public void Clear() => line.Clear();

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {seconds % 3600 / 60:00} min"),
    };
}
