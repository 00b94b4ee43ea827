using PdeDiffusion.Flows;

namespace PdeDiffusion.Studies;

/// <summary>The progress of one run of a study, counted in that of the whole.</summary>
/// <param name="workPerStep">What a step of any phase counts for; null for the cells that it updates.</param>
public sealed class LevelProgress(StudyProgress study, double? workPerStep = null) : IRunProgress
{
    private long cells;

    /// <inheritdoc/>
    public void Begin(string name, long steps, long later, int cellCount) => cells = cellCount;

    /// <inheritdoc/>
    public void Step() => study.Add((long)(workPerStep ?? cells));

    /// <inheritdoc/>
    public void Note(string text) => study.Note(text);

    /// <inheritdoc/>
    public void Clear()
    {
    }
}
