using System.Globalization;

namespace PdeDiffusion.Runs;

/// <summary>How far a run is, in steps, with rate and time left. It also carries the run's notes.</summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
/// <param name="stepped">Called after each step with the cells updated in it, for the progress of a study; null if nobody asks.</param>
public sealed class Progress(TextWriter output, bool terminal, bool quiet, Action<long>? stepped = null)
{
    private readonly ProgressLine line = new(output, terminal);
    private string phase = "";
    private long phaseSteps;
    private long laterSteps;
    private long cells;
    private long done;

    /// <summary>Begins a phase.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="later">Steps of the phases after it.</param>
    /// <param name="cellCount">Cells updated in a step.</param>
    public void Begin(string name, long steps, long later, int cellCount)
    {
        (phase, phaseSteps, laterSteps, cells) = (name, steps, later, cellCount);
        done = 0;
        line.Start();
    }

    /// <summary>One step is done.</summary>
    public void Step()
    {
        done++;
        stepped?.Invoke(cells);
        if (quiet || !line.IsDue(out double seconds))
            return;
        double rate = done / seconds;
        double left = (phaseSteps + laterSteps - done) / rate;
        line.Show(string.Create(
            CultureInfo.InvariantCulture,
            $"{phase}: step {done} of {phaseSteps}, {rate:G3} steps/s, {rate * cells:G3} cell updates/s, {Span(left)} left"));
    }

    /// <summary>A line of its own for something the user should know.</summary>
    public void Note(string text) => line.Note(text);

    /// <summary>Takes the line that is being rewritten away.</summary>
    public void Clear() => line.Clear();

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {seconds % 60:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {seconds % 3600 / 60:00} min"),
    };
}
