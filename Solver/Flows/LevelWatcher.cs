namespace PdeDiffusion.Flows;

/// <summary>Observes time levels; never ends the run.</summary>
/// <param name="isDue">True for the indices of the levels to observe; null for all.</param>
/// <param name="watch">Called with each of these levels, which is valid during the call only.</param>
public sealed class LevelWatcher(Predicate<int>? isDue, Action<FlowLevel> watch) : IWatcher
{
    /// <inheritdoc/>
    public bool IsDue(March march) => march.Level.Index >= 0 && (isDue is null || isDue(march.Level.Index));

    /// <inheritdoc/>
    public bool Watch(March march)
    {
        watch(march.Level);
        return true;
    }
}
