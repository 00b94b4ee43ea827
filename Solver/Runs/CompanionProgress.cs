using PdeDiffusion.Flows;

namespace PdeDiffusion.Runs;

/// <summary>The progress of a companion run: its phases carry its name, and its notes, which are those of the run itself, are left
/// out.</summary>
/// <param name="name">As in <c>half resolution</c>.</param>
internal sealed class CompanionProgress(IRunProgress run, string name) : IRunProgress
{
    /// <inheritdoc/>
    public void Begin(string phase, long steps, long later, int cellCount) => run.Begin($"{name}: {phase}", steps, later, cellCount);

    /// <inheritdoc/>
    public void Step() => run.Step();

    /// <inheritdoc/>
    public void Note(string text)
    {
    }

    /// <inheritdoc/>
    public void Clear() => run.Clear();
}
