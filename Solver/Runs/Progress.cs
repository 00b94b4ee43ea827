using System.Globalization;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>Progress of a run in steps, with rate and remaining time. It also prints the notes of the run.</summary>
/// <param name="output">Where to write, standard error as a rule.</param>
/// <param name="terminal">True if the line can be rewritten.</param>
/// <param name="quiet">No progress; notes still appear.</param>
/// <param name="columns">Width of the terminal, asked for at each line; null for lines of any length.</param>
/// <param name="clock">The system's clock if null.</param>
public sealed class Progress(TextWriter output, bool terminal, bool quiet, Func<int>? columns = null, TimeProvider? clock = null)
    : IRunProgress
{
    private readonly ProgressLine line = new(output, terminal, clock ?? TimeProvider.System);
    private RemainingTime remaining = new([]);
    private string phase = "";
    private long phaseSteps;
    private long laterSteps;
    private long cells;
    private long done;

    /// <summary>Sets the phases that the remaining time is reckoned with; without them all steps count the same.</summary>
    public void Expect(IReadOnlyList<RunPhase> phases) => remaining = new RemainingTime(phases);

    /// <inheritdoc/>
    public void Begin(string name, long steps, long later, int cellCount)
    {
        remaining.Begin(name, steps, phase.Length == 0 ? 0 : line.Seconds, done);
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
        string left = $"{Span(Math.Max(0, remaining.Left(done, seconds, laterSteps)))} left";
        long before = remaining.Before;
        string step = string.Create(CultureInfo.InvariantCulture, $"{phase}: step {before + done} of {before + phaseSteps}");
        string perSecond = string.Create(CultureInfo.InvariantCulture, $"{rate:G3} steps/s");
        string updates = cells == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {rate * cells:G3} cell updates/s");
        line.Show(Fitting($"{step}, {perSecond}{updates}, {left}", $"{step}, {perSecond}, {left}", $"{step}, {left}", left));
    }

    /// <inheritdoc/>
    public void Note(string text) => line.Note(text);

    /// <inheritdoc/>
    public void Clear() => line.Clear();

    /// <summary>The longest text that leaves the last column of the terminal free, where some terminals begin a new line.</summary>
    private string Fitting(params ReadOnlySpan<string> longestFirst)
    {
        int width = terminal && columns is not null ? Math.Max(columns() - 1, 1) : int.MaxValue;
        foreach (string text in longestFirst)
        {
            if (text.Length <= width)
                return text;
        }

        return longestFirst[^1][..width];
    }

    private static string Span(double seconds) => seconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):00} s"),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):0} h {Math.Floor(seconds % 3600 / 60):00} min"),
    };
}
